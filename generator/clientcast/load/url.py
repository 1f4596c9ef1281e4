"""Fetching of documents by HTTPS, within limits, and not from private networks.

The address of a host is looked up once, checked, and then connected to, so that a name cannot
have another address between the two. A proxy of the environment looks names up itself.
"""

import ipaddress
import threading
import time
from queue import Empty, Queue
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx2

from clientcast.diagnostic import Diagnostic
from clientcast.inputs import MAX_BYTES
from clientcast.load.addresses import NoAddressError, is_public, resolve
from clientcast.load.failure import LoadFailure
from clientcast.spec import Url, public_url, url_problem

SECONDS = 60.0
"""Time for everything: looking up, connecting, redirects and reading."""
MAX_REDIRECTS = 5

_CONNECT_SECONDS = 10.0
_REDIRECTS = (301, 302, 303, 307, 308)
_HEADERS = {
    "User-Agent": "clientcast",
    "Accept": "application/json, application/yaml, */*",
}
_WAY_OUT = "download it, and give the document as a file"


def fetch(spec: Url, label: str) -> bytes:
    """Return the content of a document.

    Args:
        spec: The URL.
        label: What it is called in messages.

    Raises:
        LoadFailure: It cannot be fetched.
    """
    results: Queue[bytes | _FetchError | Exception] = Queue()
    fetching = threading.Thread(
        target=_put_result, args=(spec, results), daemon=True
    )  # A resolver, and a server that sends a byte a second, heed no timeout.
    fetching.start()
    result: bytes | _FetchError | Exception
    try:
        result = results.get(timeout=SECONDS)
    except Empty:
        result = _late()
    if isinstance(result, _FetchError):
        found = Diagnostic(label, 1, 1, result.code, str(result), result.hint)
        raise LoadFailure(found)
    if isinstance(result, Exception):
        raise result
    return result


def _put_result(spec: Url, results: "Queue[bytes | _FetchError | Exception]") -> None:
    try:
        results.put(_follow(spec))
    except Exception as error:
        results.put(error)


def _follow(spec: Url) -> bytes:
    """Return the content of a document, through redirects."""
    deadline = time.monotonic() + SECONDS
    url = spec.url
    for _ in range(MAX_REDIRECTS + 1):
        try:
            content, redirect = _get(url, spec.allow_private, deadline)
        except _FetchError as error:
            if url != spec.url:
                message = f"it is redirected to {public_url(url)}: {error}"
                raise _FetchError(message, error.code, error.hint) from None
            raise
        if redirect is None:
            return content
        url = redirect
    raise _FetchError(f"it is redirected more than {MAX_REDIRECTS} times")


class _FetchError(Exception):
    """A URL cannot be fetched."""

    def __init__(
        self, message: str, code: str = "fetch-failed", hint: str = _WAY_OUT
    ) -> None:
        super().__init__(message)
        self.code, self.hint = code, hint


def _get(url: str, allow_private: bool, deadline: float) -> tuple[bytes, str | None]:
    """Return the body of a response, or the URL that it redirects to."""
    host, port = urlsplit(url).hostname or "", urlsplit(url).port or 443
    proxy = _proxy(host, port)
    if proxy is None:
        addresses = _allowed_addresses(host, port, allow_private)
    else:
        addresses = [host]
        _refuse_private_literal(host, allow_private)
    problem = "there is no address"
    for address in addresses:
        try:
            return _get_from(url, address, proxy, deadline)
        except httpx2.ConnectTimeout:
            problem = "the connection is not made in time"
        except httpx2.ConnectError as error:
            problem = f"the connection fails: {_reason(error)}"
        except httpx2.TimeoutException:
            raise _late() from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise _FetchError(f"the transfer fails: {_reason(error)}") from None
    raise _FetchError(problem)


def _get_from(
    url: str, address: str, proxy: str | None, deadline: float
) -> tuple[bytes, str | None]:
    seconds = _remaining(deadline)
    timeout = httpx2.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS))
    original = httpx2.URL(url)
    # The server and its certificate are asked for the name, at the address that was checked.
    headers = {**_HEADERS, "Host": original.netloc.decode("ascii")}
    extensions = {"sni_hostname": original.raw_host.decode("ascii")}
    with (
        httpx2.Client(transport=httpx2.HTTPTransport(proxy=proxy)) as client,
        client.stream(
            "GET",
            original.copy_with(host=address, fragment=None),
            headers=headers,
            extensions=extensions,
            timeout=timeout,
        ) as response,
    ):
        if response.status_code in _REDIRECTS:
            return b"", _redirect(url, response.headers.get("Location", ""))
        if response.status_code != 200:
            raise _FetchError(f"the server answers with status {response.status_code}")
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
        if kind.lower() == "text/html":
            hint = "name the URL of the document itself, as YAML or JSON"
            raise _FetchError("this is a page for people (text/html)", hint=hint)
        return _read(response, deadline), None


def _read(response: httpx2.Response, deadline: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            message = f"the document is larger than {MAX_BYTES >> 20} MiB"
            raise _FetchError(message, "limit-size", "")
        _remaining(deadline)
    return b"".join(parts)


def _redirect(url: str, location: str) -> str:
    """Return the URL that a response redirects to."""
    if not location:
        raise _FetchError("it is redirected to nowhere")
    try:
        target = urljoin(url, location)
        problem = url_problem(target)
    except ValueError:
        target, problem = "", "it is no URL"
    if problem:
        raise _FetchError(f"the redirect is refused: {problem}")
    return target


def _allowed_addresses(host: str, port: int, allow_private: bool) -> list[str]:
    """Return the addresses of a host if all of them are public, or any is allowed."""
    try:
        addresses = resolve(host, port)
    except NoAddressError as error:
        raise _FetchError(f"the host '{host}' is not found: {error}") from None
    if not allow_private and not all(map(is_public, addresses)):
        raise _private(host)
    return list(map(str, addresses))


def _refuse_private_literal(host: str, allow_private: bool) -> None:
    """Refuse a host that a proxy must not connect to."""
    try:
        is_allowed = is_public(ipaddress.ip_address(host))
    except ValueError:
        is_allowed = not f".{host.rstrip('.')}".lower().endswith(".localhost")
    if not is_allowed and not allow_private:
        raise _private(host)


def _private(host: str) -> _FetchError:
    return _FetchError(
        f"the host '{host}' has an address of a private network",
        "private-address",
        "if you trust it, give --allow-private, or set allow_private = true",
    )


def _proxy(host: str, port: int) -> str | None:
    """Return the proxy of the environment for a host; None if there is none."""
    proxies = getproxies()
    proxy = proxies.get("https") or proxies.get("all")
    if not proxy or proxy_bypass(f"{host}:{port}"):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _remaining(deadline: float) -> float:
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise _late()
    return seconds


def _late() -> _FetchError:
    return _FetchError(f"it takes more than {SECONDS:.0f} seconds")


def _reason(error: Exception) -> str:
    """Return a short reason, without the URL of a proxy, which may have a password."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and (cause.strerror or cause.args):
            return str(cause.strerror or cause.args[-1])[:200]
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__
