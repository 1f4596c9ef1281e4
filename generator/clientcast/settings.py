"""Tables of settings in `pyproject.toml`, and the values in them."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from clientcast.diagnostic import did_you_mean
from clientcast.plain import is_list, is_mapping, mapping, texts

_T = TypeVar("_T", bound=str)


class ConfigError(Exception):
    """Invalid settings, or a name that they do not have."""


class NoProjectError(ConfigError):
    """No `pyproject.toml` with `[tool.clientcast]` here or above."""


class Table(Struct, frozen=True):
    """A table of settings.

    Attributes:
        file: The file that has it.
        label: What it is in messages: `[tool.clientcast]`, or the document of it.
        values: The settings by name.
        pointer: The JSON pointer of the table in the file.
    """

    file: Path
    label: str
    values: Mapping[str, object]
    pointer: str = ""

    def error(self, message: str) -> ConfigError:
        """Return an error about the file of the table."""
        return ConfigError(f"{self.file}: {message}")

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Refuse settings that do not exist.

        Raises:
            ConfigError: A setting is unknown.
        """
        for key in self.values:
            if key not in known:
                hint = did_you_mean(key, known)
                hint = hint or f"the settings are {', '.join(known)}"
                raise self.error(f"{self.label} has no setting '{key}': {hint}")

    def text(self, key: str, noun: str) -> str:
        """Return a text that is not empty.

        Args:
            key: The setting.
            noun: What it is, as "a path".
        """
        value = self.values.get(key)
        if not isinstance(value, str) or not value or "\0" in value:
            raise self.error(f"'{key}' of {self.label} must be {noun}")
        return value

    def path(self, key: str) -> str:
        """Return a path."""
        return self.text(key, "a path")

    def texts(self, key: str, noun: str, example: str) -> tuple[str, ...]:
        """Return a list of texts; empty if it is not set.

        Args:
            key: The setting.
            noun: What the texts are, as "operations".
            example: One of them.
        """
        values = self.values.get(key, [])
        if not is_list(values) or len(texts(values)) != len(values):
            raise self.error(
                f"'{key}' of {self.label} lists {noun}: {key} = [\"{example}\"]"
            )
        return texts(values)

    def choice(self, key: str, values: Sequence[_T], default: _T) -> _T:
        """Return one of several values; the default if it is not set."""
        setting = self.values.get(key, default)
        for value in values:
            if value == setting:
                return value
        raise self.error(f"'{key}' of {self.label} must be one of {', '.join(values)}")

    def boolean(self, key: str, *, default: bool = False) -> bool:
        """Return whether a setting is true; the default if it is not set."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.error(f"'{key}' of {self.label} must be true or false")
        return value


def find_settings(start: Path) -> Table:
    """Return `[tool.clientcast]` of the project that a folder belongs to.

    Args:
        start: The folder to search for `pyproject.toml`, upwards.

    Raises:
        NoProjectError: There is none.
        ConfigError: It cannot be read.
    """
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if file.is_file() and "clientcast" in (tools := _tool_tables(file)):
            if not is_mapping(tools["clientcast"]):
                raise ConfigError(f"{file}: [tool.clientcast] must be a table")
            return Table(file, "[tool.clientcast]", tools["clientcast"])
    raise NoProjectError(
        "there is no pyproject.toml with [tool.clientcast] here or above"
    )


def _tool_tables(file: Path) -> dict[str, object]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: {error}") from None
    return mapping(content.get("tool"))
