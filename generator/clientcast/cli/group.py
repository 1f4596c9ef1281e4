"""The group of all commands, and the report of unexpected exceptions."""

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any

import click

from clientcast import __version__
from clientcast.cli.exit import CommandEnd
from clientcast.diagnostic import did_you_mean, printable
from clientcast.faults import describe

_OBJECTS = 100_000
"""How many objects a command makes before cycles of them are collected."""


class _CommandGroup(click.Group):
    """Group that imports a command when it is used, and reports unexpected exceptions."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return [
            "check",
            "diff",
            "docs",
            "explain",
            "generate",
            "init",
            "traffic",
            "update",
            "upstream",
            "vendor",
            "watch",
        ]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        match cmd_name:
            case "check":
                from clientcast.cli.check import check as command
            case "diff":
                from clientcast.cli.diff import diff as command
            case "docs":
                from clientcast.cli.docs import docs as command
            case "explain":
                from clientcast.cli.explain import explain as command
            case "generate":
                from clientcast.cli.generate import generate as command
            case "init":
                from clientcast.cli.init import init as command
            case "traffic":
                from clientcast.cli.traffic import traffic as command
            case "update":
                from clientcast.cli.update import update as command
            case "upstream":
                from clientcast.cli.upstream import upstream as command
            case "vendor":
                from clientcast.cli.vendor import vendor as command
            case "watch":
                from clientcast.cli.watch import watch as command
            case _:
                return None
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is named; an unknown name is refused with the closest."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            hint = did_you_mean(args[0], self.list_commands(ctx))
            message = printable(f"{error.message.rstrip('.')}: {hint}")
            raise click.UsageError(message, ctx) if hint else error from None

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line; a status other than 0 is in its last line."""
        try:
            return super().main(*args, **extra)
        except CommandEnd:
            raise
        except SystemExit as error:
            if error.code:
                click.echo(f"exit {error.code}", err=True)
            raise

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            with _rare_collection():
                return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except BrokenPipeError:  # The reader of the output is gone; click handles it.
            raise
        except Exception as error:
            if ctx.params["traceback"]:
                import traceback as tracebacks

                report = "".join(tracebacks.format_exception(error))
                for line in report.splitlines():
                    click.echo(printable(line), err=True)
            raise click.ClickException(printable(describe_exception(error))) from error


@contextmanager
def _rare_collection() -> Generator[None]:
    """Collect cycles rarely: of a document's many small objects few are in any."""
    usual = gc.get_threshold()
    gc.set_threshold(_OBJECTS)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def describe_exception(error: Exception) -> str:
    """Return one line about an exception of the system, or a fault of clientcast."""
    if isinstance(error, OSError) and error.strerror:
        named = f"{error.filename}: " if error.filename is not None else ""
        return f"{named}{error.strerror}"
    if isinstance(error, MemoryError):
        return f"there is not enough memory: {describe(error)}"
    return (
        f"this is a fault of clientcast {__version__}: {describe(error)};"
        " nothing was written. Report it to the maintainers of clientcast, with the"
        " document and what `clientcast --traceback` shows"
    )


@click.group(
    cls=_CommandGroup, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="clientcast")
@click.option("--traceback", is_flag=True, help="Show the traceback of a fault.")
def main(traceback: bool) -> None:
    """Generate typed Python clients, sync and async, from OpenAPI documents.

    The documents and folders are in [tool.clientcast] of pyproject.toml.
    """
    del traceback  # `_CommandGroup` reads it.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
