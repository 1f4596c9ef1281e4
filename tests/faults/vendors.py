"""What the vendors' APIs answer when all is well: an Okta session, a page of Pangea's."""

import json

from tests.faults.silence import ANSWER

SESSION = {
    "id": ANSWER,
    "userId": f"{ANSWER}-user",
    "login": f"{ANSWER}@example.com",
    "expiresAt": "2026-01-01T00:00:00.000Z",
    "status": "ACTIVE",
    "amr": ["pwd"],
    "_links": {},
}
"""An Okta session."""


def session(**changes: object) -> bytes:
    """The body of an Okta session, with some members changed."""
    return json.dumps({**SESSION, **changes}).encode()


def envelope(result: object, status: str = "Success") -> bytes:
    """The body of an answer of Pangea's."""
    return json.dumps(
        {
            "request_id": f"{ANSWER}-request",
            "request_time": "2026-01-01T00:00:00Z",
            "response_time": "2026-01-01T00:00:00Z",
            "status": status,
            "result": result,
        }
    ).encode()


def _pangea(number: int) -> dict[str, object]:
    return {
        "id": f"{ANSWER}-{number}",
        "type": "session",
        "life": 60,
        "expire": "2026-01-01T00:00:00Z",
        "identity": f"{ANSWER}-user",
        "email": f"{ANSWER}@example.com",
        "profile": {},
        "created_at": "2026-01-01T00:00:00Z",
    }


def page_of(number: int, last: str | None) -> bytes:
    """A page of two sessions."""
    sessions = [_pangea(2 * number), _pangea(2 * number + 1)]
    return envelope({"sessions": sessions, "last": last})
