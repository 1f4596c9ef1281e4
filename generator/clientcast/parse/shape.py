"""Merges a schema with its `allOf` and its reference into one: what a value must be, at once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from clientcast.parse.context import Context
from clientcast.parse.scalars import TEXT_FORMATS
from clientcast.plain import is_list, is_mapping, mapping, sequence, text, texts
from clientcast.references import MAX_HOPS, Found, lookup, target
from clientcast.source import escape

MAX_PARTS = 1_000
MAX_EXTENDED = 50
"""Schemas each of which extends the next one by `allOf`."""
MADE_OF_ITSELF = "this schema is made of itself, which adds nothing to it"

ANNOTATIONS = frozenset(
    [
        "title",
        "description",
        "default",
        "example",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "externalDocs",
        "xml",
        "$comment",
        "$id",
        "$schema",
        "$anchor",
        "$dynamicAnchor",
        "$defs",
        "definitions",
        "x-client",
    ]
)
"""Keywords that say nothing about which values are valid (JSON Schema 2020-12, section 9)."""

LIMITS = frozenset(
    [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "uniqueItems",
    ]
)
"""Keywords that people read beside a type (JSON Schema Validation 2020-12, section 6)."""

_UNSPEAKABLE = frozenset('"\\')
_TYPES = frozenset("array boolean integer null number object string".split())
_CONDITIONAL = ("then", "else")
_REFERENCES = ("$ref", "$dynamicRef")
"""Within one document both lead to the same (JSON Schema 2020-12, section 8.2.3.2)."""


@dataclass
class Shape:
    """One schema, `$ref` and `allOf` merged into it.

    Attributes:
        types: Those that every part allows; None where no part says.
        items: The schemas of the items of an array, all of which hold.
        prefix: The schemas of the first items of an array, position by position.
        additional: The schema of properties that have none of their own.
        patterns: The schemas of properties by what their names are like.
        properties: Where the schemas of each property stand, all of which hold.
        unions: `oneOf` and `anyOf` of all parts.
        discriminator: Of one of the unions, or of the schema itself where it has none.
        parts: How many schemas were merged.
    """

    types: frozenset[str] | None = None
    nullable: bool = False
    format: str = ""
    enum: list[Any] | None = None
    items: tuple[Found, ...] = ()
    prefix: list[Found] = field(default_factory=list[Found])
    sizes: tuple[int, int | None] = (0, None)
    additional: Found | None = None
    patterns: list[Found] = field(default_factory=list[Found])
    properties: dict[str, tuple[Found, ...]] = field(
        default_factory=dict[str, tuple[Found, ...]]
    )
    required: set[str] = field(default_factory=set[str])
    unions: list[Found] = field(default_factory=list[Found])
    discriminator: Found | None = None
    description: str = ""
    deprecated: bool = False
    parts: int = 0

    @property
    def bare_types(self) -> frozenset[str]:
        """The types that are allowed; where none is named, by the keywords that there are."""
        if self.types is not None:
            return self.types
        if self.properties or self.additional is not None or self.patterns:
            return frozenset({"object"})
        if self.items or self.prefix:
            return frozenset({"array"})
        return frozenset({"string"}) if self.format in TEXT_FORMATS else frozenset()

    @property
    def is_record(self) -> bool:
        """Whether it is an object whose properties are known."""
        return "object" in self.bare_types and (
            bool(self.properties)
            or (self.additional is not None and self.additional.value is False)
        )


def is_annotation(keyword: str) -> bool:
    """Whether a keyword leaves the valid values as they are."""
    return keyword in ANNOTATIONS or keyword.startswith("x-")


def is_unspeakable(context: Context, name: str, schema: Found) -> bool:
    """Whether msgspec takes no field of such a name, which a warning says then."""
    if not any(c in _UNSPEAKABLE or c < " " or "\ud800" <= c < "\ue000" for c in name):
        return False
    what = "no attribute can be of this name: it is one of additional_properties"
    context.warn(schema.pointer, "property-name", what)
    return True


def reference_of(value: dict[str, Any]) -> str | None:
    """What a schema refers to that says nothing else of the valid values; None for others."""
    says = [key for key in value if not is_annotation(key)]
    if len(says) != 1 or says[0] not in _REFERENCES:
        return None
    return text(value[says[0]]) or None


def referred(context: Context, reference: str) -> Found | None:
    """The schema that a reference leads to, over others that are only references.

    None where it leads nowhere, which `check` reports.
    """
    for _ in range(MAX_HOPS):
        into = target(reference)
        if into is None:
            return None
        try:
            value = lookup(context.document.data, into)
        except LookupError:
            return None
        following = reference_of(mapping(value))
        if following is None:
            return Found(into, value)
        reference = following
    return None


def stands_for(context: Context, value: dict[str, Any]) -> Found | None:
    """The schema that another one is but for annotations, limits and null; None for none.

    Before OpenAPI 3.1 nothing could stand beside a `$ref`, so that people wrote `allOf: [$ref]`.
    """
    says = {key for key in value if not (is_annotation(key) or key in LIMITS)}
    says -= {"nullable", "type"}
    if says == {"allOf"} and is_list(value["allOf"]) and len(value["allOf"]) == 1:
        reference = reference_of(mapping(value["allOf"][0]))
    else:
        reference = reference_of({key: value[key] for key in says})
    found = None if reference is None else referred(context, reference)
    types = set(texts(value.get("type"))) - {"null"}
    if found is None or not types:
        return found
    allowed = shape_of(context.silent(), found).bare_types
    return found if allowed <= types else None


def shape_of(context: Context, *schemas: Found) -> Shape:
    """The merged shape of schemas all of which hold."""
    shape = Shape()
    merge(context, shape, schemas)
    return shape


def merge(context: Context, shape: Shape, schemas: Iterable[Found]) -> None:
    """Merge more schemas into a shape."""
    for schema in schemas:
        _Merging(context, shape).merge(schema)
    if shape.types is not None and "null" in shape.types:
        shape.nullable = True
        shape.types -= {"null"}
    elif shape.enum is not None and None in shape.enum and shape.types is None:
        shape.nullable = True
    if shape.enum is not None:
        shape.enum = [value for value in shape.enum if value is not None]


@dataclass(frozen=True, slots=True)
class _Merging:
    """Merges schemas into one shape."""

    context: Context
    shape: Shape

    def merge(self, whole: Found) -> None:
        """Merge a schema and all that it is made of: its parts before its own keywords."""
        path: dict[str, None] = {}  # The schemas that the next one is a part of.
        waiting = [(whole, False)]
        while waiting:
            schema, has_parts = waiting.pop()
            if has_parts:
                self._keywords(schema, path)
                del path[schema.pointer]
            elif self._is_new(schema, path):
                path[schema.pointer] = None
                waiting.append((schema, True))
                waiting += [(part, False) for part in reversed(self._parts(schema))]

    def _is_new(self, schema: Found, path: Collection[str]) -> bool:
        """Whether a schema is to be merged, unless it contains itself or is one too many."""
        self.shape.parts += 1
        if self.shape.parts > MAX_PARTS:
            what = f"allOf merges more than {MAX_PARTS} schemas"
            self.context.limit(schema.pointer, "limit-parts", what)
        elif len(path) > 2 * MAX_EXTENDED:  # One for the reference, one for the schema.
            what = f"allOf leads over more than {MAX_EXTENDED} schemas"
            self.context.limit(schema.pointer, "limit-parts", what)
        if "limit-parts" in self.context.limits:
            return False
        if schema.pointer in path:
            self.context.warn(schema.pointer, "reference-cycle", MADE_OF_ITSELF)
            return False
        return is_mapping(schema.value)

    def _parts(self, schema: Found) -> list[Found]:
        """The schemas that a schema is made of, references followed."""
        pointer, value = schema
        found = [
            referred(self.context, value[keyword])
            for keyword in _REFERENCES
            if isinstance(value.get(keyword), str)
        ]
        parts = enumerate(sequence(value.get("allOf")))
        return [
            *filter(None, found),
            *(Found(f"{pointer}/allOf/{index}", part) for index, part in parts),
        ]

    def _keywords(self, schema: Found, path: Collection[str]) -> None:
        pointer, value = schema
        shape = self.shape
        self._types(schema)
        self._enum(schema)
        shape.format = text(value.get("format")) or shape.format
        if value.get("contentEncoding") == "base64" and not shape.format:
            shape.format = "byte"
        self._array(schema)
        self._object(schema)
        for keyword in ("oneOf", "anyOf"):
            union = Found(f"{pointer}/{keyword}", value.get(keyword))
            if is_list(union.value) and not self._has_met(union, path):
                shape.unions.append(union)
                self._discriminator(schema)
        if "oneOf" not in value and "anyOf" not in value and len(path) == 1:
            self._discriminator(schema)
        whole = next(iter(path))
        if f"{pointer}/".startswith(f"{whole}/"):
            # What is referred to describes itself.
            shape.description = text(value.get("description")) or shape.description
        shape.deprecated = shape.deprecated or value.get("deprecated") is True

    def _types(self, schema: Found) -> None:
        pointer, value = schema
        types = set(texts(value.get("type"))) & _TYPES
        if not types:
            self.shape.nullable |= value.get("nullable") is True
            return
        if value.get("nullable") is True:
            types.add("null")
        if self.shape.types is None:
            self.shape.types = frozenset(types)
            return
        both = self.shape.types & types
        if "integer" in self.shape.types | types and "number" in (
            self.shape.types | types
        ):
            both |= {"integer"}
        if both - {"null"} or both and self.shape.types == frozenset(("null",)):
            self.shape.types = both
            return
        self.context.warn(
            f"{pointer}/type",
            "contradiction",
            f"no value is both {' or '.join(sorted(self.shape.types))}"
            f" and {' or '.join(sorted(types))}: the first counts",
        )

    def _enum(self, schema: Found) -> None:
        pointer, value = schema
        if is_list(value.get("enum")) and value["enum"]:
            values = value["enum"]
        elif "const" in value:
            values = [value["const"]]
        else:
            return
        known = self.shape.enum
        if known is None:
            self.shape.enum = list(values)
            return
        both = [item for item in known if item in values]
        if not both:
            self.context.warn(
                pointer,
                "contradiction",
                "no value meets this enum and another one: this one counts",
            )
        self.shape.enum = both or list(values)

    def _array(self, schema: Found) -> None:
        pointer, value = schema
        shape = self.shape
        items = value.get("items")
        prefix = Found(f"{pointer}/prefixItems", value.get("prefixItems"))
        if is_list(items):  # as JSON Schema had it before 2020-12
            prefix, items = Found(f"{pointer}/items", items), None
        if is_list(prefix.value):
            shape.prefix = [
                Found(f"{prefix.pointer}/{index}", item)
                for index, item in enumerate(prefix.value)
            ]
        if items is not None:
            shape.items = _with(shape.items, Found(f"{pointer}/items", items))
        least, most = value.get("minItems"), value.get("maxItems")
        shape.sizes = (
            least if isinstance(least, int) else shape.sizes[0],
            most if isinstance(most, int) else shape.sizes[1],
        )

    def _object(self, schema: Found) -> None:
        pointer, value = schema
        shape = self.shape
        for keyword in ("unevaluatedProperties", "additionalProperties"):
            if isinstance(value.get(keyword), dict | bool):
                shape.additional = Found(f"{pointer}/{keyword}", value[keyword])
        for pattern, of_pattern in mapping(value.get("patternProperties")).items():
            where = f"{pointer}/patternProperties/{escape(pattern)}"
            shape.patterns.append(Found(where, of_pattern))
        for name, property_schema in mapping(value.get("properties")).items():
            where = f"{pointer}/properties/{escape(name)}"
            known = shape.properties.get(name, ())
            shape.properties[name] = _with(known, Found(where, property_schema))
        shape.required.update(texts(value.get("required")))
        self._conditional(schema)

    def _conditional(self, schema: Found) -> None:
        """Properties that are there under a condition may be there."""
        pointer, value = schema
        parts = [Found(f"{pointer}/{key}", value.get(key)) for key in _CONDITIONAL]
        for name, part in mapping(value.get("dependentSchemas")).items():
            parts.append(Found(f"{pointer}/dependentSchemas/{escape(name)}", part))
        for place, part in parts:
            for name, of_property in mapping(mapping(part).get("properties")).items():
                found = Found(f"{place}/properties/{escape(name)}", of_property)
                self.shape.properties.setdefault(name, (found,))

    def _discriminator(self, schema: Found) -> None:
        pointer, value = schema
        if is_mapping(value.get("discriminator")):
            where = f"{pointer}/discriminator"
            self.shape.discriminator = Found(where, value["discriminator"])

    def _has_met(self, union: Found, path: Collection[str]) -> bool:
        """Whether what is being merged is itself a member of the union: a subtype of it."""
        for member in union.value:
            reference = mapping(member).get("$ref")
            if isinstance(reference, str) and target(reference) in path:
                return True
        return False


def _with(known: tuple[Found, ...], schema: Found) -> tuple[Found, ...]:
    """Schemas and one more, which may have come another way already."""
    if any(other.pointer == schema.pointer for other in known):
        return known
    return (*known, schema)
