"""Results, errors and warnings of one call for many response bodies."""

import asyncio
import importlib
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import httpx2

from tests.support.calls import CLIENTS, SCHEMES, Mode
from tests.support.traffic import Payload


@dataclass(slots=True)
class Outcome:
    """Result of a call.

    Attributes:
        value: The return value; the body of a page.
        error: The exception; None if the call returned.
        warning_paths: JSON paths of the warnings.
    """

    value: Any = None
    error: Any = None
    warning_paths: list[str] = field(default_factory=list)


@contextmanager
def record_outcome(outcome: Outcome, warning: type[Warning]) -> Iterator[None]:
    with warnings.catch_warnings(record=True, action="always") as caught:
        try:
            yield
        except Exception as error:  # Any: the tests check its class.
            outcome.error = error
    found = [each for each in caught if each.category is not DeprecationWarning]
    assert all(each.category is warning for each in found)
    outcome.warning_paths = [str(each.message).split(": ")[1] for each in found]


def call_with_bodies(
    payload: Payload, mode: Mode, bodies: Iterable[bytes], *, strict: bool = False
) -> list[Outcome]:
    """Make the call of a payload once for each response body, with one client."""
    call, current_body, results = payload.call, b"", list[Outcome]()
    warning = importlib.import_module(f"{call.vendor}.errors").ResponseWarning
    transport = httpx2.MockTransport(
        lambda _: httpx2.Response(payload.status, content=current_body)
    )
    get_method = attrgetter(call.method)
    options: dict[str, Any] = {
        "base_url": "https://api.example.com",
        "max_retries": 0,
        "strict_responses": strict,
    }
    for arguments, _ in SCHEMES[call.vendor].values():
        options |= arguments
    client_class = CLIENTS[call.vendor][mode]

    def add(outcome: Outcome) -> None:
        if call.item and outcome.error is None:
            page, outcome.value = outcome.value, outcome.value.body
            assert isinstance(page.items, list) and page.has_next in (True, False)
        results.append(outcome)

    if mode == "sync":
        with httpx2.Client(transport=transport, trust_env=False, verify=False) as http:
            method = get_method(client_class(http=http, **options))
            for body in bodies:
                current_body, outcome = body, Outcome()
                with record_outcome(outcome, warning):
                    outcome.value = method(*call.arguments, **call.options)
                add(outcome)
        return results

    async def call_async() -> None:
        nonlocal current_body
        async with httpx2.AsyncClient(
            transport=transport, trust_env=False, verify=False
        ) as http:
            method = get_method(client_class(http=http, **options))
            for body in bodies:
                current_body, outcome = body, Outcome()
                with record_outcome(outcome, warning):
                    outcome.value = await method(*call.arguments, **call.options)
                add(outcome)

    asyncio.run(call_async())
    return results
