"""Walks a document by its grammar: what is of the wrong kind, unknown, missing or misreferred.

Everything that it finds sound is also handed, object by object, to the rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from clientcast.check.grammar import MOVED, OBJECTS, TYPES, Object, spoken
from clientcast.diagnostic import Diagnostic, Severity, did_you_mean
from clientcast.plain import is_list, is_mapping, mapping, sequence
from clientcast.references import lookup, segments
from clientcast.source import Document, escape

_SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
}
_SPOKEN = {"string": "text", "boolean": "true or false", "number": "a number"}
_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on"), "true"),
    **dict.fromkeys(("false", "no", "off"), "false"),
}
_SHOWN_CHARACTERS = 60
_BESIDE_REFERENCE = ("$ref", "summary", "description")
"""The fields that a Reference Object may have (OpenAPI 3.1, 4.8.23)."""


Visited = tuple[str, dict[str, Any]]
Referring = tuple[str, Any, str]


@dataclass
class Walk:
    """One walk through a document.

    Attributes:
        found: What is wrong.
        visited: Every object that stands where it may, by kind: pointer and value.
        references: Every `$ref`: pointer, value, and the kind of object that it stands for.
    """

    document: Document
    found: list[Diagnostic] = field(default_factory=list[Diagnostic])
    visited: dict[str, list[Visited]] = field(default_factory=dict[str, list[Visited]])
    references: list[Referring] = field(default_factory=list[Referring])

    def report(
        self,
        pointer: str,
        code: str,
        message: str,
        hint: str = "",
        *,
        severity: Severity = Severity.ERROR,
        at_key: bool = False,
    ) -> None:
        """Add a diagnostic at a JSON pointer."""
        self.found.append(
            self.document.diagnostic(
                pointer, code, message, hint, severity=severity, at_key=at_key
            )
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
        """Add a warning at a JSON pointer."""
        self.report(
            pointer, code, message, hint, severity=Severity.WARNING, at_key=at_key
        )

    def missing(self, pointer: str, whole: str, key: str, hint: str = "") -> None:
        """Report that a member of a mapping is not there."""
        self.report(
            pointer,
            "missing-field",
            f"{whole} has no '{key}'",
            hint or f"add '{key}'",
            at_key=True,
        )

    def objects(self, kind: str) -> Iterator[Visited]:
        """The objects of a kind, in the document's order."""
        yield from self.visited.get(kind, ())

    def value(self, pointer: str, value: Any, kind: str) -> None:
        """Walk a value that ought to be of a kind."""
        if kind == "any":
            return
        if kind == "texts":
            kind = "[string]" if is_list(value) else "string"
        if kind[0] == "[":
            if not is_list(value):
                self.wrong_type(pointer, value, "a list")
            for index, item in enumerate(sequence(value)):
                self.value(f"{pointer}/{index}", item, kind[1:-1])
        elif kind[0] == "{":
            if not is_mapping(value):
                self.wrong_type(pointer, value, "a mapping")
            for key, item in mapping(value).items():
                self.value(f"{pointer}/{escape(key)}", item, kind[1:-1])
        elif kind in _SCALARS:
            self._scalar(pointer, value, kind)
        else:
            self._object(pointer, value, kind)

    def _object(self, pointer: str, value: Any, kind: str) -> None:
        name = kind.rstrip("*")
        if name == "Schema" and isinstance(value, bool):
            return
        if not is_mapping(value):
            self.wrong_type(pointer, value, "a mapping", name)
            return
        if "$ref" in value and (kind != name or name == "Schema"):
            self.references.append((f"{pointer}/$ref", value["$ref"], name))
            if name != "Schema":
                self._beside_reference(pointer, value, name)
                return
        self.visited.setdefault(name, []).append((pointer, value))
        grammar = OBJECTS[name]
        hints: list[str] = []
        for key, item in value.items():
            where = f"{pointer}/{escape(key)}"
            if key in grammar.fields:
                if not (key == "$ref" and name == "Schema"):
                    self.value(where, item, grammar.fields[key])
            elif key.startswith("x-"):
                continue
            elif grammar.others:
                self.value(where, item, grammar.others)
            else:
                hints.append(self._unknown(where, key, name, grammar))
        for key in grammar.required:
            if key not in value and not any(f"'{key}'" in hint for hint in hints):
                self.missing(pointer, _this(name, pointer), key)

    def _unknown(self, pointer: str, key: str, name: str, grammar: Object) -> str:
        """Report a field that an object does not have, and return the hint."""
        is_media_type = "/" in key and "content" in grammar.fields
        moved = "content" if is_media_type else MOVED.get(name, {}).get(key)
        if moved is not None:
            hint = f"it belongs under '{moved}'"
        else:
            hint = did_you_mean(key, (f for f in grammar.fields if f[0] != "$"))
        if grammar.open and not hint:
            return ""
        serious = bool(hint) and not grammar.open
        if name.endswith("Options"):
            serious = True
            hint = hint or f"the options are {', '.join(grammar.fields)}"
        self.report(
            pointer,
            "unknown-field",
            f"'{key}' is no field of {spoken(name)}",
            hint or "remove it, or begin its name with x-",
            severity=Severity.ERROR if serious else Severity.WARNING,
            at_key=True,
        )
        return hint

    def _beside_reference(self, pointer: str, value: dict[str, Any], name: str) -> None:
        for key in value:
            if key in _BESIDE_REFERENCE or key.startswith("x-"):
                continue
            where = f"{pointer}/{escape(key)}"
            if name == "PathItem":
                what = f"'{key}' beside the $ref of a path is not supported yet"
                self.report(where, "unsupported", what, at_key=True)
            else:
                self.warn(
                    where,
                    "ignored-field",
                    f"OpenAPI ignores '{key}' beside a $ref",
                    "write it in what the $ref refers to",
                    at_key=True,
                )

    def _scalar(self, pointer: str, value: Any, kind: str) -> None:
        if isinstance(value, bool):
            sound = kind == "boolean"
        else:
            sound = isinstance(value, _SCALARS[kind])
        if sound:
            return
        if kind == "string" and type(value) in (int, float):
            self.warn(
                pointer,
                "not-text",
                f"{self._name(pointer)} is {kind_of(value)}, not text",
                "put it in quotes",
            )
            return
        self.wrong_type(pointer, value, _SPOKEN[kind])

    def wrong_type(
        self, pointer: str, value: Any, expected: str, name: str = ""
    ) -> None:
        """Report a value of the wrong type."""
        self.report(
            pointer,
            "wrong-type",
            f"{self._name(pointer)} must be {expected}, and is {kind_of(value)}",
            _mended(pointer, value, expected, name),
        )

    def _name(self, pointer: str) -> str:
        """How one speaks of the value at a JSON pointer."""
        if not pointer:
            return "the document"
        if is_list(lookup(self.document.data, pointer.rpartition("/")[0])):
            return "this item"
        return f"'{clipped(segments(pointer)[-1])}'"


