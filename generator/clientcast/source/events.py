"""Parser of YAML and JSON: one stream of events, each with its line and column.

Plain scalars of YAML are resolved by the JSON schema only (RFC 8259; YAML 1.2, section 10.2):
`on`, `2026-05-12` and `1_000` are strings.
"""

import base64
import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from clientcast.plain import MAX_DIGITS, NUMBER, number
from clientcast.source.tabs import replace_tabs_before_comments

if TYPE_CHECKING:
    import yaml

Scalar = str | int | float | bool | bytes | None

MAX_DEPTH = 100

_NAMED_SCALARS: dict[str, Scalar] = {
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "false": False,
}
_NUMBER_STARTS = "-0123456789"
_YAML_TAG_PREFIX = "tag:yaml.org,2002:"
_CORE_TAGS = {
    _YAML_TAG_PREFIX + name
    for name in ("str", "int", "float", "bool", "null", "map", "seq")
}
_BINARY_TAGS = {"!binary", f"{_YAML_TAG_PREFIX}binary"}
_YAML_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_JSON_TOKEN = re.compile(
    r'[ \t\r\n,:]*(?:([{\[])|([}\]])|("(?:[^"\\]|\\.)*")|([^\s,:\]}]+))'
)

_TRAILING_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|(,)(?=[ \t\r\n]*[\]}])')


class Event(Struct, frozen=True, gc=False):
    """An event of the parser.

    Attributes:
        kind: The node that begins, or `end`.
        line: Line, from 1.
        column: Column, from 1.
        value: The value of a scalar.
        anchor: The anchor of the node or alias; empty if none.
        text: The text of a scalar: keys are always strings.
    """

    kind: Literal["mapping", "sequence", "end", "scalar", "alias"]
    line: int
    column: int
    value: Scalar = None
    anchor: str = ""
    text: str = ""


