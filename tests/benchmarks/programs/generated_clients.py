"""Worker that calls a home client, raw httpx2 or pyreqwest: `generated_clients.py VARIANT URL`."""

import asyncio
import sys

import httpx2
import msgspec
from clerk import Clerk
from loop import aserve, serve
from okta import AsyncOkta, Okta
from okta.models import Session
from pangea import Pangea

NAME = "102lS3ssion"
PATH = f"/api/v1/sessions/{NAME}"


def main(variant: str, url: str) -> None:
    match variant:
        case "raw":
            http = httpx2.Client()
            serve(
                lambda: msgspec.json.decode(http.get(url + PATH).content, type=Session)
            )
        case "pyreqwest":
            from pyreqwest.client import SyncClientBuilder

            client = SyncClientBuilder().build()

            def pyreqwest_call() -> object:
                with client.get(url + PATH).build_streamed() as response:
                    content = bytes(response.bytes())
                return msgspec.json.decode(content, type=Session)

            serve(pyreqwest_call)
        case "own" | "httpx2" | "fast":
            okta = Okta(api_token="00token", base_url=url, http=_transport(variant))
            serve(lambda: okta.sessions.get(NAME))
        case (
            "async-raw"
            | "async-pyreqwest"
            | "async-own"
            | "async-httpx2"
            | "async-fast"
        ):
            asyncio.run(_run_async(variant.removeprefix("async-"), url))
        case "page-json":
            http = httpx2.Client()
            serve(lambda: http.get(f"{url}/v1/sessions").json())
        case "page-own" | "page-fast":
            transport = _transport(variant.removeprefix("page-"))
            clerk = Clerk(secret_key="sk_1", base_url=url, http=transport)
            serve(lambda: clerk.sessions.list().items)
        case "clerk":
            clerk = Clerk(secret_key="sk_1", base_url=url)
            serve(lambda: clerk.sessions.get("sess_1"))
        case "pangea":
            pangea = Pangea(token="pts_1", base_url=url)
            serve(lambda: pangea.session.list().items)
        case _:
            raise ValueError(f"there is no variant {variant}")


def _transport(variant: str) -> httpx2.Client | httpx2.BaseTransport | None:
    if variant == "fast":
        from okta._runtime.fast import FastTransport

        return FastTransport()
    return httpx2.Client() if variant == "httpx2" else None


async def _run_async(variant: str, url: str) -> None:
    if variant == "raw":
        http = httpx2.AsyncClient()

        async def raw_call() -> object:
            response = await http.get(url + PATH)
            return msgspec.json.decode(response.content, type=Session)

        await aserve(raw_call)
        return
    if variant == "pyreqwest":
        from pyreqwest.client import ClientBuilder

        client = ClientBuilder().build()

        async def pyreqwest_call() -> object:
            async with client.get(url + PATH).build_streamed() as response:
                content = bytes(await response.bytes())
            return msgspec.json.decode(content, type=Session)

        await aserve(pyreqwest_call)
        return
    transport: httpx2.AsyncClient | httpx2.AsyncBaseTransport | None = None
    if variant == "fast":
        from okta._runtime.fast import AsyncFastTransport

        transport = AsyncFastTransport()
    elif variant == "httpx2":
        transport = httpx2.AsyncClient()
    okta = AsyncOkta(api_token="00token", base_url=url, http=transport)
    await aserve(lambda: okta.sessions.get(NAME))


if __name__ == "__main__":
    main(*sys.argv[1:])
