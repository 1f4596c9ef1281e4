"""Differences between a hand-written spec and the document that its vendor publishes."""

from msgspec import Struct


class Difference(Struct, frozen=True):
    """A difference in one place. Equal texts are equal differences.

    Attributes:
        place: The place in the spec: an operation and a part of it, or a component and a
            property.
        aspect: The part of the place that differs: `property`, `type`, `enum value`.
        ours: The spec's version; empty if it has none.
        theirs: The vendor's version; empty if it has none.
        our_pointer: JSON pointer into the spec, of the closest value.
        their_pointer: JSON pointer into the vendor's document, of the closest value.
        note: More about the side that has it, such as the type of a property.
    """

    place: str
    aspect: str
    ours: str
    theirs: str
    our_pointer: str
    their_pointer: str
    note: str = ""

    @property
    def code(self) -> str:
        """Return the code of the diagnostic: `only-ours`, `only-theirs` or `differs`."""
        if not self.theirs:
            return "only-ours"
        return "differs" if self.ours else "only-theirs"

    @property
    def subject(self) -> str:
        """Return the place and aspect, which stay if either side changes its version."""
        return f"{self.place}: {self.aspect}"

    @property
    def text(self) -> str:
        """Return the difference in one line, as the record has it."""
        if self.code == "differs":
            return f"{self.subject} is {self.ours}, theirs is {self.theirs}"
        side = "ours" if self.ours else "theirs"
        return f"{self.subject} {self.ours or self.theirs} is only in {side}"
