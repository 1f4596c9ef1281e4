"""Names what other files hold, as short as it can be and whatever the order it is come by in."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import PurePath

from clientcast.references import segments

_OTHER = re.compile(r"[^A-Za-z0-9._-]+")
_OF_A_FOLDER = ("index", "_index")


def words(path: PurePath, pointer: str) -> tuple[str, ...]:
    """What a place may be called by, the last the most: folders, file, and keys within it."""
    file = () if path.stem in _OF_A_FOLDER and path.parts[:-1] else (path.stem,)
    named = (*path.parts[:-1], *file, *segments(pointer))
    return tuple(
        word for word in (_OTHER.sub("_", w).strip("_") for w in named) if word
    )


def names(wanted: Sequence[tuple[str, ...]], taken: Collection[str]) -> list[str]:
    """A name for each: its last word, and as many before that as tell it from the others.

    Args:
        wanted: What each may be called by.
        taken: Names that others have.
    """
    others = Counter(name.casefold() for name in taken)
    depths = [1] * len(wanted)
    while True:
        found = ["_".join(w[-depth:]) for w, depth in zip(wanted, depths, strict=True)]
        count = others + Counter(name.casefold() for name in found)
        longer = [
            index
            for index, name in enumerate(found)
            if count[name.casefold()] > 1 and depths[index] < len(wanted[index])
        ]
        if not longer:
            break
        for index in longer:
            depths[index] += 1
    used = set(others)
    numbers: dict[str, int] = {}
    for index, name in enumerate(found):
        number = numbers.get(name, 2)
        while found[index].casefold() in used:
            found[index] = f"{name}_{number}"
            number += 1
        numbers[name] = number
        used.add(found[index].casefold())
    return found
