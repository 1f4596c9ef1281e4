"""Constants of `_xml.py`: how the bodies of a package are written as XML."""

from collections.abc import Callable, Mapping

from clientcast import ir
from clientcast.bind import runtime
from clientcast.bind.names import Scope, pascal_case, upper_snake_case
from clientcast.code import (
    Arguments,
    Assignment,
    Call,
    Constant,
    Dict,
    Expression,
    Imports,
    Name,
    Tuple,
    imported,
    imports_in,
)
from clientcast.view import Constants

MODULE = "._xml"
_SCHEMAS = "SCHEMAS"


class XmlConstants:
    """The constants of one API, each declared when it is first used.

    Args:
        api: The API.
        names: The name of the class of each record that has one, by pointer.
        unique_name: Function that returns a name which no other constant has.
    """

    def __init__(
        self, api: ir.Api, names: Mapping[str, str], unique_name: Callable[[str], str]
    ) -> None:
        self._shapes = ir.XmlShapes(api.schemas)
        self._schemas = api.schemas
        self._names = names
        self._keys: dict[str, str] = {}
        self._unique_name = unique_name
        self._constants: dict[ir.XmlBody, str] = {}

    def body(self, content: ir.Content) -> Name:
        """Return the constant of a body."""
        assert content.xml is not None
        body = self._shapes.body(content.type, content.xml)
        if body not in self._constants:
            name = upper_snake_case(self._description(body))
            self._constants[body] = self._unique_name(f"{name}_XML")
        return imported(MODULE, self._constants[body])

    def _key(self, pointer: str) -> str:
        """Return the key of a record: the name of its class, if it has one."""
        if pointer not in self._keys:
            used = {*self._names.values(), *self._keys.values()}
            name = self._names.get(pointer)
            if name is None:  # Its properties are arguments.
                scope = Scope(used)
                name = scope.claim(pascal_case(*self._schemas[pointer].name_hint))
            self._keys[pointer] = name
        return self._keys[pointer]

    def _description(self, body: ir.XmlBody) -> str:
        match body.shape:
            case ir.XmlReference(pointer):
                return self._key(pointer)
            case ir.XmlItems(ir.XmlReference(pointer)):
                return f"{self._key(pointer)} list"
            case _:
                return body.root.local if body.root is not None else "body"

    def view(self) -> Constants | None:
        """Return all declared constants; None if no body is XML."""
        if not self._constants:
            return None
        objects = tuple(
            (Constant(self._key(pointer)), self._shape(shape))
            for pointer, shape in self._shapes.objects.items()
        )
        schemas = _call("XmlSchemas", Dict(objects))
        assignments = (
            Assignment(_SCHEMAS, value=schemas),
            *(
                Assignment(name, value=self._body(body))
                for body, name in self._constants.items()
            ),
        )
        imports = Imports(frozenset(imports_in(*assignments)))
        return Constants(imports, None, assignments)

    def _body(self, body: ir.XmlBody) -> Call:
        keywords = {} if body.root is None else {"root": _name(body.root)}
        return _call("XmlBody", Name(_SCHEMAS), self._shape(body.shape), **keywords)

    def _shape(self, shape: ir.XmlShape) -> Call:
        match shape:
            case ir.XmlText(kinds):
                return _call("XmlText", *map(Constant, kinds))
            case ir.XmlItems(item, name):
                return _call("XmlItems", self._shape(item), _name(name))
            case ir.XmlReference(pointer):
                return _call("XmlReference", Constant(self._key(pointer)))
            case ir.XmlAnything():
                return _call("XmlAnything")
            case ir.XmlObject(fields, additional):
                found = Tuple(tuple(map(self._field, fields)))
                if additional is None:
                    return _call("XmlObject", found)
                return _call("XmlObject", found, additional=self._shape(additional))
            case ir.XmlUnion(members, tag):
                found = Tuple(tuple(map(self._member, members)))
                tags = {"tag": Constant(tag)} if tag else {}
                return _call("XmlUnion", found, **tags)

    def _field(self, field: ir.XmlField) -> Call:
        keywords: dict[str, Expression] = {}
        if field.node is not ir.XmlNode.ELEMENT:
            keywords["node"] = Constant(str(field.node))
        if field.xml_name != ir.XmlName(field.name):
            keywords["name"] = _name(field.xml_name)
        if field.required:
            keywords["required"] = Constant(True)
        shape = self._shape(field.shape)
        return _call("XmlField", Constant(field.name), shape, **keywords)

    def _member(self, member: ir.XmlMember) -> Call:
        keywords: dict[str, Expression] = {}
        if member.root is not None:
            keywords["root"] = _name(member.root)
        if member.values:
            keywords["values"] = Tuple(tuple(map(Constant, member.values)))
        return _call("XmlMember", self._shape(member.shape), **keywords)


def _name(name: ir.XmlName) -> Call:
    keywords = {"namespace": name.namespace, "prefix": name.prefix}
    given = {key: Constant(value) for key, value in keywords.items() if value}
    return _call("XmlName", Constant(name.local), **given)


def _call(function: str, *positional: Expression, **keywords: Expression) -> Call:
    arguments = Arguments(positional, tuple(keywords.items()))
    return Call(runtime.XML_SHAPES[function], arguments)
