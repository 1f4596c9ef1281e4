"""The facts of a comparison, in two parts, and how each is collected."""

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.benchmarks.bench import Bench
from tests.benchmarks.comparison import figures
from tests.benchmarks.comparison.clients import VENDORS, Client, list_clients
from tests.benchmarks.comparison.figures import Figures
from tests.benchmarks.comparison.observing import ProbeError, observe
from tests.benchmarks.comparison.scenarios import (
    CONTROL,
    NO_OPERATION,
    RETURNED,
    SCENARIOS,
    Scenario,
)
from tests.benchmarks.sampling import Samples

Descriptions = dict[str, dict[str, str]]
"""Descriptions by vendor and family."""


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """Measurements of the clients of three vendors.

    Attributes:
        behaviour: What the clients did, by key of the scenario.
        figures: Distributions, lines, and ratios of CPU.
    """

    behaviour: dict[str, Descriptions]
    figures: dict[str, Figures]


def collect_client_facts(bench: Bench) -> ClientFacts:
    """Install and generate all clients, and measure them.

    Raises:
        ProbeError: A probe fails, or an ordinary call does.
    """
    samples = Samples(bench.folder / "samples.jsonl")
    clients = list(list_clients(bench))
    for client in clients:
        text = describe(client, CONTROL)
        if text != RETURNED:
            raise ProbeError(f"{client.family}, {client.vendor}: {text}")
    behaviour = {s.key: _run_scenario(clients, s) for s in SCENARIOS}
    values = {
        "distributions": figures.count_distributions(clients),
        "lines": figures.count_lines(clients),
        "construction": figures.measure_construction(clients, samples),
        "generation": figures.measure_generation(bench, VENDORS, samples),
    }
    return ClientFacts(behaviour, values)


def _run_scenario(clients: Sequence[Client], scenario: Scenario) -> Descriptions:
    """Run a scenario with all clients at once, because some wait for long."""
    chosen = [client for client in clients if client.vendor in scenario.vendors]
    with ThreadPoolExecutor(len(chosen)) as pool:
        texts = list(pool.map(lambda client: describe(client, scenario), chosen))
    found: Descriptions = {}
    for client, text in zip(chosen, texts, strict=True):
        print(
            f"{scenario.key}: {client.family}, {client.vendor}: {text}",
            file=sys.stderr,
        )
        found.setdefault(client.vendor, {})[client.family] = text
    return found


def describe(client: Client, scenario: Scenario) -> str:
    """Run a scenario with a client, and return the description."""
    actions = scenario.actions(client.vendor)
    seen = observe(client, scenario.call, scenario.arguments, actions)
    if seen.error == "MissingOperation":
        return NO_OPERATION
    return scenario.describe(client.vendor, seen)
