"""Rules for operations and parameters."""

import re
from collections.abc import Iterator
from typing import Any

from clientcast.check.injection_rules import has_control_character, is_reserved_header
from clientcast.check.misplaced import intended_location
from clientcast.check.walk import Walk, shorten
from clientcast.diagnostic import Severity, closest
from clientcast.openapi import IGNORED_HEADERS
from clientcast.plain import is_mapping, mapping, sequence
from clientcast.references import Located, follow
from clientcast.source import escape

LOCATIONS = ("path", "query", "header", "cookie")
_PARAMETER_LOCATIONS = (*LOCATIONS, "querystring")

_STATUS = re.compile(r"[1-5](?:[0-9][0-9]|XX)(?![0-9])|default")
_TOKEN_CHARACTERS = r"!#$%&'*+.^_`|~0-9A-Za-z-"
"""The characters of a field name (RFC 9110, section 5.6.2)."""
_NON_TOKEN_CHARACTER = re.compile(f"[^{_TOKEN_CHARACTERS}]")
_IGNORED_HEADER_HINTS = {
    "accept": "name the media types under 'content' of the responses",
    "content-type": "name the media type under 'content' of the requestBody",
    "authorization": "describe it as a security scheme; the client takes its value as a credential",
}
"""Hints for the header parameters that OpenAPI ignores."""


_MAX_RESOURCE_DEPTH = 10
"""Resources within each other; the dots of a tag nest them."""


def check_operations(walk: Walk) -> None:
    """Report mistakes in each operation and parameter, and conflicts between them."""
    _check_operation_ids(walk)
    _check_tags(walk)
    for pointer, operation in walk.objects("Operation"):
        _check_responses(walk, pointer, operation)
        _check_duplicates(walk, Located(pointer, operation))
    for pointer, parameter in walk.objects("Parameter"):
        _check_parameter(walk, pointer, parameter)


