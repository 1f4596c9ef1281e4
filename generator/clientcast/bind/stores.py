"""Stores of stateful fakes: which operations create, list, change and delete the same items.

Of a document alone, only what HTTP methods and paths say by themselves counts: POST and GET of
`/orders`; GET, PUT, PATCH and DELETE of `/orders/{id}`. `state` of `x-client` declares the rest.
"""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from clientcast import ir
from clientcast.bind.arguments import Argument
from clientcast.bind.names import Scope as NameScope
from clientcast.bind.names import snake_case
from clientcast.bind.states import JsonObject, Scope, StateBinder, label_name
from clientcast.bind.store_items import ItemModel, ItemModels, singular_words

_PARAMETER = re.compile(r"\{\+?([^{}]*)\}")
_ITEM_PATH = re.compile(r"(.*/[^/{}]+)/\{\+?([^{}/]+)\}/?")
_ITEM_EFFECTS = {"GET": "read", "PUT": "replace", "PATCH": "update", "DELETE": "delete"}
_COLLECTION_EFFECTS = {"GET": "list", "POST": "create"}
_NOTHING = ir.StateOptions("")
_RESERVED = ("page_size", "stateless_operations", "clear")


class _Collection(Struct, frozen=True):
    """The operations of a collection, and of its items.

    Attributes:
        path: The path of the collection.
        lists: The operations of the collection.
        items: The operations of an item.
        parameter: The path parameter of an item; empty if no operation has it.
    """

    path: str
    lists: list[ir.Operation] = field(default_factory=list[ir.Operation])
    items: list[ir.Operation] = field(default_factory=list[ir.Operation])
    parameter: str = ""

    @property
    def segment(self) -> str:
        """The last segment of the path."""
        return self.path.rpartition("/")[2]

    @property
    def depth(self) -> int:
        """The number of path parameters before the last segment."""
        return len(_PARAMETER.findall(self.path))


class Store(Struct, frozen=True):
    """Items that operations share.

    Attributes:
        name: The attribute of the state.
        labels: The labels that items need: path parameters that are no property of items.
        optional_labels: The labels that items may have.
        operations: The descriptions of effects, by the pointer of the operation.
    """

    name: str
    item: ItemModel
    labels: tuple[str, ...]
    optional_labels: tuple[str, ...]
    operations: Mapping[str, JsonObject]


class StoreBinder(Struct, frozen=True):
    """Binder of the stores of an API.

    Attributes:
        arguments: The arguments of each operation, by its pointer.
    """

    api: ir.Api
    arguments: Mapping[str, tuple[Argument, ...]]

    def bind(self, operations: tuple[ir.Operation, ...]) -> tuple[Store, ...]:
        """Return the stores."""
        models = ItemModels(self.api)
        binder = StateBinder(models, self.arguments)
        found = [
            (collection, item)
            for collection in _collections(operations)
            if (item := _model(models, collection)) is not None
        ]
        found.sort(key=lambda pair: (not pair[0].items, pair[0].depth))
        main: dict[str, _Draft] = {}
        for collection, item in found:
            known = main.get(item.record.pointer)
            scope = _scope(models, collection, item)
            described = dict(_described(binder, collection, item, scope))
            if known is None:
                declared = any(o.state for o in (*collection.lists, *collection.items))
                if len(described) < 2 and not declared:
                    continue
                known = main[item.record.pointer] = _Draft(collection, item)
            elif not _has_same_items(known, collection, item, scope):
                continue
            known.operations |= described
            known.labels |= dict.fromkeys(label for label, _ in scope.labels)
        drafts = [*main.values()]
        names = NameScope(_RESERVED)
        for draft in drafts:
            words = [
                word
                for word in draft.collection.path.split("/")
                if word and not _PARAMETER.search(word)
            ]
            longer = (snake_case(" ".join(words[-n:])) for n in range(1, 4))
            draft.name = names.claim(*longer)
        self._declare(binder, operations, drafts, names)
        return tuple(
            Store(
                draft.name,
                draft.item,
                tuple(draft.labels),
                tuple(n for n in draft.optional_labels if n not in draft.labels),
                draft.operations,
            )
            for draft in drafts
            if draft.operations
        )

    def _declare(
        self,
        binder: StateBinder,
        operations: tuple[ir.Operation, ...],
        drafts: list["_Draft"],
        names: NameScope,
    ) -> None:
        """Add the effects that the document declares, and the stores for them."""
        models = binder.models
        declared = [(o, o.state) for o in operations if o.state is not None]
        for operation, options in declared:
            if options.effect == "none" or not options.items:
                continue
            if any(draft.name == snake_case(options.items) for draft in drafts):
                continue
            item = _declared_model(models, operation, options)
            if item is not None:
                draft = _Draft(_Collection(operation.path), item)
                draft.name = names.claim(snake_case(options.items))
                drafts.append(draft)
        for operation, options in declared:
            if options.effect == "none":
                continue
            owner = _draft_of(operation, options, drafts)
            if owner is None:
                continue
            scope = _scope_of(models, operation, owner)
            state = binder.describe(
                operation, options.effect, owner.item, scope, options, is_declared=True
            )
            if state is not None:
                owner.operations[operation.pointer] = state
                owner.optional_labels |= dict.fromkeys(map(label_name, options.labels))


class _Draft(Struct):
    """A store that gets its operations."""

    collection: _Collection
    item: ItemModel
    name: str = ""
    labels: dict[str, None] = field(default_factory=dict[str, None])
    optional_labels: dict[str, None] = field(default_factory=dict[str, None])
    operations: dict[str, JsonObject] = field(default_factory=dict[str, JsonObject])


