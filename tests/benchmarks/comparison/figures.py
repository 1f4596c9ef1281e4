"""Figures of the clients: distributions, lines, and CPU of construction and generation."""

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from tests.benchmarks.bench import Bench
from tests.benchmarks.comparison.clients import GENERATORS, OURS, Client, generate
from tests.benchmarks.costs import Cost, run_process
from tests.benchmarks.sampling import Case, Samples, measure, ratios
from tests.support.project import ROOT

Figures = dict[str, dict[str, float]]
"""Values by vendor and family."""

_COUNT = (
    "import importlib.metadata as m\n"
    "print(len({d.metadata['Name'].lower() for d in m.distributions()}))"
)
_ROUNDS = {"construction": 9, "generation": 3}


def count_distributions(clients: Sequence[Client]) -> Figures:
    """Count the distributions that each client needs, with its own if it has one."""
    figures: Figures = {}
    for client in clients:
        command = [str(client.python), "-c", _COUNT]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        figures.setdefault(client.vendor, {})[client.family] = int(done.stdout)
    return figures


def count_lines(clients: Sequence[Client]) -> Figures:
    """Count the lines of Python in each generated package, without fakes for tests."""
    figures: Figures = {}
    for client in clients:
        package = client.package()
        if package is not None:
            lines = sum(
                path.read_bytes().count(b"\n")
                for path in package.rglob("*.py")
                if "testing" not in path.relative_to(package).parts
            )
            figures.setdefault(client.vendor, {})[client.family] = lines
    return figures


def measure_construction(clients: Sequence[Client], samples: Samples) -> Figures:
    """Measure the CPU of import and construction, as a ratio to ours."""
    runs: dict[str, dict[str, Callable[[], Cost]]] = {}
    for client in clients:
        command = [str(client.python), "-c", client.construction]
        folder = client.folder or Path(client.python).parent
        variables = {"PYTHONPATH": str(folder)} if client.folder else {}
        run = partial(run_process, command, folder, variables)
        runs.setdefault(client.vendor, {})[client.family] = run
    return _measure("construction", runs, samples)


def measure_generation(
    bench: Bench, vendors: Sequence[str], samples: Samples
) -> Figures:
    """Measure the CPU of cold generation of the vendors' specs, as a ratio to ours."""
    runs: dict[str, dict[str, Callable[[], Cost]]] = {}
    for vendor in vendors:
        spec = ROOT / "specs" / f"{vendor}.yaml"
        runs[vendor] = {
            family: (
                bench.project(f"cold-{vendor}", spec).generate_cold
                if family == OURS
                else partial(_generate_cold, bench, family, spec)
            )
            for family in GENERATORS
        }
    return _measure("generation", runs, samples)


def _generate_cold(bench: Bench, family: str, spec: Path) -> Cost:
    folder = bench.folder / "cold"
    shutil.rmtree(folder, ignore_errors=True)
    return generate(bench, family, spec, folder, "cold_client")


def _measure(
    section: str,
    runs: Mapping[str, Mapping[str, Callable[[], Cost]]],
    samples: Samples,
) -> Figures:
    figures: Figures = {}
    for vendor, variants in runs.items():
        case = Case(vendor, variants, _ROUNDS[section])
        measure(section, case, samples, None, set())
        costs = samples.variants(section, vendor)
        for family in variants:
            spread = ratios(costs[family], costs[OURS], lambda cost: cost.cpu)
            if spread is not None:
                figures.setdefault(vendor, {})[family] = spread.median
    return figures
