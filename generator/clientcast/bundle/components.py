"""Gives what is referred to in other files a place of its own in the copy of a document."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from clientcast.bundle.folder import Folder, Place
from clientcast.bundle.kinds import Dialect
from clientcast.bundle.names import names, words
from clientcast.plain import is_mapping
from clientcast.references import segments
from clientcast.source import escape


@dataclass(slots=True)
class Component:
    """What is referred to, and has or will have a place in the copy.

    Attributes:
        place: Where it stands in its file.
        kind: What it is referred to as.
        pointer: Where it stands in the copy, as soon as that is known.
    """

    place: Place
    kind: str
    pointer: str = ""
    value: Any = None


class At(NamedTuple):
    """A place in the copy: in a component, or else by its whole pointer."""

    component: Component | None
    rest: str

    def child(self, key: str | int) -> "At":
        """The place of a member."""
        return At(self.component, f"{self.rest}/{escape(str(key))}")

    @property
    def pointer(self) -> str:
        """The whole pointer, as soon as the component has its own."""
        return (self.component.pointer if self.component else "") + self.rest


@dataclass
class Components:
    """What is referred to, each place once for each kind of object that it stands for.

    Attributes:
        waiting: Those that were asked for, in their order.
    """

    folder: Folder
    dialect: Dialect
    waiting: list[Component] = field(default_factory=list[Component])
    _known: dict[tuple[Place, str], Component] = field(
        default_factory=dict[tuple[Place, str], Component]
    )
    _standing: dict[tuple[Place, str], str] = field(
        default_factory=dict[tuple[Place, str], str]
    )

    def at(self, target: Place, kind: str) -> At:
        """Where the copy has what is referred to."""
        if self.is_copied(target):
            return At(None, target.pointer)
        if (target, kind) not in self._known:
            self._known[target, kind] = Component(target, kind)
            self.waiting.append(self._known[target, kind])
        return At(self._known[target, kind], "")

    def is_copied(self, target: Place) -> bool:
        """Whether a place is one that the document itself has, and keeps."""
        root = self.dialect.objects[self.dialect.root].fields
        is_known = (segments(target.pointer) or [""])[0] in root
        return is_known and target.file == self.folder.file

    def stand(self, place: Place, kind: str, pointer: str) -> bool:
        """Whether this is the first place where the document itself has an object."""
        return self._standing.setdefault((place, kind), pointer) == pointer

    def stands(self, component: Component) -> bool:
        """Whether the document itself has a component, which is then known to be there."""
        component.pointer = self._standing.get((component.place, component.kind), "")
        return bool(component.pointer)

    def is_home(self, at: At, kind: str) -> bool:
        """Whether this is where the document keeps the components of a kind."""
        section = at.rest.rpartition("/")[0]
        return at.component is None and section == self.dialect.sections[kind]

    def put(self, data: dict[str, Any]) -> None:
        """Put what the document itself has not among its components, under a name."""
        for kind, section in self.dialect.sections.items():
            new = [c for c in self.waiting if c.kind == kind and not c.pointer]
            if not new:
                continue
            members = data
            for key in segments(section):
                inner = members.setdefault(key, {})
                members = inner if is_mapping(inner) else {}  # `check` says so.
            wanted = [
                words(self.folder.shown(c.place.file), c.place.pointer) for c in new
            ]
            for component, name in zip(new, names(wanted, members), strict=True):
                component.pointer = f"{section}/{escape(name)}"
                members[name] = component.value
