"""Conversion of `host`, `basePath` and `schemes` to servers."""

import re
from typing import Any

from clientcast.plain import mapping, text, texts
from clientcast.references import Located
from clientcast.swagger.conversion import Conversion

_SCHEMES = ("https", "http")
"""Supported schemes, the preferred one first."""

_HOST = re.compile(r"(?:(https?)://)?([^/]*)(/.*)?", re.IGNORECASE | re.DOTALL)


def convert_servers(conversion: Conversion) -> list[dict[str, Any]]:
    """Return the servers of the document; empty if it has neither `host` nor `basePath`.

    Without `host`, the host is that which serves the document, which is unknown here.
    """
    schemes, host, path = _server_parts(conversion)
    if not host and not path:
        return []
    origin = "/host" if host else "/basePath"
    result: list[dict[str, Any]] = []
    for scheme in schemes:
        conversion.origin_pointers[f"/servers/{len(result)}"] = origin
        result.append({"url": f"{scheme}://{host}{path}" if host else path or "/"})
        if not host:
            break
    return result


def convert_operation_servers(
    conversion: Conversion, source: Located, at: str
) -> list[dict[str, Any]]:
    """Return the server of an operation that requires another scheme than the document."""
    operation_schemes = _supported_schemes(mapping(source.value))
    if not operation_schemes:
        return []
    schemes, host, path = _server_parts(conversion, silent=True)
    if not host or operation_schemes[0] == schemes[0]:
        return []
    conversion.origin_pointers[f"{at}/servers"] = f"{source.pointer}/schemes"
    return [{"url": f"{operation_schemes[0]}://{host}{path}"}]


def _supported_schemes(value: dict[str, Any]) -> list[str]:
    named = [scheme.lower() for scheme in texts(value.get("schemes"))]
    return [scheme for scheme in _SCHEMES if scheme in named]


def _server_parts(
    conversion: Conversion, *, silent: bool = False
) -> tuple[list[str], str, str]:
    """Return the schemes, the host with its port, and the base path."""
    data = conversion.data
    host_field, base_path = (
        text(data.get("host")).strip(),
        text(data.get("basePath")).strip(),
    )
    match = _HOST.fullmatch(host_field)
    scheme, host, path = match.groups("") if match else ("", "", "")
    schemes = _supported_schemes(data) or [scheme.lower() or "https"]
    problem, hint = "", ""
    if scheme or path:
        problem = "'host' is a name and a port, without a scheme or path"
        hint = "write these under 'schemes' and 'basePath'"
    if "{" in host:
        problem = "Swagger 2.0 has no variables in 'host'"
        hint = (
            "write the host of one server; without it, the client requires a base URL"
        )
        host, path, base_path = "", "", ""
    if problem and not silent:
        conversion.warn("/host", "bad-server-url", problem, hint)
    return schemes, host, f"{path.rstrip('/')}/{base_path.strip('/')}".rstrip("/")
