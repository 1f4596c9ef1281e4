"""What the parts of `parse` share: the document, what is said about it, and safe access."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from clientcast.diagnostic import Diagnostic, Severity
from clientcast.plain import is_list, mapping
from clientcast.references import Located, follow
from clientcast.source import Document, escape


@dataclass(frozen=True)
class Context:
    """A document being parsed. What is not of the right shape reads as absent.

    Attributes:
        limits: The codes of the limits that the document passes.
    """

    document: Document
    diagnostics: list[Diagnostic] = field(default_factory=list[Diagnostic])
    exceeded_limits: set[str] = field(default_factory=set[str])

    def without_diagnostics(self) -> "Context":
        """Return the same context with diagnostics that nobody reads."""
        return replace(self, diagnostics=[])

    def report_limit(self, pointer: str, code: str, message: str) -> None:
        """Add an error once: that a limit is passed, past which nothing is read."""
        if code not in self.exceeded_limits:
            self.exceeded_limits.add(code)
            self.diagnostics.append(self.document.diagnostic(pointer, code, message))

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

    def child(self, parent: Located, key: str) -> Located:
        """A member of a mapping, references followed; its value is None where it is absent."""
        pointer = f"{parent.pointer}/{escape(key)}"
        value = mapping(parent.value).get(key)
        return follow(self.document.data, pointer, value)

    def items(self, parent: Located) -> list[Located]:
        """The members of a list or the values of a mapping, references followed."""
        return [found for _, found in self.entries(parent)]

    def entries(self, parent: Located) -> list[tuple[str, Located]]:
        """The members of a list or mapping with their keys, references followed."""
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
    """The first example of a parameter, media type or schema, as JSON; empty for none."""
    value = mapping(parent.value)
    if "example" in value:
        return to_json(value["example"])
    examples = value.get("examples")
    if is_list(examples):  # of a schema: values (JSON Schema Validation 2020-12, 9.5)
        return to_json(examples[0]) if examples else ""
    for found in context.items(context.child(parent, "examples")):
        for key in ("dataValue", "value"):  # OpenAPI 3.2, Example Object
            if key in mapping(found.value):
                return to_json(found.value[key])
    return ""


def to_json(value: Any) -> str:
    """A value as compact JSON."""
    return json.dumps(value, ensure_ascii=False)
