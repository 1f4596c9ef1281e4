"""The whole way from a document to the files of its package."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clientcast.bind import bind
from clientcast.check import check, has_errors, validate
from clientcast.diagnostic import Diagnostic
from clientcast.parse import parse
from clientcast.render import render
from clientcast.source import read


@dataclass(frozen=True, slots=True)
class Cast:
    """What became of a document.

    Attributes:
        diagnostics: What is wrong with it, in its order.
        operations: How many operations it has.
        files: The package, text by path; None where an error leaves the meaning unknown.
    """

    diagnostics: tuple[Diagnostic, ...]
    operations: int
    files: Mapping[str, str] | None


def cast(path: Path, name: str) -> Cast:
    """Cast a document into the files of a package. Nothing is written.

    Args:
        path: The document.
        name: What messages call it.

    Raises:
        OSError: The document cannot be opened.
    """
    document = read(path, name)
    diagnostics = check(document)
    api, unsupported = parse(document)
    diagnostics = tuple(sorted({*diagnostics, *unsupported}))
    if not has_errors(diagnostics):
        diagnostics = tuple(sorted({*diagnostics, *validate(document, diagnostics)}))
    if has_errors(diagnostics):
        return Cast(diagnostics, len(api.operations), None)
    return Cast(diagnostics, len(api.operations), render(bind(api, document.digest)))
