"""Changes to a document that its project makes: overlays, and options of `x-client`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct


class OverlayFile(NamedTuple):
    """An overlay, and its path in messages."""

    path: Path
    label: str


class ClientSettings(Struct, frozen=True):
    """Options of `x-client` for a document.

    Attributes:
        file: The file of settings.
        label: Its path in messages.
        pointer: The JSON pointer of the table of the document in it.
        client: Options of the client.
        operations: Options by `METHOD /path` or operationId.
        tags: Options of all operations with a tag.
        schemas: Options by the name of a schema.
    """

    file: Path
    label: str
    pointer: str
    client: Mapping[str, Any]
    operations: Mapping[str, Mapping[str, Any]]
    tags: Mapping[str, Mapping[str, Any]]
    schemas: Mapping[str, Mapping[str, Any]]


class Customization(Struct, frozen=True):
    """Changes to a document, in their order.

    Attributes:
        overlays: The overlays.
        settings: The options of `x-client`; None if there are none.
    """

    overlays: tuple[OverlayFile, ...] = ()
    settings: ClientSettings | None = None


UNCHANGED = Customization()
