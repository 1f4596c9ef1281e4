"""Operations of a document with their parameters, bodies and responses.

This is independent of the generator, except for the bundling of files and the conversion of
Swagger 2.0.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

from clientcast.bundle import bundle
from clientcast.source import read
from clientcast.swagger import convert
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.corpus.documents import MAX_REFERENCES, METHODS
from tests.corpus.routes import expected_route, placeholder_names
from tests.corpus.wire.discriminators import Schema, member_constraints

HERE = "urn:document"
"""URI of the document in the references of its schemas."""

_PATHS = "x-paths"

_TOKEN = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
"""Valid name of a header (RFC 9110, section 5.6.2)."""

_IGNORED_HEADERS = frozenset({"accept", "content-type"})
"""Header parameters with these names are ignored (OpenAPI 3.1, Parameter Object, `name`).

So is `Authorization`; but documents that declare it need it to be sent.
"""

_OWN_HEADERS = ("accept-encoding", "user-agent", "idempotency-key")

_SCHEMA_KEYWORDS = ("type", "format", "items", "enum", "default")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation.

    Attributes:
        data: Parameter Object.
        content_type: Media type of a parameter with `content`; empty for one with `schema`.
        is_sent_by_default: Whether the client sends a value if no argument is given.
    """

    data: dict[str, Any]
    location: str
    name: str
    required: bool
    schema: Any
    style: str
    explode: bool
    content_type: str = ""
    is_sent_by_default: bool = False

    @property
    def is_spread(self) -> bool:
        """Whether the properties of an object become parameters of the query."""
        is_form = self.style == "form" and not self.content_type
        return self.location == "query" and is_form and self.explode


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: one method on one path.

    Attributes:
        path: Key of `paths`.
        route: Route of its requests, with the query that is part of the key.
        data: Operation Object.
        item: Path Item Object, with its reference resolved.
        bodies: Media Type Objects of the request body, by media type.
        responses: Status, media type and schema of each response; None for no body.
    """

    method: str
    path: str
    route: str
    data: dict[str, Any]
    item: dict[str, Any]
    parameters: list[Parameter]
    bodies: dict[str, dict[str, Any]]
    body_required: bool
    responses: list[tuple[str, str, Any]]

    @property
    def key(self) -> str:
        """Method and path, such as `GET /pets/{id}`."""
        return f"{self.method} {self.path}"

    def body(self, content_type: str) -> dict[str, Any]:
        """Return the Media Type Object of a media type, or of a range that includes it."""
        ranges = f"{content_type.partition('/')[0]}/*", "*/*"
        found = [self.bodies[k] for k in (content_type, *ranges) if k in self.bodies]
        return found[0] if found else {}


@dataclass
class Description:
    """A document with resolvable references.

    Attributes:
        data: Data of the document, with files that it refers to bundled.
        version: Version of OpenAPI, such as `3.1`.
        registry: Registry of its schemas for validators; references begin with `HERE`.
        member_constraints_by_reference: Constraints of discriminators on
            schemas, by reference.
        read_only: Names of its `readOnly` properties.
    """

    data: dict[str, Any]
    version: str
    registry: Registry[Any]
    member_constraints_by_reference: dict[str, Schema]
    read_only: frozenset[str]
    _absolute: dict[str, Any]
    _anchors: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> "Description":
        """Read a document; bundle its files and convert Swagger 2.0 with the generator.

        Raises:
            ValueError: If it cannot be read, or is no OpenAPI document.
        """
        data = convert(bundle(read(path, path.name), path, None)).data
        if not isinstance(data, dict):
            raise ValueError("this is no OpenAPI document")
        version = str(data.get("openapi", ""))[:3]
        if version not in ("3.0", "3.1", "3.2"):
            raise ValueError("this is no OpenAPI document")
        absolute = _absolute(data)
        resource = DRAFT202012.create_resource(absolute)
        registry: Registry[Any] = Registry().with_resource(HERE, resource)
        names = member_constraints(_objects(absolute))
        anchors = dict(_anchors(absolute))
        found = cls(data, version, registry, names, frozenset(), absolute, anchors)
        found.read_only = frozenset(found._read_only_names())
        return found

    def operations(self) -> Iterator[Operation]:
        """Yield the operations in the document's order."""
        for path, unresolved in self._absolute.get("paths", {}).items():
            if path.startswith("x-"):
                continue
            item = self.resolve(unresolved)
            for method, data in _methods(item):
                yield self._operation(method, path, data, item)

    @cached_property
    def relocated(self) -> dict[str, Any]:
        """The document with its paths under another key, to be replaced by others."""
        data: dict[str, Any] = with_relative_references(self.data)
        return {**data, _PATHS: data.get("paths", {})}

    def api_keys(self) -> frozenset[tuple[str, str]]:
        """Return locations and names of the credentials; headers in lower case."""
        schemes = self._absolute.get("components", {}).get("securitySchemes", {})
        found: set[tuple[str, str]] = set()
        for scheme in map(self.resolve, schemes.values()):
            if scheme.get("type") == "apiKey" and "name" in scheme:
                location, name = scheme.get("in", ""), scheme["name"]
                found.add((location, name.lower() if location == "header" else name))
        return frozenset(found)

    def resolve(self, value: Any) -> Any:
        """Resolve the reference of a value, and merge its siblings; return other values as is.

        If the reference cannot be resolved, only the siblings are returned.
        """
        for _ in range(MAX_REFERENCES):
            if not isinstance(value, dict) or "$ref" not in value:
                break
            beside = {key: v for key, v in value.items() if key != "$ref"}
            try:
                target = self.resolve_reference(value["$ref"])
            except (LookupError, ValueError, TypeError):
                return beside
            value = {**target, **beside} if isinstance(target, dict) else target
        return value

    def resolve_reference(self, reference: str) -> Any:
        """Return the target of a reference.

        Raises:
            LookupError: If there is no target.
        """
        name, fragment = urldefrag(reference)
        if name != HERE:
            raise LookupError(f"nothing is read of {name}")
        if fragment and not fragment.startswith("/"):
            return self._anchors[fragment]
        value: Any = self._absolute
        for part in unquote(fragment).split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            value = value[int(key)] if isinstance(value, list) else value[key]
        return value

    def _read_only_names(self) -> Iterator[str]:
        for part in _objects(self._absolute):
            properties = part.get("properties")
            if isinstance(properties, dict):
                for name, unresolved in properties.items():
                    schema = self.resolve(unresolved)
                    if isinstance(schema, dict) and schema.get("readOnly") is True:
                        yield name

    def _operation(
        self, method: str, path: str, data: dict[str, Any], item: dict[str, Any]
    ) -> Operation:
        found: dict[tuple[str, str], Parameter] = {}
        for unresolved in (*item.get("parameters", ()), *data.get("parameters", ())):
            parameter_data = self.resolve(unresolved)
            if "in" not in parameter_data or "name" not in parameter_data:
                continue
            parameter = _parameter(parameter_data)
            if parameter.location != "header":
                found[parameter.location, parameter.name] = parameter
            elif _is_header(parameter.name):
                is_own = parameter.name.lower() in self._own_headers()
                found["header", parameter.name] = replace(
                    parameter, is_sent_by_default=is_own
                )
        in_path, in_query = (
            [name for place, name in found if place == location]
            for location in ("path", "query")
        )
        route = expected_route(path, in_path, in_query)
        names = placeholder_names(route)
        for name in names:
            if ("path", name) in found:
                continue
            # A parameter in another location is meant, or there is none.
            others = [key for key in found if key[1] == name]
            data_of = found.pop(others[0]).data if others else {"name": name}
            found["path", name] = _parameter({**data_of, "in": "path"})
        for location, name in list(found):
            if location == "path" and name not in names:
                del found[location, name]
        body = self.resolve(data.get("requestBody", {}))
        return Operation(
            method,
            path,
            route,
            data,
            item,
            list(found.values()),
            {m: self.resolve(c) for m, c in body.get("content", {}).items()},
            bool(body.get("required", False)),
            list(self._responses(data)),
        )

    def _own_headers(self) -> set[str]:
        """Return the names of headers that a client sends unasked, in lower case."""
        given = self.data.get("x-client", {}).get("headers", {})
        return {*_OWN_HEADERS, *map(str.lower, given)}

    def _responses(self, data: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
        for status, unresolved in data.get("responses", {}).items():
            if status.startswith("x-"):
                continue
            content = self.resolve(unresolved).get("content", {})
            for media_type, value in content.items():
                yield status, media_type, self.resolve(value).get("schema", {})
            if not content:
                yield status, "", None


def _parameter(data: dict[str, Any]) -> Parameter:
    location = data["in"]
    content = next(iter(data.get("content", {}).items()), ("", {}))
    style = data.get("style") or (
        "simple" if location in ("path", "header") else "form"
    )
    schema = data.get("schema", content[1].get("schema", {"type": "string"}))
    if schema is None:  # The keywords may be beside it, as in Swagger 2.0.
        schema = {key: data[key] for key in _SCHEMA_KEYWORDS if key in data}
    is_required = bool(data.get("required", False)) or (
        isinstance(schema, dict) and schema.get("required") is True
    )
    return Parameter(
        data,
        location,
        data["name"],
        is_required or location == "path",
        schema,
        style,
        bool(data.get("explode", style == "form")),
        content[0],
    )


def _is_header(name: str) -> bool:
    return name.lower() not in _IGNORED_HEADERS and bool(_TOKEN.fullmatch(name))


def _methods(item: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, value in item.items():
        if key in (*METHODS, "trace", "query") and isinstance(value, dict):
            yield key.upper(), value
        elif key == "additionalOperations" and isinstance(value, dict):
            yield from value.items()


def _absolute(data: Any) -> Any:
    """Return a copy of a document with absolute references."""
    copy = json.loads(json.dumps(data))
    for part in _objects(copy):
        if "requred" in part:  # Misspelled in one of Pangea's documents.
            part.setdefault("required", part.pop("requred"))
        if "$dynamicRef" in part:  # Equal to `$ref` in the only document with it.
            part.setdefault("$ref", part.pop("$dynamicRef"))
        reference = part.get("$ref")
        if isinstance(reference, str) and reference.startswith("#"):
            part["$ref"] = f"{HERE}{reference}"
        discriminator = part.get("discriminator")
        mapping = isinstance(discriminator, dict) and discriminator.get("mapping")
        for name, known in dict(mapping or {}).items():
            # It may be the name of a schema (OpenAPI 3.1, Discriminator Object).
            place = known if "#" in known else f"#/components/schemas/{known}"
            discriminator["mapping"][name] = f"{HERE}{place}"
    return copy


def with_relative_references(value: Any) -> Any:
    """Return a copy of a part of the document with references within `relocated`."""
    text = json.dumps(value).replace(f'"{HERE}#', '"#')
    return json.loads(text.replace('"#/paths/', f'"#/{_PATHS}/'))


def _anchors(data: Any) -> Iterator[tuple[str, Any]]:
    for part in _objects(data):
        if isinstance(part.get("$anchor"), str):
            yield part["$anchor"], part


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yield all objects in plain data."""
    todo = [value]
    while todo:
        part = todo.pop()
        if isinstance(part, dict):
            yield part
            todo += part.values()
        elif isinstance(part, list):
            todo += part
