"""The contents of `testing` in a package: the fakes and builders of models."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from clientcast.code import (
    Call,
    Constant,
    Expression,
    Import,
    Imports,
    Name,
    Signature,
)
from clientcast.resource_attribute import ResourceAttribute


class FakeOperation(Struct, frozen=True):
    """An attribute of a fake resource: the fake of an operation.

    Attributes:
        kind: The class of the fake.
        path: The dotted name of the operation, as a literal.
        method: The method of the client's resource.
    """

    attribute: str
    kind: Name
    path: Constant
    method: Expression


class FakeResource(Struct, frozen=True):
    """The fake of a resource, with those of its operations and of nested resources."""

    name: str
    docstring: str
    operations: tuple[FakeOperation, ...]
    children: tuple[ResourceAttribute, ...]


class FakeModule(Struct, frozen=True):
    """A module with the fakes of resources.

    Attributes:
        name: The name of the module in `testing/resources`; empty for `testing/resources.py`.
    """

    name: str
    docstring: str
    imports: Imports
    resources: tuple[FakeResource, ...]


class Builder(Struct, frozen=True):
    """A function that returns a model with example values.

    Attributes:
        model: The class of the model.
        pointer: The pointer of its schema.
    """

    name: str
    signature: Signature
    model: Name
    pointer: str


class Builders(Struct, frozen=True):
    """The contents of `testing/builders.py`, and of the stub with its types.

    Attributes:
        imports: The imports of the runtime.
        types: The imports of annotations, in the stub.
    """

    docstring: str
    imports: Imports
    types: Imports
    builders: tuple[Builder, ...]


class FakeStore(Struct, frozen=True):
    """The items of a stateful fake that operations share.

    Attributes:
        name: The name of the store, as a literal.
        model: The class of the items.
    """

    attribute: str
    name: Constant
    model: Name


class FakeState(Struct, frozen=True):
    """The contents of `testing/state.py`.

    Attributes:
        data: The descriptions of the stores, as JSON data.
    """

    module_docstring: str
    docstring: str
    imports: Imports
    stores: tuple[FakeStore, ...]
    data: Mapping[str, object]


class FakeClient(Struct, frozen=True):
    """The contents of `testing/__init__.py`.

    Attributes:
        name: The name of the fake.
        clients: The construction of the clients, by class prefix of the mode.
        attributes: The resources.
        builders: The builders that the module exports.
        exported: All exported names, sorted.
        has_token_endpoint: Whether clients can fetch OAuth 2.0 tokens.
        is_stateful: Whether the fake can store items.
    """

    name: str
    client: str
    module_docstring: str
    docstring: str
    imports: Imports
    clients: Mapping[str, Call]
    attributes: tuple[ResourceAttribute, ...]
    lazy_attributes: tuple[ResourceAttribute, ...]
    builders: tuple[str, ...]
    exported: tuple[str, ...]
    has_token_endpoint: bool
    is_stateful: bool


class Testing(Struct, frozen=True):
    """The contents of `testing`.

    Attributes:
        operations: The descriptions of operations by dotted name, as JSON data.
        models: The model and the example of each builder, as JSON data.
        state: The stores; None if no operations share items.
        unknown_effects: The pointers of operations with an effect on unknown items.
    """

    fake: FakeClient
    modules: tuple[FakeModule, ...]
    builders: Builders
    operations: Mapping[str, object]
    models: Mapping[str, object]
    state: FakeState | None
    unknown_effects: tuple[str, ...]

    @property
    def imports(self) -> Iterator[Import]:
        """Yield the imports of all modules."""
        yield from self.fake.imports.names
        yield from self.builders.imports.names
        if self.state is not None:
            yield from self.state.imports.names
        for module in self.modules:
            yield from module.imports.names
