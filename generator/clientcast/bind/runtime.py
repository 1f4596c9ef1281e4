"""Names that generated code imports from the runtime, dependencies and standard library.

Each is defined here once. The reserved names of classes, arguments and fields are derived from
this module and from the static text of the templates.
"""

import re
from functools import cache

from clientcast import assets
from clientcast.code import Name, imported

ANY = imported("typing", "Any")
LITERAL = imported("typing", "Literal")
TYPE_ALIAS = imported("typing", "TypeAlias")
TYPE_CHECKING = imported("typing", "TYPE_CHECKING")
MAPPING = imported("collections.abc", "Mapping")
SEQUENCE = imported("collections.abc", "Sequence")
NONE_TYPE = imported("types", "NoneType")

DATETIME = imported("datetime", "datetime")
DATE = imported("datetime", "date")
TIME = imported("datetime", "time")
TIMEDELTA = imported("datetime", "timedelta")
UUID = imported("uuid", "UUID")
DECIMAL = imported("decimal", "Decimal")

FIELD = imported("msgspec", "field")

MODEL = imported("._runtime.codec.model", "Model")
OPEN_MODEL = imported("._runtime.codec.model", "OpenModel")
OPEN_ENUM = imported("._runtime.codec.model", "OpenEnum")
OPEN_INT_ENUM = imported("._runtime.codec.model", "OpenIntEnum")
ADDITIONAL = imported("._runtime.codec.model", "ADDITIONAL")
DECIMAL_STRING = imported("._runtime.codec.decimals", "DecimalString")
DECIMAL_STRINGS = imported("._runtime.codec.decimal_strings", "decimal_strings")
RECURSIVE = imported("._runtime.codec.model", "recursive")
CONSTANT = imported("._runtime.codec.model", "constant")
UNKNOWN = imported("._runtime.codec.model", "Unknown")
UNSET = imported("._runtime.codec.model", "UNSET")
UNSET_TYPE = imported("._runtime.codec.model", "UnsetType")

CALL = imported("._runtime.call.request", "Call")
ANYTHING = imported("._runtime.call.request", "ANYTHING")
FILE = imported("._runtime.codec.request_body", "File")
NULLABLE = imported("._runtime.codec.request_body", "nullable")
PART = imported("._runtime.codec.request_body", "part")
NONE_IF_EMPTY = imported("._runtime.codec.request_body", "none_if_empty")
GIVEN_PROPERTIES = imported("._runtime.codec.request_body", "given_properties")
READ_JSON = imported("._runtime.codec.body_readers", "read_json")
READ_TEXT = imported("._runtime.codec.body_readers", "read_text")
READ_BYTES = imported("._runtime.codec.body_readers", "read_bytes")
READ_ANY = imported("._runtime.codec.body_readers", "read_any")
STYLED = imported("._runtime.codec.styles", "styled")
SERVER_SENT_EVENT = imported("._runtime.call.stream_decoder", "ServerSentEvent")
XML_CONTENT = imported("._runtime.codec.xml_shapes", "xml_content")
XML_SHAPES = {
    name: imported("._runtime.codec.xml_shapes", name)
    for name in (
        "XmlAnything",
        "XmlBody",
        "XmlField",
        "XmlItems",
        "XmlMember",
        "XmlName",
        "XmlObject",
        "XmlReference",
        "XmlSchemas",
        "XmlText",
        "XmlUnion",
    )
}
"""Names that only `_xml.py` imports, which has no classes: models may have them."""

DEPRECATED = imported("._runtime.deprecation", "deprecated")
DEPRECATED_ARGUMENTS = imported("._runtime.deprecation", "deprecated_arguments")

SERVER = imported("._runtime.wire.server", "Server")
SERVERS = imported("._runtime.wire.server", "NamedServers")
VARIABLE = imported("._runtime.wire.server", "Variable")
ERROR_FORMAT = imported("._runtime.call.responses", "ErrorFormat")
SCHEME = imported("._runtime.call.security", "Scheme")
SECURITY = imported("._runtime.call.security", "Security")
CREDENTIALS = imported("._runtime.call.security", "credentials")
CREDENTIAL = imported("._runtime.call.security", "Credential")
ASYNC_CREDENTIAL = imported("._runtime.call.security", "AsyncCredential")
OAUTH_FLOWS = imported("._runtime.call.oauth", "OAuthFlows")
TOKEN_OPTIONS = imported("._runtime.call.oauth", "TokenOptions")
OAUTH_CREDENTIAL = imported("._runtime.client.oauth", "oauth_credential")
ASYNC_OAUTH_CREDENTIAL = imported("._runtime.client.async_oauth", "oauth_credential")
POLLING = imported("._runtime.call.polling", "Polling")
ARGUMENT_PATH = imported("._runtime.call.arguments", "ArgumentPath")
CURSOR_PAGING = imported("._runtime.call.paging", "CursorPaging")
OFFSET_PAGING = imported("._runtime.call.paging", "OffsetPaging")
PAGE_NUMBER_PAGING = imported("._runtime.call.paging", "PageNumberPaging")
LINK_PAGING = imported("._runtime.call.paging", "LinkPaging")

