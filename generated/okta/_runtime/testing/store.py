"""Items of a stateful fake, for tests that add them and look at them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic, TypeVar, cast

from ..codec.json_decoding import decode_json
from ..codec.plain_data import encode_json, to_plain_data
from ..codec.type_guards import is_object
from .stores import Stores

M = TypeVar("M")


class FakeState:
    """Base class of the items of a fake."""

    def __init__(self, stores: Stores | None) -> None:
        if stores is None:
            raise TypeError(
                "this fake keeps no items: make it with `stateful=True` to have a state"
            )
        self._stores = stores

    @property
    def page_size(self) -> int:
        """The number of items of a page, if neither the call nor the document has a limit."""
        return self._stores.page_size

    @page_size.setter
    def page_size(self, number: int) -> None:
        if number < 1:
            raise ValueError("a page has at least one item")
        self._stores.page_size = number

    @property
    def stateless_operations(self) -> tuple[str, ...]:
        """The operations that neither read nor change items: they respond as in any fake."""
        return self._stores.stateless

    def clear(self) -> None:
        """Forget all items."""
        self._stores.clear()


class Store(Generic[M]):
    """Items that operations create, list, change and delete.

    Args:
        stores: The stores of the fake.
        name: The name of the store.
        model: The model of the items.
    """

    def __init__(self, stores: Stores | None, name: str, model: type[M]) -> None:
        if stores is None:
            raise TypeError("this fake keeps no items")
        self._stores = stores
        self._items = stores.by_name[name]
        self._model = model

    def __repr__(self) -> str:
        return f"<{self._items.name}: {len(self)} items>"

    def __iter__(self) -> Iterator[M]:
        return iter(self.items)

    def __len__(self) -> int:
        with self._stores.lock:
            return sum(1 for _ in self._items)

    @property
    def items(self) -> list[M]:
        """The items, in the order in which they were added."""
        with self._stores.lock:
            return [self._decoded(item.data) for item in self._items]

    def get(self, id: str | int, **labels: str | int) -> M | None:
        """Return the item with an id; None if there is none.

        Args:
            id: The id.
            labels: The labels that it has, see `add`.
        """
        with self._stores.lock:
            texts = {name: str(value) for name, value in labels.items()}
            found = self._items.find(id, texts)
            return None if found is None else self._decoded(found.data)

    def add(self, *items: M, **labels: str | int) -> None:
        """Add items, as if the API had them.

        Args:
            items: The items, each with an id of its own.
            labels: What requests have and the model has not: `shop="s1"` for items whose path
                begins with `/shops/{shop}`, or the token that identifies an item.

        Raises:
            TypeError: If an item has another type, or a label is missing or unknown.
            ValueError: If an item has no id, or the id of another one.
        """
        description, texts = self._items.description, self._labels(labels)
        added: list[dict[str, Any]] = []
        for item in items:
            if not isinstance(item, self._model):
                raise TypeError(
                    f"{self._items.name} has items of {self._model.__name__}, and not of"
                    f" {type(item).__name__}"
                )
            data = to_plain_data(item, "the item", "stored")
            if not is_object(data) or data.get(description.id) is None:
                raise ValueError(
                    f"an item of {self._items.name} has no {description.id}"
                )
            added.append(data)
        scope = {name: texts[name] for name in description.labels}
        with self._stores.lock:
            for data in added:
                id = data[description.id]
                if self._items.find(id, scope) is not None:
                    raise ValueError(
                        f"{self._items.name} has an item with {description.id}={id!r}"
                        " already: give each item its own"
                    )
                self._items.add(data, texts)

    def clear(self) -> None:
        """Forget the items."""
        with self._stores.lock:
            self._items.all.clear()

    def _labels(self, labels: dict[str, str | int]) -> dict[str, str]:
        description = self._items.description
        for name in description.labels:
            if name not in labels:
                raise TypeError(f"an item of {self._items.name} needs {name}=...")
        known = (*description.labels, *description.optional_labels)
        for name in labels:
            if name not in known:
                expected = f"; it has {', '.join(known)}" if known else ""
                raise TypeError(f"{self._items.name} has no label {name}{expected}")
        return {name: str(value) for name, value in labels.items()}

    def _decoded(self, data: dict[str, Any]) -> M:
        value, _ = decode_json(encode_json(data), self._model)
        return cast(M, value)
