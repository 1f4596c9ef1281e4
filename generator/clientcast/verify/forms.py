"""Forms of generated code: its allowed shapes, in Python syntax, by kind of code.

A name in a form is a placeholder if it begins with an underscore and is a kind of this module
or of `matching.PRIMITIVES`: it matches any code of that kind. Any other name matches itself.
`*_kind`, a parameter with a placeholder as its name, an item of a dict and a statement that is
a placeholder may be repeated or absent. Keyword arguments of a call or class may be absent.
`$def_keyword`, `$await_prefix` and `$class_prefix` are fields of `view.Mode`.
"""

MODULE_KINDS = {
    "__init__.py": "_package",
    "_api.py": "_api",
    "errors.py": "_errors",
    "models.py": "_models",
    "webhooks.py": "_webhooks",
    "models/__init__.py": "_models_package",
    "models/*": "_models",
    "client.py": "_clients",
    "resources/__init__.py": "_resources_package",
    "resources/*": "_clients",
}
"""The kind of each module; `async_` modules have the kind of the synchronous ones."""

ANNOTATION_BUILTINS = frozenset(
    "bool bytes dict float int list object str tuple".split()
)
"""Builtins in annotations."""

ALLOWED_BUILTINS = ANNOTATION_BUILTINS | {"__name__", "property", "super"}

STATEMENT_FORMS = {
    "_import": """
import _module
from _module import _name
""",
    "_package": """
_text
_import
if TYPE_CHECKING:
    _import
else:
    from .models import __getattr__
__version__ = _text
__all__ = [*_text]
def __dir__() -> list[str]:
    return __all__
""",
    "_api": """
_text
_import
def error_body() -> Any:
    _text
    _import
    return _type
SERVER = _server
ServerName: TypeAlias = Literal[*_constant]
SERVERS = NamedServers({_text: _server}, _server)
ERRORS = ErrorFormat(body=_error_body, code=_path, message=_path, request_id=_request_id)
_name = Scheme(
    _text, _text, location=_text, prefix=_text, is_basic=True, environment=(*_text,)
)
_name: Security = (*_schemes,)
_name = CursorPaging(_argument_path, cursor=_path, items=(*_path,), has_more=_path)
_name = OffsetPaging(
    _argument_path,
    limit=_argument_path,
    default_limit=_number,
    items=(*_path,),
    total=_path,
    has_more=_path,
)
_name = LinkPaging(items=(*_path,))
_name = OAuthFlows(token_url=_text, refresh_url=_text, prefix=_text)
_name = Polling(_text, _text, request_id=_path)
""",
    "_errors": """
_text
_import
from ._runtime.errors import APIError as _name
__all__ = [*_text]
""",
    "_webhooks": """
_text
_import
_name: TypeAlias = _type
RECEIVER = WebhookReceiver[_global](_global, scheme=_webhook_scheme)
unwrap = RECEIVER.unwrap
""",
    "_models": """
_text
_import
class _name(OpenEnum):
    _enum_member
class _name(OpenIntEnum):
    _int_enum_member
class _name(_global, kw_only=True, rename="camel"):
    _field
_name: TypeAlias = _type
if TYPE_CHECKING:
    _name: TypeAlias = _quoted_type
else:
    _name = recursive(_text, lambda: _type)
""",
    "_enum_member": """
_text
_name = _text
""",
    "_int_enum_member": """
_text
_name = _number
_name = -_number
""",
    "_field": """
_text
pass
_name: _type
_name: _type = _unset
_name: _type = field(default=_unset, name=_text)
_name: _type = field(default_factory=_default_constant, name=_text)
_name: _type = field(default_factory=dict[str, Any], name=ADDITIONAL)
""",
    "_models_package": """
_text
_import
if TYPE_CHECKING:
    _import
else:
    __getattr__ = lazy_getattr(__name__, {_text: (*_text,)})
__all__ = [*_text]
def __dir__() -> list[str]:
    return __all__
""",
    "_resources_package": """
_text
""",
    "_clients": """
_text
_import
if TYPE_CHECKING:
    _import
class _name(_resource_base, *_resource_base):
    _resource_member
class _name(_client_base, *_client_base):
    _client_member
""",
    "_resource_member": """
_text
def __init__(self, sender: ${class_prefix}Sender) -> None:
    super().__init__(sender)
    _child
$def_keyword _name(
    self, _name: _type = _default, *, _name: _type = _default
) -> _type:
    _text
    return ${await_prefix}_send_expression
@_deprecation
$def_keyword _name(
    self, _name: _type = _default, *, _name: _type = _default
) -> _type:
    _text
    return ${await_prefix}_send_expression
""",
    "_child": """
self._name = _global(sender)
""",
    "_client_member": """
_text
def __init__(
    self,
    *,
    _name: _credential = None,
    _name: str | None = _text,
    base_url: str | None = None,
    _trusted_servers: tuple[str, ...] = (*_text,),
    timeout: float | None = 30.0,
    max_retries: int = 2,
    max_body: int | None = 8 * 1024 * 1024,
    strict_responses: bool = False,
    allow_http: bool = False,
    follow_redirects: bool = False,
    on_request: OnRequest | None = None,
    on_response: OnResponse | None = None,
    ssl_context: SSLContext | None = None,
    http: (
        httpx2.${class_prefix}Client
        | httpx2.${class_prefix}BaseTransport
        | HttpOpener
        | None
    ) = None,
) -> None:
    super().__init__(
        _base_url,
        credentials({_global: _client_credential}, required=_flag),
        ERRORS,
        api_headers={_text: _parameter},
        timeout=timeout,
        max_retries=max_retries,
        max_body=max_body,
        strict_responses=strict_responses,
        allow_http=allow_http,
        follow_redirects=follow_redirects,
        use_operation_servers=base_url is None,
        trusted_servers=_parameter,
        on_request=on_request,
        on_response=on_response,
        ssl_context=ssl_context,
        http=http,
    )
def _attach_resources(self, sender: ${class_prefix}Sender) -> None:
    _child
@_property
def _name(self) -> _global:
    _text
    _import
    return _global(self._sender)
@_property
def _name(self) -> WebhookReceiver[_global]:
    _text
    from .webhooks import RECEIVER
    return RECEIVER
""",
}
"""The forms of statements, by kind."""

