"""Items of stateful fakes: their models, the property of their id, and where bodies have them."""

from collections.abc import Iterator

from msgspec import Struct, field

from clientcast import ir
from clientcast.bind.pointers import Keys, possible_types
from clientcast.bind.routes_as_words import lower_words
from clientcast.bind.vocabulary import singular

Words = tuple[str, ...]

_ID_KINDS = (ir.ScalarKind.STRING, ir.ScalarKind.INTEGER, ir.ScalarKind.UUID)


class ItemModel(Struct, frozen=True):
    """The model of the items of a store.

    Attributes:
        id: The property that identifies an item.
    """

    record: ir.Record
    id: str

    @property
    def properties(self) -> tuple[str, ...]:
        """The names of the properties."""
        return tuple(field.name for field in self.record.fields)

    def field(self, name: str) -> ir.Field | None:
        """Return a property; None if there is none of this name."""
        return next((f for f in self.record.fields if f.name == name), None)


class ItemModels(Struct, frozen=True):
    """Finder of items in the bodies of an API."""

    api: ir.Api
    _named: dict[str, tuple[tuple[Words, ir.Field], ...]] = field(
        default_factory=dict[str, tuple[tuple[Words, ir.Field], ...]]
    )

    def named_fields(self, record: ir.Record) -> tuple[tuple[Words, ir.Field], ...]:
        """Return the properties of a record, each with the words of its name."""
        found = self._named.get(record.pointer)
        if found is None:
            found = tuple((lower_words(f.name), f) for f in record.fields)
            self._named[record.pointer] = found
        return found

    def record(self, type_: ir.Type | None) -> ir.Record | None:
        """Return the record that a value is; None if it may be something else."""
        if type_ is None or isinstance(type_, ir.Scalar):
            return None
        match tuple(possible_types(self.api, type_)):
            case (ir.Named(pointer),):
                schema = self.api.schemas[pointer]
                return schema if isinstance(schema, ir.Record) else None
            case _:
                return None

    def is_value(self, type_: ir.Type) -> bool:
        """Return whether a type has only strings, numbers and booleans."""
        return all(
            isinstance(part, ir.Scalar | ir.Constant)
            or (
                isinstance(part, ir.Named)
                and isinstance(self.api.schemas[part.pointer], ir.Enum)
            )
            for part in possible_types(self.api, type_)
        )

    def id_kind(self, type_: ir.Type) -> str:
        """Return `string`, `integer` or `uuid` for a type that an id may have, else ``."""
        match tuple(possible_types(self.api, type_)):
            case (ir.Scalar(kind),) if kind in _ID_KINDS:
                return str(kind)
            case _:
                return ""

    def id_property(self, record: ir.Record, parameter: str, segment: str) -> str:
        """Return the property that a path parameter identifies an item by; empty if none.

        Args:
            record: The model of the item.
            parameter: The parameter, such as `session_id`.
            segment: The segment before it, such as `sessions`.
        """
        words, noun = lower_words(parameter), singular_words(segment)
        candidates = [words]
        if words[: len(noun)] == noun:
            candidates.append(words[len(noun) :] or ("id",))
        if words[-1:] == ("id",):
            candidates.append(("id",))
        for candidate in candidates:
            for name, field in self.named_fields(record):
                if name == candidate and self.id_kind(field.type):
                    return field.name
        return ""

    def owner_property(self, item: ItemModel, parameter: str, segment: str) -> str:
        """Return the property with the value of a path parameter before the collection's name.

        Of `/shops/{id}/orders` it is `shop_id` of an order. Empty if there is none.
        """
        words, noun = lower_words(parameter), singular_words(segment)
        candidates = {words} if words != ("id",) else set[Words]()
        if words in (noun, ("id",), (*noun, "id")):
            candidates.add((*noun, "id"))
        fields = (
            field.name
            for name, field in self.named_fields(item.record)
            if name in candidates and field.name != item.id and self.id_kind(field.type)
        )
        return next(fields, "")

    def item_in(
        self, type_: ir.Type | None, parameter: str, segment: str
    ) -> ItemModel | None:
        """Return the model of the item that a body is or has; None if there is none."""
        record = self.record(type_)
        if record is None:
            return None
        for _, candidate in ((), record), *self._inner_records(record):
            name = self.id_property(candidate, parameter, segment)
            if name and (candidate is record or self._is_only_record(record)):
                return ItemModel(candidate, name)
        return None

    def place(
        self, type_: ir.Type | None, item: ItemModel, *, is_open: bool = False
    ) -> tuple[Keys, tuple[str, ...]] | None:
        """Return where a body has an item, and which properties; no properties for all.

        Args:
            type_: The type of the body.
            item: The model.
            is_open: Whether the body may require properties that an item lacks.
        """
        record = self.record(type_)
        if record is None:
            return None
        shown = self.shown(record, item, is_open=is_open)
        if shown is not None:
            return (), shown
        inner = [
            (keys, shown)
            for keys, candidate in self._inner_records(record)
            if (shown := self.shown(candidate, item, is_open=is_open)) is not None
        ]
        return inner[0] if len(inner) == 1 else None

    def shown(
        self, record: ir.Record, item: ItemModel, *, is_open: bool = False
    ) -> tuple[str, ...] | None:
        """Return the properties of items that a record has; empty for all, None if none fit."""
        if record.pointer == item.record.pointer:
            return ()
        own = {field.name: field for field in item.record.fields}
        names = [
            field.name
            for field in record.fields
            if field.name in own and _bare(field.type) == _bare(own[field.name].type)
        ]
        missing = {f.name for f in record.fields if f.required} - {*names}
        return tuple(names) if item.id in names and (is_open or not missing) else None

    def list_in(self, operation: ir.Operation) -> tuple[Keys, ir.Record] | None:
        """Return where a response has a list of records; None if there is no such list.

        Of an operation with pages, its paging has the place.
        """
        body = operation.success.type
        if body is None:
            return None
        for pointer, part in self._lists(body):
            record = self.record(part.item)
            if record is not None:
                return pointer, record
        return None

    def _lists(self, body: ir.Type) -> Iterator[tuple[Keys, ir.ListOf]]:
        """Yield the list that a body is, or else the only list that it has."""
        parts = tuple(possible_types(self.api, body))
        match parts:
            case (ir.ListOf() as found,):
                yield (), found
            case (ir.Named(pointer),):
                schema = self.api.schemas[pointer]
                fields = schema.fields if isinstance(schema, ir.Record) else ()
                lists = [
                    (field.name, part)
                    for field in fields
                    for part in possible_types(self.api, field.type)
                    if isinstance(part, ir.ListOf) and self.record(part.item)
                ]
                if len(lists) == 1:
                    name, found = lists[0]
                    yield (name,), found
            case _:
                pass

    def _inner_records(self, record: ir.Record) -> Iterator[tuple[Keys, ir.Record]]:
        for field in record.fields:
            inner = self.record(field.type)
            if inner is not None:
                yield (field.name,), inner

    def _is_only_record(self, record: ir.Record) -> bool:
        return len([*self._inner_records(record)]) == 1


def singular_words(segment: str) -> Words:
    """Return the words of a segment of a path, the last one in singular."""
    *first, last = lower_words(segment) or ("",)
    return (*first, singular(last))


def _bare(type_: ir.Type) -> ir.Type:
    return type_.type if isinstance(type_, ir.Nullable) else type_
