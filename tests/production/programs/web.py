"""FastAPI service that calls the API in coroutines, and in functions that run in threads."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import okta
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

OPTIONS = {"base_url": os.environ["API_URL"], "api_token": "t"}

in_coroutines = okta.AsyncOkta(**OPTIONS)
in_threads = okta.Okta(**OPTIONS)


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    async with in_coroutines:
        with in_threads:
            yield


app = FastAPI(lifespan=lifespan)


@app.exception_handler(okta.APIStatusError)
async def pass_status_on(_: Request, error: okta.APIStatusError) -> JSONResponse:
    return JSONResponse({"code": error.code}, status_code=error.status_code)


@app.get("/coroutine/{session_id}")
async def from_coroutine(session_id: str) -> dict[str, str]:
    return {"id": (await in_coroutines.sessions.get(session_id)).id}


@app.get("/thread/{session_id}")
def from_thread(session_id: str) -> dict[str, str]:
    return {"id": in_threads.sessions.get(session_id).id}
