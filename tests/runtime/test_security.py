"""Tests of credentials, server variables and base URLs."""

from typing import Any

import pytest
from _runtime.call.security import (
    Scheme,
    credentials,
    given_credentials,
    missing_credentials_problem,
    validated_secret,
)
from _runtime.wire.server import Server, Variable, base_url_problem

TOKEN = Scheme("token", "Authorization", environment=("FIRST_TOKEN", "SECOND_TOKEN"))
KEY = Scheme("key", "X-Key", environment=("THE_KEY",))
OTHER = Scheme("other", "X-Other")


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_TOKEN", "SECOND_TOKEN", "THE_KEY", "THE_HOST"):
        monkeypatch.delenv(name, raising=False)


def test_environment_variables_are_read_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECOND_TOKEN", "two")
    assert credentials({TOKEN: None}, required=True) == {TOKEN: "two"}
    monkeypatch.setenv("FIRST_TOKEN", "one")
    assert credentials({TOKEN: None}, required=True) == {TOKEN: "one"}
    monkeypatch.setenv("FIRST_TOKEN", "")
    assert credentials({TOKEN: None}, required=True) == {TOKEN: "two"}


def test_passed_credential_overrides_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FIRST_TOKEN", "one")
    assert credentials({TOKEN: None, KEY: "k"}, required=True) == {KEY: "k"}


def test_missing_credential_is_refused() -> None:
    assert credentials({TOKEN: None}, required=False) == {}
    with pytest.raises(ValueError) as caught:
        credentials({TOKEN: None, KEY: None}, required=True)
    assert str(caught.value) == (
        "pass token= (or set FIRST_TOKEN or SECOND_TOKEN), or key= (or set THE_KEY)"
    )


@pytest.mark.parametrize(
    "value",
    ["", " ", " s3cret", "s3cret ", "a\n", "a\tb", "a\r\nX: y", "\x00", "ü", "\x7f"],
)
def test_invalid_credential_is_refused_without_showing_it(value: str) -> None:
    with pytest.raises(ValueError, match="token is empty or has") as caught:
        credentials({TOKEN: value}, required=True)
    assert value.strip() == "" or value not in str(caught.value)


def test_only_a_whole_header_value_may_have_spaces() -> None:
    assert credentials({TOKEN: "Bearer abc"}, required=True) == {TOKEN: "Bearer abc"}
    for scheme in (
        Scheme("token", "Authorization", prefix="Bearer "),
        Scheme("token", "key", location="query"),
        Scheme("token", "key", location="cookie"),
    ):
        with pytest.raises(ValueError, match="token is empty or has a space"):
            credentials({scheme: "Bearer abc"}, required=True)


@pytest.mark.parametrize("value", [("user", "s3cret"), b"s3cret", 7])
def test_credential_that_is_no_string_is_refused(value: Any) -> None:
    for scheme in (TOKEN, Scheme("token", "Authorization", "header", is_basic=True)):
        form = "a user name and a password" if scheme.is_basic else "a string"
        with pytest.raises(ValueError, match=f"token must be {form}") as caught:
            credentials({scheme: value}, required=True)
        assert "s3cret" not in str(caught.value)
        with pytest.raises(ValueError, match=f"token must be {form}"):
            validated_secret(scheme, value)


def test_invalid_argument_is_in_no_local_variable() -> None:
    arguments = {TOKEN: "s3cret\n", OTHER: "s3cret", KEY: None}
    assert given_credentials({**arguments, TOKEN: None}) == {OTHER: "s3cret"}
    with pytest.raises(ValueError, match="token is empty or has") as caught:
        given_credentials(arguments)
    _, *frames = caught.traceback
    assert frames
    assert "s3cret" not in repr([frame.locals for frame in frames])
    assert "s3cret" not in str(caught.value)


def test_problem_names_the_missing_credentials() -> None:
    security = ((TOKEN, KEY), (OTHER,))
    for available, lacks in (
        ((), "none"),
        ((TOKEN,), "no key, or other"),
        ((KEY,), "no token, or other"),
    ):
        problem = missing_credentials_problem(security, available)
        assert (
            problem == f"requires token and key, or other, but the client has {lacks}"
        )


SERVER = Server(
    "https://{host}/{stage}",
    (
        Variable("host", "host", environment=("THE_HOST",)),
        Variable("stage", "stage", "v1"),
    ),
)


def test_server_variables_come_from_arguments_environment_and_defaults(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert SERVER.base_url(host="a.example", stage=None) == "https://a.example/v1"
    with pytest.raises(
        ValueError, match=r"pass host= \(or set THE_HOST\), or base_url="
    ):
        SERVER.base_url(host=None, stage="v2")
    monkeypatch.setenv("THE_HOST", "b.example:8443")
    assert SERVER.base_url(host=None, stage="v2") == "https://b.example:8443/v2"
    with pytest.raises(ValueError, match="pass base_url="):
        Server("").base_url()


@pytest.mark.parametrize(
    "host",
    [
        "https://a.example",
        "a.example/",
        "a@b",
        "a?b",
        "a#b",
        "a\\b",
        " a",
        "a\n",
        "{x}",
    ],
)
def test_server_variable_cannot_change_the_rest_of_the_url(host: str) -> None:
    with pytest.raises(ValueError, match="host must be a plain name"):
        SERVER.base_url(host=host, stage=None)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example",
        "https://api.example/v1",
        "http://127.0.0.1:8080",
        "http://localhost",
        "http://[::1]:1",
        "http://a.localhost",
    ],
)
def test_base_url_is_accepted(url: str) -> None:
    assert base_url_problem(url + "/") == ""


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example",
        "ftp://api.example",
        "https://",
        "https://user:pw@api.example",
        "https://api.example?x=1",
        "https://api.example#x",
        "http://api.example",
        "http://127.0.0.1.evil.example",
        "http://localhost.evil.example",
    ],
)
def test_invalid_base_url_is_refused(url: str) -> None:
    problem = base_url_problem(url)
    assert problem.startswith("base_url ")
    assert "pw" not in problem
