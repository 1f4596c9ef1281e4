"""JSON pointers into a document of what the IR describes without one."""

import re
from collections.abc import Iterable
from typing import Any

from clientcast.plain import is_list, is_mapping, mapping
from clientcast.references import Located, follow, is_index, lookup, segments
from clientcast.source import escape

_VARIANT = re.compile(r"/~(?:input|patch)$")
_COMPONENT = re.compile(r"/components/schemas/[^/]+")
_MAX_VISITED = 200
"""Schemas that are searched for a property."""


def document_pointer(pointer: str) -> str:
    """Return the pointer in the document of a declaration, which may be a variant."""
    return _VARIANT.sub("", pointer.rpartition(" ")[2])


def declaration_name(pointer: str) -> str:
    """Return the name of a declared component, with its variant; empty for an inline schema."""
    plain = document_pointer(pointer)
    if not _COMPONENT.fullmatch(plain):
        return ""
    variant = _VARIANT.search(pointer)
    name = segments(plain)[-1]
    return f"{name} ({variant[0][2:]})" if variant else name


def property_pointer(data: Any, declaration: str, name: str) -> str:
    """Return the pointer of a property of a declaration, also within `allOf` and references.

    If it is not found, the pointer of the declaration is returned.
    """
    start = document_pointer(declaration)
    for pointer, schema in _schemas(data, declaration):
        if name in mapping(schema.get("properties")):
            return f"{pointer}/properties/{escape(name)}"
    return start


def properties_pointer(data: Any, declaration: str) -> str:
    """Return the pointer of the first `properties` of a declaration, or of the declaration."""
    start = document_pointer(declaration)
    for pointer, schema in _schemas(data, declaration):
        if is_mapping(schema.get("properties")):
            return f"{pointer}/properties"
    return start


def keyword_pointer(data: Any, pointer: str, keywords: Iterable[str]) -> str:
    """Return the pointer of a keyword of a schema, or of the schema."""
    start = document_pointer(pointer)
    for found, schema in _schemas(data, pointer):
        for keyword in keywords:
            if keyword in schema:
                return f"{found}/{keyword}"
    return start


def parameter_pointer(data: Any, operation: str, location: str, name: str) -> str:
    """Return the pointer of a parameter of an operation, or of the operation."""
    for parent in (operation, operation.rpartition("/")[0]):
        parameters = mapping(_value(data, parent)).get("parameters")
        for index, item in enumerate(parameters if is_list(parameters) else ()):
            found = follow(data, f"{parent}/parameters/{index}", item)
            value = mapping(found.value)
            if value.get("in") == location and _equal(
                location, value.get("name"), name
            ):
                return f"{parent}/parameters/{index}"
    return operation


def child_pointer(data: Any, parent: str, *keys: str) -> str:
    """Return the pointer of a value below another, or of the closest one that exists.

    References on the way are resolved, and the value itself may be one.
    """
    pointer = parent
    for key in keys:
        found = _located(data, pointer)
        if found is None or not is_mapping(found.value) or key not in found.value:
            break
        pointer = f"{found.pointer}/{escape(key)}"
    return pointer


def resolved_pointer(data: Any, pointer: str) -> str:
    """Return the pointer of the value that a reference at a pointer leads to."""
    found = _located(data, pointer)
    return pointer if found is None else found.pointer


def value_at(data: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer, through references on the way; None if none.

    A reference at the pointer itself is not resolved.
    """
    parent, _, key = pointer.rpartition("/")
    found = _value(data, parent) if pointer else data
    plain = key.replace("~1", "/").replace("~0", "~")
    if is_mapping(found):
        return found.get(plain)
    if is_list(found) and is_index(plain) and int(plain) < len(found):
        return found[int(plain)]
    return data if not pointer else None


def _equal(location: str, value: object, name: str) -> bool:
    if location == "header" and isinstance(value, str):
        return value.lower() == name.lower()
    return value == name


def _value(data: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer, through references; None if there is none."""
    found = _located(data, pointer)
    return None if found is None else found.value


def _located(data: Any, pointer: str) -> Located | None:
    """Return the value at a JSON pointer, through references, with its own pointer."""
    found = Located("", data)
    for segment in segments(pointer):
        value = found.value
        if is_mapping(value) and segment in value:
            inner = value[segment]
        elif is_list(value) and is_index(segment) and int(segment) < len(value):
            inner = value[int(segment)]
        else:
            return None
        found = follow(data, f"{found.pointer}/{escape(segment)}", inner)
    return found


def _schemas(data: Any, declaration: str) -> Iterable[tuple[str, dict[str, Any]]]:
    """Yield a schema, and those that it consists of, breadth first.

    Args:
        data: The document.
        declaration: The pointer of a declaration, or those of several schemas that it merges.
    """
    whole = _VARIANT.sub("", declaration)
    starts = [whole] if _value(data, whole) is not None else whole.split(" ")
    pending = [(start, _unresolved(data, start)) for start in starts]
    seen: set[str] = set()
    while pending and len(seen) < _MAX_VISITED:
        pointer, value = pending.pop(0)
        if pointer in seen or not is_mapping(value):
            continue
        seen.add(pointer)
        yield pointer, value
        if "$ref" in value:
            pending.append(follow(data, pointer, value))
        for keyword in ("allOf", "anyOf", "oneOf"):
            parts = value.get(keyword)
            for index, part in enumerate(parts if is_list(parts) else ()):
                pending.append((f"{pointer}/{keyword}/{index}", part))


def _unresolved(data: Any, pointer: str) -> Any:
    try:
        return lookup(data, pointer)
    except LookupError:
        return _value(data, pointer)
