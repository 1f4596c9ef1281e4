"""Completion of arguments in a shell, which click asks for by `_CLIENTCAST_COMPLETE`.

A completion prints nothing and never fails: without settings it has no names.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # Only a shell that completes needs it.
    from click.shell_completion import CompletionItem


def complete_documents(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[str]:
    """Return the names of documents in pyproject.toml that begin so."""
    from clientcast.config import ConfigError, load_jobs

    try:
        names = [job.name for job in load_jobs(Path.cwd())]
    except (ConfigError, OSError):
        return []
    return [name for name in names if name.startswith(incomplete)]


def complete_documents_and_folders(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> "list[CompletionItem]":
    """Return the names of documents that begin so, or let the shell complete a folder."""
    from click.shell_completion import CompletionItem

    found = complete_documents(ctx, param, incomplete)
    return [CompletionItem(name) for name in found] or [
        CompletionItem(incomplete, type="dir")
    ]


def complete_clients(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[str]:
    """Return the names of clients that come with clientcast and begin so."""
    from clientcast.vendored import home_client_names

    names = home_client_names()
    return [name for name in names if name.startswith(incomplete)]


def complete_codes(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> "list[CompletionItem]":
    """Return the codes of diagnostics that begin so, with their summaries."""
    from click.shell_completion import CompletionItem

    from clientcast.explanations import all_codes, explanation

    return [
        CompletionItem(code, help=explanation(code).summary)
        for code in all_codes()
        if code.startswith(incomplete)
    ]
