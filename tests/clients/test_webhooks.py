"""Tests of webhooks: signatures of each scheme, timestamps, events, and their errors."""

import asyncio
import base64
import copy
import hashlib
import hmac
import importlib
import json
import pickle
import time
import traceback
from types import ModuleType
from typing import Any

import pytest
from _runtime.client.webhooks import WebhookReceiver, WebhookScheme
from _runtime.errors import WebhookVerificationError
from clientcast.pipeline import cast
from clientcast.select import Selection

from tests.support.casting import SPECS

KEY = b"the key of the webhook!!"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
PAID = {"type": "order.paid", "id": "o1", "paidAt": "2026-01-02T03:04:05Z"}


def signed(
    body: bytes, age: float = 0, key: bytes = KEY, prefix: str = "webhook"
) -> dict[str, str]:
    """Return the headers of Standard Webhooks for a body."""
    timestamp = str(int(time.time() - age))
    message = f"msg_1.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, message, "sha256")).decode()
    return {
        f"{prefix}-id": "msg_1",
        f"{prefix}-timestamp": timestamp,
        f"{prefix}-signature": f"v1,{signature}",
    }


@pytest.fixture
def shop(clients: dict[str, ModuleType]) -> ModuleType:
    return clients["webhooks"]


def unwrap(package: ModuleType, body: bytes, headers: Any, **options: Any) -> Any:
    """Read a delivery with both clients and without one; all return the same event."""
    options = {"secret": SECRET, **options}
    module = __import__(f"{package.__name__}.webhooks", fromlist=["unwrap"])
    with package.Shop() as client:
        event = client.webhooks.unwrap(body, headers, **options)

    async def in_async() -> Any:
        async with package.AsyncShop() as client:
            return client.webhooks.unwrap(body, headers, **options)

    assert asyncio.run(in_async()) == event
    assert module.unwrap(body, headers, **options) == event
    return event


def encoded(event: object) -> bytes:
    return json.dumps(event).encode()


@pytest.mark.parametrize("prefix", ["webhook", "svix", "Webhook", "SVIX"])
def test_event_is_a_model_of_the_document(shop: ModuleType, prefix: str) -> None:
    body = encoded(PAID)
    paid = unwrap(shop, body, signed(body, prefix=prefix))
    assert isinstance(paid, shop.OrderPaid)
    assert paid.paid_at.year == 2026
    body = encoded({"type": "order.sent", "id": "o2"})
    assert isinstance(unwrap(shop, body, signed(body)), shop.OrderSent)


def test_unknown_event_is_kept(shop: ModuleType) -> None:
    body = encoded({"type": "order.lost", "id": "o3", "more": [1]})
    with pytest.warns(shop.ResponseWarning, match="^webhook: .*got object"):
        event = unwrap(shop, body, signed(body))
    assert isinstance(event, shop.Unknown)
    assert event["more"] == [1]


def test_body_may_be_text(shop: ModuleType) -> None:
    body = '{"type": "order.sent", "id": "é"}'
    headers = signed(body.encode())
    assert shop.Shop().webhooks.unwrap(body, headers, secret=SECRET).id == "é"


def test_one_of_several_signatures_is_enough(shop: ModuleType) -> None:
    body = encoded(PAID)
    headers = signed(body)
    valid = headers["webhook-signature"]
    headers["webhook-signature"] = f"v1a,abcd v1,AAAA {valid} v2,x"
    assert unwrap(shop, body, headers).id == "o1"


def test_secret_without_prefix_or_padding_and_as_bytes(shop: ModuleType) -> None:
    key = b"a key of 20 bytes..."
    encoded_key = base64.b64encode(key).decode()
    body = encoded(PAID)
    headers = signed(body, key=key)
    for secret in (
        encoded_key,
        encoded_key.rstrip("="),
        f"whsec_{encoded_key}",
        key,
    ):
        assert unwrap(shop, body, headers, secret=secret).id == "o1"


@pytest.mark.parametrize(
    ("age", "message"),
    [(301, "too old: more than 300 s"), (-310, "too far in the future")],
)
def test_timestamp_must_be_recent(shop: ModuleType, age: float, message: str) -> None:
    body = encoded(PAID)
    headers = signed(body, age)
    with pytest.raises(shop.WebhookVerificationError, match=message):
        unwrap(shop, body, headers)
    assert unwrap(shop, body, headers, tolerance=None).id == "o1"
    assert unwrap(shop, body, headers, tolerance=1000).id == "o1"


