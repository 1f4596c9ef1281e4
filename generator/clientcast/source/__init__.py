"""Reading of documents: text to plain data, with the position of each value."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from clientcast.diagnostic import Diagnostic, Severity, excerpt
from clientcast.inputs import MAX_BYTES, InputFile, digest
from clientcast.plain import escape
from clientcast.source.build import DuplicateKey, build
from clientcast.source.events import (
    MAX_DEPTH,
    DocumentError,
    json_error,
    json_events,
    remove_trailing_commas,
    yaml_events,
    yaml_lines,
)
from clientcast.source.json_data import JsonPositions, read_regular_json
from clientcast.source.json_lines import JsonLines
from clientcast.source.positions import LazyPositions, NodePositions, Position
from clientcast.source.source_map import SourceMap, UnreadableReference
from clientcast.source.toml_positions import TomlPositions

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "Document",
    "SourceMap",
    "DocumentLocation",
    "UnreadableData",
    "UnreadableReference",
    "escape",
    "read",
    "read_yaml_of_application",
    "read_content",
    "read_toml",
]

_Positions = LazyPositions | TomlPositions


@dataclass(frozen=True)
class Document:
    """An OpenAPI document.

    Attributes:
        path: The path of the file, as the user wrote it.
        text: The text of the file.
        data: Plain data: dict, list, str, int, float, bool, None. An empty dict if the text
            cannot be read.
        diagnostics: The diagnostics of reading.
        inputs: The files that it was read from, and paths of files that were not found.
        is_complete: Whether all files were read.
        source_map: Positions of converted data in the text; None if it was not converted.
        locations: Locations of values from other files, by JSON pointer in the data.
        unreadable: Reasons why references could not be read, by reference.
    """

    path: str
    text: str
    data: Any
    diagnostics: tuple[Diagnostic, ...] = field(default=())
    inputs: tuple[InputFile, ...] = ()
    is_complete: bool = True
    source_map: SourceMap | None = None
    locations: Mapping[str, "DocumentLocation"] = field(
        default_factory=dict[str, "DocumentLocation"], repr=False
    )
    unreadable: Mapping[str, UnreadableReference] = field(
        default_factory=dict[str, UnreadableReference]
    )
    _original: "Document | None" = field(default=None, repr=False)
    _known_positions: _Positions | None = field(default=None, repr=False)

    @cached_property
    def canonical(self) -> bytes:
        """The data as JSON: comments, quotes and indentation do not change it."""
        text = json.dumps(self.data, ensure_ascii=True, separators=(",", ":"))
        return text.encode("ascii")

    @property
    def digest(self) -> str:
        """SHA-256 of the data as JSON."""
        return hashlib.sha256(self.canonical).hexdigest()

    @property
    def digest_of_file(self) -> str:
        """SHA-256 of the file; empty if it could not be read."""
        return self.inputs[0].digest if self.inputs else ""

    def diagnostic(
        self,
        pointer: str,
        code: str,
        message: str,
        hint: str = "",
        *,
        severity: Severity = Severity.ERROR,
        at_key: bool = False,
    ) -> Diagnostic:
        """Return a diagnostic located at the value of a JSON pointer, or at its key.

        If there is no value, it is located at the closest value around it.
        """
        if self.source_map is not None:
            pointer = self.source_map.original_pointer(pointer)
            message, hint = self.source_map.in_original_terms(
                message
            ), self.source_map.in_original_terms(hint)
        part = self._external_location(pointer)
        if part is not None:
            return part.document.diagnostic(
                part.pointer, code, message, hint, severity=severity, at_key=at_key
            )
        position = self._position(pointer)
        line = position.key_line if at_key else position.line
        column = position.key_column if at_key else position.column
        return _diagnostic(
            self.path, self._lines, line, column, code, message, hint, severity
        )

    def with_data(self, data: Any) -> "Document":
        """Return the document with other data; positions stay those of the text."""
        return replace(self, data=data, _original=self._original or self)

    def _external_location(self, pointer: str) -> "DocumentLocation | None":
        """Return the location of the value at a JSON pointer if it is in another file."""
        around = pointer if self.locations else ""
        while around and around not in self.locations:
            around = around.rpartition("/")[0]
        if around not in self.locations:
            return None
        document, start = self.locations[around]
        return DocumentLocation(document, start + pointer[len(around) :])

    def _position(self, pointer: str) -> Position:
        while (position := self._positions.get(pointer)) is None:
            if not pointer:
                return Position(1, 1, 1, 1)
            pointer = pointer.rpartition("/")[0]
        return position

    @cached_property
    def _positions(self) -> _Positions:
        if self._original is not None:
            return self._original._positions
        if self._known_positions is not None:
            return self._known_positions
        if isinstance(self._lines, JsonLines):
            return JsonPositions(self.text, self._lines)
        return NodePositions()

    @cached_property
    def _lines(self) -> Sequence[str]:
        if self._original is not None:
            return self._original._lines
        return _lines(self.path, self.text)


class DocumentLocation(NamedTuple):
    """A JSON pointer in a document, which may be another file."""

    document: Document
    pointer: str


def read(path: Path, name: str | None = None) -> Document:
    """Read an OpenAPI document from a YAML or JSON file.

    Args:
        path: The file.
        name: The name in messages; None for the path.

    Raises:
        OSError: The file cannot be opened.
    """
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    absolute = os.path.abspath(path)
    main = InputFile(absolute, os.path.realpath(absolute), digest(content))
    return replace(read_content(content, name or path.as_posix()), inputs=(main,))


def read_toml(path: Path, name: str) -> Document:
    """Read a valid file of settings.

    Args:
        path: The file.
        name: The name in messages.

    Raises:
        OSError: The file cannot be opened.
    """
    content = path.read_bytes()
    text = content.decode("utf-8")
    absolute = os.path.abspath(path)
    main = InputFile(absolute, os.path.realpath(absolute), digest(content))
    positions = TomlPositions(text)
    return Document(name, text, {}, inputs=(main,), _known_positions=positions)


def read_content(content: bytes, name: str) -> Document:
    """Read an OpenAPI document from the bytes of YAML or JSON.

    Args:
        content: The bytes.
        name: The name in messages.
    """
    if len(content) > MAX_BYTES:
        size = f"the document is larger than {MAX_BYTES >> 20} MiB"
        return Document(name, "", {}, (Diagnostic(name, 1, 1, "limit-size", size),))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        wrong = Diagnostic(
            name, line, column, "not-utf-8", "the document is not UTF-8 text"
        )
        return Document(name, "", {}, (wrong,))
    main = InputFile("", "", digest(content))
    return replace(_read_text(name, text), inputs=(main,))


def read_yaml_of_application(name: str, text: str) -> Any:
    """Return the data of YAML that an application wrote with tags of its own.

    Binary scalars are bytes; other tags have no effect.

    Raises:
        UnreadableData: It is not YAML, or exceeds a limit.
    """
    try:
        return build(yaml_events(text, any_tag=True)).value
    except DocumentError as problem:
        lines = yaml_lines(text)
        found = replace(_error_diagnostic(name, lines, problem), source="")
        raise UnreadableData(found) from None


class UnreadableData(Exception):
    """Data cannot be read. The diagnostic does not quote it."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__()
        self.diagnostic = diagnostic


