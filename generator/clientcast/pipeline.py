"""The whole way from a document to the files of its package."""

import keyword
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clientcast import view
from clientcast.bind import bind
from clientcast.bundle import bundle
from clientcast.check import check, has_errors, validate
from clientcast.diagnostic import Diagnostic
from clientcast.docs import extract, package_of, readme
from clientcast.faults import working_on
from clientcast.parse import parse
from clientcast.render import MANIFEST, manifest, render
from clientcast.select import Selection, select
from clientcast.source import read
from clientcast.swagger import convert
from clientcast.trust import NO_TRUST, Trust


@dataclass(frozen=True, slots=True)
class Cast:
    """What became of a document.

    Attributes:
        diagnostics: What is wrong with it, in its order.
        operations: How many operations the client has.
        in_document: How many the document has.
        files: The package, text by path; None where an error leaves the meaning unknown.
    """

    diagnostics: tuple[Diagnostic, ...]
    operations: int
    in_document: int
    files: Mapping[str, str] | None


def cast(
    path: Path,
    name: str,
    selection: Selection | None = None,
    within: Path | None = None,
    trust: Trust = NO_TRUST,
) -> Cast:
    """Cast a document into the files of a package. Nothing is written.

    Args:
        path: The document.
        name: What messages call it.
        selection: Which of its operations; all where it is left out.
        within: The folder that no reference to a file leaves; the document's own where it
            is left out.
        trust: What the project's configuration allows the document.

    Raises:
        OSError: The document cannot be opened.
        SelectionError: What is to be selected is not in the document.
    """
    with working_on("reading"):
        document = convert(bundle(read(path, name), path, within))
        selected = select(document, selection or Selection())
    with working_on("checking"):
        meant, diagnostics = check(selected.document, trust)
    with working_on("parsing"):
        api, more = parse(meant, trust)
    diagnostics = tuple(sorted({*diagnostics, *more}))
    if not has_errors(diagnostics):
        diagnostics = tuple(sorted({*diagnostics, *validate(meant, diagnostics)}))
    count = len(api.operations), selected.operations
    if has_errors(diagnostics):
        return Cast(diagnostics, *count, None)
    with working_on("binding"):
        package = bind(api, document.digest, selected.left_out)
    return Cast(diagnostics, *count, _files(package, path.stem))


def _files(package: view.Package, name: str) -> Mapping[str, str]:
    """The code, the reference that is read from it, and the manifest of both."""
    with working_on("rendering"):
        files = render(package)
    code = {**files, MANIFEST: manifest(package, files)}
    name = name if name.isidentifier() and not keyword.iskeyword(name) else ""
    with working_on("README.md"):
        files["README.md"] = readme(extract(package_of(name, name, code)))
    files[MANIFEST] = manifest(package, files)
    return dict(sorted(files.items()))
