"""Tests that errors can be copied, and pickled to reach another process."""

import copy
import multiprocessing
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from inspect import signature
from typing import Any

import httpx2
import okta
import pytest
from okta._runtime import errors

from tests.faults.leak_search import TOKEN

_STATUS_BODY = (
    b'{"errorCode": "E0000007", "errorSummary": "Not found", "errorId": "oae1"}'
)

COPIES: list[Callable[[Any], Any]] = [
    lambda error: pickle.loads(pickle.dumps(error)),
    copy.copy,
    copy.deepcopy,
]


def _subclasses(class_: type[okta.OktaError]) -> Iterator[type[okta.OktaError]]:
    yield class_
    for subclass in class_.__subclasses__():
        yield from _subclasses(subclass)


CLASSES = sorted(set(_subclasses(errors.APIError)), key=lambda class_: class_.__name__)


def _client(status: int, body: bytes) -> okta.Okta:
    response = httpx2.Response(status, headers={"Set-Cookie": TOKEN}, content=body)
    transport = httpx2.MockTransport(lambda request: response)
    return okta.Okta(
        domain="example.okta.com", api_token=TOKEN, max_retries=0, http=transport
    )


def _raised(status: int, body: bytes) -> okta.OktaError:
    with pytest.raises(okta.OktaError) as caught:
        _client(status, body).sessions.get("102")
    return caught.value


def _sample(class_: type[okta.OktaError]) -> okta.OktaError:
    request = httpx2.Request(
        "GET", "https://example.com", headers={"Authorization": TOKEN}
    )
    response = httpx2.Response(418, headers={"Set-Cookie": TOKEN}, request=request)
    parameters: dict[str, Any] = {"request_id": "r1"}
    if class_ in (errors.APIStatusError, errors.ResponseValidationError):
        parameters["response"] = response
    accepted = signature(class_.__init__).parameters
    return class_(
        "failed", **{n: value for n, value in parameters.items() if n in accepted}
    )


@pytest.mark.parametrize("copied", COPIES, ids=["pickle", "copy", "deepcopy"])
@pytest.mark.parametrize("class_", CLASSES)
def test_every_error_can_be_copied(
    class_: type[okta.OktaError], copied: Callable[[Any], Any]
) -> None:
    error = _sample(class_)
    error.add_note("while signing out")
    found = copied(error)
    assert type(found) is class_
    assert str(found) == str(error)
    assert found.__notes__ == ["while signing out"]
    assert vars(found).keys() == {*vars(error), "last_page"}


@pytest.mark.parametrize("copied", COPIES, ids=["pickle", "copy", "deepcopy"])
def test_status_error_keeps_its_fields(copied: Callable[[Any], Any]) -> None:
    error = _raised(404, _STATUS_BODY)
    found = copied(error)
    assert isinstance(found, okta.NotFoundError)
    for name in ("status_code", "code", "message", "request_id", "body", "attempts"):
        assert getattr(found, name) == getattr(error, name)
    assert found.code == "E0000007"
    assert found.response.status_code == 404


def test_pickled_error_has_no_request_header_or_credential() -> None:
    for error in (_raised(404, _STATUS_BODY), _raised(200, b"{")):
        error.last_page = _client(404, _STATUS_BODY)
        data = pickle.dumps(error)
        assert TOKEN.encode() not in data
        found = pickle.loads(data)
        assert found.last_page is None
        assert not found.response.headers
        with pytest.raises(RuntimeError):
            _ = found.response.request


def _call_missing_session(_: int) -> None:
    _client(404, _STATUS_BODY).sessions.get("102")


def test_errors_reach_the_parent_of_a_process_pool() -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        for _ in range(2):
            with pytest.raises(okta.NotFoundError, match="404"):
                pool.submit(_call_missing_session, 1).result(timeout=60)
    with context.Pool(1) as workers:
        with pytest.raises(okta.NotFoundError, match="404"):
            workers.apply_async(_call_missing_session, (1,)).get(timeout=60)


@pytest.mark.parametrize("class_", CLASSES)
def test_every_error_can_be_made_by_a_test(class_: type[okta.OktaError]) -> None:
    if class_ is errors.APIStatusError:
        with pytest.raises(TypeError, match="APIStatusError needs status_code="):
            class_("failed")
        made = class_("failed", status_code=418)  # type: ignore[call-arg]
    else:
        made = class_("failed")
        assert not class_().__dict__.keys() ^ made.__dict__.keys()
    assert str(made) == "failed"
    assert repr(made) == f"{class_.__name__}('failed')"


def test_status_error_has_the_attributes_of_a_raised_one() -> None:
    raised = _raised(404, b"gone")
    made = okta.NotFoundError("gone")
    assert vars(made).keys() == vars(raised).keys()
    assert (made.status_code, made.message, str(made)) == (404, "gone", "gone")
    assert (made.response.status_code, made.response.content) == (404, b"")
    limited = okta.RateLimitError("slow down", retry_after=3, code="E47")
    assert (limited.retry_after, limited.response.headers["Retry-After"]) == (3, "3")
    assert str(okta.RateLimitError(code="E47")) == "the server returned 429, code E47"
    assert okta.InternalServerError(status_code=503).response.status_code == 503
    response = httpx2.Response(409, headers={"X-Rate-Limit-Reset": "9"})
    assert okta.ConflictError(response=response).response is response
    assert okta.APIStatusError(response=response).status_code == 409


def test_status_error_refuses_the_status_of_another() -> None:
    with pytest.raises(ValueError, match="NotFoundError is not the error of .* 410"):
        okta.NotFoundError(status_code=410)
    with pytest.raises(ValueError, match="status_code is 404, and the response has 4"):
        okta.NotFoundError(status_code=404, response=httpx2.Response(410))


def test_connection_error_has_the_attributes_of_a_raised_one() -> None:
    error = okta.APIConnectionError(reason=okta.FailureReason.REFUSED, attempts=3)
    assert str(error) == "there was no response: the connection was refused"
    assert (error.attempts, error.maybe_delivered) == (3, False)
    assert okta.APITimeoutError().reason is okta.FailureReason.READ_TIMEOUT


def test_model_without_required_fields_names_the_first() -> None:
    with pytest.raises(TypeError, match="'id'"):
        okta.Session()  # type: ignore[call-arg]
