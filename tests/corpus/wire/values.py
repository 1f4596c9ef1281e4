"""Generation of values from the schemas of a document, and their validation."""

import base64
import warnings
from collections.abc import Iterator
from copy import deepcopy
from enum import Enum
from random import Random
from typing import Any

from jsonschema import FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from openapi_schema_validator import (
    OAS30ReadValidator,
    OAS30WriteValidator,
    OAS31Validator,
    OAS32Validator,
)

from tests.corpus.wire.document import HERE, Description
from tests.corpus.wire.numbers import integer, number
from tests.corpus.wire.same import NOTATIONS, Formatted
from tests.corpus.wire.schemas import Flattener, NoValueError, Schema
from tests.corpus.wire.texts import (
    CHARACTERS,
    FORMATS,
    SAFE_CHARACTERS,
    is_decimal,
    is_time,
    texts_matching,
)

ATTEMPTS = 12
MAX_DEPTH = 10
FULL_DEPTH = 4
MAX_VALIDATIONS = 30
UNDECLARED = "added_later"
"""Name of a member that no document declares."""
MAX_ITEMS = 20


class Size(Enum):
    """Amount of optional properties, parameters and items."""

    MINIMAL = "minimal"
    FULL = "full"
    RANDOM = "random"


_CLASSES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "array": (list,),
    "object": (dict,),
}


class OpenObject(dict[str, Any]):
    """An object whose schema, that of the chosen members of unions, allows any other member.

    The schema of all its members may allow more than a client reads: a base schema allows what
    the schema that its discriminator selects forbids.
    """


