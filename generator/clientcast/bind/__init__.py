"""Binding of an API to Python: every name, annotation, docstring and call of a package."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from clientcast import ir
from clientcast.bind.arguments import arguments_by_operation
from clientcast.bind.builders import bind_builders
from clientcast.bind.client import bind_constructor, name_constructor_arguments
from clientcast.bind.collisions import Collision
from clientcast.bind.constants import Constants
from clientcast.bind.decisions import Decisions, NotPartError, decide
from clientcast.bind.docstrings import docstring
from clientcast.bind.examples import Examples, simplest_operation
from clientcast.bind.exports import (
    bind_errors,
    bind_exports,
    client_name,
    reserved_classes,
    reserved_constants,
)
from clientcast.bind.fakes import FakeBinder
from clientcast.bind.layout import MODELS
from clientcast.bind.lines import one_line
from clientcast.bind.metadata import api_metadata
from clientcast.bind.method_docstrings import MethodDocstrings
from clientcast.bind.method_names import name_methods
from clientcast.bind.method_texts import DocstringsByMode, MethodTexts
from clientcast.bind.models import attribute_names, bind_models
from clientcast.bind.modules import (
    ResourceBinder,
    bind_client,
    bind_modules,
    with_docstrings,
)
from clientcast.bind.names import Scope, snake_case, use_naming
from clientcast.bind.operations import MethodBinder
from clientcast.bind.resources import (
    method_paths,
    resource_tree,
)
from clientcast.bind.types import Annotations
from clientcast.bind.usage import find_usage
from clientcast.bind.variants import split_by_media_type
from clientcast.bind.webhooks import bind_webhooks
from clientcast.bind.xml import XmlConstants
from clientcast.code import Import
from clientcast.examples import Examples as ExampleSource
from clientcast.examples import ExampleValues
from clientcast.forks import MANY_OPERATIONS, Forked
from clientcast.view import ASYNC, SYNC, Docstrings, Package

__all__ = ["bind", "bind_part", "Collision", "Decisions", "NotPartError", "use_naming"]


def bind(
    api: ir.Api,
    digest: str,
    left_out: tuple[str, ...] = (),
    origin: Mapping[str, str] = MappingProxyType({}),
    settings: Mapping[str, object] = MappingProxyType({}),
    examples: ExampleSource | None = None,
) -> tuple[Package, Decisions]:
    """Return the contents of a package's files, and the decisions about the whole API.

    Args:
        api: The API.
        digest: SHA-256 of the document.
        left_out: The operations of the document that were not selected.
        origin: Where the document was loaded from, and its digest; empty for a file.
        settings: The settings that the manifest records.
        examples: The examples of the document, for its fake; None for no fake.
    """
    package, decisions = _bind(api, None, examples)
    described = replace(
        package,
        spec_digest=digest,
        left_out=left_out,
        spec_origin=origin,
        settings=settings,
    )
    return described, decisions


def bind_part(
    part: ir.Api, decisions: Decisions, examples: ExampleSource | None = None
) -> Package:
    """Return the contents of the package of a part of an API.

    Its resources are those of the whole API if they are in the part with all their operations.

    Args:
        part: The part: some of the operations, with the declarations that they use.
        decisions: The decisions about the whole API.
        examples: The examples of the part of the document, for its fake; None for no fake.

    Raises:
        NotPartError: The whole API lacks a resource or a declaration of the part.
    """
    return _bind(part, decisions, examples)[0]


class _Texts(Struct, frozen=True):
    """Docstrings and examples, which a fork makes while this process binds models and methods.

    Attributes:
        docstrings: The docstrings of the methods of each operation, by its pointer.
        examples: The example values of the document; None for no fake.
    """

    docstrings: dict[str, DocstringsByMode]
    examples: ExampleValues | None


def _bind(
    api: ir.Api, given: Decisions | None, example_source: ExampleSource | None
) -> tuple[Package, Decisions]:
    api = split_by_media_type(name_constructor_arguments(api))
    client = client_name(api)
    errors = bind_errors(api, f"{client}Error")
    class_names = (client, f"Async{client}", errors.base)
    scope = Scope((*reserved_classes(), *class_names), exact=reserved_constants())
    arguments = arguments_by_operation(api)
    usage = find_usage(api, arguments)
    pointers = usage.received | usage.sent
    root = resource_tree(api)
    methods, collisions = name_methods(root)
    decisions = (
        decide(api, root, methods, collisions, pointers, arguments, scope)
        if given is None
        else given.of_part(root, pointers)
    )
    names, layout = decisions.names, decisions.layout
    resource_classes = decisions.resource_classes
    annotations = Annotations(api.schemas, names, layout.models)
    resource_names = (
        f"{p}{name}" for name in resource_classes.values() for p in ("", "Async")
    )
    constants = Constants(
        api, annotations, (*class_names, *names.values(), *resource_names)
    )
    xml = XmlConstants(api, names, constants.unique_name)
    attributes = {
        pointer: attribute_names(schema)
        for pointer, schema in api.schemas.items()
        if isinstance(schema, ir.Record)
    }
    docstrings = MethodDocstrings(api, decisions.python_names)
    paths = method_paths(root, methods)
    texts = MethodTexts(
        api=api,
        docstrings=docstrings,
        examples=Examples(api, snake_case(client, "client"), names, attributes),
        arguments=arguments,
        paths=paths,
    )

    def make_texts() -> _Texts:
        examples = None
        if example_source is not None:
            operations = [operation.pointer for operation in api.operations]
            records = {
                pointer: pointer in usage.received
                for pointer in pointers
                if isinstance(api.schemas[pointer], ir.Record)
            }
            examples = example_source.find(operations, records)
        return _Texts(texts.all_docstrings(), examples)

    is_large = len(api.operations) >= MANY_OPERATIONS
    with Forked(make_texts, _Texts, is_large=is_large) as forked:
        models = tuple(
            bind_models(api, annotations, module, usage)
            for module in sorted(set(layout.models.values()) or {MODELS})
        )
        metadata = api_metadata(api, paths, annotations, arguments)
        binder = MethodBinder(
            api=api,
            annotations=annotations,
            constants=constants,
            xml=xml,
            docstrings=docstrings,
            arguments=arguments,
            narrower_routes=decisions.narrower_routes,
        )
        groups = ResourceBinder(binder, resource_classes, methods).bind_groups(root)
        builders = None
        if example_source is not None:
            builders = bind_builders(api, annotations, attributes, pointers)
        made = forked.result()
    groups = with_docstrings(groups, made.docstrings)
    testing = None
    if builders is not None and made.examples is not None:
        testing = FakeBinder(
            api=api,
            client=client,
            class_names=resource_classes,
            methods=methods,
            layout=layout,
            arguments=arguments,
            annotations=annotations,
            xml=xml,
        ).bind(root, builders, made.examples)
    simplest = simplest_operation(api, arguments)
    example = None
    if simplest is not None:
        example = texts.example(simplest, brief=True)
    constructor = bind_constructor(api, constants, client, example)
    resources = frozenset(root.children)
    webhooks = bind_webhooks(api, annotations, scope, resources)
    title = one_line(api.title)
    package = Package(
        title=title,
        version=one_line(api.version),
        spec_digest="",
        left_out=(),
        spec_origin={},
        settings={},
        errors=errors,
        exports=bind_exports(
            api,
            client,
            errors,
            models,
            frozenset[Import]().union(*(group.imports for group in groups)),
        ),
        docstrings=_docstrings(title),
        client=bind_client(api, client, constructor, groups, layout, webhooks),
        resources=bind_modules(groups, layout),
        models=models,
        constants=constants.view(),
        xml=xml.view(),
        api_metadata=metadata,
        testing=testing,
    )
    return package, decisions


def _docstrings(title: str) -> Docstrings:
    return Docstrings(
        package=docstring(f"Clients of {title}, synchronous and asynchronous."),
        client={
            SYNC.class_prefix: docstring(f"The synchronous client of {title}."),
            ASYNC.class_prefix: docstring(f"The asynchronous client of {title}."),
        },
        resources={
            SYNC.class_prefix: docstring(f"The operations of {title}."),
            ASYNC.class_prefix: docstring(f"The operations of {title}, asynchronous."),
        },
        models=docstring(f"Models of the requests and responses of {title}."),
        errors=docstring(f"Errors that the clients of {title} raise."),
        constants=docstring(f"Constants that both clients of {title} share."),
        xml=docstring(f"The XML of the requests and responses of {title}."),
    )
