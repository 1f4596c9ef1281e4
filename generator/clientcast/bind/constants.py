"""Constants of `_api.py`, shared by both clients of a package."""

from collections import Counter
from collections.abc import Iterable

from clientcast import ir
from clientcast.bind import runtime
from clientcast.bind.names import Scope, upper_snake_case
from clientcast.bind.paging import paging_call, place
from clientcast.bind.pointers import Keys, pointer_keys
from clientcast.bind.types import Annotations
from clientcast.code import (
    Arguments,
    Assignment,
    Call,
    Constant,
    Dict,
    Expression,
    Imports,
    Name,
    Subscript,
    Tuple,
    imported,
    imports_in,
)
from clientcast.view import Constants as ConstantsView
from clientcast.view import ErrorBody

MODULE = "._api"
SERVER = imported(MODULE, "SERVER")
SERVERS = imported(MODULE, "SERVERS")
SERVER_NAME = imported(MODULE, "ServerName")
ERRORS = imported(MODULE, "ERRORS")


class Constants:
    """The constants of one API, each declared when it is first used.

    Args:
        api: The API.
        annotations: The annotations of its types.
        classes: The names of the package's classes, which no constant may have.
    """

    def __init__(
        self, api: ir.Api, annotations: Annotations, classes: Iterable[str]
    ) -> None:
        self.api = api
        self.annotations = annotations
        self.error_body = common_error_type(api)
        self._reserved = runtime.IMPORTED_NAMES | frozenset(classes)
        self._scope = Scope((SERVER.name, SERVERS.name, ERRORS.name))
        self._schemes = {
            scheme.name: self.unique_name(f"{upper_snake_case(scheme.name)}_SCHEME")
            for scheme in api.schemes
        }
        self._security: dict[tuple[tuple[str, ...], ...], str] = {}
        self._values: dict[Call, str] = {}

    def scheme(self, name: str) -> Name:
        """Return the constant of a security scheme."""
        return imported(MODULE, self._schemes[name])

    def oauth_flows(self, scheme: ir.SecurityScheme, prefix: str) -> Name:
        """Return the constant of the URLs that the tokens of a scheme are fetched from.

        Args:
            scheme: The scheme, which has flows.
            prefix: The prefix of the arguments of the client's constructor.
        """
        assert scheme.flows is not None
        keywords: dict[str, Expression] = {
            name: Constant(value)
            for name, value in (
                ("token_url", scheme.flows.token_url),
                ("refresh_url", scheme.flows.refresh_url),
                ("prefix", prefix),
            )
            if value
        }
        name = f"{upper_snake_case(scheme.name)}_FLOWS"
        return self._shared_constant(name, _call(runtime.OAUTH_FLOWS, **keywords))

    def security(self, security: tuple[tuple[ir.Requirement, ...], ...]) -> Name | None:
        """Return the constant of an operation's security requirements; None if it has none."""
        alternatives = tuple(
            tuple(requirement.scheme for requirement in alternative)
            for alternative in security
        )
        if not alternatives or alternatives == ((),):
            return None
        if alternatives not in self._security:
            name = "_OR_".join(
                "_AND_".join(map(upper_snake_case, names)) or "NOTHING"
                for names in alternatives
            )
            self._security[alternatives] = self.unique_name(name)
        return imported(MODULE, self._security[alternatives])

    def paging(self, operation: ir.Operation) -> Name:
        """Return the constant of the paging of an operation."""
        assert operation.paging is not None
        style, value = paging_call(self.api, operation, operation.paging)
        return self._shared_constant(upper_snake_case(style.name), value)

    def polling(self, polling: ir.Polling) -> Name:
        """Return the constant of polling for the response to an accepted request (202)."""
        value = _call(
            runtime.POLLING,
            Constant(polling.path),
            Constant(polling.parameter),
            request_id=_pointer_tuple(polling.request_id),
        )
        return self._shared_constant("POLLING", value)

    def view(self) -> ConstantsView:
        """Return all declared constants: `SERVER` and `ERRORS`, then the rest."""
        error_body = self._error_body()
        assignments = [
            *self._server_assignments(),
            Assignment(
                ERRORS.name, value=self._error_shape_call(error_body is not None)
            ),
            *(
                Assignment(self._schemes[scheme.name], value=_scheme_call(scheme))
                for scheme in self.api.schemes
            ),
            *(
                Assignment(name, runtime.SECURITY, self._security_tuple(alternatives))
                for alternatives, name in self._security.items()
            ),
            *(Assignment(name, value=value) for value, name in self._values.items()),
        ]
        imports = set(imports_in(*assignments))
        if error_body is not None:
            imports |= set(imports_in(runtime.ANY))
        return ConstantsView(
            Imports(frozenset(imports)), error_body, tuple(assignments)
        )

    def _shared_constant(self, name: str, value: Call) -> Name:
        if value not in self._values:
            self._values[value] = self.unique_name(name)
        return imported(MODULE, self._values[value])

    def unique_name(self, name: str) -> str:
        """Return a name that no constant, class or import of the package has."""
        if name in self._reserved:
            name = f"{name}_CONSTANT"
        return self._scope.claim(name)

    def _security_tuple(self, alternatives: tuple[tuple[str, ...], ...]) -> Tuple:
        return Tuple(
            tuple(
                Tuple(tuple(Name(self._schemes[scheme]) for scheme in schemes))
                for schemes in alternatives
            )
        )

    def _server_assignments(self) -> tuple[Assignment, ...]:
        named = self.api.named_servers
        if not named:
            return (Assignment(SERVER.name, value=self._server_call(self.api.server)),)
        names = tuple(Constant(server.name) for server in named)
        calls = tuple(map(self._server_call, named))
        items = Dict(tuple(zip(names, calls, strict=True)))
        default = self._server_call(self.api.server)
        return (
            Assignment(
                SERVER_NAME.name,
                runtime.TYPE_ALIAS,
                Subscript(runtime.LITERAL, names),
            ),
            Assignment(SERVERS.name, value=_call(runtime.SERVERS, items, default)),
        )

    def _server_call(self, server: ir.Server | None) -> Call:
        if server is None:
            return _call(runtime.SERVER, Constant(""))
        variables = tuple(map(_variable_call, server.variables))
        arguments = (Tuple(variables),) if variables else ()
        return _call(runtime.SERVER, Constant(server.url), *arguments)

    def _error_shape_call(self, body_is_function: bool) -> Call:
        keywords: dict[str, Expression] = {}
        if body_is_function:
            keywords["body"] = Name("error_body")
        elif self.error_body is not None:
            keywords["body"] = self.annotations.for_response(self.error_body)
        errors = self.api.errors
        for name, pointer in (("code", errors.code), ("message", errors.message)):
            if pointer:
                keywords[name] = _pointer_tuple(pointer)
        if errors.request_id:
            keywords["request_id"] = place(errors.request_id)
        return _call(runtime.ERROR_FORMAT, **keywords)

    def _error_body(self) -> ErrorBody | None:
        """Return the body of errors if its models are in modules that are imported lazily."""
        if self.error_body is None:
            return None
        body = self.annotations.for_response(self.error_body)
        imports = frozenset(imports_in(body))
        if not any(item.module.startswith(".models.") for item in imports):
            return None
        return ErrorBody(Imports(imports), body)