class ValueGenerator:
    """Generator of values that the client or the server sends.

    Args:
        description: Document of the schemas.
        seed: Seed; equal seeds give equal values.
        request: Whether the client sends the values rather than the server.
    """

    def __init__(self, description: Description, seed: str, request: bool) -> None:
        self._description = description
        self._random = Random(seed)
        self._hidden = "readOnly" if request else "writeOnly"
        self._discriminators = {
            name
            for constraint in description.member_constraints_by_reference.values()
            for name in constraint["properties"]
        }
        base: Any = {
            "3.0": OAS30WriteValidator if request else OAS30ReadValidator,
            "3.1": OAS31Validator,
            "3.2": OAS32Validator,
        }[description.version]
        is_30 = description.version == "3.0"
        self._validator: Any = (
            base if is_30 else extend(base, {"required": self._required})
        )
        known = self._validator.FORMAT_CHECKER.checkers
        self._formats = FormatChecker()
        self._formats.checkers = {**known, "time": (is_time, ValueError)}
        self._flattener = Flattener(description, self._random)
        self._alphabet = CHARACTERS["json"]

    def value(self, schema: Any, size: Size, place: str = "json") -> Any:
        """Return a value of a schema.

        Raises:
            NoValueError: If none was found.
        """
        reason = "it does not satisfy its schema"
        for attempt in range(ATTEMPTS):
            # If no full value can be generated, a minimal one may be.
            attempt_size = size if attempt < ATTEMPTS // 2 else Size.MINIMAL
            self._alphabet = CHARACTERS[place] if attempt % 3 < 2 else SAFE_CHARACTERS
            try:
                value = self._generate(schema, attempt_size, 0)
            except NoValueError as error:
                reason = str(error)
                continue
            except (TypeError, ValueError, AttributeError, KeyError) as error:
                reason = f"odd schema: {type(error).__name__}"
                continue
            if self.is_valid(schema, value):
                return value
        raise NoValueError(reason)

    def add_undeclared(self, schema: Any, value: Any) -> None:
        """Add an undeclared member to the open objects of a value that remains valid with it.

        Of many objects that may not have it, some others may be left without it.
        """
        pending = [list(_open_objects(value))]
        for _ in range(MAX_VALIDATIONS):
            if not pending:
                break
            parts = pending.pop()
            for part in parts:
                part[UNDECLARED] = 5
            if not self.is_valid(schema, value):
                for part in parts:
                    del part[UNDECLARED]
                half = len(parts) // 2
                pending += [p for p in (parts[half:], parts[:half]) if half]

    def is_valid(self, schema: Any, value: Any) -> bool:
        """Return whether a value satisfies a schema."""
        resolver = self._description.registry.resolver(HERE)
        validator = self._validator(
            schema, _resolver=resolver, format_checker=self._formats
        )
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return bool(validator.is_valid(value))
        except (
            RecursionError
        ):  # A schema that extends its own union cannot be validated.
            return True
        except Exception:  # Patterns that Python rejects, references without target.
            return False

    def _required(
        self, validator: Any, names: list[str], instance: Any, schema: Schema
    ) -> Iterator[ValidationError]:
        """Validate `required`, except for properties that this side does not send.

        See `readOnly` and `writeOnly` in OpenAPI 3.0, Schema Object.
        """
        if isinstance(instance, dict):
            properties = schema.get("properties", {})
            for name in names:
                if name not in instance and not self._is_hidden(properties.get(name)):
                    yield ValidationError(f"{name!r} is required")

    def _generate(self, schema: Any, size: Size, depth: int) -> Any:
        flat = self._flattener.flatten(schema)
        value = self._generate_flat(flat, size, depth)
        format_ = flat.get("format", "")
        if isinstance(value, str) and format_ in NOTATIONS:
            return Formatted(value, format_)
        return value

    def _generate_flat(self, flat: Schema, size: Size, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise NoValueError("it is too deep")
        if depth > FULL_DEPTH:
            size = Size.MINIMAL
        if "enum" in flat:
            values = [v for v in flat["enum"] if _is_of_types(v, flat.get("type"))]
            if not values:
                raise NoValueError("an enum without a value")
            if "const" not in flat or flat["const"] not in values:
                return deepcopy(self._random.choice(values))
        if "const" in flat:
            return deepcopy(flat["const"])
        match self._type(flat, size):
            case "null":
                return None
            case "boolean":
                return self._random.random() < 0.5
            case "integer":
                return integer(flat, self._random, size is Size.RANDOM)
            case "number":
                return number(flat, self._random)
            case "string":
                return self._string(flat, size)
            case "array":
                return self._array(flat, size, depth)
            case "object":
                return self._object(flat, size, depth)
            case _:
                return self._random.choice(
                    ["text", 3, True, ["a", {"b": None}], {"c": 1.5}]
                )

    def _type(self, flat: Schema, size: Size) -> str:
        types = flat.get("type", ())
        names = list(types) if isinstance(types, list) else [types] if types else []
        if not names:
            for hint, name in (
                *(("properties", "object"), ("required", "object")),
                *(("additionalProperties", "object"), ("items", "array")),
                *(("prefixItems", "array"), ("patternProperties", "object")),
                *(("pattern", "string"), ("minLength", "string"), ("format", "string")),
            ):
                if hint in flat:
                    return name
            return ""
        may_be_null = flat.get("nullable") is True or "null" in names
        others = [name for name in names if name != "null"]
        if may_be_null and (
            not others or self._random.random() < _null_probability(size)
        ):
            return "null"
        return str(self._random.choice(others))

    def _string(self, flat: Schema, size: Size) -> str:
        least, most = flat.get("minLength", 0), flat.get("maxLength", 10_000)
        format_ = flat.get("format", "")
        if "pattern" in flat:
            found = [
                t for t in texts_matching(flat["pattern"]) if least <= len(t) <= most
            ]
            found += [
                text * (-(-least // max(1, len(text))))
                for text in texts_matching(flat["pattern"])
                if len(text) < least
            ]
            candidates = [
                flat.get("example"),
                flat.get("default"),
                *(flat.get("examples") or ()),
            ]
            found += [text for text in candidates if isinstance(text, str)]
            if format_ == "decimal":
                found = [text for text in found if is_decimal(text)]
            if not found:
                raise NoValueError("no text of a pattern")
            return self._random.choice(found)
        if format_ in FORMATS:
            return self._random.choice(FORMATS[format_])
        length = self._random.randint(least, min(most, least + 12))
        if not least and self._random.random() < 0.9:
            length = max(length, min(1, most))
        text = "".join(self._random.choices(self._alphabet, k=length)).strip()
        text += "a" * (least - len(text))
        encoding = flat.get("contentEncoding")
        if encoding == "base64" or format_ in ("byte", "base64url"):
            return base64.b64encode(text.encode()).decode()
        if format_ == "binary":
            return "".join(c for c in text if ord(c) < 128)
        return text

    def _array(self, flat: Schema, size: Size, depth: int) -> list[Any]:
        first = flat.get("prefixItems", [])
        least = max(flat.get("minItems", 0), len(first))
        most = min(flat.get("maxItems", MAX_ITEMS), MAX_ITEMS)
        wanted = {Size.MINIMAL: 0, Size.FULL: 2}.get(size, self._random.randint(0, 3))
        length = max(least, min(wanted, most))
        items = flat.get("items", {})
        found: list[Any] = [self._generate(schema, size, depth + 1) for schema in first]
        for _ in range(10 * length):
            if len(found) >= length:
                break
            try:
                item = self._generate(items, size, depth + 1)
            except NoValueError:
                if len(found) >= least:
                    break
                raise
            if not (flat.get("uniqueItems") and item in found):
                found.append(item)
        return found

    def _object(self, flat: Schema, size: Size, depth: int) -> dict[str, Any]:
        required = flat.get("required") or []
        found: dict[str, Any] = {}
        properties = flat.get("properties") or {}
        for name, schema in properties.items():
            # A discriminator is sent although it is readOnly: it selects the schema.
            if name not in self._discriminators and self._is_hidden(schema):
                continue
            is_required = name in required
            if not is_required and self._random.random() >= _probability(size):
                continue
            try:
                found[name] = self._generate(schema, size, depth + 1)
            except NoValueError:
                if is_required:
                    raise
        for name in required:
            if name not in found and name not in properties:
                found[name] = self._generate(
                    flat.get("additionalProperties", {}), size, depth + 1
                )
        more = flat.get("additionalProperties")
        if more not in (None, False) and (
            size is not Size.MINIMAL or len(found) < flat.get("minProperties", 0)
        ):
            names = (
                ["key", "other key", "aß"]
                if self._alphabet != SAFE_CHARACTERS
                else ["key"]
            )
            names = flat.get("propertyNames", {}).get("enum", names)
            for name in names:
                if name not in properties and len(found) < flat.get(
                    "maxProperties", 99
                ):
                    found[name] = self._generate(more, size, depth + 1)
        for pattern, schema in (flat.get("patternProperties") or {}).items():
            if size is not Size.MINIMAL:
                for name in texts_matching(pattern)[:1]:
                    found.setdefault(name, self._generate(schema, size, depth + 1))
        is_map = bool({"patternProperties", "propertyNames"} & flat.keys())
        is_open = not is_map and more in (None, True, {})
        return OpenObject(found) if is_open else found

    def _is_hidden(self, schema: Any) -> bool:
        """Return whether this side does not send a property."""
        try:
            flat = self._flattener.flatten(schema)
        except NoValueError:
            return False
        return flat.get(self._hidden) is True


def _open_objects(value: Any) -> Iterator[OpenObject]:
    if isinstance(value, OpenObject):
        yield value
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _open_objects(part)


def _is_of_types(value: Any, types: Any) -> bool:
    """Return whether an enum value has one of the types, as some schemas contradict themselves."""
    names = [types] if isinstance(types, str) else types or ()
    return (
        value is None
        or not names
        or any(type(value) in _CLASSES.get(name, ()) for name in names)
    )


def _probability(size: Size) -> float:
    return {Size.MINIMAL: 0, Size.FULL: 1, Size.RANDOM: 0.5}[size]


def _null_probability(size: Size) -> float:
    """Return the probability of null for a nullable value."""
    return {Size.MINIMAL: 0.2, Size.FULL: 0.05, Size.RANDOM: 0.4}[size]
