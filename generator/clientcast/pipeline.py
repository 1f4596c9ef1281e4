"""The pipeline from a document to the files of its package."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from clientcast import view
from clientcast.bind import Collision, Decisions, bind, use_naming
from clientcast.cache import NO_CACHE, Cache
from clientcast.check import Validation, Validator, check, has_errors, is_repeatable
from clientcast.code_files import code_files, with_reference_docs
from clientcast.conventions import Conventions
from clientcast.customization import UNCHANGED, Customization
from clientcast.diagnostic import Diagnostic, Severity
from clientcast.docs import MAX_LENGTH, Outline
from clientcast.examples import Examples
from clientcast.faults import working_on
from clientcast.forks import MANY_OPERATIONS, Forked
from clientcast.formatters import Formatter
from clientcast.incremental import LastCast, job_key, package_outline
from clientcast.inputs import InputFile
from clientcast.load import Content
from clientcast.loading import prepare, read_source
from clientcast.name_notes import with_collision_notes
from clientcast.parse import parse
from clientcast.refusals import fault_diagnostic, locked_diagnostic
from clientcast.select import Selection, select
from clientcast.source import Document
from clientcast.state_warnings import with_state_warnings
from clientcast.trust import NO_TRUST, Trust


class Cast(Struct, frozen=True):
    """Result of the pipeline.

    Attributes:
        diagnostics: The diagnostics, in the order of the document.
        operations: Number of operations of the client.
        document_operations: Number of operations of the document.
        files: The texts of the package by path; None if there is an error.
        inputs: The files that were read, the document first.
        is_repeatable: Whether the result is the same as long as they are.
    """

    diagnostics: tuple[Diagnostic, ...]
    operations: int
    document_operations: int
    files: Mapping[str, str] | None
    inputs: tuple[InputFile, ...]
    is_repeatable: bool = False


class Binding(Struct, frozen=True):
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
    folder: Path | None = None,
    conventions: Conventions = Conventions(),
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
        cache: The cache of formatted modules, of findings and of the state of the last cast;
            the result is the same without it.
        package_name: The dotted name that its README imports it by; None for that of the document.
        locked: The digest that the content must have, as in the manifest; None for any.
        customization: Changes to the document.
        folder: The folder of the package, whose files are taken over as far as nothing
            changed; None to generate them all.
        conventions: Choices that decide what callers see.

    Raises:
        OSError: The document cannot be opened.
        SelectionError: The selection names an unknown operation.
    """
    selection = selection or Selection()
    package_name = package_name or (source.stem if isinstance(source, Path) else "")
    origin = source.absolute() if isinstance(source, Path) else source.origin
    job = job_key(
        str(origin),
        name,
        selection,
        within,
        trust,
        formatter,
        package_name,
        conventions,
    )
    last = LastCast(cache, job, folder, trust, formatter, conventions.testing)
    with Validator(cache, starts_at_once=not last.is_flawless) as validator:
        with use_naming(conventions.naming):
            read = _read_document(
                source, name, selection, within, locked, customization, conventions
            )
            generate = partial(_generate, last=last, package_name=package_name)
            is_large = read.operations >= MANY_OPERATIONS and not last.is_known
            with Forked(partial(generate, read), _Code, is_large=is_large) as early:
                checked = _check_document(read, trust, validator, last)
                code = _recast(checked, last)
                if code is None and checked.is_unchanged:
                    code = early.result()
            if code is None:
                code = generate(checked)
        document, count = checked.document, checked.operations
        added = {*code.diagnostics} - {*checked.diagnostics}
        diagnostics = tuple(sorted({*checked.diagnostics, *added}))
        diagnostics = with_collision_notes(document, diagnostics, code.collisions)
        code = replace(code, diagnostics=diagnostics)
        if checked.validation is None or (code.files is None and code.fault is None):
            return Cast(code.diagnostics, code.operations, count, None, document.inputs)
        found = checked.validation.diagnostics(code.diagnostics)
    if found and checked.is_part:
        with Validator(cache) as validator:
            found = validator.begin(document).diagnostics(code.diagnostics)
    diagnostics = tuple(sorted({*code.diagnostics, *found}))
    if code.fault is not None:
        diagnostics = (*diagnostics, code.fault)
        return Cast(diagnostics, code.operations, count, None, document.inputs)
    has_mistakes = any(d.severity is not Severity.NOTE for d in added)
    if code.files is not None and code.kept is not None and not has_mistakes:
        findings = checked.validation.diagnostics(())
        is_flawless = not (checked.diagnostics or checked.is_fixed or findings)
        last.keep(document, *code.kept, code.operations, code.files, is_flawless)
    return Cast(
        diagnostics,
        code.operations,
        count,
        code.files,
        document.inputs,
        is_repeatable=document.is_complete and is_repeatable(diagnostics),
    )


