"""Components of the bundled document for values that are referenced in other files."""

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
    """A referenced value and its location in the copy.

    Attributes:
        location: The location in the original file.
        kind: The grammar object that the reference expects.
        pointer: The JSON pointer in the copy; empty until it is assigned.
        value: The copied value.
    """

    location: FileLocation
    kind: str
    pointer: str = ""
    value: Any = None


class CopyLocation(NamedTuple):
    """A location in the copy.

    Attributes:
        component: The component that contains it; None for the document itself.
        suffix: JSON pointer within the component or the document.
    """

    component: Component | None
    suffix: str

    def child(self, key: str | int) -> "CopyLocation":
        """Return the location of a member."""
        return CopyLocation(self.component, f"{self.suffix}/{escape(str(key))}")

    @property
    def pointer(self) -> str:
        """Return the JSON pointer in the copy. The component must have its pointer."""
        return (self.component.pointer if self.component else "") + self.suffix


@dataclass
class Components:
    """The referenced values, each once for each kind of object that references expect.

    Attributes:
        files: The document and its files.
        dialect: The grammar of the document.
        pending: All components in the order of their first reference.
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
        """Return the location in the copy of a referenced value; add a component if needed."""
        if self.is_in_document(location):
            return CopyLocation(None, location.pointer)
        if (location, kind) not in self._components:
            self._components[location, kind] = Component(location, kind)
            self.pending.append(self._components[location, kind])
        return CopyLocation(self._components[location, kind], "")

    def is_in_document(self, location: FileLocation) -> bool:
        """Return whether a location is in the document itself and has the same pointer there."""
        root = self.dialect.objects[self.dialect.root].fields
        is_known = (segments(location.pointer) or [""])[0] in root
        return is_known and location.file == self.files.file

    def register_existing(
        self, location: FileLocation, kind: str, pointer: str
    ) -> bool:
        """Record the pointer of an object in the copied document; return whether it is new."""
        return self._existing.setdefault((location, kind), pointer) == pointer

    def is_existing(self, component: Component) -> bool:
        """Return whether the document contains the component; if so, set its pointer."""
        component.pointer = self._existing.get((component.location, component.kind), "")
        return bool(component.pointer)

    def is_component_section(self, copy_location: CopyLocation, kind: str) -> bool:
        """Return whether the parent of a location is the components section of a kind."""
        section = copy_location.suffix.rpartition("/")[0]
        return (
            copy_location.component is None and section == self.dialect.sections[kind]
        )

    def add_to(self, data: dict[str, Any]) -> None:
        """Add the new components to the components section, with unique names."""
        for kind, section in self.dialect.sections.items():
            new = [c for c in self.pending if c.kind == kind and not c.pointer]
            if not new:
                continue
            members = data
            for key in segments(section):
                inner = members.setdefault(key, {})
                members = inner if is_mapping(inner) else {}  # `check` reports it.
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
