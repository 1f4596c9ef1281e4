"""Reading of request bodies by the asynchronous client.

What may block is read in a worker thread: files, and iterators, whose code runs there.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import TypeAlias

import httpx2
from anyio.to_thread import run_sync

from ..codec.request_body import AsyncSource
from ..codec.uploads import CHUNK_SIZE, Chunks, Upload
from ..wire.deadline import TIMEOUT_CLASSES

ByteSource: TypeAlias = AsyncSource
"""What the content of a request is read from, besides `bytes`."""

RequestStream: TypeAlias = httpx2.AsyncByteStream

ACCEPTS_ASYNC = True


async def read_chunks(piece: bytes | Upload) -> AsyncGenerator[bytes]:
    """Yield the content of a piece of a request body in chunks of limited size."""
    if isinstance(piece, bytes):
        chunks: Chunks = iter((piece,))
    else:
        chunks = await run_sync(piece.open, abandon_on_cancel=True)
    in_thread = isinstance(piece, Upload)
    try:
        while (chunk := await _next_chunk(chunks, in_thread=in_thread)) is not None:
            for start in range(0, len(chunk), CHUNK_SIZE):
                is_small = len(chunk) <= CHUNK_SIZE
                yield chunk if is_small else chunk[start : start + CHUNK_SIZE]
            del chunk  # Error trackers record the local variables of frames.
    finally:
        if isinstance(chunks, AsyncGenerator):
            await chunks.aclose()


async def _next_chunk(chunks: Chunks, *, in_thread: bool) -> bytes | None:
    """Return the next chunk; None at the end. A timeout meanwhile is one of sending."""
    classes = TIMEOUT_CLASSES.get()
    if classes is not None:
        classes.append(httpx2.WriteTimeout)
    if isinstance(chunks, AsyncIterator):
        chunk = await anext(chunks, None)
    elif in_thread:
        chunk = await run_sync(next, chunks, None, abandon_on_cancel=True)
    else:
        chunk = next(chunks, None)
    if classes is not None:
        classes.pop()
    return chunk
