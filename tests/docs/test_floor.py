"""Tests that the reference has all that the vendors' own pages have, for every operation."""

from functools import cache

import pytest

from tests.docs.items import BEYOND, ITEMS, Item
from tests.docs.shown import Shown, operations
from tests.support.project import SHARED

SEEDS = SHARED / "seeds"

OPERATIONS = operations()


@cache
def seed(name: str) -> str:
    path = SEEDS / name
    if not path.is_file():
        pytest.skip("../shared/seeds is not beside the project")
    return path.read_text(encoding="utf-8")


def test_all_operations_are_looked_at() -> None:
    assert len(OPERATIONS) == 24


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.vendor}-{item.what}")
def test_a_vendor_has_it(item: Item) -> None:
    assert item.quoted in seed(item.seed)


@pytest.mark.parametrize("shown", OPERATIONS, ids=str)
def test_ours_has_it_for_every_operation(shown: Shown) -> None:
    missing = [f"{i.vendor}: {i.what}" for i in ITEMS if not i.check(shown)]
    missing += [what for what, _, check in BEYOND if not check(shown)]
    assert missing == []


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Tells who has what, and for how many operations it was found on a page of ours."""
    rows = [(i.vendor, i.what, i.quoted, i.ours, i.check) for i in ITEMS]
    rows += [("none", what, "", ours, check) for what, ours, check in BEYOND]
    counts = [sum(check(shown) for shown in OPERATIONS) for *_, check in rows]
    with capsys.disabled():
        print("\n\nWhat the vendors' pages have, and where the reference has it:\n")
        print(f"{'of':<7}{'item':<32}{'in the seed':<44}{'ours':<26}operations")
        for (vendor, what, quoted, ours, _), count in zip(rows, counts, strict=True):
            where = f"{vendor:<7}{what:<32}{quoted[:42]:<44}{ours:<26}"
            print(f"{where}{count}/{len(OPERATIONS)}")
    assert counts == [len(OPERATIONS)] * len(rows)
