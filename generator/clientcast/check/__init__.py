"""Says what is wrong with a document, and where: our own rules first, then a validator."""

from clientcast.check.rules import check_rules
from clientcast.check.schema_rules import check_schemas
from clientcast.check.validator import validate
from clientcast.check.walk import Walk
from clientcast.diagnostic import Diagnostic, Severity
from clientcast.source import Document

__all__ = ["check", "validate"]

VERSIONS = ("3.0", "3.1", "3.2")


def check(document: Document) -> tuple[Diagnostic, ...]:
    """Everything that our own rules find wrong with a document, in its order."""
    if document.problems and not document.data:
        return document.problems
    walk = Walk(document)
    walk.found.extend(document.problems)
    if _is_openapi(walk):
        walk.value("", document.data, "OpenAPI")
        check_rules(walk)
        check_schemas(walk)
    return tuple(sorted(set(walk.found)))


def _is_openapi(walk: Walk) -> bool:
    data = walk.document.data
    if not isinstance(data, dict):
        walk.report("", "not-openapi", "an OpenAPI document is a mapping")
        return False
    version = data.get("openapi")
    if version is None:
        hint = "add openapi: 3.1.0"
        if "swagger" in data:
            hint = "convert it to OpenAPI 3; Swagger 2 is not supported yet"
        walk.report("", "not-openapi", "the document has no 'openapi' version", hint)
        return False
    if not str(version).startswith(VERSIONS):
        walk.report(
            "/openapi",
            "unsupported-version",
            f"OpenAPI {str(version)[:20]} is not supported",
            f"the versions are {', '.join(VERSIONS)}",
        )
        return False
    return True


def has_errors(diagnostics: tuple[Diagnostic, ...]) -> bool:
    """Whether any of the problems leaves the meaning unknown."""
    return any(d.severity is Severity.ERROR for d in diagnostics)
