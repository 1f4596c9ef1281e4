"""Comparison of recorded exchanges with a spec."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from clientcast.loading import LoadedApi
from clientcast.places import child_pointer
from clientcast.traffic.context import Context
from clientcast.traffic.exchanges import Exchange
from clientcast.traffic.findings import Finding, Findings, Spot
from clientcast.traffic.masking import shown_path
from clientcast.traffic.messages import MessageComparison
from clientcast.traffic.routes import Match, RequestTarget, Routes, parse_url
from clientcast.traffic.values import TooManyValues, ValueComparison


class TrafficReport(Struct, frozen=True):
    """Result of a comparison.

    Attributes:
        findings: The findings, in the order of their first occurrence.
        exchanges: Number of exchanges.
        matched: Number of exchanges of each operation that has any.
        operations: Number of operations of the spec.
        other_hosts: Number of exchanges with hosts that are no servers of the API.
        undecided_bodies: Number of bodies of media types that are not compared.
        rejected: Number of requests that the server rejected as wrong, or did not know.
        is_complete: Whether all exchanges were compared.
    """

    findings: tuple[Finding, ...]
    exchanges: int
    matched: dict[str, int]
    operations: int
    other_hosts: int
    undecided_bodies: int
    rejected: int
    is_complete: bool


def compare_traffic(
    spec: LoadedApi, exchanges: Iterable[Exchange], servers: Iterable[str] = ()
) -> TrafficReport:
    """Compare exchanges with a spec.

    Args:
        spec: The spec.
        exchanges: The exchanges.
        servers: Base URLs of the API besides those of the spec.
    """
    routes = Routes(spec.document, spec.api, servers)
    findings = Findings()
    values = ValueComparison(spec.document.data, spec.api.schemas)
    messages = MessageComparison(
        Context(spec.document.data, spec.api, findings, values)
    )
    matched: Counter[str] = Counter()
    unmatched: list[tuple[Exchange, RequestTarget]] = []
    hosts: set[str] = set()
    total = 0
    is_complete = True
    for exchange in exchanges:
        total += 1
        findings.entry = exchange.place
        target = parse_url(exchange.url)
        if target is None:
            findings.add("invalid-url", Spot("paths", "/paths"), "a URL is not valid")
            continue
        match = routes.match(exchange.method, target)
        if match is None:
            unmatched.append((exchange, target))
            continue
        hosts.add(target.host)
        matched[match.route.operation.pointer] += 1
        try:
            messages.compare(exchange, target, match)
        except TooManyValues:
            is_complete = False
            break
    other_hosts = 0
    rejected = messages.rejected
    for exchange, target in unmatched:
        if exchange.status in _NO_SUCH_OPERATION:
            rejected += 1
        elif target.host in hosts or routes.is_own_host(target):
            findings.entry = exchange.place
            _add_unknown_operation(exchange, target, routes, findings, spec)
        else:
            other_hosts += 1
    return TrafficReport(
        tuple(findings.found.values()),
        total,
        dict(matched),
        len(spec.api.operations),
        other_hosts,
        messages.undecided_bodies,
        rejected,
        is_complete and not findings.dropped,
    )


def _add_unknown_operation(
    exchange: Exchange,
    target: RequestTarget,
    routes: Routes,
    findings: Findings,
    spec: LoadedApi,
) -> None:
    method = exchange.method if exchange.method in _METHODS else "(another method)"
    other: Match | None = routes.other_methods(target)
    if other is not None:
        path = other.route.document_operation.path
        pointer = child_pointer(spec.document.data, "", "paths", path)
        spot = Spot(path, pointer)
        message = f"unknown operation {method} {path}"
        findings.add("unknown-operation", spot, message, method)
        return
    path = shown_path(target.path, routes.segments)
    message = f"unknown operation {method} {path}"
    findings.add("unknown-operation", Spot("paths", "/paths"), message, "")


_NO_SUCH_OPERATION = (404, 405, 410, 501)
_METHODS = (
    "GET",
    "PUT",
    "POST",
    "DELETE",
    "OPTIONS",
    "HEAD",
    "PATCH",
    "TRACE",
    "QUERY",
)
