"""The options of `x-client`, the extension of OpenAPI that this generator reads, as data.

`grammar` has their fields and kinds from here, `check` their rules, and `docs/x-client.md` its
table.
"""

from clientcast.client_option import Option
from clientcast.state_options import STATE_OPTIONS

STYLES = ("cursor", "offset", "page", "url", "link")
"""The styles of pagination."""

_STRING = ("string",)

OPTIONS = {
    "ClientOptions": (
        Option("name", "string", "Name of the client class.", default="`info.title`"),
        Option(
            "errors", "ErrorOptions", "Where response bodies of errors have details."
        ),
        Option(
            "webhooks",
            "WebhookOptions",
            "How deliveries of webhooks are signed.",
            default="as Standard Webhooks says, with its header names or those of Svix",
        ),
        Option(
            "headers",
            "{HeaderOptions}",
            "Headers of every request, by name. An operation that has one of them as a parameter"
            " sends its own value, by default that of the schema's `default`.",
        ),
    ),
    "HeaderOptions": (
        Option(
            "argument",
            "string",
            "Argument of the constructor that takes another value.",
            default="the name of the header",
        ),
        Option("value", "string", "The value.", default="`info.version`"),
        Option("description", "string", "The description of the argument."),
    ),
    "ErrorOptions": (
        Option("code", "string", "Pointer to the error code.", pointer_types=_STRING),
        Option("message", "string", "Pointer to the message.", pointer_types=_STRING),
        Option(
            "request_id",
            "string",
            "Pointer to the request id, or the name of a response header.",
            pointer_types=_STRING,
            may_be_header=True,
        ),
    ),
    "WebhookOptions": (
        Option(
            "header",
            "string",
            "Header of the signature, or of several signatures, separated by spaces or commas.",
            required=True,
        ),
        Option(
            "algorithm",
            "string",
            "Hash function of the HMAC: `sha1`, `sha256` or `sha512`.",
            default="`sha256`",
            values=("sha1", "sha256", "sha512"),
        ),
        Option(
            "encoding",
            "string",
            "Encoding of the signature: `hex` or `base64`.",
            default="`hex`",
            values=("hex", "base64"),
        ),
        Option("prefix", "string", "Text before a signature, such as `sha256=`."),
        Option(
            "signed",
            "string",
            "The signed text, with `{body}`, and `{timestamp}` and `{id}` if it has them.",
            default="`{body}`",
        ),
        Option(
            "timestamp",
            "string",
            "Header of the timestamp in seconds since 1970, which `signed` must contain.",
        ),
        Option(
            "timestamp_prefix",
            "string",
            "Text before the timestamp, if its header has more, such as `t=`.",
        ),
        Option("id", "string", "Header of the id of the delivery, for `{id}`."),
    ),
    "OperationOptions": (
        Option(
            "resource",
            "string",
            "Attribute of the client that has the method; dots nest: `client.session`.",
            default="the first tag",
        ),
        Option(
            "method",
            "string",
            "Name of the method.",
            default="see [Names of methods](names.md#names-of-methods)",
        ),
        Option("pagination", "PaginationOptions", "How the method pages."),
        Option(
            "retry",
            "string",
            "`safe`: the request may be repeated, although it is a POST or PATCH.",
            values=("safe",),
        ),
        Option(
            "state",
            "StateOptions",
            "The effect on stored items, for stateful fakes.",
            default="see [Describe the state of fakes](#describe-the-state-of-fakes)",
        ),
    ),
    "StateOptions": STATE_OPTIONS,
    "PaginationOptions": (
        Option(
            "style",
            "string",
            "`cursor`: the response has a cursor for the next request. `offset`: the request"
            " says how many items to skip. `page`: the request has the number of the page."
            " `url`: the response has the URL of the next page, absolute or relative, on the same"
            " server. `link`: the `Link` header of the response has it (RFC 8288).",
            required=True,
            values=STYLES,
        ),
        Option(
            "items",
            "texts",
            "Pointer to the items of the response, or several, which are read in order.",
            required=True,
            pointer_types=("array",),
        ),
        Option(
            "parameter",
            "string",
            "Parameter, or property of the request body, that takes the cursor; a pointer into the"
            " body if the property is nested.",
            required=True,
            style="cursor",
            is_parameter=True,
        ),
        Option(
            "cursor",
            "string",
            "Pointer to the cursor of the next page, or the name of a response header. If it is"
            " missing, null, empty or 0, there is none. `-1` in a pointer is the last item:"
            " `/data/-1/id`.",
            required=True,
            style="cursor",
            pointer_types=("string", "integer"),
            may_be_header=True,
        ),
        Option(
            "has_more",
            "string",
            "Pointer to a boolean, or the name of a response header: whether there is a next page."
            " If it is missing, there is one if there is a cursor.",
            default="`/has_more` of the response, for the cursor of the last item",
            style="cursor",
            pointer_types=("boolean",),
            may_be_header=True,
        ),
        Option(
            "parameter",
            "string",
            "Parameter, or property of the request body, that takes the offset; a pointer into the"
            " body if the property is nested.",
            required=True,
            style="offset",
            is_parameter=True,
        ),
        Option(
            "limit",
            "string",
            "Parameter, or property of the request body, that takes the page size; a pointer into the"
            " body if the property is nested.",
            required=True,
            style="offset",
            is_parameter=True,
        ),
        Option(
            "total",
            "string",
            "Pointer to the number of all items, or the name of a response header.",
            style="offset",
            pointer_types=("integer", "number", "string"),
            may_be_header=True,
        ),
        Option(
            "has_more",
            "string",
            "Pointer to a boolean, or the name of a response header: whether there is a next page."
            " If it is missing, the total or the length of the page decides.",
            style="offset",
            pointer_types=("boolean",),
            may_be_header=True,
        ),
        Option(
            "parameter",
            "string",
            "Parameter, or property of the request body, that takes the number of the page; a"
            " pointer into the body if the property is nested.",
            required=True,
            style="page",
            is_parameter=True,
        ),
        Option(
            "first",
            "number",
            "Number of the first page.",
            default="the default of the parameter, or 1",
            style="page",
        ),
        Option(
            "limit",
            "string",
            "Parameter, or property of the request body, that takes the page size; a pointer into the"
            " body if the property is nested.",
            style="page",
            is_parameter=True,
        ),
        Option(
            "total",
            "string",
            "Pointer to the number of all items, or the name of a response header.",
            style="page",
            pointer_types=("integer", "number", "string"),
            may_be_header=True,
        ),
        Option(
            "total_pages",
            "string",
            "Pointer to the number of pages, or the name of a response header.",
            style="page",
            pointer_types=("integer", "number", "string"),
            may_be_header=True,
        ),
        Option(
            "has_more",
            "string",
            "Pointer to a boolean, or the name of a response header: whether there is a next page."
            " If it is missing, the totals decide, and without them the length of the page: an"
            " empty one is the last.",
            style="page",
            pointer_types=("boolean",),
            may_be_header=True,
        ),
        Option(
            "next",
            "string",
            "Pointer to the URL of the next page, or the name of a response header. If it is"
            " missing, null or empty, there is none.",
            required=True,
            style="url",
            pointer_types=_STRING,
            may_be_header=True,
        ),
    ),
    "ResponseOptions": (
        Option(
            "poll",
            "string",
            "Path with one parameter, which GET requests until the status is not 202.",
            required=True,
        ),
        Option(
            "request_id",
            "string",
            "Pointer to the value of that parameter in the body of the 202.",
            required=True,
            pointer_types=_STRING,
        ),
    ),
    "SchemeOptions": (
        Option(
            "argument",
            "string",
            "Argument of the constructor that takes the credential.",
            default="the name of the scheme",
        ),
        Option(
            "prefix",
            "string",
            "Text before the credential in the header.",
            default="`Bearer ` for bearer tokens",
        ),
        Option("env", "texts", "Environment variables that have the credential."),
        Option(
            "fetch_tokens",
            "boolean",
            "Whether the client can fetch the tokens of an OAuth 2.0 scheme from the URLs of its"
            " flows, with a client secret or a refresh token.",
            default="`true`",
        ),
    ),
    "VariableOptions": (
        Option(
            "argument",
            "string",
            "Argument of the constructor that takes the value.",
            default="the name of the variable",
        ),
        Option(
            "required",
            "boolean",
            "Whether the caller must give the value: the default is an example.",
            default="`false`",
        ),
        Option("env", "texts", "Environment variables that have the value."),
    ),
    "SchemaOptions": (
        Option(
            "name",
            "string",
            "Name of the class.",
            default="the name of the component, or the place of the schema",
        ),
    ),
}
"""The options by the kind of the object that has them, as `grammar` names it."""


def style_options(style: str) -> dict[str, Option]:
    """Return the options of a style of pagination, by name."""
    options = OPTIONS["PaginationOptions"]
    return {option.name: option for option in options if option.style in ("", style)}