def _collections(operations: tuple[ir.Operation, ...]) -> tuple[_Collection, ...]:
    """Return the collections of the paths, in the order of the document."""
    found: dict[str, _Collection] = {}
    for operation in operations:
        path, parameter = operation.path.rstrip("/"), ""
        match = _ITEM_PATH.fullmatch(path)
        if match is not None:
            path, parameter = match.groups()
        if not path or path.endswith("}"):
            continue
        key = _PARAMETER.sub("{}", path)
        collection = found.get(key) or _Collection(path)
        if parameter:
            collection.items.append(operation)
            collection = _Collection(
                collection.path, collection.lists, collection.items, parameter
            )
        else:
            collection.lists.append(operation)
        found[key] = collection
    return tuple(found.values())


def _model(models: ItemModels, collection: _Collection) -> ItemModel | None:
    """Return the model of the items of a collection; None if it is unknown."""
    parameter = collection.parameter or "id"
    readers = sorted(collection.items, key=lambda o: o.method != "GET")
    for operation in readers:
        if operation.method in _ITEM_EFFECTS:
            item = models.item_in(operation.success.type, parameter, collection.segment)
            if item is not None:
                return item
    for operation in collection.lists:
        if operation.method == "GET":
            record = _listed(models, operation)
            name = record and models.id_property(record, parameter, collection.segment)
            if record is not None and name:
                return ItemModel(record, name)
    for operation in collection.lists:
        if operation.method == "POST":
            return models.item_in(operation.success.type, parameter, collection.segment)
    return None


def _listed(models: ItemModels, operation: ir.Operation) -> ir.Record | None:
    """Return the model of the items of a list."""
    found = StateBinder(models, {}).paged_record(operation)
    if found is not None:
        return found
    place = models.list_in(operation)
    return None if place is None else place[1]


def _declared_model(
    models: ItemModels, operation: ir.Operation, options: ir.StateOptions
) -> ItemModel | None:
    """Return the model of items that only `x-client` names."""
    if options.effect == "list":
        record = _listed(models, operation)
        name = record and models.id_property(record, "id", options.items)
        return ItemModel(record, name) if record is not None and name else None
    if options.effect in ("read", "create"):
        return models.item_in(operation.success.type, "id", options.items)
    return None


def _scope(models: ItemModels, collection: _Collection, item: ItemModel) -> Scope:
    """Return which properties and labels of items have the path parameters of a collection."""
    owners: list[tuple[str, str]] = []
    labels: list[tuple[str, str]] = []
    before = ""
    for segment in collection.path.split("/"):
        for name in _PARAMETER.findall(segment):
            owner = models.owner_property(item, name, before)
            noun = "_".join((*singular_words(before), "id"))
            if owner:
                owners.append((owner, name))
            else:
                labels.append((noun if name == "id" else label_name(name), name))
        before = segment if "{" not in segment else before
    return Scope("", tuple(owners), tuple(labels))


def _has_same_items(
    draft: "_Draft", collection: _Collection, item: ItemModel, scope: Scope
) -> bool:
    """Return whether a collection has items of a store: those of an owner in its path."""
    return bool(
        collection.segment == draft.collection.segment
        and item.id == draft.item.id
        and scope.owners
        and not scope.labels
    )


def _described(
    binder: StateBinder, collection: _Collection, item: ItemModel, scope: Scope
) -> Iterator[tuple[str, JsonObject]]:
    """Yield the effects of a collection's operations for which nothing is declared."""
    for operation, effect, own in _effects(collection, scope):
        if operation.state is None:
            state = binder.describe(
                operation, effect, item, own, _NOTHING, is_declared=False
            )
            if state is not None:
                yield operation.pointer, state


def _effects(
    collection: _Collection, scope: Scope
) -> Iterator[tuple[ir.Operation, str, Scope]]:
    """Yield the operations of a collection with their effects."""
    for operation in collection.lists:
        if operation.method in _COLLECTION_EFFECTS:
            yield operation, _COLLECTION_EFFECTS[operation.method], scope
    for operation in collection.items:
        if operation.method in _ITEM_EFFECTS:
            _, _, last = operation.path.rstrip("/").rpartition("/")
            (name,) = _PARAMETER.findall(last)
            own = Scope(name, scope.owners, scope.labels)
            yield operation, _ITEM_EFFECTS[operation.method], own


def _draft_of(
    operation: ir.Operation, options: ir.StateOptions, drafts: list[_Draft]
) -> _Draft | None:
    """Return the store of an operation: the named one, or that of the longest path before."""
    if options.items:
        name = snake_case(options.items)
        return next((draft for draft in drafts if draft.name == name), None)
    path = _PARAMETER.sub("{}", operation.path)
    below = [
        draft
        for draft in drafts
        if f"{path}/".startswith(f"{_PARAMETER.sub('{}', draft.collection.path)}/")
    ]
    return max(below, key=lambda draft: len(draft.collection.path), default=None)


def _scope_of(models: ItemModels, operation: ir.Operation, draft: _Draft) -> Scope:
    """Return the scope of an operation below the path of a store."""
    base = draft.collection.path
    depth = base.count("/") + 1
    segments = operation.path.split("/")
    if _PARAMETER.sub("{}", "/".join(segments[:depth])) != _PARAMETER.sub("{}", base):
        return Scope()
    scope = _scope(models, _Collection("/".join(segments[:depth])), draft.item)
    match = _PARAMETER.fullmatch(segments[depth]) if len(segments) > depth else None
    return Scope(match[1] if match else "", scope.owners, scope.labels)
