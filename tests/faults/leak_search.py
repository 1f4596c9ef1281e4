"""Search for secrets in logs, warnings, output, errors and reprs of a call.

All secrets of the matrix, in requests and responses, contain one word, so that one search finds
any of them.
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
RESPONSE_DATA = f"{CANARY}-response"
SET_COOKIE = f"{CANARY}-set-cookie"
HEADER = f"{CANARY}-header"

_TESTS = ROOT / "tests"
_SAME = 25
"""Maximum number of errors of one class to search."""


@dataclass
class Captured:
    """Captured log records, warnings and output."""

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
def capture_output() -> Iterator[Captured]:
    """Capture logs of every logger at DEBUG, warnings, and output of this block."""
    captured = Captured()
    root = logging.getLogger()
    level, handlers = root.level, root.handlers
    root.handlers = [_Recorder(captured.records)]
    root.setLevel(logging.DEBUG)
    try:
        with (
            warnings.catch_warnings(record=True) as warned,
            redirect_stdout(captured.printed),
            redirect_stderr(captured.printed),
        ):
            warnings.simplefilter("always")
            captured.warned = warned
            yield captured
    finally:
        root.handlers = handlers
        root.setLevel(level)


def find_leaks(
    captured: Captured, raised: Iterable[BaseException], shown: Iterable[object]
) -> list[str]:
    """Return descriptions of the locations where a secret is found, each once.

    Args:
        captured: Logs, warnings and output.
        raised: The errors raised to the caller.
        shown: Clients, resources, models, pages and other objects of the caller.
    """
    places: dict[str, None] = {}

    def search(place: str, text: str) -> None:
        if CANARY in text:
            places[place] = None

    for record in captured.records:
        search(f"log line of {record.name}", record.getMessage())
        search(f"log record of {record.name}", _reprs(vars(record)))
        if record.exc_info and record.exc_info[1]:
            _search_error(record.exc_info[1], search)
    for warning in captured.warned:
        search(f"text of {warning.category.__name__}", str(warning.message))
        search(f"repr of {warning.category.__name__}", repr(warning.message))
    search("what was printed", captured.printed.getvalue())
    for thing in shown:
        search(f"repr of {type(thing).__name__}", _reprs(thing))
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
                    _reprs(value),
                )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, its causes and contexts, suppressed or not, and grouped errors."""
    waiting: list[BaseException | None] = [error]
    observation: set[int] = set()
    while waiting:
        link = waiting.pop()
        if link is None or id(link) in observation:
            continue
        observation.add(id(link))
        yield link
        waiting += [link.__cause__, link.__context__]
        if isinstance(link, BaseExceptionGroup):
            waiting += link.exceptions


def _locals(frame: FrameType) -> Iterator[tuple[str, object]]:
    """Yield the local variables of a frame that must not contain secrets.

    Excluded are frames of tests, and arguments of public methods, which are in the frame of
    the caller too.
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


def _reprs(value: object) -> str:
    try:
        return repr(value)
    except Exception:
        return ""


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception:
        return ""
