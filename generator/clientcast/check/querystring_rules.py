"""What a parameter must be that is the whole query (OpenAPI 3.2, 4.12.1)."""

from typing import Any

from clientcast.check.operation_rules import parameters_of
from clientcast.check.walk import Walk
from clientcast.diagnostic import Severity
from clientcast.openapi import METHODS, plain_media_type
from clientcast.plain import mapping
from clientcast.references import Found

_FORM = "application/x-www-form-urlencoded"


def check_querystrings(walk: Walk) -> None:
    """Report each whole query that has no content, or is not alone."""
    whole = [(p, v) for p, v in walk.objects("Parameter") if _is_whole(v)]
    for pointer, parameter in whole:
        if not mapping(parameter.get("content")):
            walk.report(
                pointer,
                "no-content",
                "a parameter that is the whole query says what it is by 'content'",
                f"add 'content' with '{_FORM}' or 'application/json'",
            )
    if not whole:
        return
    for pointer, item in walk.objects("PathItem"):
        shared = list(parameters_of(walk, Found(pointer, item)))
        for method in METHODS:
            own = parameters_of(walk, Found(f"{pointer}/{method}", item.get(method)))
            _check_alone(walk, [*shared, *own])


def _check_alone(walk: Walk, parameters: list[tuple[str, dict[str, Any]]]) -> None:
    whole = [(p, v) for p, v in parameters if _is_whole(v)]
    for pointer, _ in whole[1:]:
        walk.report(
            f"{pointer}/in", "query-twice", "an operation has one whole query at most"
        )
    for pointer, parameter in whole[:1]:
        if any(value.get("in") == "query" for _, value in parameters):
            is_form = any(
                plain_media_type(name) == _FORM
                for name in mapping(parameter.get("content"))
            )
            walk.report(
                f"{pointer}/in",
                "query-twice",
                "beside the whole query there are parameters in query"
                + (": both are sent" if is_form else ""),
                "describe all of the query in one way",
                severity=Severity.WARNING if is_form else Severity.ERROR,
            )


def _is_whole(parameter: dict[str, Any]) -> bool:
    return parameter.get("in") == "querystring"
