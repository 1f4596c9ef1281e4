"""Rules for JSON pointers of `x-client` into bodies."""

from collections.abc import Iterable, Iterator
from typing import Any

from clientcast.check.walk import Walk, shorten
from clientcast.client_option import Option
from clientcast.plain import is_list, is_mapping, mapping, sequence, texts
from clientcast.references import follow, segments

_COMPOSITION_KEYWORDS = ("allOf", "oneOf", "anyOf")
_CONDITIONAL_KEYWORDS = ("then", "else")
_ADDITIONAL_KEYWORDS = ("unevaluatedProperties", "additionalProperties")
_MAX_NAMES = 10


def check_option_pointer(
    walk: Walk, pointer: str, value: Any, schemas: list[Any], option: Option
) -> None:
    """Report an option, or an item of it, that points to nothing in the schemas."""
    if not option.pointer_types:
        return
    if is_list(value):
        for index, item in enumerate(value):
            check_pointer(walk, f"{pointer}/{index}", item, schemas)
    else:
        check_pointer(walk, pointer, value, schemas, option.pointer_types)


def check_pointer(
    walk: Walk,
    pointer: str,
    value: Any,
    schemas: list[Any],
    types: tuple[str, ...] = (),
    location: str = "the response",
) -> None:
    """Report an option that points to nothing in the schemas of a body.

    A schema without constraints on properties has every property: the runtime keeps them all.

    Args:
        walk: The document.
        pointer: JSON pointer of the option.
        value: The option, a JSON pointer.
        schemas: The schemas of the possible bodies.
        types: The JSON types that the value may have; empty if any.
        location: What the schemas describe, for messages.
    """
    if not _is_pointer(walk, pointer, value) or not schemas:
        return
    body = location
    for segment in segments(value):
        parts = subschemas(walk, schemas)
        found = _child_schemas(parts, segment)
        if any(schema is True for schema in found):
            return
        if not found:
            if any(map(_allows_any_property, _branches(walk, schemas))):
                return
            names = list(dict.fromkeys(property_names(parts)))
            walk.report(
                pointer,
                "bad-option",
                f"{location} has no '{shorten(segment)}'",
                walk.did_you_mean(segment, names) or _known_names_hint(names),
            )
            return
        schemas, location = found, f"'{shorten(segment)}' of {body}"
    if types:
        _check_types(walk, pointer, location, subschemas(walk, schemas), types)


def _is_pointer(walk: Walk, pointer: str, value: Any) -> bool:
    """Return whether an option is a JSON pointer; report it if it is other text."""
    if not isinstance(value, str):
        return False
    if value and not value.startswith("/"):
        walk.report(
            pointer,
            "bad-option",
            "a JSON pointer must begin with /",
            f"write '/{value}'",
        )
        return False
    return True


def subschemas(walk: Walk, schemas: Iterable[Any]) -> list[Any]:
    """Return schemas and the members of their `allOf`, `oneOf` and `anyOf`, resolved."""
    pending = list(reversed(list(schemas)))
    seen: set[int] = set()
    found: list[Any] = []
    while pending:
        schema = follow(walk.document.data, "", pending.pop()).value
        if not is_mapping(schema):
            found.append(schema)
        elif id(schema) not in seen:
            seen.add(id(schema))
            found.append(schema)
            for key in _COMPOSITION_KEYWORDS:
                pending += reversed(sequence(schema.get(key)))
    return found


