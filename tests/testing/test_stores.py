"""Tests of stateful fakes of any document: what forms a store, and what operations do with it."""

import json
from pathlib import Path
from typing import Any

import pytest
from clientcast.pipeline import cast

from tests.support.project import ROOT
from tests.testing.packages import Package

SHOP = Path(__file__).with_name("shop.yaml")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return Package(SHOP, tmp_path_factory.mktemp("stores"))


@pytest.fixture
def fake(shop: Package) -> Any:
    return shop.fake(stateful=True)


def test_operations_without_a_known_effect_are_listed(fake: Any) -> None:
    assert fake.state.stateless_operations == (
        "archive.list_archived_orders",
        "events.delete",
        "events.get",
        "me.create_own_order",
        "me.list_own_orders",
        "notes.list",
        "orders.cancel",
        "orders.quote",
        "reports.get",
    )
    assert fake.client.reports.get("7").id != "7"


def test_strict_fake_refuses_operations_without_a_known_effect(shop: Package) -> None:
    fake = shop.fake(stateful=True, strict=True)
    assert fake.client.orders.list().orders == []
    with pytest.raises(shop.testing.UnexpectedCall, match=r"orders\.cancel"):
        fake.client.orders.cancel(1)


def test_item_is_created_read_changed_and_deleted(shop: Package, fake: Any) -> None:
    orders, not_found = fake.client.orders, shop.root.NotFoundError
    made = orders.create(
        customer_id="c1", total=5, tags=["a"], coupon="x", address={"street": "s"}
    ).order
    assert (made.id, made.status, made.total, made.tags) == (1, "open", 5, ["a"])
    assert orders.create(customer_id="c2").order.id == 2
    assert orders.get(1).order == made
    changed = orders.update(1, customer_id="c1", status="paid", address={"town": "t"})
    assert (changed.order.status, changed.order.total) == ("paid", 5)
    assert (changed.order.address.street, changed.order.address.town) == ("s", "t")
    replaced = orders.replace(1, customer_id="c3").order
    assert (replaced.customer_id, replaced.status, replaced.id) == ("c3", "open", 1)
    assert replaced.created == made.created and not replaced.tags
    deleted = orders.delete(1)
    assert (deleted.id, deleted.deleted) == (1, True)
    for call in (orders.get, orders.delete):
        with pytest.raises(not_found) as caught:
            call(1)
        assert caught.value.message == "no such order"
    assert orders.create(customer_id="c2").order.id == 3
    assert [order.id for order in fake.state.orders] == [2, 3]


def test_merge_patch_removes_null(fake: Any) -> None:
    orders = fake.client.orders
    orders.create(customer_id="c1", total=5, tags=["a"])
    orders.update(1, customer_id="c1", tags=None)
    assert fake.state.orders.items[0].to_dict().keys() == {
        *("id", "customer_id", "status", "created", "total")
    }


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, [1, 2, 3, 4]),
        ({"status": "paid"}, [2, 4]),
        ({"status": "paid", "customer_id": "c0"}, [2, 4]),
        ({"ids": [1, 4, 9]}, [1, 4]),
        ({"total__gte": 3}, [3, 4]),
        ({"created": {"gte": "2026-01-02T01:00:00+01:00"}}, [2, 3, 4]),
        (
            {"created": {"gte": "2026-01-02T00:00:00Z", "lt": "2026-01-04T00:00:00Z"}},
            [2, 3],
        ),
        ({"x_trace": "t"}, [1, 2, 3, 4]),
    ],
)
def test_list_has_filters(
    shop: Package, fake: Any, arguments: dict[str, Any], expected: list[int]
) -> None:
    build = shop.testing.order
    for n in range(1, 5):
        status = "open" if n % 2 else "paid"
        created = f"2026-01-0{n}T00:00:00Z"
        fake.state.orders.add(
            build(
                id=n, customer_id=f"c{n % 2}", status=status, total=n, created=created
            )
        )
    listed = fake.client.orders.list(**arguments)
    assert [order.id for order in listed.orders] == expected
    assert listed.total_count == len(expected)


