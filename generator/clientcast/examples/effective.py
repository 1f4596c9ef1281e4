"""Schemas with `$ref` and `allOf` merged, as one mapping of keywords."""

from collections.abc import Iterable, Iterator
from copy import copy
from typing import Any

from clientcast.plain import is_list, is_mapping, mapping, sequence, texts
from clientcast.references import MAX_HOPS, local_pointer, lookup

Schema = dict[str, Any]

UNIONS = "unions"
"""The keyword of merged schemas with their `oneOf` and `anyOf`, each a list of schemas."""
PATTERNS = "patterns"
"""The keyword of merged schemas with the values of `pattern` other than the first."""
_MAX_PARTS = 200
_OWN = frozenset({UNIONS, PATTERNS})
"""The keywords of merged schemas, which mean nothing in the document."""
_MERGED = frozenset({"$ref", "allOf", "oneOf", "anyOf"}) | _OWN
"""The keywords of schemas that are not merged as they are."""
_ANNOTATIONS = ("example", "examples", "default", "title", "description")
_GREATEST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_LEAST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")


class EffectiveSchemas:
    """Merges the schemas of a document, each once."""

    def __init__(self, data: object) -> None:
        self._data = data
        self._merged: dict[int, Schema] = {}
        self._chosen: dict[int, list[object]] = {}
        self._members: dict[int, dict[int, object]] = {}
        self._referenced: dict[str, object] = {}
        self._kept: list[object] = []

    def merged(self, schema: object) -> Schema:
        """Return a schema with what it references and its `allOf`; unions in `unions`."""
        found = self._merged.get(id(schema))
        if found is None:
            target = self.without_reference(schema)
            if target is not schema:
                found = self.merged(target)
            elif is_mapping(schema) and _MERGED.isdisjoint(schema):
                found = schema
            else:
                found = Schema()
                for part in self._parts(schema):
                    _add(found, part)
            self._merged[id(schema)] = found
            self._kept.append(schema)  # An id is reused once its object is gone.
        return found

    def with_members(self, merged: Schema, members: Iterable[object]) -> Schema:
        """Return a merged schema with some schemas in place of its unions.

        Args:
            merged: The schema.
            members: A member of each union, and other schemas that apply, too. A member that
                extends the schema has its unions again, which are left out.
        """
        found = {
            key: copy(value) if key in ("properties", PATTERNS) else value
            for key, value in merged.items()
            if key != UNIONS
        }
        for part in self._parts({"allOf": [*members]}):
            _add(found, part)
        chosen = [*self._chosen.get(id(merged), ()), *(u for _, u in merged[UNIONS])]
        unions = [u for u in found.pop(UNIONS, ()) if not _is_any(u[1], chosen)]
        if unions:
            found[UNIONS] = unions
        self._merged[id(found)] = found
        self._chosen[id(found)] = chosen
        self._kept.append(found)
        return found

    def member(self, members: list[object], schema: object) -> tuple[object, ...]:
        """Return the member of a union of the document that references a schema, if any."""
        found = self._members.get(id(members))
        if found is None:
            found = {id(self.resolved(member)): member for member in members}
            self._members[id(members)] = found
        return (found[id(schema)],) if id(schema) in found else ()

    def without_reference(self, schema: object) -> object:
        """Return what a schema references if it has only a reference, or else the schema."""
        if not (is_mapping(schema) and len(schema) == 1):
            return schema
        reference = schema.get("$ref")
        if not isinstance(reference, str):
            return schema
        found = self._referenced.get(reference)
        if found is None:
            target = self.resolved(schema)
            # References in a circle lead to no schema.
            found = schema if "$ref" in mapping(target) else target
            self._referenced[reference] = found
        return found

    def resolved(self, schema: object) -> object:
        """Return what a chain of references leads to."""
        for _ in range(MAX_HOPS):
            reference = mapping(schema).get("$ref")
            pointer = local_pointer(reference) if isinstance(reference, str) else None
            if pointer is None:
                break
            try:
                schema = lookup(self._data, pointer)
            except LookupError:
                return {}
        return schema

    def _parts(self, schema: object) -> Iterator[Schema]:
        """Yield the schemas that all apply, those that are referenced first."""
        seen: set[int] = set()
        pending: list[tuple[object, bool]] = [(schema, False)]
        while pending and len(seen) < _MAX_PARTS:
            part, is_complete = pending.pop()
            if not is_mapping(part) or (id(part) in seen and not is_complete):
                continue
            if is_complete:
                yield part
                continue
            seen.add(id(part))
            pending.append((part, True))
            pending += [(p, False) for p in reversed(sequence(part.get("allOf")))]
            if isinstance(part.get("$ref"), str):
                pending.append((self.resolved(part), False))


def _add(merged: Schema, part: Schema) -> None:
    """Add the keywords of a schema that also applies."""
    for keyword, value in part.items():
        if keyword in ("$ref", "allOf") or keyword in _OWN:
            continue
        if keyword in ("oneOf", "anyOf"):
            if is_list(value) and value:
                merged.setdefault(UNIONS, []).append((keyword, value))
        elif keyword == "properties":
            known = merged.setdefault("properties", {})
            for name, schema in mapping(value).items():
                known[name] = _both(known.get(name), schema)
        elif keyword == "required":
            merged["required"] = [*merged.get("required", ()), *texts(value)]
        elif keyword == "enum" and is_list(merged.get("enum")) and is_list(value):
            merged["enum"] = [v for v in merged["enum"] if v in value] or value
        elif keyword == "type":
            merged["type"] = _common_types(texts(merged.get("type")), texts(value))
        elif keyword in _GREATEST and _are_numbers(merged.get(keyword), value):
            merged[keyword] = max(merged[keyword], value)
        elif keyword in _LEAST and _are_numbers(merged.get(keyword), value):
            merged[keyword] = min(merged[keyword], value)
        elif keyword == "pattern" and merged.get("pattern", value) != value:
            merged.setdefault(PATTERNS, []).append(value)
        elif keyword == "items" and is_mapping(merged.get("items")):
            merged["items"] = _both(merged["items"], value)
        else:
            merged[keyword] = value


def _is_any(value: object, values: Iterable[object]) -> bool:
    """Return whether a value is one of some, not only equal to it."""
    return any(value is other for other in values)


def _both(known: object, schema: object) -> object:
    """Return a schema that is both of two."""
    if known is None or known == schema:
        return schema
    return {"allOf": [known, schema]}


def _common_types(known: tuple[str, ...], types: tuple[str, ...]) -> list[str]:
    if not known:
        return [*types]
    common = [name for name in known if name in types]
    if "integer" in {*known, *types} and "number" in {*known, *types}:
        common.append("integer")
    return common or [*types]


def _are_numbers(*values: object) -> bool:
    return all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)
