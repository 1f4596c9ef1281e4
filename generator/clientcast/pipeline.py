"""The pipeline from a document to the files of its package."""

import keyword
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clientcast import view
from clientcast.bind import bind
from clientcast.cache import NO_CACHE, Cache
from clientcast.check import (
    Validation,
    Validator,
    check,
    has_errors,
    is_repeatable,
)
from clientcast.customization import UNCHANGED, Customization
from clientcast.diagnostic import Diagnostic
from clientcast.docs import (
    MAX_LENGTH,
    Outline,
    extract,
    make_package,
    outline_reference,
    readme,
    short_readme,
)
from clientcast.faults import working_on
from clientcast.formatters import Formatter
from clientcast.inputs import InputFile
from clientcast.load import Content
from clientcast.loading import prepare, read_source
from clientcast.parse import parse
from clientcast.render import MANIFEST, manifest, render
from clientcast.select import Selection, select
from clientcast.source import Document
from clientcast.trust import NO_TRUST, Trust
from clientcast.verify import Refusal, verify

_MAX_CODE_LENGTH = 80
"""Characters of a quoted line of code."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Result of the pipeline.

    Attributes:
        diagnostics: The diagnostics, in the order of the document.
        operations: Number of operations of the client.
        document_operations: Number of operations of the document.
        files: The texts of the package by path; None if there is an error.
        inputs: The files that were read, the document first.
        is_repeatable: Whether the result is the same as long as they are.
        binding: The document and the view of the package.
    """

    diagnostics: tuple[Diagnostic, ...]
    operations: int
    document_operations: int
    files: Mapping[str, str] | None
    inputs: tuple[InputFile, ...]
    is_repeatable: bool = False
    binding: "Binding | None" = None


@dataclass(frozen=True, slots=True)
class Binding:
    """A document, and the view of its package.

    Attributes:
        document: The document, with its corrections.
        diagnostics: The diagnostics, without those of the validator.
        operations: Number of operations of the client.
        document_operations: Number of operations of the document.
        package: The view; None if there is an error.
        validation: The validation of the document; None if it is not validated.
    """

    document: Document
    diagnostics: tuple[Diagnostic, ...]
    operations: int
    document_operations: int
    package: view.Package | None
    validation: Validation | None

    def locate(self, pointer: str) -> str:
        """Return the file, line and column of a JSON pointer."""
        found = self.document.diagnostic(pointer, "", "", at_key=True)
        return f"{found.path}:{found.line}:{found.column}"


def cast(
    source: Path | Content,
    name: str,
    selection: Selection | None = None,
    within: Path | None = None,
    trust: Trust = NO_TRUST,
    formatter: Formatter = "ruff",
    cache: Cache = NO_CACHE,
    package_name: str | None = None,
    locked: str | None = None,
    customization: Customization = UNCHANGED,
) -> Cast:
    """Generate the files of a package from a document. Nothing is written.

    Args:
        source: The file of the document, or its content if it is no file.
        name: The name of the document in messages.
        selection: The operations to generate; None for all.
        within: The folder that references to files must stay in; None for that of the
            document.
        trust: The servers and environment variables that are allowed.
        formatter: The formatter of the modules.
        cache: The cache of formatted modules and of findings; the result is the same
            without it.
        package_name: The name of the package in its README; None for that of the document.
        locked: The digest that the content must have, as in the manifest; None for any.
        customization: Changes to the document.

    Raises:
        OSError: The document cannot be opened.
        SelectionError: The selection names an unknown operation.
    """
    with Validator(cache) as validator:
        binding = _bind_document(
            source, name, selection, within, trust, validator, locked, customization
        )
        diagnostics, package = binding.diagnostics, binding.package
        count = binding.operations, binding.document_operations
        if package is None or binding.validation is None:
            return Cast(diagnostics, *count, None, binding.document.inputs)
        with working_on("rendering"):
            files = render(package, formatter, cache)
            refusal = verify(files)
        if refusal is None:
            name = package_name or (source.stem if isinstance(source, Path) else "")
            files = _add_reference_docs(files, package, name)
        found = binding.validation.diagnostics(diagnostics)
    diagnostics = tuple(sorted({*diagnostics, *found}))
    if refusal is not None:
        fault = fault_diagnostic(refusal, binding.document, package)
        return Cast((*diagnostics, fault), *count, None, binding.document.inputs)
    repeatable = binding.document.is_complete and is_repeatable(diagnostics)
    return Cast(
        diagnostics, *count, files, binding.document.inputs, repeatable, binding
    )


def bind_document(
    source: Path | Content,
    name: str,
    selection: Selection | None = None,
    within: Path | None = None,
    trust: Trust = NO_TRUST,
    customization: Customization = UNCHANGED,
) -> Binding:
    """Return the view of the package of a document that need not be validated again.

    The arguments and errors are those of `cast`.
    """
    return _bind_document(
        source, name, selection, within, trust, None, None, customization
    )


