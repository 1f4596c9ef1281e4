"""Worker pool whose processes are forked with a client that is already used, as Celery does.

Prints the ids that the tasks return, and what is left of the errors that they raise.
"""

import json
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import okta

client = okta.Okta(base_url=os.environ["API_URL"], api_token="t", max_retries=0)


def session_id(name: str) -> str:
    return client.sessions.get(name).id


def described(error: BaseException) -> dict[str, Any]:
    names = ("status_code", "code", "request_id", "attempts", "maybe_delivered")
    found = {name: getattr(error, name) for name in names if hasattr(error, name)}
    reason = getattr(error, "reason", None)
    return {
        "class": type(error).__name__,
        "text": str(error),
        "reason": reason and reason.name,
        **found,
    }


def main() -> None:
    assert session_id("parent") == "parent"
    names = [f"session-{number}" for number in range(40)]
    kinds = ["missing", "broken", "invalid", "slow"]
    forking = multiprocessing.get_context("fork")
    errors: list[dict[str, Any]] = []
    with forking.Pool(4) as pool:
        found = pool.map(session_id, names)
        for kind in kinds:
            try:
                pool.apply_async(session_id, (kind,)).get(timeout=30)
            except okta.OktaError as error:
                errors.append(described(error))
        found += pool.map(session_id, names)
        pool.close()
        pool.join()
    with ProcessPoolExecutor(2, mp_context=forking) as executor:
        raised = [executor.submit(session_id, kind).exception(30) for kind in kinds]
        errors += [described(error) for error in raised if error is not None]
        found += executor.map(session_id, names)
    assert session_id("parent") == "parent"
    client.close()
    print(json.dumps({"right": found == names * 3, "errors": errors}))


if __name__ == "__main__":
    main()
