"""Reads the files that a document refers to, each once, and none outside of one folder."""

import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from clientcast.bundle.anchors import AnchorIndex, is_absolute_uri, resolve_uri
from clientcast.diagnostic import closest, did_you_mean
from clientcast.plain import is_mapping, mapping
from clientcast.references import MAX_HOPS, lookup, segments
from clientcast.source import Document, UnreadableReference, escape, read

MAX_BYTES = 64 * 1024 * 1024
"""Of all files together."""

_DOCUMENT_SUFFIXES = (".json", ".yaml", ".yml")


class FileLocation(NamedTuple):
    """Where a value stands: the file, and the JSON pointer in it."""

    file: Path
    pointer: str

    def child(self, key: str | int) -> "FileLocation":
        """The place of a member."""
        return FileLocation(self.file, f"{self.pointer}/{escape(str(key))}")


class UnresolvedReference(Exception):
    """A reference leads to nothing that is read.

    Attributes:
        unread: Why; None where `check` knows better what is meant.
    """

    def __init__(self, unreadable: UnreadableReference | None = None) -> None:
        super().__init__(unreadable and unreadable.message)
        self.unreadable = unreadable


@dataclass
class DocumentFiles:
    """A document and the files that it refers to.

    Attributes:
        document: The document.
        file: Its file.
        within: The folder that no reference leaves.
    """

    document: Document
    file: Path
    within: Path
    _documents: dict[Path, Document] = field(default_factory=dict[Path, Document])
    _anchors: dict[Path, AnchorIndex] = field(default_factory=dict[Path, AnchorIndex])
    _bytes: int = 0
    _hops_left: int = MAX_HOPS

    def __post_init__(self) -> None:
        self.file, self.within = self.file.resolve(), self.within.resolve()
        self._documents[self.file] = self.document

    def document_of(self, file: Path) -> Document:
        """A file that has been read."""
        return self._documents[file]

    def other_documents(self) -> list[Document]:
        """All files that have been read but the document itself."""
        return [read for path, read in self._documents.items() if path != self.file]

    def display_path(self, file: Path) -> PurePosixPath:
        """A file's path from the document's folder."""
        return PurePosixPath(Path(os.path.relpath(file, self.file.parent)).as_posix())

    def value(self, location: FileLocation) -> Any:
        """The value at a place that `resolve_reference` has returned."""
        return lookup(self._documents[location.file].data, location.pointer)

    def resolve_reference(self, referrer: Path, reference: str) -> FileLocation:
        """The place that a reference leads to.

        Raises:
            UnresolvedReference: It leads nowhere, or to what is not read.
        """
        self._hops_left = MAX_HOPS
        return self._resolve_reference(referrer, reference)

    def final_target(self, location: FileLocation) -> FileLocation:
        """The place that is meant in the end where others lead on to it."""
        seen = {location}
        while True:
            value = mapping(self.value(location))
            if value.keys() != {"$ref"} or not isinstance(value["$ref"], str):
                return location
            try:
                location = self.resolve_reference(location.file, value["$ref"])
            except UnresolvedReference:
                return location
            if location in seen:
                return min(seen)
            seen.add(location)

    def text(self, referrer: Path, reference: str) -> str | None:
        """The text of a whole file that is neither YAML nor JSON; None for any other.

        Raises:
            UnresolvedReference: There is none, or it is not read.
        """
        path, _, fragment = reference.partition("#")
        if fragment or PurePosixPath(path).suffix.lower() in ("", *_DOCUMENT_SUFFIXES):
            return None
        return self._read_text(self._resolve_path(referrer, path))

    def rebased_reference(self, referrer: Path, reference: str) -> str:
        """A reference as it would be written in the document itself."""
        path, mark, fragment = reference.partition("#")
        if referrer == self.file or is_absolute_uri(path):
            return reference
        file = self.display_path(referrer)
        return f"{file.parent / path if path else file}{mark}{fragment}"

    def _resolve_reference(self, referrer: Path, reference: str) -> FileLocation:
        uri, _, fragment = reference.partition("#")
        location = self._resolve_file(referrer, uri)
        fragment = unquote(fragment)
        if not fragment or fragment == "/" and "" not in mapping(self.value(location)):
            return location
        if fragment.startswith("/"):
            return self._resolve_pointer(location, fragment)
        pointer = self._anchors_of(location.file).pointer_of_anchor(
            location.pointer, fragment
        )
        if pointer is not None:
            return FileLocation(location.file, pointer)
        if not uri and referrer == self.file:
            raise UnresolvedReference
        message = f"there is no anchor '{fragment[:60]}' in {self.display_path(location.file)}"
        raise UnresolvedReference(UnreadableReference("unresolved-reference", message))

    def _resolve_file(self, referrer: Path, uri: str) -> FileLocation:
        """What a reference leads to but for its fragment."""
        if not uri:
            return FileLocation(referrer, "")
        absolute_uri = resolve_uri(self._anchors_of(referrer).base, uri)
        for file in dict.fromkeys((referrer, self.file)):
            pointer = self._anchors_of(file).pointer_of_id(absolute_uri)
            if pointer is not None:
                return FileLocation(file, pointer)
        if is_absolute_uri(uri):
            message = "this reference leads out of the document's folder"
            hint = "copy what it refers to beside the document"
            raise UnresolvedReference(
                UnreadableReference("remote-reference", message, hint)
            )
        file = self._resolve_path(referrer, urlsplit(uri).path)
        if file not in self._documents:
            self._documents[file] = self._read_document(file)
        document = self._documents[file]
        if document.diagnostics and not document.data:
            first = document.diagnostics[0]
            at = f"{self.display_path(file)}:{first.line}:{first.column}"
            message = f"{at} cannot be read: {first.message}"
            raise UnresolvedReference(
                UnreadableReference("unreadable-file", message, first.hint)
            )
        return FileLocation(file, "")

    def _resolve_path(self, referrer: Path, path: str) -> Path:
        """The file at a path from the one that refers to it."""
        path = unquote(path)
        try:
            file = (referrer.parent / path).resolve()
            if "\\" in path and not file.is_file():  # As Windows writes it.
                file = (referrer.parent / path.replace("\\", "/")).resolve()
            is_regular = file.is_file()
        except (OSError, ValueError, RuntimeError):
            # A name too long, one with a null in it, links that lead in a circle.
            raise UnresolvedReference(_missing_file(path, ())) from None
        may_be_name = path.startswith("/") or "." not in path
        if may_be_name and not (is_regular and file.is_relative_to(self.within)):
            raise UnresolvedReference
        if not file.is_relative_to(self.within):
            message = "this reference leads out of the document's folder"
            hint = "name a folder that holds both with --within"
            raise UnresolvedReference(
                UnreadableReference("remote-reference", message, hint)
            )
        if not is_regular:
            if _path_exists(file):
                message = f"'{path[:60]}' is no regular file"
                raise UnresolvedReference(
                    UnreadableReference("unreadable-file", message)
                )
            raise UnresolvedReference(_missing_file(path, _sibling_stems(file)))
        return file

    def _read_document(self, file: Path) -> Document:
        name = PurePosixPath(self.document.path).parent / self.display_path(file)
        with self._report_unreadable(file):
            return read(file, name.as_posix())

    def _read_text(self, file: Path) -> str:
        with self._report_unreadable(file):
            return file.read_bytes().decode("utf-8-sig")

    @contextmanager
    def _report_unreadable(self, file: Path) -> Generator[None]:
        """Count a file, and say why it cannot be read.

        Raises:
            UnresolvedReference: It cannot be read.
        """
        try:
            self._bytes += file.stat().st_size
            if self._bytes > MAX_BYTES:
                size = f"the files are larger than {MAX_BYTES >> 20} MiB together"
                raise UnresolvedReference(UnreadableReference("limit-size", size))
            yield
        except OSError as error:
            reason = error.strerror or type(error).__name__
            message = f"{self.display_path(file)} cannot be read: {reason}"
            raise UnresolvedReference(
                UnreadableReference("unreadable-file", message)
            ) from None
        except UnicodeDecodeError:
            message = f"{self.display_path(file)} is not UTF-8 text"
            raise UnresolvedReference(
                UnreadableReference("unreadable-file", message)
            ) from None

    def _resolve_pointer(self, start: FileLocation, pointer: str) -> FileLocation:
        """A place inside another one, over the references that stand on the way."""
        location, value = start, self.value(start)
        for key in segments(pointer):
            reference = (
                value.get("$ref") if is_mapping(value) and key not in value else None
            )
            if isinstance(reference, str) and self._hops_left:
                self._hops_left -= 1
                location = self._resolve_reference(location.file, reference)
                value = self.value(location)
            try:
                value = lookup(value, f"/{escape(key)}")
            except LookupError:
                raise UnresolvedReference(
                    self._missing_key(location, value, key)
                ) from None
            location = location.child(key)
        return location

    def _missing_key(
        self, location: FileLocation, value: Any, key: str
    ) -> UnreadableReference | None:
        if location.file == self.file:
            return None
        file = self.display_path(location.file)
        parent_location = f"{file}#{location.pointer}" if location.pointer else file
        message = f"there is no '{key[:60]}' in {parent_location}"
        hint = did_you_mean(key, value if is_mapping(value) else ())
        return UnreadableReference("unresolved-reference", message, hint)

    def _anchors_of(self, file: Path) -> AnchorIndex:
        if file not in self._anchors:
            self._anchors[file] = AnchorIndex(self._documents[file].data)
        return self._anchors[file]


def _path_exists(file: Path) -> bool:
    try:
        return file.exists()
    except OSError:
        return False


def _sibling_stems(file: Path) -> list[str]:
    """The names of the files beside one, of its kind, without the suffix."""
    try:
        siblings = [entry for entry in file.parent.iterdir() if entry.is_file()]
    except OSError:
        return []
    return [entry.stem for entry in siblings if entry.suffix == file.suffix]


def _missing_file(path: str, siblings: Iterable[str]) -> UnreadableReference:
    name = PurePosixPath(path)
    suggestion = closest(name.stem, siblings)
    hint = (
        f"did you mean '{suggestion}{name.suffix}'?" if suggestion is not None else ""
    )
    return UnreadableReference("missing-file", f"there is no file '{path[:60]}'", hint)
