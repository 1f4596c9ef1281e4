"""Outline of a package that is being generated: a reference without details.

A README above the limit has no details, so that the code need not be read for it.
"""

import ast
import inspect
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from clientcast import __version__
from clientcast.docs.code_texts import split_docstring
from clientcast.docs.examples import ExampleBuilder
from clientcast.docs.package import import_name
from clientcast.docs.reference import Client, Operation, Reference, Resource
from clientcast.plain import mapping, sequence, text

_OPERATION_LENGTH = 1_200
_ARGUMENT_LENGTH = 20
_RESPONSE_LENGTH = 25
_MODEL_LENGTH = 100
"""Characters that a README has for each of these, besides their names: at least so many."""


class Outline(Struct, frozen=True):
    """Facts about a package that are known before its code is printed.

    Attributes:
        package: Import name; if empty, it is derived from the client class.
        title, version, digest: Of the document.
        api: The metadata of the API, as in `clientcast.json`.
        client: Name of the synchronous client class.
        async_client: Name of the asynchronous client class.
        client_docstrings: Docstrings of both, as literals.
        method_summaries: First paragraph of each method's docstring, by its dotted name.
        models: Names of the models.
    """

    package: str
    title: str
    version: str
    digest: str
    api: Mapping[str, Any]
    client: str
    async_client: str
    client_docstrings: tuple[str, str]
    method_summaries: Mapping[str, str]
    models: frozenset[str]

    @property
    def minimum_length(self) -> int:
        """Characters that the README with all details has at least."""
        length = sum(_MODEL_LENGTH + 2 * len(name) for name in self.models)
        for record in map(mapping, sequence(self.api.get("operations"))):
            arguments = map(mapping, sequence(record.get("arguments")))
            length += _OPERATION_LENGTH + 4 * len(text(record.get("name")))
            length += _RESPONSE_LENGTH * len(sequence(record.get("responses")))
            length += sum(
                _ARGUMENT_LENGTH + 2 * len(text(argument.get("argument")))
                for argument in arguments
            )
        return length


def outline_reference(outline: Outline) -> Reference:
    """Return the reference of a package without its details."""
    operations_by_resource: dict[str, list[Operation]] = {}
    for record in map(mapping, sequence(outline.api.get("operations"))):
        operation = _operation(outline, record)
        resource = operation.name.rpartition(".")[0]
        operations_by_resource.setdefault(resource, []).append(operation)
    package = outline.package or import_name(outline.client)
    sync, asynchronous = (_docstring(d)[2] for d in outline.client_docstrings)
    builder = ExampleBuilder(package, sync, asynchronous, outline.models)
    return Reference(
        package=package,
        title=text(outline.api.get("title")) or outline.title,
        version=text(outline.api.get("version")) or outline.version,
        generator=f"clientcast {__version__}",
        digest=outline.digest,
        summary=text(outline.api.get("summary")),
        description="",
        client=Client(
            name=outline.client,
            async_name=outline.async_client,
            arguments=(),
            credentials=(),
            server="",
            example=builder.client_example(),
            error_handling_example=None,
        ),
        resources=tuple(
            Resource(name, "", tuple(operations))
            for name, operations in operations_by_resource.items()
        ),
        models=(),
        enums=(),
        aliases=(),
        errors=(),
        error_body="",
    )


def _operation(outline: Outline, record: Mapping[str, Any]) -> Operation:
    name = text(record.get("name"))
    return Operation(
        name=name,
        operation_id="",
        http_method=text(record.get("method")),
        path=text(record.get("path")),
        server="",
        signature="",
        summary=outline.method_summaries[name],
        description="",
        deprecated=record.get("deprecated") is True,
        arguments=(),
        content_type="",
        accept="",
        credentials=(),
        returns="",
        returns_description="",
        paging="",
        polled=False,
        repeatable=False,
        responses=(),
        raises=(),
        example=None,
    )


def docstring_summary(literal: str) -> str:
    """Return the first paragraph of a docstring literal on one line."""
    value = ast.literal_eval(literal) if literal else ""
    first = inspect.cleandoc(value.lstrip().partition("\n\n")[0])
    return " ".join(split_docstring(first)[0].split())


def _docstring(literal: str) -> tuple[str, str, str]:
    """Return the description, the sections and the example of a docstring literal."""
    value = ast.literal_eval(literal) if literal else ""
    return split_docstring(inspect.cleandoc(value))
