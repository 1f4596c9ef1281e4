"""Tests of stateful fakes of the vendors: sessions are kept, listed in pages, revoked and gone."""

import threading
from typing import Any

import anyio
import pytest

from tests.support.project import ROOT
from tests.testing.packages import Package

HOME = [ROOT / "specs" / f"{name}.yaml" for name in ("clerk", "okta", "pangea")]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Package]:
    """The packages of the vendors, by name."""
    folder = tmp_path_factory.mktemp("stateful")
    return {spec.stem: Package(spec, folder) for spec in HOME}


@pytest.fixture
def clerk(packages: dict[str, Package]) -> Any:
    """A fake of Clerk with 25 active sessions."""
    fake, build = (
        packages["clerk"].fake(stateful=True),
        packages["clerk"].testing.session,
    )
    fake.state.sessions.add(
        *(
            build(id=f"sess_{n}", user_id=f"user_{n % 2}", status="active")
            for n in range(25)
        )
    )
    return fake


@pytest.fixture
def okta(packages: dict[str, Package]) -> Any:
    """A fake of Okta with three sessions, two of them of one user."""
    fake, build = packages["okta"].fake(stateful=True), packages["okta"].testing.session
    for id, user in (("101", "00u1"), ("102", "00u1"), ("103", "00u2")):
        fake.state.sessions.add(build(id=id, user_id=user), cookie=f"sid={id}")
    return fake


@pytest.fixture
def pangea(packages: dict[str, Package]) -> Any:
    """A fake of Pangea with 25 sessions of two users."""
    package = packages["pangea"]
    fake, build = package.fake(stateful=True), package.testing.session
    for n in range(25):
        session = build(
            id=f"pmt_{n}",
            identity=f"pui_{n % 2}",
            created_at=f"2026-01-{n + 1:02}T00:00:00Z",
        )
        fake.state.sessions.add(session, token=f"ptu_{n}", refresh_token=f"ptr_{n}")
    return fake


def ids(items: Any) -> list[str]:
    return [item.id for item in items]


def test_clerk_session_is_kept_with_its_status_when_revoked(clerk: Any) -> None:
    client = clerk.client
    assert client.sessions.revoke("sess_3").status == "revoked"
    assert client.sessions.get("sess_3").status == "revoked"
    assert client.sessions.revoke("sess_3").status == "revoked"
    assert clerk.state.sessions.get("sess_3").status == "revoked"
    assert ids(client.sessions.list(status="revoked")) == ["sess_3"]
    assert len(clerk.state.sessions) == 25
    assert clerk.sessions.list.calls == [clerk.sessions.list.call(status="revoked")]


def test_clerk_list_has_pages_and_filters(clerk: Any) -> None:
    page = clerk.client.sessions.list()
    assert len(page.items) == 10 and page.body.total_count == 25
    assert len(page.all()) == 25
    assert len(clerk.client.sessions.list(limit=7, paginated=True).items) == 7
    assert len(clerk.client.sessions.list(user_id="user_1").all()) == 12
    assert ids(clerk.client.sessions.list(offset=24)) == ["sess_24"]
    assert ids(clerk.client.sessions.list(offset=99)) == []


@pytest.mark.filterwarnings("ignore::Warning")
def test_list_by_offset_skips_what_is_revoked_meanwhile(clerk: Any) -> None:
    revoke = clerk.client.sessions.revoke
    for session in clerk.client.sessions.list(status="active"):
        revoke(session.id)
    left = clerk.client.sessions.list(status="active").all()
    assert len(left) == 10  # Those that moved to a page that was read before.
    for session in left:
        revoke(session.id)
    assert ids(clerk.client.sessions.list(status="active")) == []


