"""Lines of YAML that describe what the traffic has and the spec does not."""

import json
from typing import Any

from msgspec import Struct

from clientcast.places import properties_pointer, value_at
from clientcast.plain import is_list, is_mapping, mapping, text
from clientcast.references import reference
from clientcast.source import Document, escape
from clientcast.traffic.findings import Finding, Observed
from clientcast.traffic.masking import is_constant, shown_name

_STRING_SCHEMA = ["  schema:", "    type: string"]
_KINDS = ("object", "array", "string", "integer", "number", "boolean")


class Suggestion(Struct, frozen=True):
    """Lines to add to a document, or a change that no line can make.

    Attributes:
        place: File and line, and what to do there.
        lines: The lines, indented as in the document; empty for none.
    """

    place: str
    lines: tuple[str, ...]


def suggest(finding: Finding, document: Document) -> Suggestion | None:
    """Return the suggestion of a finding; None if it has none."""
    maker = _Maker(document, finding)
    match finding.code:
        case "unknown-property":
            return maker.property_()
        case "missing-property":
            return maker.at(
                finding.spot.pointer, f"remove {finding.subject} from required"
            )
        case "unknown-enum-value":
            return maker.enum_value()
        case "unexpected-null":
            return maker.null()
        case "wrong-type":
            return maker.type_()
        case "undocumented-status":
            return maker.status()
        case "undocumented-body" | "undocumented-media-type":
            return maker.content()
        case "unknown-parameter":
            return maker.parameter()
        case "missing-parameter":
            return maker.at(finding.spot.pointer, "remove required: true")
        case _:
            return None


