"""Lists of a stateful fake: filters and pages of stored items."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ..codec.plain_data import encode_json, to_text
from ..codec.pointers import Pointer, value_at
from ..codec.type_guards import is_object
from .operation_state import FakeOperationState
from .pages import PageOfItems, item_cursor, page_reply, position_number
from .replies import JSON, Received, Reply, replaced_at
from .states import SortDescription, StateDescription
from .stored_items import StoredItem, StoredItems, meets, sort_key


def list_reply(
    operation: FakeOperationState,
    received: Received,
    items: StoredItems,
    selected: Sequence[StoredItem],
    state: StateDescription,
    arguments: Mapping[str, Any],
    page_size: int,
) -> Reply:
    """Return the response with a list of items, or with a page of it.

    Args:
        operation: The operation.
        received: The call.
        items: The store.
        selected: The items that the list may have.
        state: The description of the list.
        arguments: The arguments as plain data.
        page_size: The page size that applies if nothing says another one.

    Raises:
        UnexpectedCall: If an argument has a meaning that is not known.
    """
    known = [*state.known, *(filter.argument for filter in state.filters)]
    for keys in _unknown_arguments(arguments, (), known):
        name = ".".join(map(str, keys))
        raise operation.server.unexpected(
            f"{operation.name} was called with {name}={value_at(arguments, keys)!r}, and"
            f" the document does not say which {items.name} that selects: set the response"
            " for this call, or declare `state` or `pagination` in x-client"
        )
    chosen = {id(item) for item in _filtered(selected, state, arguments)}
    ordered = _ordered(items.all, state.sort, arguments)
    if ordered is None:
        raise operation.server.unexpected(
            f"{operation.name} was called with a property to sort by that {items.name} do not have"
        )
    paging = operation.description.paging
    matching = [item for item in ordered if id(item) in chosen]
    if paging is None:
        return _whole_list(operation, state, matching)
    given = value_at(arguments, state.limit) if state.limit else None
    size = given if isinstance(given, int) else state.default_limit or page_size
    if size < 1:
        raise operation.server.unexpected(
            f"{operation.name} was called with a page size of {size}"
        )
    position = received.position
    own_cursor = item_cursor(paging)
    if own_cursor is not None or state.names_items:
        start = _index_of(ordered, matching, position, own_cursor)
    else:
        start = position_number(paging, position, size)
    if start is None:
        raise operation.server.unexpected(
            f"{operation.name} was called with a position that this fake did not return"
        )
    page = matching[start : start + size]
    end = start + len(page)
    following = ""
    if end < len(matching):
        number = ordered.index(page[-1]) + 1 if state.names_items else end
        following = f"after-{number}"
    return page_reply(
        operation.description,
        paging,
        PageOfItems(
            [_shown(state, item) for item in page],
            following,
            len(matching),
            -(-len(matching) // size),
        ),
        received,
    )


def _whole_list(
    operation: FakeOperationState,
    state: StateDescription,
    matching: Sequence[StoredItem],
) -> Reply:
    description = operation.description
    body: object = (
        msgspec.json.decode(description.example) if description.example else None
    )
    body = replaced_at(body, state.items, [_shown(state, item) for item in matching])
    for total in state.totals:
        body = replaced_at(body, total, len(matching))
    headers = {"Content-Type": description.media_type or JSON}
    return Reply(description.status, encode_json(body), headers)


def _shown(state: StateDescription, item: StoredItem) -> dict[str, Any]:
    if not state.shown:
        return item.data
    return {name: item.data[name] for name in state.shown if name in item.data}


def _index_of(
    ordered: Sequence[StoredItem],
    matching: Sequence[StoredItem],
    position: str,
    own_cursor: Pointer | None,
) -> int | None:
    """Return the index of the item after the one that a cursor names; None if it names none.

    The item may have been deleted, or no longer meet the filter.
    """
    if not position:
        return 0
    if own_cursor is None:
        number = position.rpartition("-")[2]
        passed = ordered[: int(number)] if number.isdecimal() else None
    else:
        indexes = (
            index
            for index, item in enumerate(ordered)
            if to_text(value_at(item.data, own_cursor)) == position
        )
        index = next(indexes, None)
        passed = None if index is None else ordered[: index + 1]
    if passed is None:
        return None
    known = {id(item) for item in passed}
    return sum(1 for item in matching if id(item) in known)


def _filtered(
    items: Sequence[StoredItem], state: StateDescription, arguments: Mapping[str, Any]
) -> Iterator[StoredItem]:
    conditions = [
        (filter.property, filter.operator, value)
        for filter in state.filters
        if (value := value_at(arguments, filter.argument)) is not None
        and not is_object(value)
    ]
    for item in items:
        if all(meets(item, *condition) for condition in conditions):
            yield item


def _ordered(
    items: Sequence[StoredItem],
    sort: SortDescription | None,
    arguments: Mapping[str, Any],
) -> Sequence[StoredItem] | None:
    """Return items in the order of a call; None if it names a property that they do not have."""
    name = None if sort is None else value_at(arguments, sort.by)
    if sort is None or name is None:
        return items
    text, order = to_text(name), value_at(arguments, sort.order) if sort.order else None
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text.lstrip("+-")).lower()
    place = sort.properties.get(words.replace("-", "_"))
    if place is None:
        return None
    is_descending = text.startswith("-") or to_text(order).lower().startswith("desc")
    return sorted(items, key=lambda i: sort_key(i, place), reverse=is_descending)


def _unknown_arguments(
    value: object, path: Pointer, known: Sequence[Pointer]
) -> Iterator[Pointer]:
    """Yield the arguments, and the members of arguments, whose meaning is not known."""
    has_members = any(keys[: len(path)] == path != keys for keys in known)
    if not is_object(value) or not (has_members or not path):
        if path not in known and value is not None:
            yield path
        return
    for name, member in value.items():
        yield from _unknown_arguments(member, (*path, name), known)
