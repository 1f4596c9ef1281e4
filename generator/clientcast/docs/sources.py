"""Python sources as griffe reads them: signatures, annotations and docstrings, nothing imported."""

import ast
import logging
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import griffe

from clientcast.docs.attribute_context import AttributeContext
from clientcast.docs.package import MODELS_MODULE, MODELS_PACKAGE, Package, PackageError

# What griffe has to say is for its own users; without a handler it would be printed.
logging.getLogger("griffe").addHandler(logging.NullHandler())

_SECTION_ORDER = ("Args:", "Attributes:", "Returns:", "Raises:", "Examples::")


@dataclass(frozen=True, slots=True)
class Docstring:
    """A docstring in Google's style.

    Attributes:
        description: What stands before its sections, in Markdown.
        summary: The first paragraph of that, on one line.
        text: The other paragraphs.
        arguments, attributes, raises: The entries of these sections, by name.
        returns: What is returned.
        example: The program of its example.
    """

    description: str = ""
    summary: str = ""
    text: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    raises: Mapping[str, str] = field(default_factory=dict[str, str])
    returns: str = ""
    example: str = ""


EnumMembers = Mapping[str, Mapping[str, object]]
"""The values of enums, by class and name."""


def read_module(package: Package, path: str) -> griffe.Module:
    """A module of a package.

    Raises:
        PackageError: It is no Python.
    """
    return _visit(package, path, package.files[path])


@dataclass(frozen=True, slots=True)
class Declarations:
    """What the modules of models declare, by name, and the members of enums."""

    classes: Mapping[str, griffe.Class]
    attributes: Mapping[str, griffe.Attribute]
    members: EnumMembers


def read_declarations(package: Package) -> Declarations:
    """What the models of a package are.

    Raises:
        PackageError: A module is no Python.
    """
    classes: dict[str, griffe.Class] = {}
    attributes: dict[str, griffe.Attribute] = {}
    members: dict[str, Mapping[str, object]] = {}
    for path in package.modules_in("models") or (MODELS_MODULE,):
        if path != MODELS_PACKAGE:
            found, enum_members = _split_enum_members(package, path)
            classes |= found.classes
            attributes |= found.attributes
            members |= enum_members
    return Declarations(classes, attributes, members)


def _split_enum_members(
    package: Package, path: str
) -> tuple[griffe.Module, EnumMembers]:
    """A module without the members of its enums, and these.

    What griffe needs for a class grows with the square of its attributes, and some enums have
    many thousands.
    """
    lines = package.files[path].split("\n")
    found: dict[str, dict[str, object]] = {}
    try:
        body = ast.parse(package.files[path]).body
    except (SyntaxError, ValueError, RecursionError):
        body = []
    for cls in body:
        if not isinstance(cls, ast.ClassDef):
            continue
        for node in cls.body:
            if node.lineno == cls.lineno or not isinstance(node, ast.Assign):
                continue
            if isinstance(node.targets[0], ast.Name):
                members = found.setdefault(cls.name, {})
                members[node.targets[0].id] = parse_literal(ast.unparse(node.value))
                for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                    lines[number] = "    pass"
    return _visit(package, path, "\n".join(lines)), found


def _visit(package: Package, path: str, text: str) -> griffe.Module:
    name = path.removesuffix(".py").replace("/", ".")
    try:
        extensions = griffe.Extensions(AttributeContext())
        return griffe.visit(name, Path(path), text, extensions=extensions)
    except SyntaxError as error:
        raise PackageError(
            f"{package.label}/{path}:{error.lineno or 1}: this is not Python: {error.msg}"
        ) from None
    except (ValueError, RecursionError) as error:
        raise PackageError(
            f"{package.label}/{path}: this is not Python: {error}"
        ) from None


def return_expression(package: Package, path: str, name: str) -> str:
    """What a function of a module returns, as Python text; a name that is no function's as it is."""
    for node in ast.parse(package.files[path]).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            last = node.body[-1]
            if isinstance(last, ast.Return) and last.value is not None:
                return ast.unparse(last.value)
    return name


def source_lines(lines: Sequence[str], item: griffe.Object) -> str:
    """The source of a class, function or attribute, of the lines of its module."""
    return "\n".join(lines[(item.lineno or 1) - 1 : item.endlineno])


def parse_docstring(item: griffe.Object) -> Docstring:
    """The docstring of a class, function or attribute."""
    if item.docstring is None:
        return Docstring()
    head, tail = _split_sections(item.docstring.value)
    tail, _, example = f"\n{tail}".partition(f"\n{_SECTION_ORDER[-1]}\n")
    summary, _, text = head.partition("\n\n")
    found: dict[str, dict[str, str]] = {"Args": {}, "Attributes": {}, "Raises": {}}
    returns = ""
    for section in _sections(tail):
        match section:
            case griffe.DocstringSectionParameters(value=entries):
                found["Args"] = {e.name: e.description for e in entries}
            case griffe.DocstringSectionAttributes(value=entries):
                found["Attributes"] = {e.name: e.description for e in entries}
            case griffe.DocstringSectionRaises(value=raised):
                found["Raises"] = {str(e.annotation): e.description for e in raised}
            case griffe.DocstringSectionReturns(value=returned):
                returns = "\n".join(e.description for e in returned)
            case _:
                pass
    return Docstring(
        head,
        " ".join(summary.split()),
        text.strip("\n"),
        found["Args"],
        found["Attributes"],
        found["Raises"],
        returns,
        textwrap.dedent(example).strip("\n"),
    )


def _sections(text: str) -> list[griffe.DocstringSection]:
    # A first line is taken for one without an indent: the text begins with an empty one.
    return griffe.parse_google(
        griffe.Docstring(text),
        returns_multiple_items=False,
        returns_named_value=False,
        warnings=False,
    )


def _split_sections(text: str) -> tuple[str, str]:
    """What stands before the sections of a docstring, and the sections.

    The description of an operation is someone else's text. What looks like a section in it is
    none: ours are the last, each once, in their order, with nothing but entries below them.
    """
    lines = text.split("\n")
    start = len(lines)
    first = len(_SECTION_ORDER)
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        if not line or line.startswith(" "):
            continue
        if line not in _SECTION_ORDER[:first]:
            break
        start, first = index, _SECTION_ORDER.index(line)
    return "\n".join(lines[:start]).rstrip(), "\n".join(lines[start:])


def parse_literal(value: object) -> object:
    """What a Python literal says; None where it is none."""
    try:
        found: object = ast.literal_eval(str(value))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return found


def call_arguments(value: object) -> tuple[list[str], dict[str, str]]:
    """The arguments of a call, as Python text: those by place, and those by name."""
    positional: list[str] = []
    names: dict[str, str] = {}
    if isinstance(value, griffe.ExprCall):
        for argument in value.arguments:
            if isinstance(argument, griffe.ExprKeyword):
                names[argument.name] = str(argument.value)
            else:
                positional.append(str(argument))
    return positional, names
