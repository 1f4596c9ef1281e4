"""The request of an operation as a command of curl, with its examples."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlencode

from clientcast.docs.markdown import one_line
from clientcast.docs.reference import Argument, Credential, Operation
from clientcast.openapi import is_json
from clientcast.plain import is_list, is_mapping

_SERVER_VARIABLE = re.compile(r"\{([A-Za-z]\w*)\}", re.ASCII)
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_PLACEHOLDERS: Mapping[str, object] = {
    "bool": True,
    "int": 1,
    "float": 1.0,
    "list": [],
    "dict": {},
    "Mapping": {},
    "Sequence": [],
}
"""Values of required arguments without an example, by the first word of the annotation."""


def curl_command(
    operation: Operation, server: str, credentials: Mapping[str, Credential]
) -> str:
    """Return a command for a POSIX shell, with shell variables for credentials.

    Args:
        operation: The operation.
        server: Its base URL, with variables in braces.
        credentials: Credentials of the client by the name of their argument.
    """
    url = _url(operation, server)
    in_query: list[str] = []
    options = [f"--request {shlex.quote(operation.http_method)}"]
    for requirement in next(iter(operation.credentials), ()):
        credential = credentials.get(requirement.argument)
        if credential is None:
            continue
        secret = f'"${{{_variable(credential)}}}"'
        match credential.location:
            case "query":
                in_query.append(f"{quote(credential.name, safe='')}={secret}")
            case "cookie":
                options.append(f"--cookie {shlex.quote(f'{credential.name}=')}{secret}")
            case _:
                head = shlex.quote(f"{credential.name}: {credential.prefix}")
                options.append(f"--header {head}{secret}")
    for argument in _sent(operation, "header"):
        text = one_line(f"{argument.wire_name}: {_text(_value(argument))}")
        options.append(f"--header {shlex.quote(text)}")
    for argument in _sent(operation, "cookie"):
        text = one_line(f"{argument.wire_name}={_text(_value(argument))}")
        options.append(f"--cookie {shlex.quote(text)}")
    options += _body(operation)
    if in_query:
        url += "&" if "?" in url else "?"
    quoted = _SERVER_VARIABLE.sub(_shell_variable, shlex.quote(url)) + "&".join(
        in_query
    )
    return " \\\n  ".join([f"curl {quoted}", *options])


def _sent(operation: Operation, place: str) -> Iterator[Argument]:
    """Yield the arguments of a place that the example has: required ones, or with an example."""
    for argument in operation.arguments:
        if argument.place != place:
            continue
        value = argument.example
        is_plain = place == "body" or not (is_mapping(value) or is_list(value))
        if argument.required or (value is not None and is_plain):
            yield argument


def _url(operation: Operation, server: str) -> str:
    path = operation.path
    for argument in _sent(operation, "path"):
        value = quote(_text(_value(argument)), safe="")
        path = path.replace(f"{{{argument.wire_name}}}", value)
    pairs = [(a.wire_name, _query_value(_value(a))) for a in _sent(operation, "query")]
    query = urlencode(pairs, doseq=True, quote_via=quote)
    return f"{server.rstrip('/')}{path}{'?' if query else ''}{query}"


def _query_value(value: object) -> str | list[str]:
    return [_text(item) for item in value] if is_list(value) else _text(value)


def _body(operation: Operation) -> Iterator[str]:
    arguments = list(_sent(operation, "body"))
    media_type = operation.content_type
    if not media_type or not arguments:
        return
    whole = next((a for a in arguments if not a.wire_name), None)
    properties = {a.wire_name: _value(a) for a in arguments if a.wire_name}
    if media_type == "application/x-www-form-urlencoded":
        for name, value in properties.items():
            yield f"--data-urlencode {shlex.quote(f'{name}={_text(value)}')}"
    elif media_type.startswith("multipart/"):
        for argument in arguments:
            is_file = "bytes" in argument.type
            value = "@file" if is_file else _text(_value(argument))
            yield f"--form {shlex.quote(f'{argument.wire_name}={value}')}"
    else:
        yield f"--header {shlex.quote(f'Content-Type: {media_type}')}"
        if is_json(media_type):
            value = properties if whole is None else _value(whole)
            yield f"--data {shlex.quote(json.dumps(value, ensure_ascii=False))}"
        elif whole is not None and "bytes" in whole.type:
            yield "--data-binary @file"
        else:
            value = properties if whole is None else _value(whole)
            yield f"--data-binary {shlex.quote(_text(value))}"


def _value(argument: Argument) -> object:
    """Return the example of an argument, or a placeholder of its type."""
    if argument.example is not None:
        return argument.example
    if argument.values:
        return argument.values[0]
    word = re.match(r"\w*", argument.type)
    return _PLACEHOLDERS.get(word[0] if word else "", "...")


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _shell_variable(match: re.Match[str]) -> str:
    """Return a variable of a server URL, within single quotes, as one of the shell."""
    return f"'\"${{{match[1].upper()}}}\"'"


def _variable(credential: Credential) -> str:
    """Return the name of a shell variable: the environment variable that the client reads."""
    name = next(iter(credential.environment), credential.argument.upper())
    return name if _VARIABLE.fullmatch(name) else "CREDENTIAL"
