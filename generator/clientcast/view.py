"""What the files of a package say: finished strings, between `bind` and `render`.

A template repeats these and decides nothing. What differs between the synchronous and the
asynchronous client is in `Mode` alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mode:
    """The words in which the asynchronous client differs from the synchronous one.

    Attributes:
        prefix: Before the names of classes.
        define: The keyword of a method.
        wait: Before an expression that sends.
    """

    prefix: str
    define: str
    wait: str


SYNC = Mode("", "def", "")
ASYNC = Mode("Async", "async def", "await ")


@dataclass(frozen=True, slots=True)
class Attribute:
    """A field of a model, a member of an enum.

    Attributes:
        code: The whole line, such as `id: str`.
        docstring: A string literal, or empty.
    """

    code: str
    docstring: str


@dataclass(frozen=True, slots=True)
class Class:
    """A class of `models.py`. `bases` stands between the parentheses."""

    name: str
    bases: str
    docstring: str
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A constant, or a type with a name: `code` is the whole statement."""

    code: str
    docstring: str


@dataclass(frozen=True, slots=True)
class Alias:
    """A type with a name: `code` is all that declares it."""

    name: str
    code: str
    docstring: str


@dataclass(frozen=True, slots=True)
class Models:
    """What `models.py` declares, in this order."""

    imports: tuple[str, ...]
    enums: tuple[Class, ...]
    records: tuple[Class, ...]
    aliases: tuple[Alias, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """An operation as a method.

    Attributes:
        parameters: Each with its annotation and default, `*` among them.
        docstrings: By the prefix of the mode.
        returns: The annotation, or the types of the container.
        container: What they come in, such as `Page`; empty for nothing.
        sender: The method of the resource that sends the call.
        call: The expression that describes the call.
        page_arguments: What `_page` takes after the call, with the comma before it.
        http: Method and route, for people.
        summary: Text of one line, for people.
    """

    name: str
    parameters: tuple[str, ...]
    returns: str
    container: str
    sender: str
    docstrings: Mapping[str, str]
    call: str
    page_arguments: str
    http: str
    summary: str


@dataclass(frozen=True, slots=True)
class Child:
    """An attribute that holds a resource."""

    attribute: str
    class_name: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A class with the operations of one tag, or one that holds other resources.

    Attributes:
        path: How it is reached from the client: `client.session`.
    """

    name: str
    path: str
    docstring: str
    children: tuple[Child, ...]
    methods: tuple[Method, ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the client's constructor."""

    name: str
    is_credential: bool


@dataclass(frozen=True, slots=True)
class Client:
    """What `client.py` and `async_client.py` declare.

    Attributes:
        docstrings: By the prefix of the mode.
        server, credentials: The expressions that the constructor passes on.
        has_own_servers: Whether some operation has a server of its own.
    """

    name: str
    docstrings: Mapping[str, str]
    imports: tuple[str, ...]
    async_imports: tuple[str, ...]
    children: tuple[Child, ...]
    resources: tuple[Resource, ...]
    parameters: tuple[Parameter, ...]
    server: str
    credentials: str
    has_own_servers: bool


@dataclass(frozen=True, slots=True)
class Constants:
    """What `_api.py` declares for both clients."""

    imports: tuple[str, ...]
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Docstrings:
    """The docstring of each module, as a literal."""

    package: str
    client: str
    async_client: str
    models: str
    errors: str
    constants: str


@dataclass(frozen=True, slots=True)
class Errors:
    """What `errors.py` passes on from the runtime.

    Attributes:
        base: The name of the class that all errors of this client share.
        names: The other classes.
        literals: All of them as literals, sorted.
    """

    base: str
    names: tuple[str, ...]
    literals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exports:
    """What `__init__.py` passes on: imports of the runtime, names, all names as literals."""

    runtime: tuple[str, ...]
    errors: tuple[str, ...]
    models: tuple[str, ...]
    literals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Package:
    """A whole package.

    Attributes:
        title: Of the API, as text of one line.
        version: Of the API, as text of one line.
        spec_digest: SHA-256 of the document's data.
        left_out: The operations of the document that were not wanted.
        record: What the code does not say of the API and its reference does, as plain data.
    """

    title: str
    version: str
    spec_digest: str
    left_out: tuple[str, ...]
    docstrings: Docstrings
    client: Client
    models: Models
    constants: Constants
    errors: Errors
    exports: Exports
    record: Mapping[str, object]
