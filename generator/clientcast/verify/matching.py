"""Matches syntax trees with the forms of `forms`."""

import ast
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from functools import cache
from string import Template
from typing import Any

from clientcast.plain import is_list
from clientcast.verify.forms import BUILTINS, EXPRESSIONS, LIBRARIES, STATEMENTS, TYPES
from clientcast.verify.names import Names, is_public
from clientcast.view import Mode

Matcher = Callable[[Any, Names], bool]
Table = dict[type[ast.AST], list[Matcher]]


def _is_import(node: ast.Import, names: Names) -> bool:
    return all(
        alias.asname is None and "" in names.importable.get(alias.name, ())
        for alias in node.names
    )


def _is_import_from(node: ast.ImportFrom, names: Names) -> bool:
    module = "." * node.level + (node.module or "")
    known = names.importable.get(module, frozenset())
    return all(
        alias.name in known and alias.asname in (None, f"{alias.name}_type")
        for alias in node.names
    )


def _is_constant(*types: type) -> Matcher:
    return lambda node, names: type(node.value) in types


_NO_TYPES = BUILTINS - TYPES | {m for m, names in LIBRARIES.items() if "" in names}

PRIMITIVES: dict[str, tuple[type[ast.AST], Matcher]] = {
    "_flag": (ast.Constant, _is_constant(bool)),
    "_literal": (ast.Constant, _is_constant(str, int, float, bool)),
    "_number": (ast.Constant, _is_constant(int, float)),
    "_text": (ast.Constant, _is_constant(str)),
    "_name": (ast.Name, lambda node, names: is_public(node.id)),
    "_parameter": (ast.Name, lambda node, names: node.id in names.parameters),
    "_global": (
        ast.Name,
        lambda node, names: node.id not in BUILTINS and names.is_global(node.id),
    ),
    "_type_name": (
        ast.Name,
        lambda node, names: (names.is_global(node.id) and node.id not in _NO_TYPES),
    ),
}
"""Kinds of code that are one node: its type, and what else is true of it."""

_IDENTIFIERS: dict[str, Callable[[str], bool]] = {
    "_name": is_public,
    "_builtin": TYPES.__contains__,
    "_trusted_servers": "trusted_servers".__eq__,
}
_PARAMETERS = frozenset(("self", "sender"))
"""What forms without a function around them mean by these names."""
_NOT_COMPARED = ("ctx", "kind", "simple", "type_comment")


@cache
def module_matcher(kind: str, mode: Mode) -> Matcher:
    """Return what matches the body of a module of a kind."""
    return _Forms(mode).sequence([ast.Expr(ast.Name(kind))])