def _this(name: str, pointer: str) -> str:
    """How one speaks of the object that stands at a JSON pointer."""
    if name.endswith("Options"):
        return f"'{segments(pointer)[-1]}'"
    return f"this {spoken(name).partition(' ')[2]}"


def _mended(pointer: str, value: Any, expected: str, name: str) -> str:
    """A hint that says how to write a value of the wrong type."""
    short = isinstance(value, str) and len(value) < _SHOWN_CHARACTERS
    match expected:
        case _ if value is None:
            empty = "write []" if expected == "a list" else "give it a value"
            return f"{empty} or remove it"
        case "true or false" if short and value.lower() in _BOOLEANS:
            return f"write {_BOOLEANS[value.lower()]}"
        case "a number" if short and value.lstrip("-").isdecimal():
            return "remove the quotes"
        case "text" if isinstance(value, bool):
            return "put it in quotes"
        case "a list" if isinstance(value, bool) and pointer.endswith("/required"):
            return "name the property under 'required' of the schema around it"
        case "a list" if short:
            return f"write [{value}]"
        case "a list" if is_mapping(value):
            return "put it in a list"
        case "a mapping" if is_list(value) and len(value) == 1 and is_mapping(value[0]):
            return "take it out of the list"
        case "a mapping" if short:
            return _as_object(name, str(value))
        case _:
            return ""


def _as_object(name: str, text: str) -> str:
    """A hint for text that stands where an object belongs."""
    if name == "SecurityRequirement":
        return f"write '{text}: []'"
    if name == "Schema":
        return f"write 'type: {text}' in it" if text in TYPES else ""
    required = OBJECTS[name].required if name in OBJECTS else ()
    return f"write '{required[0]}: {text}'" if required else ""


def clipped(text: str) -> str:
    """Text of a document, as much of it as a message can hold."""
    if len(text) <= _SHOWN_CHARACTERS:
        return text
    return f"{text[:_SHOWN_CHARACTERS]}..."


def kind_of(value: Any) -> str:
    """What a message calls a value."""
    match value:
        case None:
            return "empty"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}" if len(str(value)) < 20 else "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "a mapping"
