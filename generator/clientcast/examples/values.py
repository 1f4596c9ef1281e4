"""Example values of schemas: those of the document, or made from the keywords."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from msgspec import Struct, field

from clientcast.examples.acceptance import Acceptance
from clientcast.examples.effective import UNIONS, EffectiveSchemas, Schema
from clientcast.examples.scalars import FORMATS, number_value, text_value
from clientcast.plain import is_list, is_mapping, mapping, sequence, texts

_MAX_SIZE = 20_000
"""The size of a documented example, in characters; a larger one is made from the schema."""
_MAX_DEPTH = 24
_MAX_OPTIONAL_DEPTH = 2
_MAX_MEMBERS = 8
_MAX_VALUES = 3_000
_MAX_VAIN_VALUES = 100_000
_MEMBERS_PER_VALUE = 10
"""Members of a union that a value can be checked by while another value is made."""
_FEW_VALUES = 50
_DOCUMENTED = frozenset({"const", "example", "examples", "default", "enum"})
"""The keywords of schemas that have values."""
_SCALARS = frozenset({"string", "integer", "number", "boolean"})


class NoExampleError(Exception):
    """No value of a schema was found."""


class ExampleMaker:
    """Maker of the example values of one document.

    Attributes:
        schemas: The schemas.
        scalars: The value of each schema of scalars, by its identity, as a list of one.

    Args:
        data: The document.
    """

    def __init__(self, data: object) -> None:
        self.schemas = EffectiveSchemas(data)
        self.scalars: dict[int, list[Any]] = {}
        self._vain_values = 0
        self._acceptance = Acceptance(self.schemas)
        self._accepted: dict[tuple[int, int], bool] = {}
        self._known = {
            (is_response, required_only): _KnownValues()
            for is_response in (False, True)
            for required_only in (False, True)
        }

    def value(
        self, schema: object, *, is_response: bool = True, required_only: bool = False
    ) -> Any:
        """Return an example value of a schema.

        There are limits of the values that may be tried: for one example, and for all schemas
        together that have none, after which few may be tried for each.

        Args:
            schema: The schema.
            is_response: Whether it is in a response, which has no `writeOnly` properties.
            required_only: Whether to leave out optional properties.

        Raises:
            NoExampleError: No value was found.
        """
        known = self._known[is_response, required_only]
        limit = _MAX_VALUES if self._vain_values < _MAX_VAIN_VALUES else _FEW_VALUES
        maker = _ValueMaker(self, known, is_response, required_only, limit)
        try:
            return maker.value(schema, 0, ())
        except (NoExampleError, RecursionError):
            self._vain_values += limit - maker.remaining
            raise NoExampleError from None

    def accepts(self, schema: object, value: Any, *, is_response: bool = True) -> bool:
        """Return whether a schema accepts a value."""
        return self._acceptance.accepts(schema, value, is_response=is_response)

    def accepts_documented(self, schema: object, example: object) -> bool:
        """Return whether an example of the document is small, and its schema accepts it.

        Responses share examples and schemas, each of which is checked once.
        """
        key = (id(self.schemas.without_reference(schema)), id(example))
        found = self._accepted.get(key)
        if found is None:
            is_small = len(repr(example)) <= _MAX_SIZE
            found = is_small and self.accepts(schema, example)
            self._accepted[key] = found
        return found


class _KnownValue(Struct, frozen=True):
    """A value that was made.

    Attributes:
        count: The number of values in it, those included that were tried.
        height: The greatest depth of any of them below this one.
        is_cut: Whether it has less where a schema is in itself: elsewhere, it may have even less.
    """

    value: Any
    count: int
    height: int
    is_cut: bool


class _KnownValues(Struct, frozen=True):
    """The values that were found, by the identity of their schema.

    No limit has cut them, so that they are the same wherever they are used.

    Attributes:
        documented: The example of the document, as a list of one; empty if it has none.
        made: The value at each depth up to which optional properties matter.
    """

    documented: dict[int, list[Any]] = field(default_factory=dict[int, list[Any]])
    made: dict[tuple[int, int], _KnownValue] = field(
        default_factory=dict[tuple[int, int], _KnownValue]
    )


class _ValueMaker:
    """Maker of one value, within limits.

    Attributes:
        remaining: The number of values that may still be made.
        _deepest: The greatest depth of a value since that of the current one.
        _limited: The number of values that were not made because of a limit.
        _cuts: The number of values that were not made because they are in one of their schema.
    """

    def __init__(
        self,
        maker: ExampleMaker,
        known: _KnownValues,
        is_response: bool,
        required_only: bool,
        limit: int,
    ) -> None:
        self._maker = maker
        self._known = known
        self._schemas = maker.schemas
        self._scalars = maker.scalars
        self._is_response = is_response
        self._absent = "writeOnly" if is_response else "readOnly"
        self._required_only = required_only
        self.remaining = limit
        self._deepest = 0
        self._limited = 0
        self._cuts = 0

    def value(self, schema: object, depth: int, parents: tuple[int, ...]) -> Any:
        schema = self._schemas.without_reference(schema)
        if schema is False:
            raise NoExampleError
        if not is_mapping(schema):
            return {}
        constant = self._constant(schema)
        if constant and depth <= _MAX_DEPTH and self.remaining > 0:
            self.remaining -= 1
            self._deepest = max(self._deepest, depth)
            return constant[0]
        key = (id(schema), min(depth, _MAX_OPTIONAL_DEPTH + 1))
        known = self._known.made.get(key)
        if known is not None and self._is_same(known, depth, parents):
            self.remaining -= known.count
            self._deepest = max(self._deepest, depth + known.height)
            return known.value
        remaining, deepest = self.remaining, self._deepest
        limited, cuts = self._limited, self._cuts
        self._deepest = depth
        try:
            value = self._new_value(schema, depth, parents)
            is_cut = self._cuts > cuts
            if self._limited == limited and not (is_cut and parents):
                count, height = remaining - self.remaining, self._deepest - depth
                self._known.made[key] = _KnownValue(value, count, height, is_cut)
            return value
        finally:
            self._deepest = max(self._deepest, deepest)

    def _is_same(
        self, known: _KnownValue, depth: int, parents: tuple[int, ...]
    ) -> bool:
        """Return whether the limits let one make a known value here."""
        return (
            known.count <= self.remaining
            and depth + known.height <= _MAX_DEPTH
            and not (known.is_cut and parents)
        )

    def _new_value(self, schema: Schema, depth: int, parents: tuple[int, ...]) -> Any:
        self.remaining -= 1
        if depth > _MAX_DEPTH or self.remaining < 0:
            self._limited += 1
            raise NoExampleError
        merged = self._schemas.merged(schema)
        key = id(self._schemas.resolved(schema))
        if parents.count(key) > 1:
            self._cuts += 1
            raise NoExampleError
        # Above this depth, no value depends on those that it is in.
        inner = (*parents, key) if depth > _MAX_OPTIONAL_DEPTH else parents
        if merged.get(UNIONS):
            return self._union_value(schema, merged, depth, inner)
        return self._own_value(merged, depth, inner)

    def _constant(self, schema: Schema) -> list[Any]:
        """Return the value that a schema has anywhere, as a list of one; else an empty list.

        It is the first example of the document that is valid, or that of a schema of scalars.
        """
        known = self._scalars.get(id(schema))
        if known is None:
            known = self._known.documented.get(id(schema))
        if known is None:
            merged = self._schemas.merged(schema)
            is_scalar = _is_scalar(merged)
            known = []
            if not _DOCUMENTED.isdisjoint(merged):
                known = [*islice(self._find_documented(schema, merged), 1)]
            if is_scalar and not known:
                known = [self._own_value(merged, 0, ())]
            table = self._scalars if is_scalar else self._known.documented
            table[id(schema)] = known
        return known

    def _find_documented(self, schema: object, merged: Schema) -> Iterator[Any]:
        candidates = [merged[k] for k in ("const", "example") if k in merged]
        examples = merged.get("examples")
        candidates += (examples if is_list(examples) else [])[:3]
        if "default" in merged and merged["default"] not in (None, "", [], {}):
            candidates.append(merged["default"])
        candidates += [v for v in sequence(merged.get("enum"))[:3] if v is not None]
        if self._required_only:
            candidates = [v for v in candidates if not is_mapping(v)]
        for value in candidates:
            if self._maker.accepts(schema, value, is_response=self._is_response):
                yield value

    def _union_value(
        self, schema: object, merged: Schema, depth: int, parents: tuple[int, ...]
    ) -> Any:
        """Return the value of the first member of the unions whose value is valid."""
        tag = mapping(merged.get("discriminator"))
        candidates: list[list[object]] = [[]]
        fallback: list[Any] = []
        cost = 0
        for _, members in merged[UNIONS][:3]:
            cost += len(members) // _MEMBERS_PER_VALUE
            # A schema that extends one with a union is a member of the union itself.
            own = self._schemas.member(members, schema)
            tried = (*own, *members[:_MAX_MEMBERS])
            candidates = [
                [*chosen, member] for chosen in candidates for member in tried
            ][:_MAX_MEMBERS]
        for chosen in candidates:
            tagged = [_tag_schema(member, tag) for member in chosen] if tag else []
            members = (*chosen, *filter(None, tagged))
            combined = self._schemas.with_members(merged, members)
            try:
                value = self.value(combined, depth + 1, parents)
            except NoExampleError:
                continue
            self.remaining -= cost
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


def _is_scalar(merged: Schema) -> bool:
    """Return whether the values of a schema are strings, numbers, booleans or null."""
    types = {*texts(merged.get("type"))} - {"null"}
    return bool(types) and types <= _SCALARS and UNIONS not in merged


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
        FORMATS
    ):
        return "string"
    if keywords & {"minimum", "maximum", "multipleOf"}:
        return "number"
    return ""
