"""Filters of lists of a stateful fake: parameters named as properties of the items."""

import re
from collections.abc import Iterator

from msgspec import Struct

from clientcast import ir
from clientcast.bind.arguments import Argument, ArgumentLocation
from clientcast.bind.pointers import Keys, possible_types
from clientcast.bind.routes_as_words import lower_words
from clientcast.bind.store_items import ItemModel, ItemModels, Words
from clientcast.bind.vocabulary import singular

_COMPARISONS = ("gt", "gte", "lt", "lte")
_OPERATORS = (*_COMPARISONS, "in", "contains")
_WITH_OPERATOR = re.compile(rf"(.+)__({'|'.join(_OPERATORS)})")
_FILTER_NAMES = (("filter",), ("filters",))


class Filter(Struct, frozen=True):
    """A condition on the items of a list.

    Attributes:
        argument: The argument by its Python name, and keys into its value.
        property: The keys of the property.
        operator: `eq`, `in`, `has` of a list, or a suffix such as `gte`.
    """

    argument: Keys
    property: Keys
    operator: str


class Filters(Struct, frozen=True):
    """Finder of the filters of a list."""

    models: ItemModels
    item: ItemModel

    def find(self, arguments: tuple[Argument, ...]) -> Iterator[Filter]:
        """Yield the filters among arguments; others have a meaning that is unknown."""
        for argument in arguments:
            name, type_ = argument.field.name, argument.field.type
            record = self.models.record(type_)
            if argument.is_whole_body:
                fields = () if record is None else record.fields
                for field in fields:
                    yield from self._filters((argument.name, field.name), field)
            elif argument.location in (
                ArgumentLocation.QUERY,
                ArgumentLocation.JSON,
                ArgumentLocation.FORM,
            ):
                field = ir.Field(name, type_, argument.field.required)
                yield from self._filters((argument.name,), field)

    def places(self) -> Iterator[tuple[str, Keys]]:
        """Yield the words of each property, and of those of its objects, with its keys."""
        yield from _places(self.models, self.item.record, (), ())

    def _filters(self, keys: Keys, field: ir.Field) -> Iterator[Filter]:
        record = self.models.record(field.type)
        if record is not None and lower_words(field.name) in _FILTER_NAMES:
            for member in record.fields:
                yield from self._filters((*keys, member.name), member)
            return
        match = _WITH_OPERATOR.fullmatch(field.name)
        name, operator = match.groups() if match else (field.name, "")
        for part in possible_types(self.models.api, field.type):
            found = self._filter(keys, name, operator, part)
            if found is not None:
                yield found
            elif not operator:
                yield from self._comparisons(keys, name, part)

    def _comparisons(self, keys: Keys, name: str, part: ir.Type) -> Iterator[Filter]:
        """Yield the filters of an object of comparisons: `created[gte]`."""
        record = self.models.record(part)
        found = self._property(lower_words(name), self.item.record)
        if record is None or found is None:
            return
        if all(field.name in _COMPARISONS for field in record.fields):
            for field in record.fields:
                yield Filter((*keys, field.name), found[0], field.name)

    def _filter(
        self, keys: Keys, name: str, operator: str, part: ir.Type
    ) -> Filter | None:
        is_list = isinstance(part, ir.ListOf)
        words = lower_words(name)
        found = self._property(words, self.item.record)
        if found is None and is_list and words:
            words = (*words[:-1], singular(words[-1]))
            found = self._property(words, self.item.record)
        value = part.item if isinstance(part, ir.ListOf) else part
        if found is None or not self.models.is_value(value):
            return None
        place, type_ = found
        types = tuple(possible_types(self.models.api, type_))
        if all(isinstance(t, ir.ListOf) for t in types):
            is_scalar = not is_list and not operator
            return Filter(keys, place, "has") if is_scalar else None
        if not self.models.is_value(type_):
            return None
        if is_list and operator in _COMPARISONS:
            return None
        return Filter(keys, place, operator or ("in" if is_list else "eq"))

    def _property(self, words: Words, record: ir.Record) -> tuple[Keys, ir.Type] | None:
        """Return the property of some words: `active_token_id` is `/active_token/id`."""
        named = self.models.named_fields(record)
        for own, field in named:
            if own == words:
                return (field.name,), field.type
        for own, field in named:
            if not own or words[: len(own)] != own:
                continue
            inner = self.models.record(field.type)
            found = self._property(words[len(own) :], inner) if inner else None
            if found is not None:
                return (field.name, *found[0]), found[1]
        return None


def _places(
    models: ItemModels, record: ir.Record, words: Words, keys: Keys
) -> Iterator[tuple[str, Keys]]:
    for name, field in models.named_fields(record):
        own, place = (*words, *name), (*keys, field.name)
        inner = models.record(field.type)
        if models.is_value(field.type):
            yield "_".join(own), place
        elif inner is not None and not keys:
            yield from _places(models, inner, own, place)
