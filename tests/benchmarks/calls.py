"""`python -m tests.benchmarks.calls` measures what a call costs in CPU, ours and raw httpx2's.

All ways take turns in one run, so that what else the machine does meets them alike; of the
rounds of each the median counts. Only this process is measured, with all of its threads.
"""

import asyncio
import platform
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median

import httpx2
import msgspec

from tests.support.project import GENERATED

sys.path.insert(0, str(GENERATED))

from okta import AsyncOkta, Okta  # noqa: E402
from okta._runtime.fast import AsyncFastTransport, FastTransport  # noqa: E402
from okta.models import Session  # noqa: E402

from tests.benchmarks.server import SESSION, serving  # noqa: E402

ROUNDS = 9
CALLS = 1000
PATH = "/api/v1/sessions/102lS3ssion"
AT_MOST = 60
"""Microseconds that our layer may add to httpx2."""

Way = Callable[[], object]
AsyncWay = Callable[[], Awaitable[object]]


def round_of(way: Way) -> float:
    """What a call costs, in microseconds."""
    began = time.process_time()
    for _ in range(CALLS):
        way()
    return (time.process_time() - began) / CALLS * 1e6


async def async_round_of(way: AsyncWay) -> float:
    began = time.process_time()
    for _ in range(CALLS):
        await way()
    return (time.process_time() - began) / CALLS * 1e6


def costs(ways: dict[str, Way]) -> dict[str, float]:
    rounds = [
        {name: round_of(way) for name, way in ways.items()} for _ in range(ROUNDS + 1)
    ]
    return {name: median(each[name] for each in rounds[1:]) for name in ways}


async def async_costs(ways: dict[str, AsyncWay]) -> dict[str, float]:
    rounds = [
        {name: await async_round_of(way) for name, way in ways.items()}
        for _ in range(ROUNDS + 1)
    ]
    return {name: median(each[name] for each in rounds[1:]) for name in ways}


def raw(http: httpx2.Client, url: str) -> Way:
    return lambda: msgspec.json.decode(http.get(url + PATH).content, type=Session)


def async_raw(http: httpx2.AsyncClient, url: str) -> AsyncWay:
    async def way() -> object:
        return msgspec.json.decode((await http.get(url + PATH)).content, type=Session)

    return way


def ours(okta: Okta) -> Way:
    return lambda: okta.sessions.get("102lS3ssion")


def async_ours(okta: AsyncOkta) -> AsyncWay:
    return lambda: okta.sessions.get("102lS3ssion")


def mocked() -> httpx2.MockTransport:
    """Answers as a connection does, with a body that is still to be read."""
    headers = {
        "Content-Type": "application/json",
        "Date": "Tue, 12 May 2026 09:00:00 GMT",
    }
    return httpx2.MockTransport(
        lambda _: httpx2.Response(
            200, headers=headers, stream=httpx2.ByteStream(SESSION)
        )
    )


def client(url: str, http: httpx2.Client | httpx2.BaseTransport | None = None) -> Okta:
    return Okta(api_token="00token", base_url=url, http=http)


def async_client(
    url: str, http: httpx2.AsyncClient | httpx2.AsyncBaseTransport | None = None
) -> AsyncOkta:
    return AsyncOkta(api_token="00token", base_url=url, http=http)


def shown(title: str, costs: dict[str, float]) -> None:
    """Print a table; the first of the ways is what the others are compared with."""
    print(f"\n{title:42}     µs   - raw   / raw")
    base = next(iter(costs.values()))
    for name, cost in costs.items():
        print(f"  {name:40} {cost:6.1f}  {cost - base:+6.1f}  {cost / base:6.2f}")


def judged(costs: dict[str, float]) -> None:
    first, second, *_ = costs.values()
    verdict = "within" if second - first <= AT_MOST else "above"
    print(f"  our layer is {verdict} {AT_MOST} µs")


def without_a_network() -> None:
    url = "http://127.0.0.1"
    with httpx2.Client(transport=mocked()) as http:
        found = costs(
            {
                "raw httpx2": raw(http, url),
                "our client, http=httpx2.Client": ours(client(url, http)),
                "our client, http=transport": ours(client(url, mocked())),
            }
        )
    shown("sync, without a network", found)
    judged(found)


async def async_without_a_network() -> None:
    url = "http://127.0.0.1"
    async with httpx2.AsyncClient(transport=mocked()) as http:
        found = await async_costs(
            {
                "raw httpx2": async_raw(http, url),
                "our client, http=httpx2.AsyncClient": async_ours(
                    async_client(url, http)
                ),
                "our client, http=transport": async_ours(async_client(url, mocked())),
            }
        )
    shown("async, without a network", found)
    judged(found)


def over_loopback(url: str) -> None:
    fast = FastTransport()
    with httpx2.Client() as http, client(url) as okta:
        found = costs(
            {
                "raw httpx2": raw(http, url),
                "our client, http=httpx2.Client": ours(client(url, http)),
                "our client, connections of its own": ours(okta),
                "our client, http=FastTransport": ours(client(url, fast)),
            }
        )
    fast.close()
    shown("sync, over loopback", found)


async def async_over_loopback(url: str) -> None:
    fast = AsyncFastTransport()
    async with httpx2.AsyncClient() as http, async_client(url) as okta:
        found = await async_costs(
            {
                "raw httpx2": async_raw(http, url),
                "our client, http=httpx2.AsyncClient": async_ours(
                    async_client(url, http)
                ),
                "our client, connections of its own": async_ours(okta),
                "our client, http=AsyncFastTransport": async_ours(
                    async_client(url, fast)
                ),
            }
        )
    await fast.aclose()
    shown("async, over loopback", found)


def main() -> None:
    print(f"Python {platform.python_version()}, httpx2 {httpx2.__version__}")
    print(f"{ROUNDS} rounds of {CALLS} calls each, CPU per call, median of the rounds")
    without_a_network()
    asyncio.run(async_without_a_network())
    with serving() as url:
        over_loopback(url)
        asyncio.run(async_over_loopback(url))


if __name__ == "__main__":
    main()
