"""Copies a document and what it refers to into one, by the grammar of each object."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from clientcast.bundle.components import At, Components
from clientcast.bundle.folder import Folder, NotFound, Place
from clientcast.bundle.kinds import Dialect
from clientcast.diagnostic import Diagnostic, Severity
from clientcast.plain import is_list, is_mapping, mapping
from clientcast.references import MAX_HOPS, joined, reference
from clientcast.source import MAX_DEPTH, Part, Unread, escape

MAX_VALUES = 1_000_000

_EXAMPLE = {"$ref", "summary", "description", "value", "externalValue", "dataValue"}
"""Fields of an Example Object; what has none of them is the example itself."""

_NOWHERE = Unread("unresolved-reference", "this reference leads nowhere")


class _Reference(NamedTuple):
    """A reference to settle when everything has its place.

    Attributes:
        holder: The copied mapping that has it, under a key.
        target: What it leads to.
    """

    holder: dict[str, Any]
    key: str
    target: At


class _TooLarge(Exception):
    """What is copied passes a limit of what is read."""


@dataclass
class Copying:
    """A document being copied together with what it refers to.

    Attributes:
        problems: What is wrong.
        unread: Why references lead to nothing that is read, by what they say in the copy.
        parts: What stands in other files, by its pointer in the copy.
    """

    folder: Folder
    dialect: Dialect
    problems: list[Diagnostic] = field(default_factory=list[Diagnostic])
    unread: dict[str, Unread] = field(default_factory=dict[str, Unread])
    parts: dict[str, Part] = field(default_factory=dict[str, Part])
    _references: list[_Reference] = field(default_factory=list[_Reference])
    _moved: list[tuple[At, Place]] = field(default_factory=list[tuple[At, Place]])
    _around: list[Place] = field(default_factory=list[Place])
    _misplaced: set[str] = field(default_factory=set[str])
    _values: int = 0

    def __post_init__(self) -> None:
        self._components = Components(self.folder, self.dialect)

    def document(self) -> Any:
        """The copy; the document as it was read where a copy would be too large."""
        root = Place(self.folder.file, "")
        as_read = self.folder.value(root)
        try:
            data = self._value(At(None, ""), root, as_read, self.dialect.root)
            for component in self._components.waiting:  # It grows meanwhile.
                if not self._components.stands(component):
                    at = At(component, "")
                    component.value = self._referred(
                        at, component.place, component.kind
                    )
        except _TooLarge as error:
            self.report(root, "limit-nodes", str(error))
            return as_read
        self._components.put(data)
        for holder, key, target in self._references:
            holder[key] = reference(target.pointer)
        for at, place in self._moved:
            file = self.folder.document_of(place.file)
            self.parts[at.pointer] = Part(file, place.pointer)
        for file in self.folder.files():
            self.problems += file.problems if file.data else ()
        return data

    def _value(self, at: At, place: Place, value: Any, kind: str) -> Any:
        """A copy of a value that ought to be of a kind."""
        self._count(1, at)
        name = kind.rstrip("*")
        if is_mapping(value) and isinstance(value.get("$ref"), str):
            if name in self.dialect.sections:
                return self._referring(at, place, value, name)
            if kind != "any" or len(value) == 1:
                return self._inlined(at, place, value, kind)
        if kind[0] == "[" and is_list(value):
            return [
                self._value(at.child(index), place.child(index), item, kind[1:-1])
                for index, item in enumerate(value)
            ]
        if kind[0] == "{" and is_mapping(value):
            return {
                key: self._value(at.child(key), place.child(key), item, kind[1:-1])
                for key, item in value.items()
            }
        if name in self.dialect.objects and is_mapping(value):
            return self._object(at, place, value, name)
        self._count(_size(value), at)
        return value

    def _object(
        self, at: At, place: Place, value: dict[str, Any], name: str
    ) -> dict[str, Any]:
        if at.component is None and name in self.dialect.sections:
            self._components.stand(place, name, at.rest)
        grammar = self.dialect.objects[name]
        made: dict[str, Any] = {}
        for key, item in value.items():
            others = "" if key.startswith("x-") else grammar.others
            kind = grammar.fields.get(key, others)
            if kind:
                item = self._value(at.child(key), place.child(key), item, kind)
            else:
                self._count(_size(item), at)
            made[key] = item
        if name == "Schema" and isinstance(made.get("$dynamicRef"), str):
            self._refer(made, "$dynamicRef", place, name)
        if name == "Discriminator":
            self._refer_by_names(mapping(made.get("mapping")), place)
        return made

    def _referred(self, at: At, place: Place, kind: str) -> Any:
        """A copy of what is referred to as an object of a kind."""
        self._moved.append((at, place))
        value = self.folder.value(place)
        if kind == "Example" and not _EXAMPLE & mapping(value).keys():
            return {"value": value}
        return self._value(at, place, value, kind)

    def _referring(self, at: At, place: Place, value: dict[str, Any], name: str) -> Any:
        """A copy of an object that refers to another one."""
        is_home = len(value) == 1 and self._components.is_home(at, name)
        target = self._found(place, value["$ref"]) if is_home else None
        if target is not None and target.file != place.file:
            if self._components.stand(target, name, at.rest):
                return self._referred(at, target, name)
        made = self._object(at, place, value, name) if name == "Schema" else {**value}
        self._refer(made, "$ref", place, name)
        return made

    def _refer(self, holder: dict[str, Any], key: str, place: Place, kind: str) -> None:
        """Have a reference lead to a place of the copy."""
        target = self._found(place, holder[key])
        if target is not None:
            at = self._components.at(target, kind)
            self._references.append(_Reference(holder, key, at))
            return
        holder[key] = self.folder.written(place.file, holder[key])

    def _refer_by_names(self, names: dict[str, Any], place: Place) -> None:
        """Have the names of a discriminator's mapping lead to places of the copy."""
        for value, name in names.items():
            if not isinstance(name, str):
                continue
            is_reference = "." in name or "#" in name
            section = self.dialect.sections["Schema"]
            written = name if is_reference else f"#{section}/{escape(name)}"
            for file in (place.file, self.folder.file):
                try:
                    target = self.folder.end(self.folder.find(file, written))
                except NotFound:
                    continue
                at = self._components.at(target, "Schema")
                self._references.append(_Reference(names, value, at))
                break

    def _inlined(self, at: At, place: Place, value: dict[str, Any], kind: str) -> Any:
        """A copy of what is referred to where nothing else can have it."""
        written = value["$ref"]
        if kind == "string" and (text := self._text(place, written)) is not None:
            self._misplace(place, kind)
            return text
        target = self._found(place, written)
        if target is None and kind.endswith("*"):  # `check` says why.
            return {**value, "$ref": self.folder.written(place.file, written)}
        if target is not None and kind.endswith("*"):
            if place.file == target.file and self._components.is_copied(target):
                return {**value, "$ref": reference(target.pointer)}
        if kind == "any" and (target is None or target.file == self.folder.file):
            return value
        if target is None:
            told = self.unread.get(self.folder.written(place.file, written))
            self.report(place.child("$ref"), *(told or _NOWHERE))
            return _nothing(kind)
        if target in self._around:
            message = "what is referred to contains this reference"
            self.report(place.child("$ref"), "reference-cycle", message)
            return _nothing(kind)
        if len(self._around) >= MAX_HOPS:
            message = f"more than {MAX_HOPS} references lead from one to another"
            self.report(place.child("$ref"), "limit-references", message)
            return _nothing(kind)
        self._misplace(place, kind)
        self._moved.append((at, target))
        self._around.append(target)
        made = self._value(at, target, self.folder.value(target), kind)
        self._around.pop()
        return self._beside(at, place, value, made, kind)

    def _misplace(self, place: Place, kind: str) -> None:
        """Say that OpenAPI has no reference here: once for each kind of object."""
        if kind.endswith("*") or kind in self._misplaced:
            return
        self._misplaced.add(kind)
        self.warn(
            place.child("$ref"),
            "misplaced-reference",
            "OpenAPI has no $ref here: this and others alike are read as what they lead to",
        )

    def _beside(
        self, at: At, place: Place, value: dict[str, Any], made: Any, kind: str
    ) -> Any:
        """What was referred to, with what stands beside the reference."""
        own = {key: item for key, item in value.items() if key != "$ref"}
        if (
            not own
            or not is_mapping(made)
            or kind.rstrip("*") not in self.dialect.objects
        ):
            return made
        self._moved += ((at.child(key), place.child(key)) for key in own)
        return joined(made, self._object(at, place, own, kind.rstrip("*")))

    def _text(self, place: Place, written: str) -> str | None:
        try:
            return self.folder.text(place.file, written)
        except NotFound:
            return None

    def _found(self, place: Place, written: str) -> Place | None:
        """What a reference leads to in the end; None where that is nothing that is read."""
        root = self.folder.file
        try:
            return self.folder.end(self.folder.find(place.file, written))
        except NotFound as error:
            if written.startswith("#/") and place.file != root:
                with suppress(NotFound):
                    meant = self.folder.end(self.folder.find(root, written))
                    own, other = self.folder.shown(place.file), self.folder.shown(root)
                    self.warn(
                        place,
                        "unresolved-reference",
                        f"'{written[:60]}' names no place in {own}",
                        f"write '{other}{written[:60]}', which is read",
                    )
                    return meant
            if error.unread is not None:
                self.unread[self.folder.written(place.file, written)] = error.unread
            return None

    def report(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Add an error at a place of a file."""
        file = self.folder.document_of(place.file)
        self.problems.append(file.diagnostic(place.pointer, code, message, hint))

    def warn(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Add a warning at a place of a file."""
        file = self.folder.document_of(place.file)
        self.problems.append(
            file.diagnostic(
                place.pointer, code, message, hint, severity=Severity.WARNING
            )
        )

    def _count(self, values: int, at: At) -> None:
        self._values += values
        if self._values > MAX_VALUES:
            raise _TooLarge(f"more than {MAX_VALUES:,} values with what is referred to")
        if at.rest.count("/") > MAX_DEPTH:
            raise _TooLarge(f"more than {MAX_DEPTH} levels with what is referred to")


def _nothing(kind: str) -> Any:
    """An empty value of a kind that `check` says no more about."""
    return [] if kind[0] == "[" else "" if kind == "string" else {}


def _size(value: Any) -> int:
    """How many values there are inside of one."""
    waiting, size = [value], 0
    while waiting:
        value = waiting.pop()
        inner = value.values() if is_mapping(value) else value if is_list(value) else ()
        size += len(inner)
        waiting += inner
    return size