def common_error_type(api: ir.Api) -> ir.Type | None:
    """Return the most frequent type of error responses; None if none has a type."""
    types = Counter(
        response.type
        for operation in api.operations
        for response in operation.responses
        if response.type is not None and response.status[:1] not in "123"
    )
    return types.most_common(1)[0][0] if types else None


def _scheme_call(scheme: ir.SecurityScheme) -> Call:
    keywords: dict[str, Expression] = {}
    if scheme.location is not ir.Location.HEADER:
        keywords["location"] = Constant(str(scheme.location))
    if scheme.prefix:
        keywords["prefix"] = Constant(scheme.prefix)
    if scheme.is_basic:
        keywords["is_basic"] = Constant(True)
    if scheme.environment:
        keywords["environment"] = _literal_tuple(scheme.environment)
    return _call(
        runtime.SCHEME,
        Constant(scheme.argument),
        Constant(scheme.parameter),
        **keywords,
    )


def _variable_call(variable: ir.ServerVariable) -> Call:
    arguments = [variable.name, variable.argument]
    if not variable.required:
        arguments.append(variable.default)
    keywords: dict[str, Expression] = {}
    if variable.environment:
        keywords["environment"] = _literal_tuple(variable.environment)
    return _call(runtime.VARIABLE, *map(Constant, arguments), **keywords)


def _call(function: Name, *positional: Expression, **keywords: Expression) -> Call:
    return Call(function, Arguments(positional, tuple(keywords.items())))


def _pointer_tuple(pointer: str) -> Tuple:
    """Return a JSON pointer as a tuple of keys and indexes."""
    return _literal_tuple(pointer_keys(pointer))


def _literal_tuple(path: Keys) -> Tuple:
    return Tuple(tuple(map(Constant, path)))
