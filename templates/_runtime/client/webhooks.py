"""Webhooks: verification of the signature of a delivery, and decoding of its body.

Needs no network. The schemes are Standard Webhooks, with the header names of Svix too, and HMAC
signatures of other forms that the document describes.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from binascii import Error as Base64Error
from binascii import a2b_base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isfinite
from time import time
from typing import Any, Generic, Literal, TypeVar, cast

import msgspec

from ..caller_warnings import warn_caller
from ..codec.json_decoding import Mismatch, decode_json
from ..errors import ResponseWarning, WebhookBodyError, WebhookVerificationError

E = TypeVar("E")

_PLACEHOLDER = re.compile(r"\{(body|timestamp|id)\}")
_SECONDS = re.compile(r"[0-9]{1,12}")
_SECRET_PREFIX = "whsec_"


@dataclass(frozen=True, slots=True)
class WebhookScheme:
    """The signature of deliveries, an HMAC.

    Attributes:
        header: The header of the signatures. It may have several, separated by spaces or commas.
        algorithm: The hash function of the HMAC.
        encoding: The encoding of a signature.
        prefix: Text before a signature. Signatures with another prefix are ignored.
        signed: The signed text, with `{body}`, `{timestamp}` and `{id}`.
        timestamp: The header of the timestamp in seconds since 1970; empty for none.
        timestamp_prefix: Text before the timestamp, if the header has more than that.
        id: The header of the id of the delivery; empty for none.
        has_encoded_secret: Whether the secret is base64, after `whsec_`.
    """

    header: str
    algorithm: Literal["sha1", "sha256", "sha512"] = "sha256"
    encoding: Literal["hex", "base64"] = "hex"
    prefix: str = ""
    signed: str = "{body}"
    timestamp: str = ""
    timestamp_prefix: str = ""
    id: str = ""
    has_encoded_secret: bool = False


STANDARD_WEBHOOKS = WebhookScheme(
    "webhook-signature",
    encoding="base64",
    prefix="v1,",
    signed="{id}.{timestamp}.{body}",
    timestamp="webhook-timestamp",
    id="webhook-id",
    has_encoded_secret=True,
)
"""The scheme of Standard Webhooks 1.0.0, with a symmetric secret."""

_SVIX = replace(
    STANDARD_WEBHOOKS,
    header="svix-signature",
    timestamp="svix-timestamp",
    id="svix-id",
)
"""The same scheme with the header names of Svix."""


class WebhookReceiver(Generic[E]):
    """Receiver of the webhooks of an API.

    Args:
        event_type: The type of the events.
        scheme: How deliveries are signed.
    """

    def __init__(
        self, event_type: Any, scheme: WebhookScheme = STANDARD_WEBHOOKS
    ) -> None:
        self._event_type = event_type
        self._schemes = (scheme,) if scheme != STANDARD_WEBHOOKS else (scheme, _SVIX)

    def unwrap(
        self,
        body: bytes | str,
        headers: Mapping[str, str],
        *,
        secret: str | bytes,
        tolerance: float | None = 300.0,
    ) -> E:
        """Verify a delivery and return its event.

        Args:
            body: The body of the request, exactly as it was received.
            headers: The headers of the request; names are case-insensitive.
            secret: The secret of the webhook. As bytes it is the key itself.
            tolerance: The greatest difference between the timestamp of the delivery and the
                clock of this machine in seconds, so that an old delivery cannot be sent again.
                None to accept any timestamp.

        Returns:
            The event. One that fits no model is an `Unknown`, as the API may add events.

        Raises:
            WebhookVerificationError: If a header is missing, the timestamp is too old or too
                new, or no signature is valid.
            WebhookBodyError: If the body is not JSON.
            ValueError: If the secret is empty or malformed.
            TypeError: If the body was parsed already, or another argument has a wrong type.
        """
        event: Any = None
        mismatches: list[Mismatch] = []
        error: Exception | None = None
        try:
            content = _content(body)
            _verify(content, headers, secret, tolerance, self._schemes)
            event, mismatches = decode_json(content, self._event_type)
        except msgspec.DecodeError as decode_error:
            error = WebhookBodyError(f"the webhook has a wrong body: {decode_error}")
        except (WebhookVerificationError, TypeError, ValueError) as problem:
            error = problem
        content = b""
        del body, headers, secret  # Error trackers record local variables.
        if error is not None:
            raise error.with_traceback(None) from None
        for mismatch in mismatches:
            warn_caller(f"webhook: {mismatch}", ResponseWarning)
        return cast(E, event)


def _content(body: object) -> bytes:
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes | bytearray):
        return bytes(body)
    raise TypeError(
        "body must be the bytes or the text of the request, before they are parsed"
    )


def _verify(
    content: bytes,
    headers: Mapping[Any, Any],
    secret: object,
    tolerance: object,
    schemes: tuple[WebhookScheme, ...],
) -> None:
    """Check the timestamp and the signature of a delivery."""
    values: dict[str, str] = {}
    for name, value in headers.items():
        if not (isinstance(name, str) and isinstance(value, str)):
            raise TypeError("headers must be a mapping of strings")
        values[name.lower()] = value
    scheme = next((s for s in schemes if s.header.lower() in values), schemes[0])
    key = _key(secret, scheme)
    parts = {
        "id": _header(values, scheme.id).encode(),
        "timestamp": _timestamp(values, scheme).encode(),
        "body": content,
    }
    if scheme.timestamp:
        _check_age(parts["timestamp"].decode(), tolerance)
    fragments = _PLACEHOLDER.split(scheme.signed)
    message = b"".join(
        parts[fragment] if index % 2 else fragment.encode()
        for index, fragment in enumerate(fragments)
    )
    digest = hmac.digest(key, message, scheme.algorithm)
    is_hex = scheme.encoding == "hex"
    expected = digest.hex().encode() if is_hex else b64encode(digest)
    is_valid = False
    for signature in _signatures(_header(values, scheme.header), scheme.prefix):
        given = (signature.lower() if is_hex else signature).encode()
        is_valid |= hmac.compare_digest(given, expected)
    if not is_valid:
        raise WebhookVerificationError("the webhook has no valid signature")


def _header(values: Mapping[str, str], name: str) -> str:
    """Return a header; empty for one that the scheme does not have."""
    value = values.get(name.lower(), "").strip() if name else ""
    if name and not value:
        raise WebhookVerificationError(f"the webhook has no header {name}")
    return value


def _timestamp(values: Mapping[str, str], scheme: WebhookScheme) -> str:
    text = _header(values, scheme.timestamp)
    if scheme.timestamp_prefix:
        found = _signatures(text, scheme.timestamp_prefix)
        text = found[0] if found else ""
    if scheme.timestamp and not _SECONDS.fullmatch(text):
        raise WebhookVerificationError(
            f"the header {scheme.timestamp} of the webhook has no timestamp in seconds"
        )
    return text


def _check_age(timestamp: str, tolerance: object) -> None:
    if tolerance is None:
        return
    is_number = isinstance(tolerance, int | float) and not isinstance(tolerance, bool)
    if not is_number:
        raise TypeError("tolerance must be a number of seconds, or None for no limit")
    limit = float(cast(float, tolerance))
    if not (isfinite(limit) and limit >= 0):
        raise ValueError("tolerance must be a number of seconds, or None for no limit")
    age = time() - int(timestamp)
    if abs(age) > limit:
        direction = "old" if age > 0 else "far in the future"
        raise WebhookVerificationError(
            f"the timestamp of the webhook is too {direction}: more than {limit:g} s"
        )


def _signatures(text: str, prefix: str) -> list[str]:
    """Return the parts of a header that have a prefix, without it."""
    separated = text if "," in prefix else text.replace(",", " ")
    return [
        part.removeprefix(prefix)
        for part in separated.split()
        if part.startswith(prefix)
    ]


def _key(secret: object, scheme: WebhookScheme) -> bytes:
    if not isinstance(secret, str | bytes):
        raise TypeError("secret must be a string, or bytes")
    key = secret.encode() if isinstance(secret, str) else secret
    if isinstance(secret, str) and scheme.has_encoded_secret:
        encoded = secret.removeprefix(_SECRET_PREFIX)
        padded = encoded + "=" * (-len(encoded) % 4)
        try:
            key = a2b_base64(padded.encode(), strict_mode=True)
        except Base64Error:
            raise ValueError("secret is not base64 after whsec_") from None
    if not key.strip():
        raise ValueError("secret is empty")
    return key
