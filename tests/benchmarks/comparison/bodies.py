"""Bodies of the vendors' responses: a session, or an error."""

import json

from tests.faults.leak_search import RESPONSE_DATA
from tests.guide import vendors

SESSIONS = {
    "okta": vendors.okta_session,
    "clerk": vendors.clerk_session,
    "pangea": vendors.pangea_session,
}
STATUS = {"okta": "status", "clerk": "status", "pangea": "type"}
"""The property of a session that is an enum, by vendor."""
REQUIRED = {"okta": "login", "clerk": "user_id", "pangea": "email"}
"""A required property of a session, by vendor."""
_PANGEA_STATUS = {429: "TooManyRequests", 503: "ServiceNotAvailable"}


def session_body(vendor: str, without: str = "", **changes: object) -> bytes:
    """Return a body with a session, with some properties changed and one left out."""
    session = SESSIONS[vendor](RESPONSE_DATA) | changes
    session.pop(without, None)
    if vendor == "pangea":
        return _envelope("Success", {"sessions": [session], "last": ""})
    return json.dumps(session).encode()


def error_body(vendor: str, status: int) -> bytes:
    """Return the body of a response with an error status."""
    match vendor:
        case "okta":
            code = f"E{status:07}"
            error: object = {
                "errorCode": code,
                "errorSummary": "The request failed.",
                "errorLink": code,
                "errorId": "oae1",
                "errorCauses": [],
            }
        case "clerk":
            detail = {
                "message": "failed",
                "long_message": "It failed.",
                "code": "failed",
            }
            error = {"errors": [detail], "clerk_trace_id": "a1"}
        case _:
            return _envelope(_PANGEA_STATUS[status], None)
    return json.dumps(error).encode()


def _envelope(status: str, result: object) -> bytes:
    times = {
        "request_time": "2026-02-07T01:37:37Z",
        "response_time": "2026-02-07T01:37:38Z",
    }
    envelope = {"request_id": "prq_1", **times, "status": status, "summary": "Done."}
    return json.dumps(envelope | {"result": result}).encode()