class _Forms:
    """Makes matchers of the forms, in the words of a mode."""

    def __init__(self, mode: Mode) -> None:
        self._words = asdict(mode)
        self._tables: dict[str, Table] = {}

    def _table(self, kind: str) -> Table:
        """Return the forms of a kind, by the type of their outermost node."""
        if kind in self._tables:
            return self._tables[kind]
        table = self._tables[kind] = {}
        if kind in PRIMITIVES:
            type_, matcher = PRIMITIVES[kind]
            table[type_] = [matcher]
        elif kind == "_import":
            table |= {ast.Import: [_is_import], ast.ImportFrom: [_is_import_from]}
        elif kind == "_quoted_type":
            table[ast.Constant] = [self._quoted]
        for form in self._forms(kind):
            same = self._kind(form)
            if same:
                for type_, matchers in self._table(same).items():
                    table.setdefault(type_, []).extend(matchers)
            else:
                matcher = self._matcher(form, _PARAMETERS)
                table.setdefault(type(form), []).append(matcher)
        return table

    def _forms(self, kind: str) -> list[ast.AST]:
        text = STATEMENTS.get(kind) or EXPRESSIONS.get(kind, "")
        body = ast.parse(Template(text).substitute(self._words)).body
        if kind in STATEMENTS:
            return [*body]
        return [form.value for form in body if isinstance(form, ast.Expr)]

    def _kind(self, form: object) -> str:
        """Return the kind that a form stands for, empty if it stands for itself."""
        match form:
            case ast.Expr(value=ast.Name(id=name)) if name in STATEMENTS:
                return name
            case ast.Name(id=name) if name in (
                *EXPRESSIONS,
                *PRIMITIVES,
                "_quoted_type",
            ):
                return name
            case ast.Starred(value=value):
                return self._kind(value)
            case _:
                return ""

    def _any_of(self, kind: str) -> Matcher:
        table = self._table(kind)

        def matches(node: Any, names: Names) -> bool:
            for matcher in table.get(node.__class__, ()):
                if matcher(node, names):
                    return True
            return names.trail.miss(node)

        return matches

    def _matcher(self, form: Any, parameters: frozenset[str]) -> Matcher:
        """Return what matches a form.

        Args:
            form: The form.
            parameters: The names in it that are parameters of the form around it.
        """
        if kind := self._kind(form):
            return self._any_of(kind)
        if is_list(form):
            return self.sequence(form, parameters)
        match form:
            case str() if form in _IDENTIFIERS:
                is_known = _IDENTIFIERS[form]
                return lambda node, names: is_known(node)
            case ast.Name(id=name):
                return _is_name(name, is_parameter=name in parameters)
            case ast.BinOp(left=ast.Name(id="_type"), right=ast.Name(id="_type")):
                return self._union
            case ast.Subscript(value=value, slice=inside):
                return self._subscript(value, inside, parameters)
            case ast.Dict(keys=[key], values=[value]):
                return self._mapping(key, value, parameters)
            case ast.arguments():
                return self._parameters(form, parameters)
            case ast.AST():
                return self._node(form, parameters)
            case _:
                return lambda node, names: type(node) is type(form) and node == form

    def _node(self, form: ast.AST, parameters: frozenset[str]) -> Matcher:
        """Return what matches a node of the same type, field by field."""
        kind, within = type(form), parameters
        if isinstance(form, ast.FunctionDef | ast.AsyncFunctionDef):
            within = frozenset(a.arg for a in form.args.args + form.args.kwonlyargs)
        parts: list[tuple[str, Matcher]] = []
        for name, value in ast.iter_fields(form):
            if name == "keywords":
                parts.append((name, self._keywords(value, parameters)))
            elif name not in (*_NOT_COMPARED, "body"):
                parts.append((name, self._matcher(value, parameters)))
        body = self._matcher(getattr(form, "body", None), within)

        def matches(node: Any, names: Names) -> bool:
            if type(node) is not kind:
                return names.trail.miss(node)
            for name, part in parts:
                if not part(getattr(node, name), names):
                    return names.trail.miss(node)
            inner = names.within(node)
            if inner is None:
                return names.trail.miss(node)
            return body(getattr(node, "body", None), inner)

        return matches

    def sequence(
        self, forms: Sequence[ast.AST], parameters: frozenset[str] = frozenset()
    ) -> Matcher:
        """Return what matches a list of nodes, of which some may be repeated."""
        return _in_turn(
            (
                self._matcher(form, parameters),
                isinstance(form, ast.Expr | ast.Starred) and self._kind(form) != "",
            )
            for form in forms
        )

    def _keywords(
        self, forms: list[ast.keyword], parameters: frozenset[str]
    ) -> Matcher:
        """Return what matches keyword arguments: each once, in any order, or absent."""
        values = {form.arg: self._matcher(form.value, parameters) for form in forms}

        def matches(nodes: Any, names: Names) -> bool:
            seen: set[str] = set()
            for node in nodes:
                matcher = values.get(node.arg, values.get(None))
                if node.arg is None or node.arg in seen or matcher is None:
                    return names.trail.miss(node)
                if not matcher(node.value, names):
                    return False
                seen.add(node.arg)
            return True

        return matches

    def _parameters(self, form: ast.arguments, outer: frozenset[str]) -> Matcher:
        """Return what matches parameters: any number of those with a name of any kind."""

        fixed = {argument.arg for argument in form.args + form.kwonlyargs}

        def matcher(
            argument: ast.arg, default: ast.expr | None
        ) -> tuple[Matcher, bool]:
            is_repeated = argument.arg in _IDENTIFIERS
            name = self._matcher(argument.arg, outer)
            annotation = self._matcher(argument.annotation, outer)
            usual = self._matcher(default, outer)

            def matches(node: Any, names: Names) -> bool:
                given, value = node
                if is_repeated and given.arg in fixed:
                    return False
                return (
                    name(given.arg, names)
                    and annotation(given.annotation, names)
                    and (is_repeated and value is None or usual(value, names))
                ) or names.trail.miss(given)

            return matches, is_repeated

        positional, keyword = (
            _in_turn(matcher(*pair) for pair in pairs) for pairs in _with_defaults(form)
        )

        def matches(node: Any, names: Names) -> bool:
            if node.posonlyargs or node.vararg or node.kwarg:
                return names.trail.miss(node)
            first, others = _with_defaults(node)
            return positional(first, names) and keyword(others, names)

        return matches

    def _subscript(
        self, value: ast.expr, inside: ast.expr, parameters: frozenset[str]
    ) -> Matcher:
        """Return what matches a subscript; one item is a tuple of one."""
        outer = self._matcher(value, parameters)
        items = self.sequence(_items(inside), parameters)
        return lambda node, names: (
            type(node) is ast.Subscript
            and outer(node.value, names)
            and items(_items(node.slice), names)
        )

    def _mapping(
        self, key: ast.expr | None, value: ast.expr, parameters: frozenset[str]
    ) -> Matcher:
        """Return what matches any number of pairs."""
        is_key = self._matcher(key, parameters)
        is_value = self._matcher(value, parameters)
        return lambda node, names: type(node) is ast.Dict and all(
            is_key(key, names) and is_value(value, names)
            for key, value in zip(node.keys, node.values, strict=True)
        )

    def _union(self, node: Any, names: Names) -> bool:
        """Match a union of types, of any length without recursion."""
        is_type = self._any_of("_type")
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            if not is_type(node.right, names):
                return False
            node = node.left
        return is_type(node, names)

    def _quoted(self, node: Any, names: Names) -> bool:
        """Match a text that is an annotation."""
        try:
            quoted = ast.parse(node.value, mode="eval").body
        except (SyntaxError, TypeError, ValueError):
            return False
        return self._any_of("_type")(quoted, names)


