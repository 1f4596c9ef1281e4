"""Choices of a project that decide what callers of a client see."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Naming = Literal["short", "operation-id"]
NAMINGS: tuple[Naming, ...] = get_args(Naming)


@dataclass(frozen=True, slots=True)
class Conventions:
    """The choices for a document. Its manifest records them, so that an update has the same.

    Attributes:
        naming: The rule of the names.
    """

    naming: Naming = "short"

    def as_settings(self) -> dict[str, object]:
        """Return the settings that differ from the defaults, as in `pyproject.toml`."""
        return {} if self.naming == "short" else {"naming": self.naming}


def read_conventions(settings: Mapping[str, object]) -> Conventions:
    """Return the choices in the settings of a manifest, without those that are unknown."""
    is_by_id = settings.get("naming") == "operation-id"
    return Conventions("operation-id" if is_by_id else "short")
