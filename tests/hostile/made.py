"""Hostile documents that are too large to keep, made when they are run."""

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.hostile.vectors import EITHER, Vector

_HEAD = """\
openapi: 3.1.0
info: {title: Large, version: '1'}
servers: [{url: 'https://api.example.com'}]
paths:
  /x: {get: {operationId: getX, tags: [x], responses: {'204': {description: ok}}}}
"""

_MEGABYTE = "a" * 1_000_000


def made(folder: Path) -> list[Vector]:
    """Write the documents into a folder."""
    found = []
    for name, text in _DOCUMENTS.items():
        path = folder / f"{name}.yaml"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(text())
        found.append(Vector(name, path, EITHER, tries=(text.__doc__ or "").strip()))
    return found


def _alias_of_large_text() -> Iterator[str]:
    """600 aliases of a text of 1 MB."""
    yield _HEAD
    yield f"x-text: &a {_MEGABYTE}\nx-list: ["
    yield ", ".join(["*a"] * 600)
    yield "]\n"


def _alias_of_large_description() -> Iterator[str]:
    """600 aliases of a text of 1 MB, as descriptions of properties."""
    yield _HEAD
    yield f"x-text: &a {_MEGABYTE}\ncomponents:\n  schemas:\n    T:\n"
    yield "      type: object\n      properties:\n"
    for number in range(600):
        yield f"        p{number}: {{type: string, description: *a}}\n"


def _repeated_alias_key() -> Iterator[str]:
    """A mapping that repeats one key 400 times: an alias of a text of 1 MB."""
    yield _HEAD
    yield f"x-text: &a {_MEGABYTE}\nx-map:\n"
    for number in range(400):
        yield f"  *a : {number}\n"


def _distinct_large_keys() -> Iterator[str]:
    """4,000 keys that differ in the last of 2,000 characters."""
    yield _HEAD
    yield "x-map:\n"
    for number in range(4000):
        yield f"  {'k' * 2000}{number}: 1\n"


def _large_description() -> Iterator[str]:
    """A description of 2 MB, all of it backticks, brackets and spaces."""
    yield _HEAD
    yield "tags: [{name: x, description: '"
    yield "` [ ] ( _ * " * 170_000
    yield "'}]\n"


_DOCUMENTS: dict[str, Callable[[], Iterator[str]]] = {
    "alias-of-large-text": _alias_of_large_text,
    "alias-of-large-description": _alias_of_large_description,
    "repeated-alias-key": _repeated_alias_key,
    "distinct-large-keys": _distinct_large_keys,
    "large-description": _large_description,
}
