"""Server side of a stateful fake: operations that read and change stored items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from threading import RLock
from typing import Any

import msgspec

from ..codec.plain_data import encode_json, to_plain_data, to_text
from ..codec.pointers import Pointer, value_at
from ..codec.type_guards import is_object
from .descriptions import OperationDescription
from .operation_state import FakeOperationState
from .replies import JSON, Received, Reply, replaced_at
from .states import StateDescription, decode_states
from .stored_items import StoredItem, StoredItems, has_labels, is_equal, merged
from .stored_lists import list_reply

DEFAULT_PAGE_SIZE = 10


class Stores:
    """The stores of a stateful fake.

    Attributes:
        page_size: The page size that applies if nothing says another one.
        stateless: The operations that neither read nor change items.
        by_name: The items by the name of the store.

    Args:
        package: The package of the fake, with `stores.json`.
    """

    def __init__(self, package: str) -> None:
        content = files(package).joinpath("stores.json").read_bytes()
        descriptions = decode_states(content)
        self.page_size = DEFAULT_PAGE_SIZE
        self.lock = RLock()
        self.stateless = tuple(descriptions.stateless)
        self.by_name: Mapping[str, StoredItems] = {
            name: StoredItems(name, store)
            for name, store in descriptions.stores.items()
        }
        self._by_operation: Mapping[str, tuple[StoredItems, StateDescription]] = {
            name: (items, state)
            for items in self.by_name.values()
            for name, state in items.description.operations.items()
        }

    def clear(self) -> None:
        """Forget all items."""
        with self.lock:
            for items in self.by_name.values():
                items.all.clear()

    def has(self, operation: str) -> bool:
        """Return whether an operation reads or changes items."""
        return operation in self._by_operation

    def reply(self, operation: FakeOperationState, received: Received) -> Reply:
        """Return the reply of an operation after its effect on the items."""
        items, state = self._by_operation[operation.name]
        with self.lock:
            effect = _Effect(operation, received, items, state)
            if state.effect == "list":
                return self._list(effect)
            return effect.reply()

    def _list(self, effect: _Effect) -> Reply:
        selected = effect.select()
        if isinstance(selected, Reply):
            return selected
        return list_reply(
            effect.operation,
            effect.received,
            effect.items,
            selected,
            effect.state,
            effect.arguments,
            self.page_size,
        )


@dataclass
class _Effect:
    """A call that reads or changes items."""

    operation: FakeOperationState
    received: Received
    items: StoredItems
    state: StateDescription

    @cached_property
    def arguments(self) -> dict[str, Any]:
        """The arguments as plain data."""
        return {
            name: to_plain_data(value, name)
            for name, value in self.received.arguments.items()
        }

    def value(self, keys: Pointer) -> object:
        """Return the value of an argument; None if it was not sent."""
        return value_at(self.arguments, keys)

    @cached_property
    def scope(self) -> dict[str, str]:
        """The labels of the collection in the path."""
        return {name: to_text(self.value(k)) for name, k in self.state.scope.items()}

    @property
    def body(self) -> dict[str, Any]:
        """The properties of an item in the request body."""
        places = self.operation.description.arguments
        whole: dict[str, Any] = {}
        for name, value in self.arguments.items():
            if places[name].place in ("json", "form"):
                if places[name].name:
                    whole[places[name].name] = value
                elif is_object(value):
                    whole |= value
        found = value_at(whole, self.state.body)
        sent = self.state.sent
        return {n: v for n, v in found.items() if n in sent} if is_object(found) else {}

    def select(self) -> list[StoredItem] | Reply:
        """Return the items that the call is about, or the reply if it needs one."""
        state = self.state
        found = [item for item in self.items if has_labels(item, self.scope)]
        found = [*self._where(found, state.owners)]
        if state.labels:
            labels = {name: to_text(self.value(k)) for name, k in state.labels.items()}
            known = next((i for i in found if has_labels(i, labels)), None)
            if known is None:
                return self._error(state.missing)
            found = self._related(found, known)
        found = [*self._where(found, state.where)]
        if not state.one:
            return found
        if not found:
            return self._error(state.missing)
        if any(not is_equal(found[0].data.get(n), v) for n, v in state.only.items()):
            return self._error(state.refused or state.missing)
        return found

    def _related(self, items: list[StoredItem], known: StoredItem) -> list[StoredItem]:
        """Return the items that belong to the identified one."""
        state = self.state
        if not state.same:
            return [known]
        value = known.data.get(state.same)
        found = [item for item in items if is_equal(item.data.get(state.same), value)]
        if state.keep is not None:
            keys, default = state.keep
            given = self.value(keys)
            if default if given is None else given:
                found.remove(known)
        return found

    def _where(
        self, items: list[StoredItem], conditions: list[tuple[Pointer, Pointer]]
    ) -> Iterator[StoredItem]:
        for item in items:
            if all(
                is_equal(value_at(item.data, property), self.value(keys))
                for property, keys in conditions
            ):
                yield item

    def reply(self) -> Reply:
        """Return the reply after the effect."""
        if self.state.effect == "create":
            return self._create()
        selected = self.select()
        if isinstance(selected, Reply):
            if self.state.creates and selected.status == self.state.missing:
                return self._create(status=201)
            return selected
        for item in selected:
            self._change(item)
        return self._with_item(selected[0] if selected else None)

    def _change(self, item: StoredItem) -> None:
        state = self.state
        match state.effect:
            case "delete":
                item.is_removed = True
            case "replace":
                kept = {n: v for n, v in item.data.items() if n not in state.sent}
                item.data = {**kept, **state.defaults, **self.body}
                item.data |= self._identity(item)
            case "update":
                body = self.body
                patch = merged(item.data, body) if state.merges else item.data | body
                item.data = {**patch, **state.set, **self._identity(item)}
            case _:
                pass

    def _identity(self, item: StoredItem) -> dict[str, Any]:
        """Return the id of an item, which no body changes."""
        name = self.items.description.id
        wanted = next((k for p, k in self.state.where if p == (name,)), None)
        current = item.data.get(name)
        return {
            name: current if current is not None or not wanted else self.value(wanted)
        }

    def _create(self, status: int | None = None) -> Reply:
        state, description = self.state, self.items.description
        data = {**description.example, **state.defaults, **self.body, **state.set}
        for property, keys in (*state.owners, *state.where):
            data = replaced_at(data, property, self.value(keys))
        given = self.body.get(description.id)
        if state.where:
            given = data[description.id]
        if given is None:
            given = self.items.new_id()
        elif self.items.find(given, self.scope) is not None:
            return self._error(409)
        data[description.id] = given
        labels = {name: to_text(self.value(k)) for name, k in state.labels.items()}
        return self._with_item(self.items.add(data, {**self.scope, **labels}), status)

    def _with_item(self, item: StoredItem | None, status: int | None = None) -> Reply:
        """Return the reply with the example body, in which an item is."""
        description, state = self.operation.description, self.state
        if not description.example:
            return Reply(status or description.status)
        body: object = msgspec.json.decode(description.example)
        if item is not None and state.has_item:
            before = value_at(body, state.item)
            body = replaced_at(body, state.item, shown(self.items, state, item, before))
        return _json_reply(description, body, status)

    def _error(self, status: int) -> Reply:
        return self.operation.example(status)


def shown(
    items: StoredItems, state: StateDescription, item: StoredItem, example: object
) -> dict[str, Any]:
    """Return an item as a response has it."""
    if not state.shown:
        return item.data
    own = items.description.properties
    base = example if is_object(example) else {}
    return {
        **{name: value for name, value in base.items() if name not in own},
        **{name: item.data[name] for name in state.shown if name in item.data},
    }


def _json_reply(
    description: OperationDescription, body: object, status: int | None
) -> Reply:
    headers = {"Content-Type": description.media_type or JSON}
    return Reply(status or description.status, encode_json(body), headers)
