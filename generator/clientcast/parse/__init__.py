"""Parser of OpenAPI documents: builds `ir.Api`."""

from collections.abc import Iterator, Mapping

from clientcast import ir
from clientcast.components import (
    Component,
    containing_component,
    left_out_warnings,
    unused_components,
    with_referrers,
    without_components,
)
from clientcast.diagnostic import Diagnostic, Severity
from clientcast.parse.bases import keep_sound_bases
from clientcast.parse.contents import ContentReader
from clientcast.parse.context import Context
from clientcast.parse.credentials import CredentialParameters
from clientcast.parse.directions import separate_directions
from clientcast.parse.inbound import (
    read_callback_types,
    read_webhook_bodies,
    webhooks_of,
)
from clientcast.parse.nesting import warn_of_nesting
from clientcast.parse.operations import read_operations
from clientcast.parse.schemas import SchemaReader
from clientcast.parse.security import read_schemes
from clientcast.parse.servers import (
    add_other_origins,
    first_server_url,
    read_named_servers,
    read_server,
)
from clientcast.parse.sharing import share_equal_schemas
from clientcast.parse.streams import StreamReader
from clientcast.parse.types import state_null
from clientcast.parse.xml import has_xml_bodies
from clientcast.parse.xml_contents import XmlContentReader
from clientcast.plain import is_mapping, mapping, text
from clientcast.references import Located
from clientcast.source import Document, escape
from clientcast.trust import NO_TRUST, Trust

__all__ = ["parse", "read_api", "settle_schemas"]

MAX_LEFT_OUT = 5
"""Unused components that may exceed a limit: each makes the document be read again."""


def parse(
    document: Document, trust: Trust = NO_TRUST
) -> tuple[ir.Api, tuple[Diagnostic, ...]]:
    """Parse a document into an API, as far as it is valid.

    Args:
        document: The document.
        trust: Servers and environment variables that the project's configuration trusts.

    Returns:
        The API, and diagnostics of merged schemas and unions. What `check` reports is skipped
        without a diagnostic. Unused schemas that exceed a limit are left out.
    """
    api, diagnostics = read_api(document, trust)
    return settle_schemas(api), diagnostics


def settle_schemas(api: ir.Api) -> ir.Api:
    """Return an API with one declaration for equal schemas, and one for each direction."""
    return separate_directions(share_equal_schemas(api))


def read_api(
    document: Document, trust: Trust = NO_TRUST
) -> tuple[ir.Api, tuple[Diagnostic, ...]]:
    """Read the API of a document as it is described: the first step of `parse`."""
    warnings: list[Diagnostic] = []
    context = Context(document, trust.lenient, has_xml=has_xml_bodies(document.data))
    api, excessive = _read_api(context, trust)
    for _ in range(MAX_LEFT_OUT):
        unused = unused_components(document.data) if excessive else set[Component]()
        faulty = next((c for c in excessive if c in unused), None)
        if faulty is None:
            break
        left_out = with_referrers(document.data, unused, {faulty})
        warnings += _left_out_warnings(context, left_out, faulty)
        document = document.with_data(without_components(document.data, left_out))
        context = Context(
            document, trust.lenient, has_xml=has_xml_bodies(document.data)
        )
        api, excessive = _read_api(context, trust)
    return api, (*context.diagnostics, *warnings)


def _left_out_warnings(
    context: Context, left_out: set[Component], faulty: Component
) -> Iterator[Diagnostic]:
    """Yield the errors of an unused component, and that it is left out, as warnings."""
    for pointer, code, message in context.limit_errors:
        yield context.document.diagnostic(
            pointer, code, message, severity=Severity.WARNING
        )
    for (section, name), message, hint in left_out_warnings(left_out, {faulty}):
        yield context.document.diagnostic(
            f"/components/{escape(section)}/{escape(name)}",
            "unused-component",
            message,
            hint,
            severity=Severity.WARNING,
            at_key=True,
        )


def _read_api(context: Context, trust: Trust) -> tuple[ir.Api, tuple[Component, ...]]:
    """Read the API; also return the component that exceeds a limit, and the one around it."""
    document = context.document
    excessive: tuple[Component, ...] = ()
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
        if context.limit_errors and not excessive:
            inner = containing_component(context.limit_errors[0][0])
            outer = Component("schemas", name)
            excessive = (inner, outer) if inner is not None else (outer,)
    contents = ContentReader(context, schemas, XmlContentReader(context, schemas))
    streams = StreamReader(context, schemas)
    default_server = read_server(context, root)
    schemes = read_schemes(context, components, first_server_url(context))
    credentials = CredentialParameters(schemes)
    operations = tuple(
        read_operations(context, contents, streams, credentials, default_server)
    )
    webhook_bodies = tuple(read_webhook_bodies(context, contents))
    callback_types = read_callback_types(context, contents)
    inbound_types = (*(body.type for body in webhook_bodies), *callback_types)
    schemas.set_discriminator_values()
    state_null(schemas.declared)
    warn_of_nesting(context, operations, schemas.declared)
    keep_sound_bases(schemas.declared)
    api = ir.Api(
        name=text(options.get("name")) or text(info.get("title")),
        title=text(info.get("title")),
        version=text(info.get("version")),
        text=ir.Documentation(text(info.get("summary")), text(info.get("description"))),
        server=add_other_origins(context, default_server, operations, trust),
        named_servers=read_named_servers(context, root),
        schemes=credentials.all_schemes(operations),
        operations=operations,
        inbound_types=inbound_types,
        webhooks=webhooks_of(webhook_bodies, options.get("webhooks")),
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
        headers=tuple(_read_headers(options, text(info.get("version")))),
    )
    return api, excessive


def _read_headers(
    options: Mapping[str, object], version: str
) -> Iterator[ir.ClientHeader]:
    """Yield the headers of every request, whose default value is the version of the API."""
    for name, value in mapping(options.get("headers")).items():
        header = mapping(value)
        yield ir.ClientHeader(
            name,
            text(header.get("value")) or version,
            text(header.get("argument")) or name,
            text(header.get("description")),
        )
