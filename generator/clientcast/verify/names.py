"""Names of a module and their visibility in each scope, as in Python."""

import ast
import re
from collections.abc import Container, Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from clientcast.verify.forms import ALLOWED_BUILTINS

_PUBLIC = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class FurthestMismatch:
    """The furthest location in a module at which matching failed."""

    def __init__(self) -> None:
        self.line, self.column = 1, 0

    def record(self, node: object) -> bool:
        """Record a node that does not match. Return False."""
        location = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
        self.line, self.column = max((self.line, self.column), location)
        return False


class AssumedImports(Mapping[str, Container[str]]):
    """The names that a module may import, assuming that others of its package declare any.

    Attributes:
        assumed: The module and name of each import that others have to declare.
    """

    def __init__(self, known: Mapping[str, frozenset[str]]) -> None:
        self._known = known
        self.assumed: set[tuple[str, str]] = set()

    def __getitem__(self, module: str) -> Container[str]:
        """Return the names of a module; those of the package are assumed."""
        if module in self._known:
            return self._known[module]
        if module.startswith("."):
            return _AssumedNames(module, self.assumed)
        raise KeyError(module)

    def __iter__(self) -> Iterator[str]:
        """Yield the modules that are known."""
        return iter(self._known)

    def __len__(self) -> int:
        """Return the number of modules that are known."""
        return len(self._known)


class _AssumedNames(Struct, frozen=True):
    """Any names of a module; each requested one is assumed."""

    module: str
    assumed: set[tuple[str, str]]

    def __contains__(self, name: object) -> bool:
        self.assumed.add((self.module, str(name)))
        return True


class VisibleNames(Struct, frozen=True):
    """The names that code in one scope can use.

    Attributes:
        importable: The names that may be imported, by module.
        mismatch: The furthest mismatch in the module.
        declared: The global names of the module and the imports of the function.
        shadowed: The members of the class or parameters, which shadow global names.
        parameters: The parameters of the function.
    """

    importable: Mapping[str, Container[str]]
    mismatch: FurthestMismatch
    declared: frozenset[str]
    shadowed: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()

    def is_global(self, name: str) -> bool:
        """Return whether a name refers to a global name of the module or a builtin."""
        return name not in self.shadowed and (
            name in self.declared or name in ALLOWED_BUILTINS
        )

    def inside_scope(self, node: ast.AST) -> "VisibleNames | None":
        """Return the names in the body of a node, or None if it declares a name twice."""
        match node:
            case ast.ClassDef(body=body):
                members = unique_or_none(declared_names(body))
                return None if members is None else replace(self, shadowed=members)
            case ast.FunctionDef(args=args, body=body) | ast.AsyncFunctionDef(
                args=args, body=body
            ):
                parameters = unique_or_none(a.arg for a in args.args + args.kwonlyargs)
                if parameters is None:
                    return None
                imports = (s for s in body if isinstance(s, ast.ImportFrom))
                known = self.declared.union(declared_names(imports))
                return replace(
                    self, declared=known, shadowed=parameters, parameters=parameters
                )
            case _:
                return self


def is_public(name: str) -> bool:
    """Return whether a name may be made from a name of the document."""
    return _PUBLIC.fullmatch(name) is not None


def unique_or_none(names: Iterable[str]) -> frozenset[str] | None:
    """Return names as a set, or None if a name is repeated."""
    listed = list(names)
    unique = frozenset(listed)
    return unique if len(unique) == len(listed) else None


def declared_names(body: Iterable[ast.stmt]) -> list[str]:
    """Return the names that statements declare, those of both branches of an `if` once."""
    declared: list[str] = []
    for statement in body:
        match statement:
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                declared += (alias.asname or alias.name for alias in names)
            case ast.ClassDef(name=name) | ast.AsyncFunctionDef(name=name):
                declared.append(name)
            case ast.FunctionDef(name=name):
                declared.append(name)
                if name == "__init__":
                    declared += declared_names(statement.body)
            case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)]):
                declared.append(name)
            case ast.Assign(targets=[ast.Tuple(elts=parts)]):
                declared += (part.id for part in parts if isinstance(part, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                declared.append(name)
            case ast.If(body=body, orelse=orelse):
                names_in_body = declared_names(body)
                declared += names_in_body
                declared += {*declared_names(orelse)} - {*names_in_body}
            case _:
                pass
    return declared
