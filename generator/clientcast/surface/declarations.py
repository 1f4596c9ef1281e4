"""The declarations of a package that its surface is made of, as nodes of code.

Names in nodes stand for what they import: no aliases, no modules, no quotes.
"""

from collections.abc import Mapping

from msgspec import Struct

from clientcast.code import Arguments, Assignment, Expression, Signature


class MethodDeclaration(Struct, frozen=True):
    """A method of a resource class.

    Attributes:
        decorators: The decorators.
        text: The docstring.
        call: The arguments of the `Call` that the method sends, after the arguments of the
            sending method that are not it; None if the method does something else.
        sent: The other arguments of the sending method.
    """

    name: str
    signature: Signature
    returns: Expression
    decorators: tuple[Expression, ...]
    text: str
    call: Arguments | None
    sent: tuple[Expression, ...]
    place: str


class ResourceDeclaration(Struct, frozen=True):
    """A resource class.

    Attributes:
        children: The names of the classes of nested resources, by attribute.
    """

    name: str
    module: str
    text: str
    children: Mapping[str, str]
    methods: tuple[MethodDeclaration, ...]
    place: str


class FieldDeclaration(Struct, frozen=True):
    """A field of a model, or a member of an enum.

    Attributes:
        place: The place; one that ends with a slash lacks the name in JSON.
    """

    code: Assignment
    text: str
    place: str


class ModelDeclaration(Struct, frozen=True):
    """A class of models.

    Attributes:
        header: The bases and keywords.
    """

    name: str
    header: Arguments
    text: str
    fields: tuple[FieldDeclaration, ...]
    place: str


class AliasDeclaration(Struct, frozen=True):
    """A type alias."""

    name: str
    type: Expression
    text: str
    place: str


class ClientDeclaration(Struct, frozen=True):
    """The client class.

    Attributes:
        signature: The parameters of the constructor.
        children: The names of resource classes by attribute.
        server: The first argument of the runtime's constructor.
        credentials: The second one.
        headers: The headers of every request; None for none.
        webhooks: The attribute of the receiver of webhooks; empty for none.
    """

    name: str
    signature: Signature
    children: Mapping[str, str]
    credentials: Expression | None
    headers: Expression | None
    webhooks: str
    text: str
    place: str


class WebhookDeclarations(Struct, frozen=True):
    """The contents of `webhooks.py`."""

    event: AliasDeclaration
    receiver: Expression


class Declarations(Struct, frozen=True):
    """The declarations of a package.

    Attributes:
        constants: The values of the constants in `_api.py`, by name.
        error_body: The type of the body of errors, if a function returns it.
        exports: All exported names.
    """

    client: ClientDeclaration
    resources: Mapping[str, ResourceDeclaration]
    models: tuple[ModelDeclaration, ...]
    aliases: tuple[AliasDeclaration, ...]
    constants: Mapping[str, Expression]
    error_body: Expression | None
    webhooks: WebhookDeclarations | None
    exports: frozenset[str]
