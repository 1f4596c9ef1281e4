"""The declarations of a package, made from its view."""

import ast
from collections.abc import Mapping
from functools import cache
from inspect import cleandoc

from msgspec.structs import replace

from clientcast import assets, view
from clientcast.code import (
    NONE,
    Arguments,
    Call,
    Name,
    Parameter,
    Signature,
    Subscript,
    union,
)
from clientcast.surface.canonical import canonical
from clientcast.surface.declarations import (
    AliasDeclaration,
    ClientDeclaration,
    Declarations,
    FieldDeclaration,
    MethodDeclaration,
    ModelDeclaration,
    ResourceDeclaration,
    WebhookDeclarations,
)
from clientcast.surface.syntax import signature
from clientcast.webhooks_view import Webhooks

_SYNC = view.SYNC.class_prefix


def declarations_of_view(package: view.Package) -> Declarations:
    """Return the declarations of a package, each at a JSON pointer of the document."""
    client = package.client
    modules = (
        (view.SYNC.client_module, client.resources),
        *((f"resources.{m.name}", m.resources) for m in package.resources),
    )
    places = {
        resource.name: (
            f"#{resource.methods[0].pointer}" if resource.methods else "#/paths"
        )
        for _, resources in modules
        for resource in resources
    }
    return Declarations(
        client=_client(client, "#/info"),
        resources={
            resource.name: ResourceDeclaration(
                name=resource.name,
                module=module,
                text=_text(resource.docstring),
                children={c.attribute: c.class_name for c in resource.children},
                methods=tuple(_method(m) for m in resource.methods),
                place=places[resource.name],
            )
            for module, resources in modules
            for resource in resources
        },
        models=tuple(
            _model(class_)
            for module in package.models
            for class_ in (*module.enums, *module.records)
        ),
        aliases=tuple(
            AliasDeclaration(
                alias.name, alias.type, _text(alias.docstring), f"#{alias.pointer}"
            )
            for module in package.models
            for alias in module.aliases
        ),
        constants={
            assignment.name: assignment.value
            for assignment in package.constants.assignments
            if assignment.value is not None
        },
        error_body=(
            package.constants.error_body.type if package.constants.error_body else None
        ),
        webhooks=_webhooks(client.webhooks),
        exports=frozenset(package.exports.names),
    )


def _client(client: view.Client, place: str) -> ClientDeclaration:
    children = (*client.children, *client.lazy_children)
    parameters = [
        Parameter(p.name, union(Name(p.types[_SYNC]), NONE), p.default)
        for p in client.parameters
    ]
    options = dict(_common_options())
    trusted = options.pop("trusted_servers")
    if client.trusted_servers is not None:
        options[trusted.name] = replace(trusted, default=client.trusted_servers)
    return ClientDeclaration(
        name=client.name,
        signature=Signature((), (*parameters, *options.values())),
        children={child.attribute: child.class_name for child in children},
        credentials=client.credentials,
        headers=client.headers,
        webhooks=client.webhooks.attribute if client.webhooks is not None else "",
        text=_text(client.docstrings[_SYNC]),
        place=place,
    )


@cache
def _common_options() -> Mapping[str, Parameter]:
    """Return the parameters of the constructor that are in the template."""
    text = (assets.templates() / "client.py.j2").read_text("utf-8")
    start = text.index("        base_url:")
    lines = [
        line.replace("{{ mode.class_prefix }}", "")
        .replace("{{ client.trusted_servers }}", "()")
        .strip()
        for line in text[start : text.index("    ) -> None:", start)].splitlines()
        if not line.startswith("{%")
    ]
    function = ast.parse(f"def constructor(*, {' '.join(lines)}): ...").body[0]
    assert isinstance(function, ast.FunctionDef)
    parameters = signature(function.args, {}).keyword_only
    return {parameter.name: parameter for parameter in parameters}


def _method(method: view.Method) -> MethodDeclaration:
    returns = method.return_types.positional
    first, *others = method.arguments.positional
    return MethodDeclaration(
        name=method.name,
        signature=method.signature,
        returns=(
            Subscript(Name(method.container), returns)
            if method.container
            else returns[0]
        ),
        decorators=() if method.decorator is None else (method.decorator,),
        text=_text(method.docstrings[_SYNC]),
        call=first.arguments if isinstance(first, Call) else None,
        sent=tuple(others),
        place=f"#{method.pointer}",
    )


def _model(class_: view.ModelClass) -> ModelDeclaration:
    place = f"#{class_.pointer}"
    header = class_.header.arguments
    return ModelDeclaration(
        name=class_.name,
        header=Arguments(tuple(map(canonical, header.positional)), header.keywords),
        text=_text(class_.docstring),
        fields=tuple(
            FieldDeclaration(field.code, _text(field.docstring), f"{place}/properties/")
            for field in class_.fields
        ),
        place=place,
    )


def _webhooks(webhooks: Webhooks | None) -> WebhookDeclarations | None:
    if webhooks is None:
        return None
    event = AliasDeclaration(
        webhooks.event_name,
        webhooks.event,
        _text(webhooks.event_docstring),
        "#/webhooks",
    )
    return WebhookDeclarations(event, webhooks.receiver)


def _text(literal: str) -> str:
    """Return the text of a docstring, which the view has as a literal."""
    return cleandoc(ast.literal_eval(literal)) if literal else ""
