"""The command `clientcast diff`."""

from typing import Literal

import click
from msgspec.structs import replace

from clientcast.changes import (
    Severity,
    change_lines,
    changes_json,
    changes_markdown,
    compare_surfaces,
    count_changes,
    worst,
)
from clientcast.cli.client_changes import located
from clientcast.cli.exit import end
from clientcast.cli.options import ONLY, SKIP
from clientcast.cli.versions import open_version
from clientcast.diagnostic import printable


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--json", "is_json", is_flag=True, help="Print the changes as JSON.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "markdown", "json")),
    default="text",
    help="Print the changes in this format. [default: text]",
)
@click.option(
    "--fail-on",
    type=click.Choice(("breaking", "risky")),
    help="Exit with status 1 if there is such a change, or a worse one.",
)
@ONLY
@SKIP
def diff(
    old: str,
    new: str,
    is_json: bool,
    form: Literal["text", "markdown", "json"],
    fail_on: str | None,
    only: tuple[str, ...],
    skip: tuple[str, ...],
) -> None:
    """Judge what changes for the callers of a client, from OLD to NEW.

    Each is a document, the folder of a package, or either of them in a revision of git, such
    as HEAD~1:specs/okta.yaml. A change is breaking if code that was right fails, risky if it
    may behave in another way, and safe otherwise.

    \b
    Example:
      clientcast diff HEAD~1:specs/shop.yaml specs/shop.yaml --fail-on breaking
    """
    before, after = open_version(old, only, skip), open_version(new, only, skip)
    changes = tuple(
        replace(
            change,
            old=printable(located(change.old, before.locate)),
            new=printable(located(change.new, after.locate)),
        )
        for change in compare_surfaces(before.surface, after.surface)
    )
    if is_json or form == "json":
        click.echo(changes_json(changes, old, new), nl=False)
    elif form == "markdown":
        for line in changes_markdown(changes, old, new).splitlines():
            click.echo(printable(line))
    else:
        for line in change_lines(changes):
            click.echo(printable(line))
        found = count_changes(changes) if changes else "no changes for callers"
        click.echo(printable(f"{old} -> {new}: {found}"))
    severity = worst(changes)
    if fail_on and severity and severity.rank <= Severity(fail_on).rank:
        because = f"a {severity} change with --fail-on {fail_on}"
        end(1, because, err=is_json or form != "text")
