"""Builders of models: functions with the fields as optional keyword arguments."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from clientcast import ir
from clientcast.bind.docstrings import docstring
from clientcast.bind.lines import one_line
from clientcast.bind.names import Scope, snake_case
from clientcast.bind.types import ANNOTATION_NAMES, Annotations, or_none
from clientcast.code import (
    Constant,
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
_BUILDERS = imported(_RUNTIME, "model_builders")
_EXAMPLE = Constant(...)
_RESERVED = (
    *("call", "cached_property", "model_builders", "super", "object"),
    "record",
    *ANNOTATION_NAMES,
    *("annotations", "request_token"),
)


def bind_builders(
    api: ir.Api,
    annotations: Annotations,
    attributes: Mapping[str, Mapping[str, str]],
    pointers: frozenset[str],
) -> Builders:
    """Return the builders of the records of an API.

    Args:
        api: The API.
        annotations: The annotations of its types.
        attributes: The Python name of each property, by the pointer of the record.
        pointers: The declarations that operations use.
    """
    scope = Scope(_RESERVED)
    parameters = _ParameterTypes(replace(annotations, inlines_enums=True))
    builders = tuple(_builders(api, parameters, attributes, pointers, scope))
    types = parameters.imports.union(*(imports_in(b.model) for b in builders))
    title = one_line(api.title)
    return Builders(
        docstring=docstring(_TEXT.format(title=title)),
        imports=Imports(
            frozenset(imports_in(_BUILDERS) if builders else ()), "testing"
        ),
        types=Imports(frozenset(types), "testing"),
        builders=builders,
    )


_TEXT = """Builders of the models of {title}.

A field that is not given is an example if it is required, and absent if not."""


class _ParameterTypes:
    """Annotations of the parameters of builders, made once for each type.

    Attributes:
        annotations: The annotations of the API.
        imports: The imports of all that were asked for.
    """

    def __init__(self, annotations: Annotations) -> None:
        self.annotations = annotations
        self.imports: set[Import] = set()
        self._known: dict[tuple[ir.Type, bool], Expression] = {}

    def annotation(self, field: ir.Field) -> Expression:
        """Return the annotation of the parameter of a field."""
        key = (field.type, field.required)
        is_plain = _has_no_constants(field.type)
        known = self._known.get(key) if is_plain else None
        if known is None:
            known = self.annotations.for_argument(field.type)
            known = known if field.required else or_none(known)
            self.imports.update(imports_in(known))
            if is_plain:
                self._known[key] = known
        return known


def _has_no_constants(type_: ir.Type) -> bool:
    """Return whether equal types are the same: of constants, 1 == True."""
    return not isinstance(type_, ir.Constant) and all(
        map(_has_no_constants, ir.child_types(type_))
    )


def _builders(
    api: ir.Api,
    types: _ParameterTypes,
    attributes: Mapping[str, Mapping[str, str]],
    pointers: frozenset[str],
    scope: Scope,
) -> Iterator[Builder]:
    annotations = types.annotations
    records = [
        schema
        for pointer, schema in api.schemas.items()
        if pointer in pointers and isinstance(schema, ir.Record)
    ]
    for record in sorted(records, key=lambda r: annotations.names[r.pointer]):
        names = attributes[record.pointer]
        class_ = annotations.class_name(record.pointer)
        name = snake_case(class_.name, "model")
        yield Builder(
            name=scope.claim(name, f"{name}_model"),
            signature=Signature(
                (),
                tuple(
                    Parameter(names[field.name], types.annotation(field), _EXAMPLE)
                    for field in record.fields
                ),
                is_method=False,
            ),
            model=class_,
            pointer=record.pointer,
        )


def model_examples(
    builders: Builders, values: Mapping[str, object]
) -> dict[str, object]:
    """Return the model of each builder, with its example if there is one, as JSON data."""
    return {
        b.name: [b.model.name, *([values[b.pointer]] if b.pointer in values else [])]
        for b in builders.builders
    }
