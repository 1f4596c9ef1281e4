"""The `http` option of clients: an httpx2 client or transport of the user, or a factory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeGuard, TypeVar, cast

import httpx2

from ..call.request import DEFAULT_HEADERS
from ..call.security import Scheme

H = TypeVar("H")

_HEADERS_OF_CALLS = frozenset({"accept", "accept-encoding", "connection"})
"""Headers that each call sets, in lower case: they describe what this client can read."""

SSL_CONTEXT_PROBLEM = (
    "ssl_context would not apply: the http of this client has a TLS configuration"
)


def http_problem(
    http: httpx2.Client | httpx2.AsyncClient,
    schemes: Iterable[Scheme],
    follow_redirects: bool,
) -> str:
    """Return which setting of an httpx2 client would not apply to calls; empty if all do.

    Args:
        http: The httpx2 client.
        schemes: The security schemes that this client has credentials for.
        follow_redirects: Whether this client follows redirects.
    """
    if str(http.base_url):
        return "the http of this client has a base_url: pass it as base_url= instead"
    if http.follow_redirects and not follow_redirects:
        return (
            "the http of this client follows redirects: pass follow_redirects=True to this"
            " client, which then follows them and keeps credentials at their origin"
        )
    names = {scheme.name.lower() for scheme in schemes if scheme.location == "header"}
    shared = names & {name.lower() for name in http.headers}
    if shared:
        return (
            f"the http of this client has the header {min(shared)!r}, which a credential"
            " of this client sets"
        )
    is_authorization = isinstance(http.auth, httpx2.BasicAuth | httpx2.DigestAuth)
    if is_authorization and "authorization" in names:
        return "the http of this client has auth=, which would replace a credential"
    return ""


def keeps_deadlines(http: object) -> bool:
    """Return whether a transport, or the class of one, ends requests at their read timeout.

    A subclass may wait for something else.
    """
    kind = http if isinstance(http, type) else type(http)
    return vars(kind).get("keeps_deadlines") is True


def header_conflict(http: object, headers: Iterable[str]) -> str:
    """Return which header of an httpx2 client this client sets, too; empty if there is none."""
    if not isinstance(http, httpx2.Client | httpx2.AsyncClient):
        return ""
    shared = [name for name in headers if name in http.headers]
    if not shared:
        return ""
    return f"the http of this client has the header {shared[0]}: pass it to this client instead"


def apply_settings(
    http: httpx2.Client | httpx2.AsyncClient,
    cookies: httpx2.Cookies,
    request: httpx2.Request,
) -> None:
    """Add the headers, query parameters and cookies of an httpx2 client to a request.

    Those that the call sets take precedence, as in httpx2.

    Args:
        http: The httpx2 client.
        cookies: The cookies that the client had at first. Those that responses set since may be
            a session of another user.
        request: The request.
    """
    own_agent = DEFAULT_HEADERS["User-Agent"]
    for name, value in http.headers.multi_items():
        if name == "user-agent":
            is_default = value.startswith("python-httpx2/")
            is_free = request.headers[name] == own_agent and not is_default
        else:
            is_free = name not in _HEADERS_OF_CALLS and name not in request.headers
        if is_free:
            request.headers[name] = value
    given = request.url.params
    extra: list[tuple[str, Any]] = [
        (key, v) for key, v in http.params.multi_items() if key not in given
    ]
    if extra:
        added = str(httpx2.QueryParams(extra)).encode()
        query = b"&".join(filter(None, (request.url.query, added)))
        request.url = request.url.copy_with(query=query)
    if cookies:
        bare = httpx2.Request("GET", request.url)
        cookies.set_cookie_header(bare)
        own = filter(None, (request.headers.get("Cookie"), bare.headers.get("Cookie")))
        request.headers["Cookie"] = "; ".join(own)


class HttpOption(Generic[H]):
    """The `http` option of a client, checked: an httpx2 client or transport, or a factory.

    Args:
        http: The option.
        client_class: The class of httpx2 clients for this kind of client.
        transport_class: The class of transports for it.
        schemes: The security schemes that the client has credentials for.
        follow_redirects: Whether the client follows redirects.

    Attributes:
        shared: The client or transport of the user; None if a factory returns them.
        cookies: The cookies that the httpx2 client had at first.

    Raises:
        TypeError: If the option is of another type, such as a client of the other kind.
        ValueError: If an httpx2 client has a setting that would not apply.
    """

    def __init__(
        self,
        http: H | Callable[[], H],
        client_class: type[httpx2.Client | httpx2.AsyncClient],
        transport_class: type[httpx2.BaseTransport | httpx2.AsyncBaseTransport],
        schemes: Iterable[Scheme],
        follow_redirects: bool,
    ) -> None:
        self._schemes = tuple(schemes)
        self._follow_redirects = follow_redirects
        self.cookies = httpx2.Cookies()
        self.shared: H | None = None
        if isinstance(http, client_class | transport_class):
            self.shared = self._checked(cast(H, http))
        elif _is_factory(http):
            self._factory: Callable[[], H] = http
        else:
            raise TypeError(
                f"http must be an httpx2.{client_class.__name__}, an"
                f" httpx2.{transport_class.__name__}, or a function that returns one, and"
                f" not {type(http).__name__}"
            )

    def check_schemes(self, schemes: Iterable[Scheme]) -> None:
        """Check an httpx2 client for other credentials, too.

        Raises:
            ValueError: If it has a setting that would not apply.
        """
        self._schemes = tuple(dict.fromkeys((*self._schemes, *schemes)))
        if isinstance(self.shared, httpx2.Client | httpx2.AsyncClient):
            problem = http_problem(self.shared, self._schemes, self._follow_redirects)
            if problem:
                raise ValueError(problem)

    def open(self) -> H:
        """Return what the factory returns.

        Raises:
            ValueError: If it is an httpx2 client with a setting that would not apply.
        """
        return self._checked(self._factory())

    def _checked(self, http: H) -> H:
        if isinstance(http, httpx2.Client | httpx2.AsyncClient):
            problem = http_problem(http, self._schemes, self._follow_redirects)
            if problem:
                raise ValueError(problem)
            self.cookies = httpx2.Cookies(http.cookies)
        return http


def _is_factory(http: object) -> TypeGuard[Callable[[], Any]]:
    """Return whether the option is a function, and no client of the other kind."""
    return callable(http) and not isinstance(http, httpx2.Client | httpx2.AsyncClient)
