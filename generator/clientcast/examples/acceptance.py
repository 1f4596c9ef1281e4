"""Whether a schema accepts a value: the keywords that matter for examples."""

import re
from datetime import date, datetime, time
from functools import lru_cache
from math import isclose
from typing import Any, TypeGuard
from uuid import UUID

from clientcast.examples.effective import UNIONS, EffectiveSchemas, Schema
from clientcast.plain import is_list, is_mapping, mapping, sequence, texts

_MAX_DEPTH = 40
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_DURATION = re.compile(
    r"-?P(?=.)(?:\d+W|(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?)"
)
_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)"
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S*")


def accepts(
    schemas: EffectiveSchemas, schema: object, value: Any, *, is_response: bool = True
) -> bool:
    """Return whether a schema accepts a value.

    Args:
        schemas: The schemas of the document.
        schema: The schema.
        value: The value.
        is_response: Whether it is in a response, and `writeOnly` properties need not be there.
    """
    return _Checker(schemas, is_response).accepts(schema, value, 0)


class _Checker:
    def __init__(self, schemas: EffectiveSchemas, is_response: bool) -> None:
        self._schemas = schemas
        self._absent = "writeOnly" if is_response else "readOnly"

    def accepts(self, schema: object, value: Any, depth: int) -> bool:
        if schema is True or depth > _MAX_DEPTH:
            return schema is True
        if schema is False:
            return False
        merged = self._schemas.merged(schema)
        if value is None and merged.get("nullable") is True:
            return True
        types = texts(merged.get("type"))
        if types and not any(_has_type(value, name) for name in types):
            return False
        if "const" in merged and not _same(merged["const"], value):
            return False
        if is_list(merged.get("enum")) and not any(
            _same(option, value) for option in merged["enum"]
        ):
            return False
        return self._accepts_union(merged, value, depth) and self._accepts_content(
            merged, value, depth
        )

    def _accepts_union(self, merged: Schema, value: Any, depth: int) -> bool:
        for keyword, members in merged.get(UNIONS, ()):
            count = sum(self.accepts(m, value, depth + 1) for m in members)
            if count == 0 or (keyword == "oneOf" and count > 1):
                return False
        if "not" in merged and self.accepts(merged["not"], value, depth + 1):
            return False
        return True

    def _accepts_content(self, merged: Schema, value: Any, depth: int) -> bool:
        if isinstance(value, str):
            return _accepts_text(merged, value)
        if isinstance(value, bool) or value is None:
            return True
        if isinstance(value, int | float):
            return _accepts_number(merged, value)
        if is_list(value):
            return self._accepts_items(merged, value, depth)
        return not is_mapping(value) or self._accepts_members(merged, value, depth)

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
            self.accepts(prefix[i] if i < len(prefix) else items, item, depth + 1)
            for i, item in enumerate(value)
        )

    def _accepts_members(
        self, merged: Schema, value: dict[str, Any], depth: int
    ) -> bool:
        properties = mapping(merged.get("properties"))
        for name in texts(merged.get("required")):
            schema = self._schemas.merged(properties.get(name, {}))
            if name not in value and schema.get(self._absent) is not True:
                return False
        if not _is_within(len(value), merged, "minProperties", "maxProperties"):
            return False
        patterns = mapping(merged.get("patternProperties"))
        additional = merged.get("additionalProperties", True)
        for name, member in value.items():
            matching = [s for p, s in patterns.items() if _finds(p, name)]
            if name in properties:
                matching.append(properties[name])
            elif not matching:
                matching.append(additional)
            if not all(self.accepts(s, member, depth + 1) for s in matching):
                return False
        return True


def _accepts_text(merged: Schema, value: str) -> bool:
    if not _is_within(len(value), merged, "minLength", "maxLength"):
        return False
    patterns = [merged.get("pattern"), *merged.get("patterns", ())]
    if not all(_finds(p, value) for p in patterns if isinstance(p, str)):
        return False
    return has_format(value, merged.get("format"))


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


def _accepts_number(merged: Schema, value: float) -> bool:
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


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None


def _finds(pattern: str, value: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.search(value) is not None


def _has_type(value: Any, name: str) -> bool:
    match name:
        case "null":
            return value is None
        case "boolean":
            return isinstance(value, bool)
        case "string":
            return isinstance(value, str)
        case "integer":
            return (
                isinstance(value, int)
                and not isinstance(value, bool)
                or isinstance(value, float)
                and value.is_integer()
            )
        case "number":
            return _is_number(value)
        case "array":
            return is_list(value)
        case "object":
            return is_mapping(value)
        case _:
            return True


def _same(expected: Any, value: Any) -> bool:
    return bool(expected == value) and isinstance(expected, bool) == isinstance(
        value, bool
    )
