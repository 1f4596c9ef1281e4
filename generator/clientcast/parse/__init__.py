"""Reads a document into what the API is: `ir.Api`, with no Python in it."""

from typing import Any

from clientcast import ir
from clientcast.diagnostic import Diagnostic
from clientcast.parse.context import Context
from clientcast.parse.operations import read_operations, read_security
from clientcast.parse.schemas import Schemas
from clientcast.plain import is_mapping, mapping, text, texts
from clientcast.references import Found
from clientcast.source import Document, escape

__all__ = ["parse"]


def parse(document: Document) -> tuple[ir.Api, tuple[Diagnostic, ...]]:
    """Read a document, as much of it as can be read.

    Returns:
        The API, and an error for each part of OpenAPI that is used and not supported. What
        `check` finds wrong is passed over here.
    """
    context = Context(document)
    schemas = Schemas(context)
    root = Found("", document.data)
    data = mapping(document.data)
    info = mapping(data.get("info"))
    names = mapping(data.get("x-client"))
    errors = mapping(names.get("errors"))
    components = context.child(root, "components")
    for name in mapping(mapping(components.value).get("schemas")):
        reference = {"$ref": f"#/components/schemas/{escape(name)}"}
        schemas.type_of(Found("", reference), ())
    operations = tuple(
        read_operations(context, schemas, read_security(data.get("security")))
    )
    schemas.narrow()
    api = ir.Api(
        name=text(names.get("name")) or text(info.get("title")),
        title=text(info.get("title")),
        version=text(info.get("version")),
        text=ir.Text(text(info.get("summary")), text(info.get("description"))),
        server=_server(context, root),
        schemes=tuple(_schemes(context, components)),
        operations=operations,
        schemas=schemas.declared,
        tags={
            text(tag.value.get("name")): text(tag.value.get("description"))
            for tag in context.items(context.child(root, "tags"))
            if is_mapping(tag.value)
        },
        errors=ir.ErrorShape(
            text(errors.get("code")),
            text(errors.get("message")),
            text(errors.get("request_id")),
        ),
    )
    return api, tuple(context.diagnostics)


def _server(context: Context, root: Found) -> ir.Server | None:
    """The first server, if its URL says where it is and not only a path."""
    servers = context.items(context.child(root, "servers"))
    if not servers:
        return None
    url = text(mapping(servers[0].value).get("url"))
    if "://" not in url:
        return None
    variables = tuple(
        _variable(name, mapping(found.value))
        for name, found in context.entries(context.child(servers[0], "variables"))
    )
    return ir.Server(url.rstrip("/"), variables)


def _variable(name: str, value: dict[str, Any]) -> ir.ServerVariable:
    hints = mapping(value.get("x-client"))
    return ir.ServerVariable(
        name=name,
        default=text(value.get("default")),
        values=texts(value.get("enum")),
        description=text(value.get("description")),
        argument=text(hints.get("argument")) or name,
        environment=texts(hints.get("env")),
        required=hints.get("required") is True,
    )


def _schemes(context: Context, components: Found) -> list[ir.SecurityScheme]:
    schemes: list[ir.SecurityScheme] = []
    for name, found in context.entries(context.child(components, "securitySchemes")):
        value = mapping(found.value)
        kind, http = value.get("type"), text(value.get("scheme")).lower()
        location, parameter, prefix = ir.Location.HEADER, "Authorization", "Bearer "
        if kind == "apiKey" and value.get("in") in ("header", "query", "cookie"):
            location, parameter = ir.Location(value["in"]), text(value.get("name"))
            prefix = ""
        elif kind == "mutualTLS" or kind == "http" and http not in ("bearer", ""):
            what = f"the security scheme '{http or kind}'"
            context.unsupported(f"{found.pointer}/type", what)
        hints = mapping(value.get("x-client"))
        schemes.append(
            ir.SecurityScheme(
                name=name,
                location=location,
                parameter=parameter,
                prefix=text(hints.get("prefix")) or prefix,
                argument=text(hints.get("argument")) or name,
                environment=texts(hints.get("env")),
                description=text(value.get("description")),
            )
        )
    return schemes
