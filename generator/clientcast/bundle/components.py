"""Gives what is referred to in other files a place of its own in the copy of a document."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from clientcast.bundle.dialects import Dialect
from clientcast.bundle.document_files import DocumentFiles, FileLocation
from clientcast.bundle.names import name_candidates, unique_names
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

    location: FileLocation
    kind: str
    pointer: str = ""
    value: Any = None


class CopyLocation(NamedTuple):
    """A place in the copy: in a component, or else by its whole pointer."""

    component: Component | None
    suffix: str

    def child(self, key: str | int) -> "CopyLocation":
        """The place of a member."""
        return CopyLocation(self.component, f"{self.suffix}/{escape(str(key))}")

    @property
    def pointer(self) -> str:
        """The whole pointer, as soon as the component has its own."""
        return (self.component.pointer if self.component else "") + self.suffix


@dataclass
class Components:
    """What is referred to, each place once for each kind of object that it stands for.

    Attributes:
        waiting: Those that were asked for, in their order.
    """

    files: DocumentFiles
    dialect: Dialect
    pending: list[Component] = field(default_factory=list[Component])
    _components: dict[tuple[FileLocation, str], Component] = field(
        default_factory=dict[tuple[FileLocation, str], Component]
    )
    _existing: dict[tuple[FileLocation, str], str] = field(
        default_factory=dict[tuple[FileLocation, str], str]
    )

    def copy_location(self, location: FileLocation, kind: str) -> CopyLocation:
        """Where the copy has what is referred to."""
        if self.is_in_document(location):
            return CopyLocation(None, location.pointer)
        if (location, kind) not in self._components:
            self._components[location, kind] = Component(location, kind)
            self.pending.append(self._components[location, kind])
        return CopyLocation(self._components[location, kind], "")

    def is_in_document(self, location: FileLocation) -> bool:
        """Whether a place is one that the document itself has, and keeps."""
        root = self.dialect.objects[self.dialect.root].fields
        is_known = (segments(location.pointer) or [""])[0] in root
        return is_known and location.file == self.files.file

    def register_existing(
        self, location: FileLocation, kind: str, pointer: str
    ) -> bool:
        """Whether this is the first place where the document itself has an object."""
        return self._existing.setdefault((location, kind), pointer) == pointer

    def is_existing(self, component: Component) -> bool:
        """Whether the document itself has a component, which is then known to be there."""
        component.pointer = self._existing.get((component.location, component.kind), "")
        return bool(component.pointer)

    def is_component_section(self, copy_location: CopyLocation, kind: str) -> bool:
        """Whether this is where the document keeps the components of a kind."""
        section = copy_location.suffix.rpartition("/")[0]
        return (
            copy_location.component is None and section == self.dialect.sections[kind]
        )

    def add_to(self, data: dict[str, Any]) -> None:
        """Put what the document itself has not among its components, under a name."""
        for kind, section in self.dialect.sections.items():
            new = [c for c in self.pending if c.kind == kind and not c.pointer]
            if not new:
                continue
            members = data
            for key in segments(section):
                inner = members.setdefault(key, {})
                members = inner if is_mapping(inner) else {}  # `check` says so.
            candidates = [
                name_candidates(
                    self.files.display_path(c.location.file), c.location.pointer
                )
                for c in new
            ]
            for component, name in zip(
                new, unique_names(candidates, members), strict=True
            ):
                component.pointer = f"{section}/{escape(name)}"
                members[name] = component.value
