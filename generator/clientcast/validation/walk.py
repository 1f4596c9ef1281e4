"""The way of openapi-spec-validator through a document, without its cost.

openapi-spec-validator goes through the operations and schemas of a document, resolves each value
anew from the root, and checks each schema and each default. `suspects` goes the same way over
plain data and yields what jsonschema-rs and a few comparisons do not accept, so that the
validator is needed for these alone.
"""

import string
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, Protocol
from urllib.parse import unquote

from clientcast.plain import is_list, is_mapping
from clientcast.validation.defaults import Refusal, UnsureError, accepts, refusals
from clientcast.validation.path_index import Path

_MAX_DEPTH = 400
"""Schemas within each other; the validator has no more than Python's stack for them."""
_MAX_COLLECTED = 10_000
"""Schemas below an `allOf`, each as often as it is reached."""
_METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


class IrregularError(Exception):
    """The document has something on which the validator may do something special."""


class SchemaCheck(Protocol):
    """Validator of schemas."""

    def is_valid(self, schema: Any) -> bool:
        """Return whether a schema is valid."""
        ...


class Suspect(NamedTuple):
    """A schema that may be invalid, or whose default may not match it.

    Attributes:
        path: Keys and indexes from the root to the schema, through the references on the way.
        default: The default.
        refusals: Why the schema refuses it; none if only the validator knows.
    """

    kind: Literal["schema", "default"]
    path: Path
    default: Any = None
    refusals: tuple[Refusal, ...] = ()


def suspects(document: dict[str, Any], check: SchemaCheck) -> Iterator[Suspect]:
    """Yield what has to be looked at more closely, in the order of the validator.

    Args:
        document: The document.
        check: The validator of schemas.

    Raises:
        IrregularError: Only the validator itself knows what it does with the document.
        RecursionError: Likewise.
    """
    yield from _Walk(document, check).document()


