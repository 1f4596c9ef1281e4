"""Construction of plain data from events, within limits.

Small text can have huge data (aliases of aliases), so the limits count the values that a
traversal of the data visits.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from msgspec import Struct, field

from clientcast.source.events import MAX_DEPTH, DocumentError, Event, depth_error
from clientcast.source.positions import NodePositions

MAX_NODES = 3_000_000
MAX_KEY = 10_000
MAX_DUPLICATE_KEYS = 1_000
MAX_ALIASED = 4 * 1024 * 1024
"""Characters that aliases repeat; the size of the text limits all others."""
MAX_POINTERS = 128 * 1024 * 1024
"""Characters of the JSON pointers of all values: long keys around many values multiply."""


_HINTS = {"limit-aliases": "write it once under components, and refer to it with $ref"}


class _OpenCollection(Struct):
    """A mapping or list that has begun and not ended.

    Attributes:
        number: Its number among the positions.
        pointer: Length of its JSON pointer.
        nodes: Number of values so far, including itself.
        height: Number of levels so far.
        characters: Characters of all texts and keys so far.
        key: The key whose value comes next.
        key_pointer: Length of that key as a segment of a JSON pointer.
        key_line, key_column: Position of that key, from 1.
    """

    value: dict[str, Any] | list[Any]
    number: int
    pointer: int
    anchor: str
    nodes: int = 1
    height: int = 1
    characters: int = 0
    key: str | None = None
    key_pointer: int = 0
    key_line: int = 0
    key_column: int = 0


class _AnchoredNode(NamedTuple):
    """The value of an anchor, with its size."""

    value: Any
    nodes: int
    height: int
    characters: int


class DuplicateKey(Struct, frozen=True):
    """A key that occurs twice in a mapping; the first value counts.

    Attributes:
        line, column: Position of the second key, from 1.
    """

    key: str
    first: Any
    second: Any
    line: int
    column: int


class Built(Struct):
    """Result of `build`.

    Attributes:
        value: The data; keys are always text.
        positions: The positions of the values.
        duplicates: The duplicate keys.
    """

    value: Any = None
    positions: NodePositions = field(default_factory=NodePositions)
    duplicates: list[DuplicateKey] = field(default_factory=list[DuplicateKey])


def build(events: Iterable[Event]) -> Built:
    """Build plain data from events.

    Raises:
        DocumentError: A limit is exceeded, an alias is unknown or contains itself, or a key is
            not a scalar.
    """
    built = Built()
    positions = built.positions
    stack: list[_OpenCollection] = []
    anchors: dict[str, _AnchoredNode] = {}
    parent: _OpenCollection | None = None
    nodes = aliased = pointers = 0
    for event in events:
        kind = event.kind
        if kind == "end":
            closed = stack.pop()
            parent = stack[-1] if stack else None
            positions.end(closed.number)
            if closed.anchor:
                anchors[closed.anchor] = _AnchoredNode(
                    closed.value, closed.nodes, closed.height, closed.characters
                )
            if parent is not None:
                parent.nodes += closed.nodes
                parent.characters += closed.characters
                parent.height = max(parent.height, closed.height + 1)
            continue
        if parent is not None and parent.key is None and type(parent.value) is dict:
            _set_key(parent, event)
            positions.add(event.line, event.column, event.text)
            continue
        number = positions.add(event.line, event.column)
        pointer = 0 if parent is None else parent.pointer + 1 + _segment_length(parent)
        added_nodes, characters = 1, len(event.text)
        value: Any
        opened: _OpenCollection | None = None
        if kind == "scalar":
            value = event.value
            if event.anchor:
                anchors[event.anchor] = _AnchoredNode(value, 1, 0, characters)
        elif kind == "alias":
            if event.anchor not in anchors:
                raise _unknown_alias_error(event, stack)
            value, added_nodes, height, characters = anchors[event.anchor]
            aliased += characters
            if len(stack) + height > MAX_DEPTH:
                raise depth_error(event.line, event.column)
            if parent is not None:
                parent.height = max(parent.height, height + 1)
        else:
            value = {} if kind == "mapping" else []
            opened = _OpenCollection(value, number, pointer, event.anchor)
            anchors.pop(event.anchor, None)
        nodes += added_nodes
        pointers += pointer
        if nodes > MAX_NODES:
            raise _limit_error("limit-nodes", MAX_NODES, "values", event)
        if aliased > MAX_ALIASED:
            what = "characters by aliases"
            raise _limit_error("limit-aliases", MAX_ALIASED, what, event)
        if pointers > MAX_POINTERS:
            raise _limit_error("limit-keys", MAX_POINTERS, "characters of keys", event)
        if parent is None:
            built.value = value
        else:
            _add_value(parent, value, built.duplicates)
            if len(built.duplicates) > MAX_DUPLICATE_KEYS:
                maximum = MAX_DUPLICATE_KEYS
                raise _limit_error("limit-keys", maximum, "repeated keys", event)
            if opened is None:
                parent.nodes += added_nodes
                parent.characters += characters
        if opened is not None:
            stack.append(opened)
            parent = opened
            if len(stack) > MAX_DEPTH:
                raise depth_error(event.line, event.column)
    return built


def _limit_error(code: str, maximum: int, what: str, event: Event) -> DocumentError:
    message, hint = f"more than {maximum:,} {what}", _HINTS.get(code, "")
    return DocumentError(code, message, event.line, event.column, hint)


def _unknown_alias_error(event: Event, stack: list[_OpenCollection]) -> DocumentError:
    if any(opened.anchor == event.anchor for opened in stack):
        message = f"the alias *{event.anchor} refers to a value that contains it"
        hint = "write a recursive schema with $ref"
    else:
        message, hint = (
            f"the anchor &{event.anchor} is not defined before this alias",
            "",
        )
    return DocumentError("yaml-alias", message, event.line, event.column, hint)


def _set_key(parent: _OpenCollection, event: Event) -> None:
    if event.kind != "scalar":
        raise DocumentError(
            "yaml-key",
            "a key must be text",
            event.line,
            event.column,
            "quote it or rename it",
        )
    key = event.text
    if len(key) > MAX_KEY:
        raise _limit_error("limit-keys", MAX_KEY, "characters in a key", event)
    parent.key = key
    parent.key_pointer = len(key) + key.count("/") + key.count("~")
    parent.characters += len(key)
    parent.key_line, parent.key_column = event.line, event.column


def _segment_length(parent: _OpenCollection) -> int:
    """Return the length of the segment of the next value in its JSON pointer (RFC 6901)."""
    if parent.key is None:
        return len(str(len(parent.value)))
    return parent.key_pointer


def _add_value(
    parent: _OpenCollection, value: Any, duplicates: list[DuplicateKey]
) -> None:
    key = parent.key
    if isinstance(parent.value, list):
        parent.value.append(value)
    elif key is not None:
        if key in parent.value:
            place = parent.key_line, parent.key_column
            duplicates.append(DuplicateKey(key, parent.value[key], value, *place))
        else:
            parent.value[key] = value
        parent.key = None
