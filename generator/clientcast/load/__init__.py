"""Loading of documents that are no files: from a URL, an application or standard input."""

import sys

from msgspec import Struct

from clientcast.diagnostic import Diagnostic
from clientcast.inputs import MAX_BYTES, digest
from clientcast.load.failure import LoadFailure
from clientcast.spec import Application, StandardInput, Url, spec_label

__all__ = ["Content", "LoadFailure", "load"]


class Content(Struct, frozen=True):
    """The content of a document that is no file.

    Attributes:
        origin: What it was loaded from, without secrets: a URL, `module:app`, or `-`.
        data: UTF-8, unless the document is wrong.
    """

    origin: str
    data: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return digest(self.data)


def load(spec: Url | Application | StandardInput, label: str) -> Content:
    """Load a document.

    Args:
        spec: The document.
        label: What it is called in messages.

    Raises:
        LoadFailure: It cannot be loaded.
    """
    match spec:
        case Url():
            from clientcast.load.url import fetch

            return Content(spec_label(spec), fetch(spec, label))
        case Application():
            from clientcast.load.application import run_application

            return Content(spec_label(spec), run_application(spec, label))
        case StandardInput():
            return Content("-", _read_standard_input(label))


def _read_standard_input(label: str) -> bytes:
    """Return standard input, and one byte more than is allowed, which `source` refuses."""
    if sys.stdin is None or sys.stdin.isatty():
        what = "standard input is a terminal, and has no document"
        hint = "write a document to it: program | clientcast generate --spec -"
        raise LoadFailure(Diagnostic(label, 1, 1, "no-input", what, hint))
    return sys.stdin.buffer.read(MAX_BYTES + 1)
