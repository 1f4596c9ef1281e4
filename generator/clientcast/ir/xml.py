"""The `xml` keyword of schemas (OpenAPI 3.2, XML Object), and the shapes made from it."""

from dataclasses import dataclass, field
from enum import StrEnum


class XmlNode(StrEnum):
    """The kind of node that a value is."""

    ELEMENT = "element"
    ATTRIBUTE = "attribute"
    TEXT = "text"
    CDATA = "cdata"
    NONE = "none"
    REPEATED = "repeated"
    """One element for each item of a list. No value of `nodeType`."""


@dataclass(frozen=True, slots=True)
class Xml:
    """The `xml` keyword of a schema, with those of what it references and of its items.

    Attributes:
        pointer: The JSON pointer of the schema.
        name, namespace, prefix: Empty for none.
        node: `nodeType`, or what `attribute` and `wrapped` say; None for the default.
        root_name: The name of the component; empty if the schema is none.
        items: The keyword of array items; None if the schema is no array.
        values: The keyword of additional properties; None if the schema has none.
    """

    pointer: str = field(default="", compare=False)
    name: str = ""
    namespace: str = ""
    prefix: str = ""
    node: XmlNode | None = None
    root_name: str = field(default="", compare=False)
    items: "Xml | None" = None
    values: "Xml | None" = None


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


@dataclass(frozen=True, slots=True)
class XmlText:
    """A value that is text.

    Attributes:
        kinds: What the text may be, in the order in which it is read: `boolean`, `integer`,
            `number`, `base64`, `token` for text without surrounding whitespace, or `string`.
    """

    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class XmlItems:
    """A list.

    Attributes:
        name: The name of the element of an item.
    """

    item: "XmlShape"
    name: XmlName


@dataclass(frozen=True, slots=True)
class XmlField:
    """A property of an object."""

    name: str
    shape: "XmlShape"
    node: XmlNode
    xml_name: XmlName
    required: bool = False


@dataclass(frozen=True, slots=True)
class XmlObject:
    """An object.

    Attributes:
        additional: Other properties; None for any.
    """

    fields: tuple[XmlField, ...]
    additional: "XmlShape | None" = None


@dataclass(frozen=True, slots=True)
class XmlMember:
    """A member of a union of objects.

    Attributes:
        root: The name of its root element; None if it has none.
        values: The values of the union's tag that select it.
    """

    shape: "XmlShape"
    root: XmlName | None
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
    """The shape of a declared record, by the pointer of the record."""

    pointer: str


@dataclass(frozen=True, slots=True)
class XmlAnything:
    """A value that the document does not describe."""


XmlShape = XmlText | XmlItems | XmlObject | XmlUnion | XmlReference | XmlAnything


@dataclass(frozen=True, slots=True)
class XmlBody:
    """The XML of a body.

    Attributes:
        root: The name of the root element; None for any.
    """

    shape: XmlShape
    root: XmlName | None

    @property
    def has_root(self) -> bool:
        """Return whether the root element has a name, or each alternative has one."""
        if self.root is not None:
            return True
        members = self.shape.members if isinstance(self.shape, XmlUnion) else ()
        return bool(members) and all(member.root for member in members)


@dataclass(frozen=True, slots=True)
class XmlProblem:
    """Reason why a schema cannot be XML.

    Attributes:
        pointer: The JSON pointer of the schema; empty if it is unknown.
        is_fatal: Whether the body cannot be read or written.
    """

    pointer: str
    message: str
    is_fatal: bool = True
