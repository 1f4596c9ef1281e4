"""Credentials: security schemes, security requirements, and the secrets of a client."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import (
    Awaitable,
    Callable,
    Collection,
    Container,
    Iterable,
    Mapping,
)
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from ..wire.server import environment_hint

C = TypeVar("C")
D = TypeVar("D")
S = TypeVar("S")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, eq=False)
class Scheme:
    """A security scheme (OpenAPI 3.1, Security Scheme Object).

    Attributes:
        argument: The argument of the client's constructor.
        name: The name of the header, query parameter or cookie.
        location: Where the credential is sent.
        prefix: Text before the credential, such as `Bearer ` with the space.
        environment: Environment variables to read, in this order, if no credential is passed.
        is_basic: Whether the credential is a user name and a password, joined by a colon (RFC
            7617).
    """

    argument: str
    name: str
    location: Literal["header", "query", "cookie"] = "header"
    prefix: str = ""
    environment: tuple[str, ...] = ()
    is_basic: bool = False

    def value(self, secret: str) -> str:
        """Return the value of the header, query parameter or cookie."""
        if self.is_basic:
            secret = b64encode(secret.encode()).decode()
        return self.prefix + secret


Security = tuple[tuple[Scheme, ...], ...]
"""Security requirements of an operation: alternatives, each with schemes to combine."""


Credential = str | Callable[[], str]
"""A credential, or a function that returns it, called for each request."""

AsyncCredential = str | Callable[[], str | Awaitable[str]]
"""A credential, or a sync or async function that returns it, called for each request."""


@dataclass(frozen=True, slots=True)
class TokenNeed:
    """Requirements of an attempt for its token.

    Attributes:
        scopes: The OAuth 2.0 scopes that the operation needs.
        deadline: End of the call, on the monotonic clock in seconds.
        rejected: The token that the server rejected with 401; None on the first request.
    """

    scopes: tuple[str, ...]
    deadline: float
    rejected: Secret | None = None


class TokenSource(Generic[S, R]):
    """A credential that is fetched with requests, such as an OAuth 2.0 token."""

    def check(self, base_url: str, *, allow_http: bool) -> None:
        """Check that tokens can be fetched for a client.

        Args:
            base_url: The base URL of the client.
            allow_http: Whether credentials may be sent over plain HTTP to another machine.

        Raises:
            ValueError: If they cannot.
        """

    def token(self, sender: S, need: TokenNeed) -> R:
        """Return a token.

        Args:
            sender: The sender of the call, whose connections and limits apply.
            need: What the attempt needs.

        Raises:
            APIError: If no token can be fetched.
        """
        raise NotImplementedError


class Credentials(dict[Scheme, C]):
    """The credentials of a client.

    Attributes:
        schemes: All security schemes of the API, also those without a credential.
    """

    schemes: tuple[Scheme, ...] = ()


def replaced_credentials(
    held: Mapping[Scheme, C], given: Mapping[str, D]
) -> Credentials[C | D | str]:
    """Return other credentials for the security schemes of a client.

    Args:
        held: The credentials of the client.
        given: The credentials by argument of the client.

    Raises:
        ValueError: If a name is unknown, or a credential cannot be sent. The message does not
            contain it.
    """
    known = held.schemes if isinstance(held, Credentials) else tuple(held)
    by_argument = {scheme.argument: scheme for scheme in known}
    unknown = sorted(given.keys() - by_argument)
    problem = ""
    if unknown:
        names = ", ".join(by_argument) or "none"
        problem = f"credentials has {unknown[0]!r}, and this client has {names}"
    replaced = Credentials[C | D | str]()
    replaced.schemes = known
    for name, value in () if unknown else given.items():
        scheme = by_argument[name]
        problem = problem or _credential_problem(scheme, value)
        replaced[scheme] = Secret(value) if isinstance(value, str) else value
        del value
    if problem:
        del given, replaced, held  # Error trackers record local variables.
        raise ValueError(problem)
    return replaced


def credentials(
    given: Mapping[Scheme, C | None], *, required: bool
) -> Credentials[C | str]:
    """Return the credentials of a client: those passed, or else those of the environment.

    Args:
        given: The argument that was passed for each scheme, or None.
        required: Whether the client needs at least one credential.

    Raises:
        ValueError: If a credential is missing, empty, or invalid as a header value. The
            message does not contain it.
    """
    collected = _collect_credentials(given)
    problem = ""
    if required and not collected:
        ways = (
            f"{scheme.argument}={environment_hint(scheme.environment)}"
            for scheme in given
        )
        problem = f"pass {', or '.join(ways)}"
    problems = (_credential_problem(*pair) for pair in collected.items())
    problem = problem or next(filter(None, problems), "")
    if problem:
        del given, collected  # Error trackers record local variables.
        raise ValueError(problem)
    return collected


def _collect_credentials(given: Mapping[Scheme, C | None]) -> Credentials[C | str]:
    collected = Credentials[C | str](
        (scheme, Secret(value) if isinstance(value, str) else value)
        for scheme, value in given.items()
        if value is not None
    )
    collected.schemes = tuple(given)
    if not collected:
        for scheme in given:
            values = (os.environ.get(name) for name in scheme.environment)
            value = next(filter(None, values), None)
            if value is not None:
                collected[scheme] = Secret(value)
    return collected


class Secret(str):
    """A string with a masked repr, for tracebacks with local variables."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


