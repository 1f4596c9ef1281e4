"""Probe of Pangea's own SDK."""

from typing import Any

from pangea.config import PangeaConfig
from pangea.services import AuthN
from probing import TOKEN, Calls, call_all, describe_first, probe


def connect(vendor: str, url: str) -> Calls:
    """Return the calls of a client."""
    authn: Any = AuthN(TOKEN, PangeaConfig(base_url_template=url))
    resources = (authn.session, authn.client.session)
    return {
        "get": lambda id: describe_first(
            vendor, authn.client.session.list(token=f"{id}.b.c")
        ),
        "create": lambda: authn.client.session.refresh(refresh_token="x"),
        "list": lambda: sum(1 for _ in authn.session.list().result.sessions),
        "every": lambda: [
            call_all(resource, [n for n in vars(type(resource)) if n[0] != "_"])
            for resource in resources
        ],
    }


if __name__ == "__main__":
    probe(connect)
