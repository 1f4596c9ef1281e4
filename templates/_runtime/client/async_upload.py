"""Asynchronous client whose operations send files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from functools import partial
from typing import ParamSpec, TypeVar

from ..call.uploads import OnProgress, UploadBody, UploadEncoder, reporting
from .async_base import AsyncClient
from .async_transport import call_hook
from .async_upload_chunks import ACCEPTS_ASYNC, RequestStream, read_chunks

P = ParamSpec("P")
T = TypeVar("T")


class AsyncUploadStream(RequestStream):
    """Stream of a request body that is read while it is sent."""

    def __init__(self, body: UploadBody) -> None:
        self.length = body.length
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        body = self._body
        sent = 0
        try:
            for piece in body.pieces:
                async with aclosing(read_chunks(piece)) as chunks:
                    async for chunk in chunks:
                        yield chunk
                        sent += len(chunk)
                        del chunk  # Error trackers record the local variables of frames.
                        if body.on_progress is not None:
                            await call_hook(
                                partial(body.on_progress, sent), body.length
                            )
            return
        except Exception as error:
            aborted = body.aborted(error)
        raise aborted


class AsyncUploadingClient(AsyncClient):
    """Base class of clients with an operation that sends files or text."""

    _new_encoder = staticmethod(
        lambda: UploadEncoder(AsyncUploadStream, accepts_async=ACCEPTS_ASYNC)
    )

    async def upload_with_progress(
        self,
        on_progress: OnProgress,
        method: Callable[P, Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Call a method and report the progress of sending its request body.

        Args:
            on_progress: Called after each chunk with the number of bytes sent, and of the whole
                body, which is None if it is unknown. It begins again with each attempt. An
                exception of it ends the call.
            method: A method of a resource that sends a body.
            args: Positional arguments of the method.
            kwargs: Keyword arguments of the method.

        Raises:
            TypeError: If the method sends no request.
            APIError: If the method raises it.
        """
        with reporting(on_progress):
            return await method(*args, **kwargs)