def test_collections_with_the_same_items_share_them(fake: Any) -> None:
    for customer in ("c1", "c2", "c1"):
        fake.client.orders.create(customer_id=customer)
    assert [o.id for o in fake.client.customers.list_orders("c1")] == [1, 3]


@pytest.mark.parametrize("argument", ["q", "tag"])
def test_argument_with_an_unknown_meaning_is_refused(
    shop: Package, fake: Any, argument: str
) -> None:
    with pytest.raises(shop.testing.UnexpectedCall, match=f"{argument}='x'"):
        fake.client.orders.list(**{argument: "x"})


def test_nested_items_belong_to_their_path(shop: Package, fake: Any) -> None:
    shelves, shelf = fake.client.shelves, shop.testing.shelf
    shelves.create("s1", name="top")
    shelves.create("s2", name="top")
    with pytest.raises(shop.root.ConflictError):
        shelves.create("s1", name="top")
    fake.state.shelves.add(shelf(name="low"), shop="s1")
    assert [s.name for s in shelves.list("s1")] == ["top", "low"]
    assert [s.name for s in shelves.list("s2")] == ["top"]
    shelves.delete("s1", "top")
    assert [s.name for s in shelves.list("s2")] == ["top"]
    with pytest.raises(shop.root.NotFoundError):
        shelves.delete("s1", "top")
    assert fake.state.shelves.get("top", shop="s2") and len(fake.state.shelves) == 2
    with pytest.raises(TypeError, match="needs shop="):
        fake.state.shelves.add(shelf(name="low"))


def test_put_creates_if_the_document_has_201(fake: Any) -> None:
    shelves = fake.client.shelves
    assert shelves.put("s1", "top", name_body="top", width=3).width == 3
    assert shelves.put("s1", "top", name_body="top").width is None
    assert len(fake.state.shelves) == 1


def test_pages_by_cursor_skip_what_is_removed_before_them(fake: Any) -> None:
    for n in range(7):
        fake.client.shelves.create("s1", name=f"n{n}")
    seen: list[str] = []
    for shelf in fake.client.shelves.list("s1"):
        seen.append(shelf.name)
        fake.client.shelves.delete("s1", shelf.name)
    assert seen == ["n0", "n1", "n2", "n6"]
    seen = [s.name for s in fake.client.shelves.list("s1", page_size=2).all()]
    assert seen == ["n3", "n4", "n5"]


def test_pages_by_the_last_item_skip_nothing(shop: Package, fake: Any) -> None:
    fake.state.cards.add(*(shop.testing.card(id=f"c{n}") for n in range(7)))
    seen: list[str] = []
    for card in fake.client.cards.list():
        seen.append(card.id)
        fake.client.cards.delete(card.id)
    assert seen == [f"c{n}" for n in range(7)]
    with pytest.raises(shop.testing.UnexpectedCall, match="position"):
        fake.client.cards.list(starting_after="c99")


def test_pages_by_links_keep_the_filter_and_name_items(
    shop: Package, fake: Any
) -> None:
    def link(n: int) -> Any:
        colour = "red" if n % 2 else "blue"
        return shop.testing.link(id=f"00000000-0000-4000-8000-{n:012}", colour=colour)

    fake.state.links.add(*map(link, range(14)))
    seen: list[int] = []
    for item in fake.client.links.list(colour="red", per_page=2):
        seen.append(item.id.int % 100)
        fake.client.links.delete(item.id)
    assert len(seen) == 7 and len(fake.state.links) == 7


