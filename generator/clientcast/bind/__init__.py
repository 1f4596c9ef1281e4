"""Decides what the files of a package say: every name, annotation, docstring and call."""

from clientcast import ir
from clientcast.bind.alternatives import with_alternatives
from clientcast.bind.arguments import arguments_by_operation
from clientcast.bind.client import bind_constructor, with_argument_names
from clientcast.bind.constants import Constants
from clientcast.bind.docstrings import docstring
from clientcast.bind.examples import Examples, first_call
from clientcast.bind.exports import (
    bind_errors,
    bind_exports,
    client_name,
    reserved_classes,
    reserved_constants,
)
from clientcast.bind.layout import MODELS, layout_of
from clientcast.bind.literals import one_line
from clientcast.bind.models import attribute_names, bind_models, name_models
from clientcast.bind.modules import Classes, bind_client, bind_modules
from clientcast.bind.names import Scope, snake
from clientcast.bind.operations import Binder
from clientcast.bind.record import record
from clientcast.bind.resources import (
    name_classes,
    name_methods,
    spoken_by_pointer,
    spoken_names,
    tree_of,
)
from clientcast.bind.routes import other_routes
from clientcast.bind.texts import Texts
from clientcast.bind.types import Annotations
from clientcast.bind.uses import used
from clientcast.view import ASYNC, SYNC, Docstrings, Package

__all__ = ["bind"]


def bind(api: ir.Api, digest: str, left_out: tuple[str, ...] = ()) -> Package:
    """What the files of an API's package say.

    Args:
        api: The API.
        digest: SHA-256 of the document that it was read from.
        left_out: The operations of the document that were not wanted.
    """
    api = with_alternatives(with_argument_names(api))
    client = client_name(api)
    errors = bind_errors(api, f"{client}Error")
    own = (client, f"Async{client}", errors.base)
    scope = Scope((*reserved_classes(), *own), exact=reserved_constants())
    arguments = arguments_by_operation(api)
    uses = used(api, arguments)
    names = name_models(api, uses.received | uses.sent, scope)
    root = tree_of(api)
    classes = name_classes(root, scope)
    methods = name_methods(root)
    layout = layout_of(api, root, uses.received | uses.sent, arguments)
    annotations = Annotations(api.schemas, names, layout.models)
    of_resources = (f"{p}{name}" for name in classes.values() for p in ("", "Async"))
    constants = Constants(api, annotations, (*own, *names.values(), *of_resources))
    attributes = {
        pointer: attribute_names(schema)
        for pointer, schema in api.schemas.items()
        if isinstance(schema, ir.Record)
    }
    texts = Texts(api, spoken_names(root, methods))
    others = other_routes(api.operations)
    examples = Examples(api, snake(client, "client"), names, attributes)
    binder = Binder(
        api=api,
        annotations=annotations,
        constants=constants,
        texts=texts,
        examples=examples,
        arguments=arguments,
        other_routes=others,
    )
    groups = Classes(binder, classes, methods).groups(root)
    spoken = spoken_by_pointer(root, methods)
    first = first_call(api, arguments)
    example = None
    if first is not None:
        example = binder.example(first, spoken[first.pointer], brief=True)
    constructor = bind_constructor(api, constants, client, example)
    models = tuple(
        bind_models(api, annotations, module, uses)
        for module in sorted(set(layout.models.values()) or {MODELS})
    )
    title = one_line(api.title)
    return Package(
        title=title,
        version=one_line(api.version),
        spec_digest=digest,
        left_out=left_out,
        errors=errors,
        exports=bind_exports(api, client, errors, models),
        docstrings=_docstrings(title),
        client=bind_client(api, client, constructor, groups, layout),
        resources=bind_modules(groups, layout),
        models=models,
        constants=constants.view(),
        record=record(api, spoken, annotations, arguments),
    )


def _docstrings(title: str) -> Docstrings:
    return Docstrings(
        package=docstring(f"A client of {title}, synchronous and asynchronous."),
        client={
            SYNC.prefix: docstring(f"The synchronous client of {title}."),
            ASYNC.prefix: docstring(f"The asynchronous client of {title}."),
        },
        resources={
            SYNC.prefix: docstring(f"The operations of {title}."),
            ASYNC.prefix: docstring(f"The operations of {title}, asynchronous."),
        },
        models=docstring(f"What goes over the wire to and from {title}."),
        errors=docstring(f"What the clients of {title} raise."),
        constants=docstring(f"What both clients know of {title}."),
    )
