"""Every row of the fault matrix in every mode: expectations and absence of secrets."""

import csv
import re
from collections import Counter
from functools import lru_cache

import pytest

from tests.faults.matrix import LAYERS, ROWS
from tests.faults.modes import MODES
from tests.faults.observing import Result, observe_row
from tests.support.project import ROOT, SHARED
from tests.support.selection import first_of_each

FAULTS = SHARED / "faults.tsv"
README = ROOT / "tests" / "faults" / "README.md"

RUNS = [(row.id, mode.name) for row in ROWS.values() for mode in row.modes]

LAYER_OF = {row.id: layer for layer, rows in LAYERS.items() for row in rows}

every_run = pytest.mark.parametrize(
    ("row", "mode"),
    first_of_each(RUNS, lambda run: (LAYER_OF[run[0]], run[1])),
    ids=["-".join(run) for run in RUNS],
    scope="module",
)


@lru_cache(maxsize=1)
def cached_results(row: str, mode: str) -> list[Result]:
    """Return the results of a row in a mode, once for both tests."""
    (found,) = (m for m in MODES if m.name == mode)
    return observe_row(ROWS[row], found)


@every_run
def test_fault_has_the_expected_outcome(row: str, mode: str) -> None:
    results = cached_results(row, mode)
    problems = {result.case: result.problems for result in results if result.problems}
    assert not problems


@every_run
def test_no_secret_leaks(row: str, mode: str) -> None:
    find_leaks = {
        result.case: result.leaks
        for result in cached_results(row, mode)
        if result.leaks
    }
    assert not find_leaks


def test_common_faults_all_have_a_row() -> None:
    if not FAULTS.exists():
        pytest.skip("the common list of faults is not beside the project")
    with FAULTS.open(encoding="utf-8", newline="") as file:
        common = {line["id"] for line in csv.DictReader(file, delimiter="\t")}
    assert len(common) == 90
    assert {id for id in ROWS if id.startswith("F")} == common


def test_row_ids_are_unique() -> None:
    counts = Counter(row.id for rows in LAYERS.values() for row in rows)
    assert [id for id, count in counts.items() if count > 1] == []
    assert all(re.fullmatch(r"[FG]\d\d", id) for id in counts)


def test_readme_has_the_texts_of_all_rows() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    found = [line.split(" | ")[:3] for line in lines if re.match(r"\| [FG]\d", line)]
    assert found == [[f"| {r.id}", r.fault, r.expected] for r in ROWS.values()]
