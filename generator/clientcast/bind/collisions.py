"""Names that were changed because another one of the package is the same."""

from collections.abc import Callable
from typing import NamedTuple

from clientcast.bind.names import Scope


class Collision(NamedTuple):
    """A name that was changed because something else has it.

    Attributes:
        pointer: JSON pointer of what has the changed name.
        wanted: The name without the change.
        name: The name.
        other: JSON pointer of what has the wanted name; empty if it is one of the generator.
    """

    pointer: str
    wanted: str
    name: str
    other: str


class Claims:
    """Names that are claimed in a scope, and those that were changed there.

    Attributes:
        scope: The scope.
        collisions: The changed names.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.collisions: list[Collision] = []
        self._pointers: dict[str, str] = {}

    def claim(
        self,
        pointer: str,
        *candidates: str,
        patterns: tuple[str, ...] = ("{}",),
        owner: Callable[[str], str] = lambda name: "",
    ) -> str:
        """Claim a name as `Scope.claim` does.

        Args:
            pointer: JSON pointer of what gets the name.
            candidates: Possible names, the best first.
            patterns: Patterns of the names to claim together.
            owner: Function that returns the pointer of what has a name from the start.
        """
        name = self.scope.claim(*candidates, patterns=patterns)
        for pattern in patterns:
            self._pointers.setdefault(pattern.format(name).lower(), pointer)
        if name != candidates[0]:
            wanted = [pattern.format(candidates[0]) for pattern in patterns]
            others = (self._pointers.get(w.lower()) or owner(w) for w in wanted)
            other = next(filter(None, others), "")
            self.collisions.append(Collision(pointer, candidates[0], name, other))
        return name
