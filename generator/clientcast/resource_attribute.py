"""The attributes of clients and their fakes that hold resources."""

from msgspec import Struct


class ResourceAttribute(Struct, frozen=True):
    """An attribute that holds a resource: of a client, of a resource, or of a fake of either.

    Attributes:
        attribute: The name of the attribute.
        class_name: The name of the class, without the prefix of the mode.
        module: The module to import the class from on first use; empty for the same module.
        docstring: The docstring of the attribute, if the class is imported on first use.
    """

    attribute: str
    class_name: str
    module: str = ""
    docstring: str = ""
