"""Matching of the operations of a spec with those of the vendor's document."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from clientcast.openapi import METHODS, TEMPLATE_EXPRESSION
from clientcast.plain import is_mapping, mapping, sequence, text, texts
from clientcast.references import resolve_path_item
from clientcast.source import Document, escape
from clientcast.trust import url_with_defaults


@dataclass(frozen=True, slots=True)
class DocumentOperation:
    """An operation of a document.

    Attributes:
        path: The key of its path item.
        full_path: The path with that of the server before it.
        tags: Its tags.
    """

    pointer: str
    method: str
    path: str
    full_path: str
    id: str
    tags: tuple[str, ...]

    @property
    def title(self) -> str:
        """Return `METHOD /path`, which selects it."""
        return f"{self.method} {self.path}"

    @property
    def key(self) -> tuple[str, str]:
        """Return the method and the path without the names of its parameters."""
        plain = TEMPLATE_EXPRESSION.sub("{}", self.full_path)
        return self.method, plain.rstrip("/")


@dataclass(frozen=True, slots=True)
class Matching:
    """Operations of both documents.

    Attributes:
        pairs: Operations of both, ours first.
        ours: Operations that the vendor's document does not have.
        theirs: Operations that the spec lacks: those with the tag of a matched operation (the
            rarest, if it has several), or below a path of the spec.
        unrelated: Number of the vendor's other operations.
    """

    pairs: tuple[tuple[DocumentOperation, DocumentOperation], ...]
    ours: tuple[DocumentOperation, ...]
    theirs: tuple[DocumentOperation, ...]
    unrelated: int


def match_operations(ours: Document, theirs: Document, *, related: bool) -> Matching:
    """Match operations by method and path, and the others by their id.

    Args:
        ours: The spec.
        theirs: The vendor's document.
        related: Whether only related operations of the vendor are reported as lacking.
    """
    our_operations = list(_operations(ours.data))
    their_operations = list(_operations(theirs.data))
    by_key = {operation.key: operation for operation in reversed(their_operations)}
    by_id = {op.id.lower(): op for op in reversed(their_operations) if op.id}
    pairs = {op: by_key[op.key] for op in our_operations if op.key in by_key}
    taken = set(pairs.values())
    for operation in our_operations:
        found = by_id.get(operation.id.lower()) if operation.id else None
        if operation not in pairs and found is not None and found not in taken:
            pairs[operation] = found
            taken.add(found)
    left = [operation for operation in their_operations if operation not in taken]
    sizes = Counter(tag for operation in their_operations for tag in operation.tags)
    tags = {min(op.tags, key=sizes.__getitem__) for op in taken if op.tags}
    prefixes = {op.key[1] for op in our_operations}
    theirs_only = [
        operation
        for operation in left
        if not related or _is_related(operation, tags, prefixes)
    ]
    return Matching(
        tuple((op, pairs[op]) for op in our_operations if op in pairs),
        tuple(op for op in our_operations if op not in pairs),
        tuple(theirs_only),
        len(left) - len(theirs_only),
    )


def _is_related(
    operation: DocumentOperation, tags: set[str], prefixes: set[str]
) -> bool:
    """Return whether an operation has one of the tags, or is at or below one of the paths."""
    path = operation.key[1]
    parents = {path[:end] for end, sign in enumerate(path) if sign == "/"} | {path}
    return not tags.isdisjoint(operation.tags) or not prefixes.isdisjoint(parents)


def _operations(data: Any) -> Iterator[DocumentOperation]:
    for path, value in mapping(mapping(data).get("paths")).items():
        if path.startswith("x-"):
            continue
        item = resolve_path_item(data, value)
        others = mapping(item.get("additionalOperations"))
        places = [(key, item[key], key) for key in item if key.lower() in METHODS]
        places += [
            (key, others[key], f"additionalOperations/{escape(key)}") for key in others
        ]
        for method, operation, keys in places:
            if not is_mapping(operation):
                continue
            base = next(
                (
                    _server_path(found[0])
                    for parent in (operation, item, mapping(data))
                    if (found := sequence(parent.get("servers")))
                ),
                "",
            )
            yield DocumentOperation(
                f"/paths/{escape(path)}/{keys}",
                method.upper(),
                path,
                f"{base}/{path.lstrip('/')}",
                text(operation.get("operationId")),
                texts(operation.get("tags")),
            )


def _server_path(server: object) -> str:
    """Return the path of the URL of a server, without a slash at its end."""
    try:
        return urlsplit(url_with_defaults(server)).path.rstrip("/")
    except ValueError:  # `check` reports the invalid URL.
        return ""
