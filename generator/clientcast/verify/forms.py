"""Forms of generated statements: their allowed shapes, in Python syntax, by kind of code.

The forms of expressions are in `expression_forms`. A name in a form is a placeholder if it begins
with an underscore and is a kind of these modules or of `matching.PRIMITIVES`: it matches any code
of that kind. Any other name matches itself. `*_kind`, a parameter with a placeholder as its name,
an item of a dict and a statement that is a placeholder may be repeated or absent. Keyword arguments
of a call or class may be absent.
`$def_keyword`, `$await_prefix` and `$class_prefix` are fields of `view.Mode`.
"""

MODULE_KINDS = {
    "__init__.py": "_package",
    "_api.py": "_api",
    "_xml.py": "_xml",
    "errors.py": "_errors",
    "models.py": "_models",
    "webhooks.py": "_webhooks",
    "models/__init__.py": "_models_package",
    "models/*": "_models",
    "client.py": "_clients",
    "resources/__init__.py": "_resources_package",
    "resources/*": "_clients",
    "testing/__init__.py": "_testing",
    "testing/builders.py": "_builders",
    "testing/state.py": "_fake_state",
    "testing/resources.py": "_fakes",
    "testing/resources/__init__.py": "_resources_package",
    "testing/resources/*": "_fakes",
}
"""The kind of each module; `async_` modules have the kind of the synchronous ones."""

ANNOTATION_BUILTINS = frozenset(
    "bool bytes dict float int list object str tuple".split()
)
"""Builtins in annotations."""

ALLOWED_BUILTINS = ANNOTATION_BUILTINS | {"__name__", "super"}

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
ERRORS = ErrorFormat(body=_error_body, code=_path, message=_path, request_id=_place)
_name = Scheme(
    _text, _text, location=_text, prefix=_text, is_basic=True, environment=(*_text,)
)
_name: Security = (*_schemes,)
_name = CursorPaging(_argument_path, cursor=_place, items=(*_path,), has_more=_place)
_name = OffsetPaging(
    _argument_path,
    limit=_argument_path,
    default_limit=_number,
    items=(*_path,),
    total=_place,
    has_more=_place,
)
_name = PageNumberPaging(
    _argument_path,
    items=(*_path,),
    first=_number,
    limit=_argument_path,
    default_limit=_number,
    total=_place,
    total_pages=_place,
    has_more=_place,
)
_name = LinkPaging(items=(*_path,), url=_place)
_name = OAuthFlows(token_url=_text, refresh_url=_text, prefix=_text)
_name = Polling(_text, _text, request_id=_path)
""",
    "_xml": """
_text
_import
SCHEMAS = XmlSchemas({_text: _xml_object})
_name = XmlBody(SCHEMAS, _xml_shape, root=_xml_name)
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
_name: _global = resource_attribute(_global)
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
    "_client_member": """
_text
_name: _global = resource_attribute(_global)
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
@LazyAttribute
def _name(self) -> _global:
    _text
    _import
    return _global(self._sender)
@LazyAttribute
def _name(self) -> WebhookReceiver[_global]:
    _text
    from .webhooks import RECEIVER
    return RECEIVER
""",
    "_testing": """
_text
_import
if TYPE_CHECKING:
    _import
__all__ = [*_text]
class _name(Fake):
    _fake_client_member
""",
    "_fake_client_member": """
_text
def __init__(self, *, strict: bool = False) -> None:
    _text
    super().__init__(FakeServer(__name__, ERRORS, is_strict=strict))
    _fake_attribute
def __init__(self, *, strict: bool = False, stateful: bool = False) -> None:
    _text
    self._stores = Stores(__name__) if stateful else None
    super().__init__(FakeServer(__name__, ERRORS, is_strict=strict, stores=self._stores))
    _fake_attribute
@cached_property
def state(self) -> State:
    _text
    from .state import State
    return State(self._stores)
@cached_property
def _name(self) -> _global:
    _text
    return _global(base_url=_text, http=self._name, **_text)
@cached_property
def _name(self) -> _global:
    _text
    _import
    return _global(self._server)
""",
    "_fake_state": """
_text
_import
class State(FakeState):
    _fake_state_member
""",
    "_fake_state_member": """
_text
def __init__(self, stores: Stores | None) -> None:
    super().__init__(stores)
    _fake_store
""",
    "_fake_store": """
self._name = Store(stores, _text, _global)
""",
    "_fake_attribute": """
self.token_endpoint = TokenEndpointFake(self._server, request_token)
self._name = _global(self._server)
""",
    "_fakes": """
_text
_import
class _name:
    _fake_member
""",
    "_fake_member": """
_text
def __init__(self, server: FakeServer) -> None:
    _fake_operation
""",
    "_fake_operation": """
self._name = _fake_class(server, _text, _global._name)
self._name = _global(server)
""",
    "_builders": """
_text
_import
__getattr__, __dir__ = model_builders(__name__)
""",
}
"""The forms of statements, by kind."""
