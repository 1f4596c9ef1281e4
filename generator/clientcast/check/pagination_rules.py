"""Rules for `pagination` of `x-client`."""

from typing import Any

from clientcast.check.operation_rules import resolve_parameters
from clientcast.check.pointer_rules import (
    check_option_pointer,
    check_pointer,
    content_schemas,
    property_names,
    subschemas,
)
from clientcast.check.walk import Walk
from clientcast.client_options import OPTIONS, STYLES, style_options
from clientcast.plain import mapping
from clientcast.references import Located, follow, lookup

_OBJECT_BODIES = ("json", "x-www-form-urlencoded", "*/*", "application/*")
"""Words of the media types of bodies whose properties may be arguments of paging."""
ARGUMENT_TYPES = ("string", "integer", "number")


def check_pagination(
    walk: Walk, pointer: str, operation: Located, pagination: dict[str, Any]
) -> None:
    """Report mistakes in the pagination of an operation."""
    style = pagination.get("style")
    if style not in STYLES:  # It is missing, of the wrong type, or reported already.
        return
    options = style_options(style)
    for name, option in options.items():
        if option.style and option.required and name not in pagination:
            walk.report_missing(pointer, f"{style} pagination", name)
    _check_style_options(walk, pointer, style, pagination)
    parameters = parameter_locations(walk, operation)
    for name, option in options.items():
        value = pagination.get(name)
        if option.is_parameter and isinstance(value, str):
            check_argument(walk, f"{pointer}/{name}", value, parameters, operation)
    if "first" in options and "first" in pagination:
        _check_first(walk, f"{pointer}/first", pagination["first"])
    schemas = [
        schema
        for response in success_responses(operation)
        for schema in content_schemas(walk, response, "json")
    ]
    if not schemas:
        walk.report(
            pointer,
            "bad-option",
            "this operation has no JSON response to read pages from",
            "remove 'pagination', or add the JSON content to the response",
            at_key=True,
        )
        return
    for name, option in options.items():
        value = pagination.get(name)
        if option.may_be_header and not str(value).startswith("/"):
            _check_header(walk, f"{pointer}/{name}", value, operation)
        else:
            check_option_pointer(walk, f"{pointer}/{name}", value, schemas, option)


def _check_style_options(
    walk: Walk, pointer: str, style: str, pagination: dict[str, Any]
) -> None:
    """Report options that belong to other styles of pagination."""
    own = style_options(style)
    others = {option.name for option in OPTIONS["PaginationOptions"]} - own.keys()
    for name in pagination:
        if name in others:
            walk.report(
                f"{pointer}/{name}",
                "bad-option",
                f"{style} pagination has no option '{name}'",
                f"remove it; the options are {', '.join(own)}",
                at_key=True,
            )


def _check_first(walk: Walk, pointer: str, value: object) -> None:
    """Report a number of the first page that cannot be one."""
    if not isinstance(value, int) or value < 0:
        walk.report(
            pointer,
            "bad-option",
            "the number of the first page is a positive integer or 0",
            "write 0 or 1",
        )


def _check_header(walk: Walk, pointer: str, value: object, operation: Located) -> None:
    """Report an option that names no header of the 2XX responses of an operation."""
    if not isinstance(value, str):
        return
    names = [
        name
        for response in success_responses(operation)
        for name in mapping(
            mapping(follow(walk.document.data, "", response).value).get("headers")
        )
    ]
    if value.lower() not in (name.lower() for name in names):
        walk.report(
            pointer,
            "bad-option",
            f"the response has no header '{value}'",
            walk.did_you_mean(value, names)
            or f"declare it in `headers` of the response, or write '/{value}' for a place in the"
            " body",
        )


def success_responses(operation: Located) -> list[Any]:
    """Return the 2XX responses of an operation, with references."""
    responses = mapping(operation.value.get("responses"))
    return [value for status, value in responses.items() if status[:1] == "2"]


def check_argument(
    walk: Walk,
    pointer: str,
    value: str,
    parameters: dict[str, set[str]],
    operation: Located,
    types: tuple[str, ...] = ARGUMENT_TYPES,
) -> None:
    """Report an option that names no parameter, several, or no property of the body."""
    locations = parameters.get(value, set())
    if len(locations) > 1:
        walk.report(
            pointer,
            "bad-option",
            f"this operation has several parameters '{value}': in"
            f" {' and '.join(sorted(locations))}",
            "remove the option, or one of the parameters",
        )
    if locations:
        return
    bodies = content_schemas(walk, operation.value.get("requestBody"), *_OBJECT_BODIES)
    if value.startswith("/") and bodies:
        check_pointer(walk, pointer, value, bodies, types, "the request body")
        return
    accepted = [*parameters, *property_names(subschemas(walk, bodies))]
    if value not in accepted:
        walk.report(
            pointer,
            "bad-option",
            f"this operation has no parameter '{value}'",
            walk.did_you_mean(value, accepted) or f"add a parameter '{value}'",
        )


def parameter_locations(walk: Walk, operation: Located) -> dict[str, set[str]]:
    """Return the locations of the parameters of an operation, by name."""
    path = operation.pointer.rpartition("/")[0]
    found: dict[str, set[str]] = {}
    for holder in (Located(path, lookup(walk.document.data, path)), operation):
        for _, parameter in resolve_parameters(walk, holder):
            name, location = str(parameter.get("name")), str(parameter.get("in"))
            found.setdefault(name, set()).add(location)
    return found
