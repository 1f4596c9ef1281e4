"""Reading of request bodies by the synchronous client."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TypeAlias

import httpx2

from ..codec.request_body import Source
from ..codec.uploads import CHUNK_SIZE, Upload

ByteSource: TypeAlias = Source
"""What the content of a request is read from, besides `bytes`."""

RequestStream: TypeAlias = httpx2.SyncByteStream

ACCEPTS_ASYNC = False


def read_chunks(piece: bytes | Upload) -> Generator[bytes]:
    """Yield the content of a piece of a request body in chunks of limited size."""
    chunks = iter((piece,)) if isinstance(piece, bytes) else piece.open()
    if not isinstance(chunks, Iterator):
        raise TypeError("the content is asynchronous, and the client is not")
    for chunk in chunks:
        for start in range(0, len(chunk), CHUNK_SIZE):
            yield (
                chunk if len(chunk) <= CHUNK_SIZE else chunk[start : start + CHUNK_SIZE]
            )
        del chunk  # Error trackers record the local variables of frames.
