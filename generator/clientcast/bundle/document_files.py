"""Files that a document references; each is read once, and none outside of a folder."""

import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from clientcast.bundle.anchors import AnchorIndex, is_absolute_uri, resolve_uri
from clientcast.diagnostic import closest, did_you_mean
from clientcast.inputs import InputFile, digest
from clientcast.plain import is_mapping, mapping
from clientcast.references import MAX_HOPS, lookup, segments
from clientcast.source import Document, UnreadableReference, escape, read

MAX_BYTES = 64 * 1024 * 1024
"""The total size of all files."""

_NO_FILE_HINT = "save it with the files that it refers to, and name the file"
_DOCUMENT_SUFFIXES = (".json", ".yaml", ".yml")


class FileLocation(NamedTuple):
    """The file of a value, and its JSON pointer in the file."""

    file: Path
    pointer: str

    def child(self, key: str | int) -> "FileLocation":
        """Return the location of a member."""
        return FileLocation(self.file, f"{self.pointer}/{escape(str(key))}")


class UnresolvedReference(Exception):
    """A reference that cannot be resolved.

    Attributes:
        unreadable: The reason; None if `check` reports a better one.
    """

    def __init__(self, unreadable: UnreadableReference | None = None) -> None:
        super().__init__(unreadable and unreadable.message)
        self.unreadable = unreadable


@dataclass
class DocumentFiles:
    """A document and the files that it references.

    Attributes:
        document: The document.
        file: The path of its file.
        within: The folder that references must not leave.
        has_failed: Whether a file could not be read.
        is_file: Whether the document is a file; no other can refer to files.
    """

    document: Document
    file: Path
    within: Path
    has_failed: bool = False
    is_file: bool = True
    _documents: dict[Path, Document] = field(default_factory=dict[Path, Document])
    _anchors: dict[Path, AnchorIndex] = field(default_factory=dict[Path, AnchorIndex])
    _paths: dict[Path, Path] = field(default_factory=dict[Path, Path])
    _digests: dict[Path, str] = field(default_factory=dict[Path, str])
    _bytes: int = 0
    _hops_left: int = MAX_HOPS

    def __post_init__(self) -> None:
        self.file, self.within = self.file.resolve(), self.within.resolve()
        self._documents[self.file] = self.document

    def document_of(self, file: Path) -> Document:
        """Return the document of a file that has been read."""
        return self._documents[file]

    def other_documents(self) -> list[Document]:
        """Return the documents of all files that have been read, except the main document."""
        return [read for path, read in self._documents.items() if path != self.file]

    def inputs(self) -> tuple[InputFile, ...]:
        """Return the paths that were looked up, that of the document first."""
        looked_up = (
            InputFile(str(path), str(file), self._digests.get(file, ""))
            for path, file in self._paths.items()
        )
        return (*self.document.inputs, *looked_up)

    def display_path(self, file: Path) -> PurePosixPath:
        """Return the path of a file relative to the folder of the document."""
        return PurePosixPath(Path(os.path.relpath(file, self.file.parent)).as_posix())

    def value(self, location: FileLocation) -> Any:
        """Return the value at a location that `resolve_reference` has returned."""
        return lookup(self._documents[location.file].data, location.pointer)

    def resolve_reference(self, referrer: Path, reference: str) -> FileLocation:
        """Return the location of the target of a reference.

        Args:
            referrer: The file that contains the reference.
            reference: The reference.

        Raises:
            UnresolvedReference: If there is no such value, or the file cannot be read.
        """
        self._hops_left = MAX_HOPS
        return self._resolve_reference(referrer, reference)

    def final_target(self, location: FileLocation) -> FileLocation:
        """Return the last location of a chain of references; the smallest one of a cycle."""
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
        """Return the text of a referenced file that is neither YAML nor JSON; None for others.

        Raises:
            UnresolvedReference: If the file does not exist or cannot be read.
        """
        path, _, fragment = reference.partition("#")
        if fragment or PurePosixPath(path).suffix.lower() in ("", *_DOCUMENT_SUFFIXES):
            return None
        return self._read_text(self._resolve_path(referrer, path))

    def rebased_reference(self, referrer: Path, reference: str) -> str:
        """Return a reference relative to the document instead of the file that contains it."""
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
        """Return the location of the URI of a reference, without its fragment."""
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
            self._digests[file] = self._documents[file].digest_of_file
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
        """Return the file at a path relative to the file that references it."""
        path = unquote(path)
        if not self.is_file:
            if path.startswith("/") or "." not in path:
                raise UnresolvedReference
            message = (
                "this reference leads to another file, and the document is no file"
            )
            raise UnresolvedReference(
                UnreadableReference("remote-reference", message, _NO_FILE_HINT)
            )
        try:
            file, is_regular = self._look_up(referrer.parent / path)
            if "\\" in path and not is_regular:  # A Windows path.
                file, is_regular = self._look_up(
                    referrer.parent / path.replace("\\", "/")
                )
        except (OSError, ValueError, RuntimeError):
            # The name is too long or contains a null, or symbolic links form a cycle.
            raise self._failure(_missing_file(path, ())) from None
        may_be_name = path.startswith("/") or "." not in path
        if may_be_name and not (is_regular and file.is_relative_to(self.within)):
            raise UnresolvedReference
        if not file.is_relative_to(self.within):
            message = "this reference leads out of the document's folder"
            hint = "name a folder that holds both with --within"
            raise self._failure(UnreadableReference("remote-reference", message, hint))
        if not is_regular:
            if _path_exists(file):
                message = f"'{path[:60]}' is no regular file"
                raise self._failure(UnreadableReference("unreadable-file", message))
            raise self._failure(_missing_file(path, _sibling_stems(file)))
        return file

    def _look_up(self, path: Path) -> tuple[Path, bool]:
        """Return the file of a path, and whether it is a regular file."""
        file = path.resolve()
        self._paths[path] = file
        return file, file.is_file()

    def _failure(self, reason: UnreadableReference) -> UnresolvedReference:
        """Return the exception for a file that cannot be read."""
        self.has_failed = True
        return UnresolvedReference(reason)

    def _read_document(self, file: Path) -> Document:
        name = PurePosixPath(self.document.path).parent / self.display_path(file)
        with self._report_unreadable(file):
            return read(file, name.as_posix())

    def _read_text(self, file: Path) -> str:
        with self._report_unreadable(file):
            content = file.read_bytes()
            self._digests[file] = digest(content)
            return content.decode("utf-8-sig")

    @contextmanager
    def _report_unreadable(self, file: Path) -> Generator[None]:
        """Add the size of a file to the total, and report read errors.

        Raises:
            UnresolvedReference: If the file cannot be read.
        """
        try:
            self._bytes += file.stat().st_size
            if self._bytes > MAX_BYTES:
                size = f"the files are larger than {MAX_BYTES >> 20} MiB together"
                raise self._failure(UnreadableReference("limit-size", size))
            yield
        except OSError as error:
            reason = error.strerror or type(error).__name__
            message = f"{self.display_path(file)} cannot be read: {reason}"
            raise self._failure(
                UnreadableReference("unreadable-file", message)
            ) from None
        except UnicodeDecodeError:
            message = f"{self.display_path(file)} is not UTF-8 text"
            raise self._failure(
                UnreadableReference("unreadable-file", message)
            ) from None

    def _resolve_pointer(self, start: FileLocation, pointer: str) -> FileLocation:
        """Return a location below another one; resolve the references on the path."""
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
    """Return the stems of the files in the same folder with the same suffix."""
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
