"""Acceptance of documents with jsonschema-rs, which needs no import of the validator."""

import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema_rs import Registry, validator_cls_for, validator_for

from clientcast.validation.walk import Suspect, suspects

_BASE = re.compile(r'"\$id"\s*:\s*"')
"""Key with which references have another base."""
_DIALECT = re.compile(r'"(?:\$schema"\s*:\s*"|jsonSchemaDialect")')
"""Keys with which schemas have another metaschema, except in OpenAPI 3.0."""
_METASCHEMAS = {
    "3.0": "http://json-schema.org/draft-04/schema#",
    "3.1": "https://spec.openapis.org/oas/3.1/dialect/base",
    "3.2": "https://spec.openapis.org/oas/3.2/dialect/2025-09-17",
}


class Doubts(NamedTuple):
    """The parts of a document that jsonschema-rs does not accept.

    Attributes:
        grammar: Whether the document is not as the schema of OpenAPI says.
    """

    grammar: bool
    suspects: tuple[Suspect, ...]


def find_doubts(text: str, document: dict[str, Any]) -> Doubts | None:
    """Return the doubts about a document; None if only the validator can tell.

    Args:
        text: The document in JSON.
        document: The same document.
    """
    version = str(document["openapi"])[:3]
    if _BASE.search(text) or (version != "3.0" and _DIALECT.search(text)):
        return None
    if find_spec("regress"):  # With it, the validator reads patterns otherwise.
        return None
    try:
        grammar = not _grammar(version).is_valid(document)
        found = tuple(suspects(document, _metaschema(version)))
    except Exception:  # Whatever it is, the validator has its own way with it.
        return None
    return Doubts(grammar, found)


def _folder(package: str) -> Path:
    """Return the folder of a package, which is not imported.

    Raises:
        OSError: There is no such package.
    """
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(package)
    return Path(spec.origin).parent


def _grammar(version: str) -> Any:
    """Return the validator of documents, as openapi-spec-validator makes it."""
    folder = _folder("openapi_spec_validator") / "resources" / "schemas"
    grammar = json.loads((folder / f"v{version}" / "schema.json").read_bytes())
    return validator_cls_for(grammar)(grammar)


def _metaschema(version: str) -> Any:
    """Return the validator of the schemas in a document."""
    schemas = dict(_metaschemas())
    return validator_for(
        schemas[_METASCHEMAS[version]],
        formats={"regex": _is_regex},
        validate_formats=True,
        registry=Registry(list(schemas.items())),
    )


def _metaschemas() -> Iterator[tuple[str, Any]]:
    """Yield the metaschemas that jsonschema-rs does not have, and that of OpenAPI 3.0."""
    draft4 = _folder("jsonschema_specifications") / "schemas" / "draft4"
    for path in (
        draft4 / "metaschema.json",
        *(_folder("openapi_schema_validator") / "schemas").rglob("*"),
    ):
        if path.is_file() and not path.name.startswith("."):
            content = json.loads(path.read_bytes())
            yield content.get("$id") or content["id"], content


def _is_regex(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True
