"""Matching of syntax trees against the forms of `forms` and `expression_forms`."""

import ast
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from string import Template
from typing import Any

from clientcast.plain import is_list
from clientcast.values import as_dict
from clientcast.verify.expression_forms import EXPRESSION_FORMS
from clientcast.verify.forms import (
    ALLOWED_BUILTINS,
    ANNOTATION_BUILTINS,
    STATEMENT_FORMS,
)
from clientcast.verify.importable import LIBRARY_NAMES
from clientcast.verify.names import VisibleNames, is_public
from clientcast.view import Mode

Matcher = Callable[[Any, VisibleNames], bool]
MatcherTable = dict[type[ast.AST], list[Matcher]]


def _is_import(node: ast.Import, names: VisibleNames) -> bool:
    return all(
        alias.asname is None and "" in names.importable.get(alias.name, ())
        for alias in node.names
    )


def _is_import_from(node: ast.ImportFrom, names: VisibleNames) -> bool:
    module = "." * node.level + (node.module or "")
    importable = names.importable.get(module, ())
    return all(
        alias.name in importable and alias.asname in (None, f"{alias.name}_type")
        for alias in node.names
    )


def _constant_matcher(*types: type) -> Matcher:
    return lambda node, names: type(node.value) in types


_NOT_IN_ANNOTATIONS = ALLOWED_BUILTINS - ANNOTATION_BUILTINS | {
    m for m, names in LIBRARY_NAMES.items() if "" in names
}

PRIMITIVES: dict[str, tuple[type[ast.AST], Matcher]] = {
    "_flag": (ast.Constant, _constant_matcher(bool)),
    "_literal": (ast.Constant, _constant_matcher(str, int, float, bool)),
    "_number": (ast.Constant, _constant_matcher(int, float)),
    "_text": (ast.Constant, _constant_matcher(str)),
    "_name": (ast.Name, lambda node, names: is_public(node.id)),
    "_parameter": (ast.Name, lambda node, names: node.id in names.parameters),
    "_global": (
        ast.Name,
        lambda node, names: node.id not in ALLOWED_BUILTINS
        and names.is_global(node.id),
    ),
    "_type_name": (
        ast.Name,
        lambda node, names: (
            names.is_global(node.id) and node.id not in _NOT_IN_ANNOTATIONS
        ),
    ),
}
"""Kinds of code that are a single node: its type and a matcher."""

_IDENTIFIERS: dict[str, Callable[[str], bool]] = {
    "_name": is_public,
    "_builtin": ANNOTATION_BUILTINS.__contains__,
    "_trusted_servers": "trusted_servers".__eq__,
}
_IMPLICIT_PARAMETERS = frozenset(("self", "sender", "server", "stores", "base_url"))
"""Parameters of functions whose bodies have forms of their own."""
_IGNORED_FIELDS = ("ctx", "kind", "simple", "type_comment")


@cache
def module_matcher(kind: str, mode: Mode) -> Matcher:
    """Return the matcher of the body of a module of a kind."""
    return _matcher_builder(mode).sequence_matcher([ast.Expr(ast.Name(kind))])


@cache
def _matcher_builder(mode: Mode) -> "_MatcherBuilder":
    return _MatcherBuilder(mode)


