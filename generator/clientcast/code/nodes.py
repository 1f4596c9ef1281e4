"""The nodes of generated Python: expressions, annotations, signatures and assignments.

A node holds values, never source text: a union holds its members, a literal its value, and a
name the import that it needs.
"""

from collections.abc import Iterator
from types import EllipsisType
from typing import NamedTuple, TypeAlias

from msgspec import Struct


class Import(NamedTuple):
    """`from module import name as alias`.

    Attributes:
        module: A module of the standard library, of a dependency, or, with a leading dot, of
            the package: `._runtime.call.request`.
        name: The imported name; empty for `import module`.
        alias: The name in the importing module; empty if it is the same.
    """

    module: str
    name: str = ""
    alias: str = ""


class Name(Struct, frozen=True):
    """A name in a module, with the import that binds it; None if the module declares it."""

    name: str
    source: Import | None = None


class Builtin(Struct, frozen=True):
    """A name of the `builtins` module."""

    name: str


class Attribute(Struct, frozen=True):
    """`value.name`."""

    value: "Expression"
    name: str


class Constant(Struct, frozen=True):
    """A literal of a scalar, including `None` in annotations."""

    value: str | int | float | bytes | bool | EllipsisType | None


class Quoted(Struct, frozen=True):
    """An annotation as a string, which Python does not evaluate."""

    annotation: "Expression"


class Subscript(Struct, frozen=True):
    """`value[a, b]`."""

    value: "Expression"
    items: tuple["Expression", ...]


class Union(Struct, frozen=True):
    """`A | B`. Use `union` to construct it: it merges nested unions."""

    members: tuple["Expression", ...]


class Arguments(Struct, frozen=True):
    """The arguments of a call, or the bases and keywords of a class."""

    positional: tuple["Expression", ...] = ()
    keywords: tuple[tuple[str, "Expression"], ...] = ()

    def each(self) -> Iterator["Arguments"]:
        """Yield each argument as `Arguments` of its own."""
        yield from (Arguments((value,)) for value in self.positional)
        yield from (Arguments((), (pair,)) for pair in self.keywords)


class Call(Struct, frozen=True):
    """`function(a, b, c=d)`."""

    function: "Expression"
    arguments: Arguments = Arguments()


class Dict(Struct, frozen=True):
    """`{a: b}`."""

    items: tuple[tuple["Expression", "Expression"], ...] = ()


class List(Struct, frozen=True):
    """`[a, b]`."""

    items: tuple["Expression", ...] = ()


class Tuple(Struct, frozen=True):
    """`(a, b)`."""

    items: tuple["Expression", ...] = ()


class Lambda(Struct, frozen=True):
    """`lambda: body`."""

    body: "Expression"


Expression: TypeAlias = (
    Name
    | Builtin
    | Attribute
    | Constant
    | Quoted
    | Subscript
    | Union
    | Call
    | Dict
    | List
    | Tuple
    | Lambda
)

NONE = Constant(None)


class Parameter(Struct, frozen=True):
    """A parameter of a function; without a default it is required."""

    name: str
    annotation: Expression
    default: Expression | None = None


class Signature(Struct, frozen=True):
    """The parameters of a function: positional ones, then keyword-only ones.

    Attributes:
        is_method: Whether `self` comes first.
    """

    positional: tuple[Parameter, ...] = ()
    keyword_only: tuple[Parameter, ...] = ()
    is_method: bool = True


class Assignment(Struct, frozen=True):
    """`name: annotation = value`, with an annotation, a value or both."""

    name: str
    annotation: Expression | None = None
    value: Expression | None = None


def imported(module: str, name: str) -> Name:
    """Return a name that is imported from a module."""
    return Name(name, Import(module, name))


def union(*members: Expression) -> Expression:
    """Return the union of annotations: nested unions merged, each member once, None last."""
    members_by_repr: dict[str, Expression] = {}
    for member in members:
        for part in member.members if isinstance(member, Union) else (member,):
            # By repr: 1 == True, but their literals differ.
            members_by_repr.setdefault(repr(part), part)
    unique = [part for part in members_by_repr.values() if part != NONE]
    if NONE in members_by_repr.values():
        unique.append(NONE)
    return unique[0] if len(unique) == 1 else Union(tuple(unique))
