"""Parsing of XML to a tree of elements: no DTD, no entities, nothing external, within limits."""

from __future__ import annotations

import codecs
import re
from collections.abc import Container
from xml.parsers import expat

from .lenient_json import charset_of

MAX_DEPTH = 100
"""Levels of elements within each other."""
MAX_ATTRIBUTES = 250
"""Attributes of one element."""

Name = tuple[str, str]
"""Namespace and local name."""

_SEPARATOR = "}"
_ENCODINGS = {
    "utf-8": "utf-8",
    "ascii": "utf-8",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "iso8859-1": "latin-1",
}
"""Encodings that are read, by Python's names of what is declared."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
"""Byte order marks, and the first character without one (XML 1.0, appendix F)."""
_DECLARATION = re.compile(
    rb"<\?xml\s[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']"
)


class Element:
    """An element.

    Attributes:
        name: The namespace and the local name.
        attributes: The values of the attributes.
        children: The elements in it.
        text: The text in it, without that of its elements.
    """

    __slots__ = ("name", "attributes", "children", "text")

    def __init__(self, name: Name, attributes: dict[Name, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element] = []
        self.text = ""


class _Refused(Exception):
    """The content has a part that is not read; the message names it."""


def parse_xml(
    content: bytes, content_type: str, known_names: Container[str]
) -> Element | str:
    """Parse XML; return the root element, or the message of an error.

    It is an error if the content is not well-formed, is in an unknown encoding, has a DTD or an
    entity, or exceeds a limit.

    Args:
        content: The XML.
        content_type: The `Content-Type`, whose charset counts more than a declaration.
        known_names: The names of elements that may be in the message of an error.
    """
    builder = _Builder(known_names)
    try:
        text = _decode(content, content_type)
        parser = expat.ParserCreate("utf-8", _SEPARATOR, intern={})
        builder.attach(parser)
        parser.Parse(text.encode("utf-8"), True)
    except _Refused as refusal:
        return f"{refusal}{builder.place}"
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        place = f"line {error.lineno}, column {error.offset + 1}"
        return f"XML is not well-formed: {reason}, {place}{builder.place}"
    assert builder.root is not None
    return builder.root


def _decode(content: bytes, content_type: str) -> str:
    """Return the text of XML (RFC 7303, section 3: first the mark, then the charset)."""
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), "")
    declared = _DECLARATION.match(content)
    label = charset_of(content_type)
    if not marked and not label and declared is not None:
        label = declared[1].decode("ascii")
    encoding = marked or _known_encoding(label)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        pass
    name = encoding.removesuffix("-sig").upper()
    raise _Refused(f"XML cannot be decoded: it is not {name}")


def _known_encoding(label: str) -> str:
    try:
        name = codecs.lookup(label or "utf-8").name
    except LookupError:
        name = ""
    if name not in _ENCODINGS:
        raise _Refused(f"XML cannot be decoded: the encoding {label} is not supported")
    return _ENCODINGS[name]


class _Builder:
    """Builder of the tree of elements.

    Attributes:
        root: The root element; None before it begins.
    """

    def __init__(self, known_names: Container[str]) -> None:
        self.root: Element | None = None
        self._known_names = known_names
        self._open: list[Element] = []
        self._texts: list[list[str]] = []

    @property
    def place(self) -> str:
        """The location of the parser, for a message: names that may be data are `*`."""
        if not self._open:
            return ""
        names = (element.name[1] for element in self._open[:10])
        path = "/".join(name if name in self._known_names else "*" for name in names)
        return f" (in /{path}{'/...' if len(self._open) > 10 else ''})"

    def attach(self, parser: expat.XMLParserType) -> None:
        """Set the handlers of a parser."""
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._add_text
        parser.StartDoctypeDeclHandler = _refuse_dtd
        parser.EntityDeclHandler = _refuse_dtd
        parser.UnparsedEntityDeclHandler = _refuse_dtd
        parser.ExternalEntityRefHandler = _refuse_dtd
        parser.SkippedEntityHandler = _refuse_dtd

    def _start(self, name: str, attributes: list[str]) -> None:
        if len(attributes) > 2 * MAX_ATTRIBUTES:
            raise _Refused(
                f"XML has an element with more than {MAX_ATTRIBUTES} attributes"
            )
        if len(self._open) >= MAX_DEPTH:
            raise _Refused(f"XML is nested more than {MAX_DEPTH} deep")
        pairs = zip(attributes[::2], attributes[1::2], strict=True)
        element = Element(_split(name), {_split(key): value for key, value in pairs})
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._texts.append([])

    def _end(self, _: str) -> None:
        self._open.pop().text = "".join(self._texts.pop())

    def _add_text(self, text: str) -> None:
        self._texts[-1].append(text)


def _split(name: str) -> Name:
    namespace, _, local = name.rpartition(_SEPARATOR)
    return namespace, local


def _refuse_dtd(*_: object) -> int:
    raise _Refused("XML has a DTD or an entity, which are not read")
