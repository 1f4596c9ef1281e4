"""The contents of a package's files, between `bind` and `render`.

Code is a tree of nodes, which `render` prints; docstrings are string literals. Templates have
no logic of their own. `Mode` holds every difference between the synchronous and the
asynchronous client.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from clientcast.code import (
    NONE,
    Arguments,
    Assignment,
    Call,
    Constant,
    Expression,
    Import,
    Imports,
    Quoted,
    Signature,
)
from clientcast.fake_view import Testing
from clientcast.resource_attribute import ResourceAttribute
from clientcast.webhooks_view import Webhooks


class Mode(Struct, frozen=True):
    """The differences between the synchronous and the asynchronous client.

    Attributes:
        class_prefix: The prefix of class names.
        def_keyword: The keyword that begins a method.
        await_prefix: The prefix of an expression that sends a request.
        async_prefix: The prefix of `for` and `with`.
        client_module: The name of the client's module, in the package and in the runtime.
        resources_package: The name of the package with the modules of resources.
    """

    class_prefix: str
    def_keyword: str
    await_prefix: str
    async_prefix: str
    client_module: str
    resources_package: str


SYNC = Mode("", "def", "", "", "client", "resources")
ASYNC = Mode(
    "Async", "async def", "await ", "async ", "async_client", "async_resources"
)


class Field(Struct, frozen=True):
    """A field of a model, or a member of an enum.

    Attributes:
        code: The field or member, as an assignment.
        docstring: A string literal, or empty.
    """

    code: Assignment
    docstring: str = ""


class ModelClass(Struct, frozen=True):
    """A class of models.

    Attributes:
        header: The text after `class`, as a call: the name, with bases and keywords.
        docstring: A string literal, or empty.
        pointer: The JSON pointer of its schema.
    """

    name: str
    header: Call
    docstring: str
    fields: tuple[Field, ...]
    pointer: str


class Alias(Struct, frozen=True):
    """A type alias.

    Attributes:
        docstring: A string literal, or empty.
        is_recursive: Whether the type contains itself with no object in between. No alias of
            Python 3.11 can, so it is resolved when a value is decoded.
        pointer: The JSON pointer of its schema.
    """

    name: str
    type: Expression
    docstring: str
    is_recursive: bool
    pointer: str

    @property
    def quoted(self) -> Quoted:
        """The type as a string, for type checkers only."""
        return Quoted(self.type)

    @property
    def comment(self) -> str:
        """Comment that keeps the line of a long name: black and ruff break it differently."""
        indent = 4 if self.is_recursive else 0
        start = f"{self.name}: TypeAlias = ("
        return "  # fmt: skip" if indent + len(start) > 88 else ""


class ModelModule(Struct, frozen=True):
    """A module of models: enums, records and aliases, in this order.

    Attributes:
        name: The name of the module in `models`; empty for `models.py`.
        names: All names that the module declares, sorted.
    """

    name: str
    imports: Imports
    enums: tuple[ModelClass, ...]
    records: tuple[ModelClass, ...]
    aliases: tuple[Alias, ...]
    names: tuple[str, ...]


class Method(Struct, frozen=True):
    """A method of a resource, made from an operation.

    Attributes:
        return_types: The return annotation, or the type arguments of the container.
        container: The generic class of the result, such as `Page`; empty for none.
        send_method: The method of the resource that sends the call.
        docstrings: The docstring by class prefix of the mode.
        decorator: The decorator that warns of a deprecation; None for none.
        arguments: The arguments of the send method.
        request_line: The HTTP method and the path template.
        summary: The summary of the operation, on one line.
        pointer: The JSON pointer of the operation.
    """

    name: str
    signature: Signature
    return_types: Arguments
    container: str
    send_method: str
    docstrings: Mapping[str, str]
    decorator: Call | None
    arguments: Arguments
    request_line: str
    summary: str
    pointer: str


class ResourceClass(Struct, frozen=True):
    """A class that groups the operations of one tag and nested resources.

    Attributes:
        path: The dotted path of the resource below the client, such as `users.sessions`.
        bases: The base classes by class prefix of the mode.
    """

    name: str
    path: str
    bases: Mapping[str, Arguments]
    docstring: str
    children: tuple[ResourceAttribute, ...]
    methods: tuple[Method, ...]


class ResourceModule(Struct, frozen=True):
    """A module with a resource of the client and its nested resources.

    Attributes:
        name: The name of the module in `resources` and `async_resources`.
        imports: The imports by class prefix of the mode.
    """

    name: str
    docstring: str
    imports: Mapping[str, Imports]
    resources: tuple[ResourceClass, ...]


class ConstructorParameter(Struct, frozen=True):
    """A parameter of the client's constructor.

    Attributes:
        types: The name of its type, which may also be None, by class prefix of the mode.
    """

    name: str
    types: Mapping[str, str]
    default: Expression = NONE


class Client(Struct, frozen=True):
    """The contents of `client.py` and `async_client.py`.

    Attributes:
        docstrings, imports, bases: The docstring, the imports and the base classes by class
            prefix of the mode.
        children: The attributes whose classes are in the same module.
        lazy_children: The attributes whose classes are imported on first use.
        resources: The classes of resources in the same module.
        server, credentials: Expressions that the constructor passes to the runtime.
        has_named_servers: Whether a caller chooses from several servers by name.
        headers: The expression of the headers of every request; None for none.
        has_own_servers: Whether an operation has a server of its own.
        trusted_servers: The expression of the origins of other hosts that credentials may be
            sent to; None if no operation has a server on another host.
        webhooks: The webhooks; None if the document has none.
    """

    name: str
    docstrings: Mapping[str, str]
    imports: Mapping[str, Imports]
    bases: Mapping[str, Arguments]
    children: tuple[ResourceAttribute, ...]
    lazy_children: tuple[ResourceAttribute, ...]
    resources: tuple[ResourceClass, ...]
    parameters: tuple[ConstructorParameter, ...]
    server: Expression
    credentials: Expression
    has_named_servers: bool
    headers: Expression | None
    has_own_servers: bool
    trusted_servers: Expression | None
    webhooks: Webhooks | None


class ErrorBody(Struct, frozen=True):
    """The type of the body of error responses, and the imports of its models."""

    imports: Imports
    type: Expression


class Constants(Struct, frozen=True):
    """The contents of `_api.py` or `_xml.py`, the constants that both clients share.

    Attributes:
        error_body: The body of error responses if its models are imported on the first error.
    """

    imports: Imports
    error_body: ErrorBody | None
    assignments: tuple[Assignment, ...]


class Docstrings(Struct, frozen=True):
    """The docstrings of the modules, as literals.

    Attributes:
        client, resources: The docstring by class prefix of the mode.
    """

    package: str
    client: Mapping[str, str]
    resources: Mapping[str, str]
    models: str
    errors: str
    constants: str
    xml: str


class Errors(Struct, frozen=True):
    """The contents of `errors.py`, which exports the errors of the runtime.

    Attributes:
        base: The name of the base class of all errors.
        names: The names of the other classes.
        exported: All names, sorted.
    """

    base: str
    names: tuple[str, ...]
    exported: tuple[str, ...]


class Exports(Struct, frozen=True):
    """The exports of the package's `__init__.py`.

    Attributes:
        runtime: The imports of the runtime.
        errors, models: The names of the errors and models.
        names: All exported names, sorted.
        version: The version of the API.
    """

    runtime: Imports
    errors: tuple[str, ...]
    models: tuple[str, ...]
    names: tuple[str, ...]
    version: Constant


class Package(Struct, frozen=True):
    """The contents of a package.

    Attributes:
        title: The title of the API, on one line.
        version: The version of the API, on one line.
        spec_digest: SHA-256 of the document's data.
        left_out: The operations of the document that were not selected.
        spec_origin: Where the document was loaded from, and its digest; empty for a file.
        settings: The settings that it was generated with, without the defaults.
        resources: The modules of resources; none if they are in the client's module.
        models: The modules of models.
        xml: The constants of XML bodies; None if there are none.
        api_metadata: JSON data for the reference docs: facts of the API that its code lacks.
        testing: The fake; None if the package has none.
    """

    title: str
    version: str
    spec_digest: str
    left_out: tuple[str, ...]
    spec_origin: Mapping[str, str]
    settings: Mapping[str, object]
    docstrings: Docstrings
    client: Client
    resources: tuple[ResourceModule, ...]
    models: tuple[ModelModule, ...]
    constants: Constants
    xml: Constants | None
    errors: Errors
    exports: Exports
    api_metadata: Mapping[str, object]
    testing: Testing | None = None

    @property
    def imports(self) -> Iterator[Import]:
        """Yield the imports of all modules that are data; templates have a few more."""
        yield from self.exports.runtime.names
        yield from self.constants.imports.names
        if self.xml is not None:
            yield from self.xml.imports.names
        if self.constants.error_body is not None:
            yield from self.constants.error_body.imports.names
        if self.client.webhooks is not None:
            yield from self.client.webhooks.imports.names
        for models in self.models:
            yield from models.imports.names
        if self.testing is not None:
            yield from self.testing.imports
        by_mode = (self.client.imports, *(module.imports for module in self.resources))
        for modes in by_mode:
            for imports in modes.values():
                yield from imports.names