EXPRESSION_FORMS = {
    "_resource_base": """
${class_prefix}Resource
${class_prefix}PagingResource
${class_prefix}StreamingResource
""",
    "_client_base": """
${class_prefix}Client
${class_prefix}DownloadingClient
${class_prefix}PollingClient
""",
    "_type": """
None
_type_name
builtins._builtin
_type | _type
_generic[*_type]
Literal[*_constant]
""",
    "_generic": """
dict
list
tuple
Mapping
Sequence
ServerSentEvent
${class_prefix}Page
${class_prefix}Stream
builtins._builtin
""",
    "_constant": """
_literal
-_number
""",
    "_unset": """
None
UNSET
""",
    "_default_constant": """
constant(_constant, is_tag=True, is_required=False)
""",
    "_default": """
_unset
_constant
""",
    "_server": """
Server(_text, *_variables)
""",
    "_base_url": """
base_url or SERVER.base_url(**_parameter)
SERVERS.base_url(base_url, _parameter, **_parameter)
""",
    "_credential": """
${class_prefix}Credential | None
TokenOptions | None
str | None
ServerName | None
""",
    "_webhook_scheme": """
WebhookScheme(
    _text,
    algorithm=_text,
    encoding=_text,
    prefix=_text,
    signed=_text,
    timestamp=_text,
    timestamp_prefix=_text,
    id=_text,
)
""",
    "_client_credential": """
_parameter
oauth_credential(
    _global,
    _parameter,
    client_id=_parameter,
    client_secret=_parameter,
    refresh_token=_parameter,
    token_url=_parameter,
    token_options=_parameter,
)
""",
    "_deprecation": """
deprecated(_text)
deprecated_arguments(*_text)
""",
    "_property": """
property
builtins.property
""",
    "_send_expression": """
self._send(_call)
self._stream(_call)
self._events(_call)
self._page(_call, _type, _global)
""",
    "_call": """
_call_type(
    _text,
    _text,
    _type,
    path=_values,
    query=_values,
    header=_values,
    cookie=_values,
    json=_body,
    form=_body,
    multipart=_body,
    content=_value,
    content_type=_content_type,
    accept=_text,
    response_format=_text,
    by_status={_literal: _type},
    by_event={_text: _type},
    security=_global,
    credentials={_global: _parameter},
    scopes={_global: (*_text,)},
    retry_safe=True,
    errors={_literal: _type},
    polling=_global,
    server=_text,
    excluded_routes=(*_text,),
)
""",
    "_call_type": """
Call
Call[_type]
""",
    "_body": """
_value
_values
given_properties(_values)
none_if_empty(_values)
""",
    "_values": """
{_text: _value}
""",
    "_value": """
_argument
nullable(_argument)
part(_argument, _text)
styled(_argument, _text, explode=True, allow_reserved=True)
""",
    "_argument": """
_parameter
decimal_strings(_parameter, _type)
""",
    "_content_type": """
_text
_parameter
""",
    "_variables": """
(*_variable,)
""",
    "_variable": """
Variable(_text, _text, *_text, environment=(*_text,))
""",
    "_schemes": """
(*_global,)
""",
    "_error_body": """
_type
""",
    "_path": """
(*_literal,)
""",
    "_argument_path": """
ArgumentPath(_text, (*_text,))
ArgumentPath(_text, (*_text,), _text)
""",
    "_request_id": """
_text
_path
""",
}
"""The forms of expressions, by kind."""
