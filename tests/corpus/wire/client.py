"""Calls of a generated package's methods with plain JSON, over a mock transport."""

import asyncio
import importlib
import inspect
import json
import re
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import httpx2

from tests.corpus.wire.cases import CannedResponse
from tests.corpus.wire.convert import ConversionError, convert_value
from tests.corpus.wire.core import BASE_URL
from tests.corpus.wire.document import Operation
from tests.corpus.wire.requests import ExpectedRequest
from tests.corpus.wire.same import ABSENT

SECRET = "user:secret"


class Client:
    """Sync and async client of a generated package with a mock transport."""

    def __init__(self, folder: Path, package: str) -> None:
        record = json.loads((folder / package / "clientcast.json").read_bytes())
        self._methods: dict[str, list[dict[str, Any]]] = {}
        for method in record["api"].get("operations", ()):
            key = _operation_key(method["method"], method["path"])
            self._methods.setdefault(key, []).append(method)
        self._module = importlib.import_module(package)
        runtime = importlib.import_module(f"{package}._runtime.client")
        members = vars(importlib.import_module(f"{package}.client"))
        self._name = next(
            name
            for name, member in members.items()
            if isinstance(member, type) and member.__base__ is runtime.Client
        )
        self._requests: list[httpx2.Request] = []
        self._next_response = CannedResponse(204)
        self._sync = self._new_client(self._name)
        self._async = self._new_client(f"Async{self._name}")
        self._loop = asyncio.Runner()
        self._hints: dict[str, dict[str, Any]] = {}

    def methods(self, operation: Operation) -> list[dict[str, Any]]:
        """Return the methods of an operation in the manifest: one for each kind of body."""
        found = self._methods.get(_operation_key(operation.method, operation.route), [])
        found = [m for m in found if m["path"] == operation.route] or found
        name = operation.data.get("operationId", "")
        return [m for m in found if m.get("operation_id", "") == name] or found

    def close(self) -> None:
        """Close both clients."""
        self._sync.close()
        self._loop.run(self._async.aclose())
        self._loop.close()

    def _new_client(self, name: str) -> Any:
        class_ = getattr(self._module, name)
        options = {"base_url", "timeout", "max_retries", "strict_responses", "http"}
        options |= {"on_request", "on_response", "trusted_servers"}
        secrets = {
            parameter: SECRET
            for parameter in inspect.signature(class_).parameters
            if parameter not in options
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
                result = method(**arguments)
                if inspect.iscoroutine(result):
                    result = self._loop.run(_await(result))
                self._close(result)
        except Exception as error:
            result = error
        return (self._requests[0] if self._requests else None), result

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
        raw = not kind.endswith(("json", "x-www-form-urlencoded"))
        for argument in operation.get("arguments", ()):
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


def _operation_key(method: str, route: str) -> str:
    """Return method and path with unnamed placeholders and without fragment."""
    path = route.partition("#")[0].rstrip("/?")
    return f"{method} {re.sub(r'{[^{}]*}', '{}', path)}"


def _build_response(response: CannedResponse) -> httpx2.Response:
    headers = {"Content-Type": response.content_type} if response.content_type else {}
    return httpx2.Response(response.status, headers=headers, content=response.content)


async def _await(coroutine: Any) -> Any:
    return await coroutine


def _model_names(package: ModuleType) -> dict[str, Any]:
    """Return the models of a package by name, to evaluate annotations."""
    models = importlib.import_module(f"{package.__name__}.models")
    return {name: getattr(models, name) for name in dir(models)}
