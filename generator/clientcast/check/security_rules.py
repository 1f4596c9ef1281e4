"""Rules for security schemes and requirements (OpenAPI 3.1, 4.8.27 and 4.8.30)."""

from typing import Any

from clientcast.check.operation_rules import CALLS_OMIT_IT, LOCATIONS, check_header_name
from clientcast.check.walk import Walk, shorten
from clientcast.diagnostic import join_names
from clientcast.plain import is_mapping, mapping, sequence
from clientcast.references import Located, follow, lookup
from clientcast.route import loose_key, unique_by_loose_key
from clientcast.source import escape

_REQUIRED_FIELDS: dict[str, tuple[str, ...]] = {
    "apiKey": ("name", "in"),
    "http": ("scheme",),
    "mutualTLS": (),
    "oauth2": ("flows",),
    "openIdConnect": ("openIdConnectUrl",),
}
"""The required fields of each type of scheme."""
_HTTP_SCHEMES = ("basic", "bearer", "digest")


def check_security(walk: Walk) -> None:
    """Report mistakes in security schemes and requirements.

    Unusable schemes are removed: calls are sent without their credentials.
    """
    unusable: set[str] = set()
    for pointer, scheme in walk.objects("SecurityScheme"):
        if not _is_usable(walk, pointer, scheme):
            unusable.add(pointer)
            walk.fixes.remove(pointer)
    declared = _declared_schemes(walk)
    loose_names = unique_by_loose_key(declared)
    for pointer, requirement in walk.objects("SecurityRequirement"):
        for name, scopes in requirement.items():
            where = f"{pointer}/{escape(name)}"
            if name not in declared:
                _report_unknown(walk, where, name, declared)
                meant = loose_names.get(loose_key(name))
                if meant is not None and meant not in requirement:
                    walk.fixes.rename_key(where, meant)
                else:
                    walk.fixes.remove(where)
            elif declared[name].pointer in unusable:
                walk.fixes.remove(where)
            else:
                _check_scopes(walk, where, name, scopes, declared[name].value)


def _report_unknown(
    walk: Walk,
    where: str,
    name: str,
    declared: dict[str, Located],
) -> None:
    walk.warn(
        where,
        "unknown-security-scheme",
        f"there is no '{shorten(name)}' in components/securitySchemes",
        walk.did_you_mean(name, declared) or _known_schemes_hint(declared),
        at_key=True,
    )


def _known_schemes_hint(declared: dict[str, Located]) -> str:
    if not declared:
        return "declare it there"
    return f"the schemes are {join_names(declared)}"


def _is_usable(walk: Walk, pointer: str, scheme: dict[str, Any]) -> bool:
    """Return whether a request can carry the credential of a scheme; report its mistakes."""
    kind = scheme.get("type")
    if not isinstance(kind, str):
        return False
    if kind not in _REQUIRED_FIELDS:
        hint = f"the types are {', '.join(_REQUIRED_FIELDS)}"
        is_http = kind.lower() in _HTTP_SCHEMES
        if is_http:
            hint = f"write 'type: http' and 'scheme: {kind}'"
            walk.fixes.replace(f"{pointer}/type", "http")
            walk.fixes.replace(f"{pointer}/scheme", kind.lower())
        walk.warn(
            f"{pointer}/type",
            "unknown-scheme-type",
            f"'{shorten(kind)}' is not a type of security scheme{'' if is_http else CALLS_OMIT_IT}",
            walk.did_you_mean(kind, _REQUIRED_FIELDS) or hint,
        )
        return is_http
    missing = [key for key in _REQUIRED_FIELDS[kind] if key not in scheme]
    for key in missing:
        hints = {
            "apiKey": f"add '{key}'; calls are sent without the key",
            "http": "add 'scheme: bearer'",
        }
        hint = hints.get(kind, "")
        walk.report_missing(pointer, f"this {kind} scheme", key, hint, is_error=False)
    if kind != "apiKey":
        return True
    if "in" in scheme and scheme["in"] not in LOCATIONS[1:]:
        walk.warn(
            f"{pointer}/in",
            "bad-location",
            f"an API key cannot be in {scheme['in']}{CALLS_OMIT_IT}",
            f"the locations are {', '.join(LOCATIONS[1:])}",
        )
        return False
    return check_header_name(walk, pointer, scheme) and not missing


def _declared_schemes(walk: Walk) -> dict[str, Located]:
    """Return the security schemes of the document by name, resolved."""
    place = "/components/securitySchemes"
    try:
        schemes = lookup(walk.document.data, place)
    except LookupError:
        return {}
    return {
        name: follow(walk.document.data, *Located(f"{place}/{escape(name)}", scheme))
        for name, scheme in mapping(schemes).items()
    }


def _check_scopes(
    walk: Walk, pointer: str, name: str, scopes: Any, scheme: Any
) -> None:
    known = _declared_scopes(scheme)
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


def _declared_scopes(scheme: Any) -> dict[str, None] | None:
    """Return the scopes that an OAuth 2 scheme declares; None for another scheme."""
    if not is_mapping(scheme) or scheme.get("type") != "oauth2":
        return None
    flows = scheme.get("flows")
    if not is_mapping(flows):
        return None
    found: dict[str, None] = {}
    for flow in flows.values():
        found |= dict.fromkeys(mapping(mapping(flow).get("scopes")))
    return found
