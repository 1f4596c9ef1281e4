"""Valid names of components. Swagger 2.0 allows any name, OpenAPI 3 does not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_INVALID_CHARACTERS = re.compile(r"[^\w.-]+")
"""Characters to replace. Letters of all scripts are kept."""


@dataclass
class ComponentNames:
    """The names of the components in a section.

    Attributes:
        taken: The names in use.
    """

    taken: set[str]
    _numbers: dict[str, int] = field(default_factory=dict[str, int])

    @classmethod
    def reserving(cls, names: Iterable[str]) -> "ComponentNames":
        """Reserve the valid ones of the given names, so that no other name takes them."""
        return cls(
            {name for name in names if name and not _INVALID_CHARACTERS.search(name)}
        )

    def unique_name(self, name: str) -> str:
        """Return a valid name that is not in use, and reserve it."""
        valid = _INVALID_CHARACTERS.sub("_", name).strip("_") or "_"
        unique_name = valid
        while unique_name in self.taken:
            self._numbers[valid] = self._numbers.get(valid, 1) + 1
            unique_name = f"{valid}_{self._numbers[valid]}"
        self.taken.add(unique_name)
        return unique_name
