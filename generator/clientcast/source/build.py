"""Construction of plain data from events, within limits.

Small text can have huge data (aliases of aliases), so the limits count the values that a
traversal of the data visits.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from msgspec import Struct, field

from clientcast.plain import escape
from clientcast.source.events import MAX_DEPTH, DocumentError, Event, depth_error

MAX_NODES = 3_000_000
MAX_KEY = 10_000
MAX_DUPLICATE_KEYS = 1_000
MAX_ALIASED = 4 * 1024 * 1024
"""Characters that aliases repeat; the size of the text limits all others."""
MAX_POINTERS = 128 * 1024 * 1024
"""Characters of the JSON pointers of all values: long keys around many values multiply."""


_HINTS = {"limit-aliases": "write it once under components, and refer to it with $ref"}


class Position(NamedTuple):
    """Position of a value and its key. Lines and columns count from 1; list items have no key."""

    line: int
    column: int
    key_line: int
    key_column: int


class _OpenCollection(Struct):
    """A mapping or list that has begun and not ended.

    Attributes:
        nodes: Number of values so far, including itself.
        height: Number of levels so far.
        characters: Characters of all texts and keys so far.
    """

    value: dict[str, Any] | list[Any]
    pointer: str
    anchor: str
    nodes: int = 1
    height: int = 1
    characters: int = 0
    key: str | None = None
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
        positions: Positions by JSON pointer (RFC 6901); empty unless requested.
        duplicates: The duplicate keys.
    """

    value: Any = None
    positions: dict[str, Position] = field(default_factory=dict[str, Position])
    duplicates: list[DuplicateKey] = field(default_factory=list[DuplicateKey])


def build(events: Iterable[Event], *, with_positions: bool = False) -> Built:
    """Build plain data from events.

    Raises:
        DocumentError: A limit is exceeded, an alias is unknown or contains itself, or a key is
            not a scalar.
    """
    built = Built()
    stack: list[_OpenCollection] = []
    anchors: dict[str, _AnchoredNode] = {}
    nodes = aliased = pointers = 0
    for event in events:
        parent = stack[-1] if stack else None
        if event.kind == "end":
            closed = stack.pop()
            if closed.anchor:
                anchors[closed.anchor] = _AnchoredNode(
                    closed.value, closed.nodes, closed.height, closed.characters
                )
            if stack:
                stack[-1].nodes += closed.nodes
                stack[-1].characters += closed.characters
                stack[-1].height = max(stack[-1].height, closed.height + 1)
            continue
        if parent is not None and isinstance(parent.value, dict) and parent.key is None:
            _set_key(parent, event)
            continue
        added_nodes, characters = 1, len(event.text)
        value: Any
        opened: _OpenCollection | None = None
        pointer = _child_pointer(parent)
        if event.kind == "alias":
            if event.anchor not in anchors:
                raise _unknown_alias_error(event, stack)
            value, added_nodes, height, characters = anchors[event.anchor]
            aliased += characters
            _check_depth(len(stack) + height, event)
            if parent is not None:
                parent.height = max(parent.height, height + 1)
        elif event.kind == "scalar":
            value = event.value
            if event.anchor:
                anchors[event.anchor] = _AnchoredNode(value, 1, 0, characters)
        else:
            value = {} if event.kind == "mapping" else []
            opened = _OpenCollection(value, pointer, event.anchor)
            anchors.pop(event.anchor, None)
        nodes += added_nodes
        pointers += len(pointer)
        _check_limit(nodes, MAX_NODES, "limit-nodes", "values", event)
        _check_limit(
            aliased, MAX_ALIASED, "limit-aliases", "characters by aliases", event
        )
        _check_limit(pointers, MAX_POINTERS, "limit-keys", "characters of keys", event)
        if with_positions and pointer not in built.positions:
            key = (
                (parent.key_line, parent.key_column)
                if parent and parent.key_line
                else None
            )
            built.positions[pointer] = Position(
                event.line, event.column, *(key or (event.line, event.column))
            )
        _add_value(parent, value, built)
        _check_limit(
            len(built.duplicates),
            MAX_DUPLICATE_KEYS,
            "limit-keys",
            "repeated keys",
            event,
        )
        if opened is None:
            if parent is not None:
                parent.nodes += added_nodes
                parent.characters += characters
            continue
        stack.append(opened)
        _check_depth(len(stack), event)
    return built


def _check_limit(count: int, maximum: int, code: str, what: str, event: Event) -> None:
    if count > maximum:
        raise DocumentError(
            code,
            f"more than {maximum:,} {what}",
            event.line,
            event.column,
            _HINTS.get(code, ""),
        )


def _check_depth(depth: int, event: Event) -> None:
    if depth > MAX_DEPTH:
        raise depth_error(event.line, event.column)


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
    _check_limit(len(event.text), MAX_KEY, "limit-keys", "characters in a key", event)
    parent.key = event.text
    parent.characters += len(event.text)
    parent.key_line, parent.key_column = event.line, event.column


def _add_value(parent: _OpenCollection | None, value: Any, built: Built) -> None:
    if parent is None:
        built.value = value
    elif isinstance(parent.value, list):
        parent.value.append(value)
    else:
        key = parent.key
        assert key is not None
        if key in parent.value:
            place = parent.key_line, parent.key_column
            built.duplicates.append(DuplicateKey(key, parent.value[key], value, *place))
        else:
            parent.value[key] = value
        parent.key = None


def _child_pointer(parent: _OpenCollection | None) -> str:
    if parent is None:
        return ""
    if isinstance(parent.value, list):
        return f"{parent.pointer}/{len(parent.value)}"
    assert parent.key is not None
    return f"{parent.pointer}/{escape(parent.key)}"
