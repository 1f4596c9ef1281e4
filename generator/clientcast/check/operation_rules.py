"""What operations and their parameters must be beyond their grammar."""

import re
from collections.abc import Iterator
from typing import Any

from clientcast.check.head_rules import has_control, is_of_the_message
from clientcast.check.misplaced import home_of
from clientcast.check.walk import Walk, clipped
from clientcast.diagnostic import Severity, closest
from clientcast.openapi import IGNORED_HEADERS
from clientcast.plain import is_mapping, mapping, sequence
from clientcast.references import Found, follow
from clientcast.source import escape

LOCATIONS = ("path", "query", "header", "cookie")
_PLACES = (*LOCATIONS, "querystring")

_STATUS = re.compile(r"[1-5](?:[0-9][0-9]|XX)(?![0-9])|default")
_TOKEN_CHARACTERS = r"!#$%&'*+.^_`|~0-9A-Za-z-"
"""Those of a field name (RFC 9110, section 5.6.2)."""
_NO_TOKEN = re.compile(f"[^{_TOKEN_CHARACTERS}]")
_IN_PLACE_OF_HEADER = {
    "accept": "name the media types under 'content' of the responses",
    "content-type": "name the media type under 'content' of the requestBody",
    "authorization": "describe it as a security scheme",
}
"""What to describe in place of each header parameter that is ignored."""


_MOST_RESOURCES = 10
"""Within one another, as the dots of a tag nest them."""

WITHOUT = ": calls go without it"
"""What becomes of that which nobody can send."""


def check_operations(walk: Walk) -> None:
    """Report what is wrong in each operation and parameter, and between them."""
    _check_identifiers(walk)
    _check_tags(walk)
    for pointer, operation in walk.objects("Operation"):
        _check_responses(walk, pointer, operation)
        _check_duplicates(walk, Found(pointer, operation))
    for pointer, parameter in walk.objects("Parameter"):
        _check_parameter(walk, pointer, parameter)


def parameters_of(walk: Walk, holder: Found) -> Iterator[tuple[str, dict[str, Any]]]:
    """The parameters of an operation or path, references followed, each with its place."""
    place = f"{holder.pointer}/parameters"
    for index, item in enumerate(sequence(mapping(holder.value).get("parameters"))):
        pointer, value = follow(walk.document.data, f"{place}/{index}", item)
        if is_mapping(value) and "$ref" not in value:
            yield pointer, value


def check_header_name(walk: Walk, pointer: str, value: dict[str, Any]) -> bool:
    """Whether a header can have the name of a parameter or API key; report that it cannot."""
    name = value.get("name")
    if value.get("in") != "header" or not isinstance(name, str):
        return True
    if is_of_the_message(name):
        walk.report(
            f"{pointer}/name",
            "bad-header-name",
            f"the header {clipped(name.strip())} belongs to the message: the client sets it",
            "remove it; 'skip' leaves an operation out",
        )
        return False
    wrong = _NO_TOKEN.search(name)
    if name and not wrong:
        return True
    plain = name.strip().rstrip(":")
    better = _NO_TOKEN.sub("-", plain)
    is_plain = better == plain != ""
    problem = f"cannot have '{wrong[0]}'" if wrong else "cannot be empty"
    is_attack = has_control(name) or not plain.isprintable()
    walk.report(
        f"{pointer}/name",
        "bad-header-name",
        f"the name of a header {problem}{'' if is_plain or is_attack else WITHOUT}",
        f"write '{better}'" if not is_attack and 0 < len(better) < 60 else "",
        severity=Severity.ERROR if is_attack else Severity.WARNING,
    )
    if is_plain and not is_attack:
        walk.mends.put(f"{pointer}/name", plain)
    return is_plain


def _check_identifiers(walk: Walk) -> None:
    known: dict[str, dict[str, Any]] = {}
    for pointer, operation in walk.objects("Operation"):
        identifier = operation.get("operationId")
        if identifier is None:
            if closest("operationId", operation) is None:
                walk.warn(
                    pointer,
                    "no-operation-id",
                    "this operation has no operationId to be named by",
                    "add 'operationId'",
                    at_key=True,
                )
        elif known.setdefault(str(identifier), operation) is not operation:
            walk.warn(
                f"{pointer}/operationId",
                "duplicate-operation-id",
                f"another operation has the operationId '{identifier}'",
                "write another, for it has to be told apart by its path",
            )


