"""Replacement of the texts of a document by slots."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from clientcast.bundle import bundle
from clientcast.grammar import OBJECTS
from clientcast.openapi import TEMPLATE_EXPRESSION
from clientcast.source import read
from clientcast.swagger import convert

from tests.fuzz.slots import slot

_TEXTS = {"description", "summary", "title", "bearerFormat", "termsOfService"}
_NAMES = {
    *("operationId", "tags", "resource", "method", "argument", "parameter", "limit"),
    *("propertyName", "required", "name"),
}
_POINTERS = {
    *("cursor", "has_more", "items", "next", "total", "total_pages"),
    *("code", "message", "request_id"),
}
_DATA = {"enum", "const", "default", "example", "examples"}
_MAPS_BY_NAME = {"properties", "mapping"}
_MAPS_BY_COMPONENT = {
    *("schemas", "responses", "parameters", "requestBodies", "headers", "pathItems"),
    *("securitySchemes", "examples", "links", "callbacks", "mediaTypes", "$defs"),
}


def replace_texts(path: Path) -> Any:
    """Return the document of a file with its texts replaced by slots.

    Equal texts share a slot. References to other files are bundled, and Swagger 2.0 is converted.
    """
    return _Replacer().object(convert(bundle(read(path), path)).data, "OpenAPI")


class _Replacer:
    """Replaces the texts of one document by slots."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def slot(self, kind: str, text: str) -> str:
        return slot(kind, self._numbers.setdefault(text, len(self._numbers) + 1))

    def object(self, value: Any, kind: str) -> Any:
        """Replace the texts in an object of the grammar."""
        if not isinstance(value, dict):
            return value
        if isinstance(value.get("$ref"), str):
            value = {**value, "$ref": self._reference(value["$ref"])}
        grammar = OBJECTS[kind]
        result = {}
        for key, item in value.items():
            field = grammar.fields.get(key, grammar.other_kind)
            result[self._key(kind, key)] = self._field(kind, key, field, item, value)
        return result

    def _key(self, kind: str, key: str) -> str:
        if kind == "Paths":
            return self._path(key)
        return self.slot("component", key) if kind == "SecurityRequirement" else key

    def _field(self, kind: str, key: str, field: str, item: Any, around: Any) -> Any:
        """Replace the texts in the value of a field.

        Args:
            kind: Kind of the object that contains the field.
            key: Name of the field.
            field: Type of the field in the grammar.
            item: Value of the field.
            around: Object that contains the field.
        """
        inner = field.strip("{}[]*")
        if key in _DATA and kind in ("Schema", "Parameter", "MediaType", "Header"):
            return self._data(item)
        if inner in OBJECTS:
            if field.startswith("{") and isinstance(item, dict):
                return {
                    self._member(kind, key, name): self.object(member, inner)
                    for name, member in item.items()
                }
            if field.startswith("["):
                return [self.object(member, inner) for member in item]
            return self.object(item, inner)
        if inner == "any":
            return self._references(item)
        if kind == "Parameter" and key == "name":
            place = around.get("in")
            kinds = {"header": "token", "path": "parameter", "cookie": "visible"}
            named = kinds.get(place, "name")
            return self.slot(named, item)
        if kind == "SecurityScheme" and key == "name":
            named = "token" if around["in"] == "header" else "visible"
            return self.slot(named, item)
        if key == "prefix":
            return self.slot("ascii", item)
        if kind == "Discriminator" and key == "mapping":
            return {
                self.slot("name", name): self._reference(to)
                for name, to in item.items()
            }
        if kind == "PaginationOptions" and str(item).startswith("/"):
            return self._pointer(item)
        if kind.endswith("Options") and key in _POINTERS:
            return _each(item, self._pointer)
        if key in _TEXTS:
            return _each(item, lambda text: self.slot("text", text))
        if key in _NAMES and kind not in ("Server", "Parameter", "Header"):
            return _each(item, lambda text: self.slot("name", text))
        return item

    def _member(self, kind: str, key: str, name: str) -> str:
        """Replace the key of a map."""
        if key in _MAPS_BY_NAME:
            return self.slot("name", name)
        if key == "headers" and kind == "Response":
            return self.slot("token", name)
        return self.slot("component", name) if key in _MAPS_BY_COMPONENT else name

    def _references(self, value: Any) -> Any:
        """Replace only the references in a value that the grammar does not describe."""
        if isinstance(value, list):
            return [self._references(item) for item in value]
        if isinstance(value, dict):
            return {
                key: self._reference(item) if key == "$ref" else self._references(item)
                for key, item in value.items()
            }
        return value

    def _data(self, value: Any) -> Any:
        """Replace the keys and strings of JSON data, such as an example."""
        if isinstance(value, str):
            return self.slot("name", value)
        if isinstance(value, list):
            return [self._data(item) for item in value]
        if isinstance(value, dict):
            return {self.slot("name", key): self._data(v) for key, v in value.items()}
        return value

    def _path(self, path: str) -> str:
        """Replace the segments and parameters of a path template."""
        parts = path.split("/")
        return "/".join(part and self._segment(part) for part in parts)

    def _segment(self, part: str) -> str:
        if "{" not in part:
            return self.slot("segment", part)
        return TEMPLATE_EXPRESSION.sub(
            lambda m: f"{{{self.slot('parameter', m[1])}}}", part
        )

    def _pointer(self, pointer: str) -> str:
        """Replace the property names of a JSON pointer into a body, or the name of a header."""
        if not pointer.startswith("/"):
            return pointer and self.slot("token", pointer)
        parts = pointer[1:].split("/")
        return "".join(
            f"/{part if part.isdecimal() or part == '-1' else self._escaped(part)}"
            for part in parts
        )

    def _escaped(self, part: str) -> str:
        return self.slot("pointer", part.replace("~1", "/").replace("~0", "~"))

    def _reference(self, reference: str) -> str:
        """Replace the names in the JSON pointer of a reference."""
        if not reference.startswith("#/"):
            return reference
        parts = reference[2:].split("/")
        result: list[str] = []
        before = ""
        for part in parts:
            is_name = before in {*_MAPS_BY_COMPONENT, *_MAPS_BY_NAME, "paths"}
            if before in _MAPS_BY_COMPONENT:
                result.append(self.slot("component", part))
            elif before in _MAPS_BY_NAME:
                result.append(self._escaped(part))
            elif before == "paths":
                path = self._path(part.replace("~1", "/").replace("~0", "~"))
                result.append(path.replace("/", "~1"))
            else:
                result.append(part)
            before = "" if is_name else part
        return "#/" + "/".join(result)


def _each(value: Any, replace: Callable[[str], str]) -> Any:
    """Replace a string or a list of strings; any other value is kept."""
    if isinstance(value, list):
        return [_each(item, replace) for item in value]
    return replace(value) if isinstance(value, str) else value