def resolve_parameters(
    walk: Walk, holder: Located
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the pointer and value of each parameter of an operation or path item, resolved."""
    place = f"{holder.pointer}/parameters"
    for index, item in enumerate(sequence(mapping(holder.value).get("parameters"))):
        pointer, value = follow(walk.document.data, f"{place}/{index}", item)
        if is_mapping(value) and "$ref" not in value:
            yield pointer, value


def check_header_name(walk: Walk, pointer: str, value: dict[str, Any]) -> bool:
    """Return whether a parameter or API key has a valid header name; report an invalid one."""
    name = value.get("name")
    if value.get("in") != "header" or not isinstance(name, str):
        return True
    if is_reserved_header(name):
        walk.report(
            f"{pointer}/name",
            "bad-header-name",
            f"the header {shorten(name.strip())} cannot be a parameter: the HTTP client sets it",
            "remove it, or leave the operation out with 'skip'",
        )
        return False
    wrong = _NON_TOKEN_CHARACTER.search(name)
    if name and not wrong:
        return True
    plain = name.strip().rstrip(":")
    suggestion = _NON_TOKEN_CHARACTER.sub("-", plain)
    is_plain = suggestion == plain != ""
    problem = f"cannot have '{wrong[0]}'" if wrong else "cannot be empty"
    is_injection = has_control_character(name) or not plain.isprintable()
    where, code = f"{pointer}/name", "bad-header-name"
    message = f"the name of a header {problem}"
    hint = f"write '{suggestion}'" if 0 < len(suggestion) < 60 else ""
    if is_injection:
        walk.report(where, code, message)
    elif is_plain:
        walk.warn(where, code, message, hint)
        walk.fixes.replace(where, plain)
    else:
        walk.report_unusable(where, code, message, hint, "calls are sent without it")
    return is_plain


def _check_operation_ids(walk: Walk) -> None:
    known: dict[str, dict[str, Any]] = {}
    for pointer, operation in walk.objects("Operation"):
        identifier = operation.get("operationId")
        if identifier is None:
            if closest("operationId", operation) is None:
                walk.warn(
                    pointer,
                    "no-operation-id",
                    "this operation has no operationId",
                    "add 'operationId', which names the method",
                    at_key=True,
                )
        elif known.setdefault(str(identifier), operation) is not operation:
            walk.warn(
                f"{pointer}/operationId",
                "duplicate-operation-id",
                f"another operation has the operationId '{identifier}'",
                "choose another; until then, the path distinguishes the methods",
            )


def _check_tags(walk: Walk) -> None:
    names = [tag.get("name") for _, tag in walk.objects("Tag")]
    declared = {name for name in names if isinstance(name, str)}
    for pointer, operation in walk.objects("Operation"):
        _check_resource_depth(walk, pointer, operation)
        for index, tag in enumerate(sequence(operation.get("tags"))):
            if declared and isinstance(tag, str) and tag not in declared:
                walk.warn(
                    f"{pointer}/tags/{index}",
                    "undeclared-tag",
                    f"the tag '{tag}' is not declared in 'tags' of the document",
                    walk.did_you_mean(tag, declared) or "declare it there",
                )


def _check_resource_depth(walk: Walk, pointer: str, operation: dict[str, Any]) -> None:
    """Report a resource name whose dots nest resources too deeply."""
    resource_option = mapping(operation.get("x-client")).get("resource")
    tags = sequence(operation.get("tags"))
    place, resource = (f"{pointer}/x-client/resource", resource_option)
    if not resource_option and tags:
        place, resource = (f"{pointer}/tags/0", tags[0])
    if isinstance(resource, str) and resource.count(".") >= _MAX_RESOURCE_DEPTH:
        walk.report(
            place,
            "limit-resources",
            f"the dots nest resources more than {_MAX_RESOURCE_DEPTH} deep",
            "name the resource with 'resource' of x-client",
        )


def _check_responses(walk: Walk, pointer: str, operation: dict[str, Any]) -> None:
    responses = operation.get("responses", {})
    if not is_mapping(responses):
        return
    statuses = [status for status in responses if not status.startswith("x-")]
    if not statuses:
        if closest("responses", operation) in (None, "responses"):
            walk.warn(
                pointer,
                "no-responses",
                "this operation has no responses",
                "add 'responses' with a success response, such as '200'",
                at_key=True,
            )
        return
    wrong = [status for status in statuses if not _STATUS.fullmatch(status)]
    for status in wrong:
        where = f"{pointer}/responses/{escape(status)}"
        meant = _STATUS.match(status.upper()) or _STATUS.match(status.lower())
        hint = "write three digits, a range such as 4XX, or default"
        hint = f"write '{meant[0]}'" if meant else hint
        message = f"'{shorten(status)}' is not a status"
        if meant and meant[0] not in responses:
            walk.warn(where, "bad-status", message, hint, at_key=True)
            walk.fixes.rename_key(where, meant[0])
        else:
            reading = "this response is left out"
            walk.report_unusable(
                where, "bad-status", message, hint, reading, at_key=True
            )
            walk.fixes.remove(where)
    if not wrong and not any(s[0] in "23" or s == "default" for s in statuses):
        walk.warn(
            f"{pointer}/responses",
            "no-success",
            "this operation has no success response",
            "add one, such as '200'",
            at_key=True,
        )


def _check_duplicates(walk: Walk, holder: Located) -> None:
    seen: set[tuple[str, str]] = set()
    for pointer, parameter in resolve_parameters(walk, holder):
        key = (str(parameter.get("in")), str(parameter.get("name")))
        if key in seen:
            walk.warn(
                f"{pointer}/name",
                "duplicate-parameter",
                f"this operation has another {key[0]} parameter '{key[1]}'",
                "remove one of them; this one counts",
            )
        seen.add(key)


def _check_parameter(walk: Walk, pointer: str, parameter: dict[str, Any]) -> None:
    location, name = parameter.get("in"), parameter.get("name")
    if isinstance(location, str) and location not in _PARAMETER_LOCATIONS:
        hint = f"the locations are {', '.join(_PARAMETER_LOCATIONS)}"
        if location in ("body", "formData"):
            hint = "describe it under 'requestBody'"
        is_plain = location.casefold() in _PARAMETER_LOCATIONS
        walk.report(
            f"{pointer}/in",
            "bad-location",
            f"'{location}' is not a location of a parameter",
            walk.did_you_mean(location, _PARAMETER_LOCATIONS) or hint,
            severity=Severity.WARNING if is_plain else Severity.ERROR,
        )
        if is_plain:
            walk.fixes.replace(f"{pointer}/in", location.casefold())
    if location == "path" and parameter.get("required", False) is False:
        where = f"{pointer}/required" if "required" in parameter else pointer
        walk.warn(
            where,
            "path-parameter",
            f"the path parameter '{name}' is not marked as required",
            "write 'required: true'",
        )
    has_misplaced_field = any(intended_location(key, "Parameter") for key in parameter)
    if (
        not has_misplaced_field
        and "schema" not in parameter
        and "content" not in parameter
    ):
        walk.warn(
            pointer,
            "no-schema",
            f"the parameter '{name}' has no schema",
            "add 'schema'",
        )
    if location == "header" and str(name).lower() in IGNORED_HEADERS:
        walk.warn(
            f"{pointer}/name",
            "ignored-header",
            f"OpenAPI ignores a header parameter named {name}",
            _IGNORED_HEADER_HINTS[str(name).lower()],
        )
    if not check_header_name(walk, pointer, parameter) and walk.lenient:
        walk.fixes.remove(pointer)  # No request can carry it.
