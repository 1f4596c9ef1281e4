"""Gives components names that OpenAPI allows, where Swagger 2.0 allows any."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_INVALID_CHARACTERS = re.compile(r"[^\w.-]+")
"""What a component's name has not, letters of all scripts aside."""


@dataclass
class ComponentNames:
    """The names of the components of a kind.

    Attributes:
        taken: Those that are in use.
    """

    taken: set[str]
    _numbers: dict[str, int] = field(default_factory=dict[str, int])

    @classmethod
    def reserving(cls, names: Iterable[str]) -> "ComponentNames":
        """Names of which those stay what they are that are fit, whatever others become."""
        return cls(
            {name for name in names if name and not _INVALID_CHARACTERS.search(name)}
        )

    def unique_name(self, name: str) -> str:
        """A fit name that nothing has yet."""
        valid = _INVALID_CHARACTERS.sub("_", name).strip("_") or "_"
        unique_name = valid
        while unique_name in self.taken:
            self._numbers[valid] = self._numbers.get(valid, 1) + 1
            unique_name = f"{valid}_{self._numbers[valid]}"
        self.taken.add(unique_name)
        return unique_name
