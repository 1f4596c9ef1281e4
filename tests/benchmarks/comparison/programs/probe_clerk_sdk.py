"""Probe of Clerk's own SDK."""

from clerk_backend_api import Clerk
from probing import TOKEN, Calls, call_all, describe, probe


def connect(vendor: str, url: str) -> Calls:
    """Return the calls of a client."""
    sessions = Clerk(bearer_auth=TOKEN, server_url=f"{url}/v1").sessions
    names = [n for n in vars(type(sessions)) if n[0] != "_" and "_async" not in n]
    return {
        "get": lambda id: describe(vendor, sessions.get(session_id=id)),
        "create": lambda: sessions.create(request={"user_id": "x"}),
        "list": lambda: sum(1 for _ in sessions.list()),
        "every": lambda: call_all(sessions, names),
    }


if __name__ == "__main__":
    probe(connect)
