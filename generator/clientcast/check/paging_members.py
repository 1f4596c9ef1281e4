"""The members of a response that page it, as its schemas describe them."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct

from clientcast.check.pointer_rules import subschemas
from clientcast.check.walk import Walk
from clientcast.paging_vocabulary import (
    ENVELOPES,
    ITEM_HOLDERS,
    ITEM_NAMES,
    OTHER_ARRAYS,
    folded,
)
from clientcast.plain import mapping, sequence, text, texts
from clientcast.source import escape

_MAX_DEPTH = 3


class Member(Struct, frozen=True):
    """A member of a response body.

    Attributes:
        pointer: JSON pointer to it in the body.
        name: Its name, folded.
        parents: The names of the objects around it, folded.
        parts: Its schemas.
    """

    pointer: str
    name: str
    parents: tuple[str, ...]
    parts: tuple[Any, ...]

    @property
    def kinds(self) -> frozenset[str]:
        """The JSON types that it may have, without null; empty if they are not known."""
        return json_kinds(self.parts)

    @property
    def text(self) -> str:
        """Its description, title and examples in the document."""
        return describing_text(self.parts)

    @property
    def is_uri(self) -> bool:
        """Whether its format is that of a URL."""
        formats = {text(mapping(part).get("format")) for part in self.parts}
        return bool(formats & {"uri", "url", "uri-reference"})


def json_kinds(parts: Iterable[Any]) -> frozenset[str]:
    """Return the JSON types of schemas, without null."""
    found: set[str] = set()
    for part in map(mapping, parts):
        kind = part.get("type")
        found.update(texts(kind))
        if "properties" in part:
            found.add("object")
    return frozenset(found - {"null"})


def describing_text(parts: Iterable[Any]) -> str:
    """Return what a document writes about schemas in words and examples."""
    words: list[str] = []
    for part in map(mapping, parts):
        examples = [part.get("example"), *sequence(part.get("examples"))]
        words += [text(part.get(key)) for key in ("title", "description")]
        words += [example for example in examples if isinstance(example, str)]
    return " ".join(words)


def is_ambiguous(parts: Iterable[Any]) -> bool:
    """Return whether schemas have alternatives."""
    for part in map(mapping, parts):
        for key in ("oneOf", "anyOf"):
            branches = sequence(part.get(key))
            if sum(mapping(b).get("type") != "null" for b in branches) > 1:
                return True
    return False


def body_members(walk: Walk, schemas: Iterable[Any]) -> Iterator[Member]:
    """Yield the members of a body that may tell how it is paged, the outermost first."""
    pending = [Member("", "", (), tuple(subschemas(walk, schemas)))]
    for holder in pending:  # The loop appends to it.
        parents = (*holder.parents, holder.name) if holder.pointer else ()
        for member in _properties(walk, holder, parents):
            yield member
            is_envelope = member.name in ENVELOPES and "array" not in member.kinds
            if is_envelope and len(parents) < _MAX_DEPTH - 1:
                pending.append(member)


def _properties(
    walk: Walk, holder: Member, parents: tuple[str, ...]
) -> Iterator[Member]:
    schemas: dict[str, list[Any]] = {}
    for part in holder.parts:
        for name, schema in mapping(mapping(part).get("properties")).items():
            schemas.setdefault(name, []).append(schema)
    for name, found in schemas.items():
        pointer = f"{holder.pointer}/{escape(name)}"
        yield Member(pointer, folded(name), parents, tuple(subschemas(walk, found)))


def find_items(walk: Walk, schemas: Iterable[Any], path: str) -> Member | None:
    """Return the array of items of a body; None if there is none, or it may be another one.

    Args:
        walk: The document.
        schemas: The schemas of the body.
        path: The path of the operation, whose last segment may be the name of the items.
    """
    body = Member("", "", (), tuple(subschemas(walk, schemas)))
    if is_ambiguous(body.parts):
        return None
    if body.kinds == frozenset(("array",)):
        return body
    nouns = {folded(segment) for segment in path.split("/") if "{" not in segment}
    members = list(_properties(walk, body, ()))
    found = _array_of(members, nouns)
    if found is not None or any(_is_item_array(m) for m in members):
        return found
    holders = [m for m in members if m.name in ITEM_HOLDERS and m.kinds <= {"object"}]
    arrays = [
        inner
        for holder in holders
        if not is_ambiguous(holder.parts)
        for inner in _properties(walk, holder, (holder.name,))
    ]
    return _array_of(arrays, nouns)


def _array_of(members: list[Member], nouns: set[str]) -> Member | None:
    """Return the only array of items; of several, the one with the usual name."""
    arrays = [member for member in members if _is_item_array(member)]
    if len(arrays) == 1:
        return arrays[0]
    usual = [m for name in ITEM_NAMES for m in arrays if m.name == name]
    named = [m for m in arrays if m.name in nouns]
    return next(iter([*named[:1], *usual[:1]]), None)


def _is_item_array(member: Member) -> bool:
    return member.kinds == frozenset(("array",)) and member.name not in OTHER_ARRAYS


def has_ids(walk: Walk, items: Member) -> bool:
    """Return whether each item has an `id` of text or an integer."""
    ids = [
        properties["id"]
        for part in _item_parts(walk, items)
        for properties in (mapping(mapping(part).get("properties")),)
        if "id" in properties
    ]
    kinds = json_kinds(subschemas(walk, ids))
    return bool(ids) and kinds <= {"string", "integer"}


def has_objects(walk: Walk, items: Member) -> bool:
    """Return whether the items are objects."""
    return "object" in json_kinds(_item_parts(walk, items))


def _item_parts(walk: Walk, items: Member) -> list[Any]:
    """Return the schemas of each item."""
    values = map(mapping, items.parts)
    return subschemas(walk, [value["items"] for value in values if "items" in value])
