"""The contents of a package's files, between `bind` and `render`.

Code is a tree of nodes, which `render` prints; docstrings are literals. A template repeats
these and decides nothing. What differs between the synchronous and the
asynchronous client is in `Mode` alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from clientcast.code import (
    Arguments,
    Assignment,
    Call,
    Expression,
    Imports,
    Quoted,
    Signature,
)


@dataclass(frozen=True, slots=True)
class Mode:
    """The words in which the asynchronous client differs from the synchronous one.

    Attributes:
        class_prefix: Before the names of classes.
        define: The keyword of a method.
        wait: Before an expression that sends.
        asynchronous: Before `for` and `with`.
        client_module: Of the client, in the package and in the runtime.
        resources_package: The folder of the modules of resources.
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


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a model, or a member of an enum.

    Attributes:
        docstring: A string literal, or empty.
    """

    code: Assignment
    docstring: str = ""


@dataclass(frozen=True, slots=True)
class ModelClass:
    """A class of models.

    Attributes:
        header: What stands after `class`: the name, with bases and keywords as arguments.
        docstring: A string literal, or empty.
    """

    name: str
    header: Call
    docstring: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """A type with a name.

    Attributes:
        docstring: A string literal, or empty.
        is_recursive: Whether the type contains itself with no object between, which no alias
            of Python 3.11 can, so that it is resolved when a value is decoded.
    """

    name: str
    type: Expression
    docstring: str
    is_recursive: bool = False

    @property
    def quoted(self) -> Quoted:
        """The type as a string, for type checkers alone."""
        return Quoted(self.type)


@dataclass(frozen=True, slots=True)
class ModelModule:
    """What a module of models declares: enums, records and aliases, in this order.

    Attributes:
        name: Of the module in `models`; empty for `models.py`.
        names: Of all that it declares, sorted.
    """

    name: str
    imports: Imports
    enums: tuple[ModelClass, ...]
    records: tuple[ModelClass, ...]
    aliases: tuple[Alias, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """An operation as a method.

    Attributes:
        docstrings: By the prefix of the mode.
        returns: The annotation, or the types of the container.
        container: What they come in, such as `Page`; empty for nothing.
        sender: The method of the resource that sends the call.
        arguments: Of that method.
        request_line: Method and route, for people.
        summary: Text of one line, for people.
    """

    name: str
    signature: Signature
    return_types: Arguments
    container: str
    send_method: str
    docstrings: Mapping[str, str]
    arguments: Arguments
    request_line: str
    summary: str


@dataclass(frozen=True, slots=True)
class ResourceAttribute:
    """An attribute that holds a resource.

    Attributes:
        module: It is imported from there, when it is first asked for.
        docstring: Of the attribute, where it is imported.
    """

    attribute: str
    class_name: str
    module: str = ""
    docstring: str = ""


@dataclass(frozen=True, slots=True)
class ResourceClass:
    """A class with the operations of one tag, or one that holds other resources.

    Attributes:
        path: How it is reached from the client: `client.session`.
    """

    name: str
    path: str
    docstring: str
    children: tuple[ResourceAttribute, ...]
    methods: tuple[Method, ...]


@dataclass(frozen=True, slots=True)
class ResourceModule:
    """A module with a resource of the client, and those below it.

    Attributes:
        name: Of the module in `resources` and `async_resources`.
        imports: By the prefix of the mode.
    """

    name: str
    docstring: str
    imports: Mapping[str, Imports]
    resources: tuple[ResourceClass, ...]


@dataclass(frozen=True, slots=True)
class ConstructorParameter:
    """A parameter of the client's constructor."""

    name: str
    is_credential: bool


@dataclass(frozen=True, slots=True)
class Client:
    """What `client.py` and `async_client.py` declare.

    Attributes:
        docstrings, imports: By the prefix of the mode.
        children: Of those that stand beside it.
        later: Of those that are imported when they are first asked for.
        resources: What stands beside it.
        property_decorator: The decorator of what is imported later.
        server, credentials: The expressions that the constructor passes on.
        has_own_servers: Whether some operation has a server of its own.
        trusted_servers: The expression of the origins of other hosts that credentials may
            go to; None where no operation has a server of another host.
    """

    name: str
    docstrings: Mapping[str, str]
    imports: Mapping[str, Imports]
    children: tuple[ResourceAttribute, ...]
    lazy_children: tuple[ResourceAttribute, ...]
    resources: tuple[ResourceClass, ...]
    property_decorator: Expression
    parameters: tuple[ConstructorParameter, ...]
    server: Expression
    credentials: Expression
    has_own_servers: bool
    trusted_servers: Expression | None


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """The type of the body of errors, and the imports of its models."""

    imports: Imports
    type: Expression


@dataclass(frozen=True, slots=True)
class Constants:
    """What `_api.py` declares for both clients.

    Attributes:
        error_body: The body of errors if its models are imported with the first error.
    """

    imports: Imports
    error_body: ErrorBody | None
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Docstrings:
    """The docstring of each module, as a literal.

    Attributes:
        client, resources: By the prefix of the mode.
    """

    package: str
    client: Mapping[str, str]
    resources: Mapping[str, str]
    models: str
    errors: str
    constants: str


@dataclass(frozen=True, slots=True)
class Errors:
    """What `errors.py` passes on from the runtime.

    Attributes:
        base: The name of the class that all errors of this client share.
        names: The other classes.
        exported: All of them, sorted.
    """

    base: str
    names: tuple[str, ...]
    exported: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exports:
    """What `__init__.py` passes on.

    Attributes:
        runtime: The imports of the runtime.
        errors, models: Their names.
        names: All names, sorted.
    """

    runtime: Imports
    errors: tuple[str, ...]
    models: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Package:
    """A whole package.

    Attributes:
        title: Of the API, as text of one line.
        version: Of the API, as text of one line.
        spec_digest: SHA-256 of the document's data.
        left_out: The operations of the document that were not wanted.
        resources: The modules of resources; none where they stand beside the client.
        models: The modules of models.
        record: What the code does not say of the API and its reference does, as plain data.
    """

    title: str
    version: str
    spec_digest: str
    left_out: tuple[str, ...]
    docstrings: Docstrings
    client: Client
    resources: tuple[ResourceModule, ...]
    models: tuple[ModelModule, ...]
    constants: Constants
    errors: Errors
    exports: Exports
    api_metadata: Mapping[str, object]
