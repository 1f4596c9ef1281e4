"""The nodes of generated Python: expressions, annotations, signatures and assignments.

A node holds values, never source text: a union holds its members, a literal its value, and a
name the import that it needs.
"""

from collections.abc import Iterator
from types import EllipsisType
from typing import NamedTuple, TypeAlias

from clientcast.values import dataclass


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


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a module, with the import that binds it; None if the module declares it."""

    name: str
    source: Import | None = None


@dataclass(frozen=True, slots=True)
class Builtin:
    """A name of the `builtins` module."""

    name: str


@dataclass(frozen=True, slots=True)
class Attribute:
    """`value.name`."""

    value: "Expression"
    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal of a scalar, including `None` in annotations."""

    value: str | int | float | bytes | bool | EllipsisType | None


@dataclass(frozen=True, slots=True)
class Quoted:
    """An annotation as a string, which Python does not evaluate."""

    annotation: "Expression"


@dataclass(frozen=True, slots=True)
class Subscript:
    """`value[a, b]`."""

    value: "Expression"
    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Union:
    """`A | B`. Use `union` to construct it: it merges nested unions."""

    members: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a call, or the bases and keywords of a class."""

    positional: tuple["Expression", ...] = ()
    keywords: tuple[tuple[str, "Expression"], ...] = ()

    def each(self) -> Iterator["Arguments"]:
        """Yield each argument as `Arguments` of its own."""
        yield from (Arguments((value,)) for value in self.positional)
        yield from (Arguments((), (pair,)) for pair in self.keywords)


@dataclass(frozen=True, slots=True)
class Call:
    """`function(a, b, c=d)`."""

    function: "Expression"
    arguments: Arguments = Arguments()


@dataclass(frozen=True, slots=True)
class Dict:
    """`{a: b}`."""

    items: tuple[tuple["Expression", "Expression"], ...] = ()


@dataclass(frozen=True, slots=True)
class List:
    """`[a, b]`."""

    items: tuple["Expression", ...] = ()


@dataclass(frozen=True, slots=True)
class Tuple:
    """`(a, b)`."""

    items: tuple["Expression", ...] = ()


@dataclass(frozen=True, slots=True)
class Lambda:
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


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function; without a default it is required."""

    name: str
    annotation: Expression
    default: Expression | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of a function: positional ones, then keyword-only ones.

    Attributes:
        is_method: Whether `self` comes first.
    """

    positional: tuple[Parameter, ...] = ()
    keyword_only: tuple[Parameter, ...] = ()
    is_method: bool = True


@dataclass(frozen=True, slots=True)
class Assignment:
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
