"""Conversion of security definitions (Swagger 2.0, Security Scheme Object)."""

from typing import Any

from clientcast.plain import is_mapping, text
from clientcast.references import Located
from clientcast.source import escape
from clientcast.swagger.conversion import Conversion, entries

_FLOWS = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}
_FLOW_FIELDS = ("authorizationUrl", "tokenUrl")
_OPENAPI_3_FIELDS = ("scheme", "bearerFormat", "flows", "openIdConnectUrl")


def convert_security_schemes(conversion: Conversion, source: Located) -> Any:
    """Return the security schemes, by name."""
    if not is_mapping(source.value):
        return source.value
    converted: dict[str, Any] = {}
    for name, item in entries(source):
        at = f"/components/securitySchemes/{escape(name)}"
        conversion.record_move(item.pointer, at)
        converted[name] = _convert_scheme(conversion, item, at)
    return converted


def _convert_scheme(conversion: Conversion, source: Located, at: str) -> Any:
    value = source.value
    if not is_mapping(value):
        return value
    conversion.warn_openapi_3_fields(source, _OPENAPI_3_FIELDS)
    match value.get("type"):
        case "basic":
            return {**value, "type": "http", "scheme": "basic"}
        case "oauth2" if "flows" not in value:
            return _convert_oauth2(conversion, source, at)
        case _:
            return value


def _convert_oauth2(conversion: Conversion, source: Located, at: str) -> dict[str, Any]:
    value: dict[str, Any] = source.value
    flow = {key: value[key] for key in _FLOW_FIELDS if key in value}
    scopes = value.get("scopes", {})
    if is_mapping(scopes):
        scopes = {k: v for k, v in scopes.items() if not k.startswith("x-")}
    flow["scopes"] = scopes
    flow_name = value.get("flow")
    name = _FLOWS.get(text(flow_name), text(flow_name))
    if name not in _FLOWS.values():
        conversion.warn(
            f"{source.pointer}/flow" if "flow" in value else source.pointer,
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
    conversion.origin_pointers[f"{at}/flows/{name}"] = source.pointer
    converted_fields = ("flow", "scopes", *_FLOW_FIELDS)
    converted = {
        key: item for key, item in value.items() if key not in converted_fields
    }
    return {**converted, "flows": {name: flow}}
