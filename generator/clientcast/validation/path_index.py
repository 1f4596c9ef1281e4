"""Paths of the values of a document."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from clientcast.plain import is_list

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class PathIndex:
    """Paths of the values of a document."""

    document: dict[str, Any]

    def path_of(self, value: object) -> Path | None:
        """Return the path of a mapping or list by identity; None for any other value."""
        place = self._by_id.get(id(value))
        return place if isinstance(value, dict | list) else None

    def path_ending_with(self, suffix: Path, value: Any) -> Path:
        """Return the first path with a suffix that leads to an equal value; empty if none does."""
        for path in self._scalar_paths.get(suffix[-1], ()) if suffix else ():
            if (
                path[-len(suffix) :] == suffix
                and value_at(self.document, path) == value
            ):
                return path
        return ()

    @cached_property
    def _all_values(self) -> list[tuple[Path, Any]]:
        found: list[tuple[Path, Any]] = [((), self.document)]
        for path, value in found:  # It grows meanwhile.
            found += [((*path, key), item) for key, item in _children(value)]
        return found

    @cached_property
    def _by_id(self) -> dict[int, Path]:
        return {id(value): path for path, value in self._all_values}

    @cached_property
    def _scalar_paths(self) -> dict[str | int, list[Path]]:
        found: dict[str | int, list[Path]] = {}
        for path, value in self._all_values:
            if path and not isinstance(value, dict | list):
                found.setdefault(path[-1], []).append(path)
        return found


def _children(value: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, dict):
        return cast(dict[str, Any], value).items()
    return enumerate(value if is_list(value) else [])


def value_at(value: Any, path: Path) -> Any:
    """Return the value at a path in a value."""
    for key in path:
        value = value[int(key) if isinstance(value, list) else str(key)]
    return value
