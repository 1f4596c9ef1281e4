"""Python annotations of the types of the API."""

from collections.abc import Iterable, Mapping
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from clientcast.bind import runtime
from clientcast.code import (
    NONE,
    Builtin,
    Constant,
    Expression,
    Import,
    Name,
    Subscript,
    Union,
    union,
)
from clientcast.ir import (
    Alias,
    Anything,
    Enum,
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
    child_types,
)
from clientcast.ir import Constant as ConstantType

_STR, _FLOAT = Builtin("str"), Builtin("float")
_BYTES = Builtin("bytes")
_SCALARS: Mapping[ScalarKind, Name | Builtin] = {
    ScalarKind.STRING: _STR,
    ScalarKind.INTEGER: Builtin("int"),
    ScalarKind.NUMBER: _FLOAT,
    ScalarKind.BOOLEAN: Builtin("bool"),
    ScalarKind.DATE_TIME: runtime.DATETIME,
    ScalarKind.DATE: runtime.DATE,
    ScalarKind.BINARY: _STR,  # in JSON, if the encoding is unknown
    ScalarKind.TIME: runtime.TIME,
    ScalarKind.DURATION: runtime.TIMEDELTA,
    ScalarKind.UUID: runtime.UUID,
    ScalarKind.BYTES: _BYTES,
    ScalarKind.DECIMAL: runtime.DECIMAL,
    ScalarKind.DECIMAL_STRING: runtime.DECIMAL,
}
_NUMBER = union(_FLOAT, runtime.DECIMAL)
_FILE = union(_BYTES, runtime.FILE, runtime.BYTE_SOURCE)
_LIST, _TUPLE, _DICT = Builtin("list"), Builtin("tuple"), Builtin("dict")

_KIND_BY_CLASS: Mapping[type, ScalarKind] = {
    str: ScalarKind.STRING,
    int: ScalarKind.INTEGER,
    bool: ScalarKind.BOOLEAN,
}

_MAX_INLINE = 20
"""Values of an enum that an annotation lists, if it cannot name them."""

ANNOTATION_NAMES = frozenset(
    node.name for node in (*_SCALARS.values(), _LIST, _TUPLE, _DICT)
)
"""Names in annotations, except those of models."""


def allows_null(type_: Type) -> bool:
    """Return whether null is one of the values of a type."""
    return isinstance(type_, Nullable | Anything)


def or_none(annotation: Expression) -> Expression:
    """Return the annotation of an optional value whose absence is None."""
    return annotation if annotation == runtime.ANY else union(annotation, NONE)


def or_unset(annotation: Expression) -> Expression:
    """Return the annotation of an optional value that may be null, apart from absent."""
    if annotation == runtime.ANY:
        return annotation
    members = annotation.members if isinstance(annotation, Union) else (annotation,)
    return Union((*members, runtime.UNSET_TYPE))


def decoded_type(type_: Type) -> Type:
    """Return the type that a response is decoded as.

    `type[T]` accepts no `Literal[...]`, so that a constant is decoded as its class.
    """
    match type_:
        case ConstantType(values):
            kinds = dict.fromkeys(_KIND_BY_CLASS[type(value)] for value in values)
            scalars = tuple(map(Scalar, kinds))
            return scalars[0] if len(scalars) == 1 else UnionOf(scalars)
        case Nullable(inner):
            return Nullable(decoded_type(inner))
        case UnionOf(
            members
        ):  # A union that begins with a class may end with literals.
            literals_last = sorted(
                members, key=lambda member: isinstance(member, ConstantType)
            )
            return UnionOf(tuple(literals_last))
        case _:
            return type_


def has_decimal_strings(type_: Type, schemas: Mapping[str, Schema]) -> bool:
    """Return whether an argument has decimals that are sent as text, apart from its models.

    Models know which of their decimals are text. A mapping in place of a model does not.
    """
    seen: set[str] = set()
    types = [type_]
    while types:
        match types.pop():
            case Scalar(ScalarKind.DECIMAL_STRING):
                return True
            case Named(pointer) if pointer not in seen:
                seen.add(pointer)
                match schemas[pointer]:
                    case Alias(type=inner):
                        types.append(inner)
                    case Record(fields=fields, additional=inner) if inner is not None:
                        types += [inner, *(field.type for field in fields)]
                    case _:
                        pass
            case other:
                types += child_types(other)
    return False


def lowercase_type_names(response_types: Iterable[Type]) -> frozenset[str]:
    """Return the lower-case names in the annotations of response types."""
    types = [decoded_type(type_) for type_ in response_types]
    names: set[str] = set()
    while types:
        match types.pop():
            case Scalar(kind):
                names.add(_SCALARS[kind].name)
            case ListOf(inner):
                names.add(_LIST.name)
                types.append(inner)
            case MapOf(inner):
                names |= {_DICT.name, _STR.name}
                types.append(inner)
            case TupleOf(inners):
                names.add(_TUPLE.name)
                types += inners
            case UnionOf(inners):
                types += inners
            case Nullable(inner):
                types.append(inner)
            case _:
                pass
    return frozenset(name for name in names if name.islower())


