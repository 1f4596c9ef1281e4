"""What comes of a call, for one body of its answer after another."""

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
    """What came of a call.

    Attributes:
        value: What it returned; of a page, the body.
        warned: The JSON paths that it warned of.
    """

    value: Any = None
    error: Any = None
    warned: list[str] = field(default_factory=list)


@contextmanager
def observed(outcome: Outcome, warning: type[Warning]) -> Iterator[None]:
    with warnings.catch_warnings(record=True, action="always") as warned:
        try:
            yield
        except Exception as error:  # Any: it is the tests that say which may come.
            outcome.error = error
    assert all(told.category is warning for told in warned)
    outcome.warned = [str(told.message).split(": ")[1] for told in warned]


def outcomes(
    payload: Payload, mode: Mode, bodies: Iterable[bytes], *, strict: bool = False
) -> list[Outcome]:
    """Make a payload's call once for each body, all with one client."""
    call, answer, results = payload.call, b"", list[Outcome]()
    warning = importlib.import_module(f"{call.vendor}.errors").ResponseWarning
    transport = httpx2.MockTransport(
        lambda _: httpx2.Response(payload.status, content=answer)
    )
    find = attrgetter(call.method)
    options: dict[str, Any] = {
        "base_url": "https://api.example.com",
        "max_retries": 0,
        "strict_responses": strict,
    }
    for given, _ in SCHEMES[call.vendor].values():
        options |= given
    cast = CLIENTS[call.vendor][mode]

    def add(outcome: Outcome) -> None:
        if call.item and outcome.error is None:
            page, outcome.value = outcome.value, outcome.value.body
            assert isinstance(page.items, list) and page.has_next in (True, False)
        results.append(outcome)

    if mode == "sync":
        with httpx2.Client(transport=transport, trust_env=False, verify=False) as http:
            method = find(cast(http=http, **options))
            for body in bodies:
                answer, outcome = body, Outcome()
                with observed(outcome, warning):
                    outcome.value = method(*call.arguments, **call.options)
                add(outcome)
        return results

    async def make() -> None:
        nonlocal answer
        async with httpx2.AsyncClient(
            transport=transport, trust_env=False, verify=False
        ) as http:
            method = find(cast(http=http, **options))
            for body in bodies:
                answer, outcome = body, Outcome()
                with observed(outcome, warning):
                    outcome.value = await method(*call.arguments, **call.options)
                add(outcome)

    asyncio.run(make())
    return results
