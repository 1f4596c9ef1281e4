"""Unique names, each as short as the others allow."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct


class Candidates(Struct, frozen=True):
    """The possible names of an operation, or of its variants together.

    Attributes:
        names: The names of the variants, the best first.
        own: Which of them is the document's: it is kept if no other operation has the same.
    """

    names: Sequence[tuple[str, ...]]
    own: int

    @property
    def own_names(self) -> tuple[str, ...]:
        """The names that the document gives."""
        return self.names[self.own]


def shortest_unique_names(
    candidates: Mapping[str, Candidates], taken: Collection[str] = ()
) -> dict[str, tuple[str, ...]]:
    """Return the names for each key: the first that no other key has wanted.

    If several keys want a name, it goes to the one whose own it is, or to none; the others want
    their next ones, too. So a further key, or another order, changes no name but those that it
    wants as well. A key that has no more candidates keeps the last.

    Args:
        candidates: The possible names of each key.
        taken: Names that no key should have.
    """
    rank = dict.fromkeys(candidates, 0)
    wanted_by: defaultdict[str, set[str]] = defaultdict(set)
    contested: list[str] = []

    def want(key: str) -> None:
        for name in candidates[key].names[rank[key]]:
            wanted_by[name].add(key)
            if len(wanted_by[name]) > 1 or name in taken:
                contested.append(name)

    for key in candidates:
        want(key)
    while contested:
        name = contested.pop()
        owners = {key for key in wanted_by[name] if name in candidates[key].own_names}
        for key in [*wanted_by[name]]:
            names = candidates[key].names
            if name not in names[rank[key]] or owners == {key}:
                continue
            if rank[key] + 1 < len(names):
                rank[key] += 1
                want(key)
    return {key: candidates[key].names[rank[key]] for key in candidates}
