"""Comparison of recorded requests and responses with a spec.

Bodies, credentials and personal data are not shown: findings have names, types, and enum values
that are like constants.
"""

from clientcast.traffic.comparison import TrafficReport, compare_traffic
from clientcast.traffic.diagnostics import finding_diagnostic, grouped
from clientcast.traffic.exchanges import Exchange, Message, Recording
from clientcast.traffic.findings import Finding
from clientcast.traffic.reading import read_recording
from clientcast.traffic.suggestions import Suggestion, suggest

__all__ = [
    "Exchange",
    "Finding",
    "Message",
    "Recording",
    "Suggestion",
    "TrafficReport",
    "compare_traffic",
    "finding_diagnostic",
    "grouped",
    "read_recording",
    "suggest",
]
