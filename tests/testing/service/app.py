"""A sample service: the sessions of employees, who sign in to products by Clerk and to tools by Okta."""

from collections.abc import Awaitable, Callable
from typing import Annotated

import clerk
import okta
from clerk import Clerk
from fastapi import Depends, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from okta import AsyncOkta
from pydantic import BaseModel

PAGE_SIZE = 10


class ProductSession(BaseModel):
    """A session at Clerk."""

    id: str
    status: str
    last_active_at: int


class SignOut(BaseModel):
    """The accounts of an employee who is signed out everywhere."""

    clerk_user: str
    okta_user: str


class SignedOut(BaseModel):
    """The number of product sessions that were revoked."""

    revoked: int


def active_sessions(client: Clerk, user_id: str) -> list[clerk.Session]:
    """Return all active sessions of a user, from all pages."""
    return client.sessions.list(user_id=user_id, status="active", limit=PAGE_SIZE).all()


def revoke_all(client: Clerk, user_id: str) -> int:
    """Revoke the active sessions of a user; return how many were still there."""
    revoked = 0
    # Collected first: Clerk's pages have offsets, which shift when sessions end.
    for session in active_sessions(client, user_id):
        try:
            client.sessions.revoke(session.id)
        except clerk.NotFoundError:
            continue
        revoked += 1
    return revoked


app = FastAPI()


def set_clients(products: Clerk, tools: AsyncOkta) -> None:
    """Set the clients of the service."""
    app.state.products, app.state.tools = products, tools


def get_products() -> Clerk:
    """Return the client of the products."""
    products: Clerk = app.state.products
    return products


def get_tools() -> AsyncOkta:
    """Return the client of the tools."""
    tools: AsyncOkta = app.state.tools
    return tools


Products = Annotated[Clerk, Depends(get_products)]
Tools = Annotated[AsyncOkta, Depends(get_tools)]


@app.get("/users/{user_id}/sessions")
def list_sessions(user_id: str, products: Products) -> list[ProductSession]:
    """Return the active sessions of a user."""
    return [
        ProductSession(id=s.id, status=s.status.value, last_active_at=s.last_active_at)
        for s in active_sessions(products, user_id)
    ]


@app.delete("/tool-sessions/{session_id}", status_code=204)
async def revoke_session(session_id: str, tools: Tools) -> None:
    """Revoke a session of the tools."""
    await tools.sessions.revoke(session_id)


@app.post("/sign-outs")
async def sign_out(body: SignOut, products: Products, tools: Tools) -> SignedOut:
    """Sign an employee out everywhere."""
    await tools.user_sessions.revoke(body.okta_user, oauth_tokens=True)
    revoked = await run_in_threadpool(revoke_all, products, body.clerk_user)
    return SignedOut(revoked=revoked)


def handler(status: int) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return a handler that responds with a status, and passes on when to try again."""

    async def handle(request: Request, error: Exception) -> Response:
        retry_after = getattr(error, "retry_after", None)
        headers = {} if retry_after is None else {"Retry-After": f"{retry_after:.0f}"}
        return JSONResponse({"detail": str(error)}, status, headers)

    return handle


for error, status in (
    (clerk.NotFoundError, 404),
    (okta.NotFoundError, 404),
    (clerk.RateLimitError, 503),
    (okta.RateLimitError, 503),
    (clerk.APITimeoutError, 504),
    (okta.APITimeoutError, 504),
    (clerk.ClerkError, 502),
    (okta.OktaError, 502),
    (ValueError, 422),
):
    app.add_exception_handler(error, handler(status))