def test_clerk_session_that_is_not_active_is_neither_verified_nor_refreshed(
    packages: dict[str, Package], clerk: Any
) -> None:
    root, sessions = packages["clerk"].root, clerk.client.sessions
    tokens = {"expired_token": "x", "refresh_token": "x", "request_origin": "x"}
    with pytest.warns(DeprecationWarning):
        assert sessions.verify("sess_1").id == "sess_1"
    sessions.refresh("sess_1", **tokens)
    sessions.create_token("sess_1")
    sessions.revoke("sess_1")
    with pytest.warns(DeprecationWarning), pytest.raises(root.BadRequestError):
        sessions.verify("sess_1")
    with pytest.raises(root.AuthenticationError):
        sessions.refresh("sess_1", **tokens)
    with pytest.raises(root.NotFoundError) as caught:
        sessions.create_token("sess_99")
    assert caught.value.code == "resource_not_found"


def test_created_session_is_listed(clerk: Any) -> None:
    made = clerk.client.sessions.create("user_7")
    assert made.status == "active"
    assert ids(clerk.client.sessions.list(user_id="user_7")) == [made.id]
    again = clerk.client.sessions.create("user_7")
    assert again.id != made.id


def test_okta_session_is_gone_when_revoked(
    packages: dict[str, Package], okta: Any
) -> None:
    not_found = packages["okta"].root.NotFoundError
    okta.client.sessions.revoke("101")
    for operation in ("get", "revoke", "refresh"):
        with pytest.raises(not_found) as caught:
            getattr(okta.client.sessions, operation)("101")
        assert caught.value.code == "E0000007"
    assert okta.client.sessions.get("102").user_id == "00u1"
    assert ids(okta.state.sessions) == ["102", "103"]


def test_okta_user_is_signed_out_everywhere(okta: Any) -> None:
    okta.client.user_sessions.revoke("00u1")
    okta.client.user_sessions.revoke("00u1")
    assert ids(okta.state.sessions) == ["103"]


def test_cookie_identifies_the_current_session(
    packages: dict[str, Package], okta: Any
) -> None:
    sessions, users = okta.client.sessions, okta.client.user_sessions
    assert sessions.get_current(cookie="sid=102").id == "102"
    users.end(cookie="sid=102")
    assert ids(okta.state.sessions) == ["102", "103"]
    users.end(cookie="sid=102", keep_current=False)
    assert ids(okta.state.sessions) == ["103"]
    sessions.close_current(cookie="sid=103")
    with pytest.raises(packages["okta"].root.NotFoundError):
        sessions.get_current(cookie="sid=103")
    with pytest.raises(packages["okta"].root.PermissionDeniedError):
        users.end(cookie="sid=103")


def test_pangea_sessions_are_listed_filtered_and_invalidated(
    packages: dict[str, Package], pangea: Any
) -> None:
    sessions = pangea.client.session
    assert len(sessions.list().items) == 10 and len(sessions.list().all()) == 25
    assert len(sessions.list(filter={"identity": "pui_1"}, size=5).all()) == 12
    late = sessions.list(filter={"created_at__gt": "2026-01-23T00:00:00Z"})
    assert ids(late) == ["pmt_23", "pmt_24"]
    named = sessions.list(filter={"id__in": ["pmt_1", "pmt_2", "pmt_99"]})
    assert ids(named) == ["pmt_1", "pmt_2"]
    newest = sessions.list(order_by="created_at", order="desc", size=7).all()
    assert ids(newest) == [f"pmt_{n}" for n in reversed(range(25))]
    users = sessions.list(order_by="identity").all()
    assert [u.identity for u in users] == ["pui_0"] * 13 + ["pui_1"] * 12
    for session in sessions.list(filter={"identity": "pui_1"}).all():
        sessions.invalidate(session.id)
    assert ids(sessions.list(filter={"identity": "pui_1"})) == []
    sessions.logout("pui_0")
    assert ids(sessions.list()) == []
    with pytest.raises(packages["pangea"].root.BadRequestError):
        sessions.invalidate("pmt_1")


