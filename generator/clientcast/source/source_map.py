"""Positions of converted values in the original document, and unreadable references."""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct


class UnreadableReference(NamedTuple):
    """The reason why a reference could not be read, as in `Diagnostic`."""

    code: str
    message: str
    hint: str = ""


class SourceMap(Struct, frozen=True):
    """Map from converted data to the original document.

    Attributes:
        moved: Original JSON pointers of moved values by their converted pointers. The children of
            a value move with it.
        original_terms: Terms of the original document by terms of the converted one, for messages.
    """

    moved: Mapping[str, str]
    original_terms: Mapping[str, str]

    def original_pointer(self, pointer: str) -> str:
        """Return the original JSON pointer of a value of the converted data."""
        around = pointer
        while around not in self.moved:
            if not around:
                return pointer
            around = around.rpartition("/")[0]
        return self.moved[around] + pointer[len(around) :]

    def in_original_terms(self, text: str) -> str:
        """Return a message in the terms of the original document."""
        for term, original in self.original_terms.items():
            text = text.replace(term, original)
        return text
