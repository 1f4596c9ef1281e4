"""Tests that the search for secrets finds each kind of leak."""

import logging
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.faults.leak_search import CANARY, Captured, capture_output, find_leaks

log = logging.getLogger("tests.silence")


def _captured(act: Callable[[], object]) -> Captured:
    with capture_output() as captured:
        act()
    return captured


def _raised(act: Callable[[], object]) -> Exception:
    try:
        act()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def _module(folder: Path, name: str, text: str) -> ModuleType:
    """Return a module outside the tests folder, like a client."""
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
def test_leak_in_logs_output_and_warnings_is_found(
    act: Callable[[], object], place: str
) -> None:
    assert place in find_leaks(_captured(act), (), ())


def test_leak_in_unformatted_log_arguments_is_found() -> None:
    captured = _captured(lambda: log.debug("%.2s", CANARY))
    assert find_leaks(captured, (), ()) == ["log record of tests.silence"]


def test_disabled_logger_is_no_leak() -> None:
    def act() -> None:
        log.disabled = True
        log.debug(CANARY)
        log.disabled = False

    assert find_leaks(_captured(act), (), ()) == []


def test_leak_in_repr_of_objects_is_found() -> None:
    assert find_leaks(Captured(), (), [_Shown()]) == [
        "repr of _Shown",
        "text of _Shown",
    ]
    assert find_leaks(Captured(), (), [[1, {"a": _Shown()}]])
    assert find_leaks(Captured(), (), ["nothing", None, 7]) == []


def test_leak_in_error_message_is_found() -> None:
    assert "text of ValueError" in find_leaks(
        Captured(), [ValueError(f"not {CANARY}")], ()
    )


def test_leak_in_error_repr_only_is_found() -> None:
    error = UnicodeEncodeError("utf-8", f"{CANARY}\ud800", 9, 10, "no")
    assert find_leaks(Captured(), [error], ()) == ["repr of UnicodeEncodeError"]


def test_leak_in_error_note_is_found() -> None:
    error = ValueError("no")
    error.add_note(f"while at {CANARY}")
    assert "note of ValueError" in find_leaks(Captured(), [error], ())


def test_leak_in_causes_and_groups_is_found() -> None:
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
        assert "text of KeyError" in find_leaks(Captured(), [_raised(act)], ())


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


def test_leak_in_locals_of_runtime_frames_is_found(tmp_path: Path) -> None:
    module = _module(tmp_path, "okta/_runtime/client/base.py", RUNTIME)
    error = _raised(lambda: module.outer(CANARY))
    found = find_leaks(Captured(), [error], ())
    assert found == [
        "value in client/base.py outer, of LookupError",
        "value in client/base.py send, of LookupError",
        "held in client/base.py send, of LookupError",
    ]


def test_leak_in_locals_of_a_context_is_found(tmp_path: Path) -> None:
    module = _module(tmp_path, "httpx2/_client.py", RUNTIME)

    def act() -> None:
        try:
            module.send(CANARY)
        except LookupError:
            raise ValueError("no") from None

    assert "held in httpx2/_client.py send, of LookupError" in find_leaks(
        Captured(), [_raised(act)], ()
    )


def test_only_arguments_of_public_methods_are_excluded(
    tmp_path: Path,
) -> None:
    (tmp_path / "okta/_runtime").mkdir(parents=True)
    module = _module(tmp_path, "okta/client.py", RUNTIME)
    error = _raised(lambda: module.get(_Shown(), CANARY, cookie=CANARY))
    assert find_leaks(Captured(), [error], ()) == [
        "self in okta/client.py get, of LookupError",
        "call in okta/client.py get, of LookupError",
    ]


def test_frames_of_tests_are_excluded() -> None:
    def act() -> None:
        held = CANARY
        raise LookupError(len(held))

    assert find_leaks(Captured(), [_raised(act)], ()) == []
