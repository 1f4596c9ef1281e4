"""Declarations of the API as the classes of `models.py`."""

from collections.abc import Iterable

from clientcast import view
from clientcast.bind.aliases import alias, contains_itself, enum_parameter, in_order
from clientcast.bind.code import Code, Import, import_lines
from clientcast.bind.layout import MODELS
from clientcast.bind.literals import docstring, string, wrap
from clientcast.bind.names import Scope, pascal, snake, upper
from clientcast.bind.types import Annotations, allows_null, or_none, or_unset
from clientcast.bind.uses import Used
from clientcast.ir import (
    Alias,
    Api,
    Enum,
    Field,
    MapOf,
    Record,
    Type,
)
from clientcast.view import Attribute, Class, Models

_RUNTIME = "._runtime.model"
_ADDITIONAL = "additional_properties"
_HIDING = frozenset(
    "str int float bool bytes list tuple dict date datetime time timedelta field".split()
)
"""A field with such a name would hide what the lines after it need."""

_WIDTH = 88 - 4 - 6


def name_models(api: Api, pointers: Iterable[str], scope: Scope) -> dict[str, str]:
    """A class name for each declaration, those of components before those within them."""
    names: dict[str, str] = {}
    wanted = set(pointers)
    ordered = sorted(
        (p for p in api.schemas if p in wanted), key=lambda p: len(api.schemas[p].hint)
    )
    for pointer in ordered:
        schema = api.schemas[pointer]
        forms = ("{}", "{}Param") if isinstance(schema, Enum) else ("{}",)
        candidates = (pascal(*schema.hint), pascal(*schema.hint, "model"))
        names[pointer] = scope.name(*candidates, forms=forms)
    return names


def bind_models(api: Api, annotations: Annotations, module: str, used: Used) -> Models:
    """The classes of the declarations that stand in a module."""
    annotations = annotations.within(module)
    names = annotations.names
    pointers = [p for p in api.schemas if annotations.modules.get(p) == module]
    enums: list[Class] = []
    records: list[Class] = []
    aliases: list[view.Alias] = []
    imports: set[Import] = set()
    for pointer in pointers:
        match api.schemas[pointer]:
            case Enum() as enum:
                enums.append(_enum(enum, names[pointer]))
                imports.add(Import(_RUNTIME, "OpenEnum"))
            case Record() as record:
                builder = _Record(record, annotations, used)
                records.append(builder.build(names[pointer]))
                imports |= builder.imports
            case Alias():
                pass
    for pointer in in_order(api.schemas, pointers):
        schema = api.schemas[pointer]
        if annotations.modules[pointer] != module:
            continue
        if isinstance(schema, Alias):
            text = _docstring(schema.description)
            is_recursive = contains_itself(api.schemas, pointer)
            bound, needed = alias(schema, annotations, is_recursive, text)
        elif isinstance(schema, Enum) and pointer in used.sent:
            bound, needed = enum_parameter(schema, names[pointer])
        else:
            continue
        aliases.append(bound)
        imports |= needed
    folder = "models" if module != MODELS else ""
    return Models(
        name=module.removeprefix(MODELS).removeprefix("."),
        imports=import_lines(imports, folder),
        enums=tuple(enums),
        records=tuple(records),
        aliases=tuple(aliases),
        names=tuple(
            sorted([*(c.name for c in (*enums, *records)), *(a.name for a in aliases)])
        ),
    )


class _Record:
    """One record becoming a class."""

    def __init__(self, record: Record, annotations: Annotations, used: Used) -> None:
        self.record = record
        self.annotations = annotations
        self.is_sent = record.pointer in used.sent
        self.is_received = record.pointer in used.received
        self.only_sent = not self.is_received
        self.imports: set[Import] = {Import(_RUNTIME, "Model")}

    def build(self, name: str) -> Class:
        fields = attribute_names(self.record)
        camel = sum(_camel(python) == wire != python for wire, python in fields.items())
        rename = camel > 0
        bases = "Model, kw_only=True" + (', rename="camel"' if rename else "")
        attributes = [
            Attribute(
                self._line(field, fields[field.name], rename),
                _docstring(_field_text(field)),
            )
            for field in self.record.fields
        ]
        if self.record.additional is not None:
            attributes.append(self._additional(self.record.additional))
        text = _docstring(self.record.description)
        return Class(name, bases, text, tuple(attributes))

    def _additional(self, type_: Type) -> Attribute:
        """Where the properties are kept that have no attribute of their own."""
        kept = self._bound(MapOf(type_))
        self.imports |= kept.imports | {Import("msgspec", "field")}
        self.imports.add(Import(_RUNTIME, "ADDITIONAL"))
        self.imports.add(Import("typing", "Any"))
        made = "field(default_factory=dict[str, Any], name=ADDITIONAL)"
        line = f"{_ADDITIONAL}: {kept} = {made}"
        return Attribute(line, docstring("Other properties, by their names."))

    def _bound(self, type_: Type) -> Code:
        if self.only_sent:
            return self.annotations.sent(type_)
        return self.annotations.received(type_)

    def _is_required(self, field: Field) -> bool:
        """Whether it is there in whichever direction the record goes."""
        if field.read_only and self.is_sent or field.write_only and self.is_received:
            return False
        return field.required

    def _line(self, field: Field, name: str, rename: bool) -> str:
        required = self._is_required(field)
        may_be_unset = self.only_sent and not required and allows_null(field.type)
        type_ = self._type(field, required, may_be_unset)
        self.imports |= type_.imports
        default = "" if required else "UNSET" if may_be_unset else "None"
        wire = _camel(name) if rename else name
        if wire == field.name:
            return f"{name}: {type_}" + (f" = {default}" if default else "")
        self.imports.add(Import("msgspec", "field"))
        arguments = [f"default={default}"] if default else []
        arguments.append(f"name={string(field.name)}")
        return f"{name}: {type_} = field({', '.join(arguments)})"

    def _type(self, field: Field, required: bool, may_be_unset: bool) -> Code:
        type_ = self._bound(field.type)
        if may_be_unset:
            return or_unset(type_)
        return type_ if required else or_none(type_)


def attribute_names(record: Record) -> dict[str, str]:
    """The Python name of each property of a record, by its name on the wire."""
    scope = Scope((_ADDITIONAL,) if record.open else ())
    return {
        field.name: scope.name(f"{name}_" if name in _HIDING else name)
        for field in record.fields
        for name in (snake(field.name, "field"),)
    }


def _camel(name: str) -> str:
    """As msgspec's `rename="camel"` has it."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _enum(enum: Enum, name: str) -> Class:
    scope = Scope(("name", "value"))
    attributes = tuple(
        Attribute(f"{scope.name(upper(value))} = {string(value)}", "")
        for value in enum.values
    )
    return Class(name, "OpenEnum", _docstring(enum.description), attributes)


def _field_text(field: Field) -> str:
    parts = [field.description]
    if field.deprecated:
        parts.insert(0, "Deprecated.")
    return " ".join(part for part in parts if part)


def _docstring(text: str) -> str:
    return docstring(wrap(text, _WIDTH))
