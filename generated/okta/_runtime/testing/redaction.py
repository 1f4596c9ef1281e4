"""Secrets of recordings, and the placeholders in their place.

What is secret: the values of credentials, cookies and tokens in headers, wherever they stand; the
values of names that look secret; and texts of the form of a token. One secret always has one
placeholder, numbered in the order of the recording, so that a new recording is compared well.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote

import msgspec

from ..call.request import split_route
from ..codec.type_guards import is_array, is_object
from .arguments import route_pattern
from .exchanges import Exchange, PlainObject, decode_exact, encode_exact

PLACEHOLDER = re.compile(r"secret-[0-9]+")
_SECRET = re.compile(
    r".*(?:tokens?|secrets?|passwords?|passwd|pwd|passphrase|passcodes?|apikeys?|accesskeys?"
    r"|privatekeys?|secretkeys?|signingkeys?|encryptionkeys?|credentials?|cookies?"
    r"|authorization|jwt|assertion|otp|totp|codeverifier|recoverycodes?|backupcodes?"
    r"|signature|bearer)|pin|sig"
)
_PAGE_TOKEN = re.compile(
    r".*(?:page|next|previous|prev|continuation|sync|cursor)tokens?"
)
_WITHIN_SECRETS = frozenset("value secret token data hash key raw text code".split())
"""Names of members of an object with a secret name that are secret, too."""

_TOKENS = re.compile(
    r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----"
    r"|\b[srp]k_(?:live|test)_\w{8,}|\bgh[pousr]_\w{20,}|\bpts_\w{20,}"
    r"|\bxox[abeprs]-[\w-]{10,}|\bAKIA[0-9A-Z]{16}\b",
    re.S,
)
_BEARER = re.compile(r"(?<=\bBearer )[\w.~+/=-]{8,}")
_USER = re.compile(r"(?<=://)[^/@\s:]+:[^/@\s]+(?=@)")
_PAIR = re.compile(r"(?<![\w.-])([\w.\[\]-]{2,60})(=[\"']?)([^&\s\"'<>;,#]+)")
_MEMBER = re.compile(r'"([\w.-]{2,60})"(\s*:\s*")((?:[^"\\]|\\.)+)(?=")')
_ELEMENT = re.compile(r"(<(?:[\w-]+:)?([\w-]+)(?:\s[^<>]*)?>)([^<]+)(?=</)")
_MIN_LENGTH = 8
"""The length from which a secret is replaced in the middle of other texts."""


def squashed(name: str) -> str:
    """Return a name without what differs between spellings: `Api-Key` is `apikey`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


