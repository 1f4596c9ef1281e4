"""Reads a document into what the API is: `ir.Api`, with no Python in it."""

from clientcast import ir
from clientcast.diagnostic import Diagnostic
from clientcast.parse.contents import Contents
from clientcast.parse.context import Context
from clientcast.parse.inbound import read_inbound
from clientcast.parse.operations import read_operations
from clientcast.parse.schemas import Schemas
from clientcast.parse.security import read_schemes
from clientcast.parse.servers import read_server, with_other_hosts
from clientcast.parse.streams import Streams
from clientcast.plain import is_mapping, mapping, text
from clientcast.references import Found
from clientcast.source import Document, escape
from clientcast.trust import NO_TRUST, Trust

__all__ = ["parse"]


def parse(
    document: Document, trust: Trust = NO_TRUST
) -> tuple[ir.Api, tuple[Diagnostic, ...]]:
    """Read a document, as much of it as can be read.

    Args:
        document: The document.
        trust: What the project's configuration allows it.

    Returns:
        The API, and what is wrong where schemas are merged and members of unions are told
        apart. What `check` finds wrong is passed over here.
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
    contents = Contents(context, schemas)
    streams = Streams(context, schemas)
    schemes = read_schemes(context, components)
    server = read_server(context, root)
    operations = tuple(read_operations(context, contents, streams, schemes, server))
    inbound = tuple(read_inbound(context, contents))
    schemas.narrow()
    api = ir.Api(
        name=text(names.get("name")) or text(info.get("title")),
        title=text(info.get("title")),
        version=text(info.get("version")),
        text=ir.Text(text(info.get("summary")), text(info.get("description"))),
        server=with_other_hosts(context, server, operations, trust),
        schemes=schemes,
        operations=operations,
        inbound=inbound,
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
