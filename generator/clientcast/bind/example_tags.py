"""Tags in example values: an object has the tag of the model that clients read it as.

What a tag is follows from the members of its union, or from the schema's own discriminator, so
that neither an example of the document nor one made from the schema need have it.
"""

from collections.abc import Iterator, Mapping

from clientcast import ir
from clientcast.plain import is_list, is_mapping

_TypesWithTags = tuple[dict[str, ir.Type | None], ir.Type | None]


class ExampleTags:
    """Tags of the models of an API."""

    def __init__(self, api: ir.Api) -> None:
        self._schemas = api.schemas
        self._pointers = _pointers_with_tags(api)
        self._known: dict[str, _TypesWithTags] = {}

    def add(self, type_: ir.Type | None, value: object) -> object:
        """Return an example of a type in which all tags are right."""
        if type_ is None or not self._has_tags(type_):
            return value
        return self._tagged(type_, value)

    def add_to_models(self, values: Mapping[str, object]) -> dict[str, object]:
        """Return examples of records, by their pointer, in which all tags are right."""
        return {p: self.add(ir.Named(p), value) for p, value in values.items()}

    def _with_tags(self, type_: ir.Type) -> ir.Type | None:
        return type_ if self._has_tags(type_) else None

    def _has_tags(self, type_: ir.Type) -> bool:
        """Return whether a value of a type can have tags."""
        return any(pointer in self._pointers for pointer in _named(type_))

    def _types_of(self, record: ir.Record) -> _TypesWithTags:
        """Return the types of a record's properties, None for those without tags.

        The second result is the type of properties that are not described.
        """
        found = self._known.get(record.pointer)
        if found is None:
            types = {f.name: self._with_tags(f.type) for f in record.fields}
            other = None
            if record.additional is not None:
                other = self._with_tags(record.additional)
            found = self._known[record.pointer] = types, other
        return found

    def _tagged(self, type_: ir.Type, value: object) -> object:
        if not (is_mapping(value) or is_list(value)):
            return value
        match type_:
            case ir.ListOf(item) if is_list(value):
                return [self._tagged(item, each) for each in value]
            case ir.TupleOf(items) if is_list(value):
                pairs = zip(items, value, strict=False)
                return [*(self._tagged(i, v) for i, v in pairs), *value[len(items) :]]
            case ir.MapOf(inner) if is_mapping(value):
                return {name: self._tagged(inner, v) for name, v in value.items()}
            case ir.Named(pointer) if isinstance(
                record := self._schemas[pointer], ir.Record
            ):
                return self._object(record, value, is_member=False)
            case ir.Named() | ir.Nullable() | ir.UnionOf():
                return self._member(type_, value)
            case _:
                return value

    def _member(self, type_: ir.Type, value: object) -> object:
        """Return an example of a union, or of what an alias or a nullable type refers to."""
        members = [*ir.union_members(type_, self._schemas)]
        if not is_mapping(value):
            arrays = [m for m in members if isinstance(m, ir.ListOf | ir.TupleOf)]
            return self._tagged(arrays[0], value) if len(arrays) == 1 else value
        schemas = [self._schemas[m.pointer] for m in members if isinstance(m, ir.Named)]
        records = [schema for schema in schemas if isinstance(schema, ir.Record)]
        if len(records) == 1:
            is_member = len(members) > 1
            return self._object(records[0], value, is_member=is_member)
        tagged = [record for record in records if [*_tags(record)]]
        for record in tagged:
            if _has_tags(record, value):
                return self._object(record, value)
        # If it has no tag, it is of the member whose required properties it has.
        tagged.sort(key=lambda record: len({*_required(record)} - value.keys()))
        return self._object(tagged[0], value) if tagged else value

    def _object(
        self, record: ir.Record, value: object, *, is_member: bool = True
    ) -> object:
        """Return an example of a record; a member of a union also has tags that are optional."""
        if not is_mapping(value):
            return value
        types, other = self._types_of(record)
        tagged = {
            name: member if type_ is None else self._tagged(type_, member)
            for name, member in value.items()
            for type_ in (types.get(name, other),)
        }
        for field, values in _tags(record):
            is_expected = is_member or field.required or field.name in tagged
            if is_expected and tagged.get(field.name) not in values:
                tagged[field.name] = values[0]
        return tagged


def _pointers_with_tags(api: ir.Api) -> frozenset[str]:
    """Return the pointers of declarations whose values can have tags."""
    users: dict[str, list[str]] = {}
    found: dict[str, None] = {}
    for pointer, schema in api.schemas.items():
        if isinstance(schema, ir.Record) and [*_tags(schema)]:
            found[pointer] = None
        for used in _named(*ir.member_types(schema)):
            users.setdefault(used, []).append(pointer)
    pending = [*found]
    while pending:
        new = [user for user in users.get(pending.pop(), ()) if user not in found]
        found |= dict.fromkeys(new)
        pending += new
    return frozenset(found)


def _named(*types: ir.Type) -> Iterator[str]:
    """Yield the pointers of the declarations that types name."""
    pending = [*types]
    while pending:
        type_ = pending.pop()
        if isinstance(type_, ir.Named):
            yield type_.pointer
        else:
            pending += ir.child_types(type_)


def _tags(record: ir.Record) -> Iterator[tuple[ir.Field, tuple[str | int | bool, ...]]]:
    """Yield the tags of a record and their values."""
    for field in record.fields:
        if field.is_tag and isinstance(field.type, ir.Constant):
            yield field, field.type.values


def _required(record: ir.Record) -> Iterator[str]:
    return (field.name for field in record.fields if field.required)


def _has_tags(record: ir.Record, value: dict[str, object]) -> bool:
    return all(value.get(field.name) in values for field, values in _tags(record))
