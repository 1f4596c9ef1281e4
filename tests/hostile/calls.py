"""Caller of all methods of a generated client over a mock transport."""

import asyncio
import importlib
import inspect
import json
import sys
import traceback
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import httpx2

from tests.corpus.package import ModelBuilder
from tests.hostile.limits import report
from tests.support.packages import client_class_name

CREDENTIAL = "CREDENTIALOFTHEUSER"
MEMORY = "SECRETOFANOTHERMODULE"
BASE_URL = "https://base.example/root"
MAX_OPERATIONS = 40
MAX_ITEMS = 3

_BODY = json.dumps(
    {"items": ["a"], "next": "b", "data": ["c"], "request_id": "d", "id": "e"}
).encode()
_INJECTED = b"\r\nX-Evil"
"""Header that our documents try to inject into multipart bodies."""


class Caller:
    """Caller of the two clients of a package with invented values.

    Attributes:
        class_name: Name of the synchronous client.
    """

    def __init__(self, folder: Path, package: str, host: str) -> None:
        record = json.loads((folder / package / "clientcast.json").read_bytes())
        self._operations: list[dict[str, Any]] = record["api"].get("operations", [])
        self._package = package
        self._module = importlib.import_module(package)
        self._host = host
        self._called = self._allowed = ""
        self._statuses = [200]
        self.class_name = client_class_name(package)
        models = importlib.import_module(f"{package}.models")
        self._models = {name: getattr(models, name) for name in dir(models)}
        # Modules whose attributes a pointer of a hostile document may try to read.
        for name in ("stripe", "boto3", "openai"):
            sys.modules[name] = types.ModuleType(name)
            sys.modules[name].api_key = MEMORY  # type: ignore[attr-defined]

    def construct(self) -> list[tuple[str, Any]]:
        """Construct both clients, with and without `base_url` and credentials.

        Returns:
            The allowed host and the client, for each client with credentials.
        """
        found: list[tuple[str, Any]] = []
        arguments = {
            credential["argument"]
            for operation in self._operations
            for alternative in operation.get("credentials", ())
            for credential in alternative
        }
        for name in (self.class_name, f"Async{self.class_name}"):
            class_ = getattr(self._module, name)
            options: dict[str, Any] = {
                parameter.name: CREDENTIAL if parameter.name in arguments else "text"
                for parameter in inspect.signature(class_).parameters.values()
                if parameter.name in arguments
                or parameter.default is inspect.Parameter.empty
            }
            options |= {"http": httpx2.MockTransport(self._respond), "max_retries": 0}
            options |= {"timeout": 5}
            try:
                found.append(
                    ("base.example", class_(**{"base_url": BASE_URL, **options}))
                )
            except ValueError as error:
                report(f"construct: {error}")
            try:
                found.append((self._host, class_(**options)))
                class_(http=options["http"])
            except (TypeError, ValueError):
                pass  # There is no server, or a credential is required.
        return found

    def call_all(self, clients: list[tuple[str, Any]]) -> None:
        """Call each operation with each client, for success and for an error."""
        runner = asyncio.Runner()
        for index, (host, client) in enumerate(clients):
            for operation in self._operations[:MAX_OPERATIONS]:
                self._called, self._allowed = operation["name"], host
                for status in (200, 400):
                    polled = status == 200 and operation.get("polled", False)
                    self._statuses = [202, status] if polled else [status]
                    try:
                        self._call(client, operation, runner, full=index % 2 == 0)
                    except ValueError:
                        pass  # Refused before anything was sent.
                    except Exception as error:
                        self._note(error)

    def _call(
        self,
        client: Any,
        operation: dict[str, Any],
        runner: asyncio.Runner,
        *,
        full: bool,
    ) -> None:
        method = self._method(client, operation["name"])
        arguments = self._arguments(method, full=full)
        if inspect.iscoroutinefunction(method):
            runner.run(_use_async(method, arguments))
        else:
            _use(method, arguments)

    def _note(self, error: Exception) -> None:
        """Report an exception that is not a class of the package, or that contains a secret."""
        if not type(error).__module__.startswith(f"{self._package}."):
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(frame.filename).name}:{frame.lineno}"
            message = f"{type(error).__name__}: {str(error)[:150]} ({place})"
            report(f"call: {self._called}: {message}")
        shown = f"{error} {error!r} {vars(error)}"
        if MEMORY in shown:
            report(f"secret: an error of {self._called} has another module's memory")
        if CREDENTIAL in shown:
            report(f"secret: an error of {self._called} has a credential")

    def _respond(self, request: httpx2.Request) -> httpx2.Response:
        shown = f"{self._called} calls {str(request.url)[:100]}"
        host = request.url.host
        raw = request.headers.raw
        sent = b"\n".join((str(request.url).encode(), *(value for _, value in raw)))
        if self._allowed and host != self._allowed and CREDENTIAL.encode() in sent:
            report(f"url: {shown} with a credential, not {self._allowed}")
        if MEMORY.encode() in sent:
            report(f"secret: {shown} with the memory of another module")
        for name, value in raw:
            if any(byte < 32 or byte == 127 for byte in name + value):
                report(f"crlf: {shown} with the header {name!r}: {value!r}")
        if self._allowed == "base.example" == host:
            if not request.url.path.startswith("/root/"):
                report(f"url: {shown}, not below {BASE_URL}")
        if _INJECTED in request.read():
            report(f"crlf: {shown} with a header of the document in its body")
        headers = {"Content-Type": "application/json", "Retry-After": "0"}
        more = len(self._statuses) > 1
        status = self._statuses.pop(0) if more else self._statuses[0]
        return httpx2.Response(status, headers=headers, content=_BODY)

    def _method(self, client: Any, name: str) -> Any:
        for part in name.split("."):
            client = getattr(client, part)
        return client

    def _arguments(self, method: Any, *, full: bool) -> dict[str, Any]:
        hints = get_type_hints(method, localns=self._models)
        builder = ModelBuilder()
        found = {}
        for name, parameter in inspect.signature(method).parameters.items():
            if full or parameter.default is inspect.Parameter.empty:
                try:
                    found[name] = builder.value(hints[name])
                except TypeError:
                    continue  # The builder has no value of this type.
        return found


def _use(method: Any, arguments: dict[str, Any]) -> None:
    for _ in _first(method(**arguments)):
        pass


def _first(returned: Any) -> Iterator[Any]:
    kind = type(returned).__name__
    if kind in ("Page", "Stream"):
        for _, item in zip(range(MAX_ITEMS), returned, strict=False):
            yield item
    if kind == "Stream":
        returned.close()


async def _use_async(method: Any, arguments: dict[str, Any]) -> None:
    returned = await method(**arguments)
    kind = type(returned).__name__
    if kind in ("AsyncPage", "AsyncStream"):
        left = MAX_ITEMS
        async for _ in returned:
            left -= 1
            if not left:
                break
    if kind == "AsyncStream":
        await returned.aclose()
