"""The state of fakes: the contents of `testing/state.py` and `testing/stores.json`."""

import json
from collections.abc import Mapping

from msgspec import Struct

from clientcast import ir
from clientcast.bind.arguments import Argument
from clientcast.bind.docstrings import docstring
from clientcast.bind.lines import one_line
from clientcast.bind.store_items import ItemModels, singular_words
from clientcast.bind.stores import Store, StoreBinder
from clientcast.bind.types import Annotations
from clientcast.code import Constant, Import, Imports, Name, imported, imports_in
from clientcast.fake_view import FakeState, FakeStore
from clientcast.plain import mapping

STORES = imported("._runtime.testing.stores", "Stores")
_STORE = imported("._runtime.testing.store", "Store")
_STATE = imported("._runtime.testing.store", "FakeState")
_NAMES = frozenset({STORES.name, _STORE.name, _STATE.name, "State"})


class FakeStateBinder(Struct, frozen=True):
    """Binder of the state of a fake.

    Attributes:
        arguments: The arguments of each operation, by its pointer.
        examples: The example of each record, by its pointer.
    """

    api: ir.Api
    arguments: Mapping[str, tuple[Argument, ...]]
    annotations: Annotations
    examples: Mapping[str, object]

    def bind(
        self, names: Mapping[str, ir.Operation]
    ) -> tuple[FakeState | None, tuple[str, ...]]:
        """Return the state, and the pointers of operations whose declared effect has no items.

        Args:
            names: The operations by dotted name.
        """
        operations = tuple(names.values())
        stores = StoreBinder(self.api, self.arguments).bind(operations)
        used = frozenset(pointer for store in stores for pointer in store.operations)
        unknown = tuple(
            o.pointer
            for o in operations
            if o.state and o.state.effect != "none" and o.pointer not in used
        )
        return (self._state(stores, names, used) if stores else None), unknown

    def _state(
        self,
        stores: tuple[Store, ...],
        names: Mapping[str, ir.Operation],
        used: frozenset[str],
    ) -> FakeState:
        views = tuple(map(self._store, stores))
        names_by_pointer = {o.pointer: name for name, o in names.items()}
        title = one_line(self.api.title)
        return FakeState(
            module_docstring=docstring(
                f"The items that a stateful fake of {title} has."
            ),
            docstring=docstring(
                f"The items of a stateful fake of {title}, as operations create and change them."
            ),
            imports=Imports(
                frozenset(
                    {
                        *imports_in(STORES, _STORE, _STATE),
                        *imports_in(*(view.model for view in views)),
                    }
                ),
                "testing",
            ),
            stores=views,
            data={
                "stores": {
                    s.name: self._description(s, names_by_pointer) for s in stores
                },
                "stateless": [n for n, o in names.items() if o.pointer not in used],
            },
        )

    def _store(self, store: Store) -> FakeStore:
        class_ = self.annotations.class_name(store.item.record.pointer)
        if class_.name in _NAMES and isinstance(class_.source, Import):
            source = class_.source
            alias = f"{class_.name}_type"
            class_ = Name(alias, Import(source.module, source.name, alias))
        return FakeStore(store.name, Constant(store.name), class_)

    def _description(self, store: Store, names: Mapping[str, str]) -> dict[str, object]:
        """Return the description of a store.

        Args:
            store: The store.
            names: The dotted name of each operation, by its pointer.
        """
        item = store.item
        example = {**mapping(self.examples.get(item.record.pointer))}
        for field in item.record.fields:
            if field.default and field.name not in example:
                example[field.name] = json.loads(field.default)
        own_id = item.field(item.id)
        kind = ItemModels(self.api).id_kind(own_id.type) if own_id else ""
        prefix, separator, _ = str(example.get(item.id, "")).rpartition("_")
        noun = "_".join(singular_words(store.name))
        return {
            "id": item.id,
            "id_kind": kind,
            "id_prefix": f"{prefix}_" if separator else f"{noun}_",
            "properties": item.properties,
            "example": example,
            "labels": store.labels,
            "optional_labels": store.optional_labels,
            "operations": {
                names[pointer]: store.operations[pointer]
                for pointer in sorted(store.operations, key=names.__getitem__)
            },
        }
