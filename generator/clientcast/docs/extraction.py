"""Extraction of the reference from a package: its code, joined with its `clientcast.json`."""

import ast
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import griffe

from clientcast.docs.classes import ErrorClass, base_error
from clientcast.docs.errors import read_errors
from clientcast.docs.examples import ExampleBuilder
from clientcast.docs.models import read_models
from clientcast.docs.package import MANIFEST, Package, PackageError
from clientcast.docs.reference import (
    Argument,
    Client,
    Credential,
    Operation,
    Raised,
    Reference,
    Resource,
)
from clientcast.docs.responses import parse_requirements, parse_response
from clientcast.docs.sources import (
    Docstring,
    call_arguments,
    parse_docstring,
    parse_literal,
    read_declarations,
    read_module,
    return_expression,
    source_lines,
)
from clientcast.plain import mapping, sequence, text, texts

_CLIENT_BASES = ("Client", "DownloadingClient", "PollingClient", "UploadingClient")
"""Base classes of clients in the runtime, without the prefix of the mode."""


def extract(package: Package) -> Reference:
    """Extract the reference of a package.

    Raises:
        PackageError: If the code does not match the manifest.
    """
    api = mapping(package.manifest.get("api"))
    spec = mapping(package.manifest.get("spec"))
    declarations = read_declarations(package)
    model_names = frozenset((*declarations.classes, *declarations.attributes))
    sources = _ClientSources(package, model_names)
    records = [mapping(record) for record in sequence(api.get("operations"))]
    errors = read_errors(package)
    resources = sources.resources(records, errors)
    operations = [o for resource in resources for o in resource.operations]
    models, enums, aliases = read_models(package, declarations, operations)
    constants = read_module(package, "_api.py").attributes
    error_arguments = call_arguments(_attribute_value(constants, "ERRORS"))[1]
    return Reference(
        package=package.name,
        title=text(api.get("title")) or text(spec.get("title")),
        version=text(api.get("version")) or text(spec.get("version")),
        generator=text(package.manifest.get("generator")),
        digest=text(spec.get("sha256")),
        summary=text(api.get("summary")),
        description=text(api.get("description")),
        client=sources.client(text(api.get("server")), constants, errors),
        resources=resources,
        models=models,
        enums=enums,
        aliases=aliases,
        errors=errors,
        error_body=return_expression(
            package, "_api.py", error_arguments.get("body", "")
        ),
    )


