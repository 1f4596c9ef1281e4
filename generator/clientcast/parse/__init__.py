"""Parser of OpenAPI documents: builds `ir.Api`."""

from clientcast import ir
from clientcast.diagnostic import Diagnostic
from clientcast.parse.contents import ContentReader
from clientcast.parse.context import Context
from clientcast.parse.directions import separate_directions
from clientcast.parse.inbound import read_inbound_types
from clientcast.parse.nesting import warn_of_nesting
from clientcast.parse.operations import read_operations
from clientcast.parse.schemas import SchemaReader
from clientcast.parse.security import read_schemes
from clientcast.parse.servers import add_other_origins, read_server
from clientcast.parse.streams import StreamReader
from clientcast.parse.types import state_null
from clientcast.plain import is_mapping, mapping, text
from clientcast.references import Located
from clientcast.source import Document, escape
from clientcast.trust import NO_TRUST, Trust

__all__ = ["parse"]


def parse(
    document: Document, trust: Trust = NO_TRUST
) -> tuple[ir.Api, tuple[Diagnostic, ...]]:
    """Parse a document into an API, as far as it is valid.

    Args:
        document: The document.
        trust: Servers and environment variables that the project's configuration trusts.

    Returns:
        The API, and diagnostics of merged schemas and unions. What `check` reports is skipped
        without a diagnostic.
    """
    context = Context(document)
    schemas = SchemaReader(context)
    root = Located("", document.data)
    data = mapping(document.data)
    info = mapping(data.get("info"))
    options = mapping(data.get("x-client"))
    errors = mapping(options.get("errors"))
    components = context.child(root, "components")
    for name in mapping(mapping(components.value).get("schemas")):
        reference = {"$ref": f"#/components/schemas/{escape(name)}"}
        schemas.type_of(Located("", reference), ())
    contents = ContentReader(context, schemas)
    streams = StreamReader(context, schemas)
    schemes = read_schemes(context, components)
    default_server = read_server(context, root)
    operations = tuple(
        read_operations(context, contents, streams, schemes, default_server)
    )
    inbound_types = tuple(read_inbound_types(context, contents))
    schemas.set_discriminator_values()
    state_null(schemas.declared)
    warn_of_nesting(context, operations, schemas.declared)
    api = ir.Api(
        name=text(options.get("name")) or text(info.get("title")),
        title=text(info.get("title")),
        version=text(info.get("version")),
        text=ir.Documentation(text(info.get("summary")), text(info.get("description"))),
        server=add_other_origins(context, default_server, operations, trust),
        schemes=schemes,
        operations=operations,
        inbound_types=inbound_types,
        schemas=schemas.declared,
        tags={
            text(tag.value.get("name")): text(tag.value.get("description"))
            for tag in context.items(context.child(root, "tags"))
            if is_mapping(tag.value)
        },
        errors=ir.ErrorFields(
            text(errors.get("code")),
            text(errors.get("message")),
            text(errors.get("request_id")),
        ),
    )
    return separate_directions(api), tuple(context.diagnostics)
