"""Judgement of changes of types, by whether callers read or write the values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from clientcast.changes.types import Severity, code
from clientcast.surface.types import (
    ANY,
    NONE,
    Annotation,
    ClassType,
    LiteralType,
    Surface,
    UnionType,
    names_in,
)

_UNKNOWN = ClassType("Unknown")
_SUPERTYPES = {
    "bool": ("int", "float"),
    "int": ("float",),
    "datetime": ("date",),
    "list": ("Sequence",),
    "tuple": ("Sequence",),
    "dict": ("Mapping",),
    "Unknown": ("dict", "Mapping"),
}
_COVARIANT = ("Sequence", "Mapping", "tuple")
_ENUM_VALUES = {"OpenEnum": "str", "OpenIntEnum": "int"}


class Fit(IntEnum):
    """Whether a value of one type can be used as one of another."""

    NO = 0
    AS_ELEMENT = 1
    """Only its elements can: a type checker accepts no `list[int]` as a `list[int | None]`."""
    YES = 2


@dataclass(frozen=True, slots=True)
class Judgement:
    """The severity of a change of a type, with its reason."""

    severity: Severity
    reason: str


_NARROWER_ELEMENTS = Judgement(
    Severity.RISKY, "a type checker refuses it where the old type is written out"
)


@dataclass(frozen=True)
class TypeChanges:
    """The comparison of types between two surfaces.

    Attributes:
        renames: The new names of classes and aliases, by the old one.
    """

    old: Surface
    new: Surface
    renames: Mapping[str, str]

    def when_read(self, old: Annotation, new: Annotation) -> Judgement | None:
        """Judge a change of a value that callers get; None if there is none."""
        before, after = self._members(old, new)
        return self._judge_read(before, after)

    def when_written(self, old: Annotation, new: Annotation) -> Judgement | None:
        """Judge a change of a value that callers give; None if there is none."""
        before, after = self._members(old, new)
        return self._judge_written(before, after)

    def _judge_read(
        self, before: frozenset[Annotation], after: frozenset[Annotation]
    ) -> Judgement | None:
        if before == after:
            return None
        pairs = _elements(before, after)
        if pairs:
            found = [self._judge_read(*pair) for pair in pairs]
            judgements = [judgement for judgement in found if judgement is not None]
            worst = min(judgements, key=lambda j: j.severity.rank)
            return _NARROWER_ELEMENTS if worst.severity is Severity.SAFE else worst
        if ANY in before and ANY not in after:
            if any(map(self._is_object, after)):
                return Judgement(Severity.BREAKING, "plain data is a typed object now")
            return Judgement(Severity.RISKY, "a type checker knows its type now")
        if ANY in after and ANY not in before:
            if after == frozenset((ANY,)):
                return Judgement(
                    Severity.BREAKING,
                    "typed values are plain data now, without attributes",
                )
            return Judgement(Severity.RISKY, "other values are possible now")
        unfit = {
            member: fit
            for member in after
            for fit in (max(self.fit(member, target) for target in before),)
            if fit is not Fit.YES
        }
        if not unfit:
            return Judgement(Severity.SAFE, "each value is one that callers know")
        if NONE in unfit:
            return Judgement(
                Severity.BREAKING, "it can be None now, which callers must check"
            )
        added = ", ".join(f"{code(_without_values(m, before))}" for m in unfit)
        if all(fit is Fit.AS_ELEMENT for fit in unfit.values()):
            return _NARROWER_ELEMENTS
        if all(isinstance(m, LiteralType) for m in unfit) and any(
            isinstance(m, LiteralType) for m in before
        ):
            return Judgement(
                Severity.RISKY, f"{added}: a match of all values lacks the new ones"
            )
        if before & after and _UNKNOWN in before:
            return Judgement(
                Severity.RISKY, f"{added}: what was an `Unknown` has a type now"
            )
        return Judgement(
            Severity.BREAKING, f"callers get {added}, and expect no such value"
        )

    def _judge_written(
        self, before: frozenset[Annotation], after: frozenset[Annotation]
    ) -> Judgement | None:
        if before == after:
            return None
        unfit = {
            member: fit
            for member in before
            for fit in (max(self.fit(member, target) for target in after),)
            if fit is not Fit.YES and ANY not in after and member != ANY
        }
        if not unfit:
            return Judgement(Severity.SAFE, "every value that was accepted still is")
        refused = ", ".join(f"{code(_without_values(m, after))}" for m in unfit)
        if all(fit is Fit.AS_ELEMENT for fit in unfit.values()):
            return Judgement(
                Severity.RISKY, f"a type checker refuses a variable of type {refused}"
            )
        return Judgement(Severity.BREAKING, f"{refused} is not accepted any more")

    def fit(self, source: Annotation, target: Annotation) -> Fit:
        """Return whether a value of a type can be used as one of another.

        Args:
            source: A member of a type, with the new names of classes.
            target: Another one.
        """
        if source == target or target in (ANY, ClassType("object")) or source == ANY:
            return Fit.YES
        match source, target:
            case UnionType(members), _:
                return min(self.fit(member, target) for member in members)
            case _, UnionType(members):
                return max(self.fit(source, member) for member in members)
            case LiteralType(values), LiteralType(others):
                return Fit.YES if {*values} <= {*others} else Fit.NO
            case LiteralType(values), ClassType(name):
                return (
                    Fit.YES
                    if all(_literal_class(v) == name for v in values)
                    else Fit.NO
                )
            case ClassType(name, arguments), ClassType(other, others):
                if name != other and other not in self._supertypes(name):
                    return Fit.NO
                if len(arguments) != len(others):
                    return Fit.NO if arguments and others else Fit.YES
                pairs = zip(arguments, others, strict=True)
                inner = min((self.fit(*p) for p in pairs), default=Fit.YES)
                if arguments == others or other in _COVARIANT:
                    return inner
                return min(inner, Fit.AS_ELEMENT)
            case _:
                return Fit.NO

    def _supertypes(self, name: str) -> Iterator[str]:
        yield from _SUPERTYPES.get(name, ())
        for surface in (self.new, self.old):
            if name in surface.models:
                yield from surface.models[name].bases
            if name in surface.enums:
                yield _ENUM_VALUES.get(surface.enums[name].base, "")

    def _is_object(self, member: Annotation) -> bool:
        """Return whether the values of a type are no plain data."""
        return isinstance(member, ClassType) and any(
            name in self.new.models or name in ("Page", "Stream", "bytes")
            for name in names_in(member)
        )

    def _members(
        self, old: Annotation, new: Annotation
    ) -> tuple[frozenset[Annotation], frozenset[Annotation]]:
        """Return the members of both types, with new names and without aliases of one only."""
        old, new = _normal(old, self.renames), _normal(new, {})
        common = {*names_in(old)} & {*names_in(new)}
        return (
            frozenset(_expanded(old, self._old_aliases, common)),
            frozenset(_expanded(new, self._new_aliases, common)),
        )

    @cached_property
    def _old_aliases(self) -> Mapping[str, Annotation]:
        return {
            self.renames.get(name, name): _normal(alias.annotation, self.renames)
            for name, alias in self.old.aliases.items()
        }

    @cached_property
    def _new_aliases(self) -> Mapping[str, Annotation]:
        return {n: _normal(a.annotation, {}) for n, a in self.new.aliases.items()}


def _normal(annotation: Annotation, renames: Mapping[str, str]) -> Annotation:
    """Return an annotation with other names of classes, and sorted members of unions."""
    match annotation:
        case ClassType(name, arguments):
            inner = tuple(_normal(argument, renames) for argument in arguments)
            return ClassType(renames.get(name, name), inner)
        case UnionType(members):
            parts = {_normal(member, renames) for member in members}
            return UnionType(tuple(sorted(parts, key=str)))
        case LiteralType():
            return annotation


def _elements(
    before: frozenset[Annotation], after: frozenset[Annotation]
) -> list[tuple[frozenset[Annotation], frozenset[Annotation]]]:
    """Return the members of both types' elements, if they are containers of one class."""
    match [*before - after], [*after - before]:
        case [ClassType(name, old)], [ClassType(other, new)] if (
            name == other and old and len(old) == len(new)
        ):
            return [
                (_members_of(one), _members_of(another))
                for one, another in zip(old, new, strict=True)
            ]
        case _:
            return []


def _members_of(annotation: Annotation) -> frozenset[Annotation]:
    if isinstance(annotation, UnionType):
        return frozenset(annotation.members)
    return frozenset((annotation,))


def _expanded(
    annotation: Annotation, aliases: Mapping[str, Annotation], kept: set[str]
) -> Iterator[Annotation]:
    """Yield the members of a type, with those of aliases in their place."""
    match annotation:
        case UnionType(members):
            for member in members:
                yield from _expanded(member, aliases, kept)
        case ClassType(name, ()) if name in aliases and name not in kept:
            yield from _expanded(aliases[name], aliases, kept | {name})
        case _:
            yield annotation


def _without_values(member: Annotation, others: frozenset[Annotation]) -> Annotation:
    """Return a literal type without the values that others have."""
    if not isinstance(member, LiteralType):
        return member
    known = {v for m in others if isinstance(m, LiteralType) for v in m.values}
    return LiteralType(tuple(v for v in member.values if v not in known))


def _literal_class(value: str) -> str:
    """Return the class of a literal."""
    if value in ("True", "False"):
        return "bool"
    return "str" if value[:1] in "\"'" else "int"
