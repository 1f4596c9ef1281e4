"""What the parts of a conversion share: the document, what moved, and what is said about it."""

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
    """A `$ref` that was copied as its author wrote it, to be settled when all has moved.

    Attributes:
        holder: The converted object that holds it.
        pointer: Where the object stands in the document.
        kind: What it stands for.
    """

    holder: dict[str, Any]
    pointer: str
    kind: Kind


@dataclass
class Conversion:
    """A Swagger 2.0 document being converted.

    A `Located` is a value of the document, at its pointer there. Where its conversion is put is
    the other pointer that functions take, `at`.

    Attributes:
        consumes, produces: The media types of operations that name none.
        moved: The pointer in the document of what moved, by the pointer of its conversion.
        places: The other way round: where each value is now.
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
        """The document."""
        return mapping(self.document.data)

    def record_move(self, origin: str, at: str) -> None:
        """Remember that what stands at a pointer of the document is converted to another."""
        self.origin_pointers[at] = origin
        self.new_pointers.setdefault(origin, at)

    def follow(self, source: Located) -> Located:
        """What a Reference Object refers to in the end, still as its author wrote it."""
        return follow(self.data, *source)

    def track_reference(
        self, holder: dict[str, Any], pointer: str, kind: Kind
    ) -> dict[str, Any]:
        """Have the `$ref` of a converted object settled; returns the object."""
        if isinstance(holder.get("$ref"), str):
            self.references.append(Reference(holder, pointer, kind))
        return holder

    def pass_through(self, source: Located) -> Any:
        """What OpenAPI 3 has a place for as it is, of which only references are settled."""
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
        """Say what is wrong, so that its meaning is not known."""
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
        """Say what is wrong, and converted as it is meant."""
        self.diagnostics.append(
            self.document.diagnostic(
                pointer, code, message, hint, severity=Severity.WARNING, at_key=at_key
            )
        )

    def warn_openapi_3_fields(self, source: Located, keys: Iterable[str]) -> None:
        """Say that fields of OpenAPI 3 stand in an object: each field once a document."""
        for key in mapping(source.value).keys() & set(keys) - self._warned_fields:
            self._warned_fields.add(key)
            self.warn(
                f"{source.pointer}/{escape(key)}",
                "openapi-3-field",
                f"'{key}' is a field of OpenAPI 3, and this is Swagger 2.0",
                "it is read as OpenAPI 3 has it; 'openapi: 3.0.4' has its other fields too",
                at_key=True,
            )

    def read_media_types(self, holder: Located, key: str) -> tuple[str, ...]:
        """The `consumes` or `produces` of an object; empty where it names none."""
        value = mapping(holder.value).get(key)
        if value is not None and not is_list(value):
            self.warn(
                f"{holder.pointer}/{key}",
                "wrong-type",
                f"'{key}' must be a list of media types",
                f"write [{value}]" if isinstance(value, str) else "write a list",
            )
        return tuple(dict.fromkeys(texts(value)))


def extensions(value: dict[str, Any]) -> dict[str, Any]:
    """The fields of an object whose names begin with `x-`."""
    return {key: item for key, item in value.items() if key.startswith("x-")}


def entries(source: Located) -> list[tuple[str, Located]]:
    """The members of a mapping, each with its key and where it stands."""
    return [
        (key, Located(f"{source.pointer}/{escape(key)}", item))
        for key, item in mapping(source.value).items()
    ]


def essence(media_type: str) -> str:
    """A media type in lower case, without its parameters."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON, or may be."""
    kind = essence(media_type)
    return kind in (JSON, "*/*", "application/*") or kind.endswith("+json")
