"""Effective schemas: resolve `$ref` and merge `allOf` into one schema."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from clientcast.ir import Member
from clientcast.parse.context import Context
from clientcast.parse.enum_members import described_values
from clientcast.parse.keywords import (
    ARRAY_KEYWORDS,
    CONDITIONAL_KEYWORDS,
    CONSTRAINTS,
    OBJECT_KEYWORDS,
    REFERENCE_KEYWORDS,
    REFERRING_KEYWORDS,
    is_annotation,
)
from clientcast.parse.scalars import STRING_FORMATS, is_binary
from clientcast.parse.schema_references import resolve_reference, sole_reference
from clientcast.plain import is_list, is_mapping, mapping, sequence, text, texts
from clientcast.references import Located, local_pointer
from clientcast.source import escape

MAX_MERGED = 1_000
MAX_EXTENDED = 50
"""Maximum length of a chain of schemas, each with the next one in its `allOf`."""
_SELF_REFERENCE = "this schema references itself: the reference is ignored"

_JSON_TYPES = frozenset("array boolean integer null number object string".split())


@dataclass
class EffectiveSchema:
    """A schema with `$ref` and `allOf` merged into it.

    Attributes:
        types: The JSON types that all merged schemas allow; None if none has `type`.
        items: The schemas of array items; all apply.
        described_values: The names and descriptions of enum values, by the value's text.
        prefix_items: The schemas of the first array items, by position.
        length_limits: `minItems` and `maxItems`; None for no maximum.
        additional: The schema of additional properties; None if undeclared.
        pattern_properties: The schemas of `patternProperties`.
        properties: The schemas of each property; all apply.
        unions: The `oneOf` and `anyOf` of all merged schemas.
        discriminator: The discriminator of a union, or of the schema itself without a union.
        merged_count: The number of merged schemas.
    """

    types: frozenset[str] | None = None
    nullable: bool = False
    format: str = ""
    enum: list[Any] | None = None
    described_values: dict[str, Member] = field(default_factory=dict[str, Member])
    items: tuple[Located, ...] = ()
    prefix_items: list[Located] = field(default_factory=list[Located])
    length_limits: tuple[int, int | None] = (0, None)
    additional: Located | None = None
    pattern_properties: list[Located] = field(default_factory=list[Located])
    properties: dict[str, tuple[Located, ...]] = field(
        default_factory=dict[str, tuple[Located, ...]]
    )
    required: set[str] = field(default_factory=set[str])
    unions: list[Located] = field(default_factory=list[Located])
    discriminator: Located | None = None
    description: str = ""
    deprecated: bool = False
    merged_count: int = 0

    @property
    def allowed_types(self) -> frozenset[str]:
        """Return the JSON types; without `type`, those implied by other keywords."""
        if self.types is not None:
            return self.types
        if self.properties or self.additional is not None or self.pattern_properties:
            return frozenset({"object"})
        if self.items or self.prefix_items:
            return frozenset({"array"})
        return frozenset({"string"}) if self.format in STRING_FORMATS else frozenset()

    @property
    def forbids_additional(self) -> bool:
        """Return whether the schema forbids properties that it does not declare."""
        return self.additional is not None and self.additional.value is False

    @property
    def is_record(self) -> bool:
        """Return whether the schema is an object that declares its properties, or allows none."""
        return "object" in self.allowed_types and (
            bool(self.properties) or self.forbids_additional
        )

    @property
    def has_no_further_items(self) -> bool:
        """Return whether an array has no items after `prefix_items`."""
        return any(item.value is False for item in self.items)

    @property
    def is_fixed_length(self) -> bool:
        """Return whether an array has exactly the items of `prefix_items`."""
        length = len(self.prefix_items)
        minimum, maximum = self.length_limits
        return (self.has_no_further_items or not self.items) and (
            minimum in (0, length) and maximum in (None, length)
        )


def unwrap_reference(context: Context, value: dict[str, Any]) -> Located | None:
    """Return the target of a `$ref` whose siblings are only annotations, constraints or a type.

    None for any other schema, and if `type` excludes a type of the target. Before OpenAPI 3.1 a
    `$ref` could have no siblings, so authors wrote `allOf: [$ref]`, which is unwrapped too.
    """
    if value.keys().isdisjoint(REFERRING_KEYWORDS):
        return None
    keywords = {key for key in value if not (is_annotation(key) or key in CONSTRAINTS)}
    keywords -= {"nullable", "type"}
    if keywords == {"allOf"} and is_list(value["allOf"]) and len(value["allOf"]) == 1:
        reference = sole_reference(mapping(value["allOf"][0]))
    else:
        reference = sole_reference({key: value[key] for key in keywords})
    referenced = None if reference is None else resolve_reference(context, reference)
    types = set(texts(value.get("type"))) - {"null"}
    if referenced is None or not types:
        return referenced
    allowed = flatten(context.without_diagnostics(), referenced).allowed_types
    return referenced if allowed <= types else None


def flatten(context: Context, *schemas: Located) -> EffectiveSchema:
    """Return the effective schema of several schemas that all apply to the same value."""
    effective = EffectiveSchema()
    merge(context, effective, schemas)
    return effective


def merge(
    context: Context, effective: EffectiveSchema, schemas: Iterable[Located]
) -> None:
    """Merge more schemas into an effective schema."""
    for schema in schemas:
        _Merger(context, effective).merge(schema)
    if effective.types is not None and "null" in effective.types:
        effective.nullable = True
        effective.types -= {"null"}
    elif (
        effective.enum is not None
        and None in effective.enum
        and effective.types is None
    ):
        effective.nullable = True
    if effective.enum is not None:
        effective.enum = [value for value in effective.enum if value is not None]


@dataclass(frozen=True, slots=True)
class _Merger:
    """Merger of schemas into one effective schema."""

    context: Context
    effective: EffectiveSchema

    def merge(self, root: Located) -> None:
        """Merge a schema: first what it references and its `allOf`, then its own keywords."""
        ancestors: dict[str, None] = {}
        pending = [(root, False)]
        while pending:
            schema, has_merged_subschemas = pending.pop()
            if has_merged_subschemas:
                self._merge_keywords(schema, ancestors)
                del ancestors[schema.pointer]
            elif self._should_merge(schema, ancestors):
                ancestors[schema.pointer] = None
                pending.append((schema, True))
                pending += [
                    (part, False) for part in reversed(self._subschemas(schema))
                ]

    def _should_merge(self, schema: Located, ancestors: Collection[str]) -> bool:
        """Return whether to merge a schema: not if it is recursive or exceeds a limit."""
        self.effective.merged_count += 1
        if self.effective.merged_count > MAX_MERGED:
            message = f"allOf merges more than {MAX_MERGED} schemas"
            self.context.report_limit(schema.pointer, "limit-parts", message)
        elif (
            len(ancestors) > 2 * MAX_EXTENDED
        ):  # Each step adds two: the reference and its target.
            message = f"allOf chains more than {MAX_EXTENDED} schemas"
            self.context.report_limit(schema.pointer, "limit-parts", message)
        if "limit-parts" in self.context.exceeded_limits:
            return False
        if schema.pointer in ancestors:
            self.context.warn(schema.pointer, "reference-cycle", _SELF_REFERENCE)
            return False
        return is_mapping(schema.value)

    def _subschemas(self, schema: Located) -> list[Located]:
        """Return the schemas of `$ref`, resolved, and of `allOf`."""
        pointer, value = schema
        if value.keys().isdisjoint(REFERRING_KEYWORDS):
            return []
        referenced = [
            resolve_reference(self.context, value[keyword])
            for keyword in REFERENCE_KEYWORDS
            if isinstance(value.get(keyword), str)
        ]
        subschemas = enumerate(sequence(value.get("allOf")))
        return [
            *filter(None, referenced),
            *(Located(f"{pointer}/allOf/{index}", part) for index, part in subschemas),
        ]

    def _merge_keywords(self, schema: Located, ancestors: Collection[str]) -> None:
        pointer, value = schema
        effective = self.effective
        self._merge_types(schema)
        self._merge_enum(schema)
        effective.format = text(value.get("format")) or effective.format
        if value.get("contentEncoding") == "base64" and not effective.format:
            effective.format = "byte"
        if "contentMediaType" in value and is_binary(value):
            effective.format = effective.format or "binary"
            effective.types = effective.types or frozenset(("string",))
        if not value.keys().isdisjoint(ARRAY_KEYWORDS):
            self._merge_array(schema)
        if not value.keys().isdisjoint(OBJECT_KEYWORDS):
            self._merge_object(schema)
        for keyword in ("oneOf", "anyOf"):
            if keyword not in value:
                continue
            union = Located(f"{pointer}/{keyword}", value.get(keyword))
            if is_list(union.value) and not self._includes_ancestor(union, ancestors):
                effective.unions.append(union)
                self._set_discriminator(schema)
        root = next(iter(ancestors))
        if f"{pointer}/".startswith(f"{root}/"):
            if "oneOf" not in value and "anyOf" not in value:
                self._set_discriminator(schema)
            # The description of a referenced schema does not describe the referencing one.
            effective.description = (
                text(value.get("description")) or effective.description
            )
        effective.deprecated = effective.deprecated or value.get("deprecated") is True

    def _merge_types(self, schema: Located) -> None:
        pointer, value = schema
        types = set(texts(value.get("type"))) & _JSON_TYPES
        if not types:
            self.effective.nullable |= value.get("nullable") is True
            return
        if value.get("nullable") is True:
            types.add("null")
        if self.effective.types is None:
            self.effective.types = frozenset(types)
            return
        common = self.effective.types & types
        if "integer" in self.effective.types | types and "number" in (
            self.effective.types | types
        ):
            common |= {"integer"}
        if common - {"null"} or common and self.effective.types == frozenset(("null",)):
            self.effective.types = common
            return
        used, ignored = (
            " or ".join(sorted(names)) for names in (self.effective.types, types)
        )
        self.context.warn(
            f"{pointer}/type",
            "contradiction",
            f"no value is both {used} and {ignored}: {used} is used",
        )

    def _merge_enum(self, schema: Located) -> None:
        pointer, value = schema
        if is_list(value.get("enum")) and value["enum"]:
            values = value["enum"]
            self.effective.described_values |= described_values(value)
        elif "const" in value:
            values = [value["const"]]
        else:
            return
        existing = self.effective.enum
        if existing is None:
            self.effective.enum = list(values)
            return
        common = [item for item in existing if item in values]
        if not common:
            self.context.warn(
                pointer,
                "contradiction",
                "this enum and another one that also applies have no common value:"
                " this one is used",
            )
        self.effective.enum = common or list(values)

    def _merge_array(self, schema: Located) -> None:
        pointer, value = schema
        effective = self.effective
        items = value.get("items")
        prefix_items = Located(f"{pointer}/prefixItems", value.get("prefixItems"))
        if is_list(items):  # JSON Schema before 2020-12.
            prefix_items, items = Located(f"{pointer}/items", items), None
        if is_list(prefix_items.value):
            effective.prefix_items = [
                Located(f"{prefix_items.pointer}/{index}", item)
                for index, item in enumerate(prefix_items.value)
            ]
        if items is not None:
            effective.items = _append_unique(
                effective.items, Located(f"{pointer}/items", items)
            )
        minimum, maximum = value.get("minItems"), value.get("maxItems")
        effective.length_limits = (
            minimum if isinstance(minimum, int) else effective.length_limits[0],
            maximum if isinstance(maximum, int) else effective.length_limits[1],
        )

    def _merge_object(self, schema: Located) -> None:
        pointer, value = schema
        effective = self.effective
        for keyword in ("unevaluatedProperties", "additionalProperties"):
            if isinstance(value.get(keyword), dict | bool):
                effective.additional = Located(f"{pointer}/{keyword}", value[keyword])
        for pattern, pattern_schema in mapping(value.get("patternProperties")).items():
            child_pointer = f"{pointer}/patternProperties/{escape(pattern)}"
            effective.pattern_properties.append(Located(child_pointer, pattern_schema))
        for name, property_schema in mapping(value.get("properties")).items():
            child_pointer = f"{pointer}/properties/{escape(name)}"
            existing = effective.properties.get(name, ())
            effective.properties[name] = _append_unique(
                existing, Located(child_pointer, property_schema)
            )
        effective.required.update(texts(value.get("required")))
        self._merge_conditional(schema)

    def _merge_conditional(self, schema: Located) -> None:
        """Add properties of conditional schemas as optional properties."""
        pointer, value = schema
        subschemas = [
            Located(f"{pointer}/{key}", value[key])
            for key in CONDITIONAL_KEYWORDS
            if key in value
        ]
        for name, part in mapping(value.get("dependentSchemas")).items():
            subschemas.append(
                Located(f"{pointer}/dependentSchemas/{escape(name)}", part)
            )
        for pointer, part in subschemas:
            for name, property_schema in mapping(
                mapping(part).get("properties")
            ).items():
                child = Located(f"{pointer}/properties/{escape(name)}", property_schema)
                self.effective.properties.setdefault(name, (child,))

    def _set_discriminator(self, schema: Located) -> None:
        pointer, value = schema
        if is_mapping(value.get("discriminator")):
            child_pointer = f"{pointer}/discriminator"
            self.effective.discriminator = Located(
                child_pointer, value["discriminator"]
            )

    def _includes_ancestor(self, union: Located, ancestors: Collection[str]) -> bool:
        """Return whether the union has a member that is being merged, which is a subtype of it."""
        for member in union.value:
            reference = mapping(member).get("$ref")
            if isinstance(reference, str) and local_pointer(reference) in ancestors:
                return True
        return False


def _append_unique(
    existing: tuple[Located, ...], schema: Located
) -> tuple[Located, ...]:
    """Return the schemas with one more, unless it is among them."""
    if any(other.pointer == schema.pointer for other in existing):
        return existing
    return (*existing, schema)
