"""Types of the API as Python annotations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from clientcast.bind.code import Code, Import, code
from clientcast.bind.literals import constant
from clientcast.ir import (
    Alias,
    Anything,
    Constant,
    Enum,
    ListOf,
    MapOf,
    Named,
    Nullable,
    OneOf,
    Record,
    Scalar,
    ScalarKind,
    Schema,
    TupleOf,
    Type,
)

_SCALARS = {
    ScalarKind.STRING: code("str"),
    ScalarKind.INTEGER: code("int"),
    ScalarKind.NUMBER: code("float"),
    ScalarKind.BOOLEAN: code("bool"),
    ScalarKind.DATE_TIME: code("datetime", Import("datetime", "datetime")),
    ScalarKind.DATE: code("date", Import("datetime", "date")),
    ScalarKind.BINARY: code("str"),  # in JSON, where it says nothing of the encoding
    ScalarKind.TIME: code("time", Import("datetime", "time")),
    ScalarKind.DURATION: code("timedelta", Import("datetime", "timedelta")),
    ScalarKind.UUID: code("UUID", Import("uuid", "UUID")),
    ScalarKind.BYTES: code("bytes"),
    ScalarKind.DECIMAL: code("Decimal", Import("decimal", "Decimal")),
}
_FILE = code("bytes | File", Import("._runtime.bodies", "File"))
_ANY = code("Any", Import("typing", "Any"))


def allows_null(type_: Type) -> bool:
    """Whether null is one of its values."""
    return isinstance(type_, Nullable | Anything)


def or_none(annotation: Code) -> Code:
    """An annotation of what need not be given, for which None stands then."""
    return annotation if annotation.text == "Any" else union(annotation, code("None"))


def or_unset(annotation: Code) -> Code:
    """An annotation of what may be null or not be given: two different things."""
    model = "._runtime.model"
    imports = annotation.imports, Import(model, "UNSET")
    if annotation.text == "Any":
        return code("Any", *imports)
    return code(f"{annotation} | UnsetType", *imports, Import(model, "UnsetType"))


def spelled(type_: Type) -> Iterator[str]:
    """The names that an annotation is written with, but for those of models."""
    match type_:
        case Scalar(kind):
            yield _SCALARS[kind].text
        case ListOf(inner):
            yield "list"
            yield from spelled(inner)
        case MapOf(inner):
            yield from ("dict", "str")
            yield from spelled(inner)
        case TupleOf(members):
            yield "tuple"
            yield from (name for member in members for name in spelled(member))
        case OneOf(members):
            yield from (name for member in members for name in spelled(member))
        case Nullable(inner):
            yield from spelled(inner)
        case _:
            pass


@dataclass(frozen=True, slots=True)
class Annotations:
    """Annotations for the types of one API.

    Attributes:
        schemas: What the API declares.
        names: The class of each declaration, by pointer.
        modules: The module of each declaration, by pointer.
        here: The module of models that they stand in; empty where it has no models.
        files: Whether what is binary is sent as files.
    """

    schemas: Mapping[str, Schema]
    names: Mapping[str, str]
    modules: Mapping[str, str]
    here: str = ""
    files: bool = False

    def with_files(self) -> "Annotations":
        """The same for a body in which what is binary is sent as files."""
        return replace(self, files=True)

    def within(self, module: str) -> "Annotations":
        """The same within a module of models."""
        return replace(self, here=module)

    def received(self, type_: Type) -> Code:
        """What an answer holds."""
        return self._annotation(type_, sent=False)

    def sent(self, type_: Type) -> Code:
        """What an argument takes: besides models, what can be sent in their place."""
        return self._annotation(type_, sent=True)

    def _annotation(self, type_: Type, sent: bool) -> Code:
        match type_:
            case Scalar(ScalarKind.BINARY) if self.files:
                return _FILE
            case Scalar(ScalarKind.BINARY) if self.here:
                # No JSON holds octets; a model of a form may.
                return code("bytes | str") if sent else code("str")
            case Scalar(kind):
                return _SCALARS[kind]
            case Anything():
                return _ANY
            case ListOf(item):
                inner = self._annotation(item, sent)
                if sent:
                    sequence = Import("collections.abc", "Sequence")
                    return code(f"Sequence[{inner}]", inner.imports, sequence)
                return code(f"list[{inner}]", inner.imports)
            case TupleOf(items):
                inners = [self._annotation(item, sent) for item in items]
                inside = ", ".join(inner.text for inner in inners)
                return code(f"tuple[{inside}]", *(inner.imports for inner in inners))
            case MapOf(value):
                inner = self._annotation(value, sent)
                if sent:
                    mapping = Import("collections.abc", "Mapping")
                    return code(f"Mapping[str, {inner}]", inner.imports, mapping)
                return code(f"dict[str, {inner}]", inner.imports)
            case Nullable(inner_type):
                inner = self._annotation(inner_type, sent)
                return inner if inner == _ANY else union(inner, code("None"))
            case OneOf(members):
                if not sent:
                    members = self._told_apart(members)
                return union(*(self._annotation(member, sent) for member in members))
            case Constant(values):
                literals = ", ".join(constant(value) for value in values)
                return code(f"Literal[{literals}]", Import("typing", "Literal"))
            case Named(pointer):
                return self._named(pointer, sent)
            case _:
                assert_never(type_)

    def _told_apart(self, members: tuple[Type, ...]) -> tuple[Type, ...]:
        """The members of a union, without enums and constants where any text may come."""
        if Scalar(ScalarKind.STRING) not in members:
            return members
        return tuple(m for m in members if not self._is_known_text(m))

    def _is_known_text(self, type_: Type) -> bool:
        match type_:
            case Constant(values):
                return all(isinstance(value, str) for value in values)
            case Named(pointer):
                return isinstance(self.schemas[pointer], Enum)
            case _:
                return False

    def _named(self, pointer: str, sent: bool) -> Code:
        schema, name = self.schemas[pointer], self.names[pointer]
        match schema:
            case Enum() if sent:
                return self._own(pointer, f"{name}Param")
            case Record(open=True) if sent:
                mapping = code(
                    "Mapping[str, object]", Import("collections.abc", "Mapping")
                )
                return union(self._own(pointer, name), mapping)
            case Record() | Enum() | Alias():
                return self._own(pointer, name)
            case _:
                assert_never(schema)

    def _own(self, pointer: str, name: str) -> Code:
        module = self.modules[pointer]
        return code(name) if module == self.here else code(name, Import(module, name))


def union(*members: Code) -> Code:
    """The union of annotations, each once, with None last."""
    texts = [part for member in members for part in _split(member.text)]
    unique = list(dict.fromkeys(text for text in texts if text != "None"))
    if "None" in texts:
        unique.append("None")
    return code(" | ".join(unique), *(member.imports for member in members))


def _split(text: str) -> list[str]:
    """The members of a union at the outermost level."""
    parts: list[str] = []
    depth = start = 0
    in_string = False
    for index, character in enumerate(text):
        if character == '"' and text[index - 1] != "\\":
            in_string = not in_string
        elif not in_string:
            depth += (character == "[") - (character == "]")
            if character == "|" and depth == 0:
                parts.append(text[start:index].strip())
                start = index + 1
    return [*parts, text[start:].strip()]
