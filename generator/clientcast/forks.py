"""Work in a fork of this process, beside the work of this process.

A fork has all data of its parent without a copy; its result comes back as a message. It is only
an offer: where there is no second core, where a fork is unsafe (other systems than Linux, a
process with threads), where it fails or is killed, the parent does the work itself when it asks
for the result. So the result and the errors are the same either way, and errors arise here.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, Self, TypeVar

import msgspec

T = TypeVar("T")

MANY_OPERATIONS = 200
"""Operations of a document with which a stage takes much longer than a fork of some milliseconds."""

_THREADS = "/proc/self/task"


def can_fork() -> bool:
    """Return whether a fork is safe, and has a core of its own."""
    if sys.platform != "linux":
        return False
    try:
        return len(os.sched_getaffinity(0)) > 1 and len(os.listdir(_THREADS)) == 1
    except OSError:
        return False


class Forked(Generic[T]):
    """Work that a fork does during a `with` block, if that is possible and worthwhile.

    Args:
        work: The work. It changes nothing that its caller sees.
        type_: The type of its result, which msgspec can encode.
        is_large: Whether the work takes much longer than a fork.
    """

    def __init__(
        self, work: Callable[[], T], type_: type[T], *, is_large: bool
    ) -> None:
        self._work = work
        self._type = type_
        self._is_large = is_large
        self._process: int | None = None
        self._pipe: int | None = None

    def __enter__(self) -> Self:
        if self._is_large and can_fork():
            self._start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGTERM)
            self._wait()

    def result(self) -> T:
        """Wait for the result, or do the work here."""
        if self._process is not None:
            message = self._receive()
            if self._wait() == 0:
                with suppress(msgspec.DecodeError):  # The work has ended the fork.
                    return msgspec.msgpack.decode(message, type=self._type)
        return self._work()

    def _start(self) -> None:
        ours, theirs = os.pipe()
        try:
            process = os.fork()
        except OSError:  # The limit of processes or of memory is reached.
            os.close(ours)
            os.close(theirs)
            return
        if process == 0:
            _run(self._work, theirs)
        os.close(theirs)
        self._process, self._pipe = process, ours

    def _receive(self) -> bytes:
        assert self._pipe is not None
        with open(self._pipe, "rb", closefd=False) as pipe:
            return pipe.read()

    def _wait(self) -> int:
        """Wait for the end of the process, and return its exit status."""
        assert self._process is not None and self._pipe is not None
        process, self._process = self._process, None
        os.close(self._pipe)
        try:
            return os.waitpid(process, 0)[1]
        except ChildProcessError:  # The parent ignores the end of its children.
            return 1


def _end(*_: object) -> None:
    """End the work of the fork, and the forks of that."""
    raise SystemExit


def _run(work: Callable[[], Any], pipe: int) -> None:
    """Do the work in the fork, and end it: nothing of its parent may go on here."""
    status = 1
    try:
        signal.signal(signal.SIGTERM, _end)
        gc.disable()  # A collection would copy the pages of all objects of the parent.
        with open(pipe, "wb") as file:
            file.write(msgspec.msgpack.encode(work()))
        status = 0
    except BaseException:  # The parent does the work, and sees why it fails.
        pass
    finally:
        os._exit(status)
