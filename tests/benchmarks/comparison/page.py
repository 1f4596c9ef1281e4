"""The page of the comparison: the summary, and a table for each measurement."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from tests.benchmarks.comparison.clients import (
    FAMILIES,
    GENERATORS,
    OPENAPI_GENERATOR,
    OPENAPI_PYTHON_CLIENT,
    SDK,
)
from tests.benchmarks.comparison.facts import ClientFacts
from tests.benchmarks.comparison.sample import SampleFacts
from tests.benchmarks.comparison.scenarios import NO_OPERATION, SCENARIOS
from tests.benchmarks.report import render_machine, render_table


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a page needs.

    Attributes:
        day: The day of the run.
        versions: The versions of the peers.
    """

    day: date
    versions: Mapping[str, str]
    clients: ClientFacts
    sample: SampleFacts


Cells = Callable[[Facts, str], str]
"""Function from facts and family to the text of a cell."""

_FIGURES = {
    "distributions": ("Distributions that the client needs", "{:.0f}"),
    "construction": (
        "CPU of import and construction, relative to clientcast",
        "{:.2f}",
    ),
    "generation": ("CPU of cold generation, relative to clientcast", "{:.2f}"),
    "lines": ("Lines of Python in the package", "{:,.0f}"),
}
_NONE = "–"


def render_page(facts: Facts) -> str:
    """Return the page in Markdown."""
    parts = [
        "# Comparison with other generators and SDKs",
        f"Written by `python -m tests.benchmarks.comparison` on {facts.day}. [The guide]"
        "(../../docs/benchmarks.md) explains what each row is.",
        render_summary(facts),
    ]
    for scenario in SCENARIOS:
        descriptions = facts.clients.behaviour[scenario.key]
        parts += [f"## {scenario.title}", _by_vendor(descriptions, FAMILIES)]
    for key, (title, form) in _FIGURES.items():
        texts = {
            vendor: {family: form.format(value) for family, value in values.items()}
            for vendor, values in facts.clients.figures[key].items()
        }
        families = [f for f in FAMILIES if any(f in cells for cells in texts.values())]
        parts += [f"## {title}", _by_vendor(texts, families)]
    if facts.sample.results:
        parts += ["## Sample of documents", *_sample_section(facts)]
    parts += ["## Versions", *render_machine(facts.versions)]
    return "\n\n".join(parts) + "\n"


def render_summary(facts: Facts) -> str:
    """Return the table of the README."""
    heads = {
        OPENAPI_PYTHON_CLIENT: f"{OPENAPI_PYTHON_CLIENT} {facts.versions[OPENAPI_PYTHON_CLIENT]}",
        OPENAPI_GENERATOR: f"{OPENAPI_GENERATOR} {facts.versions[OPENAPI_GENERATOR]}",
        SDK: "the vendors' SDKs",
    }
    rows = [
        (title, *(cell(facts, family) for family in FAMILIES))
        for title, cell in _SUMMARY.items()
    ]
    return render_table(("", *(heads.get(family, family) for family in FAMILIES)), rows)


def _behaviour(key: str, facts: Facts, family: str) -> str:
    """Return what the clients of a family do; differences with the vendors."""
    vendors: dict[str, list[str]] = {}
    for vendor, texts in facts.clients.behaviour[key].items():
        if texts[family] != NO_OPERATION:
            vendors.setdefault(texts[family], []).append(vendor.capitalize())
    if len(vendors) == 1:
        return next(iter(vendors))
    return "; ".join(f"{', '.join(names)}: {text}" for text, names in vendors.items())


def _operations(facts: Facts, family: str) -> str:
    cells = [
        texts[family].split(" of ")
        for texts in facts.clients.behaviour["operations"].values()
    ]
    found, all_operations = (sum(int(cell[i]) for cell in cells) for i in (0, 1))
    return f"{found} of {all_operations}"


def _figure(key: str, form: str, facts: Facts, family: str) -> str:
    """Return the range of a figure over the vendors."""
    found = [v[family] for v in facts.clients.figures[key].values() if family in v]
    if not found:
        return _NONE
    least, most = form.format(min(found)), form.format(max(found))
    return least if least == most else f"{least} to {most}"


def _import_and_lines(facts: Facts, family: str) -> str:
    cpu = _figure("construction", "{:.1f}", facts, family)
    return f"{cpu}; {_figure('lines', '{:,.0f}', facts, family)}"


def _sample(facts: Facts, family: str) -> str:
    results = [
        found[family] for found in facts.sample.results.values() if family in found
    ]
    if not results:
        return _NONE
    return (
        f"{sum(r.is_importable for r in results)} of {len(results)},"
        f" {sum(r.operations for r in results) / sum(facts.sample.operations.values()):.0%}"
    )


_SUMMARY: Mapping[str, Cells] = {
    "Session operations of the three vendors": _operations,
    "An enum value that is newer than the client": partial(_behaviour, "new value"),
    "A response without a required property": partial(_behaviour, "absent property"),
    "A server that never responds": partial(_behaviour, "silence"),
    "429 with `Retry-After: 1`": partial(_behaviour, "rate limit"),
    "503 for a POST that must not be repeated": partial(_behaviour, "repetition"),
    "Items from iterating over a list of 25 in pages": partial(_behaviour, "pages"),
    "Ids and secrets in the log at DEBUG": partial(_behaviour, "log"),
    "40 documents of others: packages that import, and operations in them": _sample,
    "CPU of import, relative; lines of the package": _import_and_lines,
}
"""Title and cells of each row of the summary."""


def _by_vendor(texts: Mapping[str, Mapping[str, str]], families: Sequence[str]) -> str:
    rows = [
        (vendor.capitalize(), *(cells.get(family, _NONE) for family in families))
        for vendor, cells in texts.items()
    ]
    return render_table(("", *families), rows)


def _sample_section(facts: Facts) -> Iterator[str]:
    yield (
        "The number of operations in each package that imports, of the document's. The sample is"
        " the documents of one file whose names have the least SHA-256."
    )
    rows: list[tuple[str, ...]] = []
    for name, results in facts.sample.results.items():
        cells = (
            str(result.operations) if result.is_importable else "fails"
            for result in (results[family] for family in GENERATORS)
        )
        rows.append((name, str(facts.sample.operations[name]), *cells))
    yield render_table(("document", "operations", *GENERATORS), rows)
