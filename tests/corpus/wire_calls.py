"""Calls the methods of a generated package with plain JSON, over a transport of ours."""

import asyncio
import base64
import importlib
import inspect
import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import httpx2
import msgspec

from tests.corpus.wire_core import BASE_URL
from tests.corpus.wire_reading import ABSENT, Sent, is_same

SECRET = "user:secret"
_PLAIN = (datetime, date, time, timedelta, UUID, Decimal)


class Unfit(Exception):
    """A value that a method does not take."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a request."""

    status: int
    content_type: str
    content: bytes

    def response(self) -> httpx2.Response:
        """The same for httpx2."""
        headers = {"Content-Type": self.content_type} if self.content_type else {}
        return httpx2.Response(self.status, headers=headers, content=self.content)


class Client:
    """A generated package whose network is here.

    Attributes:
        operations: What its record says of the methods for each operation, which has one
            for each kind of body, by method and route.
    """

    def __init__(self, folder: Path, package: str) -> None:
        record = json.loads((folder / package / "clientcast.json").read_bytes())
        self.operations: dict[str, list[dict[str, Any]]] = {}
        for operation in record["api"].get("operations", ()):
            key = f"{operation['method']} {operation['path']}"
            self.operations.setdefault(key, []).append(operation)
        self._module = importlib.import_module(package)
        names = self._module.__all__
        self._name = next(n for n in names if f"Async{n}" in names)
        self._requests: list[httpx2.Request] = []
        self._answer = Answer(204, "", b"")
        self._sync = self._client(self._name)
        self._async = self._client(f"Async{self._name}")
        self._loop = asyncio.Runner()
        self._hints: dict[str, dict[str, Any]] = {}

    def close(self) -> None:
        """Close both clients."""
        self._sync.close()
        self._loop.run(self._async.aclose())
        self._loop.close()

    def _client(self, name: str) -> Any:
        class_ = getattr(self._module, name)
        options = {"base_url", "timeout", "max_retries", "strict_responses", "http"}
        options |= {"on_request", "on_response"}
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
        return self._answer.response()

    def call(
        self, name: str, arguments: dict[str, Any], answer: Answer, in_async: bool
    ) -> tuple[httpx2.Request | None, Any]:
        """What a method sent first, and what it returned or raised."""
        self._requests.clear()
        self._answer = answer
        method = self._method(name, in_async)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                returned = method(**arguments)
                if inspect.iscoroutine(returned):
                    returned = self._loop.run(_awaited(returned))
        except Exception as error:
            returned = error
        return (self._requests[0] if self._requests else None), returned

    def _method(self, name: str, in_async: bool) -> Any:
        found: Any = self._async if in_async else self._sync
        for part in name.split("."):
            found = getattr(found, part)
        return found

    def arguments(self, operation: dict[str, Any], sent: Sent) -> dict[str, Any]:
        """The arguments by which a method is to send what it is to send.

        Raises:
            Unfit: It has no argument of such a type, or for such a value.
        """
        hints = self._hints_of(operation["name"])
        left = dict(sent.parameters)
        body = sent.body
        members = dict(body) if isinstance(body, dict) else {}
        found: dict[str, Any] = {}
        raw = not operation.get("content_type", "").partition(";")[0].endswith("json")
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
                value = left.pop((place, name), ABSENT)
            if value is not ABSENT:
                found[python] = converted(value, hints[python], raw and place == "body")
        for location, name in left:
            raise Unfit(f"no argument for a {location} parameter at {name}")
        if members:
            raise Unfit(
                f"no argument for a member of the body at {next(iter(members))}"
            )
        if body is not ABSENT and not isinstance(body, dict):
            raise Unfit("no argument for the body")
        return found

    def _hints_of(self, name: str) -> dict[str, Any]:
        if name not in self._hints:
            method = self._method(name, in_async=False)
            known = _names(self._module)
            self._hints[name] = get_type_hints(method, localns=known)
        return self._hints[name]


