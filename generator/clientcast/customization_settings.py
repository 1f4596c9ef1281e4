"""The settings of a document that change it: `overlays`, and options of `x-client`."""

import math
from typing import Any

from clientcast.customization import ClientSettings, Customization, OverlayFile
from clientcast.plain import is_list, is_mapping
from clientcast.settings import Table

_KINDS = ("operations", "tags", "schemas")
CLIENT_KEYS = ("client", *_KINDS)
"""Settings with options of `x-client`: those of the client, and of others by name."""


def read_customization(document: Table) -> Customization:
    """Return the changes that the table of a document makes to it.

    Raises:
        ConfigError: A setting is invalid, or an overlay does not exist.
    """
    overlays: list[OverlayFile] = []
    for path in document.texts("overlays", "files", "overlay.yaml"):
        file = document.file.parent / path
        if not path or "\0" in path or not file.is_file():
            raise document.error(
                f"there is no file {path}: 'overlays' of {document.label}"
            )
        overlays.append(OverlayFile(file, path))
    tables = {key: _options(document, key) for key in CLIENT_KEYS}
    if not any(tables.values()):
        return Customization(tuple(overlays))
    settings = ClientSettings(
        document.file, document.file.name, document.pointer, **tables
    )
    return Customization(tuple(overlays), settings)


def _options(document: Table, key: str) -> dict[str, Any]:
    """Return the options of `x-client` of a setting."""
    table = document.values.get(key, {})
    if (
        not is_mapping(table)
        or not _is_plain(table)
        or (key in _KINDS and not all(map(is_mapping, table.values())))
    ):
        example = (
            "" if key == "client" else ' by name: operations."getPet".method = "get"'
        )
        raise document.error(
            f"'{key}' of {document.label} has options of x-client{example}"
        )
    return table


def _is_plain(value: object) -> bool:
    """Return whether a value of TOML is one of JSON, which has no dates."""
    if is_mapping(value):
        return all(map(_is_plain, value.values()))
    if is_list(value):
        return all(map(_is_plain, value))
    return isinstance(value, str | bool | int) or (
        isinstance(value, float) and math.isfinite(value)
    )
