"""Servers: base URLs and their variables, origins, and TLS configuration."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx2

_TRAILING_DOT = re.compile(r"\.(?=:|$)")
_VARIABLE_VALUE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._~:-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a server URL (OpenAPI 3.1, Server Variable Object).

    Attributes:
        name: The name in the URL, where it stands in braces.
        argument: The argument of the client's constructor.
        default: The default value; empty for none.
        environment: Environment variables to read, in this order, before the default applies.
    """

    name: str
    argument: str
    default: str = ""
    environment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    """The server of an API.

    Attributes:
        url: The URL, with variables in braces; empty if unknown.
        variables: The variables of the URL.
    """

    url: str
    variables: tuple[Variable, ...] = ()

    def base_url(self, **given: str | None) -> str:
        """Return the URL with its variables replaced.

        Args:
            given: The argument that was passed for each variable, or None.

        Raises:
            ValueError: If a variable has no value, or one with characters that would change
                the rest of the URL.
        """
        if not self.url:
            raise ValueError("pass base_url=")
        url = self.url
        for variable in self.variables:
            url = url.replace(f"{{{variable.name}}}", _variable_value(variable, given))
        return url


@dataclass(frozen=True, slots=True)
class NamedServers:
    """The servers of an API that a caller chooses from by name.

    Attributes:
        named: The servers by name.
        default: The server that applies without a name.
    """

    named: Mapping[str, Server]
    default: Server

    def base_url(
        self, base_url: str | None, server: str | None, **given: str | None
    ) -> str:
        """Return the base URL of a client: the given one, or that of a server.

        Args:
            base_url: The `base_url` option of the client.
            server: The name of the server; None for the default.
            given: The argument that was passed for each variable, or None.

        Raises:
            ValueError: If the name is unknown, both are given, or a variable is missing,
                malformed or not part of the URL.
        """
        problem = ""
        chosen = self.default if server is None else self.named.get(server)
        if base_url and server is not None:
            problem = "pass server= or base_url=, and not both"
        elif chosen is None:
            problem = f"server must be one of {', '.join(map(repr, self.named))}"
        if problem or chosen is None:
            del base_url, server, given  # Error trackers record local variables.
            raise ValueError(problem)
        if base_url:
            return base_url
        used = {variable.argument for variable in chosen.variables}
        for name, value in given.items():
            if value is not None and name not in used:
                raise ValueError(f"{name} is not part of the URL of this server")
        return chosen.base_url(**given)


def _variable_value(variable: Variable, given: Mapping[str, str | None]) -> str:
    name = variable.argument
    from_environment = filter(None, map(os.environ.get, variable.environment))
    value = given[name] or next(from_environment, variable.default)
    if not value:
        hint = environment_hint(variable.environment)
        raise ValueError(f"pass {name}={hint}, or base_url=")
    if not _VARIABLE_VALUE.fullmatch(value):
        raise ValueError(
            f"{name} must be a plain name such as example.com, without https:// or slashes"
        )
    return value


def environment_hint(variables: tuple[str, ...]) -> str:
    """Return which environment variables can be set instead; empty for none."""
    return f" (or set {' or '.join(variables)})" if variables else ""


def base_url_problem(url: str, *, allow_http: bool = False) -> str:
    """Return why a URL is invalid as a base URL; empty if it is valid.

    A base URL is an http or https URL with a host and without a user, query or fragment. With
    http the host must be the loopback interface, so that credentials are not sent in clear.

    Args:
        url: The URL.
        allow_http: Whether any host may have http.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return "base_url is not a URL that begins with https:// and a host"
    try:
        _ = parts.port
    except ValueError:  # Its message shows the port.
        return "base_url has an invalid port"
    if parts.username or parts.password or parts.query or parts.fragment:
        return "base_url may not have a user, a password, a query or a fragment"
    if parts.scheme == "http" and not (allow_http or is_loopback(parts.hostname)):
        return (
            "base_url must begin with https:// unless its host is this machine:"
            " allow_http=True allows credentials to be sent unencrypted"
        )
    return ""


@lru_cache(maxsize=64)
def origin_of(url: str) -> str:
    """Return the origin of a URL: scheme, host and port in normalized form.

    Case, a default port, a trailing dot, and Unicode instead of Punycode make no difference.

    Raises:
        ValueError: If the URL is invalid.
    """
    try:
        parts = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise ValueError(str(error)) from None
    host = parts.netloc.decode("ascii")
    return f"{parts.scheme}://{_TRAILING_DOT.sub('', host)}"


def parse_trusted_origins(
    servers: tuple[str, ...], *, allow_http: bool
) -> frozenset[str]:
    """Return the origins of the `trusted_servers` option of a client.

    Raises:
        ValueError: If a server is invalid as a base URL, or has a path.
    """
    for url in servers:
        problem = base_url_problem(url, allow_http=allow_http)
        if problem:
            raise ValueError(problem.replace("base_url", "a server of trusted_servers"))
        if urlsplit(url).path not in ("", "/"):
            raise ValueError(
                "a server of trusted_servers must be https:// and a host only"
            )
    return frozenset(map(origin_of, servers))


_CA_VARIABLES = {"SSL_CERT_FILE", "SSL_CERT_DIR"}


def tls_opener(
    base_url: str, ssl_context: ssl.SSLContext | None
) -> Callable[[], ssl.SSLContext | None]:
    """Return a function that returns the TLS configuration, which it creates when first called.

    It is created at once if the environment names CAs, so that an error in these is raised.

    Args:
        base_url: The URL of the server.
        ssl_context: The TLS configuration of the caller; None for one with the system's CAs.
    """
    opener = cache(lambda: ssl_context or _ssl_context_for(base_url))
    if not _CA_VARIABLES.isdisjoint(os.environ):
        opener()
    return opener


def _ssl_context_for(base_url: str) -> ssl.SSLContext | None:
    """Return the TLS configuration for a URL, with the system's CAs; None for http."""
    if not base_url.startswith("https:"):
        return None
    context = httpx2.create_ssl_context()
    # Do not write TLS keys to the file of the environment variable SSLKEYLOGFILE.
    context.keylog_filename = None  # type: ignore[assignment]
    return context


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
