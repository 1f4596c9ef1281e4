"""The search for secrets finds them: each kind of leak, planted on purpose."""

import logging
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.faults.silence import CANARY, Heard, leaks, listening

log = logging.getLogger("tests.silence")


def _heard(act: Callable[[], object]) -> Heard:
    with listening() as heard:
        act()
    return heard


def _raised(act: Callable[[], object]) -> Exception:
    try:
        act()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def _module(folder: Path, name: str, text: str) -> ModuleType:
    """A module that is none of the tests' own, as a client is."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    module = ModuleType(path.stem)
    exec(compile(text, str(path), "exec"), vars(module))
    return module


class _Shown:
    def __repr__(self) -> str:
        return f"<{CANARY}>"


@pytest.mark.parametrize(
    ("act", "place"),
    [
        (lambda: log.debug("for %s", CANARY), "log line of tests.silence"),
        (lambda: log.debug("%s", [_Shown()]), "log line of tests.silence"),
        (lambda: log.debug("no", extra={"who": CANARY}), "log record of tests.silence"),
        (lambda: log.info("x", exc_info=LookupError(CANARY)), "text of LookupError"),
        (lambda: print(CANARY), "what was printed"),
        (lambda: print(CANARY, file=sys.stderr), "what was printed"),
        (lambda: warnings.warn(CANARY, stacklevel=1), "text of UserWarning"),
    ],
)
def test_what_is_logged_printed_and_warned_of(
    act: Callable[[], object], place: str
) -> None:
    assert place in leaks(_heard(act), (), ())


def test_what_is_not_formatted_is_searched_too() -> None:
    heard = _heard(lambda: log.debug("%.2s", CANARY))
    assert leaks(heard, (), ()) == ["log record of tests.silence"]


def test_a_logger_that_is_disabled_says_nothing() -> None:
    def act() -> None:
        log.disabled = True
        log.debug(CANARY)
        log.disabled = False

    assert leaks(_heard(act), (), ()) == []


def test_what_is_shown() -> None:
    assert leaks(Heard(), (), [_Shown()]) == ["repr of _Shown", "text of _Shown"]
    assert leaks(Heard(), (), [[1, {"a": _Shown()}]])
    assert leaks(Heard(), (), ["nothing", None, 7]) == []


def test_the_text_of_an_error() -> None:
    assert "text of ValueError" in leaks(Heard(), [ValueError(f"not {CANARY}")], ())


def test_what_only_its_repr_shows() -> None:
    error = UnicodeEncodeError("utf-8", f"{CANARY}\ud800", 9, 10, "no")
    assert leaks(Heard(), [error], ()) == ["repr of UnicodeEncodeError"]


def test_a_note_of_an_error() -> None:
    error = ValueError("no")
    error.add_note(f"while at {CANARY}")
    assert "note of ValueError" in leaks(Heard(), [error], ())


def test_what_an_error_came_from() -> None:
    def caused() -> None:
        raise LookupError("no") from KeyError(CANARY)

    def hidden() -> None:
        try:
            raise KeyError(CANARY)
        except KeyError:
            raise LookupError("no") from None

    def grouped() -> None:
        raise ExceptionGroup("some", [KeyError(CANARY)])

    for act in (caused, hidden, grouped):
        assert "text of KeyError" in leaks(Heard(), [_raised(act)], ())


RUNTIME = """
def send(value):
    held = {"token": value}
    raise LookupError("no")
def get(self, session_id, *, cookie=None):
    call = [session_id]
    raise LookupError("no")
def outer(value):
    send(value)
"""


def test_a_local_of_a_frame_of_the_runtime(tmp_path: Path) -> None:
    module = _module(tmp_path, "okta/_runtime/client.py", RUNTIME)
    error = _raised(lambda: module.outer(CANARY))
    found = leaks(Heard(), [error], ())
    assert found == [
        "value in _runtime/client.py outer, of LookupError",
        "value in _runtime/client.py send, of LookupError",
        "held in _runtime/client.py send, of LookupError",
    ]


def test_a_local_of_an_error_before(tmp_path: Path) -> None:
    module = _module(tmp_path, "httpx2/_client.py", RUNTIME)

    def act() -> None:
        try:
            module.send(CANARY)
        except LookupError:
            raise ValueError("no") from None

    assert "held in httpx2/_client.py send, of LookupError" in leaks(
        Heard(), [_raised(act)], ()
    )


def test_what_was_passed_to_a_public_method_is_excused_and_nothing_else(
    tmp_path: Path,
) -> None:
    (tmp_path / "okta/_runtime").mkdir(parents=True)
    module = _module(tmp_path, "okta/client.py", RUNTIME)
    error = _raised(lambda: module.get(_Shown(), CANARY, cookie=CANARY))
    assert leaks(Heard(), [error], ()) == [
        "self in okta/client.py get, of LookupError",
        "call in okta/client.py get, of LookupError",
    ]


def test_frames_of_the_tests_are_excused() -> None:
    def act() -> None:
        held = CANARY
        raise LookupError(len(held))

    assert leaks(Heard(), [_raised(act)], ()) == []