def _bind_document(
    source: Path | Content,
    name: str,
    selection: Selection | None,
    within: Path | None,
    trust: Trust,
    validator: Validator | None,
    locked: str | None,
    customization: Customization,
) -> Binding:
    """Return the view of a package, while the validator reads the document, if any."""
    with working_on("reading"):
        original = read_source(source, name)
        if locked is not None and original.digest != locked:
            refused = (_locked_diagnostic(original, locked),)
            return Binding(original, refused, 0, 0, None, None)
        document = prepare(original, source, within, customization)
        selected = select(document, selection or Selection())
    with working_on("checking"):
        fixed, diagnostics = check(selected.document, trust)
        is_valid = not has_errors(diagnostics)
        validation = validator.begin(fixed) if is_valid and validator else None
    with working_on("parsing"):
        api, parse_diagnostics = parse(fixed, trust)
    diagnostics = tuple(sorted({*diagnostics, *parse_diagnostics}))
    package = None
    if not has_errors(diagnostics):
        with working_on("binding"):
            origin = _origin(source, original)
            package = bind(api, document.digest, selected.left_out, origin)
    return Binding(
        document=fixed,
        diagnostics=diagnostics,
        operations=len(api.operations),
        document_operations=selected.operations,
        package=package,
        validation=validation,
    )


def _origin(source: Path | Content, document: Document) -> Mapping[str, str]:
    """Return the origin and digest of a document for the manifest; empty for a file."""
    if isinstance(source, Path):
        return {}
    return {"spec": source.origin, "sha256": document.digest}


def _locked_diagnostic(document: Document, locked: str) -> Diagnostic:
    return document.diagnostic(
        "",
        "locked-document",
        f"the document has changed: its digest is {document.digest[:12]}, and that in"
        f" {MANIFEST} is {locked[:12]}",
        "see what changed without --locked",
    )


def fault_diagnostic(
    refusal: Refusal, document: Document, package: view.Package
) -> Diagnostic:
    """Return the diagnostic of refused code, at the operation or schema that it comes from.

    Args:
        refusal: The refusal of the code.
        document: The fixed document.
        package: The view of the package.
    """
    where = f", in {'.'.join(refusal.scope)}" if refusal.scope else ""
    code = f": {refusal.code[:_MAX_CODE_LENGTH]}" if refusal.code else ""
    return document.diagnostic(
        _source_pointer(refusal, package),
        "fault-of-clientcast",
        f"this is a fault of clientcast: {refusal.path}:{refusal.line}{where}:"
        f" {refusal.reason}{code}",
        "nothing is written; please report it with this part of the document",
        at_key=True,
    )


def _source_pointer(refusal: Refusal, package: view.Package) -> str:
    """Return the JSON pointer of the operation or schema of refused code; empty if unknown."""
    name, member = (*refusal.scope, "", "")[:2]
    resources = [*package.client.resources]
    for module in package.resources:
        resources += module.resources
    for resource in resources:
        if name in (resource.name, f"{view.ASYNC.class_prefix}{resource.name}"):
            for method in resource.methods:
                if method.name == member:
                    return method.pointer
    for models in package.models:
        for class_ in (*models.enums, *models.records):
            if class_.name == name:
                return class_.pointer
        for alias in models.aliases:
            if alias.name == name:
                return alias.pointer
    return ""


def _add_reference_docs(
    files: dict[str, str], package: view.Package, name: str
) -> dict[str, str]:
    """Return the code, its README and the manifest of both."""
    name = name if name.isidentifier() and not keyword.iskeyword(name) else ""
    with working_on("README.md"):
        outline = _outline(package, name)
        if outline.minimum_length > MAX_LENGTH:
            files["README.md"] = short_readme(outline_reference(outline))
        else:
            code = {**files, MANIFEST: manifest(package, files)}
            files["README.md"] = readme(extract(make_package(name, name, code)))
    files[MANIFEST] = manifest(package, files)
    return dict(sorted(files.items()))


def _outline(package: view.Package, name: str) -> Outline:
    """Return the outline of a package for its README."""
    client = package.client
    resources = [
        *client.resources,
        *(r for m in package.resources for r in m.resources),
    ]
    prefixes = (view.SYNC.class_prefix, view.ASYNC.class_prefix)
    return Outline(
        package=name,
        title=package.title,
        version=package.version,
        digest=package.spec_digest,
        api=package.api_metadata,
        client=client.name,
        async_client=f"{view.ASYNC.class_prefix}{client.name}",
        client_docstrings=(
            client.docstrings[prefixes[0]],
            client.docstrings[prefixes[1]],
        ),
        method_docstrings={
            f"{resource.path}.{method.name}".lstrip("."): method.docstrings[prefixes[0]]
            for resource in resources
            for method in resource.methods
        },
        models=frozenset(name for module in package.models for name in module.names),
    )
