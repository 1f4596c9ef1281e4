"""Rules for security schemes and requirements (OpenAPI 3.1, 4.8.27 and 4.8.30)."""

from typing import Any

from msgspec import Struct

from clientcast.check.operation_rules import LOCATIONS, check_header_name
from clientcast.check.walk import Walk, shorten
from clientcast.diagnostic import join_names
from clientcast.plain import is_mapping, mapping, sequence, text
from clientcast.references import Located, follow, local_pointer, lookup, segments
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
_WITHOUT_CREDENTIAL = "calls are sent without its credential"
_HTTP_SCHEMES = ("basic", "bearer", "digest")


def check_security(walk: Walk) -> None:
    """Report mistakes in security schemes and requirements.

    With --lenient, unusable schemes are removed: calls are sent without their credentials.

    Args:
        walk: The walk through the document.
    """
    unusable: set[str] = set()
    for pointer, scheme in walk.objects("SecurityScheme"):
        if not _is_usable(walk, pointer, scheme):
            unusable.add(pointer)
            if walk.lenient:
                walk.fixes.remove(pointer)
    declared = _declared_schemes(walk)
    names = _SchemeNames(
        walk, declared, unique_by_loose_key(declared), _is_default_used(walk)
    )
    for pointer, requirement in walk.objects("SecurityRequirement"):
        _check_places(walk, pointer, requirement, declared)
        for name, scopes in requirement.items():
            where = f"{pointer}/{escape(name)}"
            meant = names.resolve(where, name)
            if meant is None or declared[meant].pointer in unusable:
                if meant is None or walk.lenient:
                    walk.fixes.remove(where)
                continue
            if meant != name:
                if meant in requirement:
                    walk.fixes.remove(where)
                else:
                    walk.fixes.rename_key(where, meant)
            _check_scopes(walk, where, meant, scopes, declared[meant].value)


class _SchemeNames(Struct, frozen=True):
    """Resolver of the names of security schemes in requirements.

    Attributes:
        declared: The security schemes of the document, by name.
        loose_names: The names of the schemes by a key that ignores case and punctuation.
        is_default_used: Whether an operation has the requirements of the document.
    """

    walk: Walk
    declared: dict[str, Located]
    loose_names: dict[str, str]
    is_default_used: bool

    def resolve(self, where: str, name: str) -> str | None:
        """Return the name of the scheme that a requirement means; report it if it is wrong."""
        if name in self.declared:
            return name
        meant = self._referenced(name)
        if meant is not None:
            if not str(self.walk.document.data["openapi"]).startswith("3.2"):
                self.walk.warn(
                    where,
                    "unknown-security-scheme",
                    "the URI of a security scheme needs OpenAPI 3.2",
                    f"write '{shorten(meant)}'",
                    at_key=True,
                )
            return meant
        meant = self.loose_names.get(loose_key(name))
        hint = self.walk.did_you_mean(name, self.declared) or self._known_schemes_hint()
        message = f"there is no '{shorten(name)}' in components/securitySchemes"
        code = "unknown-security-scheme"
        if meant is None and self._is_sent(where):
            self.walk.report_unusable(
                where, code, message, hint, _WITHOUT_CREDENTIAL, at_key=True
            )
        else:
            self.walk.warn(where, code, message, hint, at_key=True)
        return meant

    def _referenced(self, name: str) -> str | None:
        """Return the name of the scheme whose URI this is (OpenAPI 3.2, 4.30)."""
        keys = segments(local_pointer(name) or "")
        is_scheme = keys[:-1] == ["components", "securitySchemes"]
        return keys[-1] if is_scheme and keys[-1] in self.declared else None

    def _is_sent(self, where: str) -> bool:
        """Return whether requests have the requirement, as those of webhooks do not."""
        if where.startswith("/security/"):
            return self.is_default_used
        return not is_inbound(where)

    def _known_schemes_hint(self) -> str:
        if not self.declared:
            return "declare it there"
        return f"the schemes are {join_names(self.declared)}"


def is_inbound(pointer: str) -> bool:
    """Return whether an operation or its part is in a webhook or a callback."""
    return pointer.startswith("/webhooks/") or "callbacks" in segments(pointer)


def _check_places(
    walk: Walk,
    pointer: str,
    requirement: dict[str, Any],
    declared: dict[str, Located],
) -> None:
    """Report schemes that cannot be combined, since a request has one place for them."""
    seen: dict[tuple[str, str], str] = {}
    for name in filter(declared.__contains__, requirement):
        place = _place(mapping(declared[name].value))
        if place is not None and seen.setdefault(place, name) != name:
            walk.warn(
                f"{pointer}/{escape(name)}",
                "conflicting-schemes",
                f"'{shorten(seen[place])}' and '{shorten(name)}' are sent in the same"
                f" {place[0]}: they are read as alternatives",
                "list them as alternatives",
                at_key=True,
            )


def _place(scheme: dict[str, Any]) -> tuple[str, str] | None:
    """Return the location and name that carry the credential of a scheme; None for none."""
    if scheme.get("type") in ("http", "oauth2", "openIdConnect"):
        return "header", "authorization"
    location, name = text(scheme.get("in")), text(scheme.get("name"))
    if scheme.get("type") != "apiKey":
        return None
    return location, name.lower() if location == "header" else name


def _is_default_used(walk: Walk) -> bool:
    """Return whether an operation of the client has no security requirements of its own."""
    return any(
        operation.get("security") is None and not is_inbound(pointer)
        for pointer, operation in walk.objects("Operation")
    )


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
        message = f"'{shorten(kind)}' is not a type of security scheme"
        hint = walk.did_you_mean(kind, _REQUIRED_FIELDS) or hint
        where = f"{pointer}/type"
        if is_http:
            walk.warn(where, "unknown-scheme-type", message, hint)
        else:
            walk.report_unusable(
                where, "unknown-scheme-type", message, hint, _WITHOUT_CREDENTIAL
            )
        return is_http
    missing = [key for key in _REQUIRED_FIELDS[kind] if key not in scheme]
    for key in missing:
        hint = "add 'scheme: bearer'" if kind == "http" else ""
        whole = f"this {kind} scheme"
        if kind == "apiKey":
            walk.report_unusable(
                pointer,
                "missing-field",
                f"{whole} has no '{key}'",
                f"add '{key}'",
                _WITHOUT_CREDENTIAL,
                at_key=True,
            )
        else:
            walk.report_missing(pointer, whole, key, hint, is_error=False)
    if kind != "apiKey":
        return True
    if "in" in scheme and scheme["in"] not in LOCATIONS[1:]:
        walk.report_unusable(
            f"{pointer}/in",
            "bad-location",
            f"an API key cannot be in {scheme['in']}",
            f"the locations are {', '.join(LOCATIONS[1:])}",
            _WITHOUT_CREDENTIAL,
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
