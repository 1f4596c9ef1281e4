"""Descriptions of the items of a stateful fake, which `stores.json` of a package has."""

from __future__ import annotations

from typing import Any

import msgspec

from ..codec.pointers import Pointer


class FilterDescription(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """A condition on the items of a list.

    Attributes:
        argument: The argument by its name, and keys into its value.
        property: Pointer to the property.
        operator: `eq`, `in`, `has` of a list, `contains`, `gt`, `gte`, `lt` or `lte`.
    """

    argument: Pointer
    property: Pointer
    operator: str


class SortDescription(msgspec.Struct, forbid_unknown_fields=True):
    """The arguments that sort a list.

    Attributes:
        by: The argument with the name of the property.
        order: The argument with the order; empty for none.
        properties: Pointers to the properties, by their names as words with underscores.
    """

    by: Pointer
    properties: dict[str, Pointer]
    order: Pointer = ()


class StateDescription(msgspec.Struct, forbid_unknown_fields=True):
    """The effect of an operation on the items of a store.

    Attributes:
        effect: `create`, `list`, `read`, `replace`, `update` or `delete`.
        where: Properties of items, and the arguments that they must equal.
        owners: The same, for arguments of the path before the collection.
        scope: The arguments with the labels of items that a path has.
        labels: The arguments that identify an item by its labels.
        same: The property that selected items share with the identified one.
        keep: The argument for keeping the identified item, and its default.
        one: Whether there has to be such an item.
        set, only: Values that properties get, or must have.
        refused: The status for an item without the values of `only`; 0 for `missing`.
        missing: The status if there is no such item.
        has_item: Whether the response has the item.
        item: Pointer to it.
        shown: The properties that the response, or each item of a list, has; empty for all.
        body: Pointer to the item in the request body.
        sent: The properties that the request may have.
        defaults: The values of those that are not sent.
        merges: Whether the body is a JSON Merge Patch (RFC 7396).
        creates: Whether an item that does not exist is created.
        items: Pointer to the list, without pages.
        totals: Pointers to the number of items.
        filters: The conditions that arguments are.
        sort: The order of the list; None if it is always that of the store.
        known: The other arguments whose meaning is known.
        limit: The argument of the page size; empty for none.
        default_limit: The page size without it; 0 if unknown.
        names_items: Whether the cursors of the list name items, and not positions.
    """

    effect: str
    where: list[tuple[Pointer, Pointer]] = []
    owners: list[tuple[Pointer, Pointer]] = []
    scope: dict[str, Pointer] = {}
    labels: dict[str, Pointer] = {}
    same: str = ""
    keep: tuple[Pointer, bool] | None = None
    one: bool = False
    set: dict[str, Any] = {}
    only: dict[str, Any] = {}
    refused: int = 0
    missing: int = 404
    has_item: bool = False
    item: Pointer = ()
    shown: list[str] = []
    body: Pointer = ()
    sent: list[str] = []
    defaults: dict[str, Any] = {}
    merges: bool = False
    creates: bool = False
    items: Pointer = ()
    totals: list[Pointer] = []
    filters: list[FilterDescription] = []
    sort: SortDescription | None = None
    known: list[Pointer] = []
    limit: Pointer = ()
    default_limit: int = 0
    names_items: bool = False


class StoreDescription(msgspec.Struct, forbid_unknown_fields=True):
    """Items that operations share.

    Attributes:
        id: The property that identifies an item.
        id_kind: `string`, `integer` or `uuid`.
        id_prefix: The beginning of the ids of created items, if they are strings.
        properties: The properties of items.
        example: The example of an item.
        labels: The labels that items need.
        optional_labels: The labels that they may have.
        operations: The effects by the dotted name of the operation.
    """

    id: str
    id_kind: str
    id_prefix: str
    properties: list[str]
    example: dict[str, Any]
    labels: list[str]
    optional_labels: list[str]
    operations: dict[str, StateDescription]


class StateDescriptions(msgspec.Struct, forbid_unknown_fields=True):
    """The stores of a fake by name, and the operations that have no part in any."""

    stores: dict[str, StoreDescription]
    stateless: list[str]


decode_states = msgspec.json.Decoder(StateDescriptions).decode
"""Decoder of `stores.json`."""
