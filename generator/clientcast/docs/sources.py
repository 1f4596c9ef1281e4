"""Reader of Python sources by griffe, without importing them: signatures and docstrings."""

import ast
import inspect
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path

import griffe
from msgspec import Struct, field

from clientcast.docs.attribute_context import AttributeContext
from clientcast.docs.classes import Member
from clientcast.docs.code_texts import split_docstring
from clientcast.docs.package import MODELS_MODULE, MODELS_PACKAGE, Package, PackageError

# Without a handler, the warnings of griffe would be printed.
logging.getLogger("griffe").addHandler(logging.NullHandler())


class Docstring(Struct, frozen=True):
    """A docstring in Google style.

    Attributes:
        description: Text before the sections, in Markdown.
        summary: First paragraph of the description, on one line.
        text: Other paragraphs of the description.
        arguments, attributes, raises: Entries of these sections, by name.
        returns: Description of the return value.
        example: Code of the example.
    """

    description: str = ""
    summary: str = ""
    text: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    raises: Mapping[str, str] = field(default_factory=dict[str, str])
    returns: str = ""
    example: str = ""


EnumMembers = Mapping[str, Sequence[Member]]
"""The members of enums, by class."""


def read_module(package: Package, path: str) -> griffe.Module:
    """Read a module of a package.

    Raises:
        PackageError: If it is not valid Python.
    """
    return _visit(package, path, package.files[path])


class Declarations(Struct, frozen=True):
    """Classes and attributes of the model modules, by name, and the members of enums."""

    classes: Mapping[str, griffe.Class]
    attributes: Mapping[str, griffe.Attribute]
    members: EnumMembers


def read_declarations(package: Package) -> Declarations:
    """Read the model modules of a package.

    Raises:
        PackageError: If a module is not valid Python.
    """
    classes: dict[str, griffe.Class] = {}
    attributes: dict[str, griffe.Attribute] = {}
    members: dict[str, Sequence[Member]] = {}
    for path in package.modules_in("models") or (MODELS_MODULE,):
        if path != MODELS_PACKAGE:
            module, enum_members = _split_enum_members(package, path)
            classes |= module.classes
            attributes |= module.attributes
            members |= enum_members
    return Declarations(classes, attributes, members)


def _split_enum_members(
    package: Package, path: str
) -> tuple[griffe.Module, EnumMembers]:
    """Read a module without its enum members, and return both.

    The time of griffe is quadratic in the attributes of a class, and some enums have thousands
    of members.
    """
    lines = package.files[path].split("\n")
    members_by_class: dict[str, list[Member]] = {}
    try:
        body = ast.parse(package.files[path]).body
    except (SyntaxError, ValueError, RecursionError):
        body = []
    for cls in body:
        if not isinstance(cls, ast.ClassDef):
            continue
        for node, following in zip(cls.body, [*cls.body[1:], None], strict=True):
            if node.lineno == cls.lineno or not isinstance(node, ast.Assign):
                continue
            if isinstance(node.targets[0], ast.Name):
                text, end = _text_statement(following)
                value = parse_literal(ast.unparse(node.value))
                member = Member(node.targets[0].id, value, text)
                members_by_class.setdefault(cls.name, []).append(member)
                end = end or node.end_lineno or node.lineno
                lines[node.lineno - 1 : end] = ["    pass"] * (end - node.lineno + 1)
    return _visit(package, path, "\n".join(lines)), members_by_class


def _text_statement(node: ast.stmt | None) -> tuple[str, int | None]:
    """Return the text of a docstring and its last line; None for another statement."""
    match node:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return inspect.cleandoc(text), node.end_lineno
        case _:
            return "", None


def _visit(package: Package, path: str, text: str) -> griffe.Module:
    name = path.removesuffix(".py").replace("/", ".")
    try:
        extensions = griffe.Extensions(AttributeContext())
        return griffe.visit(name, Path(path), text, extensions=extensions)
    except SyntaxError as error:
        raise PackageError(
            f"{package.label}/{path}:{error.lineno or 1}: not valid Python: {error.msg}"
        ) from None
    except (ValueError, RecursionError) as error:
        raise PackageError(
            f"{package.label}/{path}: not valid Python: {error}"
        ) from None


def return_expression(package: Package, path: str, name: str) -> str:
    """Return the expression that a function of a module returns, or the name if there is none."""
    for node in ast.parse(package.files[path]).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            last = node.body[-1]
            if isinstance(last, ast.Return) and last.value is not None:
                return ast.unparse(last.value)
    return name


def source_lines(lines: Sequence[str], item: griffe.Object) -> str:
    """Return the source of a class, function or attribute from the lines of its module."""
    return "\n".join(lines[(item.lineno or 1) - 1 : item.endlineno])


def parse_docstring(item: griffe.Object) -> Docstring:
    """Parse the docstring of a class, function or attribute."""
    if item.docstring is None:
        return Docstring()
    head, tail, example = split_docstring(item.docstring.value)
    summary, _, text = head.partition("\n\n")
    entries_by_section: dict[str, dict[str, str]] = {
        "Args": {},
        "Attributes": {},
        "Raises": {},
    }
    returns = ""
    for section in _sections(tail):
        match section:
            case griffe.DocstringSectionParameters(value=entries):
                entries_by_section["Args"] = {e.name: e.description for e in entries}
            case griffe.DocstringSectionAttributes(value=entries):
                entries_by_section["Attributes"] = {
                    e.name: e.description for e in entries
                }
            case griffe.DocstringSectionRaises(value=raised):
                entries_by_section["Raises"] = {
                    str(e.annotation): e.description for e in raised
                }
            case griffe.DocstringSectionReturns(value=returned):
                returns = "\n".join(e.description for e in returned)
            case _:
                pass
    return Docstring(
        head,
        " ".join(summary.split()),
        text.strip("\n"),
        entries_by_section["Args"],
        entries_by_section["Attributes"],
        entries_by_section["Raises"],
        returns,
        example,
    )


def _sections(text: str) -> list[griffe.DocstringSection]:
    # griffe expects the first line without an indent, so that the text begins with an empty line.
    return griffe.parse_google(
        griffe.Docstring(text),
        returns_multiple_items=False,
        returns_named_value=False,
        warnings=False,
    )


def parse_literal(value: object) -> object:
    """Evaluate a Python literal; None if the text is not a literal."""
    try:
        result: object = ast.literal_eval(str(value))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return result


def call_arguments(value: object) -> tuple[list[str], dict[str, str]]:
    """Return the positional and the keyword arguments of a call, as Python expressions."""
    positional: list[str] = []
    keywords: dict[str, str] = {}
    if isinstance(value, griffe.ExprCall):
        for argument in value.arguments:
            if isinstance(argument, griffe.ExprKeyword):
                keywords[argument.name] = str(argument.value)
            else:
                positional.append(str(argument))
    return positional, keywords
