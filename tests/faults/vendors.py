"""Response bodies of the vendors' APIs: a session of Okta, a page of Pangea."""

import json

from tests.faults.leak_search import RESPONSE_DATA

SESSION = {
    "id": RESPONSE_DATA,
    "userId": f"{RESPONSE_DATA}-user",
    "login": f"{RESPONSE_DATA}@example.com",
    "expiresAt": "2026-01-01T00:00:00.000Z",
    "status": "ACTIVE",
    "amr": ["pwd"],
    "_links": {},
}
"""An Okta session."""


def session(**changes: object) -> bytes:
    """Return the body of an Okta session with some properties changed."""
    return json.dumps({**SESSION, **changes}).encode()


def pangea_body(result: object, status: str = "Success") -> bytes:
    """Return the body of a response of Pangea."""
    return json.dumps(
        {
            "request_id": f"{RESPONSE_DATA}-request",
            "request_time": "2026-01-01T00:00:00Z",
            "response_time": "2026-01-01T00:00:00Z",
            "status": status,
            "result": result,
        }
    ).encode()


def _pangea(number: int) -> dict[str, object]:
    return {
        "id": f"{RESPONSE_DATA}-{number}",
        "type": "session",
        "life": 60,
        "expire": "2026-01-01T00:00:00Z",
        "identity": f"{RESPONSE_DATA}-user",
        "email": f"{RESPONSE_DATA}@example.com",
        "profile": {},
        "created_at": "2026-01-01T00:00:00Z",
    }


def pangea_page(number: int, last: str | None) -> bytes:
    """Return the body of a page with two sessions."""
    sessions = [_pangea(2 * number), _pangea(2 * number + 1)]
    return pangea_body({"sessions": sessions, "last": last})
