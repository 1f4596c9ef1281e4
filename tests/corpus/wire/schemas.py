"""Flattening of schemas: resolve `$ref`, merge `allOf`, choose a member of `oneOf`, `anyOf`."""

from random import Random
from typing import Any

from tests.corpus.wire.discriminators import Schema, discriminator_constraint
from tests.corpus.wire.document import Description


class NoValueError(Exception):
    """Schema for which no value was found."""


MAX_DEPTH = 60
_LOWER_BOUNDS = (
    "minimum",
    "minLength",
    "minItems",
    "minProperties",
    "exclusiveMinimum",
)
_UPPER_BOUNDS = (
    "maximum",
    "maxLength",
    "maxItems",
    "maxProperties",
    "exclusiveMaximum",
)
_COMBINING_KEYWORDS = ("$ref", "allOf", "oneOf", "anyOf", "discriminator")


class Flattener:
    """Flattener of schemas, which chooses members of unions at random."""

    def __init__(self, description: Description, random: Random) -> None:
        self._description = description
        self._random = random
        self._names = description.member_constraints_by_reference
        self._depth = 0

    def flatten(self, schema: Any, pointer: str = "", base: bool = False) -> Schema:
        """Return a flat schema whose values satisfy a schema.

        Args:
            schema: A schema of the document.
            pointer: Reference to the schema; empty if there is none.
            base: Whether the schema at `pointer` extends this one with `allOf`; the union of a
                base is ignored.

        Raises:
            NoValueError: If there is none.
        """
        if not isinstance(schema, dict):
            if schema is False:
                raise NoValueError("false")
            return {}
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                raise NoValueError("too deep")
            return self._flatten(schema, pointer, base)
        finally:
            self._depth -= 1

    def _flatten(self, schema: Schema, pointer: str, base: bool) -> Schema:
        has_siblings = self._description.version != "3.0"
        if "$ref" in schema:
            target = self._resolve_reference(schema["$ref"])
            into = pointer if base else schema["$ref"]
            merged = self.flatten(target, into, base)
            if not base:
                merged = self._add_constraint(
                    merged, self._names.get(schema["$ref"], {})
                )
            if not has_siblings:
                return merged
        else:
            merged = {}
        merged = merge(
            merged,
            {key: v for key, v in schema.items() if key not in _COMBINING_KEYWORDS},
        )
        for part in schema.get("allOf", ()):
            merged = merge(merged, self.flatten(part, pointer, True))
        discriminator = schema.get("discriminator") or {}
        is_union = False
        for key in ("oneOf", "anyOf"):
            if schema.get(key):
                is_union = True
                if base and {"$ref": pointer} in schema[key]:
                    continue  # The extending schema is a member of its base's union.
                merged = merge(merged, self._choose_member(schema[key]))
        if discriminator.get("propertyName") and not is_union:
            merged = self._choose_subtype(merged, discriminator, pointer, base)
        return merged

    def _add_constraint(self, merged: Schema, constraint: Schema) -> Schema:
        """Merge the discriminator's constraint; without its values if the schema has others."""
        for name, wanted in constraint.get("properties", {}).items():
            own = self.flatten(merged.get("properties", {}).get(name, {}))
            values = own.get("enum", [own["const"]] if "const" in own else [])
            if values and not any(value in wanted["enum"] for value in values):
                return merge(merged, {"required": [name]})
        return merge(merged, constraint)

    def _choose_member(self, members: list[Any]) -> Schema:
        for member in self._random.sample(members, len(members)):
            try:
                return self.flatten(member)
            except NoValueError:
                continue
        raise NoValueError("no member of a union")

    def _choose_subtype(
        self, merged: Schema, discriminator: Schema, pointer: str, base: bool
    ) -> Schema:
        """Choose a schema of the mapping of a discriminator without union."""
        if base:
            return (
                merge(merged, discriminator_constraint(discriminator, pointer))
                if pointer
                else merged
            )
        mapping = discriminator.get("mapping") or {}
        others = sorted({r for r in mapping.values() if r != pointer})
        if not others:
            return merged
        other = self._random.choice(others)
        return merge(
            self.flatten({"$ref": other}),
            discriminator_constraint(discriminator, other),
        )

    def _resolve_reference(self, reference: str) -> Any:
        try:
            return self._description.resolve_reference(reference)
        except (LookupError, ValueError, TypeError):
            raise NoValueError("a reference without target") from None


def merge(one: Schema, other: Schema) -> Schema:
    """Return a schema whose values satisfy both schemas."""
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
            merged[key] = _intersect_types(merged[key], value)
        elif key in _LOWER_BOUNDS and not isinstance(value, bool):
            merged[key] = max(merged[key], value)
        elif key in _UPPER_BOUNDS and not isinstance(value, bool):
            merged[key] = min(merged[key], value)
        elif key in ("items", "not", "additionalProperties") and merged[key] != value:
            merged[key] = _intersect(key, merged[key], value)
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


def _intersect_types(one: Any, other: Any) -> Any:
    first = one if isinstance(one, list) else [one]
    second = other if isinstance(other, list) else [other]
    found = [name for name in first if name in second]
    if "integer" in first + second and "number" in first + second:
        found = [*found, *(["integer"] if "integer" not in found else [])]
    if not found:
        raise NoValueError("types that exclude each other")
    return found


def _intersect(key: str, one: Any, other: Any) -> Any:
    if key == "not":
        return {"anyOf": [one, other]}
    if one is False or other is False:
        return False
    if one is True or other is True:
        return other if one is True else one
    return {"allOf": [one, other]}