def _is_name(name: str, *, is_parameter: bool) -> Matcher:
    """Return what matches a name that stands for itself."""

    def matches(node: Any, names: Names) -> bool:
        if type(node) is not ast.Name or node.id != name:
            return names.trail.miss(node)
        return name in names.parameters if is_parameter else names.is_global(name)

    return matches


def _in_turn(items: Iterable[tuple[Matcher, bool]]) -> Matcher:
    """Return what matches a list, item by item, of which some may be repeated."""
    expected = tuple(items)

    def matches(nodes: Any, names: Names) -> bool:
        index = 0
        for matcher, is_repeated in expected:
            if is_repeated:
                while index < len(nodes) and matcher(nodes[index], names):
                    index += 1
            elif index < len(nodes) and matcher(nodes[index], names):
                index += 1
            else:
                return False
        return index == len(nodes)

    return matches


def _items(inside: ast.expr) -> list[ast.expr]:
    return inside.elts if isinstance(inside, ast.Tuple) else [inside]


_Pairs = list[tuple[ast.arg, ast.expr | None]]


def _with_defaults(node: ast.arguments) -> tuple[_Pairs, _Pairs]:
    """Return positional and keyword parameters with their defaults."""
    absent = [None] * (len(node.args) - len(node.defaults))
    return (
        list(zip(node.args, [*absent, *node.defaults], strict=True)),
        list(zip(node.kwonlyargs, node.kw_defaults, strict=True)),
    )
