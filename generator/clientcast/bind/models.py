"""Classes and aliases of the modules of models, made from the declarations of the API."""

from collections.abc import Iterable

from clientcast import view
from clientcast.bind import runtime
from clientcast.bind.aliases import (
    bind_alias,
    bind_enum_parameter,
    is_recursive_alias,
    topological_order,
)
from clientcast.bind.docstrings import docstring
from clientcast.bind.layout import MODELS
from clientcast.bind.member_names import member_names
from clientcast.bind.names import Scope, snake_case
from clientcast.bind.types import (
    ANNOTATION_NAMES,
    Annotations,
    allows_null,
    or_none,
    or_unset,
)
from clientcast.bind.usage import Usage
from clientcast.code import (
    Arguments,
    Assignment,
    Builtin,
    Call,
    Constant,
    Expression,
    Import,
    Imports,
    Name,
    Subscript,
    imports_in,
    qualify,
)
from clientcast.ir import (
    Alias,
    Anything,
    Api,
    Enum,
    Field,
    MapOf,
    Record,
    Type,
)
from clientcast.ir import Constant as ConstantType
from clientcast.view import ModelClass, ModelModule

_ADDITIONAL = "additional_properties"
_SHADOWING = ANNOTATION_NAMES | {
    runtime.FIELD.name,
    runtime.CONSTANT.name,
    "builtins",
}
"""Names of fields that would shadow names in the class body after them."""

_WIDTH = 88 - 4 - 6


def bind_models(
    api: Api, annotations: Annotations, module: str, usage: Usage
) -> ModelModule:
    """Return the contents of a module of models."""
    annotations = annotations.in_module(module)
    names = annotations.names
    pointers = [p for p in api.schemas if annotations.modules.get(p) == module]
    enums: list[ModelClass] = []
    records: list[ModelClass] = []
    aliases: list[view.Alias] = []
    for pointer in _bases_first(api, pointers):
        match api.schemas[pointer]:
            case Enum() as enum:
                enums.append(_bind_enum(enum, names[pointer]))
            case Record() as record:
                base = api.schemas.get(record.base)
                binder = _RecordBinder(record, annotations, usage)
                base_binder = (
                    _RecordBinder(base, annotations, usage)
                    if isinstance(base, Record)
                    else None
                )
                records.append(binder.build(base_binder))
            case Alias():
                pass
    for pointer in topological_order(api.schemas, pointers):
        schema = api.schemas[pointer]
        if annotations.modules[pointer] != module:
            continue
        if isinstance(schema, Alias):
            text = _docstring(schema.description)
            is_recursive = is_recursive_alias(api.schemas, pointer)
            aliases.append(bind_alias(schema, annotations, is_recursive, text))
        elif isinstance(schema, Enum) and pointer in usage.sent:
            aliases.append(bind_enum_parameter(schema, names[pointer]))
    folder = "models" if module != MODELS else ""
    return ModelModule(
        name=module.removeprefix(MODELS).removeprefix("."),
        imports=Imports(_imports([*enums, *records], aliases), folder),
        enums=tuple(enums),
        records=tuple(records),
        aliases=tuple(aliases),
        names=tuple(
            sorted([*(c.name for c in (*enums, *records)), *(a.name for a in aliases)])
        ),
    )


def _imports(classes: list[ModelClass], aliases: list[view.Alias]) -> frozenset[Import]:
    imports: set[Import] = set()
    for class_ in classes:
        imports.update(imports_in(class_.header, *(f.code for f in class_.fields)))
    for alias_ in aliases:
        imports.update(imports_in(runtime.TYPE_ALIAS, alias_.type))
        if alias_.is_recursive:
            imports.update(imports_in(runtime.TYPE_CHECKING, runtime.RECURSIVE))
    return frozenset(imports)


def _bases_first(api: Api, pointers: Iterable[str]) -> list[str]:
    """Order declarations so that each record follows the one that it extends."""
    requested = dict.fromkeys(pointers)
    ordered: dict[str, None] = {}
    for pointer in requested:
        chain = [pointer]
        while isinstance(schema := api.schemas[chain[-1]], Record) and schema.base:
            chain.append(schema.base)
        ordered.update((p, None) for p in reversed(chain) if p in requested)
    return list(ordered)


