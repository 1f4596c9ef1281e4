"""What the parts of `parse` share: the document, what is said about it, and safe access."""

import json
from dataclasses import dataclass, field
from typing import Any

from clientcast.diagnostic import Diagnostic
from clientcast.references import Found, follow
from clientcast.source import Document, escape


@dataclass(frozen=True)
class Context:
    """A document being parsed. What is not of the right shape reads as absent."""

    document: Document
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def report(self, pointer: str, code: str, message: str, hint: str = "") -> None:
        """Add an error at a JSON pointer."""
        self.diagnostics.append(self.document.diagnostic(pointer, code, message, hint))

    def unsupported(self, pointer: str, what: str, hint: str = "") -> None:
        """Add an error that names a part of OpenAPI which is not supported yet."""
        self.report(pointer, "unsupported", f"{what} is not supported yet", hint)

    def child(self, parent: Found, key: str) -> Found:
        """A member of a mapping, references followed; its value is None where it is absent."""
        pointer = f"{parent.pointer}/{escape(key)}"
        value = mapping(parent.value).get(key)
        return follow(self.document.data, pointer, value)

    def items(self, parent: Found) -> list[Found]:
        """The members of a list or the values of a mapping, references followed."""
        return [found for _, found in self.entries(parent)]

    def entries(self, parent: Found) -> list[tuple[str, Found]]:
        """The members of a list or mapping with their keys, references followed."""
        value = parent.value
        if isinstance(value, list):
            pairs = [(str(index), item) for index, item in enumerate(value)]
        else:
            pairs = list(mapping(value).items())
        return [
            (key, follow(self.document.data, f"{parent.pointer}/{escape(key)}", item))
            for key, item in pairs
        ]


def mapping(value: Any) -> dict[str, Any]:
    """The value where it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """The value where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """The value where it is text, a number as it is written, else nothing."""
    if isinstance(value, bool) or value is None:
        return ""
    return str(value) if isinstance(value, str | int | float) else ""


def texts(value: Any) -> tuple[str, ...]:
    """The texts of a list, or a text alone as the only one."""
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in sequence(value) if isinstance(item, str))


def as_json(value: Any) -> str:
    """A value as compact JSON."""
    return json.dumps(value, ensure_ascii=False)
