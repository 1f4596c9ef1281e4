"""Shapes of the types of an API: the elements and attributes of their values."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from msgspec import Struct, field

from clientcast.ir.schemas import (
    Alias,
    Anything,
    Constant,
    Enum,
    Field,
    ListOf,
    MapOf,
    Named,
    Nullable,
    Record,
    Scalar,
    ScalarKind,
    Schema,
    TupleOf,
    Type,
    UnionOf,
)
from clientcast.ir.unions import union_members
from clientcast.ir.xml import (
    Xml,
    XmlAnything,
    XmlBody,
    XmlField,
    XmlItems,
    XmlMember,
    XmlName,
    XmlNode,
    XmlObject,
    XmlProblem,
    XmlReference,
    XmlShape,
    XmlText,
    XmlUnion,
)

_START = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = re.compile(f"[{_START}][{_START}0-9.\xb7\u0300-\u036f\u203f\u2040-]*")
"""A name without a colon (Namespaces in XML 1.0, section 3)."""

_DEFAULT = Xml()
_TEXT_NODES = (XmlNode.TEXT, XmlNode.CDATA)
_KINDS = {
    ScalarKind.STRING: "string",
    ScalarKind.BINARY: "string",
    ScalarKind.INTEGER: "integer",
    ScalarKind.NUMBER: "number",
    ScalarKind.DECIMAL: "number",
    ScalarKind.BOOLEAN: "boolean",
    ScalarKind.BYTES: "base64",
}
_ORDER = ("boolean", "integer", "number", "base64", "token", "string")


class XmlShapes(Struct):
    """Builder of the shapes of an API's types.

    Attributes:
        schemas: The declarations of the API.
        has_tag: Function that returns whether a discriminator selects a member of a union.
        objects: The shape of each record so far, by pointer.
        problems: What cannot be expressed.
    """

    schemas: Mapping[str, Schema]
    has_tag: Callable[[tuple[Type, ...]], bool] = lambda _: False
    objects: dict[str, XmlObject] = field(default_factory=dict[str, XmlObject])
    problems: list[XmlProblem] = field(default_factory=list[XmlProblem])
    _aliases: list[str] = field(default_factory=list[str])

    def body(self, type_: Type, xml: Xml) -> XmlBody:
        """Return the XML of a body."""
        root = self._root_name(xml)
        items = xml.items or _DEFAULT
        if not items.name and items.root_name:
            # The element of a referenced schema has the name of the component.
            xml = replace(xml, items=replace(items, name=items.root_name))
        shape = self._shape(type_, xml, root or XmlName("item"))
        if isinstance(shape, XmlUnion) and not xml.name:
            # A schema that is one of several components is the element of that component.
            roots = [member.root for member in shape.members]
            if all(roots) and root not in roots:
                root = None
        return XmlBody(shape, root)

    def _root_name(self, xml: Xml) -> XmlName | None:
        name = xml.name or xml.root_name
        return self._name(xml, name) if name else None

    def _name(self, xml: Xml, default: str) -> XmlName:
        """Return the name of a node; report one that XML cannot have."""
        prefix, _, local = (xml.name or default).rpartition(":")
        prefix = xml.prefix or prefix
        if not _NAME.fullmatch(local) or prefix and not _NAME.fullmatch(prefix):
            self._report(xml, f"'{local}' is no name of XML: `xml` can give another")
        if prefix.lower() in ("xml", "xmlns") or local.lower() == "xmlns":
            self._report(xml, "XML reserves the names `xml` and `xmlns`")
        if prefix and not xml.namespace:
            self._report(xml, f"the prefix '{prefix}' has no namespace")
        return XmlName(local, xml.namespace, prefix)

    def _report(self, xml: Xml, message: str, *, is_fatal: bool = True) -> None:
        problem = XmlProblem(xml.pointer, message, is_fatal)
        if problem not in self.problems:
            self.problems.append(problem)

    def _shape(self, type_: Type, xml: Xml, name: XmlName) -> XmlShape:
        """Return the shape of a type.

        Args:
            type_: The type.
            xml: The keyword of its schema.
            name: The name of the element around it, which items without a name have, too.
        """
        match type_:
            case Nullable(inner):
                return self._shape(inner, xml, name)
            case Scalar(kind):
                return XmlText((_KINDS.get(kind, "token"),))
            case Constant(values):
                return XmlText(tuple(dict.fromkeys(map(_constant_kind, values))))
            case ListOf(item):
                return self._items(item, xml, name)
            case MapOf(value):
                return XmlObject((), self._shape(value, xml.values or _DEFAULT, name))
            case Named(pointer):
                return self._declared(pointer, xml, name)
            case UnionOf(members):
                return self._union(members, xml, name)
            case TupleOf():
                self._report(xml, "XML cannot tell the items of a tuple apart")
                return XmlAnything()
            case Anything():
                return XmlAnything()

    def _items(self, item: Type, xml: Xml, name: XmlName) -> XmlItems:
        items = xml.items or _DEFAULT
        item_name = self._name(items, items.name or name.local)
        if not items.name and not items.namespace:
            item_name = name
        shape = self._shape(item, items, item_name)
        if isinstance(shape, XmlItems) and items.node is not XmlNode.ELEMENT:
            self._report(
                items, "lists in a list need an element each: `wrapped` must be true"
            )
        if items.node in (XmlNode.ATTRIBUTE, *_TEXT_NODES):
            self._report(items, f"an item of a list cannot be XML {items.node}")
        return XmlItems(shape, item_name)

    def _declared(self, pointer: str, xml: Xml, name: XmlName) -> XmlShape:
        match self.schemas[pointer]:
            case Enum(is_integer=is_integer):
                return XmlText(("integer" if is_integer else "token",))
            case Alias(type=type_):
                if pointer in self._aliases:
                    self._report(xml, "XML cannot express a list of itself")
                    return XmlAnything()
                self._aliases.append(pointer)
                shape = self._shape(type_, xml, name)
                self._aliases.pop()
                return shape
            case Record() as record:
                if pointer not in self.objects:
                    self.objects[pointer] = XmlObject(())  # It may contain itself.
                    aliases, self._aliases = self._aliases, []
                    self.objects[pointer] = self._object(record)
                    self._aliases = aliases
                return XmlReference(pointer)

    def _object(self, record: Record) -> XmlObject:
        xml = record.xml or _DEFAULT
        fields = tuple(self._field(f) for f in record.fields)
        names = [(f.node is XmlNode.ATTRIBUTE, f.xml_name) for f in _nodes(fields)]
        for name in {name for name in names if names.count(name) > 1}:
            self._report(xml, f"several properties are XML named '{name[1].local}'")
        if sum(f.node in _TEXT_NODES for f in fields) > 1:
            self._report(xml, "several properties are the text of one element")
        additional = record.additional
        if additional is None or additional == Anything():
            return XmlObject(fields)
        values = xml.values or _DEFAULT
        return XmlObject(fields, self._shape(additional, values, XmlName("value")))

    def _field(self, field: Field) -> XmlField:
        xml = field.xml or _DEFAULT
        name, is_named = XmlName(field.name), True
        shape_of_list = _is_list(field.type, self.schemas)
        node = xml.node
        if shape_of_list:
            node = XmlNode.REPEATED if node in (None, XmlNode.NONE) else node
            # Without an element of its own, the name of a list has no meaning.
            is_named = node is not XmlNode.REPEATED or not (xml.items or _DEFAULT).name
            if node is XmlNode.REPEATED:
                xml = replace(xml, name="", namespace="", prefix="")
        elif node in _TEXT_NODES:
            is_named = False
        if is_named:
            name = self._name(xml, field.name)
        shape = self._shape(field.type, xml, name)
        node = node or XmlNode.ELEMENT
        if isinstance(shape, XmlItems) and node is XmlNode.REPEATED:
            name = shape.name
        is_text = isinstance(shape, XmlText)
        if node in (XmlNode.ATTRIBUTE, *_TEXT_NODES) and not is_text:
            self._report(xml, f"a list or an object cannot be XML {node}")
        if node is XmlNode.NONE and not isinstance(shape, XmlReference):
            self._report(xml, "only a list or an object can have no node of its own")
        required = field.required and node is XmlNode.REPEATED
        return XmlField(field.name, shape, node, name, required)

    def _union(self, members: tuple[Type, ...], xml: Xml, name: XmlName) -> XmlShape:
        flat = tuple(union_members(UnionOf(members), self.schemas))
        shapes = [self._shape(member, xml, name) for member in flat]
        if any(isinstance(shape, XmlAnything) for shape in shapes):
            return XmlAnything()
        texts = [kind for s in shapes if isinstance(s, XmlText) for kind in s.kinds]
        if all(isinstance(shape, XmlText) for shape in shapes):
            return self._text_union(texts, xml)
        records = [self.schemas.get(m.pointer) for m in flat if isinstance(m, Named)]
        if len(records) < len(flat) or not all(isinstance(r, Record) for r in records):
            self._report(xml, "XML cannot tell the alternatives apart")
            return XmlAnything()
        found = [record for record in records if isinstance(record, Record)]
        tag = next((f.name for r in found for f in r.fields if f.is_tag), "")
        roots = [self._root_name(r.xml) if r.xml else None for r in found]
        union = XmlUnion(
            tuple(
                XmlMember(shape, root, _tag_values(record, tag))
                for shape, root, record in zip(shapes, roots, found, strict=True)
            ),
            tag,
        )
        if not tag and not self.has_tag(flat) and self._have_conflict(found):
            self._report(
                xml,
                "XML cannot tell the alternatives apart:"
                " a property is of another kind in each",
            )
        return union

    def _text_union(self, kinds: list[str], xml: Xml) -> XmlText:
        unique = tuple(sorted(set(kinds), key=_ORDER.index))
        if "string" in unique and len(unique) > 1:
            message = "text may be of several types: it is read as a string"
            self._report(xml, message, is_fatal=False)
            return XmlText(("string",))
        return XmlText(unique)

    def _have_conflict(self, records: list[Record]) -> bool:
        """Return whether a property of several records has a different shape in each."""
        shapes: dict[str, XmlField] = {}
        nodes: dict[tuple[bool, XmlName], str] = {}
        for record in records:
            for found in self.objects[record.pointer].fields:
                found = replace(found, required=False)
                if shapes.setdefault(found.name, found) != found:
                    return True
                for node in _nodes((found,)):
                    key = (node.node is XmlNode.ATTRIBUTE, node.xml_name)
                    if nodes.setdefault(key, node.name) != node.name:
                        return True
        return False


def _nodes(fields: tuple[XmlField, ...]) -> Iterator[XmlField]:
    """Yield the fields that are elements or attributes."""
    unnamed = (*_TEXT_NODES, XmlNode.NONE)
    yield from (field for field in fields if field.node not in unnamed)


def _constant_kind(value: str | int | bool) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "integer" if isinstance(value, int) else "token"


def _is_list(type_: Type, schemas: Mapping[str, Schema]) -> bool:
    return all(isinstance(member, ListOf) for member in union_members(type_, schemas))


def _tag_values(record: Record, tag: str) -> tuple[str, ...]:
    """Return the values of a record's tag as texts."""
    for found in record.fields:
        if found.name == tag and isinstance(found.type, Constant):
            return tuple(
                str(value).lower() if isinstance(value, bool) else str(value)
                for value in found.type.values
            )
    return ()
