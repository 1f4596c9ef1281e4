"""Component names for values of other files: short, unique, and independent of the order."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import PurePath

from clientcast.references import segments

_NON_NAME_CHARACTERS = re.compile(r"[^A-Za-z0-9._-]+")
_INDEX_STEMS = ("index", "_index")


def name_candidates(path: PurePath, pointer: str) -> tuple[str, ...]:
    """Return the words for the name of a value: folders, file, and keys; the last is the best."""
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
    """Return a unique name for each value: its last word, and as many before it as needed.

    Args:
        candidates: The words for each value.
        taken: Names that exist already.
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


def is_scheme_uri(name: str) -> bool:
    """Return whether a name in a security requirement is the URI of a scheme elsewhere.

    The name of a component has no slash and no fragment.
    """
    return ("/" in name or "#" in name) and not name.startswith("#/")
