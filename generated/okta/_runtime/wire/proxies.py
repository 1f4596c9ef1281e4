"""Proxies of the environment: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

if TYPE_CHECKING:
    import httpcore2

_HTTP_SCHEMES = {"http", "https"}
_SOCKS_SCHEMES = {"socks5", "socks5h"}
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NAME_AND_PORT = re.compile(r"(?P<name>[^:]+|\[[^\]]*\])(?::(?P<port>\d+))?")


class Proxies:
    """The proxies of the environment, as it is when a client is created.

    As in urllib, the lower case of a variable takes precedence, and so does the variable of
    the scheme over `ALL_PROXY`.

    Args:
        base_url: The URL of the server that most requests are sent to.
        tls: A function that returns the TLS configuration of connections to https proxies, or
            None for the system's CAs.

    Raises:
        ValueError: If the proxy for the base URL is not a URL that can be used.
        ImportError: If it is a SOCKS proxy, and the package for these is not installed.
    """

    def __init__(self, base_url: str, tls: Callable[[], ssl.SSLContext | None]) -> None:
        self._urls = getproxies()
        self._excluded = self._urls.pop("no", "")
        self._tls = tls
        self._proxies: dict[str, httpcore2.Proxy] = {}
        self._by_origin: dict[tuple[str, str, int | None], httpcore2.Proxy | None] = {}
        parts = urlsplit(base_url)
        self._find(parts.scheme, parts.hostname or "", parts.port)

    def proxy_for(self, url: httpx2.URL) -> httpcore2.Proxy | None:
        """Return the proxy for a URL; None for none."""
        if not self._urls:
            return None
        origin = url.scheme, url.host, url.port
        if origin not in self._by_origin:
            self._by_origin[origin] = self._find(*origin)
        return self._by_origin[origin]

    def _find(self, scheme: str, host: str, port: int | None) -> httpcore2.Proxy | None:
        name = scheme if scheme in self._urls else "all"
        if name not in self._urls or proxy_bypass(host):
            return None
        port = port or _DEFAULT_PORTS.get(scheme)
        if is_excluded(host, port, self._excluded):
            return None
        if name not in self._proxies:
            problem = _url_problem(self._urls[name])
            if problem:
                raise ValueError(f"{name.upper()}_PROXY {problem}")
            self._proxies[name] = _parse_proxy(self._urls[name], self._tls)
            if _is_socks(self._proxies[name]) and find_spec("socksio") is None:
                raise ImportError(
                    f"{name.upper()}_PROXY is a SOCKS proxy, which needs the package"
                    " socksio: pip install socksio"
                )
        return self._proxies[name]


def is_excluded(host: str, port: int | None, no_proxy: str) -> bool:
    """Return whether `NO_PROXY` excludes a host.

    An entry is a name, which also stands for all names that end with it; an IP address; a range
    of addresses such as `10.0.0.0/8`; or `*`. A name or address with a port excludes only that
    port.

    Args:
        host: A name or an IP address.
        port: The port; None if it is unknown.
        no_proxy: The entries, separated by commas or spaces.
    """
    name = host.lower().strip("[]").rstrip(".")
    try:
        address = ip_address(name)
    except ValueError:
        address = None
    for entry in re.split(r"[,\s]+", no_proxy.lower()):
        if entry == "*":
            return True
        if address is not None and _contains(entry, address):
            return True
        found = _NAME_AND_PORT.fullmatch(entry)
        if found is None or found["port"] not in (None, str(port)):
            continue
        if address is not None:
            if _contains(found["name"], address):
                return True
        elif f".{name}".endswith(f".{found['name'].lstrip('*.').rstrip('.')}"):
            return True
    return False


def _contains(entry: str, address: object) -> bool:
    """Return whether an entry is an address or range that an address is in."""
    try:
        return address in ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        return False


def _is_socks(proxy: httpcore2.Proxy) -> bool:
    return proxy.url.scheme.decode() in _SOCKS_SCHEMES


def is_refusal(proxy: httpcore2.Proxy | None, server: httpx2.URL, status: int) -> bool:
    """Return whether a response is the refusal of a proxy that needs other credentials.

    Such a proxy forwards the requests to http servers. Those to https servers go through a
    tunnel, in which all responses are the server's.
    """
    return (
        status == 407
        and proxy is not None
        and not _is_socks(proxy)
        and server.scheme == "http"
    )


def _parse_url(proxy_url: str) -> httpx2.URL:
    return httpx2.URL(proxy_url if "://" in proxy_url else f"http://{proxy_url}")


def _url_problem(proxy_url: str) -> str:
    """Return why a URL cannot be that of a proxy, without showing it; empty if it can."""
    try:
        url = _parse_url(proxy_url)
    except httpx2.InvalidURL:
        return "is not a valid URL"
    if url.scheme not in _HTTP_SCHEMES | _SOCKS_SCHEMES:
        return "must begin with http://, https://, socks5:// or socks5h://"
    return "" if url.host else "has no host"


def _parse_proxy(
    proxy_url: str, tls: Callable[[], ssl.SSLContext | None]
) -> httpcore2.Proxy:
    import httpcore2

    url = _parse_url(proxy_url)
    auth = (url.username, url.password) if url.username else None
    return httpcore2.Proxy(
        str(url.copy_with(username=None, password=None)),
        auth,
        ssl_context=tls() if url.scheme == "https" else None,
    )
