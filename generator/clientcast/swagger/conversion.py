"""Shared state of a conversion: the document, moved values, references and diagnostics."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from clientcast.diagnostic import Diagnostic, Severity
from clientcast.plain import is_list, is_mapping, mapping, text, texts
from clientcast.references import Located, follow
from clientcast.source import Document, escape

Kind = Literal["Schema", "Parameter", "Response"]

JSON = "application/json"

_KINDS: dict[str, Kind] = {"parameters": "Parameter", "responses": "Response"}


class Reference(NamedTuple):
    """A copied `$ref` to rewrite after all values have moved.

    Attributes:
        holder: The converted object that contains it.
        pointer: JSON pointer of the object in the original document.
        kind: The kind of object that the reference expects.
    """

    holder: dict[str, Any]
    pointer: str
    kind: Kind


@dataclass
class Conversion:
    """A Swagger 2.0 document being converted.

    Functions take a value of the document and its JSON pointer there as `source`, and the JSON
    pointer of the converted value as `at`.

    Attributes:
        consumes, produces: The media types of operations that have none of their own.
        origin_pointers: JSON pointers in the document, by that of the converted value.
        new_pointers: The inverse: JSON pointers of converted values, by that in the document.
        references: References to rewrite.
        diagnostics: Errors and warnings.
    """

    document: Document
    consumes: tuple[str, ...] = ()
    produces: tuple[str, ...] = ()
    origin_pointers: dict[str, str] = field(default_factory=dict[str, str])
    new_pointers: dict[str, str] = field(default_factory=dict[str, str])
    references: list[Reference] = field(default_factory=list[Reference])
    diagnostics: list[Diagnostic] = field(default_factory=list[Diagnostic])
    _warned_fields: set[str] = field(default_factory=set[str])

    @property
    def data(self) -> dict[str, Any]:
        """Return the data of the document."""
        return mapping(self.document.data)

    def record_move(self, origin: str, at: str) -> None:
        """Record that the value at a pointer of the document moves to another pointer."""
        self.origin_pointers[at] = origin
        self.new_pointers.setdefault(origin, at)

    def follow(self, source: Located) -> Located:
        """Return the unconverted target of a Reference Object; other values are returned as is."""
        return follow(self.data, *source)

    def track_reference(
        self, holder: dict[str, Any], pointer: str, kind: Kind
    ) -> dict[str, Any]:
        """Add the `$ref` of a converted object to `references`; return the object."""
        if isinstance(holder.get("$ref"), str):
            self.references.append(Reference(holder, pointer, kind))
        return holder

    def pass_through(self, source: Located) -> Any:
        """Return a copy of a value that is valid OpenAPI 3; only its references are rewritten."""
        pointer, value = source
        if is_list(value):
            return [
                self.pass_through(Located(f"{pointer}/{index}", item))
                for index, item in enumerate(value)
            ]
        if not is_mapping(value):
            return value
        converted = {key: self.pass_through(item) for key, item in entries(source)}
        section = text(value.get("$ref")).removeprefix("#/").partition("/")[0]
        return self.track_reference(converted, pointer, _KINDS.get(section, "Schema"))

    def report(
        self, pointer: str, code: str, message: str, *, at_key: bool = False
    ) -> None:
        """Add an error."""
        self.diagnostics.append(
            self.document.diagnostic(pointer, code, message, at_key=at_key)
        )

    def warn(
        self,
        pointer: str,
        code: str,
        message: str,
        hint: str = "",
        *,
        at_key: bool = False,
    ) -> None:
        """Add a warning about a mistake that the conversion fixes."""
        self.diagnostics.append(
            self.document.diagnostic(
                pointer, code, message, hint, severity=Severity.WARNING, at_key=at_key
            )
        )

    def warn_openapi_3_fields(self, source: Located, keys: Iterable[str]) -> None:
        """Warn about fields of OpenAPI 3 in an object, once for each field."""
        for key in mapping(source.value).keys() & set(keys) - self._warned_fields:
            self._warned_fields.add(key)
            self.warn(
                f"{source.pointer}/{escape(key)}",
                "openapi-3-field",
                f"'{key}' is a field of OpenAPI 3, and this is Swagger 2.0",
                "it is read as in OpenAPI 3; to use OpenAPI 3, write 'openapi: 3.0.4'",
                at_key=True,
            )

    def read_media_types(self, parent: Located, key: str) -> tuple[str, ...]:
        """Return the `consumes` or `produces` of an object; empty for none."""
        value = mapping(parent.value).get(key)
        if value is not None and not is_list(value):
            self.warn(
                f"{parent.pointer}/{key}",
                "wrong-type",
                f"'{key}' must be a list of media types",
                f"write [{value}]" if isinstance(value, str) else "write a list",
            )
        return tuple(dict.fromkeys(texts(value)))


def extensions(value: dict[str, Any]) -> dict[str, Any]:
    """Return the extensions of an object: fields that begin with `x-`."""
    return {key: item for key, item in value.items() if key.startswith("x-")}


def entries(source: Located) -> list[tuple[str, Located]]:
    """Return the members of a mapping, with their keys and JSON pointers."""
    return [
        (key, Located(f"{source.pointer}/{escape(key)}", item))
        for key, item in mapping(source.value).items()
    ]


def essence(media_type: str) -> str:
    """Return a media type in lower case, without its parameters."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Return whether a media type is JSON, or a range that includes JSON."""
    kind = essence(media_type)
    return kind in (JSON, "*/*", "application/*") or kind.endswith("+json")