class _ClientSources:
    """Classes of both clients, joined with the records of the manifest.

    Args:
        package: The package.
        model_names: The names of the models, which examples import.
    """

    def __init__(self, package: Package, model_names: frozenset[str]) -> None:
        self.package = package
        sync = read_module(package, "client.py").classes
        asynchronous = read_module(package, "async_client.py").classes
        self._name = self._client_name("client.py", sync, "")
        self._async_name = self._client_name("async_client.py", asynchronous, "Async")
        self._sync = sync | self._classes_in("resources")
        self._async = asynchronous | self._classes_in("async_resources")
        self._lines: dict[str, list[str]] = {}
        self._children = {
            cls.name: self._resource_classes(cls) for cls in self._sync.values()
        }
        self._example_builder = ExampleBuilder(
            package.name,
            parse_docstring(self._sync[self._name]).example,
            parse_docstring(self._async[self._async_name]).example,
            model_names,
        )

    def _classes_in(self, folder: str) -> dict[str, griffe.Class]:
        """Return the classes of the modules in a folder."""
        classes: dict[str, griffe.Class] = {}
        for path in self.package.modules_in(folder):
            classes |= read_module(self.package, path).classes
        return classes

    def _resource_classes(self, cls: griffe.Class) -> dict[str, str]:
        """Map the attributes of a client or resource class to the names of resource classes."""
        path = Path(str(cls.filepath)).as_posix()
        if path not in self._lines:
            self._lines[path] = self.package.files[path].split("\n")
        classes: dict[str, str] = {}
        try:
            source = textwrap.dedent(source_lines(self._lines[path], cls))
            body = ast.parse(source).body
        except (SyntaxError, ValueError, RecursionError):
            body = []  # The code was edited, and griffe counts its lines differently.
        for member in (node for top in body for node in ast.iter_child_nodes(top)):
            match member:
                case ast.AnnAssign(
                    target=ast.Name(id=attribute), annotation=ast.Name(id=name)
                ):
                    classes[attribute] = name
                case ast.FunctionDef(name="__init__" | "_attach_resources"):
                    classes |= _assigned_resources(member)
                case ast.FunctionDef(name=attribute, returns=ast.Name(id=name)) if (
                    cls.name == self._name
                ):
                    classes[attribute] = name
                case _:
                    pass
        return classes

    def _client_name(
        self, path: str, classes: Mapping[str, griffe.Class], prefix: str
    ) -> str:
        """Return the name of the client class; `prefix` is that of its base classes."""
        bases = {prefix + base for base in _CLIENT_BASES}
        names = [c.name for c in classes.values() if bases & {*map(str, c.bases)}]
        if len(names) != 1:
            raise PackageError(
                f"{self.package.label}/{path}: exactly one class must inherit from {prefix}Client;"
                " generate the package again"
            )
        return names[0]

    def client(
        self,
        server: str,
        constants: Mapping[str, griffe.Attribute],
        errors: tuple[ErrorClass, ...],
    ) -> Client:
        """Return the description of the client class."""
        cls = self._sync[self._name]
        documentation = parse_docstring(cls)
        schemes = (
            call_arguments(attribute.value)
            for name, attribute in constants.items()
            if name.endswith("_SCHEME")
        )
        has_fake = "testing/__init__.py" in mapping(self.package.manifest.get("files"))
        fake = f"Fake{self._name}" if has_fake else ""
        return Client(
            name=self._name,
            async_name=self._async_name,
            arguments=tuple(
                _argument(parameter, documentation, {})
                for parameter in _parameters(cls.functions.get("__init__"))
            ),
            credentials=tuple(
                _credential(positional, keywords)
                for positional, keywords in schemes
                if len(positional) == 2
            ),
            server=server,
            example=self._example_builder.client_example(),
            error_handling_example=self._example_builder.error_handling_example(
                base_error(errors)
            ),
            fake=fake,
            fake_example=self._example_builder.fake_example(fake),
        )

    def resources(
        self, records: list[dict[str, Any]], errors: tuple[ErrorClass, ...]
    ) -> tuple[Resource, ...]:
        """Return the resources of the client, in the order of their first operations."""
        operations_by_path: dict[str, list[Operation]] = {}
        for record in records:
            name = text(record.get("name"))
            path = name.rpartition(".")[0]
            operation = self._operation(name, record, errors)
            operations_by_path.setdefault(path, []).append(operation)
        return tuple(
            Resource(
                path,
                parse_docstring(self._resource_class(path)).description,
                tuple(operations),
            )
            for path, operations in operations_by_path.items()
        )

    def _resource_class(self, path: str) -> griffe.Class:
        """Return the class of a resource of the synchronous client."""
        name = self._name
        for part in filter(None, path.split(".")):
            child = self._children[name].get(part)
            if child not in self._sync:
                raise self._mismatch_error(f"the client has no resource {path}")
            name = child
        return self._sync[name]

    def _operation(
        self, name: str, record: dict[str, Any], errors: tuple[ErrorClass, ...]
    ) -> Operation:
        path, _, method = name.rpartition(".")
        cls = self._resource_class(path)
        async_class = self._async.get(f"Async{cls.name}")
        function = cls.members.get(method)
        async_function = (
            None if async_class is None else async_class.members.get(method)
        )
        if not (
            isinstance(function, griffe.Function)
            and isinstance(async_function, griffe.Function)
        ):
            raise self._mismatch_error(f"one of the clients has no method {name}")
        documentation = parse_docstring(function)
        argument_records = {
            text(mapping(a).get("argument")): mapping(a)
            for a in sequence(record.get("arguments"))
        }
        return Operation(
            name=name,
            operation_id=text(record.get("operation_id")),
            http_method=text(record.get("method")),
            path=text(record.get("path")),
            server=text(record.get("server")),
            signature=_signature(function),
            summary=documentation.summary,
            description=documentation.text,
            deprecated=record.get("deprecated") is True,
            arguments=tuple(
                _argument(
                    parameter, documentation, argument_records.get(parameter.name, {})
                )
                for parameter in _parameters(function)
            ),
            content_type=text(record.get("content_type")),
            accept=text(record.get("accept")) or "application/json",
            credentials=parse_requirements(record.get("credentials")),
            returns=str(function.returns or "None"),
            returns_description=documentation.returns,
            paging=text(record.get("paging")),
            polled=record.get("polled") is True,
            repeatable=record.get("retry_safe") is True,
            responses=tuple(
                parse_response(mapping(response), errors)
                for response in sequence(record.get("responses"))
            ),
            raises=tuple(Raised(*entry) for entry in documentation.raises.items()),
            example=self._example_builder.operation_example(
                documentation.example, parse_docstring(async_function).example
            ),
        )

    def _mismatch_error(self, reason: str) -> PackageError:
        return PackageError(
            f"{self.package.label}: the code does not match {MANIFEST}: {reason};"
            " generate the package again"
        )


