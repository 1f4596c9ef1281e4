"""The surface of the declarations of a package."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from clientcast.code import (
    Arguments,
    Call,
    Constant,
    Dict,
    Expression,
    Name,
    Tuple,
    names_in,
)
from clientcast.plain import escape
from clientcast.surface.build_client import (
    build_arguments,
    build_client,
    scheme_argument,
    text_of,
)
from clientcast.surface.canonical import (
    annotation,
    canonical,
    canonical_arguments,
    source,
)
from clientcast.surface.declarations import (
    Declarations,
    FieldDeclaration,
    MethodDeclaration,
    ModelDeclaration,
    ResourceDeclaration,
)
from clientcast.surface.types import (
    ANY,
    Alias,
    Annotation,
    Enum,
    Member,
    Method,
    Model,
    Request,
    Resource,
    Surface,
    Webhooks,
)

_ENUM_BASES = ("OpenEnum", "OpenIntEnum")
_RAISES = re.compile(r"^Raises:\n((?:[ ]+.*\n?|\n)+)", re.MULTILINE)
_RAISED = re.compile(r"^ {4}(\w+):", re.MULTILINE)


def build_surface(declarations: Declarations) -> Surface:
    """Return the surface of the declarations of a package."""
    return _SurfaceBuilder(declarations).build()


class _SurfaceBuilder:
    def __init__(self, declarations: Declarations) -> None:
        self.declarations = declarations
        self.constants = declarations.constants
        self.models = {model.name: model for model in declarations.models}

    def build(self) -> Surface:
        declarations = self.declarations
        resources = dict(self._resources("", declarations.client.children))
        methods = {
            name: self._method(name, method)
            for path, resource in resources.items()
            for method in resource.methods
            for name in (f"{path}.{method.name}",)
        }
        models: dict[str, Model] = {}
        enums: dict[str, Enum] = {}
        for declared in declarations.models:
            bases = tuple(self._bases(declared))
            if bases and bases[-1] in _ENUM_BASES:
                enums[declared.name] = self._enum(declared)
            else:
                models[declared.name] = self._model(declared, bases)
        aliases = {
            alias.name: Alias(
                alias.name, annotation(alias.type), alias.text, alias.place
            )
            for alias in declarations.aliases
        }
        webhooks = self._webhooks()
        client = build_client(declarations.client, self.constants)
        own_names = {
            client.name,
            f"Async{client.name}",
            *models,
            *enums,
            *aliases,
        }
        return Surface(
            client=client,
            resources={
                path: Resource(path, r.name, r.module, r.text, r.place)
                for path, r in resources.items()
            },
            methods=methods,
            models=models,
            enums=enums,
            aliases=aliases,
            webhooks=webhooks,
            exports=declarations.exports - own_names,
            error_body=self._error_body(),
        )

    def _resources(
        self, path: str, children: Mapping[str, str]
    ) -> Iterator[tuple[str, ResourceDeclaration]]:
        """Yield the resources below an attribute, with their dotted names."""
        for attribute, class_name in children.items():
            found = self.declarations.resources.get(class_name)
            name = f"{path}.{attribute}".lstrip(".")
            if found is not None and name.count(".") < len(self.declarations.resources):
                yield name, found
                yield from self._resources(name, found.children)

    def _method(self, name: str, declared: MethodDeclaration) -> Method:
        call = declared.call
        keywords = {} if call is None else dict(call.keywords)
        sent_as = {
            argument: place
            for keyword, value in keywords.items()
            for argument, place in _argument_places(keyword, value)
        }
        security = keywords.pop("security", None)
        return Method(
            name=name,
            arguments=tuple(
                replace(argument, sent_as=sent_as.get(argument.name, ""))
                for argument in build_arguments(declared.signature, self.constants)
            ),
            returns=annotation(declared.returns),
            request=None if call is None else self._request(call, declared, keywords),
            security=() if security is None else tuple(self._security(security)),
            raises=_raised_errors(declared.text),
            deprecation=", ".join(map(source, declared.decorators)),
            text=declared.text,
            place=declared.place,
        )

    def _request(
        self,
        call: Arguments,
        declared: MethodDeclaration,
        keywords: Mapping[str, Expression],
    ) -> Request | None:
        match call.positional[:2]:
            case (Constant(str() as method), Constant(str() as path)):
                pass
            case _:
                return None
        options = {
            name: source(value, self.constants) for name, value in keywords.items()
        }
        if declared.sent:
            options["paging"] = source(declared.sent[-1], self.constants)
        return Request(method, path, options)

    def _security(self, node: Expression) -> Iterator[tuple[str, ...]]:
        """Yield the alternatives of an operation, as names of constructor arguments."""
        match canonical(node, self.constants):
            case Tuple(alternatives):
                for alternative in alternatives:
                    if isinstance(alternative, Tuple):
                        yield tuple(map(scheme_argument, alternative.items))
            case _:
                pass

    def _bases(self, declared: ModelDeclaration) -> Iterator[str]:
        """Yield the base classes of a class, the nearest first."""
        seen = {declared.name}
        while True:
            bases = [b.name for b in declared.header.positional if isinstance(b, Name)]
            yield from bases
            if not bases or bases[0] not in self.models or bases[0] in seen:
                return
            seen.add(bases[0])
            declared = self.models[bases[0]]

    def _model(self, declared: ModelDeclaration, bases: tuple[str, ...]) -> Model:
        lineage = [self.models[name] for name in reversed(bases) if name in self.models]
        members = {
            member.name: member
            for model in (*lineage, declared)
            for member in _members(model)
        }
        return Model(declared.name, bases, members, declared.text, declared.place)

    def _enum(self, declared: ModelDeclaration) -> Enum:
        texts = [
            f"{field.code.name}: {field.text}"
            for field in declared.fields
            if field.text
        ]
        return Enum(
            name=declared.name,
            base=next(self._bases(declared)),
            values={
                field.code.name: source(field.code.value)
                for field in declared.fields
                if field.code.value is not None
            },
            text="\n".join([declared.text, *texts]),
            place=declared.place,
        )

    def _error_body(self) -> Annotation:
        if self.declarations.error_body is not None:
            return annotation(self.declarations.error_body)
        match self.constants.get("ERRORS"):
            case Call(arguments=Arguments(keywords=keywords)) if "body" in dict(
                keywords
            ):
                return annotation(dict(keywords)["body"])
            case _:
                return ANY

    def _webhooks(self) -> Webhooks | None:
        declared, client = self.declarations.webhooks, self.declarations.client
        if declared is None:
            return None
        receiver, scheme = canonical(declared.receiver), ""
        if isinstance(receiver, Call):
            keywords = dict(receiver.arguments.keywords)
            scheme = source(keywords["scheme"]) if "scheme" in keywords else ""
        return Webhooks(
            client.webhooks,
            declared.event.name,
            annotation(declared.event.type),
            scheme,
            declared.event.place,
        )


def _argument_places(place: str, node: Expression) -> Iterator[tuple[str, str]]:
    """Yield the names in a part of a request, each with its location and name there."""
    match node:
        case Dict(items):
            for key, value in items:
                name = f" {text_of(key)}" if isinstance(key, Constant) else ""
                yield from _argument_places(f"{place}{name}", value)
        case _:
            yield from ((name.name, place) for name in names_in(node))


def _raised_errors(text: str) -> tuple[str, ...]:
    """Return the error classes in a docstring."""
    found = _RAISES.search(text)
    return () if found is None else tuple(_RAISED.findall(found[1]))


def _members(model: ModelDeclaration) -> Iterator[Member]:
    """Yield the fields that a class declares."""
    is_camel = dict(model.header.keywords).get("rename") == Constant("camel")
    for field in model.fields:
        yield _member(field, is_camel)


def _member(field: FieldDeclaration, is_camel: bool) -> Member:
    name, type_, value = field.code.name, field.code.annotation, field.code.value
    wire_name = _camel_case(name) if is_camel else name
    default = "" if value is None else source(value)
    if isinstance(value, Call) and canonical(value.function) == Name("field"):
        options = dict(canonical_arguments(value.arguments).keywords)
        if "name" in options:
            wire_name = text_of(options["name"])
        given = options.get("default", options.get("default_factory"))
        default = "" if given is None else source(given)
    place = field.place
    if place.endswith("/"):
        place += escape(wire_name)
    return Member(
        name,
        ANY if type_ is None else annotation(type_),
        default,
        wire_name,
        field.text,
        place,
    )


def _camel_case(name: str) -> str:
    """Return a name as msgspec's `rename="camel"` makes it."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)
