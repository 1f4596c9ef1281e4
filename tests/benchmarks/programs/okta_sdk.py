"""Worker that calls Okta's own SDK: `okta_sdk.py URL`."""

import asyncio
import os
import sys
from typing import Any

from loop import aserve
from okta.client import Client


async def main(url: str) -> None:
    client: Any = Client({"orgUrl": url, "token": "00token"})

    async def call() -> object:
        session, _, error = await client.get_session("102lS3ssion")
        assert error is None and session.user_id == "00u1", error
        return session

    await aserve(call)


if __name__ == "__main__":
    os.environ["OKTA_TESTING_TESTINGDISABLEHTTPSCHECK"] = "true"
    asyncio.run(main(sys.argv[1]))
