"""What `x-client` must be beyond its grammar."""

from typing import Any

from clientcast.check.operation_rules import resolve_parameters
from clientcast.check.path_rules import path_problem
from clientcast.check.pointer_rules import (
    CURSOR,
    ITEMS,
    TEXT,
    TOTAL,
    check_pointer,
    property_names,
    subschemas,
)
from clientcast.check.walk import Walk
from clientcast.openapi import TEMPLATE_EXPRESSION
from clientcast.plain import is_list, is_mapping, mapping, sequence
from clientcast.references import Located, follow, lookup
from clientcast.source import escape

_STYLES = {
    "cursor": ("parameter", "cursor"),
    "offset": ("parameter", "limit"),
    "link": (),
}
"""The options that each style of pagination needs of its own."""
_POINTER_TYPES = {"cursor": CURSOR, "items": ITEMS, "total": TOTAL}
"""The options that point into the body, and the types of what they point to."""


def check_client_options(walk: Walk) -> None:
    """Report what is wrong in each `x-client`, and between them."""
    for pointer, errors in walk.objects("ErrorOptions"):
        bodies = _error_schemas(walk)
        for key in ("code", "message", "request_id"):
            value = errors.get(key)
            if key == "request_id" and not str(value).startswith("/"):
                continue  # the name of a response header
            check_pointer(walk, f"{pointer}/{key}", value, bodies, TEXT)
    methods: set[tuple[str, str]] = set()
    for pointer, operation in walk.objects("Operation"):
        options = mapping(operation.get("x-client"))
        where = f"{pointer}/x-client"
        _check_method(walk, where, operation, options, methods)
        if isinstance(options.get("retry"), str) and options["retry"] != "safe":
            walk.report(
                f"{where}/retry",
                "bad-option",
                f"retry cannot be '{options['retry']}'",
                "write 'retry: safe' or remove it",
            )
        pagination = mapping(options.get("pagination"))
        _check_pagination(
            walk, f"{where}/pagination", Located(pointer, operation), pagination
        )
        _check_statuses(walk, pointer, operation)
    for pointer, response in walk.objects("Response"):
        options = mapping(response.get("x-client"))
        _check_polling(walk, f"{pointer}/x-client", response, options)


def _check_method(
    walk: Walk,
    pointer: str,
    operation: dict[str, Any],
    options: dict[str, Any],
    methods: set[tuple[str, str]],
) -> None:
    if not isinstance(options.get("method"), str):
        return
    tags = sequence(operation.get("tags"))
    resource = str(options.get("resource") or (tags[0] if tags else ""))
    key = (resource, options["method"])
    if key in methods:
        whose = f"'{resource}'" if resource else "the client"
        walk.report(
            f"{pointer}/method",
            "duplicate-method",
            f"{whose} has another method '{options['method']}'",
            "write another name",
        )
    methods.add(key)


def _check_statuses(walk: Walk, pointer: str, operation: dict[str, Any]) -> None:
    """Report what is to be polled for and is no 202 (RFC 9110, section 15.3.3)."""
    for status, response in mapping(operation.get("responses")).items():
        found = mapping(follow(walk.document.data, "", response).value)
        if "x-client" in found and status != "202":
            walk.report(
                f"{pointer}/responses/{escape(status)}",
                "bad-option",
                f"an answer {status} is not polled for",
                "move its x-client to an answer 202",
                at_key=True,
            )


def _check_polling(
    walk: Walk, pointer: str, response: dict[str, Any], options: dict[str, Any]
) -> None:
    path = options.get("poll")
    is_path = isinstance(path, str) and path.startswith("/")
    if path is not None and not (
        is_path and len(TEMPLATE_EXPRESSION.findall(path)) == 1
    ):
        walk.report(
            f"{pointer}/poll",
            "bad-option",
            f"'{path}' is no path with one parameter",
            "write such as '/requests/{request_id}'",
        )
    elif isinstance(path, str):
        problem, hint = path_problem(path)
        if problem:
            walk.report(f"{pointer}/poll", "bad-path", problem, hint)
    bodies = _content_schemas(walk, response, "json")
    where, value = f"{pointer}/request_id", options.get("request_id")
    check_pointer(walk, where, value, bodies, TEXT)


def _check_pagination(
    walk: Walk, pointer: str, operation: Located, pagination: dict[str, Any]
) -> None:
    style = pagination.get("style")
    if not isinstance(style, str):
        return
    if style not in _STYLES:
        walk.report(
            f"{pointer}/style",
            "bad-option",
            f"'{style}' is no style of pagination",
            walk.did_you_mean(style, _STYLES) or f"the styles are {', '.join(_STYLES)}",
        )
        return
    for key in _STYLES[style]:
        if key not in pagination:
            walk.report_missing(pointer, f"{style} pagination", key)
    accepted = _accepted_names(walk, operation)
    for key in ("parameter", "limit"):
        name = pagination.get(key)
        if isinstance(name, str) and name not in accepted:
            walk.report(
                f"{pointer}/{key}",
                "bad-option",
                f"this operation takes no '{name}'",
                walk.did_you_mean(name, accepted) or f"add a parameter '{name}'",
            )
    schemas = _success_schemas(walk, operation)
    if not schemas:
        walk.report(
            pointer,
            "bad-option",
            "this operation answers with no JSON to take pages from",
            "remove 'pagination', or describe the answer",
            at_key=True,
        )
        return
    for key, types in _POINTER_TYPES.items():
        value = pagination.get(key)
        if is_list(value):
            for index, item in enumerate(value):
                check_pointer(walk, f"{pointer}/{key}/{index}", item, schemas)
        else:
            check_pointer(walk, f"{pointer}/{key}", value, schemas, types)


def _error_schemas(walk: Walk) -> list[Any]:
    """The schemas of the JSON that operations answer with when they fail."""
    found: list[Any] = []
    for _, operation in walk.objects("Operation"):
        for status, response in mapping(operation.get("responses")).items():
            if status[:1] in "45d":
                found += _content_schemas(walk, response, "json")
    return found


def _success_schemas(walk: Walk, operation: Located) -> list[Any]:
    """The schemas of the JSON that an operation answers with when it succeeds."""
    found: list[Any] = []
    for status, response in mapping(operation.value.get("responses")).items():
        if status[:1] == "2":
            found += _content_schemas(walk, response, "json")
    return found


def _content_schemas(walk: Walk, holder: Any, word: str = "") -> list[Any]:
    """The schemas of a body or response, by media types that have a word in their name."""
    value = mapping(follow(walk.document.data, "", holder).value)
    found: list[Any] = []
    for name, media_type in mapping(value.get("content")).items():
        media_type = follow(walk.document.data, "", media_type).value
        if word in name.lower() and is_mapping(media_type):
            found.append(media_type.get("schema", True))
    return found


def _accepted_names(walk: Walk, operation: Located) -> list[str]:
    """The parameters and members of the body that an operation takes."""
    path = operation.pointer.rpartition("/")[0]
    holders = (Located(path, lookup(walk.document.data, path)), operation)
    names = [
        str(parameter.get("name"))
        for holder in holders
        for _, parameter in resolve_parameters(walk, holder)
    ]
    bodies = _content_schemas(walk, operation.value.get("requestBody"))
    names += property_names(subschemas(walk, bodies))
    return names
