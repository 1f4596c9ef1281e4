"""What security schemes and requirements must be (OpenAPI 3.1, 4.8.27 and 4.8.30)."""

from typing import Any

from clientcast.check.operation_rules import LOCATIONS, check_header_name
from clientcast.check.walk import Walk, clipped
from clientcast.diagnostic import Severity, did_you_mean
from clientcast.plain import is_mapping, mapping, sequence
from clientcast.references import Found, follow, lookup
from clientcast.route import alike
from clientcast.source import escape

_NEEDED: dict[str, tuple[str, ...]] = {
    "apiKey": ("name", "in"),
    "http": ("scheme",),
    "mutualTLS": (),
    "oauth2": ("flows",),
    "openIdConnect": ("openIdConnectUrl",),
}
"""The fields that each type of scheme has."""
_HTTP = ("basic", "bearer", "digest")


def check_security(walk: Walk) -> None:
    """Report what is wrong in schemes, and in requirements that name them."""
    for pointer, scheme in walk.objects("SecurityScheme"):
        _check_scheme(walk, pointer, scheme)
    declared = _declared(walk)
    for pointer, requirement in walk.objects("SecurityRequirement"):
        for name, scopes in requirement.items():
            where = f"{pointer}/{escape(name)}"
            if name in declared:
                _check_scopes(walk, where, name, scopes, declared[name])
                continue
            walk.warn(
                where,
                "unknown-security-scheme",
                f"there is no '{clipped(name)}' in components/securitySchemes",
                did_you_mean(name, declared) or _schemes(declared),
                at_key=True,
            )
            same = [other for other in declared if alike(other) == alike(name)]
            walk.mends.drop(where)
            if len(same) == 1 and same[0] not in requirement:
                walk.mends.put(f"{pointer}/{escape(same[0])}", scopes)


def _schemes(declared: dict[str, Any]) -> str:
    if not declared:
        return "declare it there"
    return f"the schemes are {', '.join(declared)}"


def _check_scheme(walk: Walk, pointer: str, scheme: dict[str, Any]) -> None:
    kind = scheme.get("type")
    if not isinstance(kind, str):
        return
    if kind not in _NEEDED:
        hint = f"the types are {', '.join(_NEEDED)}"
        if kind.lower() in _HTTP:
            hint = f"write 'type: http' and 'scheme: {kind}'"
        is_http = kind.lower() in _HTTP
        walk.report(
            f"{pointer}/type",
            "unknown-scheme-type",
            f"'{kind}' is no type of security scheme",
            did_you_mean(kind, _NEEDED) or hint,
            severity=Severity.WARNING if is_http else Severity.ERROR,
        )
        if is_http:
            walk.mends.put(f"{pointer}/type", "http")
            walk.mends.put(f"{pointer}/scheme", kind.lower())
        return
    for key in _NEEDED[kind]:
        if key not in scheme:
            hint = "add 'scheme: bearer'" if key == "scheme" else ""
            is_error = kind == "apiKey"
            walk.missing(pointer, f"this {kind} scheme", key, hint, is_error=is_error)
    if kind != "apiKey":
        return
    if "in" in scheme and scheme["in"] not in LOCATIONS[1:]:
        walk.report(
            f"{pointer}/in",
            "bad-location",
            f"an API key cannot be in {scheme['in']}",
            f"the places are {', '.join(LOCATIONS[1:])}",
        )
    check_header_name(walk, pointer, scheme, may_go=False)


def _declared(walk: Walk) -> dict[str, Any]:
    """The security schemes of the document, by name."""
    place = "/components/securitySchemes"
    try:
        schemes = lookup(walk.document.data, place)
    except LookupError:
        return {}
    return {
        name: follow(
            walk.document.data, *Found(f"{place}/{escape(name)}", scheme)
        ).value
        for name, scheme in mapping(schemes).items()
    }


def _check_scopes(
    walk: Walk, pointer: str, name: str, scopes: Any, scheme: Any
) -> None:
    known = _scopes(scheme)
    if known is None:
        return
    for index, scope in enumerate(sequence(scopes)):
        if scope not in known:
            walk.warn(
                f"{pointer}/{index}",
                "unknown-scope",
                f"'{name}' declares no scope '{scope}'",
                did_you_mean(str(scope), known) or f"add it to the flows of '{name}'",
            )


def _scopes(scheme: Any) -> list[str] | None:
    """The scopes that an OAuth 2 scheme declares, None for another scheme."""
    if not is_mapping(scheme) or scheme.get("type") != "oauth2":
        return None
    flows = scheme.get("flows")
    if not is_mapping(flows):
        return None
    found: list[str] = []
    for flow in flows.values():
        found.extend(mapping(mapping(flow).get("scopes")))
    return found
