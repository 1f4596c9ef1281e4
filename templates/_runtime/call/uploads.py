"""Request bodies that are read while they are sent, and the progress of sending them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import httpx2

from ..codec.multipart import multipart_pieces
from ..codec.styles import is_given
from ..codec.uploads import Upload, open_upload
from .exchange import Exchange, overriding
from .request import BodyStream, Call, encode_body

OnProgress = Callable[[int, int | None], object]
"""Hook called after each chunk of a request body was given to the connection, with the number of
bytes so far and of the whole body, which is None if it is unknown. Each attempt begins with 0. An
asynchronous client awaits its result."""


class BodyAborted(httpx2.TransportError):
    """The body of a request could not be read to its end."""


class UploadBody:
    """Request body of one attempt, in pieces.

    Attributes:
        pieces: Its content in order.
        length: The number of bytes; None if it is unknown.
        on_progress: The hook of the caller; None for none.
        failure: The error that reading it raised; None for none.
    """

    def __init__(
        self, pieces: list[bytes | Upload], on_progress: OnProgress | None
    ) -> None:
        self.pieces = pieces
        self.on_progress = on_progress
        self.failure: Exception | None = None

    @property
    def length(self) -> int | None:
        length = 0
        for piece in self.pieces:
            size = len(piece) if isinstance(piece, bytes) else piece.length
            if size is None:
                return None
            length += size
        return length

    @property
    def repeat_problem(self) -> str:
        """The reason why the body cannot be sent again; empty if it can."""
        uploads = (piece for piece in self.pieces if isinstance(piece, Upload))
        return next((u.repeat_problem for u in uploads if u.repeat_problem), "")

    def aborted(self, error: Exception) -> BodyAborted:
        """Keep the error of reading the body for the caller; return one for the transport."""
        self.failure = error
        return BodyAborted("the request body could not be read to its end")


class UploadEncoder:
    """Encoder of the request bodies of one call, which may be read while they are sent.

    Args:
        stream: The class of streams for this kind of client.
        accepts_async: Whether asynchronous iterables can be read.

    Attributes:
        on_progress: The hook of the caller; None for none.
    """

    def __init__(
        self, stream: Callable[[UploadBody], BodyStream], *, accepts_async: bool
    ) -> None:
        self.on_progress: OnProgress | None = None
        self._stream = stream
        self._accepts_async = accepts_async
        self._uploads: dict[int, Upload] = {}
        self._body: UploadBody | None = None

    def encode(self, call: Call[Any]) -> tuple[bytes | BodyStream, str]:
        """Return the body of the next attempt, and its media type; both empty for no body."""
        self._body = None
        pieces, content_type = self._pieces(call)
        is_plain = all(isinstance(piece, bytes) for piece in pieces)
        if not any(pieces) or is_plain and self.on_progress is None:
            content = (piece for piece in pieces if isinstance(piece, bytes))
            return b"".join(content), content_type
        self._body = UploadBody(pieces, self.on_progress)
        return self._stream(self._body), content_type

    def may_stream(self, call: Call[Any]) -> bool:
        """Return whether the body of a call may be read while it is sent."""
        has_files = call.multipart is not None or call.content is not None
        return has_files or self.on_progress is not None

    @property
    def failure(self) -> Exception | None:
        """The error that reading the last body raised; None for none."""
        return self._body.failure if self._body is not None else None

    @property
    def repeat_problem(self) -> str:
        """The reason why the last body cannot be sent again; empty if it can."""
        return self._body.repeat_problem if self._body is not None else ""

    def _pieces(self, call: Call[Any]) -> tuple[list[bytes | Upload], str]:
        if is_given(call.json) or call.form is not None:
            content, content_type = encode_body(call)
            return [content], content_type
        if call.multipart is not None:
            return multipart_pieces(call.multipart, self._open)
        if call.content is None or isinstance(call.content, str | bytes):
            content, content_type = encode_body(call)
            return [content], content_type
        opened = self._open(call.content, "body")
        if opened is None:
            raise TypeError(
                f"{call}: its body cannot be {type(call.content).__name__}; pass bytes,"
                " an open file, a path, or an iterable of bytes"
            )
        return [opened], call.content_type

    def _open(self, value: object, name: str) -> bytes | Upload | None:
        """Return content as `open_upload` does; the same for each attempt."""
        if id(value) in self._uploads:
            return self._uploads[id(value)]
        opened = open_upload(value, name, accepts_async=self._accepts_async)
        if isinstance(opened, Upload):
            self._uploads[id(value)] = opened  # The call keeps the value alive.
        return opened


class Progress:
    """The hook for the progress of one call.

    Attributes:
        is_claimed: Whether a call has started to use it.
    """

    def __init__(self, on_progress: OnProgress) -> None:
        self._on_progress = on_progress
        self.is_claimed = False

    def apply(self, exchange: Exchange[Any]) -> None:
        """Report the progress of the request bodies of a call."""
        if isinstance(exchange.encoder, UploadEncoder):
            exchange.encoder.on_progress = self._on_progress
            self.is_claimed = True


@contextmanager
def reporting(on_progress: OnProgress) -> Generator[None]:
    """Report the progress of the request body of the call in this block.

    Raises:
        TypeError: On exit, if no call was made.
    """
    progress = Progress(on_progress)
    with overriding(progress):
        yield
    if not progress.is_claimed:
        raise TypeError(
            "upload_with_progress takes a method that sends a request, and its arguments"
        )
