"""Where requests go: the base URL, what may stand in it, and a proxy on the way."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore2
import httpx2

_TRAILING_DOT = re.compile(r"\.(?=:|$)")
_VARIABLE_VALUE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._~:-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a server's URL (OpenAPI 3.1, Server Variable Object).

    Attributes:
        name: As the URL has it, in braces.
        argument: What the client's constructor calls it.
        default: What it is where nothing else is said; empty for nothing.
        environment: Environment variables that are asked in turn before that.
    """

    name: str
    argument: str
    default: str = ""
    environment: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    """Where an API lives: a URL with variables in braces; empty for unknown."""

    url: str
    variables: tuple[Variable, ...] = ()

    def base_url(self, **given: str | None) -> str:
        """The URL with its variables filled in.

        Raises:
            ValueError: One is missing, or has characters that would change the URL around it.
        """
        if not self.url:
            raise ValueError("pass base_url=")
        url = self.url
        for variable in self.variables:
            url = url.replace(f"{{{variable.name}}}", _variable_value(variable, given))
        return url


def _variable_value(variable: Variable, given: Mapping[str, str | None]) -> str:
    name = variable.argument
    from_environment = filter(None, map(os.environ.get, variable.environment))
    value = given[name] or next(from_environment, variable.default)
    if not value:
        raise ValueError(f"pass {name}=, or base_url=")
    if not _VARIABLE_VALUE.fullmatch(value):
        raise ValueError(
            f"{name} is a plain name such as example.com, without https:// and slashes"
        )
    return value


def base_url_problem(url: str) -> str:
    """Why requests cannot go to a URL, empty where they can.

    It must be an http or https URL of a host, without a password, query or fragment, and
    must not send credentials in clear to another machine.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return "base_url is not a URL that begins with https:// and a host"
    if parts.username or parts.password or parts.query or parts.fragment:
        return "base_url may not have a user, a password, a query or a fragment"
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        return "base_url must begin with https:// unless its host is this machine"
    return ""


@lru_cache(maxsize=64)
def origin_of(url: str) -> str:
    """Return the scheme, host and port of a URL in the form in which they are compared.

    Case, a default port, a dot at the end and Unicode in place of Punycode make no difference.

    Raises:
        ValueError: It is no URL.
    """
    try:
        parts = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise ValueError(str(error)) from None
    host = parts.netloc.decode("ascii")
    return f"{parts.scheme}://{_TRAILING_DOT.sub('', host)}"


def parse_trusted_origins(servers: tuple[str, ...]) -> frozenset[str]:
    """Return the origins of servers that credentials may be sent to.

    Raises:
        ValueError: One is no such server, or has more than an origin.
    """
    for url in servers:
        problem = base_url_problem(url)
        if problem:
            raise ValueError(problem.replace("base_url", "a server of trusted_servers"))
        if urlsplit(url).path not in ("", "/"):
            raise ValueError("a server of trusted_servers is https:// and a host alone")
    return frozenset(map(origin_of, servers))


def proxy_for(base_url: str) -> httpcore2.Proxy | None:
    """The proxy that the environment names for a URL, as urllib reads it."""
    parts = urlsplit(base_url)
    proxies = getproxies()
    proxy_url = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy_url or proxy_bypass(parts.hostname or ""):
        return None
    proxy = httpx2.URL(proxy_url if "://" in proxy_url else f"http://{proxy_url}")
    auth = (proxy.username, proxy.password) if proxy.username else None
    return httpcore2.Proxy(str(proxy.copy_with(username=None, password=None)), auth)


def ssl_context_for(base_url: str) -> ssl.SSLContext | None:
    """Whose certificates are believed at a URL: those that the system trusts."""
    if not base_url.startswith("https:"):
        return None
    context = httpx2.create_ssl_context()
    # Python writes the keys of all connections where SSLKEYLOGFILE says.
    context.keylog_filename = None  # type: ignore[assignment]
    return context


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
