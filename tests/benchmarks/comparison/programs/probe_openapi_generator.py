"""Probe of a package of openapi-generator."""

import inspect
from importlib import import_module
from typing import Any

from probing import (
    BODY,
    TOKEN,
    Calls,
    call_all,
    describe,
    describe_first,
    probe,
    sample,
)

_VARIANTS = ("_with_http_info", "_without_preload_content")


def connect(vendor: str, url: str) -> Calls:
    """Return the calls of a client."""
    package = import_module(f"{vendor}_client")
    configuration = package.Configuration(host=url, access_token=TOKEN)
    configuration.api_key["apiToken"] = TOKEN
    configuration.api_key_prefix["apiToken"] = "SSWS"
    client = package.ApiClient(configuration)
    apis = [
        class_(client)
        for name, class_ in inspect.getmembers(package, inspect.isclass)
        if name.endswith("Api")
    ]

    def run(operation: str, **values: str) -> Any:
        method = next(getattr(a, operation) for a in apis if hasattr(a, operation))
        (name,) = (
            n
            for n, p in inspect.signature(method).parameters.items()
            if p.default is p.empty
        )
        return method(sample(inspect.unwrap(method), name, BODY | values))

    def every() -> None:
        for api in apis:
            names = [
                name
                for name in dir(api)
                if name[0] != "_" and not name.endswith(_VARIANTS)
            ]
            call_all(api, names)

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
    sessions = package.SessionsApi(client)
    calls = {
        "get": lambda id: describe(vendor, sessions.get_session(id)),
        "create": lambda: run("create_session"),
        "every": every,
    }
    if vendor == "clerk":
        calls["list"] = lambda: len(sessions.get_session_list().actual_instance)
    return calls


if __name__ == "__main__":
    probe(connect)
