"""Location and report of unexpected exceptions."""

from collections.abc import Generator
from contextlib import contextmanager

_MAX_CHARACTERS = 200


@contextmanager
def working_on(what: str) -> Generator[None]:
    """Add a note about the current work to each exception that passes.

    Args:
        what: A stage, a document, or the JSON pointer of an operation or schema.
    """
    try:
        yield
    except Exception as error:
        error.add_note(what)
        raise


def describe(error: BaseException) -> str:
    """Return one line about an exception: its type, its message and its location.

    The innermost location comes first, then the stage and the document.
    """
    message = " ".join(str(error).split())
    if len(message) > _MAX_CHARACTERS:
        message = f"{message[:_MAX_CHARACTERS]}..."
    notes: list[str] = getattr(error, "__notes__", [])
    places = ", ".join(dict.fromkeys([*notes[:1], *notes[-2:]]))
    summary = f"{type(error).__name__}: {message}" if message else type(error).__name__
    return f"{summary} (in {places})" if places else summary
