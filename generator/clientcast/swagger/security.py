"""Converts security definitions (Swagger 2.0, Security Scheme Object)."""

from typing import Any

from clientcast.plain import is_mapping, text
from clientcast.references import Found
from clientcast.source import escape
from clientcast.swagger.conversion import Conversion, entries

_FLOWS = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}
_OF_A_FLOW = ("authorizationUrl", "tokenUrl")
_OPENAPI_3 = ("scheme", "bearerFormat", "flows", "openIdConnectUrl")


def security_schemes(conversion: Conversion, found: Found) -> Any:
    """All security definitions, by name."""
    if not is_mapping(found.value):
        return found.value
    made: dict[str, Any] = {}
    for name, item in entries(found):
        at = f"/components/securitySchemes/{escape(name)}"
        conversion.move(item.pointer, at)
        made[name] = _scheme(conversion, item, at)
    return made


def _scheme(conversion: Conversion, found: Found, at: str) -> Any:
    value = found.value
    if not is_mapping(value):
        return value
    conversion.foreign(found, _OPENAPI_3)
    match value.get("type"):
        case "basic":
            return {**value, "type": "http", "scheme": "basic"}
        case "oauth2" if "flows" not in value:
            return _oauth2(conversion, found, at)
        case _:
            return value


def _oauth2(conversion: Conversion, found: Found, at: str) -> dict[str, Any]:
    value: dict[str, Any] = found.value
    flow = {key: value[key] for key in _OF_A_FLOW if key in value}
    scopes = value.get("scopes", {})
    if is_mapping(scopes):
        scopes = {k: v for k, v in scopes.items() if not k.startswith("x-")}
    flow["scopes"] = scopes
    written = value.get("flow")
    name = _FLOWS.get(text(written), text(written))
    if name not in _FLOWS.values():
        conversion.warn(
            f"{found.pointer}/flow" if "flow" in value else found.pointer,
            "bad-flow",
            (
                f"'{name[:40]}' is no OAuth 2.0 flow"
                if name
                else "this scheme has no 'flow'"
            ),
            f"a bearer token is sent; the flows are {', '.join(_FLOWS)}",
        )
        name = "implicit"
        flow.setdefault("authorizationUrl", "")
    conversion.moved[f"{at}/flows/{name}"] = found.pointer
    own = ("flow", "scopes", *_OF_A_FLOW)
    made = {key: item for key, item in value.items() if key not in own}
    return {**made, "flows": {name: flow}}