class _RecordBinder:
    """Builder of the class of a record."""

    def __init__(self, record: Record, annotations: Annotations, usage: Usage) -> None:
        self.record = record
        self.annotations = annotations
        self.is_sent = record.pointer in usage.sent
        self.is_received = record.pointer in usage.received
        self.is_only_sent = not self.is_received
        self.names = attribute_names(record)
        self.shadowed = frozenset(self.names.values())

    def build(self, base: "_RecordBinder | None") -> ModelClass:
        """Return the class.

        Args:
            base: The builder of the class that the record extends. The record becomes a subclass
                unless it would change a field, as it is used in other directions.
        """
        if base is not None and not self._keeps_fields(base):
            base = None
        fields = self.record.fields if base is None else self._own_fields(base)
        is_camel = any(
            _camel_case(name) == field.name != name
            for field in fields
            for name in (self.names[field.name],)
        )
        options = [("kw_only", Constant(True))]
        if is_camel:
            options.append(("rename", Constant("camel")))
        members = [
            view.Field(self._field(field, is_camel), _docstring(_field_text(field)))
            for field in fields
        ]
        additional = self.record.additional
        if base is None and additional is not None and additional != Anything():
            members.append(self._additional_field(additional))
        class_ = self.annotations.class_name(self.record.pointer)
        superclass = runtime.OPEN_MODEL if _is_open(self.record) else runtime.MODEL
        if base is not None:
            superclass = self.annotations.class_name(base.record.pointer)
        return ModelClass(
            name=class_.name,
            header=Call(class_, Arguments((superclass,), tuple(options))),
            docstring=_docstring(self.record.description),
            fields=tuple(members),
            pointer=self.record.pointer,
        )

    def _keeps_fields(self, base: "_RecordBinder") -> bool:
        """Return whether the fields of a base are the same in this class."""
        fields = {field.name: field for field in self.record.fields}
        additional = self.record.additional
        return (
            additional == base.record.additional
            and (
                additional is None
                or base._additional_field(additional)
                == self._additional_field(additional)
            )
            and all(
                base._field(field) == self._field(fields[field.name])
                for field in base.record.fields
            )
        )

    def _own_fields(self, base: "_RecordBinder") -> tuple[Field, ...]:
        """Return the fields that a base does not have, or describes in other words."""
        texts = {field.name: _field_text(field) for field in base.record.fields}
        return tuple(
            field
            for field in self.record.fields
            if texts.get(field.name) != _field_text(field)
        )

    def _additional_field(self, type_: Type) -> view.Field:
        """Return the field of additional properties."""
        dict_class = Subscript(Builtin("dict"), (Builtin("str"), runtime.ANY))
        options = (("default_factory", dict_class), ("name", runtime.ADDITIONAL))
        value = Call(runtime.FIELD, Arguments((), options))
        code = Assignment(_ADDITIONAL, self._annotation(MapOf(type_)), value)
        return view.Field(code, docstring("Additional properties, by name."))

    def _annotation(self, type_: Type) -> Expression:
        annotations = self.annotations
        annotate = (
            annotations.for_argument if self.is_only_sent else annotations.for_response
        )
        return qualify(annotate(type_), self.shadowed)

    def _field(self, field: Field, is_camel: bool = False) -> Assignment:
        name = self.names[field.name]
        type_ = self._annotation(field.type)
        default: Expression | None = None
        constant = self._default_constant(field)
        if not field.required and constant is None:
            if field.is_kept or self.is_sent and allows_null(field.type):
                type_, default = or_unset(type_), runtime.UNSET
            else:
                type_, default = or_none(type_), Constant(None)
        if constant is not None and not field.required:
            type_ = or_unset(type_)
        has_other_name = (_camel_case(name) if is_camel else name) != field.name
        if constant is None and not has_other_name:
            return Assignment(name, type_, default)
        options: list[tuple[str, Expression]] = []
        if constant is not None:
            options.append(("default_factory", constant))
        if default is not None:
            options.append(("default", default))
        if has_other_name:
            options.append(("name", Constant(field.name)))
        return Assignment(
            name, type_, Call(runtime.FIELD, Arguments((), tuple(options)))
        )

    def _default_constant(self, field: Field) -> Expression | None:
        """Return the default of a property that always has the same value; None for others."""
        if not isinstance(field.type, ConstantType):
            return None
        value, *others = field.type.values
        if others:
            return None
        if not field.required and not field.is_tag:
            return None
        options: list[tuple[str, Expression]] = []
        if field.is_tag:
            options.append(("is_tag", Constant(True)))
        if not field.required:
            options.append(("is_required", Constant(False)))
        return Call(runtime.CONSTANT, Arguments((Constant(value),), tuple(options)))


def _is_open(record: Record) -> bool:
    """Return whether the additional properties of a record may have any value."""
    if record.additional is None:
        return not record.is_closed
    return record.additional == Anything()


def attribute_names(record: Record) -> dict[str, str]:
    """Return the Python name of each property of a record, by its name on the wire."""
    has_additional = _is_open(record) or record.has_additional_properties
    reserved = _SHADOWING | runtime.model_methods()
    if has_additional:
        reserved |= {_ADDITIONAL}
    scope = Scope((_ADDITIONAL,) if has_additional else ())
    return {
        field.name: scope.claim(f"{name}_" if name in reserved else name)
        for field in record.fields
        for name in (snake_case(field.name, "field"),)
    }


def _camel_case(name: str) -> str:
    """Return the camelCase form of a name, as msgspec's `rename="camel"` makes it."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _bind_enum(enum: Enum, name: str) -> ModelClass:
    base = runtime.OPEN_INT_ENUM if enum.is_integer else runtime.OPEN_ENUM
    return ModelClass(
        name=name,
        header=Call(Name(name), Arguments((base,))),
        docstring=_docstring(enum.description),
        fields=tuple(
            view.Field(
                Assignment(member_name, value=Constant(member.value)),
                _docstring(member.description),
            )
            for member_name, member in zip(
                member_names(enum.members), enum.members, strict=True
            )
        ),
        pointer=enum.pointer,
    )


def _field_text(field: Field) -> str:
    parts = [field.description]
    if field.deprecated:
        parts.insert(0, "Deprecated.")
    return " ".join(part for part in parts if part)


def _docstring(text: str) -> str:
    return docstring(text, width=_WIDTH)
