"""Example values of schemas: those of the document, or made from the keywords."""

from typing import Any

from clientcast.examples.acceptance import accepts, has_format
from clientcast.examples.effective import UNIONS, EffectiveSchemas, Schema
from clientcast.examples.patterns import matching_text
from clientcast.plain import is_list, is_mapping, mapping, sequence, texts

_MAX_DEPTH = 24
_MAX_OPTIONAL_DEPTH = 2
_MAX_MEMBERS = 8
_MAX_VALUES = 3_000
_FORMATS = {
    "date-time": "2026-01-02T03:04:05Z",
    "date": "2026-01-02",
    "time": "03:04:05Z",
    "duration": "PT5M",
    "uuid": "b6e8a5a0-1b1e-4c5e-9b1a-0f3c2d4e5f60",
    "byte": "ZXhhbXBsZQ==",
    "decimal": "1.5",
    "email": "user@example.com",
    "idn-email": "user@example.com",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "iri": "https://example.com/",
    "uri-reference": "/",
    "uri-template": "/",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "json-pointer": "/a",
    "relative-json-pointer": "0",
    "regex": "a",
}


class NoExampleError(Exception):
    """No value of a schema was found."""


class ExampleMaker:
    """Maker of the example values of one document.

    Args:
        data: The document.
    """

    def __init__(self, data: object) -> None:
        self.schemas = EffectiveSchemas(data)
        self._documented: dict[int, list[Any]] = {}

    def value(
        self, schema: object, *, is_response: bool = True, required_only: bool = False
    ) -> Any:
        """Return an example value of a schema.

        Args:
            schema: The schema.
            is_response: Whether it is in a response, which has no `writeOnly` properties.
            required_only: Whether to leave out optional properties.

        Raises:
            NoExampleError: No value was found.
        """
        maker = _ValueMaker(self, is_response, required_only)
        try:
            return maker.value(schema, 0, ())
        except RecursionError:
            raise NoExampleError from None

    def accepts(self, schema: object, value: Any, *, is_response: bool = True) -> bool:
        """Return whether a schema accepts a value."""
        return accepts(self.schemas, schema, value, is_response=is_response)


class _ValueMaker:
    def __init__(
        self, maker: ExampleMaker, is_response: bool, required_only: bool
    ) -> None:
        self._maker = maker
        self._schemas = maker.schemas
        self._is_response = is_response
        self._absent = "writeOnly" if is_response else "readOnly"
        self._required_only = required_only
        self._remaining = _MAX_VALUES

    def value(self, schema: object, depth: int, parents: tuple[int, ...]) -> Any:
        self._remaining -= 1
        if schema is False or depth > _MAX_DEPTH or self._remaining < 0:
            raise NoExampleError
        if not is_mapping(schema):
            return {}
        merged = self._schemas.merged(schema)
        documented = self._documented(schema, merged, depth)
        if documented:
            return documented[0]
        key = id(self._schemas.resolved(schema))
        if parents.count(key) > 1:
            raise NoExampleError
        inner = (*parents, key)
        if merged.get(UNIONS):
            return self._union_value(schema, merged, depth, inner)
        return self._own_value(merged, depth, inner)

    def _documented(self, schema: object, merged: Schema, depth: int) -> list[Any]:
        """Return the values that the document gives as examples, if they are valid."""
        candidates = [merged[k] for k in ("const", "example") if k in merged]
        examples = merged.get("examples")
        candidates += (examples if is_list(examples) else [])[:3]
        if "default" in merged and merged["default"] not in (None, "", [], {}):
            candidates.append(merged["default"])
        candidates += [v for v in sequence(merged.get("enum"))[:3] if v is not None]
        if self._required_only:
            candidates = [v for v in candidates if not is_mapping(v)]
        return [
            value
            for value in candidates
            if self._maker.accepts(schema, value, is_response=self._is_response)
        ][:1]

    def _union_value(
        self, schema: object, merged: Schema, depth: int, parents: tuple[int, ...]
    ) -> Any:
        """Return the value of the first member of the unions whose value is valid."""
        base = {k: v for k, v in merged.items() if k != UNIONS}
        tag = mapping(merged.get("discriminator"))
        candidates: list[list[object]] = [[]]
        for _, members in merged[UNIONS][:3]:
            candidates = [
                [*chosen, member] for chosen in candidates for member in members
            ][:_MAX_MEMBERS]
        fallback: list[Any] = []
        for chosen in candidates:
            tagged = [_tag_schema(member, tag) for member in chosen] if tag else []
            combined = {"allOf": [base, *chosen, *filter(None, tagged)]}
            try:
                value = self.value(combined, depth + 1, parents)
            except NoExampleError:
                continue
            if self._maker.accepts(schema, value, is_response=self._is_response):
                return value
            fallback.append(value)
        if "null" in texts(merged.get("type")) or merged.get("nullable") is True:
            return None
        if fallback:
            return fallback[0]
        raise NoExampleError

    def _own_value(self, merged: Schema, depth: int, parents: tuple[int, ...]) -> Any:
        types = [name for name in texts(merged.get("type")) if name != "null"]
        kind = types[0] if types else _implied_type(merged)
        match kind:
            case "object":
                return self._object(merged, depth, parents)
            case "array":
                return self._array(merged, depth, parents)
            case "string":
                return text_value(merged)
            case "integer" | "number":
                return number_value(merged, is_integer=kind == "integer")
            case "boolean":
                return True
            case _:
                return None if texts(merged.get("type")) else {}

    def _object(
        self, merged: Schema, depth: int, parents: tuple[int, ...]
    ) -> dict[str, Any]:
        required = dict.fromkeys(texts(merged.get("required")))
        properties = mapping(merged.get("properties"))
        value: dict[str, Any] = {}
        for name, schema in properties.items():
            is_required = name in required
            with_optional = not self._required_only and depth <= _MAX_OPTIONAL_DEPTH
            if not (is_required or with_optional):
                continue
            if self._schemas.merged(schema).get(self._absent) is True:
                continue
            try:
                value[name] = self.value(schema, depth + 1, parents)
            except NoExampleError:
                if not is_required:
                    continue
                if not self._maker.accepts(schema, None):
                    raise
                value[name] = None
        additional = merged.get("additionalProperties", True)
        for name in required:
            if name not in properties and additional is not False:
                value[name] = self.value(additional, depth + 1, parents)
        least = merged.get("minProperties")
        count = least if isinstance(least, int) else 0
        for number in range(len(value), min(count, 20)):
            if additional is False:
                break
            value[f"key{number + 1}"] = self.value(additional, depth + 1, parents)
        return value

    def _array(self, merged: Schema, depth: int, parents: tuple[int, ...]) -> list[Any]:
        least = merged.get("minItems")
        minimum = least if isinstance(least, int) else 0
        most = merged.get("maxItems")
        items: object = merged.get("items", {})
        prefix = sequence(merged.get("prefixItems"))
        if is_list(items):
            prefix, items = items, dict[str, object]()
        value: list[Any] = [self.value(schema, depth + 1, parents) for schema in prefix]
        wanted = minimum if self._required_only else max(minimum, 1)
        if isinstance(most, int):
            wanted = min(wanted, most)
        try:
            while len(value) < min(wanted, 50) and items is not False:
                value.append(self.value(items, depth + 1, parents))
        except NoExampleError:
            if len(value) < minimum:
                raise
        if merged.get("uniqueItems") is True and len(value) > 1:
            value = self._unique(items, value)
        return value

    def _unique(self, items: object, value: list[Any]) -> list[Any]:
        """Return different items: the values of an enum, or texts and numbers with a number."""
        options = sequence(self._schemas.merged(items).get("enum"))
        if len(options) >= len(value):
            return options[: len(value)]
        return [
            f"{item}{i}" if isinstance(item, str) else item + i
            for i, item in enumerate(value)
            if isinstance(item, str | int | float)
        ] or value


