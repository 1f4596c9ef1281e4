"""Runs the cases of the fault matrix and compares the results with the expectations."""

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
from tests.faults.clients import load_client
from tests.faults.harness import Harness, Scenario
from tests.faults.known_leaks import KNOWN_LEAKS
from tests.faults.leak_search import capture_output, find_leaks
from tests.faults.modes import Mode
from tests.faults.row import Case, Observation, Row
from tests.faults.server import run_server
from tests.support.project import ROOT


@dataclass
class Result:
    """Result of a case in one mode.

    Attributes:
        problems: Differences from the expectations.
        leaks: Locations where a secret was found.
        pending: Reasons of known leaks in other libraries.
        peak: Memory above the start in MiB; None if not measured.
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
    """Run all cases of a row; in a process of their own if memory is measured."""
    if all(case.max_memory is None for case in row.cases):
        return _observed(row, mode)
    command = [sys.executable, "-m", "tests.faults", "--apart", row.id, mode.name]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return [Result(**result) for result in json.loads(done.stdout)]


def observe_in_process(row: Row, mode: Mode) -> str:
    """Run a row in this process and return the results as JSON for the parent process."""
    return json.dumps([asdict(result) for result in _observed(row, mode)])


def _observed(row: Row, mode: Mode) -> list[Result]:
    return [_without_known_leaks(observe(case, mode), row) for case in row.cases]


def observe(case: Case, mode: Mode) -> Result:
    """Run a case in a mode and compare the result with the expectations."""
    if case.spec:
        load_client(case.spec)
    gc.collect(0)
    gc.freeze()  # Makes collecting the objects of the case quick.
    try:
        with warnings.catch_warnings(record=True) as unclosed:
            warnings.simplefilter("always")
            with _environment(case):
                result = _observe(case, mode)
            gc.collect()
        result.problems += [f"left behind: {late.message}" for late in unclosed]
        return result
    finally:
        gc.unfreeze()


def _without_known_leaks(result: Result, row: Row) -> Result:
    """Move a known leak, which does not occur in every run, from leaks to pending."""
    reason = KNOWN_LEAKS.get((row.id, result.case))
    if reason is not None:
        result.pending.append(reason)
        result.leaks.clear()
    return result


def _observe(case: Case, mode: Mode) -> Result:
    tls = case.tls and certificates.context(case.tls)
    with run_server(
        *case.server,
        tls=tls,
        refuses_connections=case.refuses_connections,
        greeting=case.greeting,
        max_body=case.max_body,
    ) as server:
        value: Any = None
        error: Exception | None = None
        with capture_output() as captured:
            harness = Harness(mode, server)
            before = _memory_now() if case.max_memory else None
            started_at = time.monotonic()
            try:
                value = _run_scenario(case.scenario, harness)
            except Exception as caught:
                error = caught
            seconds = time.monotonic() - started_at
            after = _memory("VmHWM") if case.max_memory else None
        observation = Observation(mode, server, captured, value, error, seconds)
        problems = list(_problems(case, observation))
        found = find_leaks(captured, harness.raised, harness.shown)
    requests = len(server.requests)
    result = Result(
        case.name, _cell_outcome(case, observation), requests, seconds, problems, found
    )
    if case.max_memory and before is not None and after is not None:
        result.peak = after - before
        if result.peak > case.max_memory:
            problems.append(f"took {result.peak:.0f} MiB of memory")
    return result


def _cell_outcome(case: Case, observation: Observation) -> str:
    """Return the outcome for the table; return types of scenarios become `ok`."""
    if case.cell_format and observation.error is None:
        return case.cell_format.format(observation.value)
    return (
        "ok"
        if observation.outcome in ("bool", "int", "list", "str")
        else observation.outcome
    )


def _run_scenario(scenario: Scenario, harness: Harness) -> Any:
    if not inspect.iscoroutinefunction(scenario):
        return scenario(harness)

    async def run() -> Any:
        return await scenario(harness)

    return harness.mode.run(run)


def _problems(case: Case, observation: Observation) -> Iterator[str]:
    error, server = observation.error, observation.server
    if observation.outcome != case.outcome:
        detail = "" if error is None else f": {_short_error(error)}"
        yield f"outcome is {observation.outcome}, not {case.outcome}{detail}"
    expected, count = case.requests, len(server.requests)
    low, high = (expected, expected) if isinstance(expected, int) else expected
    if not low <= count <= high:
        yield f"the server saw {count} requests, not {expected}"
    if case.connections is not None and server.connections != case.connections:
        yield f"{server.connections} connections were opened, not {case.connections}"
    for name in ("attempts", "maybe_delivered"):
        wanted, actual = getattr(case, name), getattr(error, name, None)
        if wanted is not None and actual != wanted:
            yield f"{name} is {actual}, not {wanted}"
    if case.reason is not None:
        names = (case.reason,) if isinstance(case.reason, str) else case.reason
        reason = getattr(error, "reason", None)
        if getattr(reason, "name", None) not in names:
            yield f"reason is {reason!r}, not {' or '.join(names)}"
        elif str(reason) not in str(error):
            yield f"the message has no reason: {error}"
    if not case.min_seconds <= observation.seconds <= case.max_seconds:
        limits = f"{case.min_seconds} to {case.max_seconds}"
        yield f"took {observation.seconds:.2f} s, not {limits}"
    if case.warning is None:
        yield from dict.fromkeys(f"warned: {text}" for text in observation.warnings)
    elif len(observation.warnings) != 1 or case.warning not in observation.warnings[0]:
        yield f"warned {observation.warnings}, not of {case.warning!r}"
    if case.check is not None and not (error and observation.outcome != case.outcome):
        try:
            case.check(observation)
        except AssertionError as failed:
            line = traceback.extract_tb(failed.__traceback__)[-1].line
            yield f"failed: {failed or line}"


def _short_error(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{error} (line {frame.lineno} of {Path(frame.filename).name})"


@contextmanager
def _environment(case: Case) -> Iterator[None]:
    """Set the environment of the case, without proxies and credentials."""
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
    """Return the memory of this process in MiB and reset its peak."""
    counter = Path("/proc/self/clear_refs")
    if counter.exists():
        counter.write_text("5")
    return _memory("VmRSS")


def _memory(name: str) -> float | None:
    """Return the memory of this process in MiB, now (VmRSS) or at its peak (VmHWM), on Linux."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    for line in lines:
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    return None
