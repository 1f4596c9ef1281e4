"""Shared state of the readers: the document, its diagnostics, and safe access to values."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from clientcast.diagnostic import Diagnostic, Severity, with_way_out
from clientcast.plain import is_list, mapping
from clientcast.references import Located, follow
from clientcast.source import Document, escape

_EXAMPLES = ("example", "examples")
_ENCODER = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True)
class Context:
    """A document being parsed. Values of the wrong type are treated as absent.

    Attributes:
        lenient: Whether a place without meaning is a warning.
        exceeded_limits: The codes of the limits that the document exceeds.
        limit_errors: JSON pointer, code and message of each.
        has_xml: Whether a body of the document has a media type of XML.
    """

    document: Document
    lenient: bool = False
    diagnostics: list[Diagnostic] = field(default_factory=list[Diagnostic])
    exceeded_limits: set[str] = field(default_factory=set[str])
    limit_errors: list[tuple[str, str, str]] = field(
        default_factory=list[tuple[str, str, str]]
    )
    has_xml: bool = False

    def without_diagnostics(self) -> "Context":
        """Return a copy of the context whose diagnostics are discarded."""
        return replace(self, diagnostics=[])

    def report_limit(self, pointer: str, code: str, message: str) -> None:
        """Add an error that a limit is exceeded, once for each code."""
        if code not in self.exceeded_limits:
            self.exceeded_limits.add(code)
            self.limit_errors.append((pointer, code, message))
            self.report(pointer, code, message)

    def report(self, pointer: str, code: str, message: str, hint: str = "") -> None:
        """Add an error at a JSON pointer."""
        self.diagnostics.append(self.document.diagnostic(pointer, code, message, hint))

    def warn(self, pointer: str, code: str, message: str, hint: str = "") -> None:
        """Add a warning at a JSON pointer."""
        self.diagnostics.append(
            self.document.diagnostic(
                pointer, code, message, hint, severity=Severity.WARNING
            )
        )

    def report_cycle(self, pointer: str) -> None:
        """Add an error about a schema that is only itself; a warning if that is allowed."""
        code, reading = "reference-cycle", "any value is accepted"
        message = "this schema references itself"
        if self.lenient:
            self.warn(pointer, code, f"{message}: {reading}")
        else:
            self.report(pointer, code, message, with_way_out("", reading))

    def child(self, parent: Located, key: str) -> Located:
        """Return a member of a mapping, references resolved; its value is None if absent."""
        pointer = f"{parent.pointer}/{escape(key)}"
        value = mapping(parent.value).get(key)
        return follow(self.document.data, pointer, value)

    def items(self, parent: Located) -> list[Located]:
        """Return the items of a list or the values of a mapping, references resolved."""
        return [found for _, found in self.entries(parent)]

    def entries(self, parent: Located) -> list[tuple[str, Located]]:
        """Return the members of a list or mapping with their keys, references resolved."""
        value = parent.value
        pairs: list[tuple[str, Any]]
        if is_list(value):
            pairs = [(str(index), item) for index, item in enumerate(value)]
        else:
            pairs = list(mapping(value).items())
        return [
            (key, follow(self.document.data, f"{parent.pointer}/{escape(key)}", item))
            for key, item in pairs
        ]


def first_example(parent: Located, context: Context) -> str:
    """Return the first example of a parameter, media type or schema as JSON; empty for none."""
    value = mapping(parent.value)
    if value.keys().isdisjoint(_EXAMPLES):
        return ""
    if "example" in value:
        return to_json(value["example"])
    examples = value["examples"]
    if is_list(examples):  # Of a schema (JSON Schema Validation 2020-12, 9.5).
        return to_json(examples[0]) if examples else ""
    if examples is None:
        return ""
    for example in context.items(context.child(parent, "examples")):
        for key in ("dataValue", "value"):  # OpenAPI 3.2, Example Object
            if key in mapping(example.value):
                return to_json(example.value[key])
    return ""


def to_json(value: Any) -> str:
    """Return a value as JSON on one line."""
    return _ENCODER.encode(value)
