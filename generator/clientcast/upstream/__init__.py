"""Comparison of a hand-written spec with the document that its vendor publishes.

Both are compared as the IR has them, so that references, `allOf` and versions of OpenAPI make no
difference.
"""

from clientcast.upstream.comparison import Comparison, compare
from clientcast.upstream.diagnostics import (
    difference_diagnostic,
    vanished_diagnostics,
    vendor_mistakes,
)
from clientcast.upstream.differences import Difference
from clientcast.upstream.record import (
    EMPTY,
    KnownDifference,
    Record,
    RecordError,
    read_record,
    record_lines,
)

__all__ = [
    "EMPTY",
    "Comparison",
    "Difference",
    "KnownDifference",
    "Record",
    "RecordError",
    "compare",
    "difference_diagnostic",
    "read_record",
    "record_lines",
    "vanished_diagnostics",
    "vendor_mistakes",
]
