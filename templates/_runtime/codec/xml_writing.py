"""Writing of XML bodies, in UTF-8 with a declaration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from .decimals import decimal_text
from .plain_data import to_json
from .request_body import plain_body
from .type_guards import is_array, is_object
from .xml_reading import INSTANCE
from .xml_shapes import (
    ANYTHING,
    XmlBody,
    XmlField,
    XmlItems,
    XmlName,
    XmlObject,
    XmlSchemas,
    XmlShape,
    XmlText,
    XmlUnion,
)

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""A character that XML cannot have (XML 1.0, 2.2)."""
_START = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = re.compile(f"[{_START}][{_START}0-9.\xb7\u0300-\u036f\u203f\u2040-]*")
_KEY = re.compile(r"(?:\{([^{}]+)\})?([^{}]+)")
_XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"
_RESERVED = (_XML_NAMESPACE, "http://www.w3.org/2000/xmlns/")
_TEXT_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_VALUE_ESCAPES = {**_TEXT_ESCAPES, '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}

Scope = Mapping[str, str]
"""The namespaces in scope, by prefix."""


def write_xml(body: XmlBody, value: object) -> bytes | None:
    """Return a request body as XML; None if it is None.

    Raises:
        ValueError: If XML cannot have a name or a character of it.
    """
    if value is None:
        return None
    data = plain_body(value)
    shape, root = _root(body, data)
    writer = _Writer(body.schemas)
    writer.element(root, shape, data, {"": "", "xml": _XML_NAMESPACE}, "body")
    return (_DECLARATION + "".join(writer.parts)).encode("utf-8")


def _root(body: XmlBody, data: object) -> tuple[XmlShape, XmlName]:
    """Return the shape and the name of the root element."""
    shape = body.schemas.resolve(body.shape)
    if isinstance(shape, XmlUnion) and is_object(data):
        for member in shape.members:
            is_selected = _tag_text(data.get(shape.tag)) in member.values
            if member.root and (
                is_selected or _has_properties(body, member.shape, data)
            ):
                return member.shape, body.root or member.root
    return shape, body.root or XmlName("item")


def _has_properties(body: XmlBody, shape: XmlShape, data: Mapping[str, object]) -> bool:
    """Return whether a shape without a tag has all properties of an object."""
    found = body.schemas.resolve(shape)
    union = body.schemas.resolve(body.shape)
    if not isinstance(found, XmlObject) or isinstance(union, XmlUnion) and union.tag:
        return False
    return data.keys() <= {field.key for field in found.fields}


class _Writer:
    """Writer of elements.

    Attributes:
        parts: The text so far.
    """

    def __init__(self, schemas: XmlSchemas) -> None:
        self.parts: list[str] = []
        self._schemas = schemas

    def element(
        self, name: XmlName, shape: XmlShape, data: object, scope: Scope, path: str
    ) -> None:
        """Write an element with a value."""
        tag = _StartTag(name, scope, path)
        start = len(self.parts)
        self.parts.append("")
        if data is None:
            tag.add(XmlName("nil", INSTANCE, "xsi"), "true")
        else:
            self._content(tag, self._schemas.resolve(shape), data, path)
        is_empty = len(self.parts) == start + 1
        self.parts[start] = f"<{tag.text}{'/>' if is_empty else '>'}"
        if not is_empty:
            self.parts.append(f"</{tag.name}>")

    def _content(
        self, tag: _StartTag, shape: XmlShape, data: object, path: str
    ) -> None:
        match shape:
            case XmlText():
                self._text(data, path)
            case XmlItems(item, name):
                self._items(tag, item, name, data, path)
            case XmlObject() | XmlUnion():
                if not is_object(data):
                    raise ValueError(f"{path} cannot be sent: XML needs an object")
                self._object(tag, self._object_shape(shape, data), data, path)
            case _:
                self._anything(tag, data, path)

    def _object_shape(
        self, shape: XmlObject | XmlUnion, data: Mapping[str, object]
    ) -> XmlObject:
        if isinstance(shape, XmlObject):
            return shape
        tag = data.get(shape.tag)
        for member in shape.members:
            found = self._schemas.resolve(member.shape)
            if _tag_text(tag) in member.values and isinstance(found, XmlObject):
                return found
        return self._schemas.merged(shape)

    def _items(
        self, tag: _StartTag, item: XmlShape, name: XmlName, data: object, path: str
    ) -> None:
        if not is_array(data):
            raise ValueError(f"{path} cannot be sent: XML needs a list")
        for index, value in enumerate(data):
            self.element(name, item, value, tag.scope, f"{path}[{index}]")

    def _object(
        self, tag: _StartTag, shape: XmlObject, data: Mapping[str, object], path: str
    ) -> None:
        known = self._attributes(tag, shape, data, path)
        for field in shape.fields:
            if field.key in data:
                self._field(tag, field, data[field.key], f"{path}.{field.key}")
        others = [(key, value) for key, value in data.items() if key not in known]
        for key, value in others:
            if key.startswith("@"):
                tag.add(_parse_key(key[1:], path), _text_of(value, f"{path}.*"))
        for key, value in others:
            if key == "#text":
                self._text(value, f"{path}.*")
            elif not key.startswith("@"):
                self._additional(tag, key, shape.additional, value, path)

    def _attributes(
        self, tag: _StartTag, shape: XmlObject, data: Mapping[str, object], path: str
    ) -> frozenset[str]:
        """Write the attributes of an object; return the names of all its fields."""
        for field in shape.fields:
            value = data.get(field.key)
            field_path = f"{path}.{field.key}"
            if field.node == "attribute" and value is not None:
                tag.add(field.xml_name, _text_of(value, field_path))
            elif field.node == "none" and is_object(value):
                inner = self._schemas.resolve(field.shape)
                if isinstance(inner, XmlObject | XmlUnion):
                    found = self._object_shape(inner, value)
                    self._attributes(tag, found, value, field_path)
        return frozenset(field.key for field in shape.fields)

    def _field(self, tag: _StartTag, field: XmlField, value: object, path: str) -> None:
        """Write a property that is no attribute."""
        shape = self._schemas.resolve(field.shape)
        match field.node:
            case "attribute":
                pass
            case "text":
                self._text(value, path)
            case "cdata":
                self._cdata(value, path)
            case "none":
                if is_object(value) and isinstance(shape, XmlObject | XmlUnion):
                    found = self._object_shape(shape, value)
                    for inner in found.fields:
                        if inner.key in value:
                            inner_path = f"{path}.{inner.key}"
                            self._field(tag, inner, value[inner.key], inner_path)
            case "repeated":
                if value is not None:
                    item = shape.item if isinstance(shape, XmlItems) else ANYTHING
                    self._items(tag, item, field.xml_name, value, path)
            case _:
                self.element(field.xml_name, shape, value, tag.scope, path)

    def _additional(
        self, tag: _StartTag, key: str, shape: XmlShape, value: object, path: str
    ) -> None:
        """Write a property without a field; a list as one element for each item."""
        name = _parse_key(key, path)
        found = self._schemas.resolve(shape)
        item = found.item if isinstance(found, XmlItems) else found
        values = value if is_array(value) else [value]
        for one in values:
            self.element(name, item, one, tag.scope, f"{path}.*")

    def _anything(self, tag: _StartTag, data: object, path: str) -> None:
        if is_object(data):
            self._object(tag, _ANY_OBJECT, data, path)
        elif is_array(data):
            raise ValueError(f"{path} cannot be sent: XML has no list without a name")
        else:
            self._text(data, path)

    def _text(self, data: object, path: str) -> None:
        if data is not None:
            text = _text_of(data, path)
            if text:
                self.parts.append(_escape(text, _TEXT_ESCAPES))

    def _cdata(self, data: object, path: str) -> None:
        if data is not None:
            text = _text_of(data, path)
            text = text.replace("]]>", "]]]]><![CDATA[>")
            text = text.replace("\r", "]]>&#13;<![CDATA[")
            self.parts.append(f"<![CDATA[{text}]]>")


_ANY_OBJECT = XmlObject()


class _StartTag:
    """A start tag that is being written.

    Attributes:
        name: The name of the element with its prefix.
        scope: The namespaces in scope.
    """

    def __init__(self, name: XmlName, scope: Scope, path: str) -> None:
        self._path = path
        self._declarations: dict[str, str] = {}
        self._attributes: dict[str, str] = {}
        self.scope = dict(scope)
        self.name = self._qualified(name, is_attribute=False)

    @property
    def text(self) -> str:
        """The text between the brackets."""
        declarations = self._declarations.values()
        return " ".join((self.name, *declarations, *self._attribute_texts()))

    def _attribute_texts(self) -> Iterator[str]:
        for name, value in self._attributes.items():
            yield f'{name}="{_escape(value, _VALUE_ESCAPES)}"'

    def add(self, name: XmlName, value: str) -> None:
        """Add an attribute."""
        self._attributes[self._qualified(name, is_attribute=True)] = value

    def _qualified(self, name: XmlName, *, is_attribute: bool) -> str:
        """Return a name with its prefix; declare its namespace if it is not in scope."""
        if not _NAME.fullmatch(name.local):
            raise ValueError(f"{self._path} cannot be sent: a key is no name of XML")
        if not name.namespace:
            return name.local
        prefix = name.prefix
        if is_attribute and not prefix:  # Attributes have no default namespace.
            prefix = self._prefix_of(name.namespace)
        if prefix in self._declarations and self.scope[prefix] != name.namespace:
            prefix = self._prefix_of(name.namespace)
        if self.scope.get(prefix) != name.namespace:
            if name.namespace in _RESERVED:
                raise ValueError(
                    f"{self._path} cannot be sent: XML reserves a namespace"
                )
            self.scope[prefix] = name.namespace
            uri = _escape(_checked(name.namespace, self._path), _VALUE_ESCAPES)
            self._declarations[prefix] = f'xmlns{":" if prefix else ""}{prefix}="{uri}"'
        return f"{prefix}:{name.local}" if prefix else name.local

    def _prefix_of(self, namespace: str) -> str:
        """Return a prefix of a namespace, or a new one."""
        for prefix, found in self.scope.items():
            if prefix and found == namespace:
                return prefix
        number = 1
        while f"ns{number}" in self.scope:
            number += 1
        return f"ns{number}"


def _parse_key(key: str, path: str) -> XmlName:
    """Return the name of an additional property."""
    match = _KEY.fullmatch(key)
    if match is None or not _NAME.fullmatch(match[2]):
        raise ValueError(f"{path} cannot be sent: a key is no name of XML")
    return XmlName(match[2], match[1] or "")


def _tag_text(data: object) -> str:
    return data if isinstance(data, str) else to_json(data)


def _text_of(data: object, path: str) -> str:
    """Return a value as text.

    Raises:
        ValueError: If it is no scalar, or has a character that XML cannot have.
    """
    if is_object(data) or is_array(data):
        raise ValueError(f"{path} cannot be sent: XML needs a text or a number")
    if isinstance(data, Decimal):
        return decimal_text(data)
    return _checked(data, path) if isinstance(data, str) else to_json(data)


def _checked(text: str, path: str) -> str:
    if _INVALID.search(text):
        raise ValueError(
            f"{path} cannot be sent: it has a character that XML cannot have"
        )
    return text


def _escape(text: str, escapes: Mapping[str, str]) -> str:
    for character, escaped in escapes.items():  # `&` is the first.
        if character in text:
            text = text.replace(character, escaped)
    return text
