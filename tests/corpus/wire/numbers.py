"""Numbers for a schema; the caller validates them, as not all constraints are respected."""

from random import Random

from tests.corpus.wire.schemas import NoValueError, Schema

_BOUNDS = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**63 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "int8": (-128, 127),
    "uint8": (0, 255),
}
_SAFE = (-(2**53), 2**53)


def integer(flat: Schema, random: Random, extremes: bool = False) -> int:
    """Return an integer near zero; with `extremes` sometimes the minimum or maximum.

    Raises:
        NoValueError: If there is none.
    """
    least, most = _BOUNDS.get(flat.get("format", ""), _SAFE)
    if "minimum" in flat:
        least = max(least, -int(-flat["minimum"] // 1))
    if "maximum" in flat:
        most = min(most, int(flat["maximum"] // 1))
    # A boolean in OpenAPI 3.0, a number since 3.1.
    above, below = flat.get("exclusiveMinimum", False), flat.get(
        "exclusiveMaximum", False
    )
    least = least + above if isinstance(above, bool) else max(least, int(above) + 1)
    most = most - below if isinstance(below, bool) else min(most, int(below) - 1)
    if least > most:
        raise NoValueError("no such number")
    if extremes and random.random() < 0.3:
        return random.choice([least, most])
    low = max(least, min(most, 0))
    step = int(flat.get("multipleOf", 1)) or 1
    return -(-random.randint(low, min(most, low + 1000)) // step) * step


def number(flat: Schema, random: Random) -> float | int:
    """Return a number, often with a fraction.

    Raises:
        NoValueError: If there is none.
    """
    least, most = flat.get("minimum"), flat.get("maximum")
    if least is not None and most is not None and most - least < 1:
        return random.choice([least, most])
    without = {k: v for k, v in flat.items() if k not in ("format", "multipleOf")}
    whole = integer(without, random)
    step = flat.get("multipleOf")
    if step:
        return round(whole / step) * step if step >= 1 else whole
    half = whole + 0.5
    fits = most is None or half < most
    return half if fits and random.random() < 0.6 else whole
