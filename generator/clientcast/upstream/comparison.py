"""Comparison of a spec with the vendor's document."""

from msgspec import Struct

from clientcast import ir
from clientcast.loading import LoadedApi, load_api
from clientcast.select import Selection
from clientcast.source import Document
from clientcast.upstream.differences import Difference
from clientcast.upstream.matching import Matching, match_operations
from clientcast.upstream.operations import compare_operation
from clientcast.upstream.sides import Differences, Place, Side
from clientcast.upstream.types import TypeComparison


class Comparison(Struct, frozen=True):
    """Result of a comparison.

    Attributes:
        differences: The differences, in the order of the spec's operations.
        matching: Which operations were compared.
        theirs: The matched part of the vendor's document.
    """

    differences: tuple[Difference, ...]
    matching: Matching
    theirs: LoadedApi


def compare(ours: LoadedApi, their_document: Document, *, related: bool) -> Comparison:
    """Compare a spec with the vendor's document, of which only matched operations are parsed.

    Args:
        ours: The spec.
        their_document: The vendor's document.
        related: Whether the vendor's operations that are not related to the spec are counted
            only.
    """
    matching = match_operations(ours.document, their_document, related=related)
    titles = tuple(their.title for _, their in matching.pairs)
    theirs = load_api(their_document, Selection(only=titles))
    if any(found.code == "unresolved-reference" for found in theirs.diagnostics):
        # A reference with a mistake that `check` fixes selects no component.
        theirs = load_api(their_document, Selection())
    differences = Differences()
    paths = Place("paths", "/paths", "/paths")
    _add_lacking(matching, paths, differences)
    our_side = Side(ours.document, ours.api)
    their_side = Side(theirs.document, theirs.api)
    types = TypeComparison(our_side, their_side, differences)
    our_parsed, their_parsed = _by_pointer(ours.api), _by_pointer(theirs.api)
    for our, their in matching.pairs:
        if our.pointer in our_parsed and their.pointer in their_parsed:
            compare_operation(
                (our, our_parsed[our.pointer]),
                (their, their_parsed[their.pointer]),
                types,
            )
    return Comparison(tuple(differences.found.values()), matching, theirs)


def _add_lacking(matching: Matching, paths: Place, differences: Differences) -> None:
    """Add the operations that only one document has."""
    for operation in matching.ours:
        at = Place(paths.name, operation.pointer, paths.theirs)
        differences.add(at, "operation", operation.title, "", operation.id)
    for operation in matching.theirs:
        at = Place(paths.name, paths.ours, operation.pointer)
        differences.add(at, "operation", "", operation.title, operation.id)


def _by_pointer(api: ir.Api) -> dict[str, ir.Operation]:
    return {operation.pointer: operation for operation in api.operations}
