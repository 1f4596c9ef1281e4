"""Watching of the files that documents are read from.

Folders are watched, since many editors replace a file instead of writing it, and a file that a
reference names may not exist yet. A file counts as changed if its content did.
"""

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, suppress

from msgspec import Struct

from clientcast.inputs import InputFile

_QUIET_MILLISECONDS = 100
"""How long no file changes before a change is reported: editors save in several steps."""

_LONGEST_MILLISECONDS = 2000
_FIRST_CHECK_MILLISECONDS = 500


class _Watched(Struct, frozen=True):
    """Folders to watch, and the paths in them whose changes count."""

    folders: frozenset[str]
    paths: frozenset[str]


def wait_for_changes(inputs: Callable[[], Iterable[InputFile]]) -> Iterator[None]:
    """Yield each time that a file is changed.

    Args:
        inputs: Function that returns the files as they were read last.
    """
    while True:
        watched = _watched(inputs())
        with closing(_events(watched)) as events:
            for _ in events:
                if not all(file.is_current() for file in inputs()):
                    yield
                if _watched(inputs()) != watched:
                    break


def _events(watched: _Watched) -> Generator[None]:
    """Yield when the folders are watched, and then at each change in them.

    It ends if a folder is removed.
    """
    from watchfiles import watch

    def is_watched(_: object, path: str) -> bool:
        return path in watched.paths

    events = watch(
        *sorted(watched.folders),
        watch_filter=is_watched,
        debounce=_LONGEST_MILLISECONDS,
        step=_QUIET_MILLISECONDS,
        rust_timeout=_FIRST_CHECK_MILLISECONDS,
        yield_on_timeout=True,
        recursive=False,
    )
    is_first = True
    with suppress(FileNotFoundError), closing(events):
        for changes in events:
            if changes or is_first:
                is_first = False
                yield


def _watched(inputs: Iterable[InputFile]) -> _Watched:
    """Return what to watch; the closest existing folder in place of a missing one."""
    folders: set[str] = set()
    paths: set[str] = set()
    for file in inputs:
        for path in (os.path.abspath(file.path), file.target):
            folder = os.path.dirname(path)
            paths.add(path)
            while not os.path.isdir(folder) and folder != os.path.dirname(folder):
                paths.add(folder)
                folder = os.path.dirname(folder)
            folders.add(folder)
    real = {
        os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        for path in paths
    }
    return _Watched(frozenset(folders), frozenset(paths | real))
