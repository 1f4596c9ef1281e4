"""An option of `x-client`."""

from msgspec import Struct


class Option(Struct, frozen=True):
    """An option of `x-client`.

    Attributes:
        name: The key.
        kind: The kind of the value, as in `grammar`.
        description: The meaning, in a line for `docs/x-client.md`.
        required: Whether the object, or the style, must have the option.
        default: What applies without it, for `docs/x-client.md`; empty if nothing does.
        style: The style of pagination that has the option; empty if it has nothing to do with
            styles.
        values: The values that it may have; empty if any.
        pointer_types: The JSON types of what it points to in a response body; empty if it is no
            JSON pointer.
        may_be_header: Whether it may also be the name of a response header.
        is_parameter: Whether it names a parameter, or a property of the request body, or points to
            one.
    """

    name: str
    kind: str
    description: str
    required: bool = False
    default: str = ""
    style: str = ""
    values: tuple[str, ...] = ()
    pointer_types: tuple[str, ...] = ()
    may_be_header: bool = False
    is_parameter: bool = False
