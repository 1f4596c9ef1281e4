"""Rules for `x-client`."""

from typing import Any

from clientcast.check.injection_rules import is_reserved_header
from clientcast.check.operation_rules import check_header_name
from clientcast.check.pagination_rules import check_pagination
from clientcast.check.path_rules import path_problem
from clientcast.check.pointer_rules import check_option_pointer, content_schemas
from clientcast.check.state_rules import StateRules
from clientcast.check.walk import Walk, shorten
from clientcast.check.webhook_rules import check_webhook_options
from clientcast.client_option import Option
from clientcast.client_options import OPTIONS
from clientcast.openapi import TEMPLATE_EXPRESSION
from clientcast.plain import mapping, sequence
from clientcast.references import Located, follow
from clientcast.source import escape


def check_client_options(walk: Walk) -> None:
    """Report mistakes in each `x-client`, and conflicts between them."""
    for name in OPTIONS:
        for pointer, value in walk.objects(name):
            _check_values(walk, pointer, value, OPTIONS[name])
    for pointer, errors in walk.objects("ErrorOptions"):
        _check_errors(walk, pointer, errors)
    check_webhook_options(walk)
    methods: set[tuple[str, str]] = set()
    states = StateRules(walk)
    for pointer, operation in walk.objects("Operation"):
        options = mapping(operation.get("x-client"))
        where = f"{pointer}/x-client"
        _check_method(walk, where, operation, options, methods)
        pagination = mapping(options.get("pagination"))
        check_pagination(
            walk, f"{where}/pagination", Located(pointer, operation), pagination
        )
        state = mapping(options.get("state"))
        states.check(f"{where}/state", Located(pointer, operation), state)
        _check_statuses(walk, pointer, operation)
    headers = mapping(
        mapping(mapping(walk.document.data).get("x-client")).get("headers")
    )
    for name, header in headers.items():
        _check_header(walk, f"/x-client/headers/{escape(name)}", name, mapping(header))
    for pointer, response in walk.objects("Response"):
        options = mapping(response.get("x-client"))
        _check_polling(walk, f"{pointer}/x-client", response, options)


def _check_errors(walk: Walk, pointer: str, errors: dict[str, Any]) -> None:
    bodies = _error_schemas(walk)
    for option in OPTIONS["ErrorOptions"]:
        value = errors.get(option.name)
        if option.may_be_header and not str(value).startswith("/"):
            continue
        check_option_pointer(walk, f"{pointer}/{option.name}", value, bodies, option)


def _check_header(walk: Walk, pointer: str, name: str, options: dict[str, Any]) -> None:
    """Report a header of every request that cannot be sent (RFC 9110, section 5)."""
    if is_reserved_header(name):
        message = f"the header {shorten(name.strip())} is set by the HTTP client"
        walk.report(pointer, "bad-header-name", message, "remove it", at_key=True)
        return
    if not check_header_name(walk, pointer, {"in": "header", "name": name}):
        return
    info = mapping(mapping(walk.document.data).get("info"))
    value = options.get("value") or info.get("version")
    if isinstance(value, str) and not (value.isascii() and value.isprintable()):
        walk.report(
            f"{pointer}/value" if "value" in options else pointer,
            "bad-header-value",
            f"the value of {name} cannot be sent in a header",
            "write printable ASCII characters",
        )


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
        owner = f"resource '{resource}'" if resource else "the client"
        walk.report(
            f"{pointer}/method",
            "duplicate-method",
            f"{owner} has another method '{options['method']}'",
            "choose another name",
        )
    methods.add(key)


def _check_statuses(walk: Walk, pointer: str, operation: dict[str, Any]) -> None:
    """Report polling of a response other than 202 (RFC 9110, section 15.3.3)."""
    for status, response in mapping(operation.get("responses")).items():
        found = mapping(follow(walk.document.data, "", response).value)
        if "x-client" in found and status != "202":
            walk.report(
                f"{pointer}/responses/{escape(status)}",
                "bad-option",
                f"polling needs a 202 response; this is {status}",
                "move x-client to a 202 response",
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
            f"'{path}' is not a path with one parameter",
            "write a path such as '/requests/{request_id}'",
        )
    elif isinstance(path, str):
        problem, hint = path_problem(path)
        if problem:
            walk.report(f"{pointer}/poll", "bad-path", problem, hint)
    bodies = content_schemas(walk, response, "json")
    for option in OPTIONS["ResponseOptions"]:
        value = options.get(option.name)
        check_option_pointer(walk, f"{pointer}/{option.name}", value, bodies, option)


def _check_values(
    walk: Walk, pointer: str, value: dict[str, Any], options: tuple[Option, ...]
) -> None:
    """Report options whose value is not one of the allowed values."""
    for option in options:
        text = value.get(option.name)
        if option.values and isinstance(text, str) and text not in option.values:
            hint = f"the values are {', '.join(option.values)}"
            if len(option.values) == 1:
                hint = f"write '{option.name}: {option.values[0]}', or remove it"
            walk.report(
                f"{pointer}/{option.name}",
                "bad-option",
                f"'{option.name}' cannot be '{shorten(text)}'",
                walk.did_you_mean(text, option.values) or hint,
            )


def _error_schemas(walk: Walk) -> list[Any]:
    """Return the schemas of the JSON bodies of all error responses."""
    found: list[Any] = []
    for _, operation in walk.objects("Operation"):
        for status, response in mapping(operation.get("responses")).items():
            if status[:1] in "45d":
                found += content_schemas(walk, response, "json")
    return found
