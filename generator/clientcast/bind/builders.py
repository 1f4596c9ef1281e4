"""Builders of models: functions with the fields as optional keyword arguments."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from clientcast import ir
from clientcast.bind.docstrings import docstring
from clientcast.bind.lines import one_line
from clientcast.bind.models import attribute_names
from clientcast.bind.names import Scope, snake_case
from clientcast.bind.types import ANNOTATION_NAMES, Annotations, or_none
from clientcast.code import (
    Expression,
    Import,
    Imports,
    Parameter,
    Signature,
    imported,
    imports_in,
)
from clientcast.fake_view import Builder, Builders

_RUNTIME = "._runtime.testing.building"
_BUILD = imported(_RUNTIME, "build_model")
_EXAMPLE = imported(_RUNTIME, "EXAMPLE")
_CAST = imported("typing", "cast")
_RESERVED = (
    *("call", "cached_property", "build_model", "cast", "locals", "property", "super"),
    *("object", "record"),
    *ANNOTATION_NAMES,
    *("annotations", "request_token"),
)
_SHADOWING = frozenset({_BUILD.name, _CAST.name, "locals"})
"""Names of fields that a builder cannot have as arguments."""


def bind_builders(
    api: ir.Api, annotations: Annotations, pointers: frozenset[str]
) -> Builders:
    """Return the builders of the records of an API."""
    scope = Scope(_RESERVED)
    annotations = replace(annotations, inlines_enums=True)
    builders = tuple(_builders(api, annotations, pointers, scope))
    nodes = [parameter for b in builders for parameter in b.signature.keyword_only]
    types = {
        source for parameter in nodes for source in imports_in(parameter.annotation)
    } | {source for b in builders for source in imports_in(b.model)}
    title = one_line(api.title)
    return Builders(
        docstring=docstring(f"Models of {title} with example values."),
        imports=Imports(
            frozenset(
                {
                    *imports_in(_BUILD, _EXAMPLE, _CAST),
                    Import("typing", "TYPE_CHECKING"),
                }
                if builders
                else ()
            ),
            "testing",
        ),
        types=Imports(frozenset(types), "testing"),
        builders=builders,
    )


def _builders(
    api: ir.Api, annotations: Annotations, pointers: frozenset[str], scope: Scope
) -> Iterator[Builder]:
    records = [
        schema
        for pointer, schema in api.schemas.items()
        if pointer in pointers and isinstance(schema, ir.Record)
    ]
    for record in sorted(records, key=lambda r: annotations.names[r.pointer]):
        names = attribute_names(record)
        if _SHADOWING.intersection(names.values()):
            continue
        class_ = annotations.class_name(record.pointer)
        name = snake_case(class_.name, "model")
        yield Builder(
            name=scope.claim(name, f"{name}_model"),
            docstring=docstring(
                f"Return the model `{class_.name}`; required fields that are not given are examples."
            ),
            signature=Signature(
                (),
                tuple(
                    Parameter(
                        names[field.name], _annotation(field, annotations), _EXAMPLE
                    )
                    for field in record.fields
                ),
                is_method=False,
            ),
            model=class_,
        )


def _annotation(field: ir.Field, annotations: Annotations) -> Expression:
    annotation = annotations.for_argument(field.type)
    return annotation if field.required else or_none(annotation)


def model_examples(
    names: Mapping[str, str], values: Mapping[str, object]
) -> dict[str, object]:
    """Return the examples of records by the name of their class, sorted."""
    return dict(sorted((names[p], value) for p, value in values.items() if p in names))