def _assigned_resources(method: ast.FunctionDef) -> dict[str, str]:
    """Map attributes to classes for each `self.attribute = Class(sender)`, as in earlier packages."""
    classes: dict[str, str] = {}
    for statement in method.body:
        match statement:
            case ast.Assign(
                targets=[ast.Attribute(value=ast.Name(id="self"), attr=attribute)],
                value=ast.Call(func=ast.Name(id=name), args=[ast.Name(id="sender")]),
            ):
                classes[attribute] = name
            case _:
                pass
    return classes


def _attribute_value(attributes: Mapping[str, griffe.Attribute], name: str) -> object:
    return attributes[name].value if name in attributes else None


def _parameters(function: griffe.Function | None) -> list[griffe.Parameter]:
    if function is None:
        return []
    return [p for p in function.parameters if p.name != "self"]


def _signature(function: griffe.Function) -> str:
    """Return `get(session_id: str) -> Session`, on several lines if it is long."""
    parts: list[str] = []
    for parameter in _parameters(function):
        if _is_keyword_only(parameter) and "*" not in parts:
            parts.append("*")
        default = f" = {parameter.default}" if parameter.default is not None else ""
        parts.append(f"{parameter.name}: {parameter.annotation}{default}")
    closing = f") -> {function.returns or 'None'}"
    line = f"{function.name}({', '.join(parts)}{closing}"
    if len(line) <= 88:
        return line
    return "\n".join(
        [f"{function.name}(", *(f"    {part}," for part in parts), closing.lstrip()]
    )


def _is_keyword_only(parameter: griffe.Parameter) -> bool:
    return parameter.kind is griffe.ParameterKind.keyword_only


def _argument(
    parameter: griffe.Parameter, documentation: Docstring, record: dict[str, Any]
) -> Argument:
    default = "" if parameter.default is None else str(parameter.default)
    return Argument(
        name=parameter.name,
        type=str(parameter.annotation or "Any"),
        required=not default,
        keyword_only=_is_keyword_only(parameter),
        default=default,
        description=documentation.arguments.get(parameter.name, ""),
        wire_name=text(record.get("name")),
        place=text(record.get("in")),
        server_default=record.get("default"),
        values=tuple(sequence(record.get("values"))),
        limits=texts(record.get("limits")),
        example=record.get("example"),
    )


def _credential(positional: list[str], keywords: dict[str, str]) -> Credential:
    environment = keywords.get("environment", "()").strip("()")
    return Credential(
        argument=text(parse_literal(positional[0])),
        location=text(parse_literal(keywords.get("location", "'header'"))),
        name=text(parse_literal(positional[1])),
        prefix=text(parse_literal(keywords.get("prefix", "''"))),
        environment=texts(parse_literal(f"[{environment}]")),
    )
