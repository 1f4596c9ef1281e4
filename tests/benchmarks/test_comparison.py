"""Tests of the comparison with other clients. Nothing is timed, and no peer is installed."""

import sys
from datetime import date
from pathlib import Path

import pytest

from tests.benchmarks.comparison.clients import (
    FAMILIES,
    GENERATORS,
    OURS,
    PROGRAMS,
    SDK,
    VENDORS,
    Client,
)
from tests.benchmarks.comparison.facts import ClientFacts, describe
from tests.benchmarks.comparison.observing import Observation, ProbeError, observe
from tests.benchmarks.comparison.page import Facts, render_page, render_summary
from tests.benchmarks.comparison.sample import (
    SIZE,
    Result,
    SampleFacts,
    choose_sample,
)
from tests.benchmarks.comparison.scenarios import CONTROL, RETURNED, SCENARIOS
from tests.corpus.small import CORPUS, CORPUS_MISSING
from tests.faults.server import Request
from tests.guide.picture import MAX_SIZE, PICTURE
from tests.support.project import GENERATED, ROOT

PAGE = ROOT / "tests" / "benchmarks" / "COMPARISON.md"
EXPECTED = {
    "operations": "{} of {}",
    "new value": "kept",
    "absent property": "returned, with a warning",
    "rate limit": "retries after 1 s",
    "repetition": "sent once, then error",
    "pages": "25 of 25",
    "path": "escaped",
    "dots": "refused",
    "log": "none",
}
"""Description of clientcast's clients, by key of the scenario."""
OPERATIONS = {"okta": 9, "clerk": 8, "pangea": 7}


def generated_client(vendor: str, probe: str = "probe_clientcast.py") -> Client:
    python = Path(sys.executable)
    return Client(OURS, vendor, python, PROGRAMS / probe, GENERATED, "")


def test_ordinary_call_works_and_a_broken_probe_is_an_error() -> None:
    assert describe(generated_client("okta"), CONTROL) == RETURNED
    client = generated_client("okta", "import_all.py")
    with pytest.raises(ProbeError, match="(?s)clientcast, okta: .*TypeError"):
        observe(client, "get", (), CONTROL.actions("okta"))


@pytest.mark.full
@pytest.mark.parametrize("vendor", VENDORS)
def test_generated_client_behaves_as_the_comparison_shows(vendor: str) -> None:
    for scenario in SCENARIOS:
        if scenario.key in EXPECTED and vendor in scenario.vendors:
            expected = EXPECTED[scenario.key].format(*[OPERATIONS[vendor]] * 2)
            found = describe(generated_client(vendor), scenario)
            assert found == expected, scenario.title


def request(target: str, arrived: float = 0.0) -> Request:
    return Request(f"GET {target} HTTP/1.1".encode(), b"", arrived)


@pytest.mark.parametrize(
    ("key", "seen", "text"),
    [
        ("new value", Observation({"id": "1", "status": "of_next_year"}), "kept"),
        ("new value", Observation({"id": "1", "status": "None"}), "lost"),
        ("new value", Observation(error="ValueError"), "error"),
        ("absent property", Observation({"class": "Error"}), "error"),
        (
            "absent property",
            Observation({"id": "1"}, warnings=("DeprecationWarning",)),
            "returned, silently",
        ),
        ("silence", Observation(was_ended=True), "waits longer than 35 s"),
        ("silence", Observation(error="Timeout", seconds=5.2), "error after 5 s"),
        ("silence", Observation(seconds=1.0), "no error"),
        (
            "rate limit",
            Observation({"class": "Error"}, requests=(request("/a"),)),
            "no error: returned as a value",
        ),
        (
            "rate limit",
            Observation(error="E", requests=(request("/a"),)),
            "error at once",
        ),
        (
            "rate limit",
            Observation(requests=(request("/a"), request("/a", 0.25))),
            "retries after 0.2 s",
        ),
        (
            "repetition",
            Observation(requests=(request("/a"),) * 4, error="E"),
            "sent 4 times, then error",
        ),
        (
            "repetition",
            Observation(requests=(request("/a"),) * 9, was_ended=True),
            "sent 9 times in 35 s, and goes on",
        ),
        ("repetition", Observation(requests=(request("/a"),)), "sent once, no error"),
        ("path", Observation(requests=(request("/v1/users"),)), "requests `/v1/users`"),
        ("path", Observation(requests=(request("/sessions/..%2Fa"),)), "escaped"),
        (
            "dots",
            Observation(requests=(request("/sessions/%2E%2e"),)),
            "requests `/sessions/%2E%2e`",
        ),
        ("log", Observation(log="Bearer c4n4ry-token"), "token"),
    ],
)
def test_observations_are_described(key: str, seen: Observation, text: str) -> None:
    (scenario,) = (scenario for scenario in SCENARIOS if scenario.key == key)
    assert scenario.describe("okta", seen) == text