class _Walk:
    def __init__(self, root: dict[str, Any], check: SchemaCheck) -> None:
        self._root = root
        self._check = check
        self._targets: dict[str, Any] = {}
        self._checked: set[int] = set()
        self._visited: set[int] = set()
        self._collected: dict[int, int] = {}

    def document(self) -> Iterator[Suspect]:
        root = self._root
        for tag in _list(self._resolve(root.get("tags", []))):
            tag = _dict(self._resolve(tag))
            if not isinstance(self._resolve(tag.get("name")), str) or "parent" in tag:
                raise IrregularError
        for url, item in self._children(root.get("paths", {})):
            yield from self._path_item(url, item)
        components = self._resolve(root.get("components", {}))
        for name, schema in self._children(_dict(components).get("schemas", {})):
            yield from self._schema(schema, ("components", "schemas", name))

    def _path_item(self, url: str, item: Any) -> Iterator[Suspect]:
        item, path = _dict(self._resolve(item)), ("paths", url)
        if "additionalOperations" in item or "query" in item:
            raise IrregularError
        if "parameters" in item:
            yield from self._parameters(item["parameters"], (*path, "parameters"))
        for method, operation in item.items():
            if method in _METHODS:
                _check_route(url)
                yield from self._operation(operation, (*path, method))

    def _operation(self, operation: Any, path: Path) -> Iterator[Suspect]:
        operation = _dict(self._resolve(operation))
        for status, response in self._children(operation.get("responses", {})):
            response = self._resolve(response)
            if is_mapping(response) and "content" in response:
                place = (*path, "responses", status, "content")
                for media_type, content in self._children(response["content"]):
                    yield from self._carrier(content, (*place, media_type))
        if "parameters" in operation:
            yield from self._parameters(operation["parameters"], (*path, "parameters"))

    def _parameters(self, parameters: Any, path: Path) -> Iterator[Suspect]:
        for index, parameter in enumerate(_list(self._resolve(parameters))):
            yield from self._carrier(parameter, (*path, index))
            parameter = _dict(self._resolve(parameter))
            if not all(isinstance(parameter.get(key), str) for key in ("name", "in")):
                raise IrregularError

    def _carrier(self, value: Any, path: Path) -> Iterator[Suspect]:
        """Yield the suspects of a parameter or the content of a media type."""
        value = _dict(self._resolve(value))
        if "schema" in value:
            yield from self._schema(value["schema"], (*path, "schema"))

    def _schema(self, schema: Any, path: Path) -> Iterator[Suspect]:
        schema = self._resolve(schema)
        if not (isinstance(schema, bool) or is_mapping(schema)):
            raise IrregularError
        if id(schema) not in self._checked:
            self._checked.add(id(schema))
            if not self._check.is_valid(schema):
                yield Suspect("schema", path)
                return
        yield from self._subschema(schema, path, 0)

    def _subschema(self, schema: Any, path: Path, depth: int) -> Iterator[Suspect]:
        schema = self._resolve(schema)
        if isinstance(schema, bool):
            return
        schema = _dict(schema)
        if id(schema) in self._visited:
            return
        if depth > _MAX_DEPTH:
            raise IrregularError
        self._visited.add(id(schema))
        for keyword in ("allOf", "anyOf", "oneOf"):
            if keyword in schema:
                for index, part in enumerate(_list(self._resolve(schema[keyword]))):
                    place = (*path, keyword, index)
                    yield from self._subschema(part, place, depth + 1)
                    if keyword == "allOf":
                        self._collect(part, 0)
        for keyword in ("not", "items"):
            if keyword in schema:
                place = (*path, keyword)
                yield from self._subschema(schema[keyword], place, depth + 1)
        for name, part in self._children(schema.get("properties", {})):
            place = (*path, "properties", name)
            yield from self._subschema(part, place, depth + 1)
        if "allOf" in schema and not all(
            isinstance(name, str) for name in _list(schema.get("required", []))
        ):
            raise IrregularError
        if "default" in schema and not self._has_good_default(schema):
            default = schema["default"]
            try:
                found = tuple(refusals(schema, default, self._resolve))
            except UnsureError:
                found = ()
            yield Suspect("default", path, default, found)

    def _has_good_default(self, schema: dict[str, Any]) -> bool:
        default = schema["default"]
        if default is None and schema.get("nullable") is True:
            return True
        return accepts(schema, default, self._resolve)

    def _collect(self, schema: Any, depth: int) -> int:
        """Count the schemas in which the validator looks for the properties of an `allOf`.

        Raises:
            IrregularError: They are too many, or contain themselves.
        """
        schema = self._resolve(schema)
        if not is_mapping(schema):
            return 1
        known = self._collected.get(id(schema))
        if known:
            return known
        if known == 0 or depth > _MAX_DEPTH:
            raise IrregularError
        self._collected[id(schema)] = 0
        parts: list[Any] = []
        for keyword in ("allOf", "anyOf", "oneOf"):
            parts += _list(self._resolve(schema.get(keyword, [])))
        parts += [schema[keyword] for keyword in ("items", "not") if keyword in schema]
        count = 1 + sum(self._collect(part, depth + 1) for part in parts)
        if count > _MAX_COLLECTED:
            raise IrregularError
        self._collected[id(schema)] = count
        return count

    def _children(self, value: Any) -> Iterator[tuple[str, Any]]:
        yield from _dict(self._resolve(value)).items()

    def _resolve(self, value: Any) -> Any:
        seen = 0
        while is_mapping(value) and isinstance(value.get("$ref"), str):
            reference = value["$ref"]
            if reference not in self._targets:
                self._targets[reference] = self._find(reference)
            value = self._targets[reference]
            seen += 1
            if seen > _MAX_DEPTH:
                raise IrregularError
        return value

    def _find(self, reference: str) -> Any:
        """Return the value at a pointer in the document, without resolving others on the way."""
        if not reference.startswith("#/"):
            raise IrregularError
        value: Any = self._root
        for part in unquote(reference[2:]).split("/"):
            part = part.replace("~1", "/").replace("~0", "~")
            if is_list(value) and part.isdecimal() and int(part) < len(value):
                value = value[int(part)]
            elif is_mapping(value) and part in value:
                value = value[part]
            else:
                raise IrregularError
        return value


def _dict(value: Any) -> dict[str, Any]:
    if not is_mapping(value):
        raise IrregularError
    return value


def _list(value: Any) -> list[Any]:
    if not is_list(value):
        raise IrregularError
    return value


def _check_route(url: str) -> None:
    try:
        for _ in string.Formatter().parse(url):
            pass
    except ValueError as error:
        raise IrregularError from error
