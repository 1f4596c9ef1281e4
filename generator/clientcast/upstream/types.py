"""Comparison of types: kinds, null, formats, known values, and properties."""

from collections.abc import Iterable

from msgspec import Struct, field

from clientcast import ir
from clientcast.diagnostic import join_names
from clientcast.json_types import (
    Alternatives,
    alternatives,
    describe_type,
    item_types,
    join_or,
)
from clientcast.places import declaration_name, keyword_pointer, property_pointer
from clientcast.upstream.sides import Differences, Place, Side

_MAX_PAIRS = 20_000
"""Pairs of alternatives of two unions that are compared by their properties."""


class TypeComparison(Struct):
    """Comparison of the types of two APIs.

    Attributes:
        seen: Pointers of the pairs of records that were compared.
        open: The pairs of types that are being compared: an alias may contain itself.
    """

    ours: Side
    theirs: Side
    differences: Differences
    seen: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    open: set[tuple[ir.Type, ir.Type]] = field(
        default_factory=set[tuple[ir.Type, ir.Type]]
    )

    def compare(self, our_type: ir.Type, their_type: ir.Type, place: Place) -> None:
        """Compare two types in the same place."""
        pair = our_type, their_type
        if pair not in self.open:
            self.open.add(pair)
            self._compare(our_type, their_type, place)
            self.open.remove(pair)

    def _compare(self, our_type: ir.Type, their_type: ir.Type, place: Place) -> None:
        ours = alternatives(our_type, self.ours.declared)
        theirs = alternatives(their_type, self.theirs.declared)
        if ours.accepts_anything or theirs.accepts_anything:
            if ours.accepts_anything != theirs.accepts_anything:
                self._compare_descriptions(our_type, their_type, place)
            return
        self.differences.add(
            place, "null", _allowed(ours.is_nullable), _allowed(theirs.is_nullable)
        )
        if ours.kinds != theirs.kinds:
            self._compare_descriptions(our_type, their_type, place)
        for kind in sorted(ours.kinds & theirs.kinds):
            if kind == "array":
                inner = Place(f"{place.name}[]", place.ours, place.theirs)
                our_items, their_items = ours.of_kind(kind), theirs.of_kind(kind)
                self.compare(item_types(our_items), item_types(their_items), inner)
            elif kind == "object":
                self._compare_objects(ours.of_kind(kind), theirs.of_kind(kind), place)
            else:
                self._compare_values(kind, ours, theirs, place)

    def _compare_descriptions(
        self, our_type: ir.Type, their_type: ir.Type, place: Place
    ) -> None:
        self.differences.add(
            place,
            "type",
            describe_type(our_type, self.ours.declared),
            describe_type(their_type, self.theirs.declared),
        )

    def _compare_values(
        self, kind: str, ours: Alternatives, theirs: Alternatives, place: Place
    ) -> None:
        """Compare formats and known values of strings, numbers or booleans."""
        formats = _formats(ours.of_kind(kind)), _formats(theirs.of_kind(kind))
        values = ours.values_of_kind(kind), theirs.values_of_kind(kind)
        if all(values):
            self._compare_known_values(*values, place)
            is_open = tuple(_allowed(bool(plain)) for plain in formats)
            self.differences.add(place, "other values", *is_open)
        elif any(values):
            texts = [
                f"one of {join_names([*map(str, known)])}" if known else f"any {kind}"
                for known in values
            ]
            self.differences.add(place, "enum", *texts)
        if all(formats):
            self.differences.add(place, "format", *map(join_or, formats))

    def _compare_known_values(
        self,
        ours: Iterable[object],
        theirs: Iterable[object],
        place: Place,
    ) -> None:
        at = Place(
            place.name,
            keyword_pointer(self.ours.data, place.ours, ("enum", "const")),
            keyword_pointer(self.theirs.data, place.theirs, ("enum", "const")),
        )
        ours, theirs = dict.fromkeys(map(str, ours)), dict.fromkeys(map(str, theirs))
        for value in ours:
            if value not in theirs:
                self.differences.add(at, "enum value", repr(value), "")
        for value in theirs:
            if value not in ours:
                self.differences.add(at, "enum value", "", repr(value))

    def _compare_objects(
        self, ours: tuple[ir.Type, ...], theirs: tuple[ir.Type, ...], place: Place
    ) -> None:
        """Compare the objects of two types: their only ones, or those that are most alike."""
        our_records = [_record(type_, self.ours) for type_ in ours]
        their_records = [_record(type_, self.theirs) for type_ in theirs]
        if len(our_records) == len(their_records) == 1:
            self._compare_records(our_records[0], their_records[0], place)
            return
        pairs, our_rest, their_rest = _pair(our_records, their_records)
        for our_record, their_record in pairs:
            self._compare_records(our_record, their_record, place)
        for record in our_rest:
            self.differences.add(place, "alternative", _title(record), "")
        for record in their_rest:
            self.differences.add(place, "alternative", "", _title(record))

    def _compare_records(
        self, ours: ir.Record, theirs: ir.Record, place: Place
    ) -> None:
        if ours.pointer and theirs.pointer:
            pair = ours.pointer, theirs.pointer
            if pair in self.seen:
                return
            self.seen.add(pair)
        place = Place(
            declaration_name(ours.pointer) or place.name,
            ours.pointer or place.ours,
            theirs.pointer or place.theirs,
        )
        our_fields = {field.name: field for field in ours.fields}
        their_fields = {field.name: field for field in theirs.fields}
        for name in dict.fromkeys((*our_fields, *their_fields)):
            at = self._property_place(place, name)
            our_field, their_field = our_fields.get(name), their_fields.get(name)
            if our_field is None or their_field is None:
                side = self.theirs if our_field is None else self.ours
                present = our_field or their_field
                assert present is not None
                note = f"{_need(present)} {describe_type(present.type, side.declared)}"
                names = (
                    repr(name) if our_field is not None else "",
                    repr(name) if their_field is not None else "",
                )
                at = Place(place.name, at.ours, at.theirs)
                self.differences.add(at, "property", *names, note)
            else:
                self.compare_fields(our_field, their_field, at)
        self._compare_additional(ours, theirs, place)

    def compare_fields(self, ours: ir.Field, theirs: ir.Field, place: Place) -> None:
        """Compare two properties or parameters of one name."""
        add = self.differences.add
        add(place, "presence", _need(ours), _need(theirs))
        add(place, "default", ours.default or "none", theirs.default or "none")
        add(place, "status", _lifecycle(ours), _lifecycle(theirs))
        our_limits, their_limits = _limits(ours), _limits(theirs)
        for keyword in dict.fromkeys((*our_limits, *their_limits)):
            limits = [side.get(keyword, "none") for side in (our_limits, their_limits)]
            add(place, keyword, *limits)
        self.compare(ours.type, theirs.type, place)

    def _compare_additional(
        self, ours: ir.Record, theirs: ir.Record, place: Place
    ) -> None:
        """Compare which other properties are allowed."""
        our_additional = ir.Anything() if ours.additional is None else ours.additional
        their_additional = (
            ir.Anything() if theirs.additional is None else theirs.additional
        )
        if ours.is_closed or theirs.is_closed:
            self.differences.add(
                place,
                "other properties",
                _allowed(not ours.is_closed),
                _allowed(not theirs.is_closed),
            )
        else:
            inner = Place(f"{place.name}.*", place.ours, place.theirs)
            self.compare(our_additional, their_additional, inner)

    def _property_place(self, place: Place, name: str) -> Place:
        return Place(
            f"{place.name}.{name}",
            property_pointer(self.ours.data, place.ours, name),
            property_pointer(self.theirs.data, place.theirs, name),
        )


