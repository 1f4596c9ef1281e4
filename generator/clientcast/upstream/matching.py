"""Matching of the operations of a spec with those of the vendor's document."""

from collections import Counter

from msgspec import Struct

from clientcast.document_operations import DocumentOperation, document_operations
from clientcast.source import Document


class Matching(Struct, frozen=True):
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
    our_operations = list(document_operations(ours.data))
    their_operations = list(document_operations(theirs.data))
    pairs: dict[DocumentOperation, DocumentOperation] = {}
    taken: set[DocumentOperation] = set()
    for same in (_route, _key):
        free = {same(op): op for op in reversed(their_operations) if op not in taken}
        for operation in our_operations:
            found = free.get(same(operation)) if operation not in pairs else None
            if found is not None and found not in taken:
                pairs[operation] = found
                taken.add(found)
    by_id = {op.id.lower(): op for op in reversed(their_operations) if op.id}
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


def _route(operation: DocumentOperation) -> tuple[str, str]:
    return operation.method, operation.full_path


def _key(operation: DocumentOperation) -> tuple[str, str]:
    return operation.key


def _is_related(
    operation: DocumentOperation, tags: set[str], prefixes: set[str]
) -> bool:
    """Return whether an operation has one of the tags, or is at or below one of the paths."""
    path = operation.key[1]
    parents = {path[:end] for end, sign in enumerate(path) if sign == "/"} | {path}
    return not tags.isdisjoint(operation.tags) or not prefixes.isdisjoint(parents)
