"""Our pages contain every item of the vendors' own pages, for every operation."""

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


def test_coverage_includes_24_operations() -> None:
    assert len(OPERATIONS) == 24


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.vendor}-{item.name}")
def test_vendor_page_contains_the_item(item: VendorItem) -> None:
    assert item.quote in seed(item.seed)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_every_operation_has_every_item(operation: DocumentedOperation) -> None:
    missing = [f"{i.vendor}: {i.name}" for i in ITEMS if not i.check(operation)]
    missing += [name for name, _, check in ADDITIONAL_ITEMS if not check(operation)]
    assert missing == []


def test_coverage_table_is_complete(capsys: pytest.CaptureFixture[str]) -> None:
    """Print each item and the number of our operations that have it."""
    rows = [(i.vendor, i.name, i.quote, i.location, i.check) for i in ITEMS]
    rows += [
        ("none", name, "", location, check)
        for name, location, check in ADDITIONAL_ITEMS
    ]
    counts = [sum(check(operation) for operation in OPERATIONS) for *_, check in rows]
    with capsys.disabled():
        print(
            "\n\nItems of the vendors' pages, and their locations in the reference:\n"
        )
        print(f"{'vendor':<7}{'item':<32}{'in the seed':<44}{'location':<26}operations")
        for (vendor, name, quote, location, _), count in zip(rows, counts, strict=True):
            where = f"{vendor:<7}{name:<32}{quote[:42]:<44}{location:<26}"
            print(f"{where}{count}/{len(OPERATIONS)}")
    assert counts == [len(OPERATIONS)] * len(rows)