def _check_tags(walk: Walk) -> None:
    names = [tag.get("name") for _, tag in walk.objects("Tag")]
    declared = {name for name in names if isinstance(name, str)}
    for pointer, operation in walk.objects("Operation"):
        _check_resource(walk, pointer, operation)
        for index, tag in enumerate(sequence(operation.get("tags"))):
            if declared and isinstance(tag, str) and tag not in declared:
                walk.warn(
                    f"{pointer}/tags/{index}",
                    "undeclared-tag",
                    f"the tag '{tag}' is not among the document's tags",
                    walk.did_you_mean(tag, declared) or "add it to them",
                )


def _check_resource(walk: Walk, pointer: str, operation: dict[str, Any]) -> None:
    """Report a name of a resource with more dots than resources may be nested."""
    named = mapping(operation.get("x-client")).get("resource")
    tags = sequence(operation.get("tags"))
    place, resource = (f"{pointer}/x-client/resource", named)
    if not named and tags:
        place, resource = (f"{pointer}/tags/0", tags[0])
    if isinstance(resource, str) and resource.count(".") >= _MOST_RESOURCES:
        walk.report(
            place,
            "limit-resources",
            f"its dots nest resources more than {_MOST_RESOURCES} deep",
            "name the resource with x-client: resource",
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
                "add 'responses' with that of success, such as '200'",
                at_key=True,
            )
        return
    wrong = [status for status in statuses if not _STATUS.fullmatch(status)]
    for status in wrong:
        where = f"{pointer}/responses/{escape(status)}"
        meant = _STATUS.match(status.upper()) or _STATUS.match(status.lower())
        hint = "a status is three digits, a range such as 4XX, or default"
        hint = f"write '{meant[0]}'" if meant else hint
        walk.warn(
            where, "bad-status", f"'{clipped(status)}' is no status", hint, at_key=True
        )
        if meant and meant[0] not in responses:
            walk.mends.move(where, meant[0])
        else:
            walk.mends.drop(where)
    if not wrong and not any(s[0] in "23" or s == "default" for s in statuses):
        walk.warn(
            f"{pointer}/responses",
            "no-success",
            "this operation does not say what success is",
            "add the response of success, such as '200'",
            at_key=True,
        )


def _check_duplicates(walk: Walk, holder: Found) -> None:
    seen: set[tuple[str, str]] = set()
    for pointer, parameter in parameters_of(walk, holder):
        key = (str(parameter.get("in")), str(parameter.get("name")))
        if key in seen:
            walk.warn(
                f"{pointer}/name",
                "duplicate-parameter",
                f"this operation has another {key[0]} parameter '{key[1]}'",
                "remove one of them; this one is read",
            )
        seen.add(key)


def _check_parameter(walk: Walk, pointer: str, parameter: dict[str, Any]) -> None:
    location, name = parameter.get("in"), parameter.get("name")
    if isinstance(location, str) and location not in _PLACES:
        hint = f"the places are {', '.join(_PLACES)}"
        if location in ("body", "formData"):
            hint = "describe it as a requestBody"
        is_plain = location.casefold() in _PLACES
        walk.report(
            f"{pointer}/in",
            "bad-location",
            f"'{location}' is no place for a parameter",
            walk.did_you_mean(location, _PLACES) or hint,
            severity=Severity.WARNING if is_plain else Severity.ERROR,
        )
        if is_plain:
            walk.mends.put(f"{pointer}/in", location.casefold())
    if location == "path" and parameter.get("required", False) is False:
        where = f"{pointer}/required" if "required" in parameter else pointer
        walk.warn(
            where,
            "path-parameter",
            f"the path parameter '{name}' is not marked as required",
            "write 'required: true'",
        )
    moved = any(home_of(key, "Parameter") for key in parameter)
    if not moved and "schema" not in parameter and "content" not in parameter:
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
            _IN_PLACE_OF_HEADER[str(name).lower()],
        )
    if not check_header_name(walk, pointer, parameter):
        walk.mends.drop(pointer)  # Nobody can send it.