def bind_document(
    source: Path | Content,
    name: str,
    selection: Selection | None = None,
    within: Path | None = None,
    trust: Trust = NO_TRUST,
    customization: Customization = UNCHANGED,
    conventions: Conventions = Conventions(),
) -> Binding:
    """Return the view of the package of a document that need not be validated again.

    The arguments and errors are those of `cast`.
    """
    selection = selection or Selection()
    read = _read_document(
        source, name, selection, within, None, customization, conventions
    )
    checked = _check_document(read, trust, None)
    with use_naming(conventions.naming):
        binding, decisions = _bind_document(checked, trust)
    if decisions is None:
        return binding
    diagnostics = with_collision_notes(
        binding.document, binding.diagnostics, decisions.collisions
    )
    return replace(binding, diagnostics=diagnostics)


class _Checked(Struct, frozen=True):
    """A document that has been checked, or is going to be.

    Attributes:
        document: The document, after selection and corrections.
        diagnostics: The diagnostics of the rules.
        operations: Number of operations of the document before selection.
        left_out: The operations that were not selected.
        digest: The digest of the document before selection.
        origin: The origin and digest of the document for the manifest; empty for a file.
        conventions: Choices that decide what callers see.
        validation: The validation of the document; None if it is not validated.
        is_part: Whether only a part was checked and is validated, since the rest is flawless.
        is_fixed: Whether the document has corrections.
    """

    document: Document
    diagnostics: tuple[Diagnostic, ...]
    operations: int
    left_out: tuple[str, ...]
    digest: str
    origin: Mapping[str, str]
    conventions: Conventions
    validation: Validation | None
    is_part: bool = False
    is_fixed: bool = False

    @property
    def is_unchanged(self) -> bool:
        """Whether the rules found no error, and the document has no corrections."""
        return not (self.is_fixed or has_errors(self.diagnostics))


class _Code(Struct, frozen=True):
    """The code of a document.

    Attributes:
        diagnostics: The diagnostics, without the notes on names and those of the validator.
        operations: Number of operations of the client.
        collisions: The names that were changed because others are the same.
        files: The texts of the package by path; None if there is an error.
        fault: The diagnostic of refused code; None if it is not refused.
        kept: The decisions about the API and the outline of the package, for the next cast.
    """

    diagnostics: tuple[Diagnostic, ...]
    operations: int
    collisions: tuple[Collision, ...] = ()
    files: Mapping[str, str] | None = None
    fault: Diagnostic | None = None
    kept: tuple[Decisions, Outline] | None = None


def _read_document(
    source: Path | Content,
    name: str,
    selection: Selection,
    within: Path | None,
    locked: str | None,
    customization: Customization,
    conventions: Conventions,
) -> _Checked:
    """Return a document that is not checked yet."""
    with working_on("reading"):
        original = read_source(source, name)
        if locked is not None and original.digest != locked:
            refused = (locked_diagnostic(original, locked),)
            empty = original.with_data({})
            return _Checked(
                empty, refused, 0, (), original.digest, {}, conventions, None
            )
        origin: dict[str, str] = {}
        if not isinstance(source, Path):
            origin = {"spec": source.origin, "sha256": original.digest}
        document = prepare(original, source, within, customization)
        selected = select(document, selection)
    return _Checked(
        selected.document,
        (),
        selected.operations,
        selected.left_out,
        document.digest,
        origin,
        conventions,
        None,
    )


