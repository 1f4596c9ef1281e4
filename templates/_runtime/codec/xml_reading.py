"""Reading of XML bodies: from elements to plain data, which is then read as JSON is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from .conversion import MAX_MISMATCHES, Mismatch
from .json_decoding import decode_json
from .plain_data import encode_json
from .xml_parser import Element, Name, parse_xml
from .xml_shapes import (
    ANYTHING,
    XmlAnything,
    XmlBody,
    XmlField,
    XmlItems,
    XmlName,
    XmlObject,
    XmlReference,
    XmlSchemas,
    XmlShape,
    XmlText,
    XmlUnion,
)

INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
"""The namespace of `xsi:nil`; its other attributes are notes for validators."""

_NIL = (INSTANCE, "nil")
_SPACE = " \t\r\n"
_INTEGER = re.compile(r"[+-]?[0-9]{1,600}")
_NUMBER = re.compile(
    r"[+-]?(?:[0-9]{1,600}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?"
)
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_MISSING = object()


def read_xml(
    body: XmlBody, content: bytes, type_: Any, headers: Mapping[str, str]
) -> tuple[Any, list[Mismatch]] | str:
    """Read a body as a type; return the value and its mismatches, or the message of an error."""
    root = parse_xml(content, headers.get("content-type", ""), body.names)
    if isinstance(root, str):
        return root
    reader = _Reader(body.schemas)
    shape = reader.check_root(root, body)
    try:
        value, mismatches = decode_json(
            encode_json(reader.read(root, shape, "$")), type_
        )
    except msgspec.DecodeError as error:
        return str(error)
    return value, [*reader.mismatches, *mismatches][:MAX_MISMATCHES]


class _Reader:
    """Reader of elements.

    Attributes:
        mismatches: Where the XML does not match, apart from its values.
    """

    def __init__(self, schemas: XmlSchemas) -> None:
        self.mismatches: list[Mismatch] = []
        self._schemas = schemas

    def check_root(self, root: Element, body: XmlBody) -> XmlShape:
        """Return the shape of the root element; report one of another name."""
        shape = self._schemas.resolve(body.shape)
        if isinstance(shape, XmlUnion):
            found = [m for m in shape.members if m.root and _matches(root.name, m.root)]
            if len(found) == 1 and not shape.tag:
                return found[0].shape
            if found:
                return shape
            names = [member.root.local for member in shape.members if member.root]
            if body.root is None and len(names) == len(shape.members):
                self._report("$", f"element {' or '.join(names)}", "another")
        if body.root is not None and not _matches(root.name, body.root):
            actual = (
                "another namespace" if body.root.local == root.name[1] else "another"
            )
            self._report("$", f"element {body.root.local}", actual)
        return shape

    def _report(self, path: str, expected: str, actual: str) -> None:
        self.mismatches.append(Mismatch(path, expected, actual))

    def read(self, element: Element, shape: XmlShape, path: str) -> object:
        """Return an element as plain data."""
        if element.attributes.get(_NIL, "").strip(_SPACE) in ("true", "1"):
            return None
        match self._schemas.resolve(shape):
            case XmlText() as text:
                return self._read_text(element, text, path)
            case XmlItems(item, name):
                return self._read_items(element, item, name, path)
            case XmlObject() as found:
                return self._read_object(element, found, path)
            case XmlUnion() as union:
                return self._read_object(element, self._member(element, union), path)
            case XmlAnything() | XmlReference():
                return self._read_anything(element, path)

    def _read_text(self, element: Element, shape: XmlText, path: str) -> object:
        if element.children:
            return self._read_anything(element, path)
        if any(name[0] != INSTANCE for name in element.attributes):
            self._report(path, "text", "text with attributes, which are dropped")
        return _value(element.text, shape)

    def _read_items(
        self, element: Element, item: XmlShape, name: XmlName, path: str
    ) -> object:
        self._check_no_text(element, path)
        items: list[object] = []
        for index, child in enumerate(element.children):
            item_path = f"{path}[{index}]"
            if not _matches(child.name, name, element.name[0]):
                self._report(item_path, f"element {name.local}", "another")
            items.append(self.read(child, item, item_path))
        return items

    def _check_no_text(self, element: Element, path: str) -> None:
        if element.text.strip(_SPACE):
            self._report(path, "elements", "text beside them, which is dropped")

    def _member(self, element: Element, union: XmlUnion) -> XmlObject:
        """Return the shape of the member that the tag selects, or one with all properties."""
        merged = self._schemas.merged(union)
        tag = next((f for f in merged.fields if f.key == union.tag), None)
        text = None if tag is None else _text_of(element, tag)
        for member in union.members:
            if text is not None and text.strip(_SPACE) in member.values:
                shape = self._schemas.resolve(member.shape)
                if isinstance(shape, XmlObject):
                    return shape
        return merged

    def _read_object(self, element: Element, shape: XmlObject, path: str) -> object:
        data: dict[str, object] = {}
        rest = _Rest(element)
        self._read_fields(data, rest, shape, path)
        for name, children in rest.children_by_name().items():
            key = _key(name, element)
            values = [self._read_child(c, shape.additional, path) for c in children]
            found = self._schemas.resolve(shape.additional)
            if isinstance(found, XmlItems) or len(values) > 1:
                data[key] = values
            else:
                data[key] = values[0]
        for name, value in rest.attributes.items():
            if name[0] != INSTANCE:
                data[f"@{_key(name, element)}"] = self._read_additional(value, shape)
        if rest.text.strip(_SPACE):
            data["#text"] = self._read_additional(rest.text, shape)
        return data

    def _read_child(self, child: Element, shape: XmlShape, path: str) -> object:
        """Return a child element that is no field; of a list, an item."""
        found = self._schemas.resolve(shape)
        item = found.item if isinstance(found, XmlItems) else found
        return self.read(child, item, f"{path}.*")

    def _read_additional(self, text: str, shape: XmlObject) -> object:
        found = self._schemas.resolve(shape.additional)
        return _value(text, found) if isinstance(found, XmlText) else text

    def _read_fields(
        self, data: dict[str, object], rest: _Rest, shape: XmlObject, path: str
    ) -> None:
        """Add the fields of an object to its data; take them from what is unread."""
        for field in shape.fields:
            value = self._read_field(field, rest, f"{path}.{field.key}")
            if value is not _MISSING:
                data[field.key] = value

    def _read_field(self, field: XmlField, rest: _Rest, path: str) -> object:
        shape = self._schemas.resolve(field.shape)
        match field.node:
            case "attribute":
                text = rest.take_attribute(field.xml_name)
                return _MISSING if text is None else self._scalar(text, shape)
            case "text" | "cdata":
                value = self._scalar(rest.take_text(), shape)
                return _MISSING if value is None else value
            case "none":
                return self._read_inline(shape, rest, path)
            case "repeated":
                children = rest.take_children(field.xml_name)
                if not children and not field.required:
                    return _MISSING
                item = shape.item if isinstance(shape, XmlItems) else ANYTHING
                return [
                    self.read(child, item, f"{path}[{index}]")
                    for index, child in enumerate(children)
                ]
            case _:
                children = rest.take_children(field.xml_name)
                if not children:
                    return _MISSING
                if len(children) > 1:
                    self._report(
                        path, "one element", "several, of which the last counts"
                    )
                return self.read(children[-1], shape, path)

    def _read_inline(self, shape: XmlShape, rest: _Rest, path: str) -> object:
        """Return an object whose nodes are among those of its parent."""
        if isinstance(shape, XmlUnion):
            shape = self._member(rest.element, shape)
        data: dict[str, object] = {}
        if isinstance(shape, XmlObject):
            self._read_fields(data, rest, shape, path)
        return data or _MISSING

    def _scalar(self, text: str, shape: XmlShape) -> object:
        return _value(text, shape) if isinstance(shape, XmlText) else text

    def _read_anything(self, element: Element, path: str) -> object:
        """Return an element that is not described."""
        has_attributes = any(name[0] != INSTANCE for name in element.attributes)
        if element.children or has_attributes:
            return self._read_object(element, _ANY_OBJECT, path)
        return element.text


_ANY_OBJECT = XmlObject()


class _Rest:
    """The parts of an element that are not yet read."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.attributes = dict(element.attributes)
        self.text = element.text
        self._children: dict[Name, list[Element]] = {}
        for child in element.children:
            self._children.setdefault(child.name, []).append(child)

    def children_by_name(self) -> Mapping[Name, list[Element]]:
        return self._children

    def take_children(self, name: XmlName) -> list[Element]:
        for key in _names(name, self.element):
            if key in self._children:
                return self._children.pop(key)
        return []

    def take_attribute(self, name: XmlName) -> str | None:
        for key in _names(name, self.element):
            if key in self.attributes:
                return self.attributes.pop(key)
        return None

    def take_text(self) -> str:
        text, self.text = self.text, ""
        return text


