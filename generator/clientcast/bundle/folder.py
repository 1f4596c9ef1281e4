"""Reads the files that a document refers to, each once, and none outside of one folder."""

import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from clientcast.bundle.anchors import Anchors, is_elsewhere, resolved
from clientcast.diagnostic import closest, did_you_mean
from clientcast.plain import is_mapping, mapping
from clientcast.references import MAX_HOPS, lookup, segments
from clientcast.source import Document, Unread, escape, read

MAX_BYTES = 64 * 1024 * 1024
"""Of all files together."""

_STRUCTURED = (".json", ".yaml", ".yml")


class Place(NamedTuple):
    """Where a value stands: the file, and the JSON pointer in it."""

    file: Path
    pointer: str

    def child(self, key: str | int) -> "Place":
        """The place of a member."""
        return Place(self.file, f"{self.pointer}/{escape(str(key))}")


class NotFound(Exception):
    """A reference leads to nothing that is read.

    Attributes:
        unread: Why; None where `check` knows better what is meant.
    """

    def __init__(self, unread: Unread | None = None) -> None:
        super().__init__(unread and unread.message)
        self.unread = unread


@dataclass
class Folder:
    """A document and the files that it refers to.

    Attributes:
        document: The document.
        file: Its file.
        within: The folder that no reference leaves.
    """

    document: Document
    file: Path
    within: Path
    _read: dict[Path, Document] = field(default_factory=dict[Path, Document])
    _anchors: dict[Path, Anchors] = field(default_factory=dict[Path, Anchors])
    _bytes: int = 0
    _hops: int = MAX_HOPS

    def __post_init__(self) -> None:
        self.file, self.within = self.file.resolve(), self.within.resolve()
        self._read[self.file] = self.document

    def document_of(self, file: Path) -> Document:
        """A file that has been read."""
        return self._read[file]

    def files(self) -> list[Document]:
        """All files that have been read but the document itself."""
        return [read for path, read in self._read.items() if path != self.file]

    def shown(self, file: Path) -> PurePosixPath:
        """A file's path from the document's folder."""
        return PurePosixPath(Path(os.path.relpath(file, self.file.parent)).as_posix())

    def value(self, place: Place) -> Any:
        """The value at a place that `find` has returned."""
        return lookup(self._read[place.file].data, place.pointer)

    def find(self, holder: Path, reference: str) -> Place:
        """The place that a reference leads to.

        Raises:
            NotFound: It leads nowhere, or to what is not read.
        """
        self._hops = MAX_HOPS
        return self._find(holder, reference)

    def end(self, place: Place) -> Place:
        """The place that is meant in the end where others lead on to it."""
        seen = {place}
        while True:
            value = mapping(self.value(place))
            if value.keys() != {"$ref"} or not isinstance(value["$ref"], str):
                return place
            try:
                place = self.find(place.file, value["$ref"])
            except NotFound:
                return place
            if place in seen:
                return min(seen)
            seen.add(place)

    def text(self, holder: Path, reference: str) -> str | None:
        """The text of a whole file that is neither YAML nor JSON; None for any other.

        Raises:
            NotFound: There is none, or it is not read.
        """
        path, _, fragment = reference.partition("#")
        if fragment or PurePosixPath(path).suffix.lower() in ("", *_STRUCTURED):
            return None
        return self._text(self._file(holder, path))

    def written(self, holder: Path, reference: str) -> str:
        """A reference as it would be written in the document itself."""
        path, mark, fragment = reference.partition("#")
        if holder == self.file or is_elsewhere(path):
            return reference
        file = self.shown(holder)
        return f"{file.parent / path if path else file}{mark}{fragment}"

    def _find(self, holder: Path, reference: str) -> Place:
        uri, _, fragment = reference.partition("#")
        place = self._resource(holder, uri)
        fragment = unquote(fragment)
        if not fragment or fragment == "/" and "" not in mapping(self.value(place)):
            return place
        if fragment.startswith("/"):
            return self._inside(place, fragment)
        pointer = self._anchors_of(place.file).named(place.pointer, fragment)
        if pointer is not None:
            return Place(place.file, pointer)
        if not uri and holder == self.file:
            raise NotFound
        message = f"there is no anchor '{fragment[:60]}' in {self.shown(place.file)}"
        raise NotFound(Unread("unresolved-reference", message))

    def _resource(self, holder: Path, uri: str) -> Place:
        """What a reference leads to but for its fragment."""
        if not uri:
            return Place(holder, "")
        full = resolved(self._anchors_of(holder).base, uri)
        for file in dict.fromkeys((holder, self.file)):
            pointer = self._anchors_of(file).identified(full)
            if pointer is not None:
                return Place(file, pointer)
        if is_elsewhere(uri):
            message = "this reference leads out of the document's folder"
            hint = "copy what it refers to beside the document"
            raise NotFound(Unread("remote-reference", message, hint))
        file = self._file(holder, urlsplit(uri).path)
        if file not in self._read:
            self._read[file] = self._opened(file)
        document = self._read[file]
        if document.problems and not document.data:
            first = document.problems[0]
            at = f"{self.shown(file)}:{first.line}:{first.column}"
            message = f"{at} cannot be read: {first.message}"
            raise NotFound(Unread("unreadable-file", message, first.hint))
        return Place(file, "")

    def _file(self, holder: Path, path: str) -> Path:
        """The file at a path from the one that refers to it."""
        path = unquote(path)
        try:
            file = (holder.parent / path).resolve()
            if "\\" in path and not file.is_file():  # As Windows writes it.
                file = (holder.parent / path.replace("\\", "/")).resolve()
            is_there = file.is_file()
        except (OSError, ValueError, RuntimeError):
            # A name too long, one with a null in it, links that lead in a circle.
            raise NotFound(_missing(path, ())) from None
        is_name = path.startswith("/") or "." not in path
        if is_name and not (is_there and file.is_relative_to(self.within)):
            raise NotFound
        if not file.is_relative_to(self.within):
            message = "this reference leads out of the document's folder"
            hint = "name a folder that holds both with --within"
            raise NotFound(Unread("remote-reference", message, hint))
        if not is_there:
            if _exists(file):
                message = f"'{path[:60]}' is no regular file"
                raise NotFound(Unread("unreadable-file", message))
            raise NotFound(_missing(path, _stems_beside(file)))
        return file

    def _opened(self, file: Path) -> Document:
        name = PurePosixPath(self.document.path).parent / self.shown(file)
        with self._reading(file):
            return read(file, name.as_posix())

    def _text(self, file: Path) -> str:
        with self._reading(file):
            return file.read_bytes().decode("utf-8-sig")

    @contextmanager
    def _reading(self, file: Path) -> Generator[None]:
        """Count a file, and say why it cannot be read.

        Raises:
            NotFound: It cannot be read.
        """
        try:
            self._bytes += file.stat().st_size
            if self._bytes > MAX_BYTES:
                size = f"the files are larger than {MAX_BYTES >> 20} MiB together"
                raise NotFound(Unread("limit-size", size))
            yield
        except OSError as error:
            reason = error.strerror or type(error).__name__
            message = f"{self.shown(file)} cannot be read: {reason}"
            raise NotFound(Unread("unreadable-file", message)) from None
        except UnicodeDecodeError:
            message = f"{self.shown(file)} is not UTF-8 text"
            raise NotFound(Unread("unreadable-file", message)) from None

    def _inside(self, start: Place, pointer: str) -> Place:
        """A place inside another one, over the references that stand on the way."""
        place, value = start, self.value(start)
        for key in segments(pointer):
            into = value.get("$ref") if is_mapping(value) and key not in value else None
            if isinstance(into, str) and self._hops:
                self._hops -= 1
                place = self._find(place.file, into)
                value = self.value(place)
            try:
                value = lookup(value, f"/{escape(key)}")
            except LookupError:
                raise NotFound(self._absent(place, value, key)) from None
            place = place.child(key)
        return place

    def _absent(self, place: Place, value: Any, key: str) -> Unread | None:
        if place.file == self.file:
            return None
        file = self.shown(place.file)
        around = f"{file}#{place.pointer}" if place.pointer else file
        message = f"there is no '{key[:60]}' in {around}"
        hint = did_you_mean(key, value if is_mapping(value) else ())
        return Unread("unresolved-reference", message, hint)

    def _anchors_of(self, file: Path) -> Anchors:
        if file not in self._anchors:
            self._anchors[file] = Anchors(self._read[file].data)
        return self._anchors[file]


def _exists(file: Path) -> bool:
    try:
        return file.exists()
    except OSError:
        return False


def _stems_beside(file: Path) -> list[str]:
    """The names of the files beside one, of its kind, without the suffix."""
    try:
        beside = [entry for entry in file.parent.iterdir() if entry.is_file()]
    except OSError:
        return []
    return [entry.stem for entry in beside if entry.suffix == file.suffix]


def _missing(path: str, beside: Iterable[str]) -> Unread:
    name = PurePosixPath(path)
    meant = closest(name.stem, beside)
    hint = f"did you mean '{meant}{name.suffix}'?" if meant is not None else ""
    return Unread("missing-file", f"there is no file '{path[:60]}'", hint)
