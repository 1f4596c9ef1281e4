"""Probe of a client of clientcast."""

from importlib import import_module

from probing import TOKEN, Calls, call_all, describe, probe

_KEYWORDS = {"okta": "api_token", "clerk": "secret_key", "pangea": "token"}


def connect(vendor: str, url: str) -> Calls:
    """Return the calls of a client."""
    class_ = getattr(import_module(vendor), vendor.capitalize())
    client = class_(**{_KEYWORDS[vendor]: TOKEN}, base_url=url)
    match vendor:
        case "okta":
            resources = (client.sessions, client.user_sessions)
            return {
                "get": lambda id: describe(vendor, client.sessions.get(id)),
                "create": lambda: client.sessions.create("x"),
                "every": lambda: [call_all(resource) for resource in resources],
            }
        case "clerk":
            return {
                "get": lambda id: describe(vendor, client.sessions.get(id)),
                "create": lambda: client.sessions.create("x"),
                "list": lambda: sum(1 for _ in client.sessions.list()),
                "every": lambda: call_all(client.sessions),
            }
    resources = (client.session, client.client.session)
    return {
        "get": lambda id: describe(
            vendor, client.client.session.list(f"{id}.b.c").items[0]
        ),
        "create": lambda: client.client.session.refresh("x"),
        "list": lambda: sum(1 for _ in client.session.list()),
        "every": lambda: [call_all(resource) for resource in resources],
    }


if __name__ == "__main__":
    probe(connect)
