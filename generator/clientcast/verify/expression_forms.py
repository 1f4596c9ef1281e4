"""Forms of generated expressions, written as those of statements in `forms`."""

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
${class_prefix}UploadingClient
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
    "_send_expression": """
self._send(_call)
self._stream(_call)
self._events(_call)
self._page(_call, _type, _global)
""",
    "_fake_class": """
OperationFake
PagedFake
PolledFake
PolledPagedFake
StreamFake
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
    content=_content,
    content_type=_content_type,
    accept=_text,
    response_format=_text,
    by_status={_literal: _type},
    contents={_literal: {_text: _reader}},
    error_contents={_literal: {_text: _reader}},
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
    "_reader": """
(read_json, _type)
(read_text, str)
(read_bytes, bytes)
(read_any, _type)
(_global, _type)
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
    "_content": """
_value
xml_content(_body, _global)
""",
    "_xml_object": """
XmlObject((*_xml_field,), additional=_xml_shape)
""",
    "_xml_shape": """
XmlObject((*_xml_field,), additional=_xml_shape)
XmlText(*_text)
XmlItems(_xml_shape, _xml_name)
XmlUnion((*_xml_member,), tag=_text)
XmlReference(_text)
XmlAnything()
""",
    "_xml_field": """
XmlField(_text, _xml_shape, node=_text, name=_xml_name, required=True)
""",
    "_xml_member": """
XmlMember(_xml_shape, root=_xml_name, values=(*_text,))
""",
    "_xml_name": """
XmlName(_text, namespace=_text, prefix=_text)
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
(*_constant,)
""",
    "_argument_path": """
ArgumentPath(_text, (*_text,))
ArgumentPath(_text, (*_text,), _text)
""",
    "_place": """
_text
_path
""",
}
"""The forms of expressions, by kind."""
