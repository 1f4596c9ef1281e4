"""Probe of Okta's own SDK."""

import asyncio
from typing import Any

from okta.api.session_api import SessionApi
from okta.api.user_sessions_api import UserSessionsApi
from okta.client import Client
from probing import TOKEN, Calls, call_with_samples, describe, probe

_VARIANTS = ("_with_http_info", "_without_preload_content")


def connect(vendor: str, url: str) -> Calls:
    """Return the calls of a client."""
    client: Any = Client({"orgUrl": url, "token": TOKEN})

    async def get(id: str) -> object:
        session, _, error = await client.get_session(id)
        if error is not None:  # Errors are returned, as exceptions or not.
            raise type(type(error).__name__, (Exception,), {})()
        return describe(vendor, session)

    async def every() -> None:
        for api in (SessionApi, UserSessionsApi):
            for name in vars(api):
                if name[0] != "_" and not name.endswith(_VARIANTS):
                    await _completed(call_with_samples(getattr(client, name)))

    return {
        "get": lambda id: asyncio.run(get(id)),
        "every": lambda: asyncio.run(every()),
    }


async def _completed(call: Any) -> None:
    try:
        await call
    except Exception:  # The request was sent, which is all that counts.
        pass


if __name__ == "__main__":
    probe(connect)