def test_pangea_token_identifies_the_user(
    packages: dict[str, Package], pangea: Any
) -> None:
    own = pangea.client.client.session
    assert len(own.list("ptu_1").all()) == 12
    own.invalidate("ptu_1", "pmt_3")
    with pytest.raises(packages["pangea"].root.BadRequestError):
        own.invalidate("ptu_1", "pmt_2")  # Another user's.
    own.logout("ptu_1")
    assert len(pangea.state.sessions) == 23
    refreshed = own.refresh("ptr_5").result.refresh_token
    assert (refreshed.id, refreshed.identity) == ("pmt_5", "pui_1")


def test_argument_with_an_unknown_meaning_is_refused(
    packages: dict[str, Package], pangea: Any
) -> None:
    unexpected = packages["pangea"].testing.UnexpectedCall
    with pytest.raises(unexpected, match=r"session\.list .*filter\.profile_name"):
        pangea.client.session.list(filter={"profile_name": "x"})
    with pytest.raises(unexpected):
        pangea.check()


def test_response_of_a_test_comes_before_the_state(
    packages: dict[str, Package], okta: Any
) -> None:
    package, get = packages["okta"], okta.sessions.get
    get.when("102").raises(package.root.RateLimitError)
    assert okta.client.sessions.get("101").id == "101"
    with pytest.raises(package.root.RateLimitError):
        okta.client.sessions.get("102")
    get.reset()
    get.raises(package.root.NotFoundError)
    with pytest.raises(package.root.NotFoundError):
        okta.client.sessions.get("101")


def test_state_follows_a_response_of_a_test(
    packages: dict[str, Package], okta: Any
) -> None:
    okta.sessions.revoke.responds(
        429, headers={"Retry-After": "1"}
    ).then.responds_normally()
    okta.client.sessions.revoke("101")
    assert okta.clock.sleeps == [1.0]
    assert ids(okta.state.sessions) == ["102", "103"]


def test_stateful_fake_is_strict_for_other_operations(
    packages: dict[str, Package],
) -> None:
    fake = packages["okta"].fake(stateful=True, strict=True)
    assert fake.state.stateless_operations == ()
    fake.client.sessions.create("token")
    assert len(fake.state.sessions) == 1


def test_fake_without_state_has_examples(packages: dict[str, Package]) -> None:
    fake = packages["okta"].fake()
    fake.client.sessions.revoke("1")
    assert fake.client.sessions.get("1").id
    with pytest.raises(TypeError, match="stateful=True"):
        _ = fake.state


def test_items_that_cannot_be_stored_are_refused(
    packages: dict[str, Package], okta: Any, clerk: Any
) -> None:
    sessions, build = okta.state.sessions, packages["okta"].testing.session
    with pytest.raises(ValueError, match="'101' already"):
        sessions.add(build(id="101"))
    with pytest.raises(TypeError, match="no label shop; it has cookie"):
        sessions.add(build(id="1"), shop="2")
    with pytest.raises(TypeError, match="items of Session"):
        clerk.state.sessions.add(build(id="1"))
    assert len(sessions) == 3 and repr(sessions) == "<sessions: 3 items>"


def test_reset_forgets_items(okta: Any) -> None:
    okta.reset()
    assert len(okta.state.sessions) == 0


def test_asynchronous_client_shares_the_state(okta: Any) -> None:
    async def use() -> None:
        await okta.async_client.sessions.revoke("101")

    anyio.run(use)
    assert ids(okta.state.sessions) == ["102", "103"]


def test_served_fake_has_the_state(packages: dict[str, Package], okta: Any) -> None:
    with okta.serve() as server:
        client = packages["okta"].root.Okta(base_url=server.url, api_token="x")
        with client:
            client.user_sessions.revoke("00u1")
            with pytest.raises(packages["okta"].root.NotFoundError):
                client.sessions.get("101")
    assert ids(okta.state.sessions) == ["103"]


def test_threads_share_the_state(okta: Any) -> None:
    create = okta.client.sessions.create
    threads = [threading.Thread(target=create, args=("x",)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({*ids(okta.state.sessions)}) == 23
