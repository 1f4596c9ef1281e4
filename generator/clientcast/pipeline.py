"""The whole way from a document to the files of its package."""

import keyword
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clientcast import ir, view
from clientcast.bind import bind
from clientcast.bind.names import pascal_case
from clientcast.bundle import bundle
from clientcast.check import check, has_errors, validate
from clientcast.diagnostic import Diagnostic
from clientcast.docs import extract, make_package, readme
from clientcast.faults import working_on
from clientcast.parse import parse
from clientcast.render import MANIFEST, manifest, render
from clientcast.select import Selection, select
from clientcast.source import Document, read
from clientcast.swagger import convert
from clientcast.trust import NO_TRUST, Trust
from clientcast.verify import Refusal, verify

_MAX_CODE_LENGTH = 80
"""Characters of a line of code that a message quotes."""


@dataclass(frozen=True, slots=True)
class Cast:
    """What became of a document.

    Attributes:
        diagnostics: What is wrong with it, in its order.
        operations: How many operations the client has.
        document_operations: How many the document has.
        files: The package, text by path; None where an error leaves the meaning unknown.
    """

    diagnostics: tuple[Diagnostic, ...]
    operations: int
    document_operations: int
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
        fixed, diagnostics = check(selected.document, trust)
    with working_on("parsing"):
        api, parse_diagnostics = parse(fixed, trust)
    diagnostics = tuple(sorted({*diagnostics, *parse_diagnostics}))
    if not has_errors(diagnostics):
        diagnostics = tuple(sorted({*diagnostics, *validate(fixed, diagnostics)}))
    count = len(api.operations), selected.operations
    if has_errors(diagnostics):
        return Cast(diagnostics, *count, None)
    with working_on("binding"):
        package = bind(api, document.digest, selected.left_out)
    with working_on("rendering"):
        files = render(package)
        refusal = verify(files)
    if refusal is not None:
        return Cast(
            (*diagnostics, fault_diagnostic(refusal, fixed, api, package)), *count, None
        )
    return Cast(diagnostics, *count, _add_reference_docs(files, package, path.stem))


def fault_diagnostic(
    refusal: Refusal, document: Document, api: ir.Api, package: view.Package
) -> Diagnostic:
    """Return the diagnostic of code that no template makes, at what the code is made of.

    Args:
        refusal: What is wrong with the code.
        document: What the package was generated from.
        api: What the document says.
        package: What the package says.
    """
    where = f", in {'.'.join(refusal.scope)}" if refusal.scope else ""
    code = f": {refusal.code[:_MAX_CODE_LENGTH]}" if refusal.code else ""
    return document.diagnostic(
        _source_pointer(refusal, api, package),
        "fault-of-clientcast",
        f"this is a fault of clientcast: {refusal.path}:{refusal.line}{where}:"
        f" {refusal.reason}{code}",
        "nothing is written; please report it with this part of the document",
        at_key=True,
    )


def _source_pointer(refusal: Refusal, api: ir.Api, package: view.Package) -> str:
    """Return the JSON pointer of the operation or schema that code was made of, if known."""
    name, member = (*refusal.scope, "", "")[:2]
    resources = [*package.client.resources]
    for module in package.resources:
        resources += module.resources
    routes = {
        method.request_line
        for resource in resources
        if name in (resource.name, f"{view.ASYNC.class_prefix}{resource.name}")
        for method in resource.methods
        if method.name == member
    }
    for operation in api.operations:
        if f"{operation.method} {operation.path}" in routes:
            return operation.pointer
    for pointer, schema in api.schemas.items():
        if name == pascal_case(*schema.name_hint):
            return pointer
    return ""


def _add_reference_docs(
    files: dict[str, str], package: view.Package, name: str
) -> Mapping[str, str]:
    """Return the code, the reference that is read from it, and the manifest of both."""
    code = {**files, MANIFEST: manifest(package, files)}
    name = name if name.isidentifier() and not keyword.iskeyword(name) else ""
    with working_on("README.md"):
        files["README.md"] = readme(extract(make_package(name, name, code)))
    files[MANIFEST] = manifest(package, files)
    return dict(sorted(files.items()))
