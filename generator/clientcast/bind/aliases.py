"""Types with a name, in an order in which each is there before it is used."""

from collections.abc import Iterable, Iterator, Mapping

from clientcast.bind.code import Import
from clientcast.bind.literals import docstring, string
from clientcast.bind.types import Annotations
from clientcast.ir import (
    Alias,
    Enum,
    Named,
    Schema,
    Type,
    types_in,
)
from clientcast.view import Alias as View

_TYPING = "typing"


def enum_parameter(enum: Enum, name: str) -> tuple[View, set[Import]]:
    """What an argument takes for an enum, and what that needs imported."""
    literals = ", ".join(string(value) for value in enum.values)
    text = f"What an argument takes for a `{name}`: a member, or its plain value."
    code = f"{name}Param: TypeAlias = {name} | Literal[{literals}]"
    imports = {Import(_TYPING, "Literal"), Import(_TYPING, "TypeAlias")}
    return View(f"{name}Param", code, docstring(text)), imports


def alias(
    schema: Alias, annotations: Annotations, is_recursive: bool, text: str
) -> tuple[View, set[Import]]:
    """A type with a name, and what it needs imported.

    No type of Python 3.11 can contain itself, so that type checkers are told another thing
    than what is there when the code runs.
    """
    name = annotations.names[schema.pointer]
    type_ = annotations.received(schema.type)
    imports = type_.imports | {Import(_TYPING, "TypeAlias")}
    if not is_recursive:
        return View(name, f"{name}: TypeAlias = {type_}", text), set(imports)
    code = (
        f"if TYPE_CHECKING:\n    {name}: TypeAlias = {string(type_.text)}\n"
        f"else:\n    {name} = recursive({string(name)}, lambda: {type_})\n"
    )
    imports |= {
        Import(_TYPING, "TYPE_CHECKING"),
        Import("._runtime.model", "recursive"),
    }
    return View(name, code, text), set(imports)


def in_order(schemas: Mapping[str, Schema], pointers: Iterable[str]) -> list[str]:
    """Declarations in their order, but each alias after those that it is made of.

    Those that contain themselves ask for their parts later.
    """
    ordered: dict[str, None] = {}
    begun: set[str] = set()

    def place(pointer: str) -> None:
        if pointer in begun:
            return
        begun.add(pointer)
        for part in _aliases_in(schemas, pointer):
            place(part)
        ordered[pointer] = None

    for pointer in pointers:
        place(pointer)
    return list(ordered)


def contains_itself(schemas: Mapping[str, Schema], pointer: str) -> bool:
    """Whether an alias leads to itself with no object between."""
    seen: set[str] = set()
    waiting = list(_aliases_in(schemas, pointer))
    while waiting:
        part = waiting.pop()
        if part == pointer:
            return True
        if part not in seen:
            seen.add(part)
            waiting += _aliases_in(schemas, part)
    return False


def _aliases_in(schemas: Mapping[str, Schema], pointer: str) -> Iterator[str]:
    schema = schemas[pointer]
    waiting: list[Type] = [schema.type] if isinstance(schema, Alias) else []
    while waiting:
        type_ = waiting.pop(0)
        waiting += types_in(type_)
        if isinstance(type_, Named) and isinstance(schemas[type_.pointer], Alias):
            yield type_.pointer