def validated_secret(scheme: Scheme, value: object) -> Secret:
    """Return a credential as a `Secret` if it can be sent.

    Raises:
        ValueError: If it is no string, empty or invalid as a header value. The message does not
            contain it.
    """
    problem = _secret_problem(scheme, value)
    if problem:
        del value
        raise ValueError(problem)
    return Secret(value)


def given_credentials(arguments: Mapping[Scheme, object]) -> dict[Scheme, Secret]:
    """Return the arguments of a call that are credentials; None is not given.

    Raises:
        ValueError: If one is no string, or invalid as a header value. The message does not
            contain it.
    """
    if not arguments:
        return {}
    given = {s: value for s, value in arguments.items() if value is not None}
    problems = (_argument_problem(*pair) for pair in given.items())
    problem = next(filter(None, problems), "")
    if problem:
        del arguments, given  # Error trackers record local variables.
        raise ValueError(problem)
    return {scheme: Secret(value) for scheme, value in given.items()}


def _argument_problem(scheme: Scheme, value: object) -> str:
    """Return why an argument cannot be sent; any text can be, in a query or cookie."""
    is_text = scheme.location != "header" and isinstance(value, str)
    return "" if is_text else _secret_problem(scheme, value)


def _credential_problem(scheme: Scheme, value: object) -> str:
    if callable(value) or isinstance(value, TokenSource):
        return ""
    return _secret_problem(scheme, value)


def _secret_problem(scheme: Scheme, value: object) -> str:
    form = "a user name and a password joined by a colon" if scheme.is_basic else ""
    if not isinstance(value, str):
        return f"{scheme.argument} must be {form or 'a string'}, or a function that returns one"
    if scheme.is_basic:
        return "" if ":" in value else f"{scheme.argument} is not {form}"
    # A whole header value has spaces within it: `Bearer abc` (RFC 9110, section 11.4).
    is_whole_header = scheme.location == "header" and not scheme.prefix
    text = (
        value
        if value != value.strip() or not is_whole_header
        else value.replace(" ", "")
    )
    if text and text.isascii() and text.isprintable() and " " not in text:
        return ""
    return (
        f"{scheme.argument} is empty or has a space, a line break or another"
        " character that is invalid in a credential"
    )


def satisfied_requirement(
    security: Security, credentials: Container[Scheme], given: Collection[Scheme] = ()
) -> tuple[Scheme, ...] | None:
    """Return the first alternative for which all credentials exist; None without one.

    Args:
        security: The alternatives.
        credentials: The schemes for which the client has a credential.
        given: The schemes for which the call has one. They are always sent, and the first
            alternative with most of them is chosen.
    """
    complete: list[tuple[Scheme, ...]] = []
    for schemes in security or ((),):
        for scheme in schemes:
            if scheme not in credentials and scheme not in given:
                break
        else:
            if not given:
                return schemes
            complete.append(schemes)
    if not complete:
        return None
    chosen = max(complete, key=lambda schemes: sum(s in given for s in schemes))
    return (*chosen, *(scheme for scheme in given if scheme not in chosen))


def missing_credentials_problem(
    security: Security, credentials: Container[Scheme], given: Container[Scheme] = ()
) -> str:
    """Return which credentials each alternative requires, and which of them are missing."""
    missing = [
        tuple(s for s in schemes if s not in credentials and s not in given)
        for schemes in security
    ]
    required = _describe_alternatives(security)
    lacks = (
        "none" if missing == [*security] else f"no {_describe_alternatives(missing)}"
    )
    return f"requires {required}, but the client has {lacks}"


def _describe_alternatives(alternatives: Iterable[tuple[Scheme, ...]]) -> str:
    """Return alternatives as text: `api_token, or access_token`."""
    described = (" and ".join(s.argument for s in schemes) for schemes in alternatives)
    return ", or ".join(dict.fromkeys(described))
