"""Says what is wrong with a document, and where: our own rules first, then a validator."""

import re

from clientcast.check.rules import check_rules
from clientcast.check.structure import check_structure
from clientcast.check.trust_rules import check_trust
from clientcast.check.validator import findings
from clientcast.check.walk import Walk
from clientcast.diagnostic import Diagnostic, Severity, closest
from clientcast.plain import is_mapping
from clientcast.source import Document
from clientcast.trust import NO_TRUST, Trust

__all__ = ["check", "has_errors", "validate"]

_SUPPORTED_VERSIONS = ("3.0", "3.1", "3.2")
_SWAGGER_KEYS = ("swagger", "swaggerVersion")
"""Where documents older than OpenAPI 3.0 say their version; `swagger` reads 2.0."""
_VERSION = re.compile(r"3\.[0-2](?:\.[0-9]+)?(?:-[A-Za-z0-9_.-]+)?")


def check(
    document: Document, trust: Trust = NO_TRUST
) -> tuple[Document, tuple[Diagnostic, ...]]:
    """What our own rules find wrong with a document.

    Args:
        document: The document.
        trust: What the project's configuration allows it.

    Returns:
        The document as it is meant, as far as that is plain, and everything that is wrong,
        in its order.
    """
    if document.diagnostics and not document.data:
        return document, document.diagnostics
    walk = Walk(document, [*document.diagnostics])
    if _is_openapi(walk):
        walk = check_structure(walk)
        try:
            check_rules(walk)
            check_trust(walk, trust)
        except Exception as error:
            error.add_note(f"#{walk.current_pointer}")
            raise
    return walk.fixed_document(), tuple(sorted(set(walk.diagnostics)))


def validate(
    document: Document, known: tuple[Diagnostic, ...]
) -> tuple[Diagnostic, ...]:
    """What a validator finds wrong with a document, but for what is known already."""
    known_places = {(d.path, d.line, d.column) for d in known}
    return tuple(
        d for d in findings(document) if (d.path, d.line, d.column) not in known_places
    )


def has_errors(diagnostics: tuple[Diagnostic, ...]) -> bool:
    """Whether any of the problems leaves the meaning unknown."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def _is_openapi(walk: Walk) -> bool:
    data = walk.document.data
    if not is_mapping(data):
        what = "is empty" if data is None else "is not a mapping"
        hint = "it begins with openapi: 3.1.0, info: and paths:"
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
                "the version of Swagger that is read is 2.0",
            )
            return False
        if meant is not None:
            hint = f"write 'openapi' for '{meant}'"
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
            f"'{version}' is no whole version of OpenAPI",
            f"write {version}.0",
        )
    return True
