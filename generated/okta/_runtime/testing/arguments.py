"""Arguments of an operation, read from a request: the reverse of `call.request`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from email.parser import BytesParser
from email.policy import HTTP
from functools import lru_cache
from typing import Any, Literal, TypeGuard, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl, unquote

import httpx2
import msgspec

from ..call.request import ANYTHING, split_route
from ..codec.json_decoding import decode_json
from ..codec.media_types import is_json
from ..codec.model import OpenIntEnum
from ..codec.plain_data import encode_json
from ..codec.request_body import File
from ..codec.type_guards import is_object, is_subclass
from .descriptions import ArgumentDescription, OperationDescription
from .xml_bodies import xml_form

_ABSENT = object()
_INTEGER = re.compile(r"-?[0-9]{1,20}")
_DELIMITERS = {"spaceDelimited": " ", "pipeDelimited": "|"}


def read_arguments(
    description: OperationDescription,
    method: Callable[..., object],
    request: httpx2.Request,
) -> dict[str, object]:
    """Return the arguments that a request carries, by name, as the types of a method.

    A value that does not match its type is left as it was sent.

    Args:
        description: The operation.
        method: The method of the client.
        request: The request.
    """
    hints = type_hints(method)
    reader = _Reader(description, request)
    arguments: dict[str, object] = {}
    for name, argument in description.arguments.items():
        value = reader.read(argument, hints.get(name, Any))
        if value is not _ABSENT:
            arguments[name] = value
    return arguments


def unknown_names(
    description: OperationDescription, request: httpx2.Request
) -> set[str]:
    """Return the names in the query and JSON body of a request that no argument has."""
    arguments = description.arguments.values()
    names = {name for name, _ in parse_qsl(request.url.query.decode("ascii"))}
    members = [a.name for a in arguments if a.place == "json"]
    has_json = is_json(request.headers.get("content-type", ""))
    if has_json and request.content and members and all(members):
        body: object = msgspec.json.decode(request.content)
        names |= {*body} if is_object(body) else set[str]()
    return names - {argument.name for argument in arguments}


@lru_cache(maxsize=1024)
def type_hints(method: Callable[..., object]) -> Mapping[str, Any]:
    """Return the types of the arguments and the result of a method; empty if not all are known."""
    try:
        return get_type_hints(method)
    except NameError:
        return {}


@lru_cache(maxsize=1024)
def route_pattern(route: str) -> re.Pattern[str]:
    """Return the pattern of the encoded paths of a route, after that of a base URL."""
    parts = split_route(route.partition("?")[0])
    pattern = "".join(
        re.escape(part) if index % 2 == 0 else ("(.+)" if part[0] == "+" else "([^/]*)")
        for index, part in enumerate(parts)
    )
    return re.compile(f"(?P<base>.*?){pattern}")


class _Reader:
    """Reader of the arguments of one request."""

    def __init__(
        self, description: OperationDescription, request: httpx2.Request
    ) -> None:
        self._description = description
        self._request = request
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        names = split_route(description.path)[1::2]
        match = route_pattern(description.path).fullmatch(path)
        values = () if match is None else match.groups()[1:]
        self._path = dict(zip((n.removeprefix("+") for n in names), values))
        self._query_text = query
        self._query = parse_qsl(query, keep_blank_values=True)

    def read(self, argument: ArgumentDescription, hint: Any) -> object:
        """Return the value of an argument; `_ABSENT` if it was not sent."""
        request = self._request
        match argument.place:
            case "path":
                text = self._path.get(argument.name)
                return _ABSENT if text is None else _from_segment(argument, text, hint)
            case "query" if argument.style in ("whole", "wholeJson"):
                text = unquote(self._query_text)
                return _ABSENT if not text else _from_text(argument, text, hint)
            case "query":
                return self._from_pairs(argument, self._query, hint)
            case "header":
                text = request.headers.get(argument.name)
                return _ABSENT if text is None else _from_text(argument, text, hint)
            case "cookie":
                return self._from_pairs(argument, self._cookies(), hint)
            case "content_type":
                text = request.headers.get("content-type")
                return _ABSENT if text is None else text
            case "content":
                content = request.content
                if not content and "content-type" not in request.headers:
                    return _ABSENT
                return (
                    content.decode()
                    if hint is str or str in get_args(hint)
                    else content
                )
            case "json" | "xml":
                return self._from_json(argument, hint)
            case _:
                return self._from_form(argument, hint)

    def _cookies(self) -> list[tuple[str, str]]:
        text = self._request.headers.get("cookie", "")
        parts = (part.strip() for part in text.split(";"))
        pairs = (part.partition("=") for part in parts if part)
        return [(unquote(name), unquote(value)) for name, _, value in pairs]

    def _from_json(self, argument: ArgumentDescription, hint: Any) -> object:
        if not self._request.content:
            return _ABSENT
        body = self._data()
        if not argument.name:
            return _converted(body, hint)
        if not is_object(body) or argument.name not in body:
            return _ABSENT
        return _converted(body[argument.name], hint)

    def _data(self) -> object:
        """Return the body as plain data."""
        content = self._request.content
        if not self._description.xml_body:
            return msgspec.json.decode(content)
        read = xml_form(self._description.xml_body)
        return read(content, ANYTHING, self._request.headers)[0]

    def _from_form(self, argument: ArgumentDescription, hint: Any) -> object:
        if not self._request.content:
            return _ABSENT
        if argument.place == "form":
            pairs = parse_qsl(self._request.content.decode(), keep_blank_values=True)
            if argument.name:
                return self._from_pairs(argument, pairs, hint)
            return dict(pairs)
        parts = list(multipart_parts(self._request))
        if not argument.name:
            return dict(parts)
        values = [value for name, value in parts if name == argument.name]
        if not values:
            return _ABSENT
        is_file = any(part is File for part in (hint, *get_args(hint)))
        if _is_list(hint) and not (is_file and len(values) == 1):
            return _from_parts(values, hint)
        value = values[0]
        if isinstance(value, str):
            return _from_text(argument, value, hint)
        return value if is_file else value.content

    def _from_pairs(
        self,
        argument: ArgumentDescription,
        pairs: list[tuple[str, str]],
        hint: Any,
    ) -> object:
        name = argument.name
        values = [value for key, value in pairs if key == name]
        is_exploded = argument.explode or argument.style in ("", "deepObject")
        if values and _is_list(hint) and is_exploded:
            return _converted(values, hint, is_text=True)
        if values:
            return _from_text(argument, values[0], hint)
        nested = {
            key[len(name) + 1 : -1]: value
            for key, value in pairs
            if key.startswith(f"{name}[") and key.endswith("]")
        }
        if nested:
            return _converted(nested, hint, is_text=True)
        known = {other.name for other in self._description.arguments.values()}
        rest = {key: value for key, value in pairs if key not in known}
        if rest and is_exploded and _is_object(hint) and argument.style != "deepObject":
            return _converted(rest, hint, is_text=True)
        return _ABSENT


def _from_segment(argument: ArgumentDescription, text: str, hint: Any) -> object:
    """Return the value of a path segment."""
    separator = ","
    is_list, is_object = _is_list(hint), _is_object(hint)
    if argument.style == "label":
        text = text.removeprefix(".")
        separator = "." if argument.explode else ","
    elif argument.style == "matrix" and argument.explode and (is_list or is_object):
        text = text.removeprefix(";")
        separator = ";"
        if is_list:
            text = ";".join(part.partition("=")[2] for part in text.split(";"))
    elif argument.style == "matrix":
        text = text.partition("=")[2]
    if not (is_list or is_object) or argument.style == "json":
        return _from_text(argument, unquote(text), hint)
    parts = [unquote(part) for part in text.split(separator)]
    value = parts if is_list else _members(argument, parts)
    return _converted(value, hint, is_text=True)


def _members(argument: ArgumentDescription, parts: Sequence[str]) -> dict[str, str]:
    """Return the members of an object in a delimited style."""
    if argument.explode:
        pairs = (part.partition("=") for part in parts if part)
        return {name: value for name, _, value in pairs}
    return dict(zip(parts[::2], parts[1::2]))


def _from_parts(values: Sequence[File | str], hint: Any) -> object:
    """Return the items of a list that is sent as parts; texts may be JSON."""
    if not all(isinstance(value, str) for value in values):
        return values
    try:
        return msgspec.convert(values, hint, strict=False)
    except msgspec.ValidationError:
        pass
    try:
        items = [json.loads(value) for value in values if isinstance(value, str)]
    except ValueError:
        return values
    return _converted(items, hint)


def _from_text(argument: ArgumentDescription, text: str, hint: Any) -> object:
    """Return the value of a text in its style."""
    if argument.style in ("json", "wholeJson"):
        return _converted(json.loads(text), hint)
    if _is_list(hint):
        delimiter = _DELIMITERS.get(argument.style, ",")
        return _converted(text.split(delimiter), hint, is_text=True)
    if argument.style in ("simple", "form") and _is_object(hint):
        return _converted(_members(argument, text.split(",")), hint, is_text=True)
    return _converted(text, hint, is_text=True)


def _converted(value: object, hint: Any, *, is_text: bool = False) -> object:
    """Return a value as a type; as it is if it does not match."""
    if isinstance(value, str) and (hint is str or str in get_args(hint)):
        return value
    try:
        if is_text:
            value = _constants(hint).get(value, value) if _is_text(value) else value
            return msgspec.convert(value, hint, strict=False)
        decoded, _ = decode_json(encode_json(value), hint)
    except (msgspec.ValidationError, msgspec.DecodeError, TypeError):
        return _enum_member(value, hint) if isinstance(value, str) else value
    return decoded


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str)


def _constants(hint: Any) -> dict[str, object]:
    """Return the values of literals that are no texts, by their text in a request."""
    parts = (hint, *get_args(hint))
    literals = [part for part in parts if get_origin(part) is Literal]
    values = [value for part in literals for value in get_args(part)]
    return {str(v).lower(): v for v in values if isinstance(v, int)}


def _enum_member(text: str, hint: Any) -> object:
    """Return a text as the member of the enum of integers in a type; as it is without one."""
    for part in (hint, *get_args(hint)):
        if is_subclass(part, OpenIntEnum) and _INTEGER.fullmatch(text):
            return part(int(text))
    return text


def _is_list(hint: Any) -> bool:
    parts = (hint, *get_args(hint))
    return any(_is_class(get_origin(part) or part, _LIST_CLASSES) for part in parts)


def _is_object(hint: Any) -> bool:
    parts = (hint, *get_args(hint))
    return any(
        _is_class(get_origin(part) or part, (Mapping, msgspec.Struct)) for part in parts
    )


def _is_class(part: Any, classes: tuple[type, ...]) -> bool:
    return (
        isinstance(part, type)
        and not issubclass(part, (str, bytes, bytearray, memoryview))
        and issubclass(part, classes)
    )


_LIST_CLASSES: tuple[type, ...] = (Sequence, Set)


def multipart_parts(request: httpx2.Request) -> Iterator[tuple[str, File | str]]:
    """Yield the parts of a multipart body: files, and the texts of others."""
    content_type = request.headers.get("content-type", "")
    head = f"Content-Type: {content_type}\r\n\r\n".encode("ascii")
    message = BytesParser(policy=HTTP).parsebytes(head + request.content)
    for part in message.iter_parts():
        name = str(part.get_param("name", "", header="content-disposition"))
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        filename = part.get_filename()
        if filename is None:
            yield name, content.decode()
        else:
            yield name, File(content, filename, part.get_content_type())
