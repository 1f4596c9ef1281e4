"""Changes of classes and aliases: models, enums and named types."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from clientcast.changes.annotations import Judgement, TypeChanges
from clientcast.changes.renames import renamed_members, renamed_values
from clientcast.changes.types import Change, Severity, code
from clientcast.changes.usage import Usage
from clientcast.surface.types import Alias, Annotation, Enum, Member, Model

_BREAKING, _RISKY, _SAFE = Severity
_OPEN = "OpenModel"


class ModelChanges(Struct, frozen=True):
    """The comparison of classes and aliases.

    Attributes:
        types: The comparison of their types.
        usage: How callers use them, by their new names.
    """

    types: TypeChanges
    usage: Usage

    def compare_models(self, old: Model, new: Model) -> Iterator[Change]:
        """Yield the changes of a model."""
        found = [*self._bases(old, new), *self._members(old, new)]
        yield from found
        if not found and _text(old) != _text(new):
            yield _docs(old, new)

    def _bases(self, old: Model, new: Model) -> Iterator[Change]:
        renames = self.types.renames
        for base in old.bases:
            name = renames.get(base, base)
            if name in new.bases or base == "Model":
                continue
            reason = (
                "other properties are refused, and `additional_properties` is gone"
                if base == _OPEN
                else f"`isinstance` and a type checker no longer see a {code(base)}"
            )
            message = (
                "has no other properties"
                if base == _OPEN
                else f"is no {code(base)} now"
            )
            yield Change(
                _BREAKING,
                "base-removed",
                new.name,
                message,
                reason,
                old.place,
                new.place,
            )

    def _members(self, old: Model, new: Model) -> Iterator[Change]:
        renames = renamed_members(old, new)
        for name, member in old.members.items():
            subject = f"{new.name}.{name}"
            other = renames.get(name, name)
            if other not in new.members:
                yield Change(
                    _BREAKING,
                    "member-removed",
                    subject,
                    "is removed",
                    "reading it raises AttributeError, and passing it TypeError",
                    member.place,
                    new.place,
                )
                continue
            if other != name:
                yield Change(
                    _BREAKING,
                    "member-renamed",
                    subject,
                    f"is {code(other)} now",
                    "reading it raises AttributeError, and passing it TypeError",
                    member.place,
                    new.members[other].place,
                )
            yield from self._member(subject, new.name, member, new.members[other])
        for name in new.members.keys() - old.members.keys() - {*renames.values()}:
            yield self._added_member(old, new, new.members[name])

    def _added_member(self, old: Model, new: Model, member: Member) -> Change:
        subject, kind = f"{new.name}.{member.name}", "member-added"
        if not member.default and self._is_written(new.name):
            severity, message = _BREAKING, "is required, and new"
            reason = "a model made without it raises TypeError"
        elif not member.default:
            severity, message = _RISKY, "is required, and new"
            reason = "code that makes the model, such as a test, must pass it"
        else:
            severity, message = _SAFE, "is new"
            reason = "code that does not know it stays the same"
            if _OPEN in old.bases:
                reason += "; it is no longer in `additional_properties`"
        return Change(severity, kind, subject, message, reason, old.place, member.place)

    def _member(
        self, subject: str, model: str, old: Member, new: Member
    ) -> Iterator[Change]:
        places = old.place, new.place
        is_written = self._is_written(model)
        if old.default and not new.default:
            severity = _BREAKING if is_written else _RISKY
            reason = "a model made without it raises TypeError"
            yield Change(
                severity, "member-required", subject, "is required now", reason, *places
            )
        judgement = self._judged(model, old.annotation, new.annotation)
        if old.default and not new.default and _is_or_none(old, new):
            pass  # What is required is not None.
        elif judgement is not None:
            message = f"is {code(new.annotation)}, was {code(old.annotation)}"
            yield Change(
                judgement.severity,
                "member-retyped",
                subject,
                message,
                judgement.reason,
                *places,
            )
        elif bool(old.default) == bool(new.default) and old.default != new.default:
            message = f"is {code(new.default)} by default, was {code(old.default)}"
            reason = "a model made without it has another value"
            yield Change(_RISKY, "member-default", subject, message, reason, *places)
        if old.wire_name != new.wire_name:
            message = f"is {code(new.wire_name)} in JSON, was {code(old.wire_name)}"
            reason = "code that gives a mapping, or reads `to_dict()`, has the old name"
            yield Change(_RISKY, "member-wire-name", subject, message, reason, *places)

    def compare_enums(self, old: Enum, new: Enum) -> Iterator[Change]:
        """Yield the changes of an enum."""
        found = [*self._values(old, new)]
        yield from found
        if old.base != new.base:
            reason = "its values are of another type"
            message = f"is an {code(new.base)}, was an {code(old.base)}"
            yield Change(
                _BREAKING, "enum-base", new.name, message, reason, old.place, new.place
            )
        elif not found and old.text != new.text:
            yield _docs(old, new)

    def _values(self, old: Enum, new: Enum) -> Iterator[Change]:
        renames = renamed_values(old, new)
        places = old.place, new.place
        for name, value in old.values.items():
            subject = f"{new.name}.{name}"
            if name in renames:
                message, kind = f"is {code(renames[name])} now", "value-renamed"
                reason = "code with the old name raises AttributeError"
            elif name not in new.values:
                message, kind = (
                    f"is removed, with its value {code(value)}",
                    "value-removed",
                )
                reason = "code that sends or compares it fails"
            elif new.values[name] != value:
                message, kind = (
                    f"is {code(new.values[name])}, was {code(value)}",
                    "value-changed",
                )
                reason = "code with the old value sends or compares another"
            else:
                continue
            yield Change(_BREAKING, kind, subject, message, reason, *places)
        for name in new.values.keys() - old.values.keys() - {*renames.values()}:
            is_read = new.name in self.usage.read
            reason = (
                "code that handles each value lacks this one"
                if is_read
                else "callers need not send it"
            )
            yield Change(
                _RISKY if is_read else _SAFE,
                "value-added",
                f"{new.name}.{name}",
                f"is new, with the value {code(new.values[name])}",
                reason,
                *places,
            )

    def compare_aliases(self, old: Alias, new: Alias) -> Iterator[Change]:
        """Yield the changes of an alias."""
        judgement = self._judged(new.name, old.annotation, new.annotation)
        if judgement is not None:
            yield Change(
                judgement.severity,
                "alias-retyped",
                new.name,
                f"is {code(new.annotation)}, was {code(old.annotation)}",
                judgement.reason,
                old.place,
                new.place,
            )
        elif old.text != new.text:
            yield _docs(old, new)

    def _judged(self, owner: str, old: Annotation, new: Annotation) -> Judgement | None:
        """Judge a change of a type by how callers use what contains it."""
        is_written, is_read = self._is_written(owner), owner in self.usage.read
        found = [
            self.types.when_written(old, new) if is_written else None,
            self.types.when_read(old, new) if is_read or not is_written else None,
        ]
        judgements = [judgement for judgement in found if judgement is not None]
        return min(judgements, key=lambda j: j.severity.rank, default=None)

    def _is_written(self, name: str) -> bool:
        return name in self.usage.written


def _is_or_none(old: Member, new: Member) -> bool:
    return str(old.annotation) == f"{new.annotation} | None"


def _text(model: Model) -> Mapping[str, str]:
    return {"": model.text} | {name: m.text for name, m in model.members.items()}


def _docs(old: Model | Enum | Alias, new: Model | Enum | Alias) -> Change:
    return Change(
        _SAFE,
        "docs",
        new.name,
        "has another description",
        "only its documentation changed",
        old.place,
        new.place,
    )
