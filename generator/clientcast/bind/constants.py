"""What both clients of a package know of the API, as the constants of `_api.py`."""

from collections import Counter
from collections.abc import Iterable

from clientcast import ir
from clientcast.bind.code import Code, Import, code, import_lines
from clientcast.bind.literals import constant, string
from clientcast.bind.names import Scope, upper
from clientcast.bind.types import Annotations
from clientcast.references import segments
from clientcast.view import Assignment, Later
from clientcast.view import Constants as View

MODULE = "._api"
SERVER = code("SERVER", Import(MODULE, "SERVER"))
ERRORS = code("ERRORS", Import(MODULE, "ERRORS"))

_SECURITY = "._runtime.security"
_PAGING = "._runtime.paging"
_SERVER = "._runtime.server"

Path = tuple[str, ...]


class Constants:
    """The constants of one API, each named when it is first asked for."""

    def __init__(self, api: ir.Api, annotations: Annotations) -> None:
        self.api = api
        self.annotations = annotations
        self.error_body = usual_error(api)
        self._scope = Scope(("SERVER", "ERRORS"))
        self._schemes = {
            scheme.name: self._scope.name(f"{upper(scheme.name)}_SCHEME")
            for scheme in api.schemes
        }
        self._security: dict[tuple[tuple[str, ...], ...], str] = {}
        self._pagings: dict[str, str] = {}
        self._pollings: dict[str, str] = {}

    def scheme(self, scheme: ir.SecurityScheme) -> Code:
        """The constant of a security scheme."""
        name = self._schemes[scheme.name]
        return code(name, Import(MODULE, name))

    def security(self, security: tuple[tuple[ir.Requirement, ...], ...]) -> Code | None:
        """The constant of what an operation wants to be sent with; None for nothing."""
        alternatives = tuple(
            tuple(requirement.scheme for requirement in alternative)
            for alternative in security
        )
        if not alternatives or alternatives == ((),):
            return None
        if alternatives not in self._security:
            name = "_OR_".join(
                "_AND_".join(map(upper, names)) or "NOTHING" for names in alternatives
            )
            self._security[alternatives] = self._scope.name(name)
        name = self._security[alternatives]
        return code(name, Import(MODULE, name))

    def cursor_paging(
        self, argument: str, cursor: Path, items: tuple[Path, ...]
    ) -> Code:
        """The constant of paging by a cursor."""
        return self._paging(
            "CURSOR_PAGING",
            f"CursorPaging({string(argument)}, cursor={_tuple(cursor)}, items={_paths(items)})",
        )

    def offset_paging(
        self,
        paging: ir.OffsetPaging,
        default: int,
        items: tuple[Path, ...],
        total: Path,
    ) -> Code:
        """The constant of paging by an offset."""
        end = f", total={_tuple(total)}" if total else ""
        return self._paging(
            "OFFSET_PAGING",
            f"OffsetPaging({string(paging.parameter)}, limit={string(paging.limit)},"
            f" default_limit={default}, items={_paths(items)}{end})",
        )

    def link_paging(self, items: tuple[Path, ...]) -> Code:
        """The constant of paging by the `Link` header."""
        return self._paging("LINK_PAGING", f"LinkPaging(items={_paths(items)})")

    def polling(self, polling: ir.Polling) -> Code:
        """The constant of how an answer is asked for that is not ready."""
        keys = _keys(polling.request_id)
        text = (
            f"Polling({string(polling.path)}, {string(polling.parameter)},"
            f" request_id={keys})"
        )
        if text not in self._pollings:
            self._pollings[text] = self._scope.name("POLLING")
        return code(self._pollings[text], Import(MODULE, self._pollings[text]))

    def view(self) -> View:
        """All constants that were asked for, those of every API first."""
        imports = {
            Import(_SERVER, "Server"),
            Import("._runtime.responses", "ErrorShape"),
        }
        assignments = [Assignment(f"SERVER = {self._server(imports)}", "")]
        later = self._error_body_later()
        errors = self._errors(imports, later is not None)
        assignments.append(Assignment(f"ERRORS = {errors}", ""))
        for scheme in self.api.schemes:
            imports.add(Import(_SECURITY, "Scheme"))
            text = f"{self._schemes[scheme.name]} = {_scheme(scheme)}"
            assignments.append(Assignment(text, ""))
        for alternatives, name in self._security.items():
            imports.add(Import(_SECURITY, "Security"))
            value = tuple_of(
                [tuple_of([self._schemes[s] for s in names]) for names in alternatives]
            )
            assignments.append(Assignment(f"{name}: Security = {value}", ""))
        for text, name in self._pagings.items():
            imports.add(Import(_PAGING, text.partition("(")[0]))
            assignments.append(Assignment(f"{name} = {text}", ""))
        for text, name in self._pollings.items():
            imports.add(Import("._runtime.polling", "Polling"))
            assignments.append(Assignment(f"{name} = {text}", ""))
        return View(import_lines(imports), later, tuple(assignments))

    def _paging(self, name: str, text: str) -> Code:
        if text not in self._pagings:
            self._pagings[text] = self._scope.name(name)
        return code(self._pagings[text], Import(MODULE, self._pagings[text]))

    def _server(self, imports: set[Import]) -> str:
        server = self.api.server
        if server is None:
            return 'Server("")'
        variables: list[str] = []
        for variable in server.variables:
            imports.add(Import(_SERVER, "Variable"))
            parts = [
                string(variable.name),
                string(variable.argument),
            ]
            if not variable.required:
                parts.append(string(variable.default))
            if variable.environment:
                parts.append(f"environment={_tuple(variable.environment)}")
            variables.append(f"Variable({', '.join(parts)})")
        end = f", {tuple_of(variables)}" if variables else ""
        return f"Server({string(server.url)}{end})"

    def _errors(self, imports: set[Import], body_later: bool) -> str:
        parts: list[str] = []
        if body_later:
            imports.add(Import("typing", "Any"))
            parts.append("body=error_body")
        elif self.error_body is not None:
            body = self.annotations.received(self.error_body)
            imports |= body.imports
            parts.append(f"body={body}")
        errors = self.api.errors
        for name, pointer in (("code", errors.code), ("message", errors.message)):
            if pointer:
                parts.append(f"{name}={_keys(pointer)}")
        if errors.request_id:
            is_pointer = errors.request_id.startswith("/")
            value = (
                _keys(errors.request_id) if is_pointer else string(errors.request_id)
            )
            parts.append(f"request_id={value}")
        return f"ErrorShape({', '.join(parts)})"

    def _error_body_later(self) -> Later | None:
        """What errors carry, where its models are not to be imported before there is one."""
        if self.error_body is None:
            return None
        body = self.annotations.received(self.error_body)
        imports = [item for item in body.imports if item.module.startswith(".models.")]
        return Later(import_lines(body.imports), body.text) if imports else None


