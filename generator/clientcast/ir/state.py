"""Declarations of `x-client` about the items that an operation reads or changes."""

from msgspec import Struct


class StateOptions(Struct, frozen=True):
    """The effect of an operation on stored items, for stateful fakes.

    Attributes:
        effect: `create`, `list`, `read`, `replace`, `update`, `delete` or `none`.
        items: The name of the items; empty for those of the path.
        item: JSON pointer to the item in the response; None if the schemas decide.
        where: Properties of items, and the parameters that they must equal.
        labels: Parameters that identify an item without being a property of it.
        same: The property that selected items share with the identified one; empty for none.
        keep: The boolean parameter for keeping the identified item; empty for none.
        set: Properties that get a value, with the value as JSON.
        only: Properties that an item must have, with the value as JSON.
        refused: The status of the response for an item without these; 0 for `missing`.
        missing: The status of the response if there is no such item.
        sort_by: The parameter with the property by which a list is sorted; empty for none.
        sort_order: The parameter with the order; empty for none.
        ignore: Parameters that make no difference to which items are listed.
        names_items: Whether the cursors of the list name items, and not positions.
    """

    effect: str
    items: str = ""
    item: str | None = None
    where: tuple[tuple[str, str], ...] = ()
    labels: tuple[str, ...] = ()
    same: str = ""
    keep: str = ""
    set: tuple[tuple[str, str], ...] = ()
    only: tuple[tuple[str, str], ...] = ()
    refused: int = 0
    missing: int = 404
    sort_by: str = ""
    sort_order: str = ""
    ignore: tuple[str, ...] = ()
    names_items: bool = False
