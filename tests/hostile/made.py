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
    """Hundreds of aliases of a text of 1 MB, as descriptions of parameters."""
    yield _HEAD.partition("paths:")[0]
    yield f"x-text: &a {_MEGABYTE}\n"
    yield "paths:\n  /x:\n    get:\n      operationId: getX\n      tags: [x]\n"
    yield "      responses: {'204': {description: ok}}\n      parameters:\n"
    for number in range(300):
        yield f"        - {{name: p{number}, in: query, description: *a, "
        yield "schema: {type: string}}\n"


def _repeated_alias_key() -> Iterator[str]:
    """A mapping that repeats one key 400 times: an alias of a text of 1 MB."""
    yield _HEAD
    yield f"x-text: &a {_MEGABYTE}\nx-map:\n"
    for number in range(400):
        yield f"  ? *a\n  : {number}\n"


def _repeated_key_of_alias_values() -> Iterator[str]:
    """A mapping that repeats one key 4,000 times, with two texts of 1 MB in turn."""
    yield _HEAD
    yield f"x-a: &a {_MEGABYTE}\nx-b: &b {_MEGABYTE}b\nx-map:\n"
    for _ in range(2000):
        yield "  k: *a\n  k: *b\n"


def _repeated_large_key() -> Iterator[str]:
    """A mapping that repeats a key of 1,000 characters 10,000 times."""
    yield _HEAD
    yield "x-map:\n"
    yield from [f"  {'k' * 1000}: 1\n"] * 10_000


def _distinct_large_keys() -> Iterator[str]:
    """12,000 unknown fields of 1,000 characters that differ in the last few."""
    yield f"{_HEAD}tags:\n  - name: x\n"
    for number in range(12_000):
        yield f"    {'k' * 1000}{number}: 1\n"


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
    "repeated-key-of-alias-values": _repeated_key_of_alias_values,
    "repeated-large-key": _repeated_large_key,
    "distinct-large-keys": _distinct_large_keys,
    "large-description": _large_description,
}
