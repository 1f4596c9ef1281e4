"""The command `clientcast explain`."""

import click

from clientcast.cli.completion import complete_codes
from clientcast.diagnostic import did_you_mean, printable
from clientcast.explanations import Explanation, all_codes, explanation


@click.command()
@click.argument("code", required=False, shell_complete=complete_codes)
def explain(code: str | None) -> None:
    """Explain what a diagnostic means, with a bad and a good document.

    CODE is the word after the location that `check` prints, such as unresolved-reference. Without
    it, all codes are listed.

    \b
    Example:
      clientcast explain unresolved-reference
    """
    codes = all_codes()
    if code is None:
        width = max(map(len, codes))
        for each in codes:
            click.echo(f"{each:{width}}  {explanation(each).summary}")
        return
    if code not in codes:
        hint = did_you_mean(code, codes) or "`clientcast explain` lists all"
        raise click.UsageError(printable(f"there is no diagnostic '{code}'; {hint}"))
    for line in _lines(explanation(code)):
        click.echo(line)


def _lines(found: Explanation) -> list[str]:
    lines = [f"{found.code}: {found.summary}"]
    if found.text:
        lines += ["", found.text]
    for title, document in (("Bad", found.bad), ("Good", found.good)):
        if document is not None:
            indented = [f"    {line}" for line in document.splitlines()]
            lines += ["", f"{title}:", "", *indented]
    return lines
