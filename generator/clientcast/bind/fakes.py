"""The fakes of resources, and of the client: the contents of `testing`."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from clientcast import ir
from clientcast.bind.arguments import Argument
from clientcast.bind.builders import model_examples
from clientcast.bind.docstrings import docstring
from clientcast.bind.example_tags import ExampleTags
from clientcast.bind.fake_descriptions import DescriptionBinder
from clientcast.bind.fake_state import STORES, FakeStateBinder
from clientcast.bind.layout import Layout
from clientcast.bind.lines import one_line
from clientcast.bind.oauth import oauth_arguments
from clientcast.bind.resources import ResourceNode
from clientcast.bind.stream_examples import StreamExamples
from clientcast.bind.types import Annotations
from clientcast.bind.xml import XmlConstants
from clientcast.code import (
    Arguments,
    Attribute,
    Call,
    Constant,
    Expression,
    Import,
    Imports,
    Name,
    imported,
    imports_in,
)
from clientcast.examples import ExampleValues
from clientcast.fake_view import (
    Builders,
    FakeClient,
    FakeModule,
    FakeOperation,
    FakeResource,
    Testing,
)
from clientcast.resource_attribute import ResourceAttribute
from clientcast.view import ASYNC, SYNC, Mode

_RUNTIME = "._runtime.testing"
_SERVER = imported(f"{_RUNTIME}.server", "FakeServer")
_FAKE = imported(f"{_RUNTIME}.fake", "Fake")
_CALL = imported(f"{_RUNTIME}.calls", "call")
_RECORD = imported(f"{_RUNTIME}.recorder", "record")
_UNEXPECTED = imported(f"{_RUNTIME}.server", "UnexpectedCall")
_CACHED = imported("functools", "cached_property")
_OPERATION = imported(f"{_RUNTIME}.operation", "OperationFake")
_PAGED = imported(f"{_RUNTIME}.paged_operation", "PagedFake")
_STREAMED = imported(f"{_RUNTIME}.streamed_operation", "StreamFake")
_POLLED = imported(f"{_RUNTIME}.polled_operation", "PolledFake")
_POLLED_PAGED = imported(f"{_RUNTIME}.polled_paged_operation", "PolledPagedFake")
_TOKEN_ENDPOINT = imported(f"{_RUNTIME}.token_endpoint", "TokenEndpointFake")
_REQUEST_TOKEN = imported(f"{_RUNTIME}.token_endpoint", "request_token")
_NAMES = frozenset(
    node.name
    for node in (
        *(_SERVER, _FAKE, _CALL, _RECORD, _UNEXPECTED, _CACHED),
        *(_OPERATION, _PAGED, _STREAMED, _POLLED, _POLLED_PAGED),
        *(_TOKEN_ENDPOINT, _REQUEST_TOKEN),
    )
)
_RESERVED_ATTRIBUTES = frozenset(
    "client async_client clock http async_http check reset serve token_endpoint"
    " state cached_property".split()
)
"""Attributes of fakes, and the decorator of properties, which no resource may hide."""

RESOURCES = ".testing.resources"
BASE_URL = "https://fake.invalid"


class FakeBinder(Struct, frozen=True):
    """Binder of the fake of an API.

    Attributes:
        client: The name of the client class.
        class_names: The class name of each resource, by its path.
        methods: The name of each method, by the pointer of the operation.
        arguments: The arguments of each operation, by its pointer.
        annotations: The annotations of types.
        xml: The constants of XML bodies.
    """

    api: ir.Api
    client: str
    class_names: Mapping[tuple[str, ...], str]
    methods: Mapping[str, str]
    layout: Layout
    arguments: Mapping[str, tuple[Argument, ...]]
    annotations: Annotations
    xml: XmlConstants

    def bind(
        self, root: ResourceNode, builders: Builders, examples: ExampleValues
    ) -> Testing:
        """Return the contents of `testing`.

        Args:
            root: The resources.
            builders: The builders of models.
            examples: The example values of the document.
        """
        api, names = self.api, self._names(root)
        tags = ExampleTags(api)
        models = tags.add_to_models(examples.models)
        streams = StreamExamples(api.schemas, models)
        descriptions = DescriptionBinder(
            api, self.arguments, examples, tags, streams, self.xml
        )
        states = FakeStateBinder(api, self.arguments, self.annotations, models)
        state, unknown_effects = states.bind(names)
        return Testing(
            fake=self._client(root, builders, is_stateful=state is not None),
            modules=tuple(self._modules(root)),
            builders=builders,
            operations={name: descriptions.describe(o) for name, o in names.items()},
            models=model_examples(builders, models),
            state=state,
            unknown_effects=unknown_effects,
        )

    def _names(self, root: ResourceNode) -> dict[str, ir.Operation]:
        """Return the operations by dotted name, sorted."""
        found = {
            ".".join((*node.path, self.methods[operation.pointer])): operation
            for node in root.walk()
            for operation in node.operations
        }
        return dict(sorted(found.items()))

    def _modules(self, root: ResourceNode) -> Iterator[FakeModule]:
        """Yield the module of the fakes of all resources, or one for each of the client."""
        groups = {
            self.layout.resources.get(name, ""): list[ResourceNode]()
            for name in root.children
        }
        for name, node in root.children.items():
            groups[self.layout.resources.get(name, "")].extend(node.walk())
        title = one_line(self.api.title)
        for module, nodes in groups.items():
            resources: list[FakeResource] = []
            imports: set[Import] = {*imports_in(_SERVER)}
            own = {f"Fake{self.class_names[node.path]}" for node in nodes}
            for node in nodes:
                resource = self._resource(node, module, own)
                resources.append(resource)
                imports.update(
                    imports_in(
                        *(o.kind for o in resource.operations),
                        *(o.method for o in resource.operations),
                    )
                )
            folder = "testing/resources" if module else "testing"
            yield FakeModule(
                name=module,
                docstring=docstring(f"Fakes of the operations of {title}."),
                imports=Imports(frozenset(imports), folder),
                resources=tuple(resources),
            )

    def _resource(self, node: ResourceNode, module: str, own: set[str]) -> FakeResource:
        name = self.class_names[node.path]
        source = f".resources.{module}" if module else ".client"
        alias = f"{name}_type" if name in _NAMES or name in own else ""
        class_ = Name(alias or name, Import(source, name, alias))
        path = ".".join(node.path)
        return FakeResource(
            name=f"Fake{name}",
            docstring=docstring(f"Fakes of the operations of `{one_line(path)}`."),
            operations=tuple(
                FakeOperation(
                    attribute=method,
                    kind=_kind(operation),
                    path=Constant(f"{path}.{method}"),
                    method=Attribute(class_, method),
                )
                for operation in node.operations
                for method in (self.methods[operation.pointer],)
            ),
            children=tuple(
                ResourceAttribute(child, f"Fake{self.class_names[inner.path]}")
                for child, inner in node.children.items()
            ),
        )

    def _client(
        self, root: ResourceNode, builders: Builders, *, is_stateful: bool
    ) -> FakeClient:
        attributes = tuple(
            ResourceAttribute(
                f"{name}_" if name in _RESERVED_ATTRIBUTES else name,
                f"Fake{self.class_names[node.path]}",
                self.layout.resources.get(name, ""),
                docstring(f"Fakes of the operations of `{name}`."),
            )
            for name, node in root.children.items()
        )
        name, title = f"Fake{self.client}", one_line(self.api.title)
        is_lazy = bool(self.layout.resources)
        exported_builders = () if is_lazy else tuple(b.name for b in builders.builders)
        clients = {
            mode.class_prefix: self._construction(mode) for mode in (SYNC, ASYNC)
        }
        errors = Name("ERRORS", Import("._api", "ERRORS"))
        imports = {
            *imports_in(_SERVER, _FAKE, _CALL, _RECORD, _UNEXPECTED, _CACHED, errors),
            *imports_in(*clients.values()),
        }
        has_token_endpoint = bool(oauth_arguments(self.api))
        if has_token_endpoint:
            imports.update(imports_in(_TOKEN_ENDPOINT, _REQUEST_TOKEN))
        own = {attribute.class_name for attribute in attributes}
        if not is_lazy:
            imports |= {Import(RESOURCES, name) for name in own}
            imports |= {Import(".testing.builders", b) for b in exported_builders}
        if is_lazy or is_stateful:
            imports.add(Import("typing", "TYPE_CHECKING"))
        if is_stateful:
            imports |= {*imports_in(STORES)}
        return FakeClient(
            name=name,
            client=self.client,
            module_docstring=docstring(
                f"A fake of {title}, for tests of code that uses it."
            ),
            docstring=docstring(_TEXT.format(title=title)),
            imports=Imports(frozenset(imports), "testing"),
            clients=clients,
            attributes=() if is_lazy else attributes,
            lazy_attributes=attributes if is_lazy else (),
            builders=exported_builders,
            exported=tuple(
                sorted(
                    {
                        name,
                        _CALL.name,
                        _RECORD.name,
                        _UNEXPECTED.name,
                        *exported_builders,
                    }
                )
            ),
            has_token_endpoint=has_token_endpoint,
            is_stateful=is_stateful,
        )

    def _construction(self, mode: Mode) -> Call:
        """Return the call of the client's class, with credentials that are no secrets."""
        name = f"{mode.class_prefix}{self.client}"
        keywords: list[tuple[str, Expression]] = [("base_url", Constant(BASE_URL))]
        for scheme in self.api.schemes:
            text = "fake:fake" if scheme.is_basic else "fake"
            keywords.append((scheme.argument, Constant(text)))
        transport = "async_http" if mode is ASYNC else "http"
        keywords.append(("http", Attribute(Name("self"), transport)))
        class_ = Name(name, Import(f".{mode.client_module}", name))
        return Call(class_, Arguments((), tuple(keywords)))


_TEXT = """A fake of {title}.

`client` and `async_client` are real clients whose requests stay in memory. Without a response that
a test has set, an operation responds with its example. No test waits: time passes for the clients only.

As a context manager, such as in a fixture, it fails at its end if a call was unexpected."""


def _kind(operation: ir.Operation) -> Name:
    """Return the class of the fake of an operation."""
    if operation.success.kind.is_stream:
        return _STREAMED
    if operation.paging is not None and operation.success.type is not None:
        return _POLLED_PAGED if operation.polling else _PAGED
    return _POLLED if operation.polling else _OPERATION