ON_REQUEST = imported("._runtime.call.config", "OnRequest")
ON_RESPONSE = imported("._runtime.call.config", "OnResponse")
SSL_CONTEXT = imported("ssl", "SSLContext")
HTTP_OPENER = imported("._runtime.client.transport", "HttpOpener")
ASYNC_HTTP_OPENER = imported("._runtime.client.async_transport", "HttpOpener")
WEBHOOK_RECEIVER = imported("._runtime.client.webhooks", "WebhookReceiver")
WEBHOOK_SCHEME = imported("._runtime.client.webhooks", "WebhookScheme")
CLIENT = imported("._runtime.client.base", "Client")
RESOURCE = imported("._runtime.client.base", "Resource")
PAGE = imported("._runtime.client.page", "Page")
LAZY_ATTRIBUTE = imported("._runtime.client.attributes", "LazyAttribute")
RESOURCE_ATTRIBUTE = imported("._runtime.client.attributes", "resource_attribute")
STREAM = imported("._runtime.client.stream", "Stream")
ASYNC_CLIENT = imported("._runtime.client.async_base", "AsyncClient")
ASYNC_RESOURCE = imported("._runtime.client.async_base", "AsyncResource")
ASYNC_PAGE = imported("._runtime.client.async_page", "AsyncPage")
ASYNC_STREAM = imported("._runtime.client.async_stream", "AsyncStream")

BYTE_SOURCE = imported("._runtime.client.upload_chunks", "ByteSource")
ASYNC_BYTE_SOURCE = imported("._runtime.client.async_upload_chunks", "ByteSource")

PAGING_RESOURCE = imported("._runtime.client.page", "PagingResource")
STREAMING_RESOURCE = imported("._runtime.client.stream", "StreamingResource")
DOWNLOADING_CLIENT = imported("._runtime.client.download", "DownloadingClient")
POLLING_CLIENT = imported("._runtime.client.polling", "PollingClient")
ASYNC_PAGING_RESOURCE = imported("._runtime.client.async_page", "AsyncPagingResource")
ASYNC_STREAMING_RESOURCE = imported(
    "._runtime.client.async_stream", "AsyncStreamingResource"
)
ASYNC_DOWNLOADING_CLIENT = imported(
    "._runtime.client.async_download", "AsyncDownloadingClient"
)
UPLOADING_CLIENT = imported("._runtime.client.upload", "UploadingClient")
ASYNC_UPLOADING_CLIENT = imported(
    "._runtime.client.async_upload", "AsyncUploadingClient"
)
ASYNC_POLLING_CLIENT = imported("._runtime.client.async_polling", "AsyncPollingClient")

IMPORTED_NAMES = frozenset(
    value.name for value in tuple(globals().values()) if isinstance(value, Name)
)
"""All names that generated code imports from the runtime and the libraries."""

METHOD_BODY_NAMES = frozenset(
    node.name
    for node in (
        NULLABLE,
        PART,
        STYLED,
        NONE_IF_EMPTY,
        GIVEN_PROPERTIES,
        DECIMAL_STRINGS,
        DECIMAL_STRING,
        READ_JSON,
        READ_TEXT,
        READ_BYTES,
        READ_ANY,
        XML_CONTENT,
    )
)
"""Functions that the body of a method calls; no argument may have their names."""

_NOT_CODE = re.compile(
    r'\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|#[^\n]*|""".*?"""|"[^"\n]*"', re.S
)
_ANNOTATION = re.compile(r":([^=\n]*)=")
_PUBLIC_METHOD = re.compile(r"^    (?:async )?def ([a-z]\w*)", re.M)
_MODEL_CLASS = re.compile(r"^class Model\b.*?(?=^\S)", re.M | re.S)
_CLIENT_CLASS = re.compile(r"^class \w*Client\b.*?(?=^class |\Z)", re.M | re.S)


@cache
def template_identifiers(pattern: str = "*.j2") -> frozenset[str]:
    """Return the identifiers in the static text of templates.

    Args:
        pattern: The glob of the templates.
    """
    texts = (path.read_text("utf-8") for path in assets.templates().glob(pattern))
    return frozenset(
        name
        for text in texts
        for name in re.findall(r"[A-Za-z_]\w*", _NOT_CODE.sub(" ", text))
    )


@cache
def model_methods() -> frozenset[str]:
    """Return the public methods of models, whose names no field may have."""
    path = assets.templates() / "_runtime" / "codec" / "model.py"
    (text,) = _MODEL_CLASS.findall(path.read_text("utf-8"))
    return frozenset(_PUBLIC_METHOD.findall(text))


@cache
def reserved_client_attributes() -> frozenset[str]:
    """Return the names that no attribute of a client may have.

    They are public methods of the runtime's client classes, or names in the annotations of
    the constructor, which a property would shadow.
    """
    template = _NOT_CODE.sub(
        " ", (assets.templates() / "client.py.j2").read_text("utf-8")
    )
    annotations = " ".join(_ANNOTATION.findall(template))
    folder = assets.templates() / "_runtime"
    texts = [path.read_text("utf-8") for path in (folder / "client").glob("*.py")]
    public_methods = {
        name
        for text in texts
        for body in _CLIENT_CLASS.findall(text)
        for name in _PUBLIC_METHOD.findall(body)
    }
    return frozenset({*public_methods, *re.findall(r"\b[a-z_]\w*", annotations)})
