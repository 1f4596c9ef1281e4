"""Schemas without `$ref`, `allOf`, `oneOf` and `anyOf`: one of the ways to satisfy them all."""

from random import Random
from typing import Any

from tests.corpus.wire.document import HERE, Description

Schema = dict[str, Any]


class Unmakeable(Exception):
    """No value was found for a schema."""


MOST_DEEP = 60
_MOST = ("minimum", "minLength", "minItems", "minProperties", "exclusiveMinimum")
_LEAST = ("maximum", "maxLength", "maxItems", "maxProperties", "exclusiveMaximum")
_SPLIT = ("$ref", "allOf", "oneOf", "anyOf", "discriminator")


class Flattener:
    """Chooses among the members of unions, and merges what is to hold at once."""

    def __init__(self, description: Description, random: Random) -> None:
        self._description = description
        self._random = random
        self._deep = 0

    def flat(self, schema: Any, pointer: str = "", base: bool = False) -> Schema:
        """One of the schemas that a schema allows.

        Args:
            schema: A schema of the document.
            pointer: The reference that led to it, if one did.
            base: Whether the one at `pointer` extends it, so that it is no union itself.

        Raises:
            Unmakeable: There is none.
        """
        if not isinstance(schema, dict):
            if schema is False:
                raise Unmakeable("false")
            return {}
        self._deep += 1
        try:
            if self._deep > MOST_DEEP:
                raise Unmakeable("too deep")
            return self._flat(schema, pointer, base)
        finally:
            self._deep -= 1

    def _flat(self, schema: Schema, pointer: str, base: bool) -> Schema:
        has_siblings = self._description.version != "3.0"
        if "$ref" in schema:
            target = self._target(schema["$ref"])
            into = pointer if base else schema["$ref"]
            merged = self.flat(target, into, base)
            if not has_siblings:
                return merged
        else:
            merged = {}
        merged = merge(
            merged, {key: v for key, v in schema.items() if key not in _SPLIT}
        )
        for part in schema.get("allOf", ()):
            merged = merge(merged, self.flat(part, pointer, True))
        discriminator = schema.get("discriminator") or {}
        is_union = False
        for key in ("oneOf", "anyOf"):
            if schema.get(key):
                is_union = True
                merged = merge(merged, self._member(schema[key], discriminator))
        if discriminator.get("propertyName") and not is_union:
            merged = self._of_family(merged, discriminator, pointer, base)
        return merged

    def _member(self, members: list[Any], discriminator: Schema) -> Schema:
        for member in self._random.sample(members, len(members)):
            try:
                chosen = self.flat(member)
            except Unmakeable:
                continue
            if discriminator.get("propertyName") and isinstance(member, dict):
                name = self._name(member.get("$ref", ""), discriminator)
                chosen = merge(chosen, _told(discriminator, name)) if name else chosen
            return chosen
        raise Unmakeable("no member of a union")

    def _of_family(
        self, merged: Schema, discriminator: Schema, pointer: str, base: bool
    ) -> Schema:
        """What is told apart by a property: itself extended by another, or that other."""
        mapping = discriminator.get("mapping") or {}
        if base:
            name = self._name(pointer, discriminator)
            return merge(merged, _told(discriminator, name)) if name else merged
        others = [name for name in mapping if self._reference(mapping[name]) != pointer]
        if not others:
            return merged
        name = self._random.choice(sorted(others))
        return merge(
            self.flat({"$ref": self._reference(mapping[name])}),
            _told(discriminator, name),
        )

    def _name(self, reference: str, discriminator: Schema) -> str:
        """What the discriminator's property says of a schema; empty if that is unknown."""
        mapping = discriminator.get("mapping") or {}
        names = [n for n in mapping if self._reference(mapping[n]) == reference]
        return self._random.choice(names) if names else reference.rpartition("/")[2]

    def _reference(self, mapped: str) -> str:
        if mapped.startswith("#"):
            return HERE + mapped
        return f"{HERE}#/components/schemas/{mapped}"

    def _target(self, reference: str) -> Any:
        try:
            return self._description.target(reference)
        except (LookupError, ValueError, TypeError):
            raise Unmakeable("a reference that leads nowhere") from None


def _told(discriminator: Schema, name: str) -> Schema:
    property_ = discriminator["propertyName"]
    return {"properties": {property_: {"enum": [name]}}, "required": [property_]}


def merge(one: Schema, other: Schema) -> Schema:
    """A schema of what satisfies both of two."""
    merged = dict(one)
    for key, value in other.items():
        if key not in merged:
            merged[key] = value
        elif key == "properties":
            both = merged[key]
            merged[key] = {
                **both,
                **{
                    n: {"allOf": [both[n], s]} if n in both else s
                    for n, s in value.items()
                },
            }
        elif key == "required":
            merged[key] = [*merged[key], *(n for n in value if n not in merged[key])]
        elif key == "enum":
            merged[key] = [v for v in value if v in merged[key]]
        elif key == "type":
            merged[key] = _types(merged[key], value)
        elif key in _MOST and not isinstance(value, bool):
            merged[key] = max(merged[key], value)
        elif key in _LEAST and not isinstance(value, bool):
            merged[key] = min(merged[key], value)
        elif key in ("items", "not", "additionalProperties") and merged[key] != value:
            merged[key] = _both(key, merged[key], value)
        elif key == "nullable":
            merged[key] = merged[key] and value
        elif key in ("readOnly", "writeOnly", "uniqueItems"):
            merged[key] = merged[key] or value
    if (
        one.get("nullable") is not other.get("nullable")
        and "type" in one
        and "type" in other
    ):
        merged["nullable"] = False
    return merged


def _types(one: Any, other: Any) -> Any:
    first = one if isinstance(one, list) else [one]
    second = other if isinstance(other, list) else [other]
    found = [name for name in first if name in second]
    if "integer" in first + second and "number" in first + second:
        found = [*found, *(["integer"] if "integer" not in found else [])]
    if not found:
        raise Unmakeable("types that exclude each other")
    return found


def _both(key: str, one: Any, other: Any) -> Any:
    if key == "not":
        return {"anyOf": [one, other]}
    if one is False or other is False:
        return False
    if one is True or other is True:
        return other if one is True else one
    return {"allOf": [one, other]}
