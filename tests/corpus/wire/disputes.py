"""Reasons why openapi-core is wrong where it reads another value than was given.

Each reason applies to few values, and cites the specification. A difference is disputed if
our own reading of the request finds the given value, and a reason applies.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.corpus.wire.core import Reading
from tests.corpus.wire.document import Description, Operation, Parameter
from tests.corpus.wire.media import essence, is_json
from tests.corpus.wire.parameters import defined
from tests.corpus.wire.requests import FORM, MULTIPART, ExpectedRequest
from tests.corpus.wire.same import ABSENT, is_equal


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A part of a request that openapi-core reads otherwise, or finds wrong."""

    description: Description
    operation: Operation
    sent: ExpectedRequest
    reading: Reading

    @property
    def parameter(self) -> Parameter | None:
        """The parameter; None for the body and security."""
        for parameter in self.operation.parameters:
            if f"{parameter.location} {parameter.name}" == self.reading.name:
                return parameter
        return None

    @property
    def given(self) -> Any:
        """The given value."""
        return given_value(self.operation, self.sent, self.reading.name)


def given_value(operation: Operation, sent: ExpectedRequest, name: str) -> Any:
    """Return the value that a part of a request should have."""
    if name == "body":
        if sent.body == {} and sent.is_spread:
            return ABSENT
        return sent.body
    if name == "security":
        return ABSENT
    location, _, parameter = name.partition(" ")
    value = sent.parameters.get((location, parameter), ABSENT)
    (found,) = [
        p for p in operation.parameters if (p.location, p.name) == (location, parameter)
    ]
    return value if found.content_type and value is not None else defined(value)


_DELIMITERS = {"simple": ",=", "form": ",", "pipeDelimited": "|"}
_DELIMITERS |= {"label": ",.=", "matrix": ",;="}


def _style(it: Disagreement) -> str:
    return it.parameter.style if it.parameter and not it.parameter.content_type else ""


def _is_null_or_empty(it: Disagreement) -> bool:
    key = it.parameter and (it.parameter.location, it.parameter.name)
    was_given = key is not None and key in it.sent.parameters
    return was_given and it.given is ABSENT and it.reading.value is ABSENT


def _is_empty_text(it: Disagreement) -> bool:
    return it.reading.name.startswith("query ") and it.given == ""


def _is_exploded_object(it: Disagreement) -> bool:
    return it.parameter is not None and it.parameter.is_spread and _is_object(it)


def _is_object(it: Disagreement) -> bool:
    return isinstance(it.given, dict)


def _is_delimited(it: Disagreement) -> bool:
    exploded = it.parameter is not None and it.parameter.explode
    style = _style(it)
    return style == "spaceDelimited" or style == "pipeDelimited" and exploded


def _contains_delimiter(it: Disagreement) -> bool:
    """Return whether an item contains the delimiter of the items.

    It is encoded, and openapi-core splits the decoded text. In a header nothing is encoded.
    """
    if _style(it) not in _DELIMITERS or not isinstance(it.given, dict | list):
        return False
    items = [*it.given, *(it.given.values() if isinstance(it.given, dict) else ())]
    delimiters = _DELIMITERS[_style(it)]
    return any(c in item for item in items for c in delimiters if isinstance(item, str))


def _is_undefined_deep_object(it: Disagreement) -> bool:
    if it.parameter is None or _style(it) != "deepObject":
        return False
    if not it.parameter.explode or not isinstance(it.given, dict):
        return True
    given: dict[str, Any] = it.given
    return any(
        isinstance(value, dict | list) or not name.isidentifier()
        for name, value in given.items()
    )


def _has_several_types(it: Disagreement) -> bool:
    """Return whether the type of a scalar parameter is a list, a union, or missing."""
    if it.parameter is None or _style(it) == "":
        return False
    schemas = [it.description.resolve(it.parameter.schema)]
    for schema in list(schemas):
        if isinstance(schema, dict):
            is_list = schema.get("type") == "array"
            parts = [schema.get("items", {})] if is_list else []
            parts += schema.get("properties", {}).values()
            schemas += map(it.description.resolve, parts)
    return any(
        isinstance(schema, dict)
        and (
            not isinstance(schema.get("type"), str)
            or bool({"oneOf", "anyOf", "allOf"} & schema.keys())
            or schema.get("nullable") is True
        )
        for schema in schemas
    )


