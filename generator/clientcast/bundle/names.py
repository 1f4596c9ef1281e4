"""Names what other files hold, as short as it can be and whatever the order it is come by in."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import PurePath

from clientcast.references import segments

_NON_NAME_CHARACTERS = re.compile(r"[^A-Za-z0-9._-]+")
_INDEX_STEMS = ("index", "_index")


def name_candidates(path: PurePath, pointer: str) -> tuple[str, ...]:
    """What a place may be called by, the last the most: folders, file, and keys within it."""
    file = () if path.stem in _INDEX_STEMS and path.parts[:-1] else (path.stem,)
    path_words = (*path.parts[:-1], *file, *segments(pointer))
    return tuple(
        word
        for word in (_NON_NAME_CHARACTERS.sub("_", w).strip("_") for w in path_words)
        if word
    )


def unique_names(
    candidates: Sequence[tuple[str, ...]], taken: Collection[str]
) -> list[str]:
    """A name for each: its last word, and as many before that as tell it from the others.

    Args:
        wanted: What each may be called by.
        taken: Names that others have.
    """
    taken_counts = Counter(name.casefold() for name in taken)
    depths = [1] * len(candidates)
    while True:
        chosen = [
            "_".join(w[-depth:]) for w, depth in zip(candidates, depths, strict=True)
        ]
        counts = taken_counts + Counter(name.casefold() for name in chosen)
        ambiguous = [
            index
            for index, name in enumerate(chosen)
            if counts[name.casefold()] > 1 and depths[index] < len(candidates[index])
        ]
        if not ambiguous:
            break
        for index in ambiguous:
            depths[index] += 1
    used = set(taken_counts)
    numbers: dict[str, int] = {}
    for index, name in enumerate(chosen):
        number = numbers.get(name, 2)
        while chosen[index].casefold() in used:
            chosen[index] = f"{name}_{number}"
            number += 1
        numbers[name] = number
        used.add(chosen[index].casefold())
    return chosen
