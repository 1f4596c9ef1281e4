"""What is known not to be as expected yet: by row and case, why, in which modes.

A case that is right by now and still stands here is an error, so that this empties itself.
"""

from collections.abc import Mapping

from tests.faults.modes import MODES

Pending = dict[tuple[str, str], Mapping[str, str]]


def _in(reason: str, *modes: str) -> Mapping[str, str]:
    return dict.fromkeys(modes or [mode.name for mode in MODES], reason)


BROKEN: Pending = {}
LEAKY: Pending = {}