def _check_document(
    read: _Checked,
    trust: Trust,
    validator: Validator | None,
    last: LastCast | None = None,
) -> _Checked:
    """Return a checked document, which the validator reads meanwhile, if any."""
    if read.diagnostics:
        return read
    document = read.document
    part = last.changed_part(document) if last is not None else None
    with working_on("checking"):
        infer = read.conventions.infer_pagination
        rules = partial(check, trust=trust, infer_pagination=infer)
        fixed, diagnostics = rules(part.document if part else document)
        is_part = part is not None and fixed is part.document and not diagnostics
        if part is not None and not is_part:
            fixed, diagnostics = rules(document)
        validation = None
        if part is not None and is_part and part.is_valid:
            validation = Validation.without_findings(fixed)
        elif validator is not None and not has_errors(diagnostics):
            validation = validator.begin(fixed)
    return replace(
        read,
        document=document if is_part else fixed,
        diagnostics=diagnostics,
        validation=validation,
        is_part=is_part,
        is_fixed=not is_part and fixed is not document,
    )


def _bind_document(checked: _Checked, trust: Trust) -> tuple[Binding, Decisions | None]:
    """Return the view of a package, and the decisions about the API; None if it has errors."""
    document = checked.document
    with working_on("parsing"):
        api, diagnostics = parse(document, trust)
    diagnostics = tuple(sorted({*checked.diagnostics, *diagnostics}))
    package, decisions = None, None
    if not has_errors(diagnostics):
        with working_on("binding"):
            package, decisions = bind(
                api,
                checked.digest,
                checked.left_out,
                checked.origin,
                checked.conventions.as_settings(),
                Examples(document.data) if checked.conventions.testing else None,
            )
            diagnostics = with_state_warnings(document, diagnostics, package)
    binding = Binding(
        document=document,
        diagnostics=diagnostics,
        operations=len(api.operations),
        document_operations=checked.operations,
        package=package,
        validation=checked.validation,
    )
    return binding, decisions


def _generate(checked: _Checked, last: LastCast, package_name: str) -> _Code:
    """Generate the code of a whole document."""
    binding, decisions = _bind_document(checked, last.trust)
    code = _Code(binding.diagnostics, binding.operations)
    package = binding.package
    if package is None or decisions is None:
        return code
    code = replace(code, collisions=decisions.collisions)
    with working_on("rendering"):
        files, refusal = code_files(package, last.formatter, last.cache)
    if refusal is not None:
        fault = fault_diagnostic(refusal, checked.document, package)
        return replace(code, fault=fault)
    outline = package_outline(package, package_name)
    files = with_reference_docs(files, package, outline)
    if outline.minimum_length > MAX_LENGTH:
        return replace(code, files=files, kept=(decisions, outline))
    return replace(code, files=files)


def _recast(checked: _Checked, last: LastCast) -> _Code | None:
    """Generate the code of what changed since the last cast; None if more changed."""
    if checked.validation is None:
        return None
    with working_on("what changed"):
        recast = last.recast(checked.document)
    if recast is None:
        return None
    outline = replace(recast.outline, digest=checked.digest)
    if outline.minimum_length <= MAX_LENGTH:
        return None
    package = replace(
        recast.package,
        spec_digest=checked.digest,
        left_out=checked.left_out,
        spec_origin=checked.origin,
        settings=checked.conventions.as_settings(),
    )
    files = with_reference_docs(recast.files, package, outline)
    return _Code(
        checked.diagnostics,
        recast.operations,
        recast.decisions.collisions,
        files,
        kept=(recast.decisions, outline),
    )
