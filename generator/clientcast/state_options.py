"""The options of `state` of `x-client`: the effect of an operation on stored items."""

from clientcast.client_option import Option

STATE_OPTIONS = (
    Option(
        "effect",
        "string",
        "What the operation does with items: `create` one, `list` them, `read`, `replace`,"
        " `update` or `delete` those that the other options select, or `none`.",
        required=True,
        values=("create", "list", "read", "replace", "update", "delete", "none"),
    ),
    Option(
        "items",
        "string",
        "Name of the items, which is the attribute of `fake.state`. Operations with one name"
        " share them.",
        default="the items of the path: `sessions` of `/sessions/{id}/revoke`",
    ),
    Option(
        "where",
        "{string}",
        "The items with these values: a parameter, or a property of the request body, by the"
        " property of items that equals it.",
        default="the id in the path",
    ),
    Option(
        "labels",
        "texts",
        "Parameters, or properties of the request body, that identify an item although it has"
        ' no such property, such as its token. `add(item, token="...")` sets them.',
        is_parameter=True,
    ),
    Option(
        "same",
        "string",
        "Property: all items that have the same value there as the one that the labels"
        " identify.",
    ),
    Option(
        "keep",
        "string",
        "Boolean parameter, with `same`: whether the identified item itself is left out.",
        is_parameter=True,
    ),
    Option(
        "set", "{any}", "The value that each of these properties of the items gets."
    ),
    Option(
        "only",
        "{any}",
        "The value that each of these properties of the item must have.",
    ),
    Option(
        "refused",
        "number",
        "Status of the response if one has another value.",
        default="`missing`",
    ),
    Option(
        "missing",
        "number",
        "Status of the response if there is no such item.",
        default="404",
    ),
    Option(
        "item",
        "string",
        "Pointer to the item in the response.",
        default="where the schemas have it",
        pointer_types=("object",),
    ),
    Option(
        "sort_by",
        "string",
        "Parameter of a list that names the property by which it is sorted; `-` before the name is"
        " the descending order.",
        is_parameter=True,
    ),
    Option(
        "sort_order",
        "string",
        "Parameter of a list for the order: what begins with `desc` is descending.",
        is_parameter=True,
    ),
    Option(
        "ignore",
        "texts",
        "Parameters of a list that make no difference to which items it has.",
        is_parameter=True,
    ),
    Option(
        "cursor",
        "string",
        "Whether the cursors of a list name an `item` or a `position`, from which removed items"
        " are missing.",
        default="`position`, except for a cursor that is a property of the last item",
        values=("item", "position"),
    ),
)
"""The options."""