def without(headers: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in names}


BODY = encoded(PAID)
NOW = time.time()
VALID = signed(BODY)
FORGED: dict[str, tuple[bytes, dict[str, str], str]] = {
    "another body": (BODY + b" ", VALID, "no valid signature"),
    "another key": (BODY, signed(BODY, -200, b"other"), "no valid signature"),
    "another id": (BODY, {**VALID, "webhook-id": "msg_2"}, "no valid signature"),
    "another timestamp": (
        BODY,
        {**VALID, "webhook-timestamp": str(int(NOW) + 100)},
        "no valid signature",
    ),
    "no signature": (BODY, without(VALID, "webhook-signature"), "no header webhook-"),
    "no id": (BODY, without(VALID, "webhook-id"), "no header webhook-id"),
    "no timestamp": (BODY, without(VALID, "webhook-timestamp"), "no header webhook-t"),
    "no headers": (BODY, {}, "no header webhook-"),
    "an empty signature": (
        BODY,
        {**VALID, "webhook-signature": "v1,"},
        "no valid signature",
    ),
    "another version": (
        BODY,
        {**VALID, "webhook-signature": VALID["webhook-signature"].replace("v1", "v2")},
        "no valid signature",
    ),
    "a signature that is not ASCII": (
        BODY,
        {**VALID, "webhook-signature": "v1,é"},
        "no valid signature",
    ),
    "a timestamp in words": (
        BODY,
        {**VALID, "webhook-timestamp": "now"},
        "no timestamp in seconds",
    ),
    "a timestamp with other digits": (
        BODY,
        {**VALID, "webhook-timestamp": "١٢٣٤"},
        "no timestamp in seconds",
    ),
    "mixed header names": (
        BODY,
        {**without(VALID, "webhook-id"), "svix-id": "msg_1"},
        "no header webhook-id",
    ),
}


@pytest.mark.parametrize("case", FORGED)
def test_forged_delivery_is_refused(
    shop: ModuleType, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = importlib.import_module(f"{shop.__name__}._runtime.client.webhooks")
    monkeypatch.setattr(runtime, "time", lambda: NOW)  # The tests run later.
    body, headers, message = FORGED[case]
    receiver = shop.Shop().webhooks
    with pytest.raises(shop.WebhookVerificationError, match=message) as caught:
        receiver.unwrap(body, headers, secret=SECRET)
    error = caught.value
    assert isinstance(error, shop.ShopError)
    for found in (error, copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert str(found) == str(error)
    assert_nothing_secret(error, shop)


def assert_nothing_secret(error: BaseException, package: ModuleType) -> None:
    """Check the text of an error, and the local variables of its frames in the package."""
    shown = ["".join(traceback.format_exception(error)), repr(vars(error))]
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_globals.get("__name__", "").startswith(f"{package.__name__}."):
            shown += [repr(value) for value in frame.f_locals.values()]
    for text in (SECRET, KEY.decode(), "order.paid", "msg_1", "hidden"):
        assert text not in "\n".join(shown)


@pytest.mark.parametrize("body", [b"not JSON hidden", b'{"hidden"', b""])
def test_signed_body_that_is_not_json(shop: ModuleType, body: bytes) -> None:
    with pytest.raises(shop.WebhookBodyError) as caught:
        shop.Shop().webhooks.unwrap(body, signed(body), secret=SECRET)
    assert_nothing_secret(caught.value, shop)


MISUSED: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"secret": ""}, ValueError, "secret is empty"),
    ({"secret": "whsec_"}, ValueError, "secret is empty"),
    ({"secret": b""}, ValueError, "secret is empty"),
    ({"secret": "whsec_not base64!"}, ValueError, "secret is not base64"),
    ({"secret": None}, TypeError, "secret must be"),
    ({"body": PAID}, TypeError, "before they are parsed"),
    ({"headers": {b"webhook-id": b"x"}}, TypeError, "mapping of strings"),
    ({"tolerance": "5"}, TypeError, "tolerance must be"),
    ({"tolerance": -1}, ValueError, "tolerance must be"),
    ({"tolerance": float("nan")}, ValueError, "tolerance must be"),
]


