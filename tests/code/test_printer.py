"""Tests of nodes: their source, their imports and shadowed names."""

import ast

import pytest
from clientcast.code import (
    NONE,
    Arguments,
    Assignment,
    Attribute,
    Builtin,
    Call,
    Constant,
    Dict,
    Expression,
    Import,
    Imports,
    Lambda,
    List,
    Name,
    Parameter,
    Quoted,
    Signature,
    Subscript,
    Tuple,
    Union,
    imported,
    imports_in,
    qualify,
    qualify_signature,
    to_source,
    union,
)

DATE = imported("datetime", "date")
LITERAL = imported("typing", "Literal")


@pytest.mark.parametrize(
    ("node", "source"),
    [
        (Attribute(Name("a"), "b"), "a.b"),
        (Call(Name("f")), "f()"),
        (
            Call(Name("f"), Arguments((Name("a"),), (("b", Constant(1)),))),
            "f(a, b=1)",
        ),
        (Dict(((Constant("k"), Name("v")),)), '{"k": v}'),
        (Lambda(union(Name("A"), Name("B"))), "lambda: A | B"),
        (List((Name("a"), Name("b"))), "[a, b]"),
        (Tuple(()), "()"),
        (Tuple((Name("a"),)), "(a,)"),
        (Quoted(union(Name("A"), NONE)), '"A | None"'),
        (Quoted(Subscript(LITERAL, (Constant('"]'),))), '"Literal[\\"\\\\\\"]\\"]"'),
        (Constant(True), "True"),
        (Constant(1.5), "1.5"),
        (Constant(float("inf")), "1e999"),
        (Constant(b"ab"), 'b"ab"'),
        (Constant(...), "..."),
        (Assignment("a", Builtin("int")), "a: int"),
        (Assignment("a", value=Constant("x")), 'a = "x"'),
    ],
)
def test_node_is_printed_as_source(node: Expression, source: str) -> None:
    assert to_source(node) == source
    ast.parse(source)


def test_signature_has_self_and_a_star_before_keyword_only_parameters() -> None:
    signature = Signature(
        (Parameter("a", Builtin("int")),),
        (Parameter("b", union(Builtin("str"), NONE), NONE),),
    )
    assert to_source(signature) == "self, a: int, *, b: str | None = None"


@pytest.mark.parametrize(
    "text", ["]|[", 'a" | Literal["', "\\", "a\\", "'", '"""', "\n", "|", "", "{x}"]
)
def test_literal_in_a_union_keeps_its_text(text: str) -> None:
    literal = Subscript(LITERAL, (Constant(text),))
    tree = ast.parse(to_source(union(Builtin("int"), literal, NONE)), mode="eval").body
    assert isinstance(tree, ast.BinOp) and isinstance(tree.left, ast.BinOp)
    member = tree.left.right
    assert isinstance(member, ast.Subscript)
    assert ast.literal_eval(member.slice) == text


@pytest.mark.parametrize("name", ["a b", "a;b", "", "1a", "a.b", "ａ", "a\n", "a(b"])
def test_name_that_is_no_identifier_raises_an_error(name: str) -> None:
    with pytest.raises(ValueError, match="no identifier"):
        to_source(Name(name))
    with pytest.raises(ValueError, match="no identifier"):
        to_source(Attribute(Name("a"), name))
    with pytest.raises(ValueError, match="no identifier"):
        to_source(Assignment(name, Builtin("int")))
    with pytest.raises(ValueError, match="no identifier"):
        to_source(Call(Name("f"), Arguments((), ((name, NONE),))))


def test_nan_raises_an_error() -> None:
    with pytest.raises(ValueError, match="NaN"):
        to_source(Constant(float("nan")))


def test_union_merges_nested_unions_and_ends_with_none() -> None:
    a, b = Name("A"), Name("B")
    assert union(a, NONE, union(b, a)) == Union((a, b, NONE))
    assert union(a, a) == a


def test_union_keeps_literals_that_compare_equal() -> None:
    one, true = (Subscript(LITERAL, (Constant(value),)) for value in (1, True))
    assert to_source(union(one, true)) == "Literal[1] | Literal[True]"


def test_imports_are_found_at_any_depth() -> None:
    node = Call(
        Subscript(Name("Call", Import("._runtime.call.request", "Call")), (DATE,)),
        Arguments((Quoted(LITERAL),), (("a", Dict(((NONE, imported("m", "n")),))),)),
    )
    assert set(imports_in(node)) == {
        Import("._runtime.call.request", "Call"),
        Import("datetime", "date"),
        Import("typing", "Literal"),
        Import("m", "n"),
    }


def test_import_lines_are_grouped_and_sorted() -> None:
    imports = Imports(
        frozenset(
            {
                Import(".models", "B"),
                Import("typing", "Any"),
                Import("httpx2"),
                Import("datetime", "date", "date_type"),
                Import("datetime", "datetime"),
            }
        )
    )
    assert to_source(imports).splitlines() == [
        "from datetime import datetime",
        "from datetime import date as date_type",
        "from typing import Any",
        "",
        "import httpx2",
        "",
        "from .models import B",
    ]


def test_imports_in_a_folder_are_relative_to_it() -> None:
    names = frozenset(
        {Import(".models.a", "A"), Import("._runtime.codec.model", "Model")}
    )
    assert to_source(Imports(names, "models")).splitlines() == [
        "from .._runtime.codec.model import Model",
        "from .a import A",
    ]


def test_shadowed_builtin_is_qualified_with_its_module() -> None:
    shadowed = frozenset({"list", "filter"})
    annotation = Subscript(Builtin("list"), (Builtin("str"),))
    assert to_source(qualify(annotation, shadowed)) == "builtins.list[str]"
    parameter = Parameter("filter", annotation)
    signature = qualify_signature(Signature((parameter,)), shadowed)
    assert to_source(signature) == "self, filter: builtins.list[str]"


def test_shadowed_import_gets_an_alias() -> None:
    node = qualify(union(DATE, NONE), frozenset({"date"}))
    assert to_source(node) == "date_type | None"
    assert set(imports_in(node)) == {Import("datetime", "date", "date_type")}


def test_text_in_a_literal_is_not_qualified() -> None:
    node = Subscript(LITERAL, (Constant("list"),))
    assert qualify(node, frozenset({"list"})) == node
