"""Additions to a file of settings, which keep its comments and its format."""

import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path

import tomlkit

from clientcast.plain import is_mapping, mapping
from clientcast.settings import ConfigError

DEFAULT_OUTPUT = "clients"
"""The folder of the packages of a project that has chosen none."""


def add_document(text: str, name: str, settings: Mapping[str, str | bool]) -> str:
    """Return the text of a `pyproject.toml` with the table of one more document.

    Args:
        text: The text of the file; empty for a new file.
        name: The name of the document, which the file does not have.
        settings: The settings of the document.

    Raises:
        ConfigError: The text is not valid, or no table can be added to it.
    """
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(error)) from None
    shared = mapping(before.get("tool")).get("clientcast")
    tables: list[tuple[list[str], Mapping[str, str | bool]]] = []
    if shared is None:
        tables.append((["tool", "clientcast"], {"output": DEFAULT_OUTPUT}))
    elif not is_mapping(shared):
        raise ConfigError("[tool.clientcast] must be a table")
    elif "output" not in shared and "output" not in settings:
        settings = {**settings, "output": DEFAULT_OUTPUT}
    tables.append((["tool", "clientcast", "documents", name], settings))
    added = "\n\n".join(_table(keys, values) for keys, values in tables)
    ending = "\r\n" if "\r\n" in text else "\n"
    start = text.rstrip("\r\n")
    joined = (
        f"{start}{ending * 2 if start else ''}{added.replace(chr(10), ending)}{ending}"
    )
    try:
        after = tomllib.loads(joined)
    except tomllib.TOMLDecodeError:
        raise ConfigError(
            f"a table cannot be added after its inline tables: write it there:\n{added}"
        ) from None
    assert after["tool"]["clientcast"]["documents"][name] == settings
    return joined


def read_text(file: Path) -> str:
    """Return the text of a file as it is; empty if there is none.

    Raises:
        ConfigError: It is not UTF-8.
        OSError: It cannot be read.
    """
    try:
        return file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise ConfigError(str(error)) from None


def replace_file(file: Path, text: str) -> None:
    """Replace the text of a file, all or nothing. A symlink is followed.

    Raises:
        OSError: It cannot be written.
    """
    target = Path(os.path.realpath(file))
    partial = target.with_name(f".{target.name}.{os.urandom(8).hex()}.partial")
    try:
        with partial.open("xb") as stream:
            stream.write(text.encode("utf-8"))
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            partial.chmod(stat.S_IMODE(target.stat().st_mode))
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)


def _table(keys: list[str], values: Mapping[str, str | bool]) -> str:
    """Return the text of a table."""
    header = ".".join(tomlkit.key(key).as_string() for key in keys)
    lines = (
        f"{key} = {tomlkit.item(value).as_string()}" for key, value in values.items()
    )
    return "\n".join((f"[{header}]", *lines))
