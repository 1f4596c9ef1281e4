"""Probe of a package of openapi-python-client."""

import pkgutil
from importlib import import_module
from typing import Any

from probing import (
    BODY,
    TOKEN,
    Calls,
    call_with_samples,
    describe,
    describe_first,
    probe,
    sample,
)


def connect(vendor: str, url: str) -> Calls:
    """Return the calls of a client."""
    name = f"{vendor}_client"
    client = import_module(name).AuthenticatedClient(
        base_url=url, token=TOKEN, prefix="SSWS" if vendor == "okta" else "Bearer"
    )
    api = import_module(f"{name}.api")
    operations = {
        info.name.rpartition(".")[2]: import_module(info.name)
        for info in pkgutil.walk_packages(api.__path__, f"{name}.api.")
        if not info.ispkg
    }

    def run(operation: str, **values: str) -> Any:
        function = operations[operation].sync
        body = sample(function, "body", BODY | values)
        return function(client=client, body=body)

    def every() -> None:
        for module in operations.values():
            call_with_samples(module.sync_detailed, client=client)

    if vendor == "pangea":
        operation = "authn_post_v2_client_session_{}"
        return {
            "get": lambda id: describe_first(
                vendor, run(operation.format("list"), token=f"{id}.b.c")
            ),
            "create": lambda: run(operation.format("refresh")),
            "list": lambda: len(run("authn_post_v2_session_list").result.sessions),
            "every": every,
        }
    get = operations["get_session"].sync
    calls = {
        "get": lambda id: describe(vendor, get(id, client=client)),
        "create": lambda: run("create_session"),
        "every": every,
    }
    if vendor == "clerk":
        calls["list"] = lambda: len(operations["get_session_list"].sync(client=client))
    return calls


if __name__ == "__main__":
    probe(connect)