class _MatcherBuilder:
    """Builder of matchers from the forms, for one mode."""

    def __init__(self, mode: Mode) -> None:
        self._mode_values = as_dict(mode)
        self._tables: dict[str, MatcherTable] = {}

    def _matcher_table(self, kind: str) -> MatcherTable:
        """Return the matchers of the forms of a kind, by the type of their outermost node."""
        if kind in self._tables:
            return self._tables[kind]
        table = self._tables[kind] = {}
        if kind in PRIMITIVES:
            type_, matcher = PRIMITIVES[kind]
            table[type_] = [matcher]
        elif kind == "_import":
            table |= {ast.Import: [_is_import], ast.ImportFrom: [_is_import_from]}
        elif kind == "_quoted_type":
            table[ast.Constant] = [self._is_quoted_type]
        for form in self._parse_forms(kind):
            placeholder = self._placeholder_kind(form)
            if placeholder:
                for type_, matchers in self._matcher_table(placeholder).items():
                    table.setdefault(type_, []).extend(matchers)
            else:
                matcher = self._matcher(form, _IMPLICIT_PARAMETERS)
                table.setdefault(type(form), []).append(matcher)
        return table

    def _parse_forms(self, kind: str) -> list[ast.AST]:
        """Return the syntax trees of the forms of a kind."""
        text = STATEMENT_FORMS.get(kind) or EXPRESSION_FORMS.get(kind, "")
        body = ast.parse(Template(text).substitute(self._mode_values)).body
        if kind in STATEMENT_FORMS:
            return [*body]
        return [form.value for form in body if isinstance(form, ast.Expr)]

    def _placeholder_kind(self, form: object) -> str:
        """Return the kind that a form is a placeholder of; empty if it is none."""
        match form:
            case ast.Expr(value=ast.Name(id=name)) if name in STATEMENT_FORMS:
                return name
            case ast.Name(id=name) if name in (
                *EXPRESSION_FORMS,
                *PRIMITIVES,
                "_quoted_type",
            ):
                return name
            case ast.Starred(value=value):
                return self._placeholder_kind(value)
            case _:
                return ""

    def _kind_matcher(self, kind: str) -> Matcher:
        """Return the matcher of any form of a kind."""
        table = self._matcher_table(kind)

        def matches(node: Any, names: VisibleNames) -> bool:
            for matcher in table.get(node.__class__, ()):
                if matcher(node, names):
                    return True
            return names.mismatch.record(node)

        return matches

    def _matcher(self, form: Any, parameters: frozenset[str]) -> Matcher:
        """Return the matcher of a form.

        Args:
            form: The form.
            parameters: The names in it that are parameters of the enclosing function.
        """
        if kind := self._placeholder_kind(form):
            return self._kind_matcher(kind)
        if is_list(form):
            return self.sequence_matcher(form, parameters)
        match form:
            case str() if form in _IDENTIFIERS:
                is_known = _IDENTIFIERS[form]
                return lambda node, names: is_known(node)
            case ast.Name(id=name):
                return _name_matcher(name, is_parameter=name in parameters)
            case ast.BinOp(left=ast.Name(id="_type"), right=ast.Name(id="_type")):
                return self._is_type_union
            case ast.Subscript(value=value, slice=index_form):
                return self._subscript_matcher(value, index_form, parameters)
            case ast.Dict(keys=[key], values=[value]):
                return self._dict_matcher(key, value, parameters)
            case ast.arguments():
                return self._parameters_matcher(form, parameters)
            case ast.AST():
                return self._node_matcher(form, parameters)
            case _:
                return lambda node, names: type(node) is type(form) and node == form

    def _node_matcher(self, form: ast.AST, parameters: frozenset[str]) -> Matcher:
        """Return a matcher of nodes of the same type, which compares field by field."""
        node_type, body_parameters = type(form), parameters
        if isinstance(form, ast.FunctionDef | ast.AsyncFunctionDef):
            body_parameters = frozenset(
                a.arg for a in form.args.args + form.args.kwonlyargs
            )
        field_matchers: list[tuple[str, Matcher]] = []
        for name, value in ast.iter_fields(form):
            if name == "keywords":
                field_matchers.append((name, self._keywords_matcher(value, parameters)))
            elif name not in (*_IGNORED_FIELDS, "body"):
                field_matchers.append((name, self._matcher(value, parameters)))
        matches_body = self._matcher(getattr(form, "body", None), body_parameters)

        def matches(node: Any, names: VisibleNames) -> bool:
            if type(node) is not node_type:
                return names.mismatch.record(node)
            for name, matches_field in field_matchers:
                if not matches_field(getattr(node, name), names):
                    return names.mismatch.record(node)
            inner = names.inside_scope(node)
            if inner is None:
                return names.mismatch.record(node)
            return matches_body(getattr(node, "body", None), inner)

        return matches

    def sequence_matcher(
        self, forms: Sequence[ast.AST], parameters: frozenset[str] = frozenset()
    ) -> Matcher:
        """Return the matcher of a list of nodes, some of which may be repeated."""
        return _items_matcher(
            (
                self._matcher(form, parameters),
                isinstance(form, ast.Expr | ast.Starred)
                and self._placeholder_kind(form) != "",
            )
            for form in forms
        )

    def _keywords_matcher(
        self, forms: list[ast.keyword], parameters: frozenset[str]
    ) -> Matcher:
        """Return the matcher of keyword arguments: each at most once, in any order."""
        values = {form.arg: self._matcher(form.value, parameters) for form in forms}

        def matches(nodes: Any, names: VisibleNames) -> bool:
            seen: set[str] = set()
            for node in nodes:
                matcher = values.get(node.arg, values.get(None))
                if node.arg is None or node.arg in seen or matcher is None:
                    return names.mismatch.record(node)
                if not matcher(node.value, names):
                    return False
                seen.add(node.arg)
            return True

        return matches

    def _parameters_matcher(
        self, form: ast.arguments, outer: frozenset[str]
    ) -> Matcher:
        """Return the matcher of parameters: a parameter with a placeholder may be repeated."""
        fixed = {argument.arg for argument in form.args + form.kwonlyargs}

        def matcher(
            argument: ast.arg, default: ast.expr | None
        ) -> tuple[Matcher, bool]:
            is_repeated = argument.arg in _IDENTIFIERS
            name = self._matcher(argument.arg, outer)
            annotation = self._matcher(argument.annotation, outer)
            matches_default = self._matcher(default, outer)

            def matches(node: Any, names: VisibleNames) -> bool:
                parameter, value = node
                if is_repeated and parameter.arg in fixed:
                    return False
                return (
                    name(parameter.arg, names)
                    and annotation(parameter.annotation, names)
                    and (is_repeated and value is None or matches_default(value, names))
                ) or names.mismatch.record(parameter)

            return matches, is_repeated

        positional, keyword = (
            _items_matcher(matcher(*pair) for pair in pairs)
            for pairs in _with_defaults(form)
        )

        def matches(node: Any, names: VisibleNames) -> bool:
            if node.posonlyargs or node.vararg or node.kwarg:
                return names.mismatch.record(node)
            first, others = _with_defaults(node)
            return positional(first, names) and keyword(others, names)

        return matches

    def _subscript_matcher(
        self, value: ast.expr, index_form: ast.expr, parameters: frozenset[str]
    ) -> Matcher:
        """Return the matcher of a subscript; a single index counts as a tuple of one item."""
        outer = self._matcher(value, parameters)
        items = self.sequence_matcher(_subscript_items(index_form), parameters)
        return lambda node, names: (
            type(node) is ast.Subscript
            and outer(node.value, names)
            and items(_subscript_items(node.slice), names)
        )

    def _dict_matcher(
        self, key: ast.expr | None, value: ast.expr, parameters: frozenset[str]
    ) -> Matcher:
        """Return the matcher of a dict display with any number of items."""
        is_key = self._matcher(key, parameters)
        is_value = self._matcher(value, parameters)
        return lambda node, names: type(node) is ast.Dict and all(
            is_key(key, names) and is_value(value, names)
            for key, value in zip(node.keys, node.values, strict=True)
        )

    def _is_type_union(self, node: Any, names: VisibleNames) -> bool:
        """Match a union of types of any length, without recursion."""
        is_type = self._kind_matcher("_type")
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            if not is_type(node.right, names):
                return False
            node = node.left
        return is_type(node, names)

    def _is_quoted_type(self, node: Any, names: VisibleNames) -> bool:
        """Match a string that contains an annotation."""
        try:
            quoted = ast.parse(node.value, mode="eval").body
        except (SyntaxError, TypeError, ValueError):
            return False
        return self._kind_matcher("_type")(quoted, names)


def _name_matcher(name: str, *, is_parameter: bool) -> Matcher:
    """Return the matcher of a name that is no placeholder."""

    def matches(node: Any, names: VisibleNames) -> bool:
        if type(node) is not ast.Name or node.id != name:
            return names.mismatch.record(node)
        return name in names.parameters if is_parameter else names.is_global(name)

    return matches


def _items_matcher(items: Iterable[tuple[Matcher, bool]]) -> Matcher:
    """Return the matcher of a list from matchers of its items, some of which may repeat."""
    expected = tuple(items)

    def matches(nodes: Any, names: VisibleNames) -> bool:
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


def _subscript_items(index_form: ast.expr) -> list[ast.expr]:
    return index_form.elts if isinstance(index_form, ast.Tuple) else [index_form]


_Pairs = list[tuple[ast.arg, ast.expr | None]]


def _with_defaults(node: ast.arguments) -> tuple[_Pairs, _Pairs]:
    """Return positional and keyword parameters with their defaults."""
    absent = [None] * (len(node.args) - len(node.defaults))
    return (
        list(zip(node.args, [*absent, *node.defaults], strict=True)),
        list(zip(node.kwonlyargs, node.kw_defaults, strict=True)),
    )
