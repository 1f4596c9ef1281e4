"""Builds plain data from events, within limits that no sound document meets.

Text can be small and its data huge (aliases of aliases), so that what is counted is what a
reader of the data would visit.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from clientcast.source.events import MAX_DEPTH, Event, SyntaxProblem, too_deep

MAX_NODES = 3_000_000
MAX_KEY = 10_000
MAX_REPEATED = 1_000
MAX_ALIASED = 4 * 1024 * 1024
"""Characters that aliases repeat: what is in the text already is limited by its size."""
MAX_POINTERS = 128 * 1024 * 1024
"""Characters of the JSON pointers of all values: long keys around many values multiply."""


_HINTS = {"limit-aliases": "write it once under components, and refer to it with $ref"}


class Position(NamedTuple):
    """Where a value stands. Lines and columns count from 1; a list's items have no key."""

    line: int
    column: int
    key_line: int
    key_column: int


@dataclass(slots=True)
class _Open:
    """A mapping or list that has begun and not ended.

    Attributes:
        nodes: How many values it holds by now, itself among them.
        height: How many levels of it there are by now.
        characters: Of all texts and keys in it by now.
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


class _Anchored(NamedTuple):
    """What an alias stands for: the value, and how much it is."""

    value: Any
    nodes: int
    height: int
    characters: int


@dataclass(frozen=True, slots=True)
class Repeated:
    """A key that a mapping has twice; the first value counts.

    Attributes:
        line, column: Where the second key stands, counted from 1.
    """

    key: str
    first: Any
    second: Any
    line: int
    column: int


@dataclass(slots=True)
class Built:
    """What came of a stream of events.

    Attributes:
        value: The data; keys are always text.
        positions: By JSON pointer (RFC 6901), where they were asked for.
        repeated: The keys that a mapping has twice.
    """

    value: Any = None
    positions: dict[str, Position] = field(default_factory=dict[str, Position])
    repeated: list[Repeated] = field(default_factory=list[Repeated])


def build(events: Iterable[Event], *, with_positions: bool = False) -> Built:
    """Plain data from events.

    Raises:
        SyntaxProblem: A limit is passed, an alias is unknown or contains itself, a key is no
            scalar.
    """
    built = Built()
    stack: list[_Open] = []
    anchors: dict[str, _Anchored] = {}
    nodes = aliased = pointers = 0
    for event in events:
        parent = stack[-1] if stack else None
        if event.kind == "end":
            done = stack.pop()
            if done.anchor:
                anchors[done.anchor] = _Anchored(
                    done.value, done.nodes, done.height, done.characters
                )
            if stack:
                stack[-1].nodes += done.nodes
                stack[-1].characters += done.characters
                stack[-1].height = max(stack[-1].height, done.height + 1)
            continue
        if parent is not None and isinstance(parent.value, dict) and parent.key is None:
            _take_key(parent, event)
            continue
        added, characters = 1, len(event.text)
        value: Any
        opened: _Open | None = None
        pointer = _pointer(parent)
        if event.kind == "alias":
            if event.anchor not in anchors:
                raise _no_anchor(event, stack)
            value, added, height, characters = anchors[event.anchor]
            aliased += characters
            _limit_depth(len(stack) + height, event)
            if parent is not None:
                parent.height = max(parent.height, height + 1)
        elif event.kind == "scalar":
            value = event.value
            if event.anchor:
                anchors[event.anchor] = _Anchored(value, 1, 0, characters)
        else:
            value = {} if event.kind == "mapping" else []
            opened = _Open(value, pointer, event.anchor)
            anchors.pop(event.anchor, None)
        nodes += added
        pointers += len(pointer)
        _limit(nodes, MAX_NODES, "limit-nodes", "values", event)
        _limit(aliased, MAX_ALIASED, "limit-aliases", "characters by aliases", event)
        _limit(pointers, MAX_POINTERS, "limit-keys", "characters of keys", event)
        if with_positions and pointer not in built.positions:
            key = (
                (parent.key_line, parent.key_column)
                if parent and parent.key_line
                else None
            )
            built.positions[pointer] = Position(
                event.line, event.column, *(key or (event.line, event.column))
            )
        _put(parent, value, built)
        _limit(len(built.repeated), MAX_REPEATED, "limit-keys", "repeated keys", event)
        if opened is None:
            if parent is not None:
                parent.nodes += added
                parent.characters += characters
            continue
        stack.append(opened)
        _limit_depth(len(stack), event)
    return built


def escape(key: str) -> str:
    """A key as a segment of a JSON pointer (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1")


def _limit(count: int, most: int, code: str, what: str, event: Event) -> None:
    if count > most:
        raise SyntaxProblem(
            code,
            f"more than {most:,} {what}",
            event.line,
            event.column,
            _HINTS.get(code, ""),
        )


def _limit_depth(depth: int, event: Event) -> None:
    if depth > MAX_DEPTH:
        raise too_deep(event.line, event.column)


def _no_anchor(event: Event, stack: list[_Open]) -> SyntaxProblem:
    if any(opened.anchor == event.anchor for opened in stack):
        message = f"the alias *{event.anchor} stands inside what it names"
        hint = "a schema that contains itself is written with $ref"
    else:
        message, hint = f"nothing before has the anchor &{event.anchor}", ""
    return SyntaxProblem("yaml-alias", message, event.line, event.column, hint)


def _take_key(parent: _Open, event: Event) -> None:
    if event.kind != "scalar":
        raise SyntaxProblem(
            "yaml-key",
            "a key must be text",
            event.line,
            event.column,
            "quote it or rename it",
        )
    _limit(len(event.text), MAX_KEY, "limit-keys", "characters in a key", event)
    parent.key = event.text
    parent.characters += len(event.text)
    parent.key_line, parent.key_column = event.line, event.column


def _put(parent: _Open | None, value: Any, built: Built) -> None:
    if parent is None:
        built.value = value
    elif isinstance(parent.value, list):
        parent.value.append(value)
    else:
        key = parent.key
        assert key is not None
        if key in parent.value:
            place = parent.key_line, parent.key_column
            built.repeated.append(Repeated(key, parent.value[key], value, *place))
        else:
            parent.value[key] = value
        parent.key = None


def _pointer(parent: _Open | None) -> str:
    if parent is None:
        return ""
    if isinstance(parent.value, list):
        return f"{parent.pointer}/{len(parent.value)}"
    assert parent.key is not None
    return f"{parent.pointer}/{escape(parent.key)}"
