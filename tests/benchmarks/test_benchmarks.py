"""Tests of the parts of the benchmark. Nothing is timed, and no peer is installed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from clientcast.pipeline import cast

from tests.benchmarks.costs import Cost, run_process
from tests.benchmarks.documents import document
from tests.benchmarks.limits import limits
from tests.benchmarks.report import render_report
from tests.benchmarks.sampling import Case, Samples, measure
from tests.benchmarks.sections import SECTIONS
from tests.benchmarks.server import run_server
from tests.benchmarks.workers import PROGRAMS, Workers
from tests.support.project import GENERATED


def test_process_is_measured_with_its_children(tmp_path: Path) -> None:
    inner = "sum(range(3_000_000))"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    alone = run_process([sys.executable, "-c", "0"], tmp_path)
    cost = run_process([sys.executable, "-c", outer], tmp_path)
    assert cost.cpu > alone.cpu and cost.megabytes > 1 and not cost.failed
    assert run_process([sys.executable, "-c", "1 / 0"], tmp_path).failed


def test_variants_alternate_and_an_interrupted_run_continues(tmp_path: Path) -> None:
    order: list[str] = []

    def variant(name: str, cpu: float) -> Cost:
        order.append(name)
        return Cost(cpu, cpu)

    case = Case("case", {"a": lambda: variant("a", 1), "b": lambda: variant("b", 3)})
    file = tmp_path / "samples.jsonl"
    measure("unchanged", case, Samples.read(file), 2, {"a", "b"})
    assert order == ["a", "b", "b", "a"]
    samples = Samples.read(file)
    measure("unchanged", case, samples, 3, {"a", "b"})
    assert order[4:] == ["a", "b"]
    assert samples.variants("unchanged", "case")["b"][2] == Cost(3, 3)


def test_failed_variant_runs_once_and_is_shown_as_failed(tmp_path: Path) -> None:
    runs: list[Cost] = []

    def failing() -> Cost:
        runs.append(Cost(1, 1, 0, True))
        return runs[-1]

    case = Case("case", {"good": lambda: Cost(1, 1), "bad": failing})
    samples = Samples.read(tmp_path / "samples.jsonl")
    measure("unchanged", case, samples, 3, set())
    assert len(runs) == 1
    assert "| bad | fails |" in render_report(samples, {})


def test_peer_that_fails_is_named_and_not_compared(tmp_path: Path) -> None:
    samples = Samples.read(tmp_path / "samples.jsonl")
    for case, theirs in (
        ("Clerk", Cost(1, 1, has_error=True)),
        ("Stripe", Cost(1, 1, failed=True)),
    ):
        samples.add(("generation", case, "clientcast"), 0, Cost(0.3, 1))
        samples.add(("generation", case, "openapi-python-client"), 0, theirs)
    page = render_report(samples, {})
    limit = "| cold generation, {} / openapi-python-client | {} | 0.4 |"
    assert limit.format("Clerk", "0.30 (0.30 to 0.30)") in page
    assert limit.format("Stripe", "the peer fails") in page
    assert "| openapi-python-client (exits with an error) | 1 s |" in page


def test_small_stages_are_added_up(tmp_path: Path) -> None:
    samples = Samples.read(tmp_path / "samples.jsonl")
    for name, cpu in (("parse", 1.0), ("bind", 2.0), ("select", 0.01), ("rest", 0.02)):
        samples.add(("stages", "Clerk", name), 0, Cost(cpu, 0))
    page = render_report(samples, {})
    assert "| bind | 2 s |" in page and "| all others | 30 ms |" in page


def test_report_has_ratios_limits_plots_and_no_paths(tmp_path: Path) -> None:
    samples = Samples.read(tmp_path / "samples.jsonl")
    for number, (ours, theirs) in enumerate([(0.2, 1.0), (0.5, 1.0), (0.3, 1.0)]):
        for name, cpu in (("clientcast", ours), ("openapi-python-client", theirs)):
            cost = Cost(cpu, cpu / 2, 100)
            samples.add(("generation", "Clerk", name), number, cost)
    page = render_report(samples, {"okta": "1.0"})
    limit = "| cold generation, Clerk / openapi-python-client"
    assert f"{limit} | 0.30 (0.20 to 0.50) | 0.4 | met |" in page
    assert "| openapi-python-client | 1 s | 3.33 (2.00 to 5.00) | 500 ms |" in page
    assert f"*{'clientcast':25} ############   " in page
    assert str(tmp_path) not in page and str(Path.home()) not in page


def test_limits_refer_to_known_sections() -> None:
    assert all(limit.value(Samples(Path())) is None for limit in limits())
    assert all(section.__doc__ for section in SECTIONS.values())


@pytest.mark.parametrize("operations", [3, 10])
def test_synthetic_document_has_its_operations_and_is_valid(
    operations: int, tmp_path: Path
) -> None:
    spec = tmp_path / "things.json"
    spec.write_text(document(operations), encoding="utf-8")
    result = cast(spec, spec.name)
    assert result.operations == operations
    assert result.diagnostics == ()
    assert document(10) != document(10, summary="Changed.")


@pytest.mark.parametrize("variant", ["raw", "own", "async-own", "clerk", "pangea"])
def test_worker_calls_the_server_and_returns_the_cost(variant: str) -> None:
    environment = {"PYTHONPATH": str(GENERATED), "PYTHONDONTWRITEBYTECODE": "1"}
    program = str(PROGRAMS / "generated_clients.py")
    with run_server() as url, Workers() as workers:
        cost = workers.run((sys.executable, program, variant, url), environment, 3)
    assert cost.cpu > 0 and not cost.failed


def test_stages_are_those_of_the_pipeline(tmp_path: Path) -> None:
    spec = tmp_path / "things.json"
    spec.write_text(document(3), encoding="utf-8")
    command = [sys.executable, str(PROGRAMS / "stages.py"), str(spec)]
    done = subprocess.run(command, capture_output=True, check=True)
    stages = json.loads(done.stdout).keys()
    assert {"check", "parse", "bind", "render_modules"} <= stages
