"""Trust in a document: servers for credentials, and environment variables."""

import re
import unicodedata
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

from clientcast.openapi import TEMPLATE_EXPRESSION
from clientcast.plain import mapping, text

_PORTS = {"https": 443, "http": 80}
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_VALID_AUTHORITY = re.compile(r"[\w.~-]+(?::[0-9]*)?|\[[0-9A-Fa-f:.]+\](?::[0-9]*)?")
_CAMEL_CASE_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
"""The name of an environment variable (POSIX, section 8.1)."""


class Trust(Struct, frozen=True):
    """Permissions that the configuration of a project gives a document.

    Attributes:
        servers: Origins that may get credentials, besides the servers of the document.
        environment: Environment variables that the client may read, besides its own.
        lenient: Whether what the document leaves without meaning, such as a reference that
            leads nowhere, is read as what needs no meaning; by default it is an error.
    """

    servers: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    lenient: bool = False


NO_TRUST = Trust()
"""Permissions without a configuration."""


def environment_prefixes(client: str) -> tuple[str, ...]:
    """Return the prefixes of the environment variables of a client, the preferred one first.

    `GitHub` has `GIT_HUB_` and `GITHUB_`. No prefix is empty.

    Args:
        client: The name of the client in the document, in any case.
    """
    decomposed = unicodedata.normalize("NFKD", client)
    plain = decomposed.encode("ascii", "ignore").decode("ascii")
    parts = re.findall(r"[A-Za-z0-9]+", plain) or ["API"]
    words = [word for part in parts for word in _CAMEL_CASE_BOUNDARY.split(part)]
    return tuple(
        dict.fromkeys(f"{'_'.join(names).upper()}_" for names in (words, parts))
    )


def may_read_environment(variable: str, client: str, trust: Trust) -> bool:
    """Return whether the client of a document may read an environment variable."""
    is_own = variable.startswith(environment_prefixes(client))
    return variable in trust.environment or (
        is_own and _ENVIRONMENT_NAME.fullmatch(variable) is not None
    )


def url_with_defaults(server: object) -> str:
    """Return the URL of a Server Object, its variables replaced by their defaults."""
    value = mapping(server)
    variables = mapping(value.get("variables"))

    def default(match: re.Match[str]) -> str:
        variable = variables.get(match[1])
        return match[0] if variable is None else text(mapping(variable).get("default"))

    return TEMPLATE_EXPRESSION.sub(default, text(value.get("url")))


def resolve_server_url(url: str, base_url: str) -> str:
    """Return the URL of an operation's server (RFC 3986, section 5.2).

    Args:
        url: The URL in the document, with variables replaced.
        base_url: The URL of the default server; ignored if it has variables.
    """
    if "://" in url:
        return url
    if url.startswith("//"):
        return f"{'http' if base_url.startswith('http://') else 'https'}:{url}"
    if "{" in base_url or not base_url:
        return url
    try:
        return urljoin(f"{base_url.rstrip('/')}/", url)
    except ValueError:  # `check` reports the invalid URL.
        return url


def origin_of(url: str) -> str:
    """Return the normalized origin of a URL; empty if it has no valid host.

    Case, a default port, a final dot and Unicode in place of Punycode make no difference. A URL
    with a user has no origin: people read it as another host.
    """
    scheme, separator, rest = url.partition("://")
    scheme, authority = scheme.lower(), re.split(r"[/?#]", rest, maxsplit=1)[0]
    if (
        not separator
        or scheme not in _PORTS
        or not _VALID_AUTHORITY.fullmatch(authority)
    ):
        return ""
    try:
        parts = urlsplit(f"{scheme}://{authority}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if ":" in host:
        host = f"[{host}]"
    host = ".".join(map(_to_ascii, host.removesuffix(".").split(".")))
    is_default = port in (None, _PORTS[scheme])
    return f"{scheme}://{host}" if is_default else f"{scheme}://{host}:{port}"


def is_secure(origin: str) -> bool:
    """Return whether an origin may get credentials: by TLS, or on the loopback interface."""
    scheme, _, host = origin.partition("://")
    return scheme == "https" or (re.sub(r":[0-9]+$", "", host) in _LOOPBACK)


def trusted_server_problem(url: str) -> str:
    """Return why a URL cannot be a trusted server; empty if it can."""
    origin = origin_of(url)
    if origin and url.removesuffix("/").count("/") == 2 and is_secure(origin):
        return ""
    return f"'{url}' must be https:// and a host, such as https://uploads.example.com"


def _to_ascii(label: str) -> str:
    """Return a label of a host in ASCII (RFC 5891, section 4.4)."""
    if label.isascii():
        return label
    plain = unicodedata.normalize("NFC", label.lower())
    return f"xn--{plain.encode('punycode').decode('ascii')}"
