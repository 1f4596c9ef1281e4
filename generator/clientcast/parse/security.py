"""Reads security schemes, and what operations require of them."""

from typing import Any

from clientcast import ir
from clientcast.parse.context import Context
from clientcast.plain import mapping, sequence, text, texts
from clientcast.references import Found

Security = tuple[tuple[ir.Requirement, ...], ...]

_KEY_PLACES = {
    "header": ir.Location.HEADER,
    "query": ir.Location.QUERY,
    "cookie": ir.Location.COOKIE,
}


def read_schemes(context: Context, components: Found) -> tuple[ir.SecurityScheme, ...]:
    """The credentials that a client takes (OpenAPI 3.1, Security Scheme Object).

    There is none for mutualTLS, which is of the connection, and so of the transport.
    """
    return tuple(
        _scheme(name, mapping(found.value))
        for name, found in context.entries(context.child(components, "securitySchemes"))
        if mapping(found.value).get("type") != "mutualTLS"
    )


def read_security(value: Any, schemes: tuple[ir.SecurityScheme, ...]) -> Security:
    """A `security` list: alternatives, each a set of schemes (OpenAPI 3.1, 4.8.30)."""
    known = {scheme.name for scheme in schemes}
    return tuple(
        tuple(
            ir.Requirement(name, texts(scopes))
            for name, scopes in mapping(item).items()
            if name in known
        )
        for item in sequence(value)
    )


def _scheme(name: str, value: dict[str, Any]) -> ir.SecurityScheme:
    hints = mapping(value.get("x-client"))
    kind, http = value.get("type"), text(value.get("scheme"))
    location, parameter, prefix = ir.Location.HEADER, "Authorization", "Bearer "
    if kind == "apiKey":
        location = _KEY_PLACES.get(text(value.get("in")), location)
        parameter, prefix = text(value.get("name")), ""
    elif kind == "http" and http.lower() not in ("", "bearer"):
        prefix = f"{http[:1].upper()}{http[1:]} "
    return ir.SecurityScheme(
        name=name,
        location=location,
        parameter=parameter,
        prefix=text(hints.get("prefix")) or prefix,
        is_basic=kind == "http" and http.lower() == "basic",
        argument=text(hints.get("argument")) or name,
        environment=texts(hints.get("env")),
        description=text(value.get("description")),
    )
