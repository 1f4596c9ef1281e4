"""Parsing of security schemes and security requirements."""

from itertools import islice, product
from typing import Any

from clientcast import ir
from clientcast.parse.context import Context
from clientcast.parse.oauth import read_flows
from clientcast.plain import mapping, sequence, text, texts
from clientcast.references import Located

Security = tuple[tuple[ir.Requirement, ...], ...]
Place = tuple[ir.Location, str]

_MAX_ALTERNATIVES = 100

_API_KEY_LOCATIONS = {
    "header": ir.Location.HEADER,
    "query": ir.Location.QUERY,
    "cookie": ir.Location.COOKIE,
}


def read_schemes(
    context: Context, components: Located, server_url: str
) -> tuple[ir.SecurityScheme, ...]:
    """Return the security schemes that take a credential (OpenAPI 3.1, Security Scheme Object).

    `mutualTLS` is omitted: its certificates belong to the transport.

    Args:
        context: The document.
        components: The components of the document.
        server_url: The URL of the first server in the document.
    """
    return tuple(
        _read_scheme(name, mapping(found.value), server_url)
        for name, found in context.entries(context.child(components, "securitySchemes"))
        if mapping(found.value).get("type") != "mutualTLS"
    )


def read_security(value: Any, schemes: tuple[ir.SecurityScheme, ...]) -> Security:
    """Return the alternative sets of schemes of a `security` list (OpenAPI 3.1, 4.8.30).

    An empty set, which stands for no credentials, comes last: it applies if the client has the
    credentials of no other. Schemes of one set that are sent in one place are alternatives.
    """
    places = {scheme.name: scheme_place(scheme) for scheme in schemes}
    alternatives: dict[tuple[ir.Requirement, ...], None] = {}
    for item in sequence(value):
        by_place: dict[Place, list[ir.Requirement]] = {}
        for name, scopes in mapping(item).items():
            if name in places:
                requirement = ir.Requirement(name, texts(scopes))
                by_place.setdefault(places[name], []).append(requirement)
        combined = islice(product(*by_place.values()), _MAX_ALTERNATIVES)
        alternatives |= dict.fromkeys(combined)
    return tuple(sorted(alternatives, key=lambda alternative: not alternative))


def scheme_place(scheme: ir.SecurityScheme) -> Place:
    """Return the place in which the credential of a scheme is sent."""
    return place_of(scheme.location, scheme.parameter)


def place_of(location: ir.Location, name: str) -> Place:
    """Return a location and a name that can be compared: headers ignore case."""
    return location, name.lower() if location is ir.Location.HEADER else name


def _read_scheme(
    name: str, value: dict[str, Any], server_url: str
) -> ir.SecurityScheme:
    options = mapping(value.get("x-client"))
    kind, http_scheme = value.get("type"), text(value.get("scheme"))
    location, parameter, prefix = ir.Location.HEADER, "Authorization", "Bearer "
    if kind == "apiKey":
        location = _API_KEY_LOCATIONS.get(text(value.get("in")), location)
        parameter, prefix = text(value.get("name")), ""
    elif kind == "http" and http_scheme.lower() not in ("", "bearer"):
        prefix = f"{http_scheme[:1].upper()}{http_scheme[1:]} "
    flows = None
    if kind == "oauth2" and options.get("fetch_tokens") is not False:
        flows = read_flows(value.get("flows"), server_url)
    return ir.SecurityScheme(
        name=name,
        location=location,
        parameter=parameter,
        prefix=text(options.get("prefix")) or prefix,
        is_basic=kind == "http" and http_scheme.lower() == "basic",
        argument=text(options.get("argument")) or name,
        environment=texts(options.get("env")),
        description=text(value.get("description")),
        flows=flows,
    )