def test_pages_by_number_have_the_page_size_of_the_fake(fake: Any) -> None:
    for n in range(25):
        fake.client.tasks.create(title=f"t{n}")
    page = fake.client.tasks.list()
    assert (len(page.items), page.body.pages) == (10, 3)
    assert len(page.all()) == 25 and len({t.id for t in page.all()}) == 25
    fake.state.page_size = 20
    assert fake.client.tasks.list(page=2).items[0].title == "t20"
    assert [t.done for t in fake.client.tasks.list(per_page=1).items] == [False]


def test_short_page_that_clients_take_for_the_last_one_is_refused(
    shop: Package, fake: Any
) -> None:
    fake.notes.list.returns_pages(["a", "b", "c"], ["d"], ["e"])
    with pytest.raises(shop.testing.UnexpectedCall, match="page 2 has 1 item"):
        fake.client.notes.list().all()
    assert fake.client.notes.list(limit=1).all() == ["a", "b", "c", "d", "e"]
    fake.notes.list.returns_pages(["a", "b", "c"], ["d"])
    assert fake.client.notes.list().all() == ["a", "b", "c", "d"]


def test_page_begins_at_the_offset_of_the_call(fake: Any) -> None:
    fake.notes.list.returns_pages(["a", "b", "c"], ["d"])
    assert fake.client.notes.list(offset=1).all() == ["b", "c", "d"]
    assert fake.client.notes.list(offset=4).all() == []
    assert fake.client.notes.list(offset=99).all() == []


def test_pages_end_with_the_cursor_of_their_last_item(shop: Package, fake: Any) -> None:
    card, cards = shop.testing.card, fake.cards.list
    cards.returns_pages([card(id="a"), card(id="b")], [card(id="c")], [])
    assert [c.id for c in fake.client.cards.list()] == ["a", "b", "c"]
    assert cards.calls[1] == shop.testing.call(starting_after="b")
    with pytest.raises(ValueError, match="page 2 ends with the id 'a' of an earlier"):
        cards.returns_pages([card(id="a")], [card(id="a")])
    with pytest.raises(ValueError, match="page 1 has no last item with the id"):
        cards.returns_pages([], [card(id="a")])


def test_cursor_has_the_type_of_the_document(shop: Package, fake: Any) -> None:
    shelf = shop.testing.shelf
    fake.shelves.list.returns_pages([shelf(name="a")], [shelf(name="b")])
    page = fake.client.shelves.list("s1")
    assert page.body.next == 2
    assert [s.name for s in page.all()] == ["a", "b"]
    with pytest.raises(shop.testing.UnexpectedCall, match="no page .* position '7'"):
        fake.client.shelves.list("s1", after=7)


def test_package_without_stores_has_no_state(tmp_path: Path) -> None:
    package = Package(ROOT / "tests" / "specs" / "ok" / "streams.yaml", tmp_path)
    folder = Path(str(package.testing.__file__)).parent
    assert not (folder / "stores.json").exists()
    assert not (folder.parent / "_runtime" / "testing" / "stores.py").exists()
    with pytest.raises(TypeError, match="stateful"):
        package.fake(stateful=True)


def test_declared_effect_on_unknown_items_is_a_warning(tmp_path: Path) -> None:
    text = SHOP.read_text(encoding="utf-8").replace(
        "operationId: cancelOrder",
        "operationId: cancelOrder\n      x-client: {state: {items: baskets, effect: delete}}",
    )
    file = tmp_path / "shop.yaml"
    file.write_text(text, encoding="utf-8")
    result = cast(file, "shop.yaml")
    (warning,) = (d for d in result.diagnostics if d.code == "bad-option")
    assert "cannot have this effect" in warning.message
    assert result.files is not None


def test_descriptions_have_no_defaults(shop: Package) -> None:
    file = Path(str(shop.testing.__file__)).with_name("stores.json")
    stores = json.loads(file.read_text("utf-8"))["stores"]
    assert stores["orders"]["operations"]["orders.get"] == {
        "effect": "read",
        "where": [[["id"], ["order_id"]]],
        "one": True,
        "item": ["order"],
        "has_item": True,
    }
