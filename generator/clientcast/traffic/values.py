"""Comparison of JSON values with types of the IR."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field

from clientcast import ir
from clientcast.json_types import (
    Alternatives,
    alternatives,
    describe_type,
    item_types,
    kind_of_value,
)
from clientcast.places import declaration_name, keyword_pointer, property_pointer
from clientcast.traffic.findings import DATE_TIME, Spot
from clientcast.traffic.masking import shown_constant, shown_name

MAX_VALUES = 5_000_000
"""Values that are compared with types, also of alternatives that are tried."""

_FORMATS = {
    ir.ScalarKind.DATE_TIME: DATE_TIME,
    ir.ScalarKind.DATE: re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    ir.ScalarKind.UUID: re.compile(
        "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
    ),
}

Report = Callable[..., object]
"""Called with code, spot, message, subject and values."""


class TooManyValues(Exception):
    """The traffic has more than `MAX_VALUES` values."""


class ValueComparison(Struct):
    """Comparison of values with the types of a document.

    Attributes:
        compared: Number of values so far.
    """

    data: Any
    declared: Mapping[str, ir.Schema]
    compared: int = 0
    _alternatives: dict[ir.Type, Alternatives] = field(
        default_factory=dict[ir.Type, Alternatives]
    )
    _counts: dict[tuple[int, ir.Type], int] = field(
        default_factory=dict[tuple[int, ir.Type], int]
    )
    """Differences of objects from types, by the identity of the object."""
    _pointers: dict[tuple[str, str], str] = field(
        default_factory=dict[tuple[str, str], str]
    )

    def compare_body(
        self, value: Any, type_: ir.Type, spot: Spot, report: Report
    ) -> None:
        """Report the differences of a body.

        Raises:
            TooManyValues: There are more than `MAX_VALUES`.
        """
        self._counts.clear()
        self.compare(value, type_, spot, report)

    def compare(self, value: Any, type_: ir.Type, spot: Spot, report: Report) -> None:
        """Report the differences of a value of a body, and those within it."""
        self.compared += 1
        if self.compared > MAX_VALUES:
            raise TooManyValues
        expected = self.alternatives(type_)
        if expected.accepts_anything:
            return
        if value is None:
            if not expected.is_nullable:
                report("unexpected-null", spot, "null is not allowed", "", value)
            return
        kind = _kind(value, expected)
        if kind not in expected.kinds:
            words = describe_type(type_, self.declared)
            message = f"{_article(kind)} in place of {words}"
            report("wrong-type", spot, message, "", value)
        elif kind == "array":
            inner = Spot(f"{spot.name}[]", spot.pointer)
            item_type = item_types(expected.of_kind(kind))
            for item in value:
                self.compare(item, item_type, inner, report)
        elif kind == "object":
            self._compare_object(value, expected.of_kind(kind), spot, report)
        else:
            self._compare_plain(value, kind, expected, spot, report)

    def fits(self, value: Any, type_: ir.Type) -> bool:
        """Return whether a body has no differences from a type."""
        self._counts.clear()
        return self._count(value, type_) == 0

    def alternatives(self, type_: ir.Type) -> Alternatives:
        """Return the alternatives of a type."""
        found = self._alternatives.get(type_)
        if found is None:
            found = self._alternatives[type_] = alternatives(type_, self.declared)
        return found

    def property_spot(self, record: ir.Record, spot: Spot, name: str) -> Spot:
        """Return the place of a property; the spot is that of its record."""
        key = record.pointer, name
        if key not in self._pointers:
            self._pointers[key] = property_pointer(self.data, record.pointer, name)
        return Spot(f"{spot.name}.{name}", self._pointers[key])

    def _compare_plain(
        self, value: Any, kind: str, expected: Alternatives, spot: Spot, report: Report
    ) -> None:
        """Compare a string, number or boolean with known values and formats."""
        scalars = [type_ for type_ in expected.of_kind(kind)]
        known = expected.values_of_kind(kind)
        if not scalars:
            if value not in known:
                at = keyword_pointer(self.data, spot.pointer, ("enum", "const"))
                message = f"unknown enum value {shown_constant(value)}"
                report("unknown-enum-value", Spot(spot.name, at), message, value)
            return
        formats = [
            _FORMATS.get(type_.kind)
            for type_ in scalars
            if isinstance(type_, ir.Scalar)
        ]
        if kind == "string" and value not in known and all(formats):
            if not any(form and form.fullmatch(value) for form in formats):
                names = [t.kind.value for t in scalars if isinstance(t, ir.Scalar)]
                message = f"a string that is no {' or '.join(names)}"
                report("wrong-format", spot, message, "", value)

    def _compare_object(
        self, value: Any, types: tuple[ir.Type, ...], spot: Spot, report: Report
    ) -> None:
        type_ = types[0] if len(types) == 1 else self._closest(value, types)
        match type_:
            case ir.MapOf(item_type):
                inner = Spot(f"{spot.name}.*", spot.pointer)
                for item in value.values():
                    self.compare(item, item_type, inner, report)
            case ir.Named(pointer):
                record = self.declared[pointer]
                assert isinstance(record, ir.Record)
                name = declaration_name(pointer) or spot.name
                self.compare_record(value, record, Spot(name, record.pointer), report)
            case _:
                pass

    def compare_record(
        self, value: Any, record: ir.Record, spot: Spot, report: Report
    ) -> None:
        """Report the differences of an object from a record: its members, and those missing."""
        fields = {field_.name: field_ for field_ in record.fields}
        for name, field_ in fields.items():
            if name in value:
                at = self.property_spot(record, spot, name)
                self.compare(value[name], field_.type, at, report)
            elif field_.required:
                at = self.property_spot(record, spot, name)
                message = f"required property {shown_name(name)} is missing"
                at = Spot(spot.name, at.pointer)
                report("missing-property", at, message, name)
        for name, item in value.items():
            if name in fields:
                continue
            if record.additional is not None and not record.is_closed:
                inner = Spot(f"{spot.name}.*", spot.pointer)
                self.compare(item, record.additional, inner, report)
            else:
                message = f"unknown property {shown_name(name)}"
                report("unknown-property", spot, message, name, item)

    def _closest(self, value: Any, types: tuple[ir.Type, ...]) -> ir.Type:
        """Return the type of an object's tag, or the one with the fewest differences."""
        tagged = [type_ for type_ in types if self._has_tag(value, type_)]
        if len(tagged) == 1:
            return tagged[0]
        return min(tagged or types, key=lambda type_: self._count(value, type_))

    def _has_tag(self, value: Any, type_: ir.Type) -> bool:
        if not isinstance(type_, ir.Named):
            return False
        record = self.declared[type_.pointer]
        tags = (
            [f for f in record.fields if f.is_tag]
            if isinstance(record, ir.Record)
            else []
        )
        return bool(tags) and all(
            isinstance(tag.type, ir.Constant) and value.get(tag.name) in tag.type.values
            for tag in tags
        )

    def _count(self, value: Any, type_: ir.Type) -> int:
        """Return the number of differences of a value from a type, computed once for each."""
        key = id(value), type_
        if key in self._counts:
            return self._counts[key]
        count = 0

        def report(*_: object) -> None:
            nonlocal count
            count += 1

        self.compare(value, type_, Spot("", ""), report)
        self._counts[key] = count
        return count


def _kind(value: Any, expected: Alternatives) -> str:
    """Return the JSON kind of a value; integers are numbers, and 1.0 is an integer."""
    kind = kind_of_value(value)
    if kind == "integer" and kind not in expected.kinds:
        return "number"
    if kind == "number" and kind not in expected.kinds and value == value // 1:
        return "integer"
    return kind


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aio' else 'a'} {kind}"
