"""CPU time of decoding a page of 10,000 items, and of one in which the server has added a property:

`python -m tests.benchmarks.decoding`. The result is the median of the rounds; the first response
with a new property also creates its decoder.
"""

import json
import platform
import sys
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

import msgspec

from tests.support.project import GENERATED

sys.path.insert(0, str(GENERATED))

from okta._runtime.codec.extended_models import MAX_NAMES  # noqa: E402
from okta._runtime.codec.json_decoding import decode_json  # noqa: E402
from okta.models import Link, Session  # noqa: E402

from tests.benchmarks.server import SESSION  # noqa: E402

ROUNDS = 15
ITEMS = 10_000
MAX_RATIO = 3
"""Maximum ratio of the time with a new property in each item to the time without."""


def pages(item: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield pages with the name of each; the first has no new property."""
    yield "no new property", [item] * ITEMS
    yield "one in each item", [{**item, "addedLater": 5}] * ITEMS
    yield "one in the last item", [item] * (ITEMS - 1) + [{**item, "addedLater": 5}]
    names = (f"new{index}" for index in range(MAX_NAMES + 1))
    yield "more than have fields", [{**item, name: 5} for name in names] + [item] * (
        ITEMS - MAX_NAMES - 1
    )


def measure(content: bytes, type_: Any) -> tuple[float, float]:
    """Return the time of the first response and of the median one, in milliseconds."""
    times: list[float] = []
    for _ in range(ROUNDS):
        began = time.process_time()
        _, mismatches = decode_json(content, type_)
        times.append((time.process_time() - began) * 1e3)
        assert not mismatches
    return times[0], median(times)


def main() -> None:
    print(f"Python {platform.python_version()}, msgspec {msgspec.__version__}")
    for model, item in (
        (Session, json.loads(SESSION)),
        (Link, {"href": "https://a.example/b"}),
    ):
        print(f"\n{ITEMS:,} of {model.__name__:24}  first ms     ms  / without")
        base = 0.0
        for name, page in pages(item):
            first, usual = measure(json.dumps(page).encode(), list[model])
            base = base or usual
            note = "" if usual / base <= MAX_RATIO else f"  above {MAX_RATIO}"
            print(f"  {name:32} {first:8.1f} {usual:6.1f}  {usual / base:9.2f}{note}")


if __name__ == "__main__":
    main()
