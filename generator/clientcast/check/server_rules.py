"""Rules for servers (OpenAPI 3.1, 4.8.5 and 4.8.6)."""

import re
from typing import Any
from urllib.parse import urlsplit

from clientcast.check.injection_rules import has_control_character
from clientcast.check.walk import Walk
from clientcast.openapi import TEMPLATE_EXPRESSION
from clientcast.plain import is_list, is_mapping, mapping, sequence
from clientcast.source import escape

_HOST = r"https?://[^\s/?#@\\]+"
_URL = re.compile(rf"(?:{_HOST})?(?:/[^\s?#\\]*)?", re.IGNORECASE)
_PLAIN_DEFAULT = re.compile(r"[A-Za-z0-9_.:/-]+")
_BARE_HOST = re.compile(r"(?:localhost|[\w-]+(?:\.[\w-]+)+)(?::[0-9]+)?(?:/.*)?")
_REQUIRED_VARIABLE = {"default": "", "x-client": {"required": True}}
"""Declaration of a variable whose value the caller must give."""


def check_servers(walk: Walk) -> None:
    """Report mistakes in each server."""
    for pointer, server in walk.objects("Server"):
        url = server.get("url")
        variables = server.get("variables", {})
        if isinstance(url, str) and is_mapping(variables):
            _check_variables(walk, pointer, url, variables)
            if not _report_control_characters(walk, f"{pointer}/url", url):
                _check_url(walk, pointer, url, variables)
    for pointer, variable in walk.objects("ServerVariable"):
        values, default = variable.get("enum"), variable.get("default")
        _report_control_characters(walk, f"{pointer}/default", default)
        for index, value in enumerate(sequence(values)):
            _report_control_characters(walk, f"{pointer}/enum/{index}", value)
        if not is_list(values) or default is None:
            continue
        if str(default) not in (str(value) for value in values):
            walk.warn(
                f"{pointer}/default",
                "bad-default",
                f"the default '{default}' is not one of the enum's values",
                walk.did_you_mean(str(default), (str(value) for value in values))
                or "add it to the enum, or write one of its values",
            )


def _report_control_characters(walk: Walk, pointer: str, value: Any) -> bool:
    """Report a control character in a part of a URL, and return whether there is one."""
    found = isinstance(value, str) and has_control_character(value)
    if found:
        problem = "a server URL cannot have a control character"
        walk.report(pointer, "bad-server-url", problem, "remove it")
    return found


def _check_variables(
    walk: Walk, pointer: str, url: str, variables: dict[str, Any]
) -> None:
    named = TEMPLATE_EXPRESSION.findall(url)
    in_url = set(named)
    unused = [name for name in variables if name not in in_url]
    misspelled: set[str | None] = set()
    undeclared: dict[str, Any] = {}
    for name in named:
        if name not in variables:
            misspelled.add(walk.suggestions.closest(name, unused))
            walk.warn(
                f"{pointer}/url",
                "server-variable",
                f"the variable '{name}' is not declared",
                walk.did_you_mean(name, unused) or f"add '{name}' to variables",
            )
            undeclared[name] = _REQUIRED_VARIABLE
    if undeclared:
        walk.fixes.replace(f"{pointer}/variables", {**variables, **undeclared})
    for name in unused:
        if name not in misspelled:
            walk.warn(
                f"{pointer}/variables/{escape(name)}",
                "server-variable",
                f"the URL has no variable '{name}'",
                f"write {{{name}}} in the URL, or remove the variable",
                at_key=True,
            )


def _has_valid_host(url: str) -> bool:
    """Return whether a URL has a host and port that a client can connect to.

    RFC 3986, section 3.2. A name with other than ASCII letters must be in normal form
    (RFC 3490, section 4): IDNA neither drops nor maps any of its characters.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        return bool(parts.port is None or host) and (
            host.isascii() or host.encode("idna").decode("idna") == host
        )
    except ValueError:
        return False


def _check_url(walk: Walk, pointer: str, url: str, variables: dict[str, Any]) -> None:
    def default_value(match: re.Match[str]) -> str:
        default = str(mapping(variables.get(match[1])).get("default", "x"))
        return default if _PLAIN_DEFAULT.fullmatch(default) else "x"

    plain = TEMPLATE_EXPRESSION.sub(default_value, url)
    if _URL.fullmatch(plain) and _has_valid_host(plain):
        return
    hint = "write https://, a host and a path, or a path alone"
    if _URL.fullmatch(plain):
        problem = "this URL has an invalid host or port"
    elif "{" in plain or "}" in plain:
        problem = "the braces of this URL do not match"
    elif re.match(r"[^/]*//[^/]*@", plain):
        problem = "a server URL cannot have a user or password"
        hint = "describe them as a security scheme"
    elif "?" in plain or "#" in plain:
        problem = "a server URL cannot have a query or fragment"
        hint = "describe a query as parameters"
    elif any(c.isspace() or c == "\\" for c in plain):
        problem = "a server URL cannot have a space or backslash"
    else:
        problem = "this URL does not begin with https:// or http://"
        if _BARE_HOST.fullmatch(url):
            hint = f"did you mean 'https://{url}'?"
    walk.warn(f"{pointer}/url", "bad-server-url", problem, hint)
    walk.fixes.replace(f"{pointer}/url", "/")
