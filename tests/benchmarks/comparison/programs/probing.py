"""Probe of a client: it runs one call, and prints what the caller gets as a line of JSON.

It runs in the environment of the client, and imports nothing but the standard library. The command
line of a probe is `probe_NAME.py VENDOR URL CALL [ARGUMENT]...`.
"""

import inspect
import io
import json
import logging
import sys
import time
import typing
import warnings
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout, suppress
from typing import Any

Calls = Mapping[str, Callable[..., object]]

TOKEN = "c4n4ry-token"
STATUS = {"okta": "status", "clerk": "status", "pangea": "type"}
"""The attribute of a session that is an enum, by vendor."""
BODY = {
    "sessionToken": "00HiohZYpJgMSHwmL9TQy7RRzuY",
    "user_id": f"pui_{'a' * 32}",
    "expired_token": "a.b.c",
    "refresh_token": f"ptr_{'a' * 32}",
    "request_origin": "https://app.example.com",
    "token": f"ptu_{'a' * 32}",
    "session_id": f"pmt_{'a' * 32}",
}
"""Values of the required properties of all request bodies."""
_VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class MissingOperation(Exception):
    """The client does not have the operation."""


def probe(connect: Callable[[str, str], Calls]) -> None:
    """Run the call that the command line names, and print the outcome.

    Args:
        connect: Function of vendor and URL that returns the calls of a client.
    """
    vendor, url, name, *arguments = sys.argv[1:]
    printed = io.StringIO()
    logging.basicConfig(level=logging.DEBUG, stream=printed)
    value, error = None, ""
    with (
        warnings.catch_warnings(record=True) as warned,
        redirect_stdout(printed),
        redirect_stderr(printed),
    ):
        warnings.simplefilter("always")
        calls = connect(vendor, url)
        began = time.monotonic()
        try:
            if name not in calls:
                raise MissingOperation
            value = calls[name](*arguments)
        except Exception as raised:
            error = type(raised).__name__
        seconds = time.monotonic() - began
    outcome = {
        "value": value,
        "error": error,
        "warnings": [warning.category.__name__ for warning in warned],
        "log": printed.getvalue(),
        "seconds": seconds,
    }
    print(json.dumps(outcome, default=str))


def describe(vendor: str, session: Any) -> dict[str, str]:
    """Return the id and the status of a session, or the name of another type."""
    names = (STATUS[vendor], f"{STATUS[vendor]}_")
    name = next((name for name in names if hasattr(session, name)), None)
    if name is None:
        return {"class": type(session).__name__}
    status = getattr(session, name)
    return {"id": str(session.id), "status": str(getattr(status, "value", status))}


def describe_first(vendor: str, response: Any) -> dict[str, str]:
    """Return the id and the status of the first session of a response of Pangea."""
    sessions = getattr(getattr(response, "result", None), "sessions", None)
    return describe(vendor, sessions[0] if sessions else response)


def call_all(owner: object, names: typing.Iterable[str] = ()) -> None:
    """Call all public methods of an object, or those with the names, with samples."""
    for name in names or dir(owner):
        method = None if name.startswith("_") else getattr(owner, name, None)
        if inspect.isroutine(method):
            call_with_samples(method)


def call_with_samples(function: Callable[..., Any], **given: object) -> Any:
    """Call a function with a sample for each required parameter, and ignore its errors."""
    arguments = dict(given)
    with suppress(Exception):
        for name in _required(function):
            if name not in given:
                arguments[name] = sample(function, name)
        return function(**arguments)


def _required(function: Callable[..., Any]) -> list[str]:
    return [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.default is parameter.empty and parameter.kind not in _VARIADIC
    ]


def sample(
    function: Callable[..., Any], name: str, values: Mapping[str, str] = BODY
) -> Any:
    """Return a sample for a parameter: text, or a model of the values."""
    hint: Any = None
    with suppress(Exception):
        hint = typing.get_type_hints(function)[name]
    for candidate in (hint, *typing.get_args(hint)):
        if hasattr(candidate, "from_dict"):
            fields = getattr(candidate, "model_fields", None)
            if fields is not None:
                allowed = {field.alias or key for key, field in fields.items()}
                values = {key: v for key, v in values.items() if key in allowed}
            return candidate.from_dict(dict(values))
    return "x"
