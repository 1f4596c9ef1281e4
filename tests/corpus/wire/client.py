"""Calls of a generated package's methods with plain JSON, over a mock transport."""

import asyncio
import importlib
import inspect
import json
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import httpx2

from tests.corpus.routes import unnamed
from tests.corpus.wire.cases import CannedResponse
from tests.corpus.wire.convert import ConversionError, convert_value
from tests.corpus.wire.core import BASE_URL
from tests.corpus.wire.document import Operation
from tests.corpus.wire.media import is_json
from tests.corpus.wire.requests import ExpectedRequest
from tests.corpus.wire.same import ABSENT, load_json
from tests.support.packages import client_class_name

SECRET = "user:secret"


class Client:
    """Sync and async client of a generated package with a mock transport.

    Attributes:
        api_keys: Locations and names of the credentials; headers in lower case.
    """

    def __init__(
        self, folder: Path, package: str, api_keys: frozenset[tuple[str, str]]
    ) -> None:
        self.api_keys = api_keys
        record = json.loads((folder / package / "clientcast.json").read_bytes())
        self._methods: dict[str, list[dict[str, Any]]] = {}
        for method in record["api"].get("operations", ()):
            key = _operation_key(method["method"], method["path"])
            self._methods.setdefault(key, []).append(method)
        self._module = importlib.import_module(package)
        self._bodies = importlib.import_module(f"{package}._runtime.codec.request_body")
        self._name = client_class_name(package)
        self._requests: list[httpx2.Request] = []
        self._next_response = CannedResponse(204)
        self._sync = self._new_client(self._name)
        self._async = self._new_client(f"Async{self._name}")
        self._loop = asyncio.Runner()
        self._hints: dict[str, dict[str, Any]] = {}

    def assign_methods(
        self, operations: list[Operation]
    ) -> dict[str, list[dict[str, Any]]]:
        """Return the methods of each operation in the manifest, by the operation's key.

        An operation has a method for each kind of body. Operations may share a route, if
        their paths differ after `#`; no method belongs to two of them.
        """
        by_route: dict[str, list[Operation]] = {}
        for operation in operations:
            route = _operation_key(operation.method, operation.route)
            by_route.setdefault(route, []).append(operation)
        found: dict[str, list[dict[str, Any]]] = {o.key: [] for o in operations}
        for route, sharing in by_route.items():
            left = list(self._methods.get(route, ()))
            for operation in sharing:
                name = operation.data.get("operationId", "")
                own = [m for m in left if name and m.get("operation_id", "") == name]
                found[operation.key] += own
                left = [method for method in left if method not in own]
            unnamed = [o for o in sharing if not found[o.key]]
            if len(sharing) == 1:
                found[sharing[0].key] += left
            else:
                for operation, method in zip(unnamed, left, strict=False):
                    found[operation.key].append(method)
        return found

    def close(self) -> None:
        """Close both clients."""
        self._sync.close()
        self._loop.run(self._async.aclose())
        self._loop.close()

    def _new_client(self, name: str) -> Any:
        class_ = getattr(self._module, name)
        secrets = {
            parameter.name: SECRET
            for parameter in inspect.signature(class_).parameters.values()
            if "Credential" in str(parameter.annotation)
        }
        transport = httpx2.MockTransport(self._handle)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return class_(
                base_url=BASE_URL,
                max_retries=0,
                strict_responses=True,
                http=transport,
                **secrets,
            )

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        self._requests.append(request)
        return _build_response(self._next_response)

    def call(
        self,
        name: str,
        arguments: dict[str, Any],
        response: CannedResponse,
        in_async: bool,
    ) -> tuple[httpx2.Request | None, Any]:
        """Call a method; return its first request, None for none, and its result or error."""
        self._requests.clear()
        self._next_response = response
        method = self._method(name, in_async)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                warnings.simplefilter("ignore", DeprecationWarning)
                result = method(**arguments)
                if inspect.iscoroutine(result):
                    result = self._loop.run(_await(result))
                self._close(result)
        except Exception as error:
            result = error
        return (self._requests[0] if self._requests else None), result

    def encode(self, value: Any) -> Any:
        """Return the JSON that the package sends for a value."""
        return load_json(self._bodies.json_body(value))

    def _close(self, result: Any) -> None:
        match type(result).__name__:
            case "Stream":
                result.close()
            case "AsyncStream":
                self._loop.run(result.aclose())
            case _:
                pass

    def _method(self, name: str, in_async: bool) -> Any:
        found: Any = self._async if in_async else self._sync
        for part in name.split("."):
            found = getattr(found, part)
        return found

    def arguments(
        self, operation: dict[str, Any], sent: ExpectedRequest
    ) -> dict[str, Any]:
        """Return the arguments with which a method should send a request.

        Raises:
            ConversionError: If it has no argument for a value, or none of its type.
        """
        hints = self._hints_of(operation["name"])
        method = self._method(operation["name"], in_async=False)
        signature = inspect.signature(method).parameters
        remaining = dict(sent.parameters)
        body = sent.body
        members = dict(body) if isinstance(body, dict) else {}
        found: dict[str, Any] = {}
        kind = operation.get("content_type", "").partition(";")[0]
        raw = not (is_json(kind) or kind.endswith("x-www-form-urlencoded"))
        own = [a for a in operation.get("arguments", ()) if not _is_authorization(a)]
        for argument in own:
            python, name, place = (
                argument["argument"],
                argument.get("name", ""),
                argument["in"],
            )
            if place == "content_type":
                value = sent.content_type or ABSENT
            elif place == "body" and not name:
                value, body, members = body, ABSENT, {}
            elif place == "body":
                value = members.pop(name, ABSENT)
            else:
                value = remaining.pop((place, name), ABSENT)
            if signature[python].default is True:
                value = sent.body[name] = True  # Required by methods for streams.
            if value is not ABSENT:
                found[python] = convert_value(
                    value, hints[python], raw and place == "body"
                )
        in_body = [a for a in operation.get("arguments", ()) if a["in"] == "body"]
        sent.is_spread = all(argument.get("name") for argument in in_body)
        taken = {(a["in"], a.get("name", "")) for a in own}
        for location, name in sent.declared - taken:
            key = location, name.lower() if location == "header" else name
            if key in self.api_keys or key == ("header", "authorization"):
                sent.credentials |= {(location, name)}
                remaining.pop((location, name), None)
        for location, name in remaining:
            raise ConversionError(f"no argument for a {location} parameter at {name}")
        if members:
            raise ConversionError(
                f"no argument for a member of the body at {next(iter(members))}"
            )
        if body is not ABSENT and not isinstance(body, dict):
            raise ConversionError("no argument for the body")
        return found

    def _hints_of(self, name: str) -> dict[str, Any]:
        if name not in self._hints:
            method = self._method(name, in_async=False)
            known = _model_names(self._module)
            self._hints[name] = get_type_hints(method, localns=known)
        return self._hints[name]


def _is_authorization(argument: dict[str, Any]) -> bool:
    """Return whether an argument is sent in place of the client's `Authorization`.

    It is a credential, before which the client may write the name of its scheme.
    """
    is_header = argument["in"] == "header"
    return is_header and argument.get("name", "").lower() == "authorization"


def _operation_key(method: str, route: str) -> str:
    """Return method and route, with unnamed placeholders and without fragment."""
    return f"{method} {unnamed(route.partition('#')[0])}"


def _build_response(response: CannedResponse) -> httpx2.Response:
    headers = {"Content-Type": response.content_type} if response.content_type else {}
    return httpx2.Response(response.status, headers=headers, content=response.content)


async def _await(coroutine: Any) -> Any:
    return await coroutine


def _model_names(package: ModuleType) -> dict[str, Any]:
    """Return the models of a package by name, to evaluate annotations."""
    models = importlib.import_module(f"{package.__name__}.models")
    return {name: getattr(models, name) for name in dir(models)}