async def _awaited(coroutine: Any) -> Any:
    return await coroutine


def _names(package: ModuleType) -> dict[str, Any]:
    """What the models of a package are called, which a method may only know by name."""
    found: dict[str, Any] = {}
    for name in ("models",):
        found |= vars(importlib.import_module(f"{package.__name__}.{name}"))
    return found


def converted(value: Any, type_: Any, raw: bool = False) -> Any:
    """Plain JSON as a value of a type.

    Args:
        raw: Whether bytes are those of the text itself, which is base64 otherwise.

    Raises:
        Unfit: It is none.
    """
    origin, inner = get_origin(type_), get_args(type_)
    if type_ is Any or type_ is object:
        return value
    if origin in (Union, UnionType):
        return _of_union(value, inner, raw)
    if origin is Literal:
        if any(value == known and type(value) is type(known) for known in inner):
            return value
    elif origin in (list, Sequence) and isinstance(value, list):
        return [converted(item, inner[0], raw) for item in value]
    elif origin is tuple and isinstance(value, list):
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(converted(item, inner[0], raw) for item in value)
        if len(inner) == len(value):
            return tuple(
                converted(v, t, raw) for v, t in zip(value, inner, strict=True)
            )
    elif origin in (dict, Mapping) and isinstance(value, dict):
        return {key: converted(part, inner[1], raw) for key, part in value.items()}
    elif isinstance(type_, type):
        return _of_class(value, type_, raw)
    raise Unfit(f"a {type(value).__name__} where {_text(type_)} is taken")


def _of_union(value: Any, members: tuple[Any, ...], raw: bool) -> Any:
    fits: list[Any] = []
    for member in members:
        try:
            made = converted(value, member, raw)
        except Unfit:
            continue
        if raw or is_same(value, json.loads(msgspec.json.encode(made))):
            return made
        fits.append(made)
    if fits:
        return fits[0]
    raise Unfit(f"a {type(value).__name__} where {_text(Union[members])} is taken")


def _of_class(value: Any, type_: type, raw: bool) -> Any:
    if type_ is NoneType and value is None:
        return None
    if issubclass(type_, msgspec.Struct) and isinstance(value, dict):
        return _model(value, type_)
    if issubclass(type_, Enum):
        try:
            return type_(value)
        except ValueError:
            pass
    elif type_.__name__ == "File" and isinstance(value, str):
        return type_(value.encode())
    elif type_ is bytes and isinstance(value, str):
        return value.encode() if raw else base64.b64decode(value)
    elif type_ is float and type(value) in (int, float):
        return value
    elif type_ is int and type(value) is float and value.is_integer():
        return int(value)
    elif type_ in (str, int, float, bool):
        if type(value) is type_:
            return value
    elif type_ in _PLAIN and isinstance(value, str):
        try:
            return msgspec.convert(value, type_)
        except msgspec.ValidationError:
            pass
    elif type_ in (list, dict) and isinstance(value, type_):
        return value
    raise Unfit(f"a {type(value).__name__} where {_text(type_)} is taken")


def _model(value: dict[str, Any], type_: Any) -> Any:
    fields = {}
    for spec in msgspec.structs.fields(type_):
        if spec.encode_name in value:
            fields[spec.name] = converted(value[spec.encode_name], spec.type)
    try:
        return type_(**fields)
    except TypeError as error:
        raise Unfit(f"a model cannot be made: {error}") from None


def _text(type_: Any) -> str:
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
        return "a model"
    if isinstance(type_, type) and issubclass(type_, Enum):
        return "an enum"
    if get_origin(type_) in (Union, UnionType):
        return " | ".join(dict.fromkeys(map(_text, get_args(type_))))
    if get_origin(type_) is Literal:
        return "Literal"
    plain = get_origin(type_) or type_
    return str(getattr(plain, "__name__", plain))
