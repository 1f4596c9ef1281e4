"""JSON changed in one place at a time, and what an API's spec says of it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from jsonschema_rs import Draft202012Validator, ValidationError, ValidationErrorKind

Place: TypeAlias = tuple[str | int, ...]
"""Keys and indexes, outermost first."""

MISSING = object()

_OTHERS: tuple[Any, ...] = (None, True, 7, 7.5, "odd", ["odd"], {"odd": "odd"})


@dataclass(frozen=True, slots=True)
class Mutation:
    """JSON that was changed in one place.

    Attributes:
        what: What was done.
        place: Where it was done.
        body: What came of it.
    """

    what: str
    place: Place
    body: Any

    def __str__(self) -> str:
        return f"{self.what} at {self.place}"


def mutations(body: Any) -> Iterator[Mutation]:
    """Each value in turn dropped, nulled, and of every other type, or one more put in.

    A text also becomes another, as if the server had invented a value, and a time loses its
    offset.
    """
    for place, value in _places(body, ()):
        if place and isinstance(place[-1], str):
            yield Mutation("dropped", place, _changed(body, place))
        for other in _OTHERS:
            if type(other) is not type(value):
                what = f"{_kind(value)} became {_kind(other)}"
                yield Mutation(what, place, _changed(body, place, other))
        if isinstance(value, str):
            yield Mutation("invented", place, _changed(body, place, "invented"))
            if value.endswith("Z"):
                yield Mutation("cut", place, _changed(body, place, value[:-1]))
        if isinstance(value, dict):
            more = (*place, "added")
            yield Mutation("added", more, _changed(body, more, {"odd": True}))


def _kind(value: object) -> str:
    return "null" if value is None else type(value).__name__


def _places(value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    yield place, value
    members: Any = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for name, member in members:
        yield from _places(member, (*place, name))


def _changed(body: Any, place: Place, *value: Any) -> Any:
    """A copy with another value at a place, or with none."""
    if not place:
        return value[0]
    copy = json.loads(json.dumps(body))
    at = copy
    for name in place[:-1]:
        at = at[name]
    if value:
        at[place[-1]] = value[0]
    else:
        del at[place[-1]]
    return copy


def at(value: Any, place: Place) -> Any:
    """What is at a place, `MISSING` for nothing."""
    for name in place:
        try:
            value = value[name]
        except (TypeError, LookupError):
            return MISSING
    return value


def without(value: Any, place: Place) -> Any:
    """A copy that lacks what is at a place."""
    if not place:
        return None
    name, *rest = place
    if at(value, (name,)) is MISSING:
        return value
    parts = value.copy()
    if rest or isinstance(value, list):
        parts[name] = without(value[name], tuple(rest))
    else:
        del parts[name]
    return parts


class Judge:
    """Says where JSON contradicts a spec.

    It does not rely on the runtime, but makes the same allowances: the values of an enum are
    not all, what is optional may be null, more members may come, and how long a text or how
    great a number is, or what form a text has unless it is a time, is not judged.
    """

    def __init__(self, spec: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
        components = {
            name: _lenient(declared)
            for name, declared in spec["components"]["schemas"].items()
        }
        self._validator = Draft202012Validator(
            {**_lenient(schema), "components": {"schemas": components}},
            validate_formats=True,
        )

    def contradictions(self, value: Any) -> dict[Place, str]:
        """The places, and each as a JSON path in which the keys of maps are `*`."""
        found: dict[Place, str] = {}
        for error in self._validator.iter_errors(value):
            found |= _located(error)
        return found


_LEFT_OUT = (
    *("pattern", "minimum", "maximum", "minLength", "maxLength", "minItems"),
    *("maxItems", "discriminator", "examples", "default", "enum"),
)
_NO_NULL = {"not": {"type": "null"}}


def _lenient(schema: Any) -> Any:
    """A schema with the allowances that are made, in forms that give an error its place."""
    if not isinstance(schema, dict):
        return schema
    made = {name: value for name, value in schema.items() if name not in _LEFT_OUT}
    if made.get("format") not in ("date-time", "date"):
        made.pop("format", None)
    if made.get("additionalProperties") is False:
        del made["additionalProperties"]
    for name in ("items", "additionalProperties"):
        if name in made:
            made[name] = _lenient(made[name])
    for name in ("allOf", "anyOf", "oneOf"):
        if name in made:
            made[name] = [_lenient(part) for part in made[name]]
    if "properties" in made:
        required = made.get("required", ())
        made["properties"] = {
            name: (
                _lenient(value)
                if name in required
                else {"if": _NO_NULL, "then": _lenient(value)}
            )
            for name, value in made["properties"].items()
        }
    parts = made.get("anyOf", ())
    if {"type": "null"} in parts:
        (plain,) = [part for part in parts if part != {"type": "null"}]
        del made["anyOf"]
        made |= {"if": _NO_NULL, "then": plain}
    return made


def _located(error: ValidationError) -> dict[Place, str]:
    path, place = _json_path(error), tuple(error.instance_path)
    match error.kind:
        case ValidationErrorKind.Required(property=name):
            return {(*place, name): f"{path}.{name}"}
        case ValidationErrorKind.AnyOf() | ValidationErrorKind.OneOfNotValid() as kind:
            # Of the members of a union the one that is contradicted in the fewest places,
            # unless its type or the constant that marks it says that none is meant.
            meant = [
                dict(pair for part in parts for pair in _located(part).items())
                for parts in kind.context
                if not any(
                    (part.kind.name, len(part.instance_path) - len(place))
                    in (("type", 0), ("const", 1))
                    for part in parts
                )
            ]
            return min(meant, key=len, default={place: path})
    return {place: path}


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