@pytest.mark.parametrize("changed, error, message", MISUSED)
def test_misuse_is_refused(
    shop: ModuleType, changed: dict[str, Any], error: type[Exception], message: str
) -> None:
    given: dict[str, Any] = {
        "body": BODY,
        "headers": VALID,
        "secret": SECRET,
        **changed,
    }
    with pytest.raises(error, match=message) as caught:
        shop.Shop().webhooks.unwrap(**given)
    assert_nothing_secret(caught.value, shop)


SCHEMES: dict[str, tuple[WebhookScheme, bytes, dict[str, str], str]] = {
    # RFC 4231, section 4.3.
    "hex of the body": (
        WebhookScheme("X-Signature-256", prefix="sha256="),
        b"what do ya want for nothing?",
        {
            "x-signature-256": "sha256="
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        },
        "Jefe",
    ),
    "base64 of the body": (
        WebhookScheme("X-Signature", encoding="base64"),
        b'"x"',
        {
            "x-signature": base64.b64encode(
                hmac.digest(b"k", b'"x"', hashlib.sha256)
            ).decode()
        },
        "k",
    ),
    "upper-case hex of SHA-1": (
        WebhookScheme("X-Signature", "sha1"),
        b'"x"',
        {"x-signature": hmac.new(b"k", b'"x"', "sha1").hexdigest().upper()},
        "k",
    ),
    "SHA-512 of id and body": (
        WebhookScheme("X-Signature", "sha512", signed="v0:{id}:{body}", id="X-Id"),
        b'"x"',
        {
            "x-signature": hmac.new(b"k", b'v0:{body}:"x"', "sha512").hexdigest(),
            "x-id": "{body}",
        },
        "k",
    ),
}


@pytest.mark.parametrize("case", SCHEMES)
def test_schemes(case: str) -> None:
    scheme, body, headers, secret = SCHEMES[case]
    receiver = WebhookReceiver[Any](Any, scheme)
    if body.startswith(b'"'):
        assert receiver.unwrap(body, headers, secret=secret) == "x"
    else:  # The signature is valid, and the body is no JSON.
        with pytest.raises(Exception, match="the webhook has a wrong body"):
            receiver.unwrap(body, headers, secret=secret)
    with pytest.raises(WebhookVerificationError, match="no valid signature"):
        receiver.unwrap(body + b" ", headers, secret=secret)
    with pytest.raises(WebhookVerificationError, match="no header"):
        receiver.unwrap(body, {}, secret=secret)


def test_scheme_of_x_client(clients: dict[str, ModuleType]) -> None:
    pay = clients["signed_webhooks"]
    body, timestamp = b'{"id": "e1"}', int(time.time())
    good, other = (
        hmac.new(key, f"{timestamp}.".encode() + body, "sha256").hexdigest()
        for key in (b"raw secret", b"other")
    )
    for client in (pay.Pay(), pay.AsyncPay()):
        receiver = client.webhook_events  # `client.webhooks` is a resource.
        headers = {"Pay-Signature": f"t={timestamp},v1={other},v1={good},v0=a"}
        event = receiver.unwrap(body, headers, secret="raw secret")
        assert isinstance(event, pay.WebhookEvent)
        for wrong in (
            f"t={timestamp},v1={other}",
            f"t={timestamp + 1},v1={good}",
            f"t={timestamp},v0={good}",
            f"v1={good}",
        ):
            with pytest.raises(pay.WebhookVerificationError):
                receiver.unwrap(body, {"Pay-Signature": wrong}, secret="raw secret")


def test_packages_without_webhooks_have_no_receiver(
    clients: dict[str, ModuleType],
) -> None:
    crud = clients["crud"]
    assert not hasattr(crud, "WebhookVerificationError")
    assert not any("webhook" in name for name in dir(crud))


def test_readme_shows_how_to_receive_webhooks() -> None:
    for name, is_described in (("webhooks", True), ("crud", False)):
        spec = SPECS / "ok" / f"{name}.yaml"
        files = cast(spec, spec.name).files
        assert files is not None
        assert ("## Receive webhooks" in files["README.md"]) is is_described
        assert ("webhooks.py" in files) is is_described


def test_selection_of_operations_leaves_webhooks_and_their_options_out() -> None:
    spec = SPECS / "ok" / "signed_webhooks.yaml"
    result = cast(spec, spec.name, Selection(only=("listWebhooks",)))
    assert result.files is not None, result.diagnostics
    assert "webhooks.py" not in result.files
