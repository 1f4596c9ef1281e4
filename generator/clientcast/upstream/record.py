"""Record of the known differences of a spec, a YAML file beside it."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from clientcast.diagnostic import Diagnostic, did_you_mean
from clientcast.plain import is_list, is_mapping, mapping, sequence, text, texts
from clientcast.source import Document, read
from clientcast.upstream.differences import Difference

_KEYS = ("document", "known")
_GROUP_KEYS = ("reason", "differences")


class RecordError(Exception):
    """The record cannot be read.

    Attributes:
        diagnostics: Its mistakes.
    """

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__()
        self.diagnostics = diagnostics


class KnownDifference(Struct, frozen=True):
    """A difference of the record.

    Attributes:
        text: The text of the difference.
        reason: The reason that the spec keeps it.
        pointer: JSON pointer into the record.
    """

    text: str
    reason: str
    pointer: str


class Record(Struct, frozen=True):
    """The known differences, by their text.

    Attributes:
        document: The record's file; None if there is none.
        title, version: Those of the vendor's document that was compared; empty if unknown.
    """

    document: Document | None
    title: str
    version: str
    known: dict[str, KnownDifference]

    def vanished(self, differences: Iterable[Difference]) -> list[KnownDifference]:
        """Return the known differences that are no longer found."""
        texts = {difference.text for difference in differences}
        return [known for text, known in self.known.items() if text not in texts]


EMPTY = Record(None, "", "", {})
"""The record of a spec that has none."""


def read_record(path: Path, name: str) -> Record:
    """Read the record of a spec; an empty one if there is no file.

    Raises:
        RecordError: The file has mistakes.
        OSError: It cannot be opened.
    """
    if not path.exists():
        return EMPTY
    document = read(path, name)
    mistakes = (*document.diagnostics, *_mistakes(document))
    if mistakes:
        raise RecordError(mistakes)
    data = mapping(document.data)
    origin = mapping(data.get("document"))
    known: dict[str, KnownDifference] = {}
    for index, group in enumerate(sequence(data.get("known"))):
        for place, item in enumerate(texts(group["differences"])):
            pointer = f"/known/{index}/differences/{place}"
            known[item] = KnownDifference(item, group["reason"], pointer)
    return Record(
        document, text(origin.get("title")), text(origin.get("version")), known
    )


def _mistakes(document: Document) -> Iterator[Diagnostic]:
    """Yield the mistakes of a record: its form, missing reasons and duplicates."""
    data = document.data
    if not is_mapping(data):
        hint = "begin with known:"
        yield _mistake(document, "", "the record must be a mapping", hint)
        return
    yield from _unknown_keys(document, "", data, _KEYS)
    groups = data.get("known")
    if groups is None:
        return
    if not is_list(groups):
        yield _mistake(document, "/known", "'known' must be a list")
        return
    seen: set[str] = set()
    for index, group in enumerate(groups):
        pointer = f"/known/{index}"
        if not is_mapping(group) or not is_list(group.get("differences")):
            hint = "write reason: and differences:"
            yield _mistake(document, pointer, "this must be a mapping with both", hint)
            continue
        yield from _unknown_keys(document, pointer, group, _GROUP_KEYS)
        reason = group.get("reason")
        if not isinstance(reason, str) or not reason.strip():
            message = "these differences have no reason"
            yield _mistake(
                document, f"{pointer}/reason", message, "write why they stay"
            )
        for place, item in enumerate(group["differences"]):
            at = f"{pointer}/differences/{place}"
            if not isinstance(item, str):
                yield _mistake(document, at, "a difference must be text", "quote it")
            elif item in seen:
                yield _mistake(
                    document, at, "this difference is a duplicate", "remove it"
                )
            else:
                seen.add(item)


def _unknown_keys(
    document: Document, pointer: str, value: dict[str, object], keys: tuple[str, ...]
) -> Iterator[Diagnostic]:
    for key in value:
        if key not in keys:
            hint = did_you_mean(key, keys) or f"the keys are {', '.join(keys)}"
            at = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
            yield _mistake(document, at, f"unknown key '{key}'", hint)


def _mistake(
    document: Document, pointer: str, message: str, hint: str = ""
) -> Diagnostic:
    return document.diagnostic(pointer, "upstream-record", message, hint)


def record_lines(
    differences: Iterable[Difference], title: str, version: str, *, is_new: bool
) -> list[str]:
    """Return the lines of YAML that add differences to a record, or begin one."""
    lines: list[str] = []
    if is_new:
        lines += [
            "document:",
            f"  title: {_quote(title)}",
            f"  version: {_quote(version)}",
        ]
        lines.append("known:")
    lines += ["  - reason: ''", "    differences:"]
    lines += [f"      - {_quote(difference.text)}" for difference in differences]
    return lines


def _quote(value: str) -> str:
    """Return a text as a scalar of YAML: JSON strings are such."""
    return json.dumps(value, ensure_ascii=False)
