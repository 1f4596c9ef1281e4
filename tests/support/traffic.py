"""Recorded and published payloads of the vendors' own servers, and the calls they belong to.

They are third-party data beside the project. If it is missing, there are no payloads.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.support.calls import FULL_CALLS, SPECS, Call
from tests.support.project import ROOT

TRAFFIC = ROOT.parent / "shared" / "traffic"
TRAFFIC_MISSING = "../shared/traffic is not there"

OPERATIONS = {(call.vendor, call.operation): call for call in FULL_CALLS}


def load(name: str) -> list[dict[str, Any]]:
    if not TRAFFIC.is_dir():
        return []
    data: list[dict[str, Any]] = json.loads(
        (TRAFFIC / f"{name}.json").read_text("utf-8")
    )
    assert data
    return data


@dataclass(frozen=True, slots=True)
class Payload:
    """Body of a response, and the call that gets it."""

    title: str
    call: Call
    status: int
    body: Any

    def __str__(self) -> str:
        return self.title


RECORDED = load("okta_recorded")
NO_OPERATION = [r for r in RECORDED if r["operation"].startswith("(not an op)")]
INTERACTIONS = [r for r in RECORDED if r not in NO_OPERATION]
INCOMPLETE = [r for r in INTERACTIONS if r["response"]["status"] == 400]
"""Requests that a client cannot send, because they lack required arguments."""


def title_of(recorded: dict[str, Any]) -> str:
    return f"{recorded['operation']}-{recorded['response']['status']}"


def okta_call(recorded: dict[str, Any]) -> Call:
    """Return the call that sends a recorded request."""
    call = OPERATIONS["okta", recorded["operation"]]
    route = SPECS["okta"].route(call.operation)
    pattern = re.sub(r"\{\w+\}", "([^/]+)", route)
    match = re.fullmatch(pattern, recorded["request"]["path"])
    assert match is not None
    body = recorded["request"]["body"] or {}
    arguments = (*match.groups(), *body.values())
    return replace(call, arguments=arguments or ("x",), options={})


OKTA_EXAMPLES = load("okta_examples")
OKTA_RESPONSES = {
    "CreateSessionResponse": "createSession",
    "RetrieveSessionResponse": "getSession",
    "RefreshSessionResponse": "refreshSession",
    "RetrieveCurrentSessionResponse": "getCurrentSession",
    "RefreshCurrentSessionResponse": "refreshCurrentSession",
}
OKTA_ERRORS = {
    "ErrorAccessDenied": 403,
    "ErrorResourceNotFound": 404,
    "ErrorTooManyRequests": 429,
}

PANGEA = load("pangea_examples")
SCHEMA_EXAMPLES = {e["schema"]: e["body"] for e in PANGEA if "schema" in e}
RESULTS = {e["path"]: e["body"] for e in PANGEA if e["kind"] == "response 200 result"}
REQUESTS = [e for e in PANGEA if e["kind"] == "request"]


def pangea_call(example: dict[str, Any]) -> Call:
    """Return the call that sends a published request."""
    call = OPERATIONS["pangea", SPECS["pangea"].operation_id("POST", example["path"])]
    return replace(call, arguments=(), options=example["body"])


def pangea_response_body(example: dict[str, Any]) -> dict[str, Any]:
    """Return the published result or token in the published envelope."""
    token = SCHEMA_EXAMPLES["authn-token-info-user-nocreds"]
    tokens = {"refresh_token": token, "active_token": token}
    plain = tokens if example["path"].endswith("/refresh") else dict[str, Any]()
    result = RESULTS.get(example["path"], plain)
    return {**SCHEMA_EXAMPLES["pangea-response"], "result": result}


CLERK_EXAMPLES = load("clerk_examples")
CLERK_ERRORS = load("clerk_errors")
CLERK_SOURCES = {
    "sessions_test.go": "GetSession",
    "(v2) get": "GetSession",
    "(v2) list": "GetSessionList",
    "SessionApi.test.ts token": "CreateSessionToken",
}


def clerk_call(source: str) -> Call:
    """Return the call that gets the published response of a source."""
    (operation,) = [name for part, name in CLERK_SOURCES.items() if part in source]
    call = OPERATIONS["clerk", operation]
    if ", query " in source:
        options = {"paginated": True, "limit": 1, "offset": 2, "status": "active"}
        call = replace(call, options=options)
    return call


def clerk_error_body(entry: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a catalogued error."""
    fault = {"message": entry["shortMessage"], "code": entry["code"]}
    return {"errors": [{**fault, "long_message": entry["longMessage"]}]}


def payloads() -> Iterator[Payload]:
    """Yield every recorded and published payload."""
    for recorded in RECORDED:
        response, call = recorded["response"], OPERATIONS["okta", "getSession"]
        if recorded in INTERACTIONS:
            call = okta_call(recorded)
        if response["body"] is not None:
            yield Payload(
                title_of(recorded), call, response["status"], response["body"]
            )
    for example in OKTA_EXAMPLES:
        name, body = example["name"], example["value"]
        if name != "CreateSessionBody":
            call = OPERATIONS["okta", OKTA_RESPONSES.get(name, "getSession")]
            yield Payload(name, call, OKTA_ERRORS.get(name, 200), body)
    for example in REQUESTS:
        call, body = pangea_call(example), pangea_response_body(example)
        yield Payload(example["path"], call, 200, body)
    for example in CLERK_EXAMPLES:
        source = example["source"]
        yield Payload(source[-9:], clerk_call(source), 200, example["body"])
    for entry in CLERK_ERRORS:
        call, body = OPERATIONS["clerk", "GetSession"], clerk_error_body(entry)
        yield Payload(entry["name"], call, int(entry["status"]), body)
