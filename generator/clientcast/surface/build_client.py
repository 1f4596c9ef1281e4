"""The surface of the client class, and of what its constructor is called with."""

from collections.abc import Iterator, Mapping

from clientcast.code import (
    Arguments,
    Call,
    Constant,
    Dict,
    Expression,
    Name,
    Parameter,
    Signature,
    Tuple,
)
from clientcast.surface.canonical import annotation, canonical, source
from clientcast.surface.declarations import ClientDeclaration
from clientcast.surface.types import Argument, Client

Constants = Mapping[str, Expression]
"""The values of the constants of a package, by name."""


def build_client(declared: ClientDeclaration, constants: Constants) -> Client:
    """Return the surface of a client class."""
    servers = dict(_servers(constants))
    variables = [_variable(call) for call in _calls("Variable", *servers.values())]
    default_variables = [
        _variable(call) for call in _calls("Variable", servers.get("", Tuple()))
    ]
    credentials = dict(_credentials(declared.credentials, constants))
    environment = {name: names for name, _, names in variables if names}
    environment |= {
        name: _texts(dict(call.arguments.keywords).get("environment"))
        for name, (call, _) in credentials.items()
    }
    errors = constants.get("ERRORS")
    return Client(
        name=declared.name,
        arguments=tuple(build_arguments(declared.signature, constants)),
        required=frozenset(n for n, required, _ in default_variables if required),
        environment={name: names for name, names in environment.items() if names},
        credentials={
            name: " ".join([source(_without_environment(scheme)), *sources])
            for name, (scheme, sources) in credentials.items()
        },
        needs_credential=_needs_credential(declared.credentials),
        servers={name: source(value) for name, value in servers.items()},
        errors={
            name: source(value)
            for name, value in (
                errors.arguments.keywords if isinstance(errors, Call) else ()
            )
            if name != "body"
        },
        headers="" if declared.headers is None else source(declared.headers),
        text=declared.text,
        place=declared.place,
    )


def _servers(constants: Constants) -> Iterator[tuple[str, Expression]]:
    """Yield the servers by name; the default has an empty one."""
    match constants.get("SERVERS"):
        case Call(arguments=Arguments((Dict(items), default, *_))):
            yield "", canonical(default)
            for key, value in items:
                yield text_of(key), canonical(value)
        case _:
            server = constants.get("SERVER")
            if server is not None:
                yield "", canonical(server)


def _credentials(
    node: Expression | None, constants: Constants
) -> Iterator[tuple[str, tuple[Call, list[str]]]]:
    """Yield the scheme of each credential, and how it is fetched, by its argument."""
    match node and canonical(node, constants):
        case Call(arguments=Arguments((Dict(items), *_))):
            for scheme, value in items:
                if isinstance(scheme, Call):
                    fetched = [] if isinstance(value, Name) else [source(value)]
                    yield scheme_argument(scheme), (scheme, fetched)
        case _:
            pass


def build_arguments(signature: Signature, constants: Constants) -> Iterator[Argument]:
    """Yield positional arguments in their order, then the others by name."""
    for parameter in signature.positional:
        yield _argument(parameter, False, constants)
    for parameter in sorted(signature.keyword_only, key=lambda p: p.name):
        yield _argument(parameter, True, constants)


def _argument(
    parameter: Parameter, is_keyword_only: bool, constants: Constants
) -> Argument:
    default = parameter.default
    return Argument(
        parameter.name,
        annotation(parameter.annotation, constants),
        "" if default is None else source(default),
        is_keyword_only,
    )


def scheme_argument(node: Expression) -> str:
    match node:
        case Call(arguments=Arguments((Constant(str() as argument), *_))):
            return argument
        case _:
            return source(node)


def _without_environment(scheme: Call) -> Call:
    keywords = tuple(k for k in scheme.arguments.keywords if k[0] != "environment")
    return Call(scheme.function, Arguments(scheme.arguments.positional, keywords))


def _needs_credential(node: Expression | None) -> bool:
    match node:
        case Call(arguments=Arguments(keywords=keywords)):
            return dict(keywords).get("required") == Constant(True)
        case _:
            return False


def _variable(call: Call) -> tuple[str, bool, tuple[str, ...]]:
    """Return the argument of a server variable, whether it is required, and its environment."""
    positional = call.arguments.positional
    environment = _texts(dict(call.arguments.keywords).get("environment"))
    return text_of(positional[1]), len(positional) < 3, environment


def _calls(name: str, *nodes: Expression) -> Iterator[Call]:
    """Yield the calls of a function among the arguments of calls."""
    pending = [*nodes]
    while pending:
        match pending.pop():
            case Call(function, Arguments(positional)) as call:
                if function == Name(name):
                    yield call
                pending += positional
            case Tuple(items):
                pending += items
            case _:
                pass


def text_of(node: Expression) -> str:
    return str(node.value) if isinstance(node, Constant) else source(node)


def _texts(node: Expression | None) -> tuple[str, ...]:
    return tuple(map(text_of, node.items)) if isinstance(node, Tuple) else ()