class _Maker(Struct, frozen=True):
    document: Document
    finding: Finding

    def at(
        self, pointer: str, action: str, lines: list[str] | None = None
    ) -> Suggestion:
        found = self.document.diagnostic(pointer, "", "", at_key=True)
        return Suggestion(f"{found.path}:{found.line}: {action}", tuple(lines or ()))

    def property_(self) -> Suggestion:
        name, observed = self.finding.subject, self.finding.observed
        data = self.document.data
        pointer = properties_pointer(data, self.finding.spot.pointer)
        if shown_name(name)[0] == "(":
            action = "describe additionalProperties: its names are not like those of a program"
            return self.at(pointer, action)
        lines = [f"{_key(name)}:", *_indented(self._schema(observed))]
        if pointer.endswith("/properties"):
            return self._below(pointer, "add below properties", lines)
        return self._below(pointer, "add", ["properties:", *_indented(lines)])

    def enum_value(self) -> Suggestion | None:
        pointer, value = self.finding.spot.pointer, self.finding.subject
        if not is_constant(value):
            return None
        if pointer.endswith("/const"):
            return self.at(
                pointer, f"use enum in place of const, with {_scalar(value)}"
            )
        return self._below(pointer, "add below enum", [f"- {_scalar(value)}"])

    def null(self) -> Suggestion:
        pointer = self.finding.spot.pointer
        schema = mapping(value_at(self.document.data, pointer))
        if self._is_swagger:
            return self._below(pointer, "add", ["x-nullable: true"])
        if self._is_3_0:
            return self._below(pointer, "add", ["nullable: true"])
        if "$ref" in schema:
            lines = [
                "anyOf:",
                f"  - $ref: {_scalar(schema['$ref'])}",
                "  - type: 'null'",
            ]
            return self._below(pointer, "replace by", lines)
        kinds = schema.get("type")
        names = kinds if is_list(kinds) else [kinds] if kinds else []
        if not names:
            return self.at(pointer, "allow null")
        joined = ", ".join([*map(str, names), "'null'"])
        return self._below(pointer, "replace type by", [f"type: [{joined}]"])

    def type_(self) -> Suggestion:
        lines = self._schema(self.finding.observed)
        return self._below(self.finding.spot.pointer, "the traffic has", lines)

    def status(self) -> Suggestion:
        lines = [f"'{self.finding.subject}':", "  description: ''"]
        if self.finding.observed.kinds:
            lines += _indented(self._json_content())
        return self._below(self.finding.spot.pointer, "add below responses", lines)

    def content(self) -> Suggestion:
        pointer = self.finding.spot.pointer
        if not self.finding.observed.kinds:
            return self.at(pointer, "document the media type")
        value = value_at(self.document.data, pointer)
        if is_mapping(value) and "description" in value or "responses" in pointer:
            return self._below(pointer, "add", self._json_content())
        if self._is_swagger:
            lines = ["- name: body", "  in: body", *_indented(self._json_content())]
            return self._below(pointer, "add below parameters", lines)
        return self._below(
            pointer, "add", ["requestBody:", *_indented(self._json_content())]
        )

    def parameter(self) -> Suggestion | None:
        location, _, name = self.finding.subject.partition(" ")
        if shown_name(name)[0] == "(":
            return None
        lines = [
            f"- name: {_scalar(name)}",
            f"  in: {location}",
            "  description: ''",
            *(["  type: string"] if self._is_swagger else _STRING_SCHEMA),
        ]
        pointer = f"{self.finding.spot.pointer}/parameters"
        if value_at(self.document.data, pointer) is None:
            return self._below(
                self.finding.spot.pointer, "add", ["parameters:", *_indented(lines)]
            )
        return self._below(pointer, "add below parameters", lines)

    @property
    def _is_swagger(self) -> bool:
        """Return whether the document was converted from Swagger 2.0."""
        return self.document.source_map is not None

    @property
    def _is_3_0(self) -> bool:
        return text(mapping(self.document.data).get("openapi")).startswith("3.0")

    def _below(self, pointer: str, action: str, lines: list[str]) -> Suggestion:
        """Indent lines as the first child of a value is."""
        value = value_at(self.document.data, pointer)
        column = 1
        start = self.document.diagnostic(pointer, "", "")
        if start.source[start.column - 1 : start.column] in ("{", "["):
            action = f"{action} (written in flow style there)"
        elif is_mapping(value) and value:
            child = f"{pointer}/{escape(next(iter(value)))}"
            found = self.document.diagnostic(child, "", "", at_key=True)
            column = found.column
        elif is_list(value) and value:
            column = self.document.diagnostic(f"{pointer}/0", "", "").column
            column = max(1, column - 2)
        return self.at(pointer, action, [" " * (column - 1) + line for line in lines])

    def _json_content(self) -> list[str]:
        models = self.finding.models
        schema = (
            [f"$ref: '{self._reference(models[0])}'"]
            if models
            else self._schema(self.finding.observed)
        )
        if self._is_swagger:
            return ["schema:", *_indented(schema)]
        return ["content:", "  application/json:", "    schema:", *_indented(schema, 3)]

    def _reference(self, pointer: str) -> str:
        found = self.document.source_map
        return reference(pointer if found is None else found.original_pointer(pointer))

    def _schema(self, observed: Observed) -> list[str]:
        """Return the lines of a schema for the kinds of values that were seen."""
        kinds = [kind for kind in _KINDS if kind in observed.kinds]
        if "number" in kinds and "integer" in kinds:
            kinds.remove("integer")
        is_nullable = "null" in observed.kinds
        lines: list[str] = []
        if len(kinds) == 1 and not (is_nullable and not self._is_3_0):
            lines.append(f"type: {kinds[0]}")
        elif kinds and (not self._is_3_0):
            names = [*kinds, *(["'null'"] if is_nullable else [])]
            lines.append(f"type: [{', '.join(names)}]")
        elif len(kinds) > 1:
            lines += ["anyOf:", *(f"  - type: {kind}" for kind in kinds)]
        if is_nullable and self._is_3_0 and kinds:
            lines.append("x-nullable: true" if self._is_swagger else "nullable: true")
        if "string" in kinds and observed.date_times == observed.kinds["string"]:
            lines.append("format: date-time")
        shown = {
            n: o for n, o in observed.properties.items() if shown_name(n)[0] != "("
        }
        if shown:
            lines.append("properties:")
            for name, inner in shown.items():
                lines += _indented([f"{_key(name)}:", *_indented(self._schema(inner))])
        elif "object" in kinds:
            lines.append("additionalProperties: true")
        if observed.items is not None and observed.items.kinds:
            lines += ["items:", *_indented(self._schema(observed.items))]
        return lines or ["{}"]


def _indented(lines: list[str], levels: int = 1) -> list[str]:
    return ["  " * levels + line for line in lines]


def _key(name: str) -> str:
    return (
        name
        if name.replace("_", "a").isalnum() and not name[0].isdigit()
        else _scalar(name)
    )


def _scalar(value: Any) -> str:
    """Return a scalar of YAML, in quotes unless it is plain in each version."""
    if isinstance(value, str):
        is_word = value.replace("_", "a").isalnum() and value.lower() not in _RESERVED
        return (
            value
            if is_word and not value[0].isdigit()
            else f"'{value.replace(chr(39), chr(39) * 2)}'"
        )
    return json.dumps(value)


_RESERVED = frozenset("true false yes no on off null y n".split())
