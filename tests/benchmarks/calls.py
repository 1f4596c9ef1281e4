"""CPU time of a call of the client and of raw httpx2: `python -m tests.benchmarks.calls`.

The variants alternate within one run, so that other load affects all of them; the result is
the median of the rounds. Only this process is measured, with all its threads.
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

from tests.benchmarks.server import SESSION, run_server  # noqa: E402

ROUNDS = 9
CALLS = 1000
PATH = "/api/v1/sessions/102lS3ssion"
MAX_OVERHEAD = 60
"""Maximum of microseconds that the client may add to httpx2."""

SyncCall = Callable[[], object]
AsyncCall = Callable[[], Awaitable[object]]


def measure_round(call: SyncCall) -> float:
    """Return the CPU time of a call in microseconds."""
    began = time.process_time()
    for _ in range(CALLS):
        call()
    return (time.process_time() - began) / CALLS * 1e6


async def async_measure_round(call: AsyncCall) -> float:
    began = time.process_time()
    for _ in range(CALLS):
        await call()
    return (time.process_time() - began) / CALLS * 1e6


def measure_all(calls: dict[str, SyncCall]) -> dict[str, float]:
    rounds = [
        {name: measure_round(call) for name, call in calls.items()}
        for _ in range(ROUNDS + 1)
    ]
    return {name: median(each[name] for each in rounds[1:]) for name in calls}


async def async_measure_all(calls: dict[str, AsyncCall]) -> dict[str, float]:
    rounds = [
        {name: await async_measure_round(call) for name, call in calls.items()}
        for _ in range(ROUNDS + 1)
    ]
    return {name: median(each[name] for each in rounds[1:]) for name in calls}


def raw_call(http: httpx2.Client, url: str) -> SyncCall:
    return lambda: msgspec.json.decode(http.get(url + PATH).content, type=Session)


def async_raw_call(http: httpx2.AsyncClient, url: str) -> AsyncCall:
    async def call() -> object:
        return msgspec.json.decode((await http.get(url + PATH)).content, type=Session)

    return call


def client_call(okta: Okta) -> SyncCall:
    return lambda: okta.sessions.get("102lS3ssion")


def async_client_call(okta: AsyncOkta) -> AsyncCall:
    return lambda: okta.sessions.get("102lS3ssion")


def mock_transport() -> httpx2.MockTransport:
    """Return a transport whose responses have an unread body, as those of a connection."""
    headers = {
        "Content-Type": "application/json",
        "Date": "Tue, 12 May 2026 09:00:00 GMT",
    }
    return httpx2.MockTransport(
        lambda _: httpx2.Response(
            200, headers=headers, stream=httpx2.ByteStream(SESSION)
        )
    )


def new_client(
    url: str, http: httpx2.Client | httpx2.BaseTransport | None = None
) -> Okta:
    return Okta(api_token="00token", base_url=url, http=http)


def new_async_client(
    url: str, http: httpx2.AsyncClient | httpx2.AsyncBaseTransport | None = None
) -> AsyncOkta:
    return AsyncOkta(api_token="00token", base_url=url, http=http)


def print_table(title: str, costs: dict[str, float]) -> None:
    """Print a table that compares all variants with the first one."""
    print(f"\n{title:42}     µs   - raw   / raw")
    base = next(iter(costs.values()))
    for name, cost in costs.items():
        print(f"  {name:40} {cost:6.1f}  {cost - base:+6.1f}  {cost / base:6.2f}")


def print_verdict(costs: dict[str, float]) -> None:
    first, second, *_ = costs.values()
    verdict = "within" if second - first <= MAX_OVERHEAD else "above"
    print(f"  our layer is {verdict} {MAX_OVERHEAD} µs")


def measure_mock() -> None:
    url = "http://127.0.0.1"
    with httpx2.Client(transport=mock_transport()) as http:
        found = measure_all(
            {
                "raw httpx2": raw_call(http, url),
                "our client, http=httpx2.Client": client_call(new_client(url, http)),
                "our client, http=transport": client_call(
                    new_client(url, mock_transport())
                ),
            }
        )
    print_table("sync, without a network", found)
    print_verdict(found)


async def async_measure_mock() -> None:
    url = "http://127.0.0.1"
    async with httpx2.AsyncClient(transport=mock_transport()) as http:
        found = await async_measure_all(
            {
                "raw httpx2": async_raw_call(http, url),
                "our client, http=httpx2.AsyncClient": async_client_call(
                    new_async_client(url, http)
                ),
                "our client, http=transport": async_client_call(
                    new_async_client(url, mock_transport())
                ),
            }
        )
    print_table("async, without a network", found)
    print_verdict(found)


def measure_loopback(url: str) -> None:
    fast = FastTransport()
    with httpx2.Client() as http, new_client(url) as okta:
        found = measure_all(
            {
                "raw httpx2": raw_call(http, url),
                "our client, http=httpx2.Client": client_call(new_client(url, http)),
                "our client, connections of its own": client_call(okta),
                "our client, http=FastTransport": client_call(new_client(url, fast)),
            }
        )
    fast.close()
    print_table("sync, over loopback", found)


async def async_measure_loopback(url: str) -> None:
    fast = AsyncFastTransport()
    async with httpx2.AsyncClient() as http, new_async_client(url) as okta:
        found = await async_measure_all(
            {
                "raw httpx2": async_raw_call(http, url),
                "our client, http=httpx2.AsyncClient": async_client_call(
                    new_async_client(url, http)
                ),
                "our client, connections of its own": async_client_call(okta),
                "our client, http=AsyncFastTransport": async_client_call(
                    new_async_client(url, fast)
                ),
            }
        )
    await fast.aclose()
    print_table("async, over loopback", found)


def main() -> None:
    print(f"Python {platform.python_version()}, httpx2 {httpx2.__version__}")
    print(f"{ROUNDS} rounds of {CALLS} calls each, CPU per call, median of the rounds")
    measure_mock()
    asyncio.run(async_measure_mock())
    with run_server() as url:
        measure_loopback(url)
        asyncio.run(async_measure_loopback(url))


if __name__ == "__main__":
    main()
