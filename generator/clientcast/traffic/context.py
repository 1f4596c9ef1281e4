"""Shared state of the comparisons of an exchange."""

from typing import Any

from msgspec import Struct

from clientcast import ir
from clientcast.traffic.findings import Findings
from clientcast.traffic.values import ValueComparison


class Context(Struct, frozen=True):
    """The document and its API, the comparison of values, and the findings so far."""

    data: Any
    api: ir.Api
    findings: Findings
    values: ValueComparison
