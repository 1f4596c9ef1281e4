"""What security schemes and requirements must be (OpenAPI 3.1, 4.8.27 and 4.8.30)."""

from typing import Any

from clientcast.check.operation_rules import LOCATIONS, WITHOUT, check_header_name
from clientcast.check.walk import Walk, clipped
from clientcast.diagnostic import listed
from clientcast.plain import is_mapping, mapping, sequence
from clientcast.references import Found, follow, lookup
from clientcast.route import alike, by_likeness
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
    """Report what is wrong in schemes, and in requirements that name them.

    A call goes without the credential of a scheme that nobody can follow.
    """
    unclear: set[str] = set()
    for pointer, scheme in walk.objects("SecurityScheme"):
        if not _is_clear(walk, pointer, scheme):
            unclear.add(pointer)
            walk.mends.drop(pointer)
    declared = _declared(walk)
    likenesses = by_likeness(declared)
    for pointer, requirement in walk.objects("SecurityRequirement"):
        for name, scopes in requirement.items():
            where = f"{pointer}/{escape(name)}"
            if name not in declared:
                _report_unknown(walk, where, name, declared)
                meant = likenesses.get(alike(name))
                if meant is not None and meant not in requirement:
                    walk.mends.move(where, meant)
                else:
                    walk.mends.drop(where)
            elif declared[name].pointer in unclear:
                walk.mends.drop(where)
            else:
                _check_scopes(walk, where, name, scopes, declared[name].value)


def _report_unknown(
    walk: Walk,
    where: str,
    name: str,
    declared: dict[str, Found],
) -> None:
    walk.warn(
        where,
        "unknown-security-scheme",
        f"there is no '{clipped(name)}' in components/securitySchemes",
        walk.did_you_mean(name, declared) or _schemes(declared),
        at_key=True,
    )


def _schemes(declared: dict[str, Found]) -> str:
    if not declared:
        return "declare it there"
    return f"the schemes are {listed(declared)}"


def _is_clear(walk: Walk, pointer: str, scheme: dict[str, Any]) -> bool:
    """Whether it can be known what to send for a scheme; report what is wrong with it."""
    kind = scheme.get("type")
    if not isinstance(kind, str):
        return False
    if kind not in _NEEDED:
        hint = f"the types are {', '.join(_NEEDED)}"
        is_http = kind.lower() in _HTTP
        if is_http:
            hint = f"write 'type: http' and 'scheme: {kind}'"
            walk.mends.put(f"{pointer}/type", "http")
            walk.mends.put(f"{pointer}/scheme", kind.lower())
        walk.warn(
            f"{pointer}/type",
            "unknown-scheme-type",
            f"'{clipped(kind)}' is no type of security scheme{'' if is_http else WITHOUT}",
            walk.did_you_mean(kind, _NEEDED) or hint,
        )
        return is_http
    missing = [key for key in _NEEDED[kind] if key not in scheme]
    for key in missing:
        hints = {
            "apiKey": f"add '{key}': calls go without the key",
            "http": "add 'scheme: bearer'",
        }
        hint = hints.get(kind, "")
        walk.missing(pointer, f"this {kind} scheme", key, hint, is_error=False)
    if kind != "apiKey":
        return True
    if "in" in scheme and scheme["in"] not in LOCATIONS[1:]:
        walk.warn(
            f"{pointer}/in",
            "bad-location",
            f"an API key cannot be in {scheme['in']}{WITHOUT}",
            f"the places are {', '.join(LOCATIONS[1:])}",
        )
        return False
    return check_header_name(walk, pointer, scheme) and not missing


def _declared(walk: Walk) -> dict[str, Found]:
    """The security schemes of the document, by name."""
    place = "/components/securitySchemes"
    try:
        schemes = lookup(walk.document.data, place)
    except LookupError:
        return {}
    return {
        name: follow(walk.document.data, *Found(f"{place}/{escape(name)}", scheme))
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
                walk.did_you_mean(str(scope), known)
                or f"add it to the flows of '{name}'",
            )


def _scopes(scheme: Any) -> dict[str, None] | None:
    """The scopes that an OAuth 2 scheme declares, None for another scheme."""
    if not is_mapping(scheme) or scheme.get("type") != "oauth2":
        return None
    flows = scheme.get("flows")
    if not is_mapping(flows):
        return None
    found: dict[str, None] = {}
    for flow in flows.values():
        found |= dict.fromkeys(mapping(mapping(flow).get("scopes")))
    return found
