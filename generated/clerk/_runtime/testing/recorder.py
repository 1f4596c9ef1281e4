"""Recording of real calls into a file, and their replay without a network.

with record("cassette.json") as recording:
    okta = Okta(api_token="...", http=recording.http)
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import httpx2

from ..call.security import Scheme
from ..client.async_transport import AsyncHttp
from ..client.transport import Http
from .redaction import Redactor
from .replay import AsyncReplayTransport, Replay, ReplayTransport
from .tape import AsyncRecordingTransport, RecordingTransport, Tape


def record(
    path: str | os.PathLike[str],
    *,
    mode: Literal["once", "replay", "record"] = "once",
    hide: Collection[str] = (),
    keep: Collection[str] = (),
    http: Http | None = None,
    async_http: AsyncHttp | None = None,
) -> Recording:
    """Record the calls of clients into a file, or replay it: `with record("cassette.json") as r:`.

    The clients are made with `http=r.http`, or `http=r.async_http` for asynchronous ones. The file
    has no credentials and cookies, nor values of names that look secret, such as `sessionToken`.
    It is written at the end of the block, unless an error ends it.

    Args:
        path: The file.
        mode: `replay` sends nothing and refuses what is not in the file. `record` sends all and
            replaces the file. `once` replays the file if there is one, and else records it.
        hide: Names of properties, parameters and headers whose values are secret, too, such as
            `email`.
        keep: Names that look secret and are not.
        http: The transport that sends the requests to record; by default a pool of the client's.
        async_http: The same for asynchronous clients.

    Raises:
        FileNotFoundError: If the file to replay is missing.
        ValueError: If it is no recording.
    """
    file = Path(path)
    if mode not in ("once", "replay", "record"):
        raise ValueError(f"mode is {mode!r}: it must be 'once', 'replay' or 'record'")
    if mode == "once":
        mode = "replay" if file.exists() else "record"
    if mode == "replay":
        replay = Replay(file)
        transport, async_transport = ReplayTransport(replay), AsyncReplayTransport(
            replay
        )
        return Recording(transport, async_transport, replay)
    tape = Tape(file, Redactor(_scheme_names(), hide, keep), http, async_http)
    return Recording(RecordingTransport(tape), AsyncRecordingTransport(tape), tape)


class Recording:
    """The calls of clients that are recorded or replayed.

    Attributes:
        http: The `http` argument of a client.
        async_http: The `http` argument of an asynchronous client.
        is_replay: Whether calls are replayed rather than recorded.
    """

    def __init__(
        self,
        http: httpx2.BaseTransport,
        async_http: httpx2.AsyncBaseTransport,
        source: Tape | Replay,
    ) -> None:
        self.http = http
        self.async_http = async_http
        self.is_replay = isinstance(source, Replay)
        self._source = source

    def __repr__(self) -> str:
        return f"<Recording, {'replay' if self.is_replay else 'record'}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._source.end(is_failed=error is not None)


def _scheme_names() -> Iterator[str]:
    """Yield the headers, query parameters and cookies of the API's security schemes."""
    package = __name__.partition("._runtime")[0]
    for value in vars(import_module(f"{package}._api")).values():
        if isinstance(value, Scheme):
            yield value.name
