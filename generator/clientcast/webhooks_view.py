"""The contents of `webhooks.py` in a package."""

from msgspec import Struct

from clientcast.code import Expression, Imports


class Webhooks(Struct, frozen=True):
    """The contents of `webhooks.py`, and the attribute of the client.

    Attributes:
        attribute: The attribute of the client.
        docstring: The docstring of the module and of the attribute, as a literal.
        event_name: The name of the alias of all events.
        event: The type of events.
        event_docstring: The docstring of the alias, as a literal.
        receiver: The expression of the receiver.
    """

    attribute: str
    docstring: str
    imports: Imports
    event_name: str
    event: Expression
    event_docstring: str
    receiver: Expression
