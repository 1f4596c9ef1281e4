"""Whether a schema accepts a value: the keywords that matter for examples."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache
from math import isclose
from types import NoneType
from typing import Any, TypeGuard
from uuid import UUID

from msgspec import Struct

from clientcast.examples.effective import PATTERNS, UNIONS, EffectiveSchemas, Schema
from clientcast.examples.patterns import search_of
from clientcast.plain import is_list, mapping, sequence, texts

_MAX_DEPTH = 40
_MAX_MEMBERS = 300_000
"""Checks by members of unions in one document, after which unions accept nothing."""
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_DURATION = re.compile(
    r"-?P(?=.)(?:\d+W|(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?)"
)
_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)"
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S*")


class Acceptance:
    """Checks of values by the schemas of a document, each of which is read once.

    Args:
        schemas: The schemas.
    """

    def __init__(self, schemas: EffectiveSchemas) -> None:
        self._schemas = schemas
        self._rules: dict[int, _Rules] = {}
        self._absent = ""
        self._unions: dict[tuple[int, int], bool] = {}
        self._remaining = _MAX_MEMBERS

    def accepts(self, schema: object, value: Any, *, is_response: bool = True) -> bool:
        """Return whether a schema accepts a value.

        Args:
            schema: The schema.
            value: The value.
            is_response: Whether it is in a response, and `writeOnly` properties need not be
                there.
        """
        self._absent = "writeOnly" if is_response else "readOnly"
        self._unions.clear()
        return self._accepts(schema, value, 0)

    def _accepts(self, schema: object, value: Any, depth: int) -> bool:
        if schema is True or depth > _MAX_DEPTH:
            return schema is True
        if schema is False:
            return False
        rules = self._rules.get(id(schema))
        if rules is None:
            rules = self._read_rules(schema)
        kind = _KINDS.get(value.__class__, "")
        if kind in rules.unlimited:
            return True
        if rules.kinds is not None and kind not in rules.kinds:
            is_whole = kind == "number" and value.is_integer()
            if not (is_whole and "integer" in rules.kinds):
                return False
        if rules.values is not None and not all(
            value in options and any(_same(option, value) for option in options)
            for options in rules.values
        ):
            return False
        if rules.has_parts and not self._accepts_parts(rules.merged, value, depth):
            return False
        match kind:
            case "string":
                return not rules.limits_text or _accepts_text(rules.merged, value)
            case "integer" | "number":
                return not rules.limits_numbers or accepts_number(rules.merged, value)
            case "array":
                return self._accepts_items(rules.merged, value, depth)
            case "object":
                return self._accepts_members(rules, value, depth)
            case _:
                return True

    def _read_rules(self, schema: object) -> "_Rules":
        """Return the rules of a schema, which all references to it share."""
        # `EffectiveSchemas` keeps both schemas alive, and so their ids.
        merged = self._schemas.merged(schema)
        rules = self._rules.get(id(merged)) or _Rules.of(merged)
        self._rules[id(schema)] = self._rules[id(merged)] = rules
        return rules

    def _accepts_parts(self, merged: Schema, value: Any, depth: int) -> bool:
        if "not" in merged and self._accepts(merged["not"], value, depth + 1):
            return False
        return all(
            self._accepts_union(keyword, members, value, depth)
            for keyword, members in merged.get(UNIONS, ())
        )

    def _accepts_union(
        self, keyword: str, members: list[object], value: Any, depth: int
    ) -> bool:
        """Return whether a union accepts a value; each value is checked once.

        A member may extend the schema that has the union. The union accepts the value there if
        all else does.
        """
        key = (id(members), id(value))
        found = self._unions.get(key)
        if found is None:
            self._unions[key] = True
            self._remaining -= len(members)
            count = 0
            if self._remaining >= 0:
                count = sum(self._accepts(m, value, depth + 1) for m in members)
            found = count == 1 or (count > 1 and keyword != "oneOf")
            self._unions[key] = found
        return found

    def _accepts_items(self, merged: Schema, value: list[Any], depth: int) -> bool:
        if not _is_within(len(value), merged, "minItems", "maxItems"):
            return False
        if merged.get("uniqueItems") is True:
            texts_of = [repr(item) for item in value]
            if len(set(texts_of)) < len(texts_of):
                return False
        prefix = sequence(merged.get("prefixItems"))
        items = merged.get("items", True)
        if is_list(items):
            prefix, items = items, True
        return all(
            self._accepts(prefix[i] if i < len(prefix) else items, item, depth + 1)
            for i, item in enumerate(value)
        )

    def _accepts_members(
        self, rules: "_Rules", value: dict[str, Any], depth: int
    ) -> bool:
        properties = rules.properties
        for name in rules.required:
            if name not in value:
                schema = self._schemas.merged(properties.get(name, {}))
                if schema.get(self._absent) is not True:
                    return False
        if rules.limits_size and not _is_within(
            len(value), rules.merged, "minProperties", "maxProperties"
        ):
            return False
        for name, member in value.items():
            schemas = (properties.get(name, rules.additional),)
            if rules.patterns:
                matching = [s for p, s in rules.patterns.items() if _finds(p, name)]
                schemas = (
                    *matching,
                    *(schemas if name in properties or not matching else ()),
                )
            for schema in schemas:
                known = self._rules.get(id(schema))
                kind = _KINDS.get(member.__class__, "")
                # Most members are scalars of any value, for which a call is too much.
                if known is not None and kind in known.unlimited:
                    continue
                if not self._accepts(schema, member, depth + 1):
                    return False
        return True


class _Rules(Struct, frozen=True):
    """The keywords of a merged schema, in the form in which they are read.

    Attributes:
        merged: The schema.
        unlimited: The kinds of which it accepts all values.
        kinds: The kinds of values that it accepts; None for all.
        values: The values of `const` and of `enum`, one of each of which a value is; None for
            any values.
        has_parts: Whether it has unions or `not`.
        limits_text, limits_numbers: Whether it has keywords for these.
        limits_size: Whether it has keywords for the number of properties.
        required: The required properties.
        properties, patterns: The schemas of the properties, by name and by pattern of the name.
        additional: The schema of the other properties.
    """

    merged: Schema
    unlimited: frozenset[str]
    kinds: frozenset[str] | None
    values: tuple[list[Any], ...] | None
    has_parts: bool
    limits_text: bool
    limits_numbers: bool
    limits_size: bool
    required: tuple[str, ...]
    properties: dict[str, Any]
    patterns: dict[str, Any]
    additional: object

    @classmethod
    def of(cls, merged: Schema) -> "_Rules":
        """Return the rules of a schema; those with a type only share them."""
        if _LIMITS.isdisjoint(merged):
            nullable = merged.get("nullable") is True
            return _rules_of_types(texts(merged.get("type")), nullable)
        return cls.read(merged)

    @classmethod
    def read(cls, merged: Schema) -> "_Rules":
        names = frozenset(texts(merged.get("type"))) or _implied_kinds(merged)
        if "number" in names:
            names |= {"integer"}
        values = [[merged["const"]]] if "const" in merged else []
        if is_list(merged.get("enum")):
            values.append(merged["enum"])
        has_parts = UNIONS in merged or "not" in merged
        limits_text = not _TEXT_KEYWORDS.isdisjoint(merged)
        limits_numbers = not _NUMBER_KEYWORDS.isdisjoint(merged)
        unlimited = _NO_NAMES
        if not (has_parts or values):
            unlimited = names & _SCALARS
            if limits_text:
                unlimited -= {"string"}
            if limits_numbers:
                unlimited -= {"integer", "number"}
        if merged.get("nullable") is True:
            unlimited |= {"null"}
        return cls(
            merged=merged,
            unlimited=unlimited,
            kinds=names if names and names <= _NAMES else None,
            values=tuple(values) or None,
            has_parts=has_parts,
            limits_text=limits_text,
            limits_numbers=limits_numbers,
            limits_size="minProperties" in merged or "maxProperties" in merged,
            required=texts(merged.get("required")),
            properties=mapping(merged.get("properties")),
            patterns=mapping(merged.get("patternProperties")),
            additional=merged.get("additionalProperties", True),
        )


@lru_cache(maxsize=256)
def _rules_of_types(types: tuple[str, ...], nullable: bool) -> _Rules:
    return _Rules.read({"type": [*types], "nullable": nullable})


def _implied_kinds(merged: Schema) -> frozenset[str]:
    """Return the kinds that a schema without `type` is read as; see `parse.effective`."""
    if not _OBJECT_KEYWORDS.isdisjoint(merged):
        return frozenset({"object"})
    if not _ARRAY_KEYWORDS.isdisjoint(merged):
        return frozenset({"array"})
    return frozenset()


_OBJECT_KEYWORDS = frozenset(
    "properties additionalProperties patternProperties".split()
)
_ARRAY_KEYWORDS = frozenset({"items", "prefixItems"})
_KINDS: Mapping[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    NoneType: "null",
    list: "array",
    dict: "object",
}
"""The type in JSON Schema of plain data, by class."""
_NAMES = frozenset(_KINDS.values())
_NO_NAMES = frozenset[str]()
_SCALARS = _NAMES - {"array", "object"}
_TEXT_KEYWORDS = frozenset("minLength maxLength pattern format".split())
_NUMBER_KEYWORDS = frozenset(
    "minimum maximum exclusiveMinimum exclusiveMaximum multipleOf format".split()
)
_LIMITS = (
    _OBJECT_KEYWORDS
    | _ARRAY_KEYWORDS
    | _TEXT_KEYWORDS
    | _NUMBER_KEYWORDS
    | {UNIONS, "not", "const", "enum", "required", "uniqueItems"}
    | {"minItems", "maxItems", "minProperties", "maxProperties"}
)
"""The keywords that limit values, other than those of types."""


def _accepts_text(merged: Schema, value: str) -> bool:
    if not _is_within(len(value), merged, "minLength", "maxLength"):
        return False
    if "pattern" in merged:
        patterns = [merged["pattern"], *merged.get(PATTERNS, ())]
        if not all(_finds(p, value) for p in patterns if isinstance(p, str)):
            return False
    return "format" not in merged or has_format(value, merged["format"])


def has_format(value: str, name: object) -> bool:
    """Return whether a text has a format that decoders or validators know."""
    try:
        match name:
            case "date-time":
                datetime.fromisoformat(value.upper())
                return _DATE_TIME.fullmatch(value) is not None
            case "date":
                date.fromisoformat(value)
                return len(value) == 10
            case "time":
                time.fromisoformat(value.upper())
            case "uuid":
                return str(UUID(value)) == value.lower()
            case "duration":
                return _DURATION.fullmatch(value) is not None
            case "byte":
                return _BASE64.fullmatch(value) is not None
            case "decimal":
                float(value)
            case "email":
                return _EMAIL.fullmatch(value) is not None
            case "uri" | "url":
                return _URI.fullmatch(value) is not None
            case _:
                pass
    except ValueError:
        return False
    return True


def accepts_number(merged: Schema, value: float) -> bool:
    minimum, maximum = merged.get("minimum"), merged.get("maximum")
    low, high = merged.get("exclusiveMinimum"), merged.get("exclusiveMaximum")
    if low is True:  # OpenAPI 3.0
        low, minimum = minimum, None
    if high is True:
        high, maximum = maximum, None
    step = merged.get("multipleOf")
    return (
        not (_is_number(minimum) and value < minimum)
        and not (_is_number(maximum) and value > maximum)
        and not (_is_number(low) and value <= low)
        and not (_is_number(high) and value >= high)
        and not (
            _is_number(step)
            and step > 0
            and not isclose(value / step, round(value / step), abs_tol=1e-9)
        )
        and not (merged.get("format") == "int32" and abs(value) > 2**31)
    )


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_within(count: int, merged: Schema, minimum: str, maximum: str) -> bool:
    least, most = merged.get(minimum), merged.get(maximum)
    return not (_is_number(least) and count < least) and not (
        _is_number(most) and count > most
    )


def _finds(pattern: str, value: str) -> bool:
    finds = search_of(pattern)
    return finds is None or finds(value)


def _same(expected: Any, value: Any) -> bool:
    return bool(expected == value) and isinstance(expected, bool) == isinstance(
        value, bool
    )
