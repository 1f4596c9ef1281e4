"""Parts of a document: each path by itself, and the rest."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from clientcast.plain import is_mapping
from clientcast.select import remove_unused_components

_PATHS = "paths"


@dataclass(frozen=True, slots=True)
class Parts:
    """A document as JSON texts, in which no two values are equal as `1` and `true` are in Python.

    Attributes:
        root: The document without the content of `paths`.
        paths: Each member of `paths`, in its order.
    """

    root: str
    paths: Mapping[str, str]

    def changed_paths(self, new: "Parts") -> frozenset[str] | None:
        """Return the paths that differ in a new version; None if anything else differs."""
        if self.root != new.root or [*self.paths] != [*new.paths]:
            return None
        return frozenset(p for p, text in self.paths.items() if text != new.paths[p])

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