def _tag_schema(member: object, tag: dict[str, Any]) -> Schema | None:
    """Return the schema of the property that selects a member of a union."""
    reference = mapping(member).get("$ref")
    name = tag.get("propertyName")
    if not isinstance(reference, str) or not isinstance(name, str):
        return None
    short = reference.rpartition("/")[2]
    mapped = mapping(tag.get("mapping")).items()
    value = next((k for k, target in mapped if target in (reference, short)), short)
    return {"properties": {name: {"const": value}}, "required": [name]}


def _implied_type(merged: Schema) -> str:
    keywords = merged.keys()
    if keywords & {"properties", "additionalProperties", "required", "minProperties"}:
        return "object"
    if keywords & {"items", "prefixItems", "minItems"}:
        return "array"
    if keywords & {"pattern", "minLength", "maxLength"} or merged.get("format") in (
        _FORMATS
    ):
        return "string"
    if keywords & {"minimum", "maximum", "multipleOf"}:
        return "number"
    return ""


def text_value(merged: Schema) -> str:
    """Return a text of a schema."""
    least, most = merged.get("minLength"), merged.get("maxLength")
    minimum = least if isinstance(least, int) else 0
    maximum = most if isinstance(most, int) else None
    pattern, format_ = merged.get("pattern"), merged.get("format")
    candidates = [_FORMATS[format_]] if format_ in _FORMATS else []
    if isinstance(pattern, str):
        found = matching_text(pattern, minimum, maximum)
        candidates += [found] if found is not None else []
    title = "string"
    candidates += [title, title[:maximum] if maximum is not None else title]
    candidates.append(title + "g" * max(0, min(minimum, 10_000) - len(title)))
    for text in candidates:
        is_short = maximum is None or len(text) <= maximum
        if len(text) >= minimum and is_short and has_format(text, format_):
            if not isinstance(pattern, str) or text in candidates[:2]:
                return text
    return candidates[0]


def number_value(merged: Schema, *, is_integer: bool) -> int | float:
    """Return a number of a schema: near one, within its limits."""
    minimum, maximum = merged.get("minimum"), merged.get("maximum")
    low, high = merged.get("exclusiveMinimum"), merged.get("exclusiveMaximum")
    step = merged.get("multipleOf")
    candidates: list[int | float] = [1, 0, 2]
    unit = step if isinstance(step, int | float) and step > 0 else 1
    for bound in (minimum, low):
        if isinstance(bound, int | float) and not isinstance(bound, bool):
            start = -(-bound // unit) * unit
            candidates += [bound, start, start + unit]
    for bound in (maximum, high):
        if isinstance(bound, int | float) and not isinstance(bound, bool):
            end = bound // unit * unit
            candidates += [bound, end, end - unit]
    if isinstance(minimum, int | float) and isinstance(maximum, int | float):
        candidates.append((minimum + maximum) / 2)
    candidates.append(unit)
    schemas = EffectiveSchemas({})
    for number in candidates:
        if is_integer and not float(number).is_integer():
            continue
        number = int(number) if is_integer else number
        if accepts(schemas, {k: merged[k] for k in merged if k in _NUMBERS}, number):
            return number
    return 1


_NUMBERS = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "format",
)