def _names(name: XmlName, parent: Element) -> tuple[Name, ...]:
    """Return the names that a child may have; without a namespace, also its parent's."""
    if name.namespace:
        return ((name.namespace, name.local),)
    return (parent.name[0], name.local), ("", name.local)


def _matches(
    name: Name, expected: XmlName, parent_namespace: str | None = None
) -> bool:
    """Return whether an element has a name. Any namespace will do if none is expected."""
    if name[1] != expected.local:
        return False
    if expected.namespace:
        return name[0] == expected.namespace
    return parent_namespace is None or name[0] in ("", parent_namespace)


def _key(name: Name, parent: Element) -> str:
    """Return the name of an additional property."""
    namespace, local = name
    if namespace in ("", parent.name[0]):
        return local
    return f"{{{namespace}}}{local}"


def _text_of(element: Element, field: XmlField) -> str | None:
    """Return the text of a property that selects a member of a union."""
    rest = _Rest(element)
    if field.node == "attribute":
        return rest.take_attribute(field.xml_name)
    children = rest.take_children(field.xml_name)
    return children[-1].text if children else None


def _value(text: str, shape: XmlText) -> object:
    """Return the value of a text: a string if it is of no kind, null if it is empty."""
    stripped = text.strip(_SPACE)
    if not stripped and not shape.is_string:
        return "" if "base64" in shape.kinds else None
    for kind in shape.kinds:
        if kind == "boolean" and stripped in _BOOLEANS:
            return _BOOLEANS[stripped]
        if kind in ("integer", "number") and _INTEGER.fullmatch(stripped):
            return int(stripped)
        if kind == "number" and _NUMBER.fullmatch(stripped):
            return Decimal(stripped)
        if kind == "base64":
            return "".join(text.split())
        if kind == "token":
            return stripped
    return text if "string" in shape.kinds else stripped
