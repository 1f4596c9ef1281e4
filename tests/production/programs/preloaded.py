"""WSGI application for `gunicorn --preload`: its clients are made and used before the fork."""

import asyncio
import json
import os
from collections.abc import Callable, Iterable
from typing import Any

import okta

OPTIONS = {"base_url": os.environ["API_URL"], "api_token": "t"}

client = okta.Okta(**OPTIONS)
async_client = okta.AsyncOkta(**OPTIONS)

client.sessions.get("before-the-fork")
asyncio.run(async_client.sessions.get("before-the-fork"))


def app(
    environ: dict[str, Any], start_response: Callable[..., object]
) -> Iterable[bytes]:
    kind, _, session_id = environ["PATH_INFO"].strip("/").partition("/")
    if kind == "coroutine":
        session = asyncio.run(async_client.sessions.get(session_id))
    else:
        session = client.sessions.get(session_id)
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"id": session.id, "worker": os.getpid()}).encode()]
