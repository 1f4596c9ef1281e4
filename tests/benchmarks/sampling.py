"""Alternating runs of the variants of a case, and the samples that are kept of them."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from tests.benchmarks.costs import Cost


@dataclass(frozen=True, slots=True)
class Case:
    """Variants that are measured in turn.

    Attributes:
        name: The name of the case in its section.
        variants: A function that runs and measures each variant, by name.
        rounds: Number of runs of each variant, if the command line has none.
    """

    name: str
    variants: Mapping[str, Callable[[], Cost]]
    rounds: int = 5


@dataclass(slots=True)
class Samples:
    """The costs of all rounds, by section, case and variant, kept in a file of JSON lines.

    Attributes:
        file: The file. A run that was interrupted goes on with what it has.
    """

    file: Path
    costs: dict[tuple[str, str, str], dict[int, Cost]] = field(
        default_factory=dict[tuple[str, str, str], dict[int, Cost]]
    )

    @classmethod
    def read(cls, file: Path) -> "Samples":
        """Return the samples in a file; none if it does not exist."""
        samples = cls(file)
        lines = file.read_text(encoding="utf-8").split("\n") if file.is_file() else []
        for line in filter(None, lines):
            key, number, cost = json.loads(line)
            samples.costs.setdefault(tuple(key), {})[number] = Cost(*cost)
        return samples

    def add(self, key: tuple[str, str, str], number: int, cost: Cost) -> None:
        """Keep the cost of a round."""
        self.costs.setdefault(key, {})[number] = cost
        with self.file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps([key, number, cost]) + "\n")

    def cases(self, section: str) -> tuple[str, ...]:
        """Return the cases of a section, in the order in which they were measured."""
        return tuple(dict.fromkeys(key[1] for key in self.costs if key[0] == section))

    def variants(self, section: str, case: str) -> dict[str, dict[int, Cost]]:
        """Return the costs of a case by variant and round; none if it was not measured."""
        return {
            key[2]: costs
            for key, costs in self.costs.items()
            if key[:2] == (section, case)
        }


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several values, with the least and the greatest."""

    median: float
    least: float
    greatest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread | None":
        """Return the spread of values; None if there are none."""
        return cls(median(values), min(values), max(values)) if values else None


def ratios(
    costs: Mapping[int, Cost],
    base: Mapping[int, Cost],
    quantity: Callable[[Cost], float],
) -> Spread | None:
    """Return the ratio of two variants, round by round; None if either failed or has none."""
    rounds = [number for number in costs if number in base]
    pairs = [(costs[number], base[number]) for number in rounds]
    if any(a.failed or b.failed or not quantity(b) for a, b in pairs):
        return None
    return Spread.of([quantity(a) / quantity(b) for a, b in pairs])


def measure(
    section: str, case: Case, samples: Samples, rounds: int | None, warm: set[str]
) -> None:
    """Run the variants of a case in turn, as often as there is no sample of them yet.

    The order is reversed from round to round. The first run of a variant is not counted: it
    fills the caches of the system and of Python.

    Args:
        section: The section of the case.
        case: The case.
        samples: The samples, to which the new ones are added.
        rounds: Number of runs of each variant; None for that of the case.
        warm: The variants that have run; those that run here are added.
    """
    for number in range(case.rounds if rounds is None else rounds):
        for name in list(case.variants)[:: -1 if number % 2 else 1]:
            key = (section, case.name, name)
            known = samples.costs.get(key, {})
            if number in known or any(cost.failed for cost in known.values()):
                continue
            run = case.variants[name]
            if name not in warm and run().failed:
                samples.add(key, number, Cost(0, 0, 0, True))
                continue
            warm.add(name)
            cost = run()
            samples.add(key, number, cost)
            print(
                f"{section}: {case.name}: {name}: {cost.cpu:.3g} s CPU,"
                f" {cost.wall:.3g} s, {cost.megabytes:.0f} MB",
                file=sys.stderr,
                flush=True,
            )
