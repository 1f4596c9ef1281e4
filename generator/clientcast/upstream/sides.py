"""Both sides of a comparison, and the collection of their differences."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from clientcast import ir
from clientcast.source import Document
from clientcast.upstream.differences import Difference


class Side(Struct, frozen=True):
    """An API and its document."""

    document: Document
    api: ir.Api

    @property
    def data(self) -> Any:
        """Return the data of the document."""
        return self.document.data

    @property
    def declared(self) -> Mapping[str, ir.Schema]:
        """Return the declared schemas."""
        return self.api.schemas


class Place(Struct, frozen=True):
    """A place in both documents.

    Attributes:
        name: The place as `Difference.place` has it.
        ours, theirs: JSON pointers of the closest values.
    """

    name: str
    ours: str
    theirs: str


class Differences(Struct):
    """Differences by their text, each once.

    Attributes:
        compared: Number of compared parts.
    """

    found: dict[str, Difference] = field(default_factory=dict[str, Difference])

    def add(
        self, place: Place, aspect: str, ours: str, theirs: str, note: str = ""
    ) -> None:
        """Add a difference, unless both sides are equal."""
        if ours != theirs:
            difference = Difference(
                place.name, aspect, ours, theirs, place.ours, place.theirs, note
            )
            self.found.setdefault(difference.text, difference)
