"""Parsing of the flows of OAuth 2.0 schemes (OpenAPI 3.1, OAuth Flows Object)."""

from typing import Any

from clientcast import ir
from clientcast.plain import mapping, text

_USER_FLOWS = ("authorizationCode", "deviceAuthorization", "password")
"""The flows whose token responses may have a refresh token (RFC 6749, RFC 8628)."""
_FLOWS = (*_USER_FLOWS, "implicit", "clientCredentials")


def read_flows(value: Any, server_url: str) -> ir.OAuthFlows | None:
    """Return where the flows of a scheme fetch tokens; None if they fetch none.

    Args:
        value: The OAuth Flows Object.
        server_url: The URL of the server in the document, which relative URLs refer to.
    """
    flows = mapping(value)
    refresh_urls = [_url(flows, name, "refreshUrl") for name in _FLOWS]
    refresh_urls += [_url(flows, name, "tokenUrl") for name in _USER_FLOWS]
    found = ir.OAuthFlows(
        _relative_to_folder(_url(flows, "clientCredentials", "tokenUrl"), server_url),
        _relative_to_folder(next(filter(None, refresh_urls), ""), server_url),
    )
    return found if found.token_url or found.refresh_url else None


def _url(flows: dict[str, Any], flow: str, name: str) -> str:
    return text(mapping(flows.get(flow)).get(name)).strip()


def _relative_to_folder(url: str, server_url: str) -> str:
    """Return a URL relative to the server's URL with a slash after it (RFC 3986, 5.2).

    `token` at the server `https://host/v1` is `https://host/token`, and so `../token` at
    `https://host/v1/`.
    """
    is_relative = url and not url.startswith("/") and "://" not in url
    return f"../{url}" if is_relative and not server_url.endswith("/") else url