def facts(sample: SampleFacts) -> Facts:
    """Return facts in which Okta's client differs from the others."""
    behaviour = {
        scenario.key: {
            vendor: {
                family: "1 of 2" if scenario.key == "operations" else vendor[:1]
                for family in FAMILIES
            }
            for vendor in scenario.vendors
        }
        for scenario in SCENARIOS
    }
    behaviour["pages"]["pangea"] = behaviour["pages"]["clerk"]
    figures = {
        key: {v: dict.fromkeys(GENERATORS, 1.0 + n) for n, v in enumerate(VENDORS)}
        for key in ("distributions", "lines", "construction", "generation")
    }
    versions = {name: "1.0" for name in GENERATORS}
    return Facts(date(2026, 1, 2), versions, ClientFacts(behaviour, figures), sample)


def test_summary_joins_the_vendors() -> None:
    results = {family: Result(family == OURS, 3) for family in GENERATORS}
    summary = render_summary(facts(SampleFacts({"a.json": results}, {"a.json": 4})))
    rows = [line.split(" | ") for line in summary.splitlines()]
    cells = {row[0].removeprefix("| "): row[1:] for row in rows}
    assert cells["Session operations of the three vendors"][0] == "3 of 6"
    assert cells["A server that never responds"][0] == "Okta: o; Clerk: c; Pangea: p"
    assert cells["Items from iterating over a list of 25 in pages"][0] == "c"
    costs = cells["CPU of import, relative; lines of the package"]
    assert costs[0] == "1.0 to 3.0; 1 to 3" and costs[-1] == "–; – |"
    (documents,) = (row for title, row in cells.items() if "documents" in title)
    assert documents[:2] == ["1 of 1, 75%", "0 of 1, 75%"]


def test_page_has_each_measurement_and_no_paths() -> None:
    page = render_page(facts(SampleFacts({}, {})))
    for scenario in SCENARIOS:
        assert f"## {scenario.title}\n" in page
    assert "2026-01-02" in page and "Sample" not in page
    assert f"|  | {' | '.join(FAMILIES)} |" in page and SDK in page
    assert str(Path.home()) not in page


def table_of(page: Path, heading: str) -> list[str]:
    """Return the first table after a heading."""
    _, _, text = page.read_text(encoding="utf-8").partition(f"{heading}\n")
    lines = text.splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("|"))
    rest = lines[first:]
    return rest[: rest.index("")]


def test_table_of_the_readme_is_that_of_the_comparison() -> None:
    measured = table_of(PAGE, "# Comparison with other generators and SDKs")
    assert table_of(ROOT / "README.md", "## Why this and not another") == measured
    assert len(measured) <= 2 + 10


def test_picture_of_the_readme_is_small() -> None:
    assert PICTURE.stat().st_size <= MAX_SIZE
    relative = PICTURE.relative_to(ROOT).as_posix()
    assert f"]({relative})" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.skipif(not CORPUS.is_dir(), reason=CORPUS_MISSING)
def test_sample_of_documents_is_that_of_the_page() -> None:
    names = [document.name for document in choose_sample(CORPUS)]
    assert len(names) == SIZE
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"| {name} |" in page for name in names)
