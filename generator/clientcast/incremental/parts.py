"""Parts of a document: each path by itself, and the rest."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from msgspec import Struct

from clientcast.openapi import METHODS
from clientcast.plain import is_mapping, mapping, sequence
from clientcast.select import remove_unused_components

_PATHS = "paths"
_LINKS = ("#/paths", "#/%", '"$anchor"', '"$dynamicAnchor"', '"$id"')
"""What may lead from one path into another: references, and names of places."""
_TEXTS = ("summary", "description")
_OWN_FIELDS = ("summary", "description", "parameters", "headers")
"""Fields of path items, operations, bodies and responses that nothing else depends on."""


class Parts(Struct, frozen=True):
    """A document as JSON texts, in which no two values are equal as `1` and `true` are in Python.

    Attributes:
        root: The document without the content of `paths`.
        paths: Each member of `paths`, in its order.
    """

    root: str
    paths: Mapping[str, str]

    def changed_paths(self, new: "Parts") -> frozenset[str] | None:
        """Return the paths that differ in a new version; None if anything else may differ."""
        if self.root != new.root or [*self.paths] != [*new.paths]:
            return None
        changed = {p for p, text in self.paths.items() if text != new.paths[p]}
        return None if changed and new.has_links_to_paths() else frozenset(changed)

    def has_links_to_paths(self) -> bool:
        """Return whether a part may refer to one of the paths."""
        return any(
            link in text
            for text in (self.root, *self.paths.values())
            for link in _LINKS
        )

    def differ_in_texts_only(self, new: "Parts", paths: Collection[str]) -> bool:
        """Return whether a new version of some paths has the same fields, with other texts."""
        return all(
            _without_texts(self.paths[path]) == _without_texts(new.paths[path])
            for path in paths
        )

    def differ_in_own_fields_only(self, new: "Parts", paths: Collection[str]) -> bool:
        """Return whether a new version of some paths has other texts and parameters only."""
        return all(
            _frame(self.paths[path]) == _frame(new.paths[path]) for path in paths
        )

    def document_of(self, paths: Collection[str]) -> dict[str, Any]:
        """Return a document with some of the paths, and with the components that they use."""
        data: dict[str, Any] = json.loads(self.root)
        items = {p: json.loads(text) for p, text in self.paths.items() if p in paths}
        return remove_unused_components({**data, _PATHS: items}, webhooks=False)


def split(data: Any) -> Parts | None:
    """Return the parts of a document; None if it has no paths."""
    if not is_mapping(data) or not is_mapping(data.get(_PATHS)):
        return None
    return Parts(
        json.dumps({**data, _PATHS: {}}),
        {path: json.dumps(item) for path, item in data[_PATHS].items()},
    )


def _frame(text: str) -> str:
    """Return a path item in JSON without the fields that nothing else depends on."""
    item: Any = json.loads(text)
    if not is_mapping(item):
        return text
    operations = {
        key: _operation_frame(value) if key in METHODS else value
        for key, value in _without_own_fields(item).items()
    }
    return json.dumps(operations)


def _operation_frame(operation: Any) -> Any:
    frame = _without_own_fields(operation)
    if is_mapping(frame):
        responses = mapping(frame.get("responses"))
        frame["requestBody"] = _without_own_fields(frame.get("requestBody"))
        frame["responses"] = {s: _without_own_fields(r) for s, r in responses.items()}
    return frame


def _without_texts(text: str) -> str:
    """Return a path item in JSON with empty texts of it, operations and their parts."""
    item: Any = json.loads(text)
    for operation in (_emptied(mapping(item).get(method)) for method in METHODS):
        _emptied(operation.get("requestBody"))
        for part in sequence(operation.get("parameters")):
            _emptied(part)
        for part in mapping(operation.get("responses")).values():
            _emptied(part)
    _emptied(item)
    return json.dumps(item)


def _emptied(value: Any) -> dict[str, Any]:
    """Empty the texts of an object."""
    if not is_mapping(value):
        return {}
    value.update({key: "" for key in _TEXTS if isinstance(value.get(key), str)})
    return value


def _without_own_fields(value: Any) -> Any:
    if not is_mapping(value):
        return value
    return {key: part for key, part in value.items() if key not in _OWN_FIELDS}
