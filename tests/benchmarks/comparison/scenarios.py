"""Scenarios: what a server does, which call is made, and how the observation is described."""

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import formatdate
from urllib.parse import parse_qs, urlsplit

import yaml

from tests.benchmarks.comparison.bodies import (
    REQUIRED,
    STATUS,
    error_body,
    session_body,
)
from tests.benchmarks.comparison.clients import VENDORS
from tests.benchmarks.comparison.observing import LIMIT, Observation
from tests.faults.actions import response_bytes, send_then_hang
from tests.faults.leak_search import ID, RESPONSE_DATA, SET_COOKIE, TOKEN
from tests.faults.server import Action, Responder
from tests.guide import vendors
from tests.support.project import ROOT

_JSON = "Content-Type: application/json"
_NEW_VALUE = "of_next_year"
NO_OPERATION = "no such operation"
RETURNED = "returned, silently"
"""Description of a call that works."""
_IGNORED_WARNINGS = ("DeprecationWarning", "ResourceWarning")
_SECRETS = {
    "token": TOKEN,
    "ids": ID,
    "sessions": RESPONSE_DATA,
    "cookies": SET_COOKIE,
}
_PLACEHOLDER = re.compile("{[^}]+}")
_SEGMENT = "(?!me$|me/)[^/]+"
_METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A situation in which each client makes a call.

    Attributes:
        key: Its name.
        title: Its title in the tables.
        call: The call of the probes.
        actions: Function from the vendor to what the server does.
        describe: Function from vendor and observation to a short description.
        arguments: Arguments of the call.
        vendors: The vendors whose API has such a call.
    """

    key: str
    title: str
    call: str
    actions: Callable[[str], tuple[Action, ...]]
    describe: Callable[[str, Observation], str]
    arguments: tuple[str, ...] = (ID,)
    vendors: tuple[str, ...] = VENDORS


def _ok(vendor: str) -> tuple[Action, ...]:
    return (_respond(200, session_body(vendor)),)


def _respond(status: int, body: bytes, *headers: str) -> Action:
    data = response_bytes(status, body, _JSON, *headers)
    return lambda responder: responder.send(data)


def _with_new_value(vendor: str) -> tuple[Action, ...]:
    changes = {STATUS[vendor]: _NEW_VALUE}
    return (_respond(200, session_body(vendor, **changes)),)


def _without_property(vendor: str) -> tuple[Action, ...]:
    return (_respond(200, session_body(vendor, without=REQUIRED[vendor])),)


def _rate_limited(vendor: str) -> tuple[Action, ...]:
    def refuse(responder: Responder) -> None:
        now = time.time()
        headers = (
            "Retry-After: 1",
            f"Date: {formatdate(now, usegmt=True)}",
            f"X-Rate-Limit-Reset: {int(now) + 1}",
            _JSON,
        )
        responder.send(response_bytes(429, error_body(vendor, 429), *headers))

    return refuse, *_ok(vendor)


def _pages(vendor: str) -> tuple[Action, ...]:
    state = vendors.State()

    def respond(responder: Responder) -> None:
        request = responder.request
        split = urlsplit(request.target)
        query = {name: values[-1] for name, values in parse_qs(split.query).items()}
        if vendor == "clerk":
            reply = vendors.clerk(state, request.method, split.path, query)
        else:
            reply = vendors.pangea(state, split.path, json.loads(request.body))
        body = json.dumps(reply.body).encode()
        responder.send(response_bytes(reply.status, body, _JSON))

    return (respond,)


def _describe_session(vendor: str, seen: Observation) -> str:
    if seen.error or not seen.value or "id" not in seen.value:
        return "error"
    noticed = set(seen.warnings) - set(_IGNORED_WARNINGS)
    return "returned, with a warning" if noticed else RETURNED


def _describe_new_value(vendor: str, seen: Observation) -> str:
    if seen.error or not seen.value or "id" not in seen.value:
        return "error"
    return "kept" if seen.value["status"] == _NEW_VALUE else "lost"


def _describe_silence(vendor: str, seen: Observation) -> str:
    if seen.was_ended:
        return f"waits longer than {LIMIT:.0f} s"
    return f"error after {seen.seconds:.0f} s" if seen.error else "no error"


def _describe_rate_limit(vendor: str, seen: Observation) -> str:
    if len(seen.requests) == 1:
        return "error at once" if seen.error else "no error: returned as a value"
    first, second, *_ = seen.requests
    delay = second.arrived - first.arrived
    return "retries after 1 s" if delay >= 1 else f"retries after {delay:.1f} s"


def _describe_repetition(vendor: str, seen: Observation) -> str:
    count = len(seen.requests)
    if seen.was_ended:
        return f"sent {count} times in {LIMIT:.0f} s, and goes on"
    sent = "sent once" if count == 1 else f"sent {count} times"
    return f"{sent}, then error" if seen.error else f"{sent}, no error"


def _describe_pages(vendor: str, seen: Observation) -> str:
    return seen.error or f"{seen.value} of {len(vendors.State().clerk)}"


def _describe_path(vendor: str, seen: Observation) -> str:
    if not seen.requests:
        return "refused"
    target = seen.requests[0].target
    _, _, segment = target.partition("/sessions/")
    decoded_dots = segment.lower().replace("%2e", ".") in (".", "..")
    if segment and "/" not in segment and not decoded_dots:
        return "escaped"
    return f"requests `{target}`"


def _describe_log(vendor: str, seen: Observation) -> str:
    found = [name for name, text in _SECRETS.items() if text in seen.log]
    return ", ".join(found) or "none"


def _routes(vendor: str) -> Iterator[str]:
    """Yield a pattern of the requests of each session operation."""
    spec = (ROOT / "specs" / f"{vendor}.yaml").read_text(encoding="utf-8")
    for path, item in yaml.safe_load(spec)["paths"].items():
        for method in set(item) & set(_METHODS):
            yield f"{method.upper()} {_PLACEHOLDER.sub(_SEGMENT, path)}"


def _describe_operations(vendor: str, seen: Observation) -> str:
    sent = [f"{r.method} {r.target.partition('?')[0]}" for r in seen.requests]
    routes = list(_routes(vendor))
    found = [r for r in routes if any(re.fullmatch(r, line) for line in sent)]
    return f"{len(found)} of {len(routes)}"


CONTROL = Scenario("control", "An ordinary call", "get", _ok, _describe_session)
"""A call that must work, or the observations of a client mean nothing."""

SCENARIOS = (
    Scenario(
        "operations",
        "Session operations of the three vendors",
        "every",
        lambda vendor: (_respond(200, b"{}"),),
        _describe_operations,
        (),
    ),
    Scenario(
        "new value",
        "An enum value that is newer than the client",
        "get",
        _with_new_value,
        _describe_new_value,
    ),
    Scenario(
        "absent property",
        "A response without a required property",
        "get",
        _without_property,
        _describe_session,
    ),
    Scenario(
        "silence",
        "A server that never responds",
        "get",
        lambda vendor: (send_then_hang(),),
        _describe_silence,
    ),
    Scenario(
        "rate limit",
        "429 with `Retry-After: 1`",
        "get",
        _rate_limited,
        _describe_rate_limit,
    ),
    Scenario(
        "repetition",
        "503 for a POST that must not be repeated",
        "create",
        lambda vendor: (_respond(503, error_body(vendor, 503)),),
        _describe_repetition,
        (),
    ),
    Scenario(
        "pages",
        "Items from iterating over a list of 25 in pages",
        "list",
        _pages,
        _describe_pages,
        (),
        ("clerk", "pangea"),
    ),
    Scenario(
        "path",
        "The id `../users` in a path",
        "get",
        _ok,
        _describe_path,
        ("../users",),
        ("okta", "clerk"),
    ),
    Scenario(
        "dots",
        "The id `..` in a path",
        "get",
        _ok,
        _describe_path,
        ("..",),
        ("okta", "clerk"),
    ),
    Scenario(
        "log",
        "Of token, ids, sessions and cookies in the log at DEBUG",
        "get",
        _ok,
        _describe_log,
    ),
)