class Redactor:
    """Replaces the secrets of exchanges by placeholders.

    Args:
        schemes: The names of headers, query parameters and cookies of the security schemes.
        hide: Names whose values are secret, too.
        keep: Names whose values are no secrets.
    """

    def __init__(
        self, schemes: Iterable[str], hide: Collection[str], keep: Collection[str]
    ) -> None:
        self._hidden = {squashed(name) for name in (*schemes, *hide)}
        self._kept = {squashed(name) for name in keep}
        self._placeholders: dict[str, str] = {}
        self._spellings: dict[str, str] = {}
        self._known = re.compile(r"(?!)")  # Matches nothing.

    def redact_all(self, exchanges: Iterable[Exchange]) -> list[PlainObject]:
        """Return exchanges as plain data without secrets.

        A secret is also replaced in exchanges before the one that shows that it is a secret.
        """
        pairs = [(exchange, exchange.as_data()) for exchange in exchanges]
        for exchange, data in pairs:
            self._redact(exchange, data)
        return [self._redact(exchange, data) for exchange, data in pairs]

    def is_secret(self, name: str) -> bool:
        """Return whether the value of a name is secret."""
        name = squashed(name)
        if name in self._kept:
            return False
        if name in self._hidden:
            return True
        return bool(_SECRET.fullmatch(name)) and not _PAGE_TOKEN.fullmatch(name)

    def _redact(self, exchange: Exchange, data: PlainObject) -> PlainObject:
        for value in self._header_secrets(exchange):
            self._placeholder(value)
        request, response = {**data["request"]}, data["response"]
        request["url"] = self._url(
            request["url"], str(exchange.request.extensions.get("route", ""))
        )
        parts = request.get("body", {}).get("parts")
        if parts is not None:
            redacted = [
                {**p, "text": self._value(p["text"], p["name"])} if "text" in p else p
                for p in parts
            ]
            request["body"] = {"parts": redacted}
        return {
            "request": {
                name: value if name in ("url", "method") else self._tree(value)
                for name, value in request.items()
            },
            "response": self._tree(response, is_response=True),
        }

    def _header_secrets(self, exchange: Exchange) -> Iterator[str]:
        """Yield the secrets in the headers of an exchange."""
        headers = [*exchange.request.headers.multi_items()]
        if exchange.response is not None:
            headers += exchange.response.headers.multi_items()
        for name, text in headers:
            name = name.lower()
            if name in ("cookie", "set-cookie"):
                pairs = (
                    text.split(";") if name == "cookie" else [text.partition(";")[0]]
                )
                yield from filter(None, (p.partition("=")[2].strip() for p in pairs))
            elif name in ("authorization", "proxy-authorization"):
                kind, _, secret = text.partition(" ")
                yield secret or kind
                if kind.lower() == "basic":
                    yield from _basic_secrets(secret)
            elif self.is_secret(name):
                yield text

    def _placeholder(self, secret: str) -> str:
        if PLACEHOLDER.fullmatch(secret):
            return secret
        if secret not in self._placeholders:
            placeholder = f"secret-{len(self._placeholders) + 1}"
            self._placeholders[secret] = placeholder
            self._learn(secret, placeholder)
        return self._placeholders[secret]

    def _tree(
        self,
        value: Any,
        name: str = "",
        *,
        is_within: bool = False,
        is_response: bool = False,
    ) -> Any:
        """Return plain data with placeholders.

        Args:
            value: The data.
            name: The name of the member that has it; that of the list for its items.
            is_within: Whether it is in an object with a secret name.
            is_response: Whether clients read it, so that a number has to stay one.
        """
        if is_object(value):
            within = is_within or self.is_secret(name)
            return {
                self._text(key): self._tree(
                    member, key, is_within=within, is_response=is_response
                )
                for key, member in value.items()
            }
        if is_array(value):
            return [
                self._tree(item, name, is_within=is_within, is_response=is_response)
                for item in value
            ]
        is_member = is_within and squashed(name) in _WITHIN_SECRETS - self._kept
        if is_member and isinstance(value, str) and value:
            return self._placeholder(value)
        return self._value(value, name, is_response=is_response)

    def _value(self, value: Any, name: str, *, is_response: bool = False) -> Any:
        if isinstance(value, bool) or value is None or value == "":
            return value
        if isinstance(value, str):
            return (
                self._placeholder(value) if self.is_secret(name) else self._text(value)
            )
        is_number = isinstance(value, int | float | Decimal)
        is_code = squashed(name) in self._hidden or squashed(name) in ("otp", "pin")
        if not (is_number and is_code):
            return value
        placeholder = self._placeholder(str(value))
        return int(placeholder.rpartition("-")[2]) if is_response else placeholder

    def _text(self, text: str) -> str:
        """Return a text without secrets: in JSON, XML, forms, URLs or the middle of others."""
        if text in self._placeholders:
            return self._placeholders[text]
        prefix, body = _json_in(text)
        if body is not None:
            redacted = self._tree(body)
            if redacted != body:
                return prefix + encode_exact(redacted).decode()
        text = _TOKENS.sub(lambda found: self._placeholder(found[0]), text)
        text = _BEARER.sub(lambda found: self._placeholder(found[0]), text)
        text = _USER.sub(lambda found: self._placeholder(found[0]), text)
        text = _PAIR.sub(self._pair, text)
        text = _MEMBER.sub(self._member, text)
        text = _ELEMENT.sub(self._element, text)
        return self._known.sub(lambda found: self._spellings[found[0]], text)

    def _learn(self, secret: str, placeholder: str) -> None:
        """Replace a secret in the middle of other texts from now on, if it is long enough."""
        if len(secret) < _MIN_LENGTH:
            return
        for spelling in (secret, quote(secret, safe=""), quote(secret)):
            self._spellings[spelling] = placeholder
        longest_first = sorted(self._spellings, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first)))

    def _pair(self, found: re.Match[str]) -> str:
        if not self.is_secret(found[1]):
            return found[0]
        return found[1] + found[2] + self._placeholder(unquote(found[3]))

    def _member(self, found: re.Match[str]) -> str:
        if not self.is_secret(found[1]):
            return found[0]
        return f'"{found[1]}"{found[2]}{self._placeholder(found[3])}'

    def _element(self, found: re.Match[str]) -> str:
        if not self.is_secret(found[2]) or not found[3].strip():
            return found[0]
        return found[1] + self._placeholder(found[3])

    def _url(self, url: str, route: str) -> str:
        """Return a URL, without its query, whose secret arguments are placeholders."""
        url = _USER.sub(lambda found: self._placeholder(found[0]), url)
        origin, path = _split_path(url)
        match = route_pattern(route).fullmatch(path) if route else None
        names = [n.removeprefix("+") for n in split_route(route)[1::2]]
        segments = path.split("/")
        secrets = {
            text
            for name, text in zip(names, () if match is None else match.groups()[1:])
            if self.is_secret(name)
        }
        redacted = [
            (
                self._placeholder(unquote(segment))
                if segment in secrets
                else self._text(segment)
            )
            for segment in segments
        ]
        return origin + "/".join(redacted)


def _split_path(url: str) -> tuple[str, str]:
    """Return the origin and the path of a URL."""
    start = url.find("/", url.find("://") + 3)
    return (url, "") if start < 0 else (url[:start], url[start:])


def _basic_secrets(text: str) -> Iterator[str]:
    """Yield the user name with its password, and the password, of a credential (RFC 7617)."""
    try:
        decoded = b64decode(text).decode()
    except ValueError:
        return
    yield decoded
    password = decoded.partition(":")[2]
    if password:
        yield password


def _json_in(text: str) -> tuple[str, Any]:
    """Return the JSON object or list in a text and what is before it; None for no JSON."""
    prefix = ""
    for start in ("data: ", "data:", "\x1e"):
        if text.startswith(start):
            prefix = start
            break
    body = text[len(prefix) :].strip()
    if body[:1] not in ("{", "["):
        return "", None
    try:
        return prefix, decode_exact(body)
    except msgspec.DecodeError:
        return "", None
