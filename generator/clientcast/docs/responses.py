"""Responses and security requirements of an operation, read from `clientcast.json`."""

from typing import Any

from clientcast.docs.classes import ErrorClass
from clientcast.docs.reference import Header, Requirement, Response
from clientcast.plain import mapping, sequence, text, texts


def parse_requirements(alternatives: object) -> tuple[tuple[Requirement, ...], ...]:
    """Parse the security requirements of an operation: alternatives of one or more credentials."""
    return tuple(
        tuple(
            Requirement(
                text(mapping(part).get("argument")),
                text(mapping(part).get("scheme")),
                texts(mapping(part).get("scopes")),
            )
            for part in sequence(alternative)
        )
        for alternative in sequence(alternatives)
    )


def parse_response(record: dict[str, Any], errors: tuple[ErrorClass, ...]) -> Response:
    """Parse a response, and add the error class that it raises."""
    status = text(record.get("status"))
    return Response(
        status=status,
        description=text(record.get("description")),
        content_types=texts(record.get("content_types")),
        type=text(record.get("type")),
        error=_error_class(status, errors),
        headers=tuple(
            Header(name, text(description))
            for name, description in mapping(record.get("headers")).items()
        ),
        example=record.get("example"),
    )


def _error_class(status: str, errors: tuple[ErrorClass, ...]) -> str:
    """Return the class that a response with this status raises; empty for a success."""
    if status[:1] in ("1", "2", "3"):
        return ""
    by_status = {error.status: error.name for error in errors if error.status}
    return by_status.get(status) or by_status.get(f"{status[:1]}xx") or "APIStatusError"