def _branches(walk: Walk, schemas: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the subschemas of each schema, or of each member of its `oneOf` or `anyOf`."""
    pending = list(schemas)
    seen: set[int] = set()
    while pending:
        schema = follow(walk.document.data, "", pending.pop()).value
        if id(schema) in seen:
            continue
        seen.add(id(schema))
        value = mapping(schema)
        branches = [*sequence(value.get("oneOf")), *sequence(value.get("anyOf"))]
        if branches and "properties" not in value:
            pending += branches
        else:
            yield subschemas(walk, [schema])


def _child_schemas(parts: list[Any], name: str) -> list[Any]:
    """Return the schemas of a property or item; True if it is required without a schema."""
    found = [
        schema for part in parts for schema in _declared_schemas(mapping(part), name)
    ]
    found = found or [s for part in parts for s in _additional_schemas(mapping(part))]
    if not found and any(name in texts(mapping(p).get("required")) for p in parts):
        return [True]
    return found


def _declared_schemas(part: dict[str, Any], name: str) -> Iterator[Any]:
    """Yield the declared schemas of a property, or of an item by its index."""
    for holder in _with_conditional_schemas(part):
        properties = mapping(holder.get("properties"))
        if name in properties and properties[name] is not False:
            yield properties[name]
    if name == "-1" or (name.isascii() and name.isdecimal()):
        prefix = sequence(part.get("prefixItems"))
        is_last = name == "-1" or len(name) >= 10
        index = len(prefix) if is_last else int(name)
        if index < len(prefix):
            yield prefix[index]
        elif "items" in part and part["items"] is not False:
            yield part["items"]
        elif part.get("type") == "array" and "items" not in part:
            yield True


def _additional_schemas(part: dict[str, Any]) -> Iterator[Any]:
    """Yield the schemas of properties without a declaration."""
    yield from mapping(part.get("patternProperties")).values()
    yield from (
        part[key] for key in _ADDITIONAL_KEYWORDS if part.get(key, False) is not False
    )


def _allows_any_property(parts: list[Any]) -> bool:
    """Return whether schemas put no constraint on properties, so that all are kept."""
    values = [mapping(part) for part in parts]
    if any(part is not False and not is_mapping(part) for part in parts):
        return True
    if any(
        holder.get("properties")
        for part in values
        for holder in _with_conditional_schemas(part)
    ):
        return False
    if any(part.get("additionalProperties") is False for part in values):
        return False
    kinds = {kind for part in values for kind in texts(part.get("type"))}
    is_constrained = kinds or any(
        "enum" in p or "const" in p or "items" in p for p in values
    )
    return "object" in kinds or not is_constrained


def _with_conditional_schemas(part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a schema and its conditional subschemas."""
    yield part
    yield from (mapping(part.get(key)) for key in _CONDITIONAL_KEYWORDS)
    yield from map(mapping, mapping(part.get("dependentSchemas")).values())


def property_names(parts: list[Any]) -> Iterator[str]:
    """Yield the names of the declared properties."""
    for part in parts:
        for holder in _with_conditional_schemas(mapping(part)):
            yield from mapping(holder.get("properties"))


def _known_names_hint(names: list[str]) -> str:
    if not names:
        return "it has no properties"
    more = ", ..." if len(names) > _MAX_NAMES else ""
    return f"it has {', '.join(map(shorten, names[:_MAX_NAMES]))}{more}"


def _check_types(
    walk: Walk, pointer: str, location: str, parts: list[Any], types: tuple[str, ...]
) -> None:
    """Report a pointer to values of a type that the runtime does not accept."""
    kinds = {kind for part in parts for kind in texts(mapping(part).get("type"))}
    kinds -= {"null"}
    if kinds and not kinds & set(types):
        walk.report(
            pointer,
            "bad-option",
            f"{location} is of type {', '.join(sorted(kinds))}",
            f"point to a value of type {' or '.join(types)}",
        )


def content_schemas(walk: Walk, holder: Any, *words: str) -> list[Any]:
    """Return the schemas of a body or response, of media types that contain one of the words."""
    value = mapping(follow(walk.document.data, "", holder).value)
    found: list[Any] = []
    for name, media_type in mapping(value.get("content")).items():
        media_type = follow(walk.document.data, "", media_type).value
        if is_mapping(media_type) and any(word in name.lower() for word in words):
            found.append(media_type.get("schema", True))
    return found
