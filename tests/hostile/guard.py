"""Audit hook that reports access to files, processes and the network.

Access is reported rather than refused, so that one run finds all of it. Only network access is
also refused.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.hostile.limits import report
from tests.support.project import ROOT

_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_CHANGES: dict[str, dict[int, int | None]] = {
    "os.mkdir": {0: 2},
    "os.remove": {0: 1},
    "os.rmdir": {0: 1},
    "os.truncate": {0: None},
    "os.chmod": {0: 2},
    "os.rename": {0: 2, 1: 3},
    "os.link": {1: 3},
    "os.symlink": {1: 2},
}
"""Audit events that change files: index of each path argument, and of its `dir_fd`."""

_NETWORK = {"socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto"}
_PROCESSES = {"os.system", "os.exec", "os.posix_spawn", "os.startfile", "pty.spawn"}

_SYSTEM = ("/usr", "/lib", "/lib64", "/proc", "/sys", "/dev", "/etc/ssl", "/etc/pki")
_SYSTEM_FILES = {"/etc/localtime", "/etc/mime.types", "/etc/os-release"}


@dataclass(frozen=True, slots=True)
class Guard:
    """Folders that a process may read and write.

    Attributes:
        readable: Folders that may be read, besides those of Python and clientcast.
        writable: Folders that may be read and written.
    """

    readable: tuple[Path, ...]
    writable: tuple[Path, ...]

    def install(self) -> None:
        """Report, from now on, all access of this process that is not allowed."""
        writable = _prefixes(self.writable)
        places = (sys.prefix, sys.base_prefix, sys.exec_prefix, ROOT, *_SYSTEM)
        readable = writable + _prefixes(self.readable) + _prefixes(places)
        busy = False

        def hook(event: str, arguments: tuple[Any, ...]) -> None:
            nonlocal busy
            if busy or event not in _WATCHED:
                return
            busy = True
            try:
                for line in _WATCHED[event](event, arguments, readable, writable):
                    report(line)
            finally:
                busy = False
            if event in _NETWORK:
                raise PermissionError(f"{event} is refused here")

        sys.addaudithook(hook)


def _prefixes(places: Sequence[str | Path]) -> tuple[str, ...]:
    return tuple(
        prefix
        for place in places
        for prefix in {f"{os.path.realpath(place)}/", f"{os.path.abspath(place)}/"}
    )


def _check_open(
    _: str,
    arguments: tuple[Any, ...],
    readable: tuple[str, ...],
    writable: tuple[str, ...],
) -> Iterator[str]:
    name, flags = arguments[0], arguments[2]
    if isinstance(name, int):
        return
    path = os.path.realpath(os.fsdecode(name))
    if (flags or 0) & _WRITE:
        if not f"{path}/".startswith(writable) and path != os.devnull:
            yield f"path: writes {path}"
    elif not f"{path}/".startswith(readable) and path not in _SYSTEM_FILES:
        if os.path.isfile(path):
            yield f"path: reads {path}"


def _check_change(
    event: str,
    arguments: tuple[Any, ...],
    readable: tuple[str, ...],
    writable: tuple[str, ...],
) -> Iterator[str]:
    for place, folder in _CHANGES[event].items():
        name = arguments[place]
        if isinstance(name, int) or folder is not None and arguments[folder] >= 0:
            continue  # Relative to an open file; the sandbox is compared afterwards.
        parent, last = os.path.split(os.path.abspath(os.fsdecode(name)))
        path = os.path.join(os.path.realpath(parent), last)
        if not f"{path}/".startswith(writable):
            yield f"path: {event} {path}"


def _check_network(event: str, arguments: tuple[Any, ...], *_: object) -> Iterator[str]:
    address = arguments[1] if event == "socket.connect" else arguments[0]
    yield f"http: {event} {address!r}"


def _check_process(event: str, arguments: tuple[Any, ...], *_: object) -> Iterator[str]:
    program = str(arguments[0])
    folders = _prefixes((Path(sys.executable).parent,))
    if not os.path.abspath(program).startswith(folders):
        yield f"process: {event} {program}"


_WATCHED: dict[str, Callable[..., Iterator[str]]] = {
    "open": _check_open,
    **dict.fromkeys(_CHANGES, _check_change),
    **dict.fromkeys(_NETWORK, _check_network),
    **dict.fromkeys(_PROCESSES, _check_process),
    "subprocess.Popen": _check_process,
}
