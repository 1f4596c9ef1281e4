"""Comparison of requests with recorded ones, in which a placeholder equals any value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..codec.type_guards import is_array, is_object
from .redaction import PLACEHOLDER


def differences(recorded: Any, sent: Any, place: str = "") -> Iterator[str]:
    """Yield the places at which a request differs from a recorded one.

    Args:
        recorded: The data of the recorded request.
        sent: The data of the request.
        place: The place of both in the request; empty for the request itself.
    """
    if is_object(recorded) and is_object(sent):
        for name in sorted({*recorded, *sent}):
            inner = f"{place}.{name}" if place else name
            if name not in recorded or name not in sent:
                yield inner
            else:
                yield from differences(recorded[name], sent[name], inner)
    elif is_array(recorded) and is_array(sent) and len(recorded) == len(sent):
        for index, (first, second) in enumerate(zip(recorded, sent)):
            inner = f"{place}[{index}]" if len(recorded) > 1 else place
            yield from differences(first, second, inner)
    elif not _is_equal(recorded, sent):
        yield place


def _is_equal(recorded: Any, sent: Any) -> bool:
    if not isinstance(recorded, str) or not PLACEHOLDER.search(recorded):
        return bool(recorded == sent) and isinstance(recorded, bool) == isinstance(
            sent, bool
        )
    if PLACEHOLDER.fullmatch(recorded):
        return not (is_object(sent) or is_array(sent))
    pattern = ".+".join(map(re.escape, PLACEHOLDER.split(recorded)))
    return isinstance(sent, str) and re.fullmatch(pattern, sent, re.S) is not None
