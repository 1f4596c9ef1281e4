"""Looks for planted secrets in whatever a call logs, warns of, prints, raises or shows.

Every call of the matrix is made with secrets that all have one word in them, and the server's
answers have it too, so that one search finds any of them.
"""

import io
import logging
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from tests.support.project import ROOT

CANARY = "c4n4ry"
TOKEN = f"{CANARY}-token"
ID = f"{CANARY}-id"
COOKIE = f"sid={CANARY}-cookie"
BODY = f"{CANARY}-body"
QUERY = f"{CANARY}-query"
ANSWER = f"{CANARY}-answer"
SET_COOKIE = f"{CANARY}-set-cookie"
HEADER = f"{CANARY}-header"

_TESTS = ROOT / "tests"
_SAME = 25
"""How many errors of one class are searched: a thousand alike say no more."""


@dataclass
class Heard:
    """What was logged, warned of and printed."""

    records: list[logging.LogRecord] = field(default_factory=list[logging.LogRecord])
    warned: list[warnings.WarningMessage] = field(
        default_factory=list[warnings.WarningMessage]
    )
    printed: io.StringIO = field(default_factory=io.StringIO)


class _Recorder(logging.Handler):
    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__(logging.DEBUG)
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        self._records.append(record)


@contextmanager
def listening() -> Iterator[Heard]:
    """Hear everything that goes on in this block, from every logger at DEBUG."""
    heard = Heard()
    root = logging.getLogger()
    level, handlers = root.level, root.handlers
    root.handlers = [_Recorder(heard.records)]
    root.setLevel(logging.DEBUG)
    try:
        with (
            warnings.catch_warnings(record=True) as warned,
            redirect_stdout(heard.printed),
            redirect_stderr(heard.printed),
        ):
            warnings.simplefilter("always")
            heard.warned = warned
            yield heard
    finally:
        root.handlers = handlers
        root.setLevel(level)


def leaks(
    heard: Heard, raised: Iterable[BaseException], shown: Iterable[object]
) -> list[str]:
    """Where a planted secret can be seen, in words, each place once.

    Args:
        heard: What was logged, warned of and printed.
        raised: The errors that callers got.
        shown: Clients, resources, models, pages and whatever else callers hold.
    """
    places: dict[str, None] = {}

    def search(place: str, text: str) -> None:
        if CANARY in text:
            places[place] = None

    for record in heard.records:
        search(f"log line of {record.name}", record.getMessage())
        search(f"log record of {record.name}", _shown(vars(record)))
        if record.exc_info and record.exc_info[1]:
            _search_error(record.exc_info[1], search)
    for warning in heard.warned:
        search(f"text of {warning.category.__name__}", str(warning.message))
        search(f"repr of {warning.category.__name__}", repr(warning.message))
    search("what was printed", heard.printed.getvalue())
    for thing in shown:
        search(f"repr of {type(thing).__name__}", _shown(thing))
        if not isinstance(thing, str):
            search(f"text of {type(thing).__name__}", _text(thing))
    counts: dict[type, int] = {}
    for error in raised:
        counts[type(error)] = counts.get(type(error), 0) + 1
        if counts[type(error)] <= _SAME:
            _search_error(error, search)
    return list(places)


def _search_error(error: BaseException, search: Callable[[str, str], None]) -> None:
    for link in _chain(error):
        name = type(link).__name__
        search(f"text of {name}", str(link))
        search(f"repr of {name}", repr(link))
        for note in getattr(link, "__notes__", ()):
            search(f"note of {name}", str(note))
        lines = traceback.TracebackException.from_exception(link).format()
        search(f"traceback of {name}", "".join(lines))
        for frame, _ in traceback.walk_tb(link.__traceback__):
            for local, value in _locals(frame):
                search(
                    f"{local} in {_place(frame)}, of {name}",
                    _shown(value),
                )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and all that it came from, hidden or not, and all that it groups."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        link = waiting.pop()
        if link is None or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        waiting += [link.__cause__, link.__context__]
        if isinstance(link, BaseExceptionGroup):
            waiting += link.exceptions


def _locals(frame: FrameType) -> Iterator[tuple[str, object]]:
    """What a report with locals would show of a frame, but for what is excused.

    Excused are the tests' own frames, and what a caller passed to a public method: it is in
    the caller's frame too.
    """
    path = Path(frame.f_code.co_filename)
    if path.is_relative_to(_TESTS):
        return
    passed: tuple[str, ...] = ()
    if (
        path.name in ("client.py", "async_client.py")
        and (path.parent / "_runtime").is_dir()
    ):
        code = frame.f_code
        passed = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
    for name, value in frame.f_locals.items():
        if name not in passed:
            yield name, value


def _place(frame: FrameType) -> str:
    path = Path(frame.f_code.co_filename)
    return f"{path.parent.name}/{path.name} {frame.f_code.co_qualname}"


def _shown(value: object) -> str:
    try:
        return repr(value)
    except Exception:
        return ""


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception:
        return ""
