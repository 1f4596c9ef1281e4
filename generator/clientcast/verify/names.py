"""The names of a module, and which of them code can see, scope by scope as in Python."""

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from clientcast.verify.forms import BUILTINS

_PUBLIC = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class Trail:
    """The furthest place in a module at which matching failed."""

    def __init__(self) -> None:
        self.line, self.column = 1, 0

    def miss(self, node: object) -> bool:
        """Remember a node that does not match. Return False."""
        place = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
        self.line, self.column = max((self.line, self.column), place)
        return False


@dataclass(frozen=True, slots=True)
class Names:
    """The names that code in one place can use.

    Attributes:
        importable: The names that may be imported, by module.
        declared: The names of the module, and those that a function imports.
        hidden: The names that hide them: members of the class or parameters.
        parameters: The parameters of the function.
    """

    importable: Mapping[str, frozenset[str]]
    trail: Trail
    declared: frozenset[str]
    hidden: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()

    def is_global(self, name: str) -> bool:
        """Return whether a name means that of the module, or else that of a builtin."""
        return name not in self.hidden and (name in self.declared or name in BUILTINS)

    def within(self, node: ast.AST) -> "Names | None":
        """Return the names in the body of a node, or None if it declares one twice."""
        match node:
            case ast.ClassDef(body=body):
                members = distinct(declarations(body))
                return None if members is None else replace(self, hidden=members)
            case ast.FunctionDef(args=args, body=body) | ast.AsyncFunctionDef(
                args=args, body=body
            ):
                given = distinct(a.arg for a in args.args + args.kwonlyargs)
                if given is None:
                    return None
                imports = (s for s in body if isinstance(s, ast.ImportFrom))
                known = self.declared.union(declarations(imports))
                return replace(self, declared=known, hidden=given, parameters=given)
            case _:
                return self


def is_public(name: str) -> bool:
    """Return whether a name is one that a document may lead to."""
    return _PUBLIC.fullmatch(name) is not None


def distinct(names: Iterable[str]) -> frozenset[str] | None:
    """Return names as a set, or None if one is there twice."""
    listed = list(names)
    found = frozenset(listed)
    return found if len(found) == len(listed) else None


def declarations(body: Iterable[ast.stmt]) -> list[str]:
    """Return the names that statements declare; the branches of an `if` declare the same."""
    found: list[str] = []
    for statement in body:
        match statement:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found += (alias.asname or alias.name for alias in names)
            case ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.append(name)
            case ast.FunctionDef(name=name):
                found.append(name)
                if name in ("__init__", "_attach"):
                    found += declarations(statement.body)
            case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)]):
                found.append(name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                found.append(name)
            case ast.If():
                found += {
                    *declarations(statement.body),
                    *declarations(statement.orelse),
                }
            case _:
                pass
    return found
