"""Worker that calls Clerk's own SDK: `clerk_sdk.py URL [page]`."""

import sys

from clerk_backend_api import Clerk
from loop import serve


def main(url: str, *options: str) -> None:
    sessions = Clerk(bearer_auth="sk_1", server_url=f"{url}/v1").sessions
    if options:
        serve(lambda: sessions.list())
    else:
        serve(lambda: sessions.get(session_id="sess_1"))


if __name__ == "__main__":
    main(*sys.argv[1:])
