"""Inspection of the files and the output of a command."""

import ast
import inspect
import json
import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from pathlib import Path

from tests.hostile.markup import live_markup_of_markdown, live_markup_of_site
from tests.hostile.sandbox import SECRET

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_CODE_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u2028\u2029]")
_DIRECTIVE = re.compile(r"^\s*\.\.\s+([\w-]+::)", re.MULTILINE)
"""A directive of reStructuredText."""

_DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{name}{digit}" for name in ("com", "lpt") for digit in "0123456789¹²³"
}
_SUFFIXES = {".py", ".pyi", ".md", ".json", ".typed", ".txt"}
MAX_NAME_LENGTH = 140
"""Maximum length of a file name in bytes on encrypted file systems."""

Found = Iterator[tuple[str, str]]
"""Kind and detail of each finding."""


def inspect_package(root: Path) -> Found:
    """Inspect a generated package."""
    yield from _inspect_names(root)
    for path in _files(root):
        shown = str(path.relative_to(root))
        if path.suffix not in _SUFFIXES:
            yield "path", f"{shown} has an unexpected file type"
            continue
        text = path.read_text(encoding="utf-8", errors="backslashreplace")
        control = _CODE_CONTROL if path.suffix in (".py", ".pyi") else _CONTROL
        yield from _inspect_text(shown, text, control)
        if path.suffix == ".md":
            yield from _inspect_page(shown, text)
        elif path.suffix == ".py":
            yield from _inspect_docstrings(shown, text)


def inspect_pages(root: Path) -> Found:
    """Inspect Markdown pages and the JSON beside them."""
    yield from _inspect_names(root)
    for path in _files(root):
        shown = str(path.relative_to(root))
        text = path.read_text(encoding="utf-8", errors="backslashreplace")
        yield from _inspect_text(shown, text, _CONTROL)
        if path.suffix == ".md":
            yield from _inspect_page(shown, text)
        elif path.suffix == ".json":
            yield from _inspect_json(shown, text)


def inspect_site(root: Path, known: Collection[str]) -> Found:
    """Inspect a site; `known` is the active markup of a harmless site."""
    for path in _files(root):
        if path.suffix in (".html", ".md", ".json", ".xml", ".txt"):
            text = path.read_text(encoding="utf-8", errors="backslashreplace")
            yield from _inspect_text(str(path.relative_to(root)), text, _CONTROL)
    for live in live_markup_of_site(root, known):
        yield "html", live


def inspect_output(text: str) -> Found:
    """Inspect what a command printed."""
    yield from _inspect_text("the output", text, _CONTROL)


def inspect_json(text: str) -> Found:
    """Inspect the JSON that a command printed."""
    yield from _inspect_json("the output", text)


def _files(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file())


def _inspect_text(shown: str, text: str, control: re.Pattern[str]) -> Found:
    for kind, pattern in (("bidi", _BIDI), ("control", control)):
        found = pattern.search(text)
        if found:
            line = text.count("\n", 0, found.start()) + 1
            yield kind, f"{shown}:{line} has U+{ord(found.group()):04X}"
    if SECRET in text:
        yield "secret", f"{shown} contains text of another file"


def _inspect_page(shown: str, text: str) -> Found:
    for live in sorted(live_markup_of_markdown(text)):
        yield "html", f"{shown}: {live[:120]}"


@lru_cache(maxsize=1000)  # The runtime is the same in all packages.
def _inspect_docstrings(shown: str, text: str) -> list[tuple[str, str]]:
    """Find active markup in docstrings, as Markdown or reStructuredText."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return []  # Reported when the file is compiled.
    found: list[tuple[str, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            docstring = node.value.value
            if isinstance(docstring, str) and ("<" in docstring or "::" in docstring):
                place = f"{shown}:{node.lineno}"
                found += _inspect_page(place, inspect.cleandoc(docstring))
                for directive in _DIRECTIVE.findall(docstring):
                    found.append(("html", f"{place} has the directive {directive}"))
    return found


def _inspect_json(shown: str, text: str) -> Found:
    try:
        json.loads(text, parse_constant=_refuse)
        text.encode("utf-8")
    except ValueError as error:
        yield "json", f"{shown}: {error}"


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is not JSON")


def _inspect_names(root: Path) -> Found:
    """Find names that are invalid or ambiguous on other file systems."""
    for folder in (root, *(path for path in root.rglob("*") if path.is_dir())):
        known: dict[str, str] = {}
        for path in sorted(folder.iterdir()):
            name = path.name
            stem = name.partition(".")[0].casefold().rstrip(" ")
            if stem in _DEVICES:
                yield "casefold", f"{name} is a device on Windows"
            if len(name.encode()) > MAX_NAME_LENGTH:
                yield "path", f"a file name has {len(name.encode())} bytes: {name[:40]}"
            if name.rstrip(" .") != name or re.search(r'[<>:"\\|?*]', name):
                yield "path", f"{name!r} is not a valid file name on Windows"
            other = known.setdefault(name.casefold(), name)
            if other != name:
                yield "casefold", f"{name} and {other} differ only in case"
