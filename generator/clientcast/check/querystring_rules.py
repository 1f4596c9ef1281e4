"""Rules for parameters in `querystring` (OpenAPI 3.2, 4.12.1)."""

from typing import Any

from clientcast.check.operation_rules import resolve_parameters
from clientcast.check.walk import Walk
from clientcast.diagnostic import Severity
from clientcast.openapi import METHODS, bare_media_type
from clientcast.plain import mapping
from clientcast.references import Located

_FORM = "application/x-www-form-urlencoded"


def check_querystring_parameters(walk: Walk) -> None:
    """Report `querystring` parameters without content, or beside other query parameters."""
    querystrings = [(p, v) for p, v in walk.objects("Parameter") if _is_querystring(v)]
    for pointer, parameter in querystrings:
        if not mapping(parameter.get("content")):
            walk.report(
                pointer,
                "no-content",
                "a 'querystring' parameter has no 'content'",
                f"add 'content' with '{_FORM}' or 'application/json'",
            )
    if not querystrings:
        return
    for pointer, item in walk.objects("PathItem"):
        shared = list(resolve_parameters(walk, Located(pointer, item)))
        for method in METHODS:
            own = resolve_parameters(
                walk, Located(f"{pointer}/{method}", item.get(method))
            )
            _check_exclusive(walk, [*shared, *own])


def _check_exclusive(walk: Walk, parameters: list[tuple[str, dict[str, Any]]]) -> None:
    querystrings = [(p, v) for p, v in parameters if _is_querystring(v)]
    for pointer, _ in querystrings[1:]:
        walk.report(
            f"{pointer}/in",
            "query-twice",
            "an operation can have one 'querystring' parameter only",
            "remove one of them",
        )
    for pointer, parameter in querystrings[:1]:
        if any(value.get("in") == "query" for _, value in parameters):
            is_form = any(
                bare_media_type(name) == _FORM
                for name in mapping(parameter.get("content"))
            )
            walk.report(
                f"{pointer}/in",
                "query-twice",
                "this operation has 'querystring' and 'query' parameters"
                + (": both are sent" if is_form else ""),
                "describe the whole query in one of the two ways",
                severity=Severity.WARNING if is_form else Severity.ERROR,
            )


def _is_querystring(parameter: dict[str, Any]) -> bool:
    return parameter.get("in") == "querystring"
