"""Documents of a folder, and their operations, counted without the generator.

The counts are compared with the generator's, so that none of its code is used here: PyYAML
parses the text, and a plain walk over paths and methods counts.
"""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

from tests.corpus.routes import expected_route

INDEX = "INDEX.tsv"
SUFFIXES = (".json", ".yaml", ".yml")

METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
MAX_REFERENCES = 20

AMBIGUOUS_DOCUMENTS: dict[str, str] = {}
"""Documents whose meaning is ambiguous, with the reason."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a folder.

    Attributes:
        name: Path relative to the folder.
        size: Size of the file in bytes.
        within: Folder whose files the document may refer to.
        valid: Verdict of openapi-spec-validator in the folder's index: yes or no; empty if
            unknown.
    """

    name: str
    path: Path
    size: int
    within: Path
    valid: str = ""


def list_documents(folder: Path) -> list[Document]:
    """Return the documents of a folder, smallest first.

    They are those in its index; without an index, its JSON and YAML files.
    """
    found: list[Document] = []
    for name, valid in _indexed_files(folder):
        path = folder / name
        within = folder / Path(name).parts[0] if "/" in name else path.parent
        size = path.stat().st_size
        found.append(Document(name, path, size, within, valid))
    return sorted(found, key=lambda document: (document.size, document.name))


def _indexed_files(folder: Path) -> Iterator[tuple[str, str]]:
    index = folder / INDEX
    if index.is_file():
        with index.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                yield row["file"], row["valid"]
        return
    for path in sorted(folder.iterdir()):
        if path.suffix in SUFFIXES and path.is_file():
            yield path.name, ""


_TAG = "tag:yaml.org,2002:"
_SCALARS = {
    "merge": ("<", re.compile("^<<$")),
    "null": ("~n", re.compile("^(?:~|null)$")),
    "bool": ("tf", re.compile("^(?:true|false)$")),
    "int": ("-0123456789", re.compile("^-?(?:0|[1-9][0-9]*)$")),
    "float": (
        "-0123456789",
        re.compile(r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$"),
    ),
}


class _Loader(yaml.CSafeLoader):
    """YAML loader with the scalars of JSON, so that `on` and `2026-01-01` are strings."""


_Loader.yaml_implicit_resolvers = {"": [(f"{_TAG}null", re.compile("^$"))]}
for _name, (_first, _pattern) in _SCALARS.items():
    _Loader.add_implicit_resolver(f"{_TAG}{_name}", _pattern, list(_first))


def load(path: Path) -> Any:
    """Return the data of a document.

    Raises:
        ValueError: If it is neither JSON nor YAML.
    """
    text = path.read_text(encoding="utf-8-sig")
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        return yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        raise ValueError(f"neither JSON nor YAML: {error}") from None


@dataclass(frozen=True, slots=True)
class OperationCount:
    """Version and operations of a document.

    Attributes:
        version: Version of OpenAPI or Swagger; empty if the document has none.
        routes: Route of the requests of each operation, such as `GET /pets/{id}`, by method
            and path.
    """

    version: str
    routes: dict[str, str]


def count_operations(path: Path) -> OperationCount:
    """Count the operations of a document.

    Raises:
        ValueError: If it cannot be read.
    """
    data = load(path)
    if not isinstance(data, dict):
        return OperationCount("", {})
    version = str(data.get("openapi", data.get("swagger", "")))
    files = {path: data}
    place, paths = _resolve(files, path, data.get("paths"))
    routes: dict[str, str] = {}
    for path, item in _items(paths):
        if path.startswith("x-"):
            continue
        for method, parameters in _methods(files, place, item, version):
            in_path, in_query = (
                [str(p.get("name")) for p in parameters if p.get("in") == location]
                for location in ("path", "query")
            )
            route = expected_route(path, in_path, in_query)
            routes[f"{method} {path}"] = f"{method} {route}"
    return OperationCount(version, routes)


def _methods(
    files: dict[Path, Any], place: Path, item: Any, version: str
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the methods of a path item, and the parameters of each."""
    known = list(METHODS)
    if not version.startswith("2"):
        known.append("trace")
    if version.startswith("3.2"):
        known.append("query")
    for _ in range(MAX_REFERENCES):
        shared = _parameters(files, place, item)
        for key, operation in _items(item):
            if key in known and isinstance(operation, dict):
                yield key.upper(), shared + _parameters(files, place, operation)
            elif key == "additionalOperations" and version.startswith("3.2"):
                for method, other in _items(operation):
                    yield method, shared + _parameters(files, place, other)
        if not isinstance(item, dict) or "$ref" not in item:
            return
        # Siblings of `$ref` in a path item count as well.
        place, item = _resolve_reference(files, place, item["$ref"])


def _parameters(
    files: dict[Path, Any], place: Path, holder: Any
) -> list[dict[str, Any]]:
    """Return the Parameter Objects of an operation or path item."""
    found = holder.get("parameters") if isinstance(holder, dict) else None
    resolved = [_resolve(files, place, p)[1] for p in found or ()]
    return [parameter for parameter in resolved if isinstance(parameter, dict)]


def _resolve(files: dict[Path, Any], place: Path, value: Any) -> tuple[Path, Any]:
    for _ in range(MAX_REFERENCES):
        if not isinstance(value, dict) or "$ref" not in value:
            break
        place, value = _resolve_reference(files, place, value["$ref"])
    return place, value


def _resolve_reference(
    files: dict[Path, Any], place: Path, reference: Any
) -> tuple[Path, Any]:
    """Return the file and value of a reference; the value is None if it is not found."""
    name, _, pointer = str(reference).partition("#")
    if "://" in name:
        return place, None
    if name:
        place = (place.parent / unquote(name)).resolve()
    if place not in files:
        try:
            files[place] = load(place)
        except (OSError, ValueError):
            files[place] = None
    value = files[place]
    for part in unquote(pointer).split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and key.isdigit():
            value = value[int(key)] if int(key) < len(value) else None
        else:
            value = value.get(key) if isinstance(value, dict) else None
    return place, value


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key), item
