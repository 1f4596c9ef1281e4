"""Models, enums and aliases of a package, read from its modules."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import griffe

from clientcast.docs.classes import Alias, Enum, Field, Model
from clientcast.docs.code_texts import union_members
from clientcast.docs.package import Package
from clientcast.docs.reference import Operation
from clientcast.docs.sources import (
    Declarations,
    call_arguments,
    parse_docstring,
    parse_literal,
    source_lines,
)
from clientcast.plain import text

_NAME = re.compile(r"[A-Za-z_]\w*")

_ENUM_BASES = frozenset(("OpenEnum", "OpenIntEnum"))

ModelTypes = tuple[tuple[Model, ...], tuple[Enum, ...], tuple[Alias, ...]]

_MODEL_BASES = {"Model", "OpenModel"}


def annotation_names(annotation: str) -> set[str]:
    """Return the names in an annotation, except in string literals."""
    return set(_NAME.findall(re.sub(r"'[^']*'|\"[^\"]*\"", "", annotation)))


def read_models(
    package: Package, declarations: Declarations, operations: Iterable[Operation]
) -> ModelTypes:
    """Read all models, enums and aliases, with the operations and types that use each.

    Args:
        package: The package.
        declarations: Declarations in its model modules.
        operations: All operations of the package.
    """
    types = {
        name: str(attribute.value or _assigned_source(package, attribute))
        for name, attribute in declarations.attributes.items()
        if str(attribute.annotation) == "TypeAlias"
    }
    enums = {
        c.name: c
        for c in declarations.classes.values()
        if _ENUM_BASES.intersection(_base_names(c))
    }
    parameters = {f"{name}Param" for name in enums} & types.keys()
    lineages = {
        name: lineage
        for name in declarations.classes
        if (lineage := _lineage(declarations, name))
    }
    own_fields = {
        name: {a.name: _field(cls, a) for a in cls.attributes.values()}
        for name in lineages
        for cls in (declarations.classes[name],)
    }
    uses = _users_by_name(operations, own_fields, lineages, types)

    def used_by(name: str) -> tuple[str, ...]:
        users = [*uses.get(name, ()), *uses.get(f"{name}Param", ())]
        return tuple(dict.fromkeys(n for n in users if n != f"{name}Param"))

    return (
        tuple(
            Model(
                name,
                parse_docstring(declarations.classes[name]).description,
                tuple(_merge(own_fields[base] for base in lineage)),
                used_by(name),
                lineage[-2] if len(lineage) > 1 else "",
            )
            for name, lineage in lineages.items()
        ),
        tuple(
            Enum(
                name,
                parse_docstring(cls).description,
                tuple(declarations.members.get(name, ())),
                f"{name}Param" if f"{name}Param" in parameters else "",
                used_by(name),
            )
            for name, cls in enums.items()
        ),
        tuple(
            Alias(
                name,
                type_,
                parse_docstring(declarations.attributes[name]).description,
                used_by(name),
            )
            for name, type_ in types.items()
            if name not in parameters
        ),
    )


def _assigned_source(package: Package, attribute: griffe.Attribute) -> str:
    """Return the source of an assigned value, which griffe drops for very large unions."""
    lines = package.files[Path(str(attribute.filepath)).as_posix()].split("\n")
    _, _, value = source_lines(lines, attribute).partition("= ")
    return " ".join(value.split()).strip("()").strip()


def _lineage(declarations: Declarations, name: str) -> list[str]:
    """Return the models that a class extends, the nearest one last, and then itself.

    Empty if it is no model.
    """
    lineage = [name]
    while (cls := declarations.classes.get(lineage[0])) is not None:
        bases = _base_names(cls)
        if _MODEL_BASES.intersection(bases):
            return lineage
        if not bases or bases[0] in lineage:
            break
        lineage.insert(0, bases[0])
    return []


def _merge(fields: Iterable[Mapping[str, Field]]) -> Iterable[Field]:
    """Return the fields of classes, each of which extends the one before it."""
    merged: dict[str, Field] = {}
    for own_fields in fields:
        merged |= own_fields
    return merged.values()


def _base_names(cls: griffe.Class) -> list[str]:
    return [str(base) for base in cls.bases]


def _field(cls: griffe.Class, attribute: griffe.Attribute) -> Field:
    annotation = str(attribute.annotation or "Any")
    _, arguments = call_arguments(attribute.value)
    default = arguments.get("default", None if arguments else attribute.value)
    required = default is None and not _may_be_absent(attribute.value)
    members = union_members(annotation)
    wire_name = text(parse_literal(arguments.get("name", "")))
    if not wire_name and str(cls.keywords.get("rename", "")).strip("'\"") == "camel":
        wire_name = _camel_case(attribute.name)
    return Field(
        name=attribute.name,
        type=annotation,
        required=required,
        nullable="None" in members and (required or "UnsetType" in members),
        wire_name=wire_name or attribute.name,
        description=parse_docstring(attribute).description,
    )


def _may_be_absent(value: object) -> bool:
    """Return whether a field has a default other than a constant that responses need."""
    if not isinstance(value, griffe.ExprCall):
        return False
    for argument in value.arguments:
        if (
            isinstance(argument, griffe.ExprKeyword)
            and argument.name == "default_factory"
        ):
            _, options = call_arguments(argument.value)
            is_constant = isinstance(argument.value, griffe.ExprCall)
            return not is_constant or options.get("is_required") == "False"
    return False


def _camel_case(name: str) -> str:
    """Convert a name like msgspec's `rename="camel"`."""
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _users_by_name(
    operations: Iterable[Operation],
    fields: Mapping[str, Mapping[str, Field]],
    lineages: Mapping[str, list[str]],
    types: Mapping[str, str],
) -> dict[str, tuple[str, ...]]:
    """Map each name to the operations and declarations that mention it."""
    mentions: list[tuple[str, str]] = []
    for operation in operations:
        annotations = [
            operation.returns,
            *(argument.type for argument in operation.arguments),
            *(response.type for response in operation.responses),
        ]
        mentions += [(operation.name, annotation) for annotation in annotations]
    mentions += [
        (name, field.type)
        for name, own_fields in fields.items()
        for field in own_fields.values()
    ]
    mentions += [
        (name, base) for name, lineage in lineages.items() for base in lineage[-2:-1]
    ]
    mentions += types.items()
    uses: dict[str, dict[str, None]] = {}
    for user, annotation in mentions:
        for name in sorted(annotation_names(annotation) - {user}):
            uses.setdefault(name, {})[user] = None
    return {name: tuple(users) for name, users in uses.items()}
