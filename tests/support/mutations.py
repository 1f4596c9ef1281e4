"""Mutations of JSON in one location each, and validation of the result against a spec."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

Location: TypeAlias = tuple[str | int, ...]
"""Property names and array indexes, outermost first."""

MISSING = object()

_REPLACEMENTS: tuple[Any, ...] = (None, True, 7, 7.5, "odd", ["odd"], {"odd": "odd"})


@dataclass(frozen=True, slots=True)
class Mutation:
    """JSON with a change in one location.

    Attributes:
        change: Description of the change.
        location: Location of the change.
        body: The changed JSON.
    """

    change: str
    location: Location
    body: Any

    def __str__(self) -> str:
        return f"{self.change} at {self.location}"


def mutations(body: Any) -> Iterator[Mutation]:
    """Yield copies of JSON with one value removed, replaced or added.

    Each value is removed, and replaced by null and by a value of each other type. A string
    is also replaced by an unknown one, and a time loses its offset.
    """
    for location, value in _locations(body, ()):
        if location and isinstance(location[-1], str):
            yield Mutation("dropped", location, _with_value(body, location))
        for other in _REPLACEMENTS:
            if type(other) is not type(value):
                change = f"{_type_name(value)} became {_type_name(other)}"
                yield Mutation(change, location, _with_value(body, location, other))
        if isinstance(value, str):
            yield Mutation(
                "invented", location, _with_value(body, location, "invented")
            )
            if value.endswith("Z"):
                yield Mutation("cut", location, _with_value(body, location, value[:-1]))
        if isinstance(value, dict):
            more = (*location, "added")
            yield Mutation("added", more, _with_value(body, more, {"odd": True}))


def _type_name(value: object) -> str:
    return "null" if value is None else type(value).__name__


def _locations(value: Any, location: Location) -> Iterator[tuple[Location, Any]]:
    yield location, value
    members: Any = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for name, member in members:
        yield from _locations(member, (*location, name))


def _with_value(body: Any, location: Location, *value: Any) -> Any:
    """Return a copy with another value at a location, or without the value there."""
    if not location:
        return value[0]
    copy = json.loads(json.dumps(body))
    parent = copy
    for name in location[:-1]:
        parent = parent[name]
    if value:
        parent[location[-1]] = value[0]
    else:
        del parent[location[-1]]
    return copy


def value_at(value: Any, location: Location) -> Any:
    """Return the value at a location, `MISSING` if there is none."""
    for name in location:
        try:
            value = value[name]
        except (TypeError, LookupError):
            return MISSING
    return value


def remove_at(value: Any, location: Location) -> Any:
    """Return a copy without the value at a location."""
    if not location:
        return None
    name, *rest = location
    if value_at(value, (name,)) is MISSING:
        return value
    parts = value.copy()
    if rest or isinstance(value, list):
        parts[name] = remove_at(value[name], tuple(rest))
    else:
        del parts[name]
    return parts


class LenientValidator:
    """JSON Schema validator with the tolerance of the runtime, of which it is independent.

    It accepts unknown enum values, null for optional properties, additional properties, and
    values that violate only constraints (length, range, pattern, and formats other than
    times).
    """

    def __init__(self, spec: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
        components = {
            name: _relax_schema(declared)
            for name, declared in spec["components"]["schemas"].items()
        }
        self._validator = Draft202012Validator(
            {**_relax_schema(schema), "components": {"schemas": components}},
            validate_formats=True,
        )

    def violations(self, value: Any) -> dict[Location, str]:
        """Map the location of each violation to its JSON path; keys of maps are `*`."""
        found: dict[Location, str] = {}
        for error in self._validator.iter_errors(value):
            found |= _violations_of_error(error)
        return found


_IGNORED_KEYWORDS = (
    *("pattern", "minimum", "maximum", "minLength", "maxLength", "minItems"),
    *("maxItems", "discriminator", "examples", "default", "enum"),
)
_NOT_NULL = {"not": {"type": "null"}}


def _relax_schema(schema: Any) -> Any:
    """Return a schema without the keywords that the runtime does not check.

    Nullable and optional properties become `if`/`then`, so that errors keep their location.
    """
    if not isinstance(schema, dict):
        return schema
    relaxed = {
        name: value for name, value in schema.items() if name not in _IGNORED_KEYWORDS
    }
    if relaxed.get("format") not in ("date-time", "date"):
        relaxed.pop("format", None)
    if relaxed.get("additionalProperties") is False:
        del relaxed["additionalProperties"]
    for name in ("items", "additionalProperties"):
        if name in relaxed:
            relaxed[name] = _relax_schema(relaxed[name])
    for name in ("allOf", "anyOf", "oneOf"):
        if name in relaxed:
            relaxed[name] = [_relax_schema(part) for part in relaxed[name]]
    if "properties" in relaxed:
        required = relaxed.get("required", ())
        relaxed["properties"] = {
            name: (
                _relax_schema(value)
                if name in required
                else {"if": _NOT_NULL, "then": _relax_schema(value)}
            )
            for name, value in relaxed["properties"].items()
        }
    parts = relaxed.get("anyOf", ())
    if {"type": "null"} in parts:
        (plain,) = [part for part in parts if part != {"type": "null"}]
        del relaxed["anyOf"]
        relaxed |= {"if": _NOT_NULL, "then": plain}
    return relaxed


def _violations_of_error(error: ValidationError) -> dict[Location, str]:
    path, location = _json_path(error), tuple(error.instance_path)
    match error.kind:
        case ValidationErrorKind.Required(property=name):
            return {(*location, name): f"{path}.{name}"}
        case ValidationErrorKind.AnyOf() | ValidationErrorKind.OneOfNotValid() as kind:
            # The runtime reads the member with the fewest violations, but none whose type
            # or discriminating constant differs.
            candidates = [
                dict(
                    pair
                    for part in parts
                    for pair in _violations_of_error(part).items()
                )
                for parts in kind.context
                if not any(
                    (part.kind.name, len(part.instance_path) - len(location))
                    in (("type", 0), ("const", 1))
                    for part in parts
                )
            ]
            return min(candidates, key=len, default={location: path})
        case _:
            return {location: path}


def _json_path(error: ValidationError) -> str:
    path, places = "$", iter(error.instance_path)
    steps = iter(error.evaluation_path)
    for step in steps:
        if step == "properties":
            path += f".{next(places)}"
            next(steps)
        elif step == "items":
            path += f"[{next(places)}]"
        elif step == "additionalProperties":
            path += ".*"
            next(places)
    return path