def _has_unreadable_members(it: Disagreement) -> bool:
    """Return whether the members of a form that openapi-core cannot read explain it all."""
    kind = essence(it.sent.content_type)
    if it.reading.name != "body" or kind not in (FORM, MULTIPART):
        return False
    content = it.operation.body(it.sent.content_type)
    schema = it.description.resolve(content.get("schema", {}))
    own = schema.get("properties", {}) if isinstance(schema, dict) else {}
    properties = _properties(it.description, schema)
    given: dict[str, Any] = it.given if isinstance(it.given, dict) else {}
    unreadable = {
        name
        for name, value in given.items()
        if name not in own
        or not _is_readable(
            value, properties.get(name, {}), content.get("encoding", {}).get(name), kind
        )
    }
    if it.reading.violations or not isinstance(it.reading.value, dict):
        encodings = content.get("encoding", {}).values()
        return bool(unreadable) or any("style" in encoding for encoding in encodings)
    read: dict[str, Any] = it.reading.value
    return all(
        is_equal(given[n], read.get(n)) for n in given.keys() - unreadable
    ) and all(
        # It adds defaults and empty lists for members that are not sent.
        read[name] in ([], properties.get(name, {}).get("default", ABSENT))
        for name in read.keys() - given.keys()
    )


def _adds_members(it: Disagreement) -> bool:
    """Return whether openapi-core adds members to a form, and reads the others as given.

    It validates what it adds: defaults of another type, or an empty list that is no enum value.
    """
    kind = essence(it.sent.content_type)
    if it.reading.name != "body" or kind not in (FORM, MULTIPART):
        return False
    read: Any = it.reading.value
    given: dict[str, Any] = it.given if isinstance(it.given, dict) else {}
    if not isinstance(read, dict) or not read.keys() > given.keys():
        return False
    content = it.operation.body(it.sent.content_type)
    properties = _properties(it.description, content.get("schema", {}))
    return all(
        read[name] in ([], properties.get(name, {}).get("default", ABSENT))
        for name in read.keys() - given.keys()
    ) and all(is_equal(value, read[name]) for name, value in given.items())


def _is_encoded_by_caller(it: Disagreement) -> bool:
    """Return whether a form is bytes, because its schema is no object."""
    is_form = essence(it.sent.content_type) in (FORM, MULTIPART)
    return it.reading.name == "body" and is_form and isinstance(it.given, bytes | str)


def _properties(description: Description, schema: Any) -> dict[str, Any]:
    resolved = description.resolve(schema)
    if not isinstance(resolved, dict):
        return {}
    found: dict[str, Any] = {}
    for part in resolved.get("allOf", ()):
        found |= _properties(description, part)
    own = resolved.get("properties", {})
    return found | {name: description.resolve(part) for name, part in own.items()}


def _is_readable(value: Any, schema: Any, encoding: Any, kind: str) -> bool:
    """Return whether openapi-core reads a member of a form.

    It reads declared properties of one type, other than objects; and of multipart forms only
    strings, as it does not decode parts that are text (OpenAPI 3.0, 4.7.15.1.1), and since
    OpenAPI 3.1 no binary ones.
    """
    if value is None or value == [] or not isinstance(schema, dict):
        return False
    if encoding and "style" in encoding or encoding and "contentType" in encoding:
        return False
    if isinstance(value, list):
        return all(
            item != [] and _is_readable(item, schema.get("items", {}), None, kind)
            for item in value
        )
    if not isinstance(schema.get("type"), str) or isinstance(value, dict):
        return False
    is_binary = (
        schema.get("format") in ("binary", "byte", "base64")
        or "contentEncoding" in schema
    )
    return kind == FORM or isinstance(value, str) and not is_binary


def _is_other_content(it: Disagreement) -> bool:
    """Return whether content that is neither JSON nor a form is read as it was given."""
    kind = essence(it.sent.content_type)
    is_other = not is_json(kind) and kind not in (FORM, MULTIPART)
    return it.reading.name == "body" and is_other and it.reading.value == it.given


def _shares_segment(it: Disagreement) -> bool:
    """Return whether a path segment has other parameters than this one."""
    if it.parameter is None or it.parameter.location != "path":
        return False
    segments = it.operation.route.split("/")
    own = [s for s in segments if f"{{{it.parameter.name}}}" in s]
    return any(segment.count("{") > 1 for segment in own)


def _is_empty_form(it: Disagreement) -> bool:
    is_empty = it.given is ABSENT or defined(it.given) is ABSENT
    is_form = essence(it.sent.content_type) in (FORM, MULTIPART)
    return it.reading.name == "body" and is_form and is_empty


def _is_recursive(it: Disagreement) -> bool:
    return any("RecursionError" in message for message in it.reading.violations)


def _has_nested_items(it: Disagreement) -> bool:
    if not _style(it) or not isinstance(it.given, dict | list):
        return False
    items = it.given.values() if isinstance(it.given, dict) else it.given
    return any(isinstance(item, dict | list) for item in items)


def _has_additional_properties(it: Disagreement) -> bool:
    if it.parameter is None or not _style(it) or not isinstance(it.given, dict):
        return False
    properties = _properties(it.description, it.parameter.schema)
    return bool(it.given.keys() - properties.keys())


