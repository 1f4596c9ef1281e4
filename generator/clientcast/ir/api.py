"""The API as a whole: server, security schemes, operations and schemas."""

from msgspec import Struct

from clientcast.ir.messages import Location
from clientcast.ir.operations import Operation
from clientcast.ir.schemas import Documentation, Schema, Type


class OAuthFlows(Struct, frozen=True):
    """The URLs that the flows of an OAuth 2.0 scheme fetch tokens from.

    A relative URL is relative to the URL of the server with a slash after it.

    Attributes:
        token_url: For client credentials; empty without such a flow.
        refresh_url: For refresh tokens; empty if no flow has them.
    """

    token_url: str
    refresh_url: str


class SecurityScheme(Struct, frozen=True):
    """A security scheme, and how its credential is sent.

    Attributes:
        location: Header, query or cookie.
        parameter: The name of the header, query parameter or cookie.
        prefix: Text before the credential, including the space: "Bearer ".
        is_basic: Whether the credential is a user name and a password (RFC 7617).
        argument: The name of the client's argument; words in any case.
        environment: Environment variables to read, in this order, if the argument is omitted.
        flows: Where the client fetches tokens; None if it does not.
    """

    name: str
    location: Location
    parameter: str
    prefix: str
    is_basic: bool
    argument: str
    environment: tuple[str, ...]
    description: str
    flows: OAuthFlows | None = None


class ServerVariable(Struct, frozen=True):
    """A variable of the server's URL (OpenAPI 3.1, Server Variable Object).

    Attributes:
        values: The allowed values; empty if any value is allowed.
        argument: The name of the client's argument; words in any case.
        environment: Environment variables to read, in this order, if the argument is omitted.
        required: Whether the caller must give a value, so that the default is only an example.
    """

    name: str
    default: str
    values: tuple[str, ...]
    description: str
    argument: str
    environment: tuple[str, ...]
    required: bool


class Server(Struct, frozen=True):
    """A server of the API.

    Attributes:
        url: The base URL, with variables in braces.
        other_origins: The origins of operations that have servers of their own.
        trusted_origins: The other origins that credentials may be sent to.
        name: The name that a caller chooses it by; empty for none.
    """

    url: str
    variables: tuple[ServerVariable, ...]
    other_origins: tuple[str, ...] = ()
    trusted_origins: tuple[str, ...] = ()
    name: str = ""


class ClientHeader(Struct, frozen=True):
    """A header of every request.

    Attributes:
        value: The value that is sent unless the caller gives another.
        argument: The name of the client's argument; words in any case.
    """

    name: str
    value: str
    argument: str
    description: str


class ErrorFields(Struct, frozen=True):
    """The location of fields in the body of an error response.

    Attributes:
        code, message: JSON pointers into the body; empty if unknown.
        request_id: A JSON pointer into the body, or the name of a response header; empty if
            unknown.
    """

    code: str = ""
    message: str = ""
    request_id: str = ""


class WebhookSignature(Struct, frozen=True):
    """The signature of deliveries of webhooks, an HMAC.

    Attributes:
        header: The header of the signature.
        algorithm: `sha1`, `sha256` or `sha512`.
        encoding: `hex` or `base64`.
        prefix: Text before the signature.
        signed: The signed text, with `{body}`, `{timestamp}` and `{id}`.
        timestamp: The header of the timestamp; empty for none.
        timestamp_prefix: Text before the timestamp in its header.
        id: The header of the id of a delivery; empty for none.
    """

    header: str
    algorithm: str
    encoding: str
    prefix: str
    signed: str
    timestamp: str
    timestamp_prefix: str
    id: str


class Webhooks(Struct, frozen=True):
    """The requests that the API sends (OpenAPI 3.1, 4.8.1).

    Attributes:
        event: The type of the JSON bodies: their union if there are several.
        signature: None for the signature of Standard Webhooks.
    """

    event: Type
    signature: WebhookSignature | None


class Api(Struct, frozen=True):
    """An API.

    Attributes:
        name: The name of the client; words in any case.
        server: The first server, which is the default. None if its URL is relative.
        named_servers: The servers that a caller may choose from by name; empty if only the first
            has a name.
        inbound_types: The bodies of webhooks and callbacks.
        webhooks: None if the document has no webhooks with JSON bodies.
        schemas: The declared schemas by JSON pointer, in the order of the document, each before
            its variants.
        tags: Descriptions of resources, by tag.
        headers: The headers of every request.
    """

    name: str
    title: str
    version: str
    text: Documentation
    server: Server | None
    named_servers: tuple[Server, ...]
    schemes: tuple[SecurityScheme, ...]
    operations: tuple[Operation, ...]
    inbound_types: tuple[Type, ...]
    webhooks: Webhooks | None
    schemas: dict[str, Schema]
    tags: dict[str, str]
    errors: ErrorFields
    headers: tuple[ClientHeader, ...] = ()

    def header(self, name: str) -> ClientHeader | None:
        """Return the header of every request that has a name in any case, or None."""
        found = (h for h in self.headers if h.name.lower() == name.lower())
        return next(found, None)