def _record(type_: ir.Type, side: Side) -> ir.Record:
    """Return the record of a name; a map is a record with additional properties only."""
    match type_:
        case ir.Named(pointer):
            record = side.declared[pointer]
            assert isinstance(record, ir.Record)
            return record
        case ir.MapOf(value):
            return ir.Record("", (), (), value)
        case _:
            return ir.Record("", (), (), None)


def _pair(
    ours: list[ir.Record], theirs: list[ir.Record]
) -> tuple[list[tuple[ir.Record, ir.Record]], list[ir.Record], list[ir.Record]]:
    """Pair records by name, then those that share most properties; return the rest of both."""
    pairs: list[tuple[ir.Record, ir.Record]] = []
    ours, theirs = [*ours], [*theirs]
    by_title = {_title(record): record for record in reversed(theirs)}
    for record in [*ours]:
        found = by_title.pop(_title(record), None)
        if found is not None:
            pairs.append((record, found))
            ours.remove(record)
            theirs.remove(found)
    if len(ours) * len(theirs) <= _MAX_PAIRS:
        candidates = sorted(
            (
                (-_overlap(record, other), index, place)
                for index, record in enumerate(ours)
                for place, other in enumerate(theirs)
                if _overlap(record, other)
            ),
        )
        used_ours: set[int] = set()
        used_theirs: set[int] = set()
        for _, index, place in candidates:
            if index not in used_ours and place not in used_theirs:
                used_ours.add(index)
                used_theirs.add(place)
                pairs.append((ours[index], theirs[place]))
        ours = [r for index, r in enumerate(ours) if index not in used_ours]
        theirs = [r for index, r in enumerate(theirs) if index not in used_theirs]
    return pairs, ours, theirs


def _overlap(ours: ir.Record, theirs: ir.Record) -> float:
    """Return the share of common properties, and of common constants of a tag."""
    names = {f.name for f in ours.fields} & {f.name for f in theirs.fields}
    total = len({f.name for f in (*ours.fields, *theirs.fields)})
    constants = {(f.name, f.type) for f in ours.fields if _is_constant(f)} & {
        (f.name, f.type) for f in theirs.fields if _is_constant(f)
    }
    return (len(names) + len(constants)) / total if total else 0.0


def _is_constant(field_: ir.Field) -> bool:
    return isinstance(field_.type, ir.Constant)


def _title(record: ir.Record) -> str:
    """Return the name of a record, or the names of its properties."""
    name = declaration_name(record.pointer)
    if name:
        return name
    names = ", ".join(field.name for field in record.fields[:6])
    return f"object with {names}" if names else "object"


def _formats(types: Iterable[ir.Type]) -> tuple[str, ...]:
    """Return the formats of scalars; `none` for a string, number or boolean without one."""
    plain = (ir.ScalarKind.STRING, ir.ScalarKind.INTEGER, ir.ScalarKind.NUMBER)
    return tuple(
        "none" if type_.kind in (*plain, ir.ScalarKind.BOOLEAN) else type_.kind.value
        for type_ in types
        if isinstance(type_, ir.Scalar)
    )


def _allowed(is_allowed: bool) -> str:
    return "allowed" if is_allowed else "not allowed"


def _need(field_: ir.Field) -> str:
    return "required" if field_.required else "optional"


def _limits(field_: ir.Field) -> dict[str, str]:
    """Return the validation keywords of a field with their values."""
    pairs = (constraint.partition(": ") for constraint in field_.constraints)
    return {keyword: value for keyword, _, value in pairs}


def _lifecycle(field_: ir.Field) -> str:
    return "deprecated" if field_.deprecated else "current"
