"""The end of a command: its exit status in the last line, and why."""

from typing import NoReturn

import click

from clientcast.diagnostic import printable


class CommandEnd(SystemExit):
    """Exit of a command that has printed its status."""


def end(status: int, *reasons: str, err: bool = False) -> NoReturn:
    """Print the exit status with its reasons, and exit.

    Args:
        status: The exit status.
        reasons: What caused it; empty ones are left out.
        err: Whether standard output has a result that programs read.
    """
    because = ", ".join(filter(None, reasons))
    line = f"exit {status}: {because}" if because else f"exit {status}"
    click.echo(printable(line), err=err)
    raise CommandEnd(status)
