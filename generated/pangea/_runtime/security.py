"""Credentials: what they are called, where they travel, and which of them a request carries."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Scheme:
    """A kind of credential (OpenAPI 3.1, Security Scheme Object).

    Attributes:
        argument: What the client's constructor calls it.
        name: The header, query parameter or cookie that carries it.
        prefix: Put before it, with the space.
        is_basic: Whether it is a name and a password, joined by a colon (RFC 7617).
        environment: Variables that are asked in turn where no credential is given.
    """

    argument: str
    name: str
    location: Literal["header", "query", "cookie"] = "header"
    prefix: str = ""
    environment: tuple[str, ...] = ()
    is_basic: bool = False

    def value(self, secret: str) -> str:
        """What the header, query parameter or cookie has."""
        if self.is_basic:
            secret = b64encode(secret.encode()).decode()
        return self.prefix + secret


Security = tuple[tuple[Scheme, ...], ...]
"""Alternatives, any one of which is enough, each the schemes that go together."""


Credential = str | Callable[[], str]
"""A credential, or what gives it: asked at each try, so that it may change."""

AsyncCredential = str | Callable[[], str | Awaitable[str]]
"""A credential, or what gives it, at once or awaited: asked at each try."""


def credentials(
    given: Mapping[Scheme, C | None], *, required: bool
) -> dict[Scheme, C | str]:
    """The credentials that a client holds: those given, or else those of the environment.

    Args:
        given: What the caller passed for each scheme.
        required: Whether a client without any is of no use.

    Raises:
        ValueError: There is none, or one is empty or could not stand in a header. It is not
            shown.
    """
    collected = _collect_credentials(given)
    problem = ""
    if required and not collected:
        ways = (f"{scheme.argument}={_environment_hint(scheme)}" for scheme in given)
        problem = f"pass {', or '.join(ways)}"
    problems = (_credential_problem(*pair) for pair in collected.items())
    problem = problem or next(filter(None, problems), "")
    if problem:
        # Error trackers record local variables.
        del given, collected
        raise ValueError(problem)
    return collected


def _collect_credentials(given: Mapping[Scheme, C | None]) -> dict[Scheme, C | str]:
    collected: dict[Scheme, C | str] = {
        scheme: Secret(value) if isinstance(value, str) else value
        for scheme, value in given.items()
        if value is not None
    }
    if not collected:
        for scheme in given:
            values = (os.environ.get(name) for name in scheme.environment)
            value = next(filter(None, values), None)
            if value is not None:
                collected[scheme] = Secret(value)
    return collected


class Secret(str):
    """Text that does not show where values are shown, as in a traceback with locals."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


def validated_secret(scheme: Scheme, value: str) -> Secret:
    """A credential that can be sent.

    Raises:
        ValueError: It is empty or could not stand in a header. It is not shown.
    """
    problem = _credential_problem(scheme, value)
    if problem:
        del value
        raise ValueError(problem)
    return Secret(value)


def _credential_problem(scheme: Scheme, value: object) -> str:
    if not isinstance(value, str):
        return ""
    if scheme.is_basic:
        if ":" in value:
            return ""
        return f"{scheme.argument} is no name and password with a colon between them"
    if value and value.isascii() and value.isprintable() and " " not in value:
        return ""
    return (
        f"{scheme.argument} is empty or has a space, a line break or another"
        " character that a credential cannot have"
    )


def _environment_hint(scheme: Scheme) -> str:
    return f" (or set {' or '.join(scheme.environment)})" if scheme.environment else ""


def satisfied_requirement(
    security: Security, credentials: Container[Scheme]
) -> tuple[Scheme, ...] | None:
    """The first alternative for which all credentials are held, None for none."""
    if not security:
        return ()
    for schemes in security:
        if all(scheme in credentials for scheme in schemes):
            return schemes
    return None


def describe_requirements(security: Security) -> str:
    """What a caller could give, in words: `api_token, or access_token`."""
    return ", or ".join(
        " and ".join(scheme.argument for scheme in schemes) for schemes in security
    )
