"""The client class: the parameters of its constructor and the values it passes on."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from clientcast import ir
from clientcast.bind import runtime
from clientcast.bind.constants import (
    ERRORS,
    SERVER,
    SERVER_NAME,
    SERVERS,
    Constants,
)
from clientcast.bind.docstrings import docstring
from clientcast.bind.examples import Example, client_example
from clientcast.bind.lines import one_line
from clientcast.bind.names import Scope, snake_case
from clientcast.bind.oauth import oauth_arguments
from clientcast.code import (
    Arguments,
    Attribute,
    Call,
    Constant,
    Dict,
    Expression,
    Name,
)
from clientcast.view import ASYNC, SYNC, ConstructorParameter, Mode

_OPTIONS = (
    ("base_url", "The base URL of the API, in place of the default server."),
    (
        "timeout",
        "The deadline of a whole call in seconds, over all attempts and delays. None for"
        " no limit.",
    ),
    ("max_retries", "The maximum number of retries of a call that is safe to retry."),
    (
        "max_body",
        "The maximum size of a decompressed response body in bytes. None for no limit.",
    ),
    (
        "strict_responses",
        "Whether a response that does not match its schema raises an error, rather than"
        " issuing a warning. A date-time argument without an offset is then refused, too.",
    ),
    (
        "allow_http",
        "Whether credentials may be sent unencrypted, to a base URL with `http://` on"
        " another machine.",
    ),
    (
        "follow_redirects",
        "Whether redirects are followed, up to 10 in a call. Another origin receives no"
        " credentials, cookies or headers of the client; 307 and 308 send it the body.",
    ),
    (
        "on_request",
        "Called with the request before each attempt. It may add headers.",
    ),
    (
        "on_response",
        "Called with each response, after its body has been read.",
    ),
    (
        "ssl_context",
        "The TLS configuration, such as one with your own CA or a client certificate. By"
        " default the CAs of the system are trusted.",
    ),
    (
        "http",
        "An httpx2 client or transport that sends the requests, which is not closed; or a"
        " function that returns one, called once in each process. By default the client"
        " opens its own connections.",
    ),
)
_VALUE_ERROR_TEXT = "If a credential or a part of the URL is missing or malformed."


class Constructor(Struct, frozen=True):
    """The constructor of a client.

    Attributes:
        docstrings: The docstring of the class, by the class prefix of the mode.
        parameters: The parameters that the API adds: credentials and server variables.
        server: The expression of the default base URL.
        credentials: The expression of the credentials.
        headers: The expression of the headers of every request; None for none.
    """

    docstrings: Mapping[str, str]
    parameters: tuple[ConstructorParameter, ...]
    server: Expression
    credentials: Expression
    headers: Expression | None
    errors: Name = ERRORS


def bind_constructor(
    api: ir.Api, constants: Constants, name: str, example: Example | None
) -> Constructor:
    """Return the constructor of an API's client.

    Args:
        api: The API.
        constants: The constants that both clients share.
        name: The name of the client class.
        example: A call of an operation; None if the API has none.
    """
    variables = _server_variables(api)
    schemes = {s.argument: s for s in api.schemes}
    oauth = {arguments.scheme.name: arguments for arguments in oauth_arguments(api)}
    parameters = {
        parameter.name: parameter
        for arguments in oauth.values()
        for parameter in arguments.parameters
    }
    texts = {
        **{name: _variable_text(v) for name, v in variables.items() if v.required},
        **{name: _scheme_text(s) for name, s in schemes.items()},
        **{n: text for a in oauth.values() for n, text in a.texts.items()},
        **{name: _variable_text(v) for name, v in variables.items() if not v.required},
        **{header.argument: _header_text(header) for header in api.headers},
    }
    parameters |= {h.argument: _header_parameter(h) for h in api.headers}
    base_url, *options = _OPTIONS
    trusted_servers = _trusted_servers_entry(api)
    variable_arguments = tuple((name, Name(name)) for name in variables)
    credentials = tuple(
        (
            constants.scheme(scheme.name),
            (
                oauth[scheme.name].credential(
                    constants.oauth_flows(scheme, oauth[scheme.name].prefix)
                )
                if scheme.name in oauth
                else Name(name)
            ),
        )
        for name, scheme in schemes.items()
    )
    required = (("required", Constant(_requires_credentials(api))),)
    return Constructor(
        docstrings={
            mode.class_prefix: docstring(
                summary=_summary(api),
                arguments=(
                    *texts.items(),
                    *_server_entry(api),
                    base_url,
                    *trusted_servers,
                    *options,
                ),
                raises=[("ValueError", _VALUE_ERROR_TEXT)],
                example=_construction_example(api, name, mode, example),
            )
            for mode in (SYNC, ASYNC)
        },
        parameters=(
            *(
                parameters.get(name) or _parameter(name, is_credential=name in schemes)
                for name in texts
            ),
            *([_SERVER_PARAMETER] if api.named_servers else []),
        ),
        server=_base_url(api, variable_arguments),
        credentials=Call(
            runtime.CREDENTIALS, Arguments((Dict(credentials),), required)
        ),
        headers=(
            Dict(tuple((Constant(h.name), Name(h.argument)) for h in api.headers))
            if api.headers
            else None
        ),
    )


_SERVER_PARAMETER = ConstructorParameter(
    "server",
    {SYNC.class_prefix: SERVER_NAME.name, ASYNC.class_prefix: SERVER_NAME.name},
)


def _server_variables(api: ir.Api) -> dict[str, ir.ServerVariable]:
    """Return the variables of the servers by argument; those of the first take precedence."""
    servers = [*reversed(api.named_servers), *([api.server] if api.server else [])]
    return {v.argument: v for server in servers for v in server.variables}


def _server_entry(api: ir.Api) -> list[tuple[str, str]]:
    """Return the docstring entry of `server`; empty if there is nothing to choose from."""
    if not api.named_servers:
        return []
    names = ", ".join(f"`{s.name}` ({s.url})" for s in api.named_servers)
    return [("server", f"The server: {names}. By default the first of the document.")]


def _base_url(api: ir.Api, variables: tuple[tuple[str, Expression], ...]) -> Call:
    """Return the call that chooses the base URL of a client."""
    if not api.named_servers:
        return Call(Attribute(SERVER, "base_url"), Arguments((), variables))
    positional = (Name("base_url"), Name("server"))
    return Call(Attribute(SERVERS, "base_url"), Arguments(positional, variables))


def _parameter(name: str, *, is_credential: bool) -> ConstructorParameter:
    type_ = runtime.CREDENTIAL.name if is_credential else "str"
    async_type = runtime.ASYNC_CREDENTIAL.name if is_credential else "str"
    types = {SYNC.class_prefix: type_, ASYNC.class_prefix: async_type}
    return ConstructorParameter(name, types)


def _header_parameter(header: ir.ClientHeader) -> ConstructorParameter:
    types = dict.fromkeys((SYNC.class_prefix, ASYNC.class_prefix), "str")
    return ConstructorParameter(header.argument, types, Constant(header.value))


def name_constructor_arguments(api: ir.Api) -> ir.Api:
    """Return the API with unique Python names for its credentials and server variables."""
    shadowing = (
        SERVER.name,
        runtime.CREDENTIALS.name,
        runtime.OAUTH_CREDENTIAL.name,
    )
    own = (SERVERS.name, SERVER_NAME.name, "server") if api.named_servers else ()
    scope = Scope((*runtime.template_identifiers("client.py.j2"), *shadowing, *own))
    schemes = tuple(
        replace(scheme, argument=scope.claim(name, f"{name.strip('_')}_credential"))
        for scheme in api.schemes
        for name in (snake_case(scheme.argument, "credential"),)
    )
    arguments = {
        argument: scope.claim(name, f"{name.strip('_')}_variable")
        for argument in _server_variables(api)
        for name in (snake_case(argument, "variable"),)
    }
    headers = tuple(
        replace(header, argument=scope.claim(name, f"{name.strip('_')}_header"))
        for header in api.headers
        for name in (snake_case(header.argument, "header"),)
    )
    return replace(
        api,
        schemes=schemes,
        server=_with_arguments(api.server, arguments) if api.server else None,
        named_servers=tuple(_with_arguments(s, arguments) for s in api.named_servers),
        headers=headers,
    )


def _with_arguments(server: ir.Server, arguments: Mapping[str, str]) -> ir.Server:
    """Return a server whose variables have other names of arguments."""
    variables = (replace(v, argument=arguments[v.argument]) for v in server.variables)
    return replace(server, variables=tuple(variables))


def _requires_credentials(api: ir.Api) -> bool:
    """Return whether every operation requires a credential that no argument can give."""
    return bool(api.operations) and all(
        operation.security
        and not any(
            {r.scheme for r in alternative} <= {p.scheme for p in operation.parameters}
            for alternative in operation.security
        )
        for operation in api.operations
    )


def _trusted_servers_entry(api: ir.Api) -> list[tuple[str, str]]:
    """Return the docstring entry of `trusted_servers`; empty if there are no other hosts."""
    if not (api.server and api.server.other_origins):
        return []
    origins = " and ".join(f"`{origin}`" for origin in api.server.other_origins)
    text = f"Origins besides the base URL that receive credentials. Operations use {origins}."
    return [("trusted_servers", text)]


def _summary(api: ir.Api) -> str:
    summary = one_line(api.text.summary) or one_line(api.title)
    return summary if summary.endswith(".") else f"{summary}."


def _construction_example(
    api: ir.Api, name: str, mode: Mode, call: Example | None
) -> str:
    """Return a program that constructs a client, calls an operation and closes it."""
    variables = api.server.variables if api.server else ()
    arguments: list[tuple[str, Expression]] = [
        (variable.argument, Constant(variable.default))
        for variable in variables
        if variable.required
    ]
    arguments += [(scheme.argument, Constant("...")) for scheme in api.schemes[:1]]
    construct = Call(
        Name(f"{mode.class_prefix}{name}"), Arguments((), tuple(arguments))
    )
    return client_example(construct, snake_case(name, "client"), call, mode)


def _variable_text(variable: ir.ServerVariable) -> str:
    parts = [
        variable.description or f"The variable `{variable.name}` of the server URL."
    ]
    if variable.required:
        parts.append("Required unless `base_url` is given.")
    elif variable.default:
        parts.append(f"The default is `{variable.default}`.")
    return " ".join([*parts, *_environment_text(variable.environment)])


def _scheme_text(scheme: ir.SecurityScheme) -> str:
    text = scheme.description or f"The credential of `{scheme.name}`."
    form = ["A user name and a password, joined by a colon."] if scheme.is_basic else []
    return " ".join([text, *form, *_environment_text(scheme.environment)])


def _header_text(header: ir.ClientHeader) -> str:
    text = header.description or f"The header `{header.name}` of every request."
    return f"{text} None sends no such header."


def _environment_text(names: tuple[str, ...]) -> list[str]:
    if not names:
        return []
    quoted = " or ".join(f"`{name}`" for name in names)
    return [f"Read from the environment variable {quoted} if it is not given."]
