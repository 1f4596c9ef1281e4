"""Choices of a project that decide what callers of a client see."""

from collections.abc import Mapping
from typing import Literal, get_args

from msgspec import Struct
from msgspec.structs import replace

Naming = Literal["short", "operation-id"]
NAMINGS: tuple[Naming, ...] = get_args(Naming)


class Conventions(Struct, frozen=True):
    """The choices for a document. Its manifest records them, so that an update has the same.

    Attributes:
        naming: The rule of the names.
        testing: Whether the package has a fake.
        infer_pagination: Whether operations that look paged are; None to propose it in notes.
    """

    naming: Naming = "short"
    testing: bool = True
    infer_pagination: bool | None = None

    def with_testing(self, testing: bool | None) -> "Conventions":
        """Return these choices with or without a fake; None for no other choice."""
        return self if testing is None else replace(self, testing=testing)

    def as_settings(self) -> dict[str, object]:
        """Return the settings for a manifest, without the defaults."""
        settings: dict[str, object] = {}
        if self.naming != "short":
            settings["naming"] = self.naming
        if not self.testing:
            settings["testing"] = False
        if self.infer_pagination:
            settings["infer_pagination"] = True
        return settings


def read_conventions(settings: Mapping[str, object]) -> Conventions:
    """Return the choices in the settings of a manifest, without those that are unknown."""
    is_by_id = settings.get("naming") == "operation-id"
    return Conventions(
        "operation-id" if is_by_id else "short",
        settings.get("testing") is not False,
        True if settings.get("infer_pagination") is True else None,
    )