def usual_error(api: ir.Api) -> ir.Type | None:
    """What most error answers of an API carry; None where none says."""
    types = Counter(
        response.type
        for operation in api.operations
        for response in operation.responses
        if response.type is not None and response.status[:1] not in "123"
    )
    return types.most_common(1)[0][0] if types else None


def _scheme(scheme: ir.SecurityScheme) -> str:
    parts = [string(scheme.argument), string(scheme.parameter)]
    if scheme.location is not ir.Location.HEADER:
        parts.append(f"location={string(scheme.location)}")
    if scheme.prefix:
        parts.append(f"prefix={string(scheme.prefix)}")
    if scheme.is_basic:
        parts.append("is_basic=True")
    if scheme.environment:
        parts.append(f"environment={_tuple(scheme.environment)}")
    return f"Scheme({', '.join(parts)})"


def _keys(pointer: str) -> str:
    """A JSON pointer as a tuple of keys and indexes."""
    return tuple_of(
        [
            constant(int(key) if key.isdecimal() and key.isascii() else key)
            for key in segments(pointer)
        ]
    )


def _paths(paths: tuple[Path, ...]) -> str:
    return tuple_of([_tuple(path) for path in paths])


def _tuple(texts: tuple[str, ...]) -> str:
    return tuple_of([string(text) for text in texts])


def tuple_of(items: Iterable[str]) -> str:
    """A tuple of expressions."""
    items = list(items)
    return f"({', '.join(items)}{',' if len(items) == 1 else ''})"