def _read_text(name: str, text: str) -> Document:
    if name.endswith(".json") or text.lstrip()[:1] == "{":
        regular = read_regular_json(text)
        if regular is not None:
            return Document(name, text, regular.value)
    events = json_events(text) if _is_json(name, text) else yaml_events(text)
    try:
        built = build(events)
    except DocumentError as problem:
        wrong = _error_diagnostic(name, _lines(name, text), problem)
        return _read_without_trailing_commas(name, text) or Document(
            name, text, {}, (wrong,)
        )
    diagnostics: tuple[Diagnostic, ...] = ()
    if built.duplicates:
        lines = _lines(name, text)
        diagnostics = tuple(
            _duplicate_key_diagnostic(name, lines, duplicate)
            for duplicate in built.duplicates
        )
    return Document(
        name, text, built.value, diagnostics, _known_positions=built.positions
    )


def _read_without_trailing_commas(name: str, text: str) -> Document | None:
    """Read JSON without its trailing commas; None if that does not make it valid."""
    if not name.endswith(".json"):
        return None
    cleaned, commas = remove_trailing_commas(text)
    if not commas or json_error(cleaned) is not None:
        return None
    lines = _lines(name, text)
    document = _read_text(name, cleaned)
    found = tuple(_trailing_comma_diagnostic(name, lines, *place) for place in commas)
    return replace(document, diagnostics=found + document.diagnostics)


def _trailing_comma_diagnostic(
    name: str, lines: Sequence[str], line: int, column: int
) -> Diagnostic:
    """Return the warning about a trailing comma."""
    what = "JSON does not allow a trailing comma"
    problem = DocumentError("json-syntax", what, line, column, "remove it")
    return replace(_error_diagnostic(name, lines, problem), severity=Severity.WARNING)


def _duplicate_key_diagnostic(
    name: str, lines: Sequence[str], duplicate: DuplicateKey
) -> Diagnostic:
    """Return the diagnostic of a duplicate key; a warning if both values are equal."""
    first, second = duplicate.first, duplicate.second
    # True equals 1 in Python. Unequal values are not dumped: they may be large.
    is_equal = first is second or (
        first == second and json.dumps(first) == json.dumps(second)
    )
    problem = DocumentError(
        "duplicate-key",
        f"the key '{duplicate.key}' is a duplicate",
        duplicate.line,
        duplicate.column,
        (
            "both values are equal: remove one"
            if is_equal
            else "remove or rename one of the two"
        ),
    )
    severity = Severity.WARNING if is_equal else Severity.ERROR
    return replace(_error_diagnostic(name, lines, problem), severity=severity)


def _lines(name: str, text: str) -> Sequence[str]:
    return JsonLines(text) if _is_json(name, text) else yaml_lines(text)


def _is_json(name: str, text: str) -> bool:
    """Return whether a file is JSON, by its name or text; YAML may begin with a brace too."""
    if name.endswith(".json"):
        return True
    return text.lstrip()[:1] == "{" and json_error(text) is None


def _error_diagnostic(
    name: str, lines: Sequence[str], problem: DocumentError
) -> Diagnostic:
    return _diagnostic(
        name,
        lines,
        problem.line,
        problem.column,
        problem.code,
        problem.message,
        problem.hint,
    )


def _diagnostic(
    name: str,
    lines: Sequence[str],
    line: int,
    column: int,
    code: str,
    message: str,
    hint: str,
    severity: Severity = Severity.ERROR,
) -> Diagnostic:
    text = lines[line - 1].rstrip("\r") if line <= len(lines) else ""
    source, start = excerpt(text, column)
    return Diagnostic(name, line, column, code, message, hint, source, severity, start)
