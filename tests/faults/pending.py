"""What is known not to be as expected yet: by row and case, why, in which modes.

A case that is right by now and still stands here is an error, so that this empties itself.
"""

from collections.abc import Mapping

from tests.faults.modes import MODES

Pending = dict[tuple[str, str], Mapping[str, str]]


def _in(reason: str, *modes: str) -> Mapping[str, str]:
    return dict.fromkeys(modes or [mode.name for mode in MODES], reason)


_UNFINISHED = _in("the body's iterator is left to the garbage collector", "trio")

BROKEN: Pending = {
    ("F57", ""): _UNFINISHED,
    ("F58", ""): _UNFINISHED,
    ("F59", "no gzip"): _UNFINISHED,
    ("F62", "not encoded as it says"): _UNFINISHED,
    ("G10", ""): _UNFINISHED,
    ("G22", "too large"): _UNFINISHED,
    ("G22", "no gzip"): _UNFINISHED,
}

LEAKY: Pending = {
    ("G18", "while sending"): _in(
        "frames of httpcore2 hold the body when a call is cancelled", "asyncio", "trio"
    ),
}
