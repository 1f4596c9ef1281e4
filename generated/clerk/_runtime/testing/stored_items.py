"""Items of a stateful fake as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..codec.plain_data import to_text
from ..codec.pointers import Pointer, value_at
from ..codec.type_guards import is_array, is_object
from .states import StoreDescription


@dataclass(eq=False)
class StoredItem:
    """An item.

    Attributes:
        data: Its properties.
        labels: Its labels.
        is_removed: Whether it was deleted; a cursor may still name it.
    """

    data: dict[str, Any]
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    is_removed: bool = False


class StoredItems:
    """The items of a store, in the order in which they were added."""

    def __init__(self, name: str, description: StoreDescription) -> None:
        self.name = name
        self.description = description
        self.all: list[StoredItem] = []
        self._created = 0

    def __iter__(self) -> Iterator[StoredItem]:
        return (item for item in self.all if not item.is_removed)

    def find(self, id: object, labels: Mapping[str, str]) -> StoredItem | None:
        """Return the item with an id; None if there is none.

        Args:
            id: The id.
            labels: The labels of a nested collection; ids may repeat with others.
        """
        name = self.description.id
        for item in self:
            if is_equal(item.data.get(name), id) and has_labels(item, labels):
                return item
        return None

    def add(self, data: dict[str, Any], labels: Mapping[str, str]) -> StoredItem:
        """Add an item."""
        item = StoredItem(deepcopy(data), labels)
        self.all.append(item)
        return item

    def new_id(self) -> str | int:
        """Return an id that no item has or had."""
        used = {to_text(item.data.get(self.description.id)) for item in self.all}
        while True:
            self._created += 1
            made = self._id(self._created)
            if str(made) not in used:
                return made

    def _id(self, number: int) -> str | int:
        match self.description.id_kind:
            case "integer":
                return number
            case "uuid":
                return f"00000000-0000-4000-8000-{number:012x}"
            case _:
                return f"{self.description.id_prefix}{number}"


def has_labels(item: StoredItem, labels: Mapping[str, str]) -> bool:
    """Return whether an item has labels."""
    return all(item.labels.get(name) == text for name, text in labels.items())


def is_equal(actual: object, expected: object) -> bool:
    """Return whether a property has a value; texts of a URL equal numbers."""
    if actual is None or expected is None:
        return actual is expected
    if type(actual) is type(expected):
        return actual == expected
    return to_text(actual) == to_text(expected)


def meets(item: StoredItem, property: Pointer, operator: str, value: object) -> bool:
    """Return whether a property of an item meets a condition."""
    actual = value_at(item.data, property)
    if actual is None:
        return False
    match operator:
        case "eq":
            return is_equal(actual, value) or _comparable(actual) == _comparable(value)
        case "in":
            values = value if is_array(value) else [value]
            return any(meets(item, property, "eq", one) for one in values)
        case "has":
            return is_array(actual) and any(is_equal(one, value) for one in actual)
        case "contains":
            values = value if is_array(value) else [value]
            return all(to_text(part) in to_text(actual) for part in values)
        case _:
            return _compares(actual, operator, value)


def sort_key(item: StoredItem, property: Pointer) -> tuple[str, Any]:
    """Return the key of an item in the order by a property; items without it are the first."""
    value = value_at(item.data, property)
    comparable = "" if value is None else _comparable(value)
    return "" if value is None else type(comparable).__name__, comparable


def _compares(actual: object, operator: str, value: object) -> bool:
    left, right = _comparable(actual), _comparable(value)
    if type(left) is not type(right):
        left, right = to_text(actual), to_text(value)
    if left == right:
        return operator in ("gte", "lte")
    return bool(left > right) == operator.startswith("gt")


def _comparable(value: object) -> Any:
    """Return a value to compare: a time, a number, or else its text."""
    if isinstance(value, int | float):
        return float(value)
    text = to_text(value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment.timestamp()


def merged(old: Any, patch: Any) -> Any:
    """Return a value after a JSON Merge Patch (RFC 7396)."""
    if not is_object(patch):
        return patch
    result: dict[str, Any] = {**old} if is_object(old) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result
