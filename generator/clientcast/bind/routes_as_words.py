"""The words of a path, for names of operations."""

import re

from msgspec import Struct

from clientcast.bind.names import split_words
from clientcast.bind.vocabulary import (
    SAFE_VERBS,
    VERBS,
    is_complete,
    is_plural,
    singular,
    stem,
)

_PREFIX_SEGMENT = re.compile(r"api|rest|v\d[\w.]*", re.IGNORECASE)
_EXTENSION = re.compile(r"\.(?:json|xml|html|csv|php|aspx?)\Z")
_COLLECTION_VERBS = {
    "GET": "list",
    "POST": "create",
    "PUT": "replace",
    "PATCH": "update",
    "DELETE": "delete",
}
_BULK_METHODS = ("PUT", "PATCH", "DELETE")


class Segment(Struct, frozen=True):
    """A segment of a path.

    Attributes:
        words: Its words in lower case, those of the parameter if it has one.
        is_parameter: Whether it has a parameter.
    """

    words: tuple[str, ...]
    is_parameter: bool


def lower_words(text: str) -> tuple[str, ...]:
    """Return the words of a name in lower case."""
    return tuple(map(str.lower, split_words(text)))


def path_segments(path: str) -> tuple[Segment, ...]:
    """Return the segments of a path; a custom method, `{id}:cancel`, is one of its own."""
    segments: list[Segment] = []
    for text in _EXTENSION.sub("", path.partition("?")[0]).split("/"):
        resource, colon, custom_method = text.rpartition(":")
        for part in (resource, custom_method) if colon and resource else (text,):
            if words := lower_words(part):
                segments.append(Segment(words, "{" in part))
    return tuple(segments)


def without_prefix(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """Return the segments after those that every path has: `api`, `v1`."""
    start = 0
    while (
        start < len(segments)
        and not segments[start].is_parameter
        and _PREFIX_SEGMENT.fullmatch("".join(segments[start].words))
    ):
        start += 1
    return segments[start:]


def after_resource(
    segments: tuple[Segment, ...], keys: frozenset[str]
) -> tuple[Segment, ...] | None:
    """Return the segments after the last one that names the resource; None if none does."""
    for index in range(len(segments) - 1, -1, -1):
        if not segments[index].is_parameter and stem(segments[index].words) in keys:
            return segments[index + 1 :]
    return None


def name_request(
    method: str, segments: tuple[Segment, ...], collection: tuple[Segment, ...]
) -> tuple[str, ...]:
    """Return the words that HTTP gives a request: `list`, `get`, `create`, `cancel`.

    Args:
        method: The HTTP method.
        segments: The segments of the path that the words name.
        collection: All segments of the path.
    """
    nouns = _nouns(segments)
    is_item = bool(collection) and collection[-1].is_parameter
    last = () if is_item or not segments else segments[-1].words
    if last and _is_action(method, last):
        return (*last, *_nouns(segments[:-1]))
    is_collection = (
        not is_item and bool(collection) and is_plural(collection[-1].words[-1])
    )
    verb = _verb(method, is_item, is_collection)
    if nouns and method == "POST" and not is_item:
        nouns = (*nouns[:-1], singular(nouns[-1]))
    if is_collection and method in _BULK_METHODS and not nouns:
        return (verb, "many")
    return (verb, *nouns)


def _verb(method: str, is_item: bool, is_collection: bool) -> str:
    if method == "GET" and not is_collection:
        return "get"
    if method == "POST" and is_item:
        return "post"
    return _COLLECTION_VERBS.get(method, method.lower())


def _nouns(segments: tuple[Segment, ...]) -> tuple[str, ...]:
    """Return the words of the segments without parameters; one before a parameter is singular."""
    words: list[str] = []
    for index, segment in enumerate(segments):
        if not segment.is_parameter:
            is_one = index + 1 < len(segments) and segments[index + 1].is_parameter
            *modifiers, noun = segment.words
            words += [*modifiers, singular(noun) if is_one else noun]
    return tuple(words)


def _is_action(method: str, words: tuple[str, ...]) -> bool:
    """Return whether the last segment of a path is what its request does, such as `cancel`."""
    if method == "DELETE" or not is_complete(words):
        return False
    verbs = SAFE_VERBS if method == "GET" else VERBS
    return words[0] in verbs or words[-1] in verbs
