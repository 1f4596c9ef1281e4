"""Findings about recorded traffic, counted by what they say."""

import re
from typing import Any

from msgspec import Struct, field

from clientcast.json_types import kind_of_value
from clientcast.plain import is_list, is_mapping

DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
    r"(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})"
)
MAX_FINDINGS = 2_000
MAX_NAMES = 20
"""Unknown names in one place. With more, the place is like a map with values as keys."""


class Spot(Struct, frozen=True):
    """A place in the spec.

    Attributes:
        name: The operation or component, and the part of it.
        pointer: JSON pointer into the document.
    """

    name: str
    pointer: str


class Observed(Struct):
    """The JSON values seen in one place, without the values.

    Attributes:
        kinds: Their JSON kinds, with the number of values of each.
        properties: The members of objects.
        items: The items of arrays.
        date_times: Number of strings that are date-times.
    """

    kinds: dict[str, int] = field(default_factory=dict[str, int])
    properties: dict[str, "Observed"] = field(default_factory=dict[str, "Observed"])
    items: "Observed | None" = None
    date_times: int = 0

    def add(self, value: Any, depth: int = 8) -> None:
        """Add a value."""
        kind = kind_of_value(value)
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if isinstance(value, str) and is_date_time(value):
            self.date_times += 1
        if depth and is_mapping(value):
            for name, item in list(value.items())[:MAX_NAMES]:
                if name in self.properties or len(self.properties) < MAX_NAMES:
                    self.properties.setdefault(name, Observed()).add(item, depth - 1)
        elif depth and is_list(value):
            self.items = self.items or Observed()
            for item in value[:100]:
                self.items.add(item, depth - 1)


class Finding(Struct):
    """A difference between the spec and the traffic.

    Attributes:
        code: Stable name in kebab case, such as `unknown-property`.
        spot: The place in the spec.
        message: The difference, in one sentence.
        subject: The name, value or status that differs, if it may be shown.
        first: The first recording and entry.
        count: Number of occurrences.
        observed: The values that were seen.
        models: Components that describe all bodies that were seen; None before the first.
    """

    code: str
    spot: Spot
    message: str
    subject: str
    first: str
    count: int = 0
    observed: Observed = field(default_factory=Observed)
    models: list[str] | None = None


class Findings(Struct):
    """Findings by code, place and message.

    Attributes:
        entry: The recording and entry that is being compared.
        dropped: Number of occurrences beyond `MAX_FINDINGS`.
    """

    entry: str = ""
    found: dict[tuple[str, str, str], Finding] = field(
        default_factory=dict[tuple[str, str, str], Finding]
    )
    dropped: int = 0

    def add(
        self, code: str, spot: Spot, message: str, subject: str = "", *values: Any
    ) -> Finding | None:
        """Count an occurrence, and return its finding; None if there are too many."""
        key = code, spot.pointer, f"{spot.name}: {message}"
        finding = self.found.get(key)
        if finding is None:
            if len(self.found) >= MAX_FINDINGS:
                self.dropped += 1
                return None
            finding = Finding(code, spot, message, subject, self.entry)
            self.found[key] = finding
        finding.count += 1
        for value in values:
            finding.observed.add(value)
        return finding


def is_date_time(value: str) -> bool:
    """Return whether a text is a date-time (RFC 3339, 5.6)."""
    return DATE_TIME.fullmatch(value) is not None
