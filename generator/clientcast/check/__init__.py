"""Diagnostics of a document: the rules of this package, then openapi-spec-validator."""

import re

from clientcast.check.paging_notes import note_proposals, with_proposals
from clientcast.check.paging_proposals import Proposal, propose_paging
from clientcast.check.rules import check_rules
from clientcast.check.structure import check_structure
from clientcast.check.trust_rules import check_trust
from clientcast.check.unused import without_faulty_components
from clientcast.check.validator import Validation, Validator, is_repeatable
from clientcast.check.walk import Walk
from clientcast.diagnostic import Diagnostic, Severity, closest
from clientcast.plain import is_mapping
from clientcast.source import Document
from clientcast.trust import NO_TRUST, Trust

__all__ = ["check", "has_errors", "is_repeatable", "Validation", "Validator"]

_SUPPORTED_VERSIONS = ("3.0", "3.1", "3.2")
_SWAGGER_KEYS = ("swagger", "swaggerVersion")
"""The keys of the version in documents before OpenAPI 3.0; `swagger` reads 2.0."""
_VERSION = re.compile(r"3\.[0-2](?:\.[0-9]+)?(?:-[A-Za-z0-9_.-]+)?")


def check(
    document: Document,
    trust: Trust = NO_TRUST,
    *,
    infer_pagination: bool | None = False,
) -> tuple[Document, tuple[Diagnostic, ...]]:
    """Check a document by the rules of this package.

    Args:
        document: The document.
        trust: What the project's configuration allows it.
        infer_pagination: Whether operations that look paged get `pagination`; None to propose
            it in notes.

    Returns:
        The document with fixes applied, and the diagnostics in the order of the document.
    """
    if document.diagnostics and not document.data:
        return document, document.diagnostics
    walk = Walk(document, [*document.diagnostics], lenient=trust.lenient)
    proposals: tuple[Proposal, ...] = ()
    if _is_openapi(walk):
        walk = check_structure(walk)
        try:
            check_rules(walk)
            check_trust(walk, trust)
            if infer_pagination is not False:
                proposals = tuple(propose_paging(walk))
        except Exception as error:
            error.add_note(f"#{walk.current_pointer}")
            raise
    fixed = without_faulty_components(walk)
    if infer_pagination:
        fixed = with_proposals(fixed, proposals)
    else:
        note_proposals(walk, proposals)
    return fixed, tuple(sorted(set(walk.diagnostics)))


def has_errors(diagnostics: tuple[Diagnostic, ...]) -> bool:
    """Return whether any diagnostic is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def _is_openapi(walk: Walk) -> bool:
    data = walk.document.data
    if not is_mapping(data):
        what = "is empty" if data is None else "is not a mapping"
        hint = "begin with openapi: 3.1.0, info: and paths:"
        walk.report("", "not-openapi", f"the document {what}", hint)
        return False
    version = data.get("openapi")
    if version is None:
        meant = closest("openapi", data)
        hint = "add openapi: 3.1.0"
        older = next((key for key in _SWAGGER_KEYS if key in data), None)
        if older is not None:
            walk.report(
                f"/{older}",
                "unsupported-version",
                f"Swagger '{str(data[older])[:20]}' is not supported",
                "the supported version of Swagger is 2.0",
            )
            return False
        if meant is not None:
            hint = f"write 'openapi' instead of '{meant}'"
        walk.report("", "not-openapi", "the document has no 'openapi' version", hint)
        return False
    if not _VERSION.fullmatch(str(version)):
        walk.report(
            "/openapi",
            "unsupported-version",
            f"OpenAPI '{str(version)[:20]}' is not supported",
            f"the versions are {', '.join(_SUPPORTED_VERSIONS)}",
        )
        return False
    if str(version).count(".") < 2:
        walk.warn(
            "/openapi",
            "short-version",
            f"'{version}' is not a complete version of OpenAPI",
            f"write {version}.0",
        )
    return True
