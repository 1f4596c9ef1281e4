"""Effects of operations on the items of stateful fakes, as JSON data; see `testing.states`."""

import json
import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from clientcast import ir
from clientcast.bind.arguments import Argument, ArgumentLocation
from clientcast.bind.names import snake_case
from clientcast.bind.pointers import Keys, pointer_keys, type_at
from clientcast.bind.store_filters import Filters
from clientcast.bind.store_items import ItemModel, ItemModels
from clientcast.paging_vocabulary import LIMITS, TOTALS

JsonObject = dict[str, object]

_NO_NAME = re.compile(r"[^a-z0-9]")


class Scope(Struct, frozen=True):
    """The collection that the path of an operation leads to.

    Attributes:
        id: The path parameter of the item; empty for none.
        owners: The path parameters before the collection, by the property of items that has
            the value.
        labels: Those without a property, by the label of items that has it.
    """

    id: str = ""
    owners: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()


class StateBinder(Struct, frozen=True):
    """Binder of the effects of operations.

    Attributes:
        arguments: The arguments of each operation, by its pointer.
    """

    models: ItemModels
    arguments: Mapping[str, tuple[Argument, ...]]

    def describe(
        self,
        operation: ir.Operation,
        effect: str,
        item: ItemModel,
        scope: Scope,
        options: ir.StateOptions,
        *,
        is_declared: bool,
    ) -> JsonObject | None:
        """Return the description of an effect, without defaults; None if it cannot be known.

        Args:
            operation: The operation.
            effect: The effect.
            item: The model of the items.
            scope: The collection in the path.
            options: What the document declares.
            is_declared: Whether it declares the effect.
        """
        if operation.success.type is not None and not _is_json(operation):
            return None
        state: JsonObject = {"effect": effect}
        state |= self._selection(operation, item, scope, options)
        if effect == "list":
            found = self._list(operation, item, options, state)
        else:
            found = self._result(operation, effect, item, options, is_declared)
        if found is None:
            return None
        state |= found
        if effect in ("create", "replace", "update"):
            body = self._body(operation, item)
            if body is None and not is_declared:
                return None
            state |= body or {}
        if effect == "replace":
            state["creates"] = any(r.status == "201" for r in operation.responses)
        return {
            name: value
            for name, value in state.items()
            if value not in ("", (), [], {}, False)
        }

    def _selection(
        self,
        operation: ir.Operation,
        item: ItemModel,
        scope: Scope,
        options: ir.StateOptions,
    ) -> JsonObject:
        """Return which items an operation is about."""
        where = list(options.where)
        if not (where or options.labels) and scope.id:
            where = [(item.id, scope.id)]
        found = ((p, self._argument(operation, name)) for p, name in where)
        labels = {
            label_name(name): keys
            for name in options.labels
            if (keys := self._argument(operation, name)) is not None
        }
        return {
            "where": [[[p], keys] for p, keys in found if keys is not None],
            "owners": [
                [[p], keys]
                for p, name in scope.owners
                if (keys := self._argument(operation, name)) is not None
            ],
            "scope": {
                label: keys
                for label, name in scope.labels
                if (keys := self._argument(operation, name)) is not None
            },
            "labels": labels,
            "same": options.same,
            "keep": self._keep(operation, options),
            "one": item.id in dict(where) or bool(labels and not options.same),
            "set": {name: json.loads(text) for name, text in options.set},
            "only": {name: json.loads(text) for name, text in options.only},
            **({"refused": options.refused} if options.refused else {}),
            **({"missing": options.missing} if options.missing != 404 else {}),
        }

    def _keep(self, operation: ir.Operation, options: ir.StateOptions) -> list[object]:
        """Return the argument for keeping the identified item, and its default."""
        keys = self._argument(operation, options.keep) if options.keep else None
        if keys is None:
            return []
        fields = [a.field for a in self.arguments[operation.pointer]]
        default = next((f.default for f in fields if f.name == options.keep), "")
        return [keys, default == "true"]

    def _list(
        self,
        operation: ir.Operation,
        item: ItemModel,
        options: ir.StateOptions,
        state: JsonObject,
    ) -> JsonObject | None:
        """Return what the list of an operation has; None if its items are others."""
        place = self.models.list_in(operation)
        record = self.paged_record(operation)
        keys: Keys = ()
        if record is None and place is not None:
            keys, record = place
        shown = None if record is None else self.models.shown(record, item)
        if shown is None:
            return None
        arguments = self.arguments[operation.pointer]
        filters = [*Filters(self.models, item).find(arguments)]
        limit = self._limit(operation)
        names = [*_paging_names(operation), *dict(options.where).values()]
        names += [*options.ignore, *options.labels, options.keep]
        names += [options.sort_by, options.sort_order]
        found = (self._argument(operation, name) for name in names if name)
        known: dict[Keys, None] = {
            (a.name,): None for a in arguments if _is_no_filter(a)
        }
        known |= {keys: None for keys in found if keys is not None}
        if limit is not None:
            known[limit[0]] = None
            state |= {"limit": limit[0], "default_limit": limit[1]}
        return {
            "items": keys,
            "shown": shown,
            "filters": [(f.argument, f.property, f.operator) for f in filters],
            "known": [*known],
            "totals": self._totals(operation) if not operation.paging else [],
            "names_items": options.names_items,
            "sort": self._sort(operation, item, options),
        }

    def _sort(
        self, operation: ir.Operation, item: ItemModel, options: ir.StateOptions
    ) -> JsonObject:
        """Return the arguments that sort a list, and the properties that they may name."""
        keys = self._argument(operation, options.sort_by) if options.sort_by else None
        if keys is None:
            return {}
        found: JsonObject = {
            "by": keys,
            "properties": dict(Filters(self.models, item).places()),
        }
        order = options.sort_order and self._argument(operation, options.sort_order)
        return {**found, "order": order} if order else found

    def paged_record(self, operation: ir.Operation) -> ir.Record | None:
        """Return the model of the items of pages; None if there are no pages of records."""
        if operation.paging is None:
            return None
        body = operation.success.type
        for pointer in operation.paging.items:
            found = body and type_at(self.models.api, body, pointer_keys(pointer))
            record = (
                self.models.record(found.item) if isinstance(found, ir.ListOf) else None
            )
            if record is not None:
                return record
        return None

    def _totals(self, operation: ir.Operation) -> list[Keys]:
        """Return the properties beside a list whose name is that of a total."""
        record = self.models.record(operation.success.type)
        fields = () if record is None else record.fields
        return [(f.name,) for f in fields if _plain_name(f.name) in TOTALS]

    def _limit(self, operation: ir.Operation) -> tuple[Keys, int] | None:
        """Return the argument of the page size of a paged list, and its default or 0."""
        if operation.paging is None:
            return None
        name = ""
        match operation.paging:
            case ir.OffsetPaging(limit=limit) | ir.PageNumberPaging(limit=limit):
                name = limit
            case _:
                pass
        for argument in self.arguments[operation.pointer]:
            is_limit = _plain_name(argument.field.name) in LIMITS
            if argument.field.name == name or (not name and is_limit):
                default = argument.field.default
                return (argument.name,), int(default) if default.isdecimal() else 0
        keys = self._argument(operation, name) if name else None
        return None if keys is None else (keys, 0)

    def _result(
        self,
        operation: ir.Operation,
        effect: str,
        item: ItemModel,
        options: ir.StateOptions,
        is_declared: bool,
    ) -> JsonObject | None:
        """Return where the response has the item; None if it should have it and does not."""
        type_ = operation.success.type
        is_open = is_declared or effect == "delete"
        if options.item is not None and type_ is not None:
            keys = pointer_keys(options.item)
            type_ = type_at(self.models.api, type_, keys)
            record = self.models.record(type_)
            shown = record and self.models.shown(record, item, is_open=True)
            return {"item": keys, "shown": shown or [], "has_item": True}
        place = self.models.place(type_, item, is_open=is_open)
        if place is not None:
            return {"item": place[0], "shown": place[1], "has_item": True}
        if is_declared or effect in ("update", "replace", "delete"):
            return {}
        is_created = {r.status for r in operation.responses} & {"201", "204"}
        return {} if effect == "create" and is_created and not type_ else None

    def _body(self, operation: ir.Operation, item: ItemModel) -> JsonObject | None:
        """Return where the request body has the properties of an item; None if unknown."""
        body = operation.body
        if body is None or body.content.kind not in (
            ir.MediaKind.JSON,
            ir.MediaKind.FORM,
        ):
            return None
        record = self.models.record(body.content.type)
        if record is None:
            return None
        found = self._sent(record, item)
        if found is None:
            return None
        keys, fields = found
        defaults = {f.name: json.loads(f.default) for f in fields if f.default}
        media_types = body.content.media_types
        return {
            "body": keys,
            "sent": [f.name for f in fields],
            "defaults": defaults,
            "merges": media_types[0].startswith("application/merge-patch"),
        }

    def _sent(
        self, record: ir.Record, item: ItemModel
    ) -> tuple[Keys, tuple[ir.Field, ...]] | None:
        """Return where a body has the properties of an item, and those that it has."""
        own = {*item.properties}
        holders: list[tuple[Keys, ir.Record]] = [((), record)]
        for field in record.fields:
            inner = self.models.record(field.type)
            if inner is not None and len(record.fields) == 1:
                holders.append(((field.name,), inner))
        for keys, holder in holders:
            shared = tuple(f for f in holder.fields if f.name in own)
            if shared:
                return keys, shared
        return (), ()

    def _argument(self, operation: ir.Operation, name: str) -> Keys | None:
        """Return the argument of a parameter or property of the body; None if there is none."""
        arguments = self.arguments[operation.pointer]
        if not name.startswith("/"):
            for argument in arguments:
                is_own = argument.field.name.removeprefix("+") == name
                if is_own and not argument.is_whole_body:
                    return (argument.name,)
        keys = pointer_keys(name) if name.startswith("/") else (name,)
        for argument in arguments:
            if argument.is_whole_body:
                return (argument.name, *keys)
            if argument.location.is_body and argument.field.name == keys[0]:
                return (argument.name, *keys[1:])
        return None


def label_name(parameter: str) -> str:
    """Return the label of items for a parameter."""
    return snake_case(parameter)


def _paging_names(operation: ir.Operation) -> Iterator[str]:
    match operation.paging:
        case ir.OffsetPaging(parameter=name) | ir.PageNumberPaging(parameter=name):
            yield name
            if operation.paging.limit:
                yield operation.paging.limit
        case ir.CursorPaging(parameter=name):
            yield name
        case _:
            pass


def _is_no_filter(argument: Argument) -> bool:
    """Return whether an argument is no condition on the items of a list."""
    return bool(argument.scheme) or argument.location in (
        ArgumentLocation.PATH,
        ArgumentLocation.HEADER,
        ArgumentLocation.COOKIE,
    )


def _plain_name(name: str) -> str:
    return _NO_NAME.sub("", name.lower())


def _is_json(operation: ir.Operation) -> bool:
    kind = operation.success.kind
    return kind in (ir.MediaKind.JSON, ir.MediaKind.UNDESCRIBED)