class Annotations(Struct, frozen=True):
    """Annotations for the types of one API.

    Attributes:
        schemas: The declarations of the API, by pointer.
        names: The class name of each declaration, by pointer.
        modules: The module of each declaration, by pointer.
        module: The module of models that contains the annotations; empty for any other module.
        accepts_files: Whether binary values are sent as files.
        marks_strings: Whether decimals that are sent as text are told apart; models always do.
        inlines_enums: Whether an argument that is an enum lists the values.
    """

    schemas: Mapping[str, Schema]
    names: Mapping[str, str]
    modules: Mapping[str, str]
    module: str = ""
    accepts_files: bool = False
    marks_strings: bool = False
    inlines_enums: bool = False

    def with_files(self) -> "Annotations":
        """Return the annotations of a body whose binary values are sent as files."""
        return replace(self, accepts_files=True)

    def in_module(self, module: str) -> "Annotations":
        """Return the annotations as written in a module of models."""
        return replace(self, module=module)

    def for_response(self, type_: Type) -> Expression:
        """Return the annotation of a type in a response."""
        return self._annotation(type_, is_argument=False)

    def for_argument(self, type_: Type) -> Expression:
        """Return the annotation of an argument, which accepts more than the model itself."""
        return self._annotation(type_, is_argument=True)

    def for_encoding(self, type_: Type) -> Expression:
        """Return the annotation of a type as `decimal_strings` reads it."""
        return replace(self, marks_strings=True).for_response(type_)

    def _annotation(self, type_: Type, is_argument: bool) -> Expression:
        match type_:
            case Scalar(ScalarKind.BINARY) if self.accepts_files:
                return _FILE
            case Scalar(ScalarKind.BINARY) if self.module:
                # No JSON holds octets; a model of a form may.
                return union(_BYTES, _STR) if is_argument else _STR
            case Scalar(ScalarKind.NUMBER) if is_argument:
                return _NUMBER
            case Scalar(ScalarKind.DECIMAL_STRING) if self.module or self.marks_strings:
                return runtime.DECIMAL_STRING
            case Scalar(kind):
                return _SCALARS[kind]
            case Anything():
                return runtime.ANY
            case ListOf(item):
                container = runtime.SEQUENCE if is_argument else _LIST
                return Subscript(container, (self._annotation(item, is_argument),))
            case TupleOf(items):
                inner = tuple(self._annotation(item, is_argument) for item in items)
                return Subscript(_TUPLE, inner)
            case MapOf(value):
                container = runtime.MAPPING if is_argument else _DICT
                return Subscript(
                    container, (_STR, self._annotation(value, is_argument))
                )
            case Nullable(inner_type):
                return or_none(self._annotation(inner_type, is_argument))
            case UnionOf(members):
                has_unknown = self._needs_unknown(type_)
                if not is_argument:
                    members = self._distinguishable(members)
                return union(
                    *(self._annotation(member, is_argument) for member in members),
                    *((runtime.UNKNOWN,) if has_unknown else ()),
                )
            case ConstantType(values):
                return Subscript(runtime.LITERAL, tuple(map(Constant, values)))
            case Named(pointer):
                return self._named(pointer, is_argument)
            case _:
                assert_never(type_)

    def _needs_unknown(self, union_type: Type) -> bool:
        """Return whether a union is open to other objects than those of its members.

        It has several types of objects, or a discriminator that selects the only one so far.
        """
        objects: set[Type] = set()
        seen: set[str] = set()
        pending = [union_type]
        while pending:
            match pending.pop():
                case Nullable(inner):
                    pending.append(inner)
                case UnionOf(members):
                    pending.extend(members)
                case Anything() | MapOf(Anything()):
                    return False
                case MapOf() as map_type:
                    objects.add(map_type)
                case Named(pointer) as named if pointer not in seen:
                    seen.add(pointer)
                    schema = self.schemas[pointer]
                    if isinstance(schema, Alias):
                        pending.append(schema.type)
                    elif isinstance(schema, Record):
                        objects.add(named)
                case _:
                    pass
        is_single = isinstance(union_type, UnionOf) and len(union_type.members) == 1
        return len(objects) > 1 or is_single

    def _distinguishable(self, members: tuple[Type, ...]) -> tuple[Type, ...]:
        """Return the members of a union without enums beside the type of their values.

        Nor has it string constants beside `str`.
        """
        return tuple(m for m in members if self._plain_type(m) not in members)

    def _plain_type(self, type_: Type) -> Type | None:
        match type_:
            case ConstantType(values):
                is_string = all(isinstance(value, str) for value in values)
                return Scalar(ScalarKind.STRING) if is_string else None
            case Named(pointer):
                schema = self.schemas[pointer]
                if not isinstance(schema, Enum):
                    return None
                kind = ScalarKind.INTEGER if schema.is_integer else ScalarKind.STRING
                return Scalar(kind)
            case _:
                return None

    def class_name(self, pointer: str) -> Name:
        """Return the name of the class or alias of a declaration."""
        return self._model_name(pointer, self.names[pointer])

    def _named(self, pointer: str, is_argument: bool) -> Expression:
        schema, name = self.schemas[pointer], self.names[pointer]
        match schema:
            case Enum(values=values) if is_argument and self.inlines_enums:
                plain: Expression = Builtin("int") if schema.is_integer else _STR
                if len(values) <= _MAX_INLINE:
                    literals = tuple(map(Constant, values))
                    plain = Subscript(runtime.LITERAL, literals)
                return union(self._model_name(pointer, name), plain)
            case Enum() if is_argument:
                return self._model_name(pointer, f"{name}Param")
            case Record(has_additional_properties=True) if is_argument:
                mapping = Subscript(runtime.MAPPING, (_STR, Builtin("object")))
                return union(self._model_name(pointer, name), mapping)
            case Record() | Enum() | Alias():
                return self._model_name(pointer, name)
            case _:
                assert_never(schema)

    def _model_name(self, pointer: str, name: str) -> Name:
        declaring_module = self.modules[pointer]
        return (
            Name(name)
            if declaring_module == self.module
            else Name(name, Import(declaring_module, name))
        )
