"""Recorded requests and responses, whatever the format of the recording."""

from msgspec import Struct

from clientcast.diagnostic import Diagnostic

Headers = tuple[tuple[str, str], ...]


class Message(Struct, frozen=True):
    """The headers and the body of a request or response.

    Attributes:
        body: The body without its content coding; None if it is not recorded.
    """

    headers: Headers
    body: bytes | None

    def header(self, name: str) -> str:
        """Return the first header with a name in any case; empty for none."""
        found = (value for key, value in self.headers if key.lower() == name)
        return next(found, "")


class Exchange(Struct, frozen=True):
    """A request and its response.

    Attributes:
        place: The recording and the entry in it, for messages.
        url: The URL of the request; a path with a query if the recording has no host.
        status: None if there is no response.
    """

    place: str
    method: str
    url: str
    request: Message
    status: int | None
    response: Message


class Recording(Struct, frozen=True):
    """The exchanges of a file.

    Attributes:
        mistakes: Entries, or the whole file, that could not be read.
    """

    exchanges: tuple[Exchange, ...]
    mistakes: tuple[Diagnostic, ...]


class RecordingError(Exception):
    """An entry cannot be read. The message quotes none of its values."""
