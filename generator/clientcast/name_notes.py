"""Notes about names of a client that were changed because another one is the same."""

from collections.abc import Iterable, Iterator

from clientcast.bind import Collision
from clientcast.diagnostic import Diagnostic, Severity
from clientcast.places import document_pointer
from clientcast.source import Document


def with_collision_notes(
    document: Document,
    diagnostics: tuple[Diagnostic, ...],
    collisions: Iterable[Collision],
) -> tuple[Diagnostic, ...]:
    """Return diagnostics of a document, and a note for each changed name."""
    return tuple(sorted({*diagnostics, *_notes(document, collisions)}))


def _notes(document: Document, collisions: Iterable[Collision]) -> Iterator[Diagnostic]:
    """Yield a note for each changed name, with the place of what has the name."""
    for pointer, wanted, name, other in collisions:
        owner = "a name of the package itself"
        if other:
            found = document.diagnostic(_pointer(other), "", "", at_key=True)
            owner = f"that of {found.path}:{found.line}:{found.column}"
        option = "name" if name[:1].isupper() else "method"
        yield document.diagnostic(
            _pointer(pointer),
            "name-collision",
            f"this is '{name}' in Python, as '{wanted}' is {owner}",
            f"choose names with '{option}' of x-client",
            severity=Severity.NOTE,
            at_key=True,
        )


def _pointer(pointer: str) -> str:
    """Return the pointer in the document of a declaration or operation, or of a variant."""
    return document_pointer(pointer.partition("#")[0])
