"""Plays the cases of the matrix, and judges what came of them."""

import gc
import inspect
import json
import os
import subprocess
import sys
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tests.faults import certificates
from tests.faults.leaky import LEAKY
from tests.faults.modes import Mode
from tests.faults.packages import cast
from tests.faults.row import Case, Row, Seen
from tests.faults.scene import Play, Scene
from tests.faults.server import serving
from tests.faults.silence import leaks, listening
from tests.support.project import ROOT


@dataclass
class Result:
    """What came of a case in one mode, in words and numbers.

    Attributes:
        problems: In what it is not as expected.
        leaks: Where a secret was seen.
        pending: Why a secret may be seen, which is not ours to mend.
        peak: MiB above the start, where that was measured.
    """

    case: str
    outcome: str
    requests: int
    seconds: float
    problems: list[str]
    leaks: list[str]
    pending: list[str] = field(default_factory=list[str])
    peak: float | None = None


def observe_row(row: Row, mode: Mode) -> list[Result]:
    """Play all cases of a row; in a process of its own where memory is measured."""
    if all(case.peak is None for case in row.cases):
        return _observed(row, mode)
    command = [sys.executable, "-m", "tests.faults", "--apart", row.id, mode.name]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return [Result(**result) for result in json.loads(done.stdout)]


def observe_apart(row: Row, mode: Mode) -> str:
    """What came of a row, for the process that wants to know, as JSON."""
    return json.dumps([asdict(result) for result in _observed(row, mode)])


def _observed(row: Row, mode: Mode) -> list[Result]:
    return [_settled(observe(case, mode), row) for case in row.cases]


def observe(case: Case, mode: Mode) -> Result:
    """Play a case in a mode, and judge it."""
    if case.casts:
        cast(case.casts)
    gc.collect(0)
    gc.freeze()  # So that collecting what the case made is quick.
    try:
        with warnings.catch_warnings(record=True) as unclosed:
            warnings.simplefilter("always")
            with _environment(case):
                result = _observe(case, mode)
            gc.collect()
        if not case.leaves:
            result.problems += [f"left behind: {late.message}" for late in unclosed]
        return result
    finally:
        gc.unfreeze()


def _settled(result: Result, row: Row) -> Result:
    """Take out what is known, which is not seen at each time."""
    reason = LEAKY.get((row.id, result.case))
    if reason is not None:
        result.pending.append(reason)
        result.leaks.clear()
    return result


def _observe(case: Case, mode: Mode) -> Result:
    tls = case.tls and certificates.context(case.tls)
    with serving(
        *case.server, tls=tls, refuses=case.refuses, greeting=case.greeting
    ) as server:
        value: Any = None
        error: Exception | None = None
        with listening() as heard:
            scene = Scene(mode, server)
            before = _memory_now() if case.peak else None
            began = time.monotonic()
            try:
                value = _play(case.play, scene)
            except Exception as caught:
                error = caught
            seconds = time.monotonic() - began
            after = _memory("VmHWM") if case.peak else None
        seen = Seen(mode, server, heard, value, error, seconds)
        problems = list(_problems(case, seen))
        found = leaks(heard, scene.raised, scene.shown)
    requests = len(server.requests)
    result = Result(case.name, _told(case, seen), requests, seconds, problems, found)
    if case.peak and before is not None and after is not None:
        result.peak = after - before
        if result.peak > case.peak:
            problems.append(f"took {result.peak:.0f} MiB of memory")
    return result


def _told(case: Case, seen: Seen) -> str:
    """What came out, for the table: what a scenario gives is no class of the client's."""
    if case.says and seen.error is None:
        return case.says.format(seen.value)
    return "ok" if seen.outcome in ("bool", "int", "list", "str") else seen.outcome


def _play(play: Play, scene: Scene) -> Any:
    if not inspect.iscoroutinefunction(play):
        return play(scene)

    async def scenario() -> Any:
        return await play(scene)

    return scene.mode.run(scenario)


def _problems(case: Case, seen: Seen) -> Iterator[str]:
    error, server = seen.error, seen.server
    if seen.outcome != case.outcome:
        detail = "" if error is None else f": {_brief(error)}"
        yield f"came to {seen.outcome}, not {case.outcome}{detail}"
    expected, count = case.requests, len(server.requests)
    low, high = (expected, expected) if isinstance(expected, int) else expected
    if not low <= count <= high:
        yield f"the server saw {count} requests, not {expected}"
    if case.connections is not None and server.connections != case.connections:
        yield f"{server.connections} connections were opened, not {case.connections}"
    for name in ("attempts", "maybe_delivered"):
        wanted, got = getattr(case, name), getattr(error, name, None)
        if wanted is not None and got != wanted:
            yield f"{name} is {got}, not {wanted}"
    if not case.least <= seen.seconds <= case.most:
        yield f"took {seen.seconds:.2f} s, not {case.least} to {case.most}"
    if case.warning is None:
        yield from dict.fromkeys(f"warned: {text}" for text in seen.warned)
    elif len(seen.warned) != 1 or case.warning not in seen.warned[0]:
        yield f"warned {seen.warned}, not of {case.warning!r}"
    if case.check is not None and not (error and seen.outcome != case.outcome):
        try:
            case.check(seen)
        except AssertionError as failed:
            line = traceback.extract_tb(failed.__traceback__)[-1].line
            yield f"failed: {failed or line}"


def _brief(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{error} (line {frame.lineno} of {Path(frame.filename).name})"


@contextmanager
def _environment(case: Case) -> Iterator[None]:
    """The environment without proxies and credentials, and with what the case says."""
    ours = ("_PROXY", "SSL", "OKTA_", "CLERK_", "PANGEA_")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not any(part in name.upper() for part in ours)
    }
    if case.tls:
        kept["SSL_CERT_FILE"] = certificates.authority_file()
    with patch.dict(os.environ, {**kept, **case.environment}, clear=True):
        yield


def _memory_now() -> float | None:
    """MiB that this process takes; what it took at most is counted from here on."""
    counter = Path("/proc/self/clear_refs")
    if counter.exists():
        counter.write_text("5")
    return _memory("VmRSS")


def _memory(name: str) -> float | None:
    """MiB that this process takes now (VmRSS) or took at most (VmHWM), on Linux."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    for line in lines:
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    return None
