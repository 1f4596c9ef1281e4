"""Whether a change of an API stays within the methods of its resources.

Equality is that of the representations: `1 == True` in Python, but not in a document.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from clientcast import ir, view
from clientcast.code import Import
from clientcast.fake_view import Testing

_NO_TEXT = ir.Documentation("", "")


def differ_in_methods_only(old: ir.Api, new: ir.Api) -> bool:
    """Return whether two APIs differ only in what a method alone shows.

    These are the texts of operations, parameters and responses, response headers, and optional
    parameters without models. All else of an operation is seen by others: its name, its types,
    how it pages, whether it is the simplest, and so on.
    """
    return repr(_without_own_parts(old)) == repr(_without_own_parts(new))


def _without_own_parts(api: ir.Api) -> ir.Api:
    return replace(api, operations=tuple(map(_seen_by_others, api.operations)))


def differ_in_texts_only(old: ir.Api, new: ir.Api) -> bool:
    """Return whether two APIs differ only in texts of operations, and in response headers."""
    return repr(_without_texts(old)) == repr(_without_texts(new))


def _without_texts(api: ir.Api) -> ir.Api:
    return replace(api, operations=tuple(map(_operation_without_text, api.operations)))


def _seen_by_others(operation: ir.Operation) -> ir.Operation:
    return replace(
        _operation_without_text(operation),
        parameters=tuple(
            replace(p, field=replace(p.field, description="", constraints=()))
            for p in operation.parameters
            if p.field.required or p.scheme or _has_names(p.field.type)
        ),
    )


def _operation_without_text(operation: ir.Operation) -> ir.Operation:
    return replace(
        operation,
        text=_NO_TEXT,
        parameters=tuple(
            replace(p, field=replace(p.field, description=""))
            for p in operation.parameters
        ),
        body=_body_without_text(operation.body) if operation.body is not None else None,
        alternative_bodies=tuple(map(_body_without_text, operation.alternative_bodies)),
        responses=tuple(
            replace(response, description="", headers=())
            for response in operation.responses
        ),
    )


def _body_without_text(body: ir.Body) -> ir.Body:
    return replace(body, description="")


def _has_names(type_: ir.Type) -> bool:
    return isinstance(type_, ir.Named) or any(map(_has_names, ir.child_types(type_)))


def packages_differ_in_methods_only(old: view.Package, new: view.Package) -> bool:
    """Return whether two packages differ only in the methods of resources with their modules."""
    return repr(_without_methods(old)) == repr(_without_methods(new)) and (
        frozenset(_own_imports(old)) == frozenset(_own_imports(new))
    )


def _without_methods(package: view.Package) -> view.Package:
    modules = (
        replace(
            module,
            imports={},
            resources=tuple(replace(r, methods=()) for r in module.resources),
        )
        for module in package.resources
    )
    return replace(
        package,
        resources=tuple(modules),
        api_metadata={},
        testing=package.testing and _without_data(package.testing),
    )


def _without_data(testing: Testing) -> Testing:
    state = testing.state and replace(testing.state, data={})
    return replace(testing, operations={}, models={}, state=state)


def _own_imports(package: view.Package) -> Iterator[Import]:
    """Yield the imports of modules of the package, by which those of the runtime are chosen."""
    return (item for item in package.imports if item.module.startswith("."))