def _has_read_only(it: Disagreement) -> bool:
    """Return whether only missing readOnly members are reported."""
    names = {f"{name!r} is a required property" for name in it.description.read_only}
    return (
        it.reading.name == "body"
        and it.description.version != "3.0"
        and bool(it.reading.violations)
        and all(any(n in m for n in names) for m in it.reading.violations)
    )


def _is_valid_union(it: Disagreement) -> bool:
    """Return whether only a `oneOf` of a body is reported, which the value satisfies."""
    messages = it.reading.violations
    is_union = bool(messages) and all("oneOf" in message for message in messages)
    return it.reading.name == "body" and is_union


def _is_header_used_twice(it: Disagreement) -> bool:
    """Return whether two schemes of a requirement use the same header."""
    if it.reading.name != "security":
        return False
    for schemes in _requirements(it):
        headers = [
            scheme.get("name", "Authorization").lower()
            for scheme in schemes
            if scheme.get("type") != "apiKey" or scheme.get("in") == "header"
        ]
        if len(headers) > len(set(headers)):
            return True
    return False


def _has_unknown_scheme(it: Disagreement) -> bool:
    if it.reading.name != "security":
        return False
    return any(
        scheme.get("type") == "mutualTLS"
        or str(scheme.get("scheme", "")) not in ("", "basic", "bearer")
        for schemes in _requirements(it)
        for scheme in schemes
    )


def _requirements(it: Disagreement) -> Iterator[list[Any]]:
    """Yield the schemes of each alternative security requirement."""
    data = it.description.data
    known = data.get("components", {}).get("securitySchemes", {})
    wanted = it.operation.data.get("security", data.get("security", []))
    for alternative in wanted:
        yield [known.get(name, {}) for name in alternative]


DISPUTES: dict[str, Callable[[Disagreement], bool]] = {
    "null and empty lists are not sent, although required (RFC 6570, 2.3)": (
        _is_null_or_empty
    ),
    "an empty text is a value; allowEmptyValue is for none"
    " (OpenAPI 3.1, 4.8.12.2)": _is_empty_text,
    "an exploded object has the names of its properties, not its own"
    " (OpenAPI 3.1, 4.8.12.4)": _is_exploded_object,
    "delimiters are %20 and %7C, and exploded lists are repeated"
    " (OpenAPI 3.1, 4.8.12.4)": _is_delimited,
    "a delimiter within an item is encoded, which a header cannot do"
    " (RFC 6570, 3.2.1; OpenAPI 3.1, 4.8.12.4)": _contains_delimiter,
    "lists and objects within deepObject, and its explode, are undefined"
    " (OpenAPI 3.1, 4.8.12.2, 4.8.12.3)": _is_undefined_deep_object,
    "of several parameters in a segment the texts cannot be told apart"
    " (OpenAPI 3.1, 4.8.8.2)": _shares_segment,
    "lists and objects within those of a style are undefined"
    " (OpenAPI 3.1, 4.8.12.3)": _has_nested_items,
    "additionalProperties have types, too (JSON Schema 2020-12, 10.3.2.3)": (
        _has_additional_properties
    ),
    "a text is read as any of its types, not as a string"
    " (JSON Schema 2020-12, 6.1.1)": _has_several_types,
    "a schema describes XML and other content as data, not as text"
    " (OpenAPI 3.1, 4.8.14, 4.8.26)": _is_other_content,
    "a form without members has no bytes (WHATWG URL, 5.2; RFC 7578, 4)": _is_empty_form,
    "schemas may be recursive (OpenAPI 3.1, 4.8.24)": _is_recursive,
    "members of forms have other types than string, and encodings"
    " (OpenAPI 3.0, 4.7.14.4, 4.7.15)": _has_unreadable_members,
    "a form has the members that are sent, without defaults and empty lists"
    " (OpenAPI 3.0, 4.7.24.1; JSON Schema 2020-12, 9.2)": _adds_members,
    "a form that is no object is encoded by the caller (OpenAPI 3.0, 4.7.14.4)": (
        _is_encoded_by_caller
    ),
    "readOnly members are required of responses only (OpenAPI 3.0, 4.7.24.2)": (
        _has_read_only
    ),
    "one member of oneOf matches (JSON Schema 2020-12, 10.2.1.3)": _is_valid_union,
    "schemes share a header, which has one value (RFC 9110, 11.6.2)": (
        _is_header_used_twice
    ),
    "mutualTLS, and names of schemes in any case (RFC 9110, 11.1)": _has_unknown_scheme,
}
"""Reasons, each with the section that proves it."""


def dispute_reason(disagreement: Disagreement) -> str | None:
    """Return the first reason that applies; None if there is none."""
    for reason, applies in DISPUTES.items():
        if applies(disagreement):
            return reason
    return None
