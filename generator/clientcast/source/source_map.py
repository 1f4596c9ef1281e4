"""Where the values of a document stand that is not what its text says, and what it lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class UnreadableReference(NamedTuple):
    """Why nothing was read where a reference leads, as a Diagnostic says it."""

    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class SourceMap:
    """What moved when a document was converted.

    Attributes:
        moved: The JSON pointer into the text of each value that moved, by its pointer in the
            converted data. What is inside a value moved with it.
        original_terms: How the author names what messages name as it stands in the converted data.
    """

    moved: Mapping[str, str]
    original_terms: Mapping[str, str]

    def original_pointer(self, pointer: str) -> str:
        """The pointer into the text of a value of the converted data."""
        around = pointer
        while around not in self.moved:
            if not around:
                return pointer
            around = around.rpartition("/")[0]
        return self.moved[around] + pointer[len(around) :]

    def in_original_terms(self, text: str) -> str:
        """A message in the author's words."""
        for term, original in self.original_terms.items():
            text = text.replace(term, original)
        return text
