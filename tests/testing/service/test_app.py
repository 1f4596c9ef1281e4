"""Tests of the sample service by the fakes of its clients, as its authors would write them."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import clerk
import okta
import pytest
from clerk.testing import FakeClerk
from clerk.testing import session as product_session
from fastapi.testclient import TestClient
from httpx2 import Response
from okta.testing import FakeOkta, call

from tests.testing.service.app import app, set_clients


class Service(NamedTuple):
    """The service under test, between its callers and the fakes of both APIs."""

    http: TestClient
    clerk: FakeClerk
    okta: FakeOkta

    def list_sessions(self) -> Response:
        return self.http.get("/users/user_1/sessions")

    def revoke_session(self) -> Response:
        return self.http.delete("/tool-sessions/102")

    def sign_out(self) -> Response:
        accounts = {"clerk_user": "user_1", "okta_user": "00u1"}
        return self.http.post("/sign-outs", json=accounts)


@pytest.fixture(scope="module")
def http() -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


@pytest.fixture
def service(http: TestClient) -> Iterator[Service]:
    with FakeClerk() as clerk_fake, FakeOkta() as okta_fake:
        set_clients(clerk_fake.client, okta_fake.async_client)
        yield Service(http, clerk_fake, okta_fake)


def sessions(*ids: str) -> list[clerk.Session]:
    return [product_session(id=name, status="active") for name in ids]


def names(count: int) -> list[str]:
    return [f"sess_{number}" for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 25, 100])
def test_sessions_of_all_pages_are_listed(service: Service, count: int) -> None:
    ids = names(count)
    pages = [sessions(*ids[n : n + 10]) for n in range(0, count, 10)]
    service.clerk.sessions.list.returns_pages(*pages)
    response = service.list_sessions()
    assert [each["id"] for each in response.json()] == ids
    first = service.clerk.sessions.list.calls[0]
    assert first == call(user_id="user_1", status="active", limit=10)


def test_session_is_revoked(service: Service) -> None:
    assert service.revoke_session().status_code == 204
    assert service.okta.sessions.revoke.calls == [call("102")]


@pytest.mark.parametrize("count", [0, 1, 10, 11, 25])
def test_sign_out_revokes_the_sessions_of_all_pages(
    http: TestClient, count: int
) -> None:
    fake, tools = FakeClerk(stateful=True), FakeOkta()
    fake.state.page_size = 10
    fake.state.sessions.add(
        *(
            product_session(id=i, user_id="user_1", status="active")
            for i in names(count)
        ),
        product_session(id="other", user_id="user_2", status="active"),
    )
    set_clients(fake.client, tools.async_client)
    response = Service(http, fake, tools).sign_out()
    assert (response.status_code, response.json()) == (200, {"revoked": count})
    assert [s.id for s in fake.state.sessions if s.status == "active"] == ["other"]
    assert fake.sessions.revoke.calls == [call(name) for name in names(count)]
    assert tools.user_sessions.revoke.calls == [call("00u1", oauth_tokens=True)]


def test_sign_out_counts_only_sessions_that_were_left(service: Service) -> None:
    service.clerk.sessions.list.returns(sessions("a", "b", "c"))
    service.clerk.sessions.revoke.when("b").raises(clerk.NotFoundError)
    service.clerk.sessions.revoke.when("a").returns(product_session(id="a"))
    service.clerk.sessions.revoke.when("c").returns(product_session(id="c"))
    assert service.sign_out().json() == {"revoked": 2}


Act = Callable[[Service], Response]
ACTS: tuple[Act, ...] = (
    Service.list_sessions,
    Service.revoke_session,
    Service.sign_out,
)
each_act = pytest.mark.parametrize("act", ACTS)

FAULTS: dict[str, tuple[Callable[[Service], object], Act, int]] = {
    "list times out": (
        lambda s: s.clerk.sessions.list.times_out(),
        Service.list_sessions,
        504,
    ),
    "list is slow": (
        lambda s: s.clerk.sessions.list.is_slow(60),
        Service.list_sessions,
        504,
    ),
    "list is reset": (
        lambda s: s.clerk.sessions.list.resets_connection(),
        Service.list_sessions,
        502,
    ),
    "list is refused": (
        lambda s: s.clerk.sessions.list.refuses_connection(),
        Service.list_sessions,
        502,
    ),
    "revoke times out": (
        lambda s: s.okta.sessions.revoke.times_out(),
        Service.revoke_session,
        504,
    ),
    "revoke is slow": (
        lambda s: s.okta.sessions.revoke.is_slow(60),
        Service.revoke_session,
        504,
    ),
    "revoke is reset": (
        lambda s: s.okta.sessions.revoke.resets_connection(),
        Service.revoke_session,
        502,
    ),
    "revoke is refused": (
        lambda s: s.okta.sessions.revoke.refuses_connection(),
        Service.revoke_session,
        502,
    ),
    "sign-out times out at Okta": (
        lambda s: s.okta.user_sessions.revoke.times_out(),
        Service.sign_out,
        504,
    ),
    "sign-out is reset at Okta": (
        lambda s: s.okta.user_sessions.revoke.resets_connection(),
        Service.sign_out,
        502,
    ),
    "sign-out times out at Clerk": (
        lambda s: s.clerk.sessions.revoke.times_out(),
        Service.sign_out,
        504,
    ),
    "sign-out is refused at Okta": (
        lambda s: s.okta.user_sessions.revoke.refuses_connection(),
        Service.sign_out,
        502,
    ),
    "sign-out times out at the list of Clerk": (
        lambda s: s.clerk.sessions.list.times_out(),
        Service.sign_out,
        504,
    ),
    "sign-out is reset at Clerk": (
        lambda s: s.clerk.sessions.revoke.resets_connection(),
        Service.sign_out,
        502,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_outage_is_reported(service: Service, name: str) -> None:
    happens, act, status = FAULTS[name]
    happens(service)
    assert act(service).status_code == status


@each_act
@pytest.mark.parametrize("seconds", [0.5, 5, 20, 29])
def test_slow_response_is_waited_for(
    service: Service, act: Act, seconds: float
) -> None:
    service.clerk.sessions.list.is_slow(seconds).returns([])
    service.okta.sessions.revoke.is_slow(seconds)
    service.okta.user_sessions.revoke.is_slow(seconds)
    assert act(service).status_code in (200, 204)
    assert service.clerk.clock.elapsed + service.okta.clock.elapsed >= seconds


@each_act
@pytest.mark.parametrize(
    ("failed", "status"),
    [(400, 502), (401, 502), (403, 502), (404, 404), (409, 502), (410, 502), (422, 502)]
    + [(429, 503), (500, 502), (502, 502), (503, 502), (504, 502)],
)
def test_error_of_an_api_is_translated(
    service: Service, act: Act, failed: int, status: int
) -> None:
    service.clerk.sessions.list.responds(failed)
    service.okta.sessions.revoke.responds(failed)
    service.okta.user_sessions.revoke.responds(failed)
    assert act(service).status_code == status


@each_act
@pytest.mark.parametrize("seconds", [1, 2, 5])
def test_throttled_call_is_repeated_after_the_delay(
    service: Service, act: Act, seconds: int
) -> None:
    headers = {"Retry-After": str(seconds)}
    service.clerk.sessions.list.responds(429, headers=headers).then.returns([])
    service.okta.sessions.revoke.responds(429, headers=headers).then.responds(204)
    revoke = service.okta.user_sessions.revoke
    revoke.responds(429, headers=headers).then.responds(204)
    assert act(service).status_code in (200, 204)
    delays = service.okta.clock.sleeps + service.clerk.clock.sleeps
    assert delays and set(delays) == {seconds}


@each_act
@pytest.mark.parametrize("seconds", [7, 40])
def test_delay_of_a_throttled_api_is_passed_on(
    service: Service, act: Act, seconds: int
) -> None:
    headers = {"Retry-After": str(seconds)}
    service.clerk.sessions.list.responds(429, headers=headers)
    service.okta.sessions.revoke.raises(okta.RateLimitError, headers=headers)
    service.okta.user_sessions.revoke.raises(okta.RateLimitError, headers=headers)
    response = act(service)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == str(seconds)


@pytest.mark.parametrize("session_id", ["me", "%2e%2e", "%2E"])
def test_id_that_means_another_path_is_refused(
    service: Service, session_id: str
) -> None:
    assert service.http.delete(f"/tool-sessions/{session_id}").status_code == 422
    assert service.okta.sessions.revoke.calls == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"clerk_user": "user_1"},
        {"okta_user": "00u1"},
        {"clerk_user": 1, "okta_user": "00u1"},
        {"clerk_user": "user_1", "okta_user": None},
    ],
)
def test_wrong_body_signs_nobody_out(service: Service, body: object) -> None:
    assert service.http.post("/sign-outs", json=body).status_code == 422
    assert service.okta.user_sessions.revoke.calls == []
    assert service.clerk.sessions.list.calls == []


def test_nobody_is_signed_out_of_products_while_tools_are_down(
    service: Service,
) -> None:
    service.okta.user_sessions.revoke.raises(okta.InternalServerError)
    assert service.sign_out().status_code == 502
    assert service.clerk.sessions.list.calls == []
