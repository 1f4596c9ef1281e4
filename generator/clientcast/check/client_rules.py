"""What `x-client` must be beyond its grammar."""

from typing import Any

from clientcast.check.operation_rules import parameters_of
from clientcast.check.path_rules import path_problem
from clientcast.check.pointer_rules import (
    CURSOR,
    ITEMS,
    TEXT,
    TOTAL,
    check_pointer,
    parts_of,
    property_names,
)
from clientcast.check.walk import Walk
from clientcast.openapi import TEMPLATE
from clientcast.plain import is_list, is_mapping, mapping, sequence
from clientcast.references import Found, follow, lookup
from clientcast.source import escape

_STYLES = {
    "cursor": ("parameter", "cursor"),
    "offset": ("parameter", "limit"),
    "link": (),
}
"""The options that each style of pagination needs of its own."""
_PLACES = {"cursor": CURSOR, "items": ITEMS, "total": TOTAL}
"""The options that point into the body, and the types of what they point to."""


def check_client_options(walk: Walk) -> None:
    """Report what is wrong in each `x-client`, and between them."""
    for pointer, errors in walk.objects("ErrorOptions"):
        bodies = _error_bodies(walk)
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
        paging = mapping(options.get("pagination"))
        _check_paging(walk, f"{where}/pagination", Found(pointer, operation), paging)
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
    if path is not None and not (is_path and len(TEMPLATE.findall(path)) == 1):
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
    bodies = _contents(walk, response, "json")
    where, value = f"{pointer}/request_id", options.get("request_id")
    check_pointer(walk, where, value, bodies, TEXT)


def _check_paging(
    walk: Walk, pointer: str, operation: Found, paging: dict[str, Any]
) -> None:
    style = paging.get("style")
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
        if key not in paging:
            walk.missing(pointer, f"{style} pagination", key)
    known = _argument_names(walk, operation)
    for key in ("parameter", "limit"):
        name = paging.get(key)
        if isinstance(name, str) and name not in known:
            walk.report(
                f"{pointer}/{key}",
                "bad-option",
                f"this operation takes no '{name}'",
                walk.did_you_mean(name, known) or f"add a parameter '{name}'",
            )
    answers = _answers(walk, operation)
    if not answers:
        walk.report(
            pointer,
            "bad-option",
            "this operation answers with no JSON to take pages from",
            "remove 'pagination', or describe the answer",
            at_key=True,
        )
        return
    for key, types in _PLACES.items():
        value = paging.get(key)
        if is_list(value):
            for index, item in enumerate(value):
                check_pointer(walk, f"{pointer}/{key}/{index}", item, answers)
        else:
            check_pointer(walk, f"{pointer}/{key}", value, answers, types)


def _error_bodies(walk: Walk) -> list[Any]:
    """The schemas of the JSON that operations answer with when they fail."""
    found: list[Any] = []
    for _, operation in walk.objects("Operation"):
        for status, response in mapping(operation.get("responses")).items():
            if status[:1] in "45d":
                found += _contents(walk, response, "json")
    return found


def _answers(walk: Walk, operation: Found) -> list[Any]:
    """The schemas of the JSON that an operation answers with when it succeeds."""
    found: list[Any] = []
    for status, response in mapping(operation.value.get("responses")).items():
        if status[:1] == "2":
            found += _contents(walk, response, "json")
    return found


def _contents(walk: Walk, holder: Any, word: str = "") -> list[Any]:
    """The schemas of a body or response, by media types that have a word in their name."""
    value = mapping(follow(walk.document.data, "", holder).value)
    found: list[Any] = []
    for name, media_type in mapping(value.get("content")).items():
        media_type = follow(walk.document.data, "", media_type).value
        if word in name.lower() and is_mapping(media_type):
            found.append(media_type.get("schema", True))
    return found


def _argument_names(walk: Walk, operation: Found) -> list[str]:
    """The parameters and members of the body that an operation takes."""
    path = operation.pointer.rpartition("/")[0]
    holders = (Found(path, lookup(walk.document.data, path)), operation)
    names = [
        str(parameter.get("name"))
        for holder in holders
        for _, parameter in parameters_of(walk, holder)
    ]
    bodies = _contents(walk, operation.value.get("requestBody"))
    names += property_names(parts_of(walk, bodies))
    return names
