"""Shapes of bodies: the elements and attributes of values, the data of `_xml.py`.

The modules that read and write XML are imported when the first body is read or written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from .conversion import Mismatch


@dataclass(frozen=True, slots=True)
class XmlName:
    """The name of an element or attribute.

    Attributes:
        namespace: The URI of the namespace; empty for the default one of the parent, if any.
        prefix: The prefix that is written; empty for none.
    """

    local: str
    namespace: str = ""
    prefix: str = ""


class XmlText:
    """A value that is text.

    Args:
        kinds: What the text may be, in the order in which it is read: `boolean`, `integer`,
            `number`, `base64`, `token` for text without surrounding whitespace, or `string`.
    """

    __slots__ = ("kinds",)

    def __init__(self, *kinds: str) -> None:
        self.kinds = kinds

    @property
    def is_string(self) -> bool:
        """Whether an empty text is a value."""
        return "string" in self.kinds


@dataclass(frozen=True, slots=True)
class XmlItems:
    """A list.

    Attributes:
        name: The name of the element of an item.
    """

    item: XmlShape
    name: XmlName


@dataclass(frozen=True, slots=True)
class XmlField:
    """A property of an object.

    Attributes:
        key: The name of the property in JSON.
        node: What it is: `element`, `attribute`, `text` or `cdata`; `repeated` for one element
            for each item of a list; `none` for an object whose nodes are those of its parent.
        name: The name of the element or attribute; None for that of the property.
        required: Whether a list without elements is an empty list.
    """

    key: str
    shape: XmlShape
    node: str = "element"
    name: XmlName | None = None
    required: bool = False

    @property
    def xml_name(self) -> XmlName:
        """The name of the element or attribute."""
        return self.name or XmlName(self.key)


@dataclass(frozen=True, slots=True)
class XmlAnything:
    """A value that the document does not describe.

    An object has its child elements by name, its attributes by their names with `@` before them,
    and its text as `#text`. A name in another namespace than that of the parent is written
    `{namespace}name`.
    """


ANYTHING = XmlAnything()


@dataclass(frozen=True, slots=True)
class XmlObject:
    """An object.

    Attributes:
        additional: The shape of other properties.
    """

    fields: tuple[XmlField, ...] = ()
    additional: XmlShape = ANYTHING


@dataclass(frozen=True, slots=True)
class XmlMember:
    """A member of a union of objects.

    Attributes:
        root: The name of its root element; None if it has none.
        values: The values of the union's tag that select it.
    """

    shape: XmlShape
    root: XmlName | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class XmlUnion:
    """A union of objects.

    Attributes:
        tag: The property whose value selects the member; empty for none.
    """

    members: tuple[XmlMember, ...]
    tag: str = ""


@dataclass(frozen=True, slots=True)
class XmlReference:
    """The shape of a model, by its name."""

    name: str


XmlShape = XmlText | XmlItems | XmlObject | XmlUnion | XmlReference | XmlAnything


@dataclass(frozen=True)
class XmlSchemas:
    """The shapes of models, by name."""

    shapes: Mapping[str, XmlObject]
    _merged: dict[int, XmlObject] = field(default_factory=dict[int, XmlObject])

    def resolve(self, shape: XmlShape) -> XmlShape:
        """Return a shape, or what it refers to."""
        return self.shapes[shape.name] if isinstance(shape, XmlReference) else shape

    def merged(self, union: XmlUnion) -> XmlObject:
        """Return an object with the properties of all members of a union."""
        found = self._merged.get(id(union))
        if found is None:
            fields: dict[str, XmlField] = {}
            for member in union.members:
                shape = self.resolve(member.shape)
                if isinstance(shape, XmlObject):
                    for one in shape.fields:
                        fields.setdefault(one.key, replace(one, required=False))
            found = self._merged[id(union)] = XmlObject(tuple(fields.values()))
        return found


@dataclass(frozen=True)
class XmlBody:
    """The XML of a body: a reader of responses, and the shape of request bodies.

    Attributes:
        root: The name of the root element; None for any.
    """

    schemas: XmlSchemas
    shape: XmlShape
    root: XmlName | None = None

    def __call__(
        self, content: bytes, type_: Any, headers: Mapping[str, str]
    ) -> tuple[Any, list[Mismatch]]:
        """Read a body as a type; return the value and its mismatches.

        Raises:
            msgspec.DecodeError: If the content is not XML, or has a DTD, or exceeds a limit.
        """
        from .xml_reading import read_xml

        result = read_xml(self, content, type_, headers)
        # Error trackers record local variables.
        del content, headers
        if isinstance(result, str):
            raise msgspec.DecodeError(result)
        return result

    def write(self, value: object) -> bytes | None:
        """Return a value as XML; None if it is None.

        Raises:
            ValueError: If XML cannot have it.
        """
        from .xml_writing import write_xml

        return write_xml(self, value)

    @cached_property
    def names(self) -> frozenset[str]:
        """The local names of all elements, which may be in messages."""
        found = set[str]() if self.root is None else {self.root.local}
        pending: list[XmlShape] = [self.shape, *self.schemas.shapes.values()]
        while pending:
            match pending.pop():
                case XmlObject(fields, additional):
                    found.update(one.xml_name.local for one in fields)
                    pending += [one.shape for one in fields]
                    pending.append(additional)
                case XmlItems(item, name):
                    found.add(name.local)
                    pending.append(item)
                case _:
                    pass
        return frozenset(found)


def xml_content(value: object, body: XmlBody) -> bytes | None:
    """Return a request body as XML; None if it is None.

    Raises:
        ValueError: If XML cannot have it.
    """
    return body.write(value)
