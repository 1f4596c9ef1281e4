"""Tests that the reference has all that the vendors' own pages have, for every operation."""

from functools import cache

import pytest

from tests.docs.operations import DocumentedOperation, operations
from tests.docs.vendor_items import ADDITIONAL_ITEMS, ITEMS, VendorItem
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


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.vendor}-{item.name}")
def test_a_vendor_has_it(item: VendorItem) -> None:
    assert item.quote in seed(item.seed)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_ours_has_it_for_every_operation(operation: DocumentedOperation) -> None:
    missing = [f"{i.vendor}: {i.name}" for i in ITEMS if not i.check(operation)]
    missing += [name for name, _, check in ADDITIONAL_ITEMS if not check(operation)]
    assert missing == []


def test_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Tells who has what, and for how many operations it was found on a page of ours."""
    rows = [(i.vendor, i.name, i.quote, i.location, i.check) for i in ITEMS]
    rows += [
        ("none", name, "", location, check)
        for name, location, check in ADDITIONAL_ITEMS
    ]
    counts = [sum(check(operation) for operation in OPERATIONS) for *_, check in rows]
    with capsys.disabled():
        print("\n\nWhat the vendors' pages have, and where the reference has it:\n")
        print(f"{'of':<7}{'item':<32}{'in the seed':<44}{'location':<26}operations")
        for (vendor, name, quote, location, _), count in zip(rows, counts, strict=True):
            where = f"{vendor:<7}{name:<32}{quote[:42]:<44}{location:<26}"
            print(f"{where}{count}/{len(OPERATIONS)}")
    assert counts == [len(OPERATIONS)] * len(rows)
