"""Gives components names that OpenAPI allows, where Swagger 2.0 allows any."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

_UNFIT = re.compile(r"[^\w.-]+")
"""What a component's name has not, letters of all scripts aside."""


@dataclass
class Names:
    """The names of the components of a kind.

    Attributes:
        taken: Those that are in use.
    """

    taken: set[str]
    _numbers: dict[str, int] = field(default_factory=dict[str, int])

    @classmethod
    def keeping(cls, names: Iterable[str]) -> "Names":
        """Names of which those stay what they are that are fit, whatever others become."""
        return cls({name for name in names if name and not _UNFIT.search(name)})

    def free(self, name: str) -> str:
        """A fit name that nothing has yet."""
        fit = _UNFIT.sub("_", name).strip("_") or "_"
        free = fit
        while free in self.taken:
            self._numbers[fit] = self._numbers.get(fit, 1) + 1
            free = f"{fit}_{self._numbers[fit]}"
        self.taken.add(free)
        return free
