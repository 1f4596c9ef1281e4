"""The data of a fake of which a few operations changed."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from clientcast.fake_view import FakeState, Testing
from clientcast.render import TESTING, testing_data

Json = dict[str, Any]

_OPERATIONS = f"{TESTING}/operations.json"
_STORES = f"{TESTING}/stores.json"


class FakeParts(Struct, frozen=True):
    """The fakes of a part of an API, as it was and as it is, which have the same code.

    Attributes:
        resources: The attributes of the client that are in the part with all their operations.
        old: The fake of the part as it was.
        new: The fake of the part as it is.
        differ_in_texts_only: Whether the parts differ in nothing but texts and examples.
    """

    resources: Collection[str]
    old: Testing
    new: Testing
    differ_in_texts_only: bool

    def merge(self, files: Mapping[str, str]) -> dict[str, str] | None:
        """Return the data files of the whole fake, by path, with what changed in the part.

        Args:
            files: The files of the package, as the last cast wrote them.

        Returns:
            None if the last cast did not write of the part what the part alone gives.
        """
        old, new = self.old, self.new
        if _text(old.models) != _text(new.models):
            return None
        operations = self._merged_operations(json.loads(files[_OPERATIONS]))
        if operations is None:
            return None
        state = None
        if _STORES in files and not self.differ_in_texts_only:
            stores = self._merged_stores(json.loads(files[_STORES]))
            if stores is None:
                return None
            state = new.state and replace(new.state, data=stores)
        data = testing_data(replace(new, operations=operations, state=state))
        return {path: data[path] for path in (_OPERATIONS, _STORES) if path in data}

    def _merged_operations(self, whole: Json) -> Json | None:
        """Return the descriptions of all operations; None if they are not as they were."""
        old, changed = self.old.operations, Json()
        for name, value in self._own(self.new.operations).items():
            before = _text(old.get(name))
            if before != _text(value):
                if before != _text(whole.get(name)):
                    return None
                changed[name] = value
        return {**whole, **changed}

    def _own(self, values: Mapping[str, Any]) -> Json:
        """Return the values of operations of complete resources."""
        return {
            name: value
            for name, value in values.items()
            if name.partition(".")[0] in self.resources
        }

    def _merged_stores(self, whole: Json) -> Json | None:
        """Return the stores of the whole fake with the effects of the part's operations.

        None if the part does not have the stores of the whole.
        """
        before, after = _effects(self.old.state), _effects(self.new.state)
        written = _effects_in(whole)
        stores = {**whole["stores"]}
        for name in self._own(self.old.operations):
            if _text(before.get(name)) != _text(written.get(name)):
                return None
            if _text(before.get(name, ())[:2]) != _text(after.get(name, ())[:2]):
                return None
            if name in after:
                store, _, effect = after[name]
                operations = {**stores[store]["operations"], name: effect}
                stores[store] = {**stores[store], "operations": operations}
        return {**whole, "stores": stores}


Effect = tuple[str, Json, Json]
"""The name of a store, what it has in common, and the effect of an operation on its items."""


def _effects(state: FakeState | None) -> dict[str, Effect]:
    return {} if state is None else _effects_in({**state.data})


def _effects_in(data: Json) -> dict[str, Effect]:
    """Return the effect of each operation that has one, by its name."""
    return {
        operation: (name, {k: v for k, v in store.items() if k != "operations"}, effect)
        for name, store in data["stores"].items()
        for operation, effect in store["operations"].items()
    }


def _text(value: object) -> str:
    return json.dumps(value)