class DocumentError(Exception):
    """The text cannot be read as a document.

    Attributes:
        code, message, hint: As in `Diagnostic`.
        line, column: Position, from 1.
    """

    def __init__(
        self, code: str, message: str, line: int, column: int, hint: str = ""
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line
        self.column = column
        self.hint = hint


def json_events(text: str) -> Iterator[Event]:
    """Yield the events of JSON text.

    Raises:
        DocumentError: The text is not JSON.
    """
    problem = json_error(text)
    if problem is not None:
        raise problem
    line, start, at = 1, 0, 0
    for token in _JSON_TOKEN.finditer(text):
        begin, end, string, word = token.groups()
        offset = token.start(token.lastindex or 0)
        if newlines := text.count("\n", at, offset):
            line += newlines
            start = text.rindex("\n", at, offset) + 1
        at = offset
        column = offset - start + 1
        if begin:
            yield Event("mapping" if begin == "{" else "sequence", line, column)
        elif end:
            yield Event("end", line, column)
        elif string:
            value = json.loads(string)
            _refuse_surrogate(value, line, column)
            yield Event("scalar", line, column, value, text=value)
        else:
            yield Event(
                "scalar", line, column, _resolve_plain_scalar(word, line, column)
            )


def _refuse_surrogate(value: str, line: int, column: int) -> None:
    """Refuse a lone surrogate: JSON can escape one, but UTF-8 cannot encode it."""
    if value.isascii():
        return
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        half = f"\\u{ord(value[error.start]):04x}"
        raise DocumentError(
            "lone-surrogate",
            f"{half} is a lone surrogate: half of a character",
            line,
            column,
            "write both halves, or the character itself",
        ) from None


def json_error(text: str) -> DocumentError | None:
    """Return the error in JSON text, or None."""
    try:
        json.loads(text, parse_constant=_refuse_constant, parse_int=len)
    except json.JSONDecodeError as error:
        return DocumentError("json-syntax", error.msg, error.lineno, error.colno)
    except _InvalidConstant as error:
        return DocumentError("json-syntax", f"{error} is not JSON", 1, 1)
    except RecursionError:  # Valid up to MAX_DEPTH, which is checked later.
        return None
    return None


def depth_error(line: int, column: int) -> DocumentError:
    """Return the error of a value that is nested deeper than `MAX_DEPTH`."""
    message = f"nested more than {MAX_DEPTH} levels deep"
    return DocumentError("limit-depth", message, line, column)


def remove_trailing_commas(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Replace trailing commas of JSON by spaces; return the text, and their positions."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    offsets = [match.start() for match in _TRAILING_COMMA.finditer(text) if match[1]]
    lines = [(bisect_right(starts, offset), offset) for offset in offsets]
    found = [(line, offset - starts[line - 1] + 1) for line, offset in lines]
    return _TRAILING_COMMA.sub(lambda m: " " if m[1] else m[0], text), found


def yaml_lines(text: str) -> list[str]:
    """Split YAML text into lines as `yaml_events` counts them (YAML 1.1, section 4.1.4)."""
    return _YAML_BREAK.split(text)


def yaml_events(text: str, *, any_tag: bool = False) -> Iterator[Event]:
    """Yield the events of YAML text with one document.

    Args:
        text: The text.
        any_tag: Whether tags are allowed: binary scalars are bytes, and other tags of an
            application have no effect.

    Raises:
        DocumentError: The text is not YAML, has several documents, or has unknown tags.
    """
    import yaml  # of which a JSON document needs nothing

    documents = depth = 0
    line = column = 1
    try:
        readable = replace_tabs_before_comments(text)
        for event in yaml.parse(readable, Loader=yaml.CSafeLoader):
            mark = event.start_mark
            assert mark is not None
            line, column = mark.line + 1, mark.column + 1
            match event:
                case yaml.ScalarEvent():
                    yield _scalar_event(event, line, column, any_tag)
                case yaml.MappingStartEvent():
                    depth += 1
                    if not any_tag:
                        _refuse_tag(event.tag, line, column)
                    yield Event("mapping", line, column, anchor=event.anchor or "")
                case yaml.SequenceStartEvent():
                    depth += 1
                    if not any_tag:
                        _refuse_tag(event.tag, line, column)
                    yield Event("sequence", line, column, anchor=event.anchor or "")
                case yaml.CollectionEndEvent():
                    depth -= 1
                    yield Event("end", line, column)
                case yaml.AliasEvent():
                    yield Event("alias", line, column, anchor=event.anchor or "")
                case yaml.DocumentStartEvent():
                    documents += 1
                    if documents > 1:
                        raise DocumentError(
                            "yaml-documents",
                            "the file has more than one YAML document",
                            line,
                            column,
                            "write one document per file",
                        )
                case _:
                    pass
    except yaml.MarkedYAMLError as error:
        if "nesting depth" in str(error.problem):
            raise _find_depth_error(text, depth, line, column) from None
        raise _libyaml_error(error) from None
    except yaml.reader.ReaderError as error:
        before = text.encode()[: error.position].decode(errors="ignore")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise DocumentError(
            "yaml-syntax", "YAML does not allow this control character", line, column
        ) from None


def _find_depth_error(text: str, depth: int, line: int, column: int) -> DocumentError:
    """Return the error at the first bracket deeper than `MAX_DEPTH`.

    libyaml has its own limit and reads ahead: it may refuse a bracket before it emits the
    events of the brackets around it.

    Args:
        text: The document.
        depth: Number of open collections at the last event.
        line: Line of the last event, from 1.
        column: Column of the last event, from 1.
    """
    lines = yaml_lines(text)
    start = (
        column - 1 + (depth > 0)
    )  # The bracket of the last event is counted already.
    for number in range(line, len(lines) + 1):
        for index in range(start, len(lines[number - 1])):
            character = lines[number - 1][index]
            depth += (character in "[{") - (character in "]}")
            if depth > MAX_DEPTH:
                return depth_error(number, index + 1)
        start = 0
    return depth_error(line, column)


_LIBYAML_MESSAGES = {
    "mapping values are not allowed in this context": (
        "",
        "check the indentation, or put text that holds ': ' in quotes",
    ),
    "found character that cannot start any token": (
        "no value begins with this character",
        "indent with spaces, or put the text in quotes",
    ),
    "found unexpected end of stream": ("this quote is not closed", "close it"),
    "did not find expected ',' or ']'": ("this list is not closed", "add a ]"),
    "did not find expected ',' or '}'": ("this mapping is not closed", "add a }"),
}
"""Message and hint by the error of libyaml; without a message, libyaml's own is used."""


def _libyaml_error(error: "yaml.MarkedYAMLError") -> DocumentError:
    """Convert an error of libyaml; an unclosed node is located at its beginning."""
    message, hint = _LIBYAML_MESSAGES.get(str(error.problem), ("", ""))
    where = error.problem_mark or error.context_mark
    if "not closed" in message:
        where = error.context_mark or where
    line, column = (where.line + 1, where.column + 1) if where else (1, 1)
    libyaml_message = " ".join(part for part in (error.context, error.problem) if part)
    return DocumentError("yaml-syntax", message or libyaml_message, line, column, hint)


def _scalar_event(
    event: "yaml.ScalarEvent", line: int, column: int, any_tag: bool
) -> Event:
    if any_tag and event.tag is not None and event.tag not in _CORE_TAGS:
        content = _binary(event.value) if event.tag in _BINARY_TAGS else event.value
        text = (
            content if isinstance(content, str) else content.decode("utf-8", "replace")
        )
        return Event("scalar", line, column, content, event.anchor or "", text)
    _refuse_tag(event.tag, line, column)
    value: Scalar = event.value
    is_plain = event.implicit[0] and not event.tag
    if is_plain or event.tag not in (None, "!", f"{_YAML_TAG_PREFIX}str"):
        value = _resolve_plain_scalar(event.value, line, column)
    if event.tag == f"{_YAML_TAG_PREFIX}float" and isinstance(value, int):
        try:
            value = float(value)
        except OverflowError:
            message = "this number is too large"
            raise DocumentError("limit-digits", message, line, column) from None
    return Event("scalar", line, column, value, event.anchor or "", event.value)


def _binary(text: str) -> bytes | str:
    """Return the bytes of a binary scalar; its text if that is not Base64."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return text


def _resolve_plain_scalar(word: str, line: int, column: int) -> Scalar:
    if word in _NAMED_SCALARS:
        return _NAMED_SCALARS[word]
    if word[0] not in _NUMBER_STARTS or not NUMBER.fullmatch(word):
        return word
    value = number(word)
    if value is not None:
        return value
    message = "this number is too large"
    if len(word) > MAX_DIGITS:
        message = f"this number has more than {MAX_DIGITS:,} digits"
    raise DocumentError("limit-digits", message, line, column)


def _refuse_tag(tag: str | None, line: int, column: int) -> None:
    if tag is not None and tag not in _CORE_TAGS and tag != "!":
        raise DocumentError(
            "yaml-tag",
            f"the tag {tag} has no meaning in OpenAPI",
            line,
            column,
            "remove the tag",
        )


class _InvalidConstant(Exception):
    pass


def _refuse_constant(word: str) -> None:
    raise _InvalidConstant(word)
