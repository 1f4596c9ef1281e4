"""Walks a document by its grammar: what is of the wrong kind, unknown, missing or misreferred.

Everything that it finds sound is also handed, object by object, to the rules.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from clientcast.check.grammar import OBJECTS, SECTIONS, Object
from clientcast.diagnostic import Diagnostic, Severity, did_you_mean
from clientcast.references import lookup, segments, target
from clientcast.source import Document, escape

_SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
}


@dataclass
class Walk:
    """One walk through a document.

    Attributes:
        found: What is wrong.
        visited: Every object that stands where it may, by kind: pointer and value.
    """

    document: Document
    found: list[Diagnostic] = field(default_factory=list)
    visited: dict[str, list[tuple[str, dict[str, Any]]]] = field(default_factory=dict)

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

    def objects(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The objects of a kind, in the document's order."""
        yield from self.visited.get(kind, ())

    def value(self, pointer: str, value: Any, kind: str) -> None:
        """Walk a value that ought to be of a kind."""
        if kind == "any":
            return
        if kind[0] == "[":
            if self._expect(pointer, value, list, "a list"):
                for index, item in enumerate(value):
                    self.value(f"{pointer}/{index}", item, kind[1:-1])
        elif kind[0] == "{":
            if self._expect(pointer, value, dict, "a mapping"):
                for key, item in value.items():
                    self.value(f"{pointer}/{escape(key)}", item, kind[1:-1])
        elif kind in _SCALARS:
            self._scalar(pointer, value, kind)
        else:
            self._object(pointer, value, kind)

    def _object(self, pointer: str, value: Any, kind: str) -> None:
        name = kind.rstrip("*")
        if name == "Schema" and isinstance(value, bool):
            return
        if not self._expect(pointer, value, dict, "a mapping"):
            return
        if "$ref" in value and (kind != name or name == "Schema"):
            self._reference(f"{pointer}/$ref", value["$ref"], name)
            if name != "Schema":
                return
        self.visited.setdefault(name, []).append((pointer, value))
        grammar = OBJECTS[name]
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
                self._unknown(where, key, name, grammar)
        for key in grammar.required:
            if key not in value:
                self.report(
                    pointer,
                    "missing-field",
                    f"this {_spaced(name)} has no '{key}'",
                    f"add '{key}'",
                )

    def _unknown(self, pointer: str, key: str, name: str, grammar: Object) -> None:
        hint = did_you_mean(key, grammar.fields)
        if grammar.open and not hint:
            return
        serious = bool(hint) and not grammar.open
        self.report(
            pointer,
            "unknown-field",
            f"'{key}' is no field of a {_spaced(name)}",
            hint or "remove it, or begin its name with x-",
            severity=Severity.ERROR if serious else Severity.WARNING,
            at_key=True,
        )

    def _scalar(self, pointer: str, value: Any, kind: str) -> None:
        if isinstance(value, bool):
            sound = kind == "boolean"
        else:
            sound = isinstance(value, _SCALARS[kind])
        if sound:
            return
        if kind == "string" and isinstance(value, int | float):
            self.warn(
                pointer,
                "not-text",
                f"this is {_kind_of(value)}, not text",
                "put it in quotes",
            )
            return
        expected = "text" if kind == "string" else f"a {kind}"
        self.report(
            pointer, "wrong-type", f"this must be {expected}, and is {_kind_of(value)}"
        )

    def _expect(self, pointer: str, value: Any, type_: type, expected: str) -> bool:
        if isinstance(value, type_):
            return True
        self.report(
            pointer, "wrong-type", f"this must be {expected}, and is {_kind_of(value)}"
        )
        return False

    def _reference(self, pointer: str, reference: Any, name: str) -> None:
        if not isinstance(reference, str):
            self.report(
                pointer,
                "wrong-type",
                f"a reference must be text, and is {_kind_of(reference)}",
            )
            return
        into = target(reference)
        if into is None:
            self.report(
                pointer,
                "remote-reference",
                "this reference leaves the document, which is read alone",
                "copy what it refers to into components",
            )
            return
        section = f"/components/{SECTIONS[name]}/"
        if into.startswith("/components/") and not into.startswith(section):
            self.report(
                pointer,
                "wrong-reference",
                f"a {_spaced(name)} stands here, and this refers to something else",
                f"refer to #{section}...",
            )
            return
        try:
            value = lookup(self.document.data, into)
        except LookupError:
            self._unresolved(pointer, into, section)
            return
        self._follow(pointer, into, value)

    def _unresolved(self, pointer: str, into: str, section: str) -> None:
        if not into.startswith(section):
            self.report(
                pointer, "unresolved-reference", "there is nothing at this place"
            )
            return
        wanted = segments(into)[2]
        try:
            names = list(lookup(self.document.data, section.rstrip("/")))
        except LookupError:
            names = []
        self.report(
            pointer,
            "unresolved-reference",
            f"there is no '{wanted}' in {section.strip('/')}",
            did_you_mean(wanted, names),
        )

    def _follow(self, pointer: str, into: str, value: Any) -> None:
        """Report a chain of references that comes back to itself."""
        seen = {into}
        while isinstance(value, dict) and set(value) == {"$ref"}:
            following = (
                target(value["$ref"]) if isinstance(value["$ref"], str) else None
            )
            if following is None:
                return
            if following in seen:
                self.report(
                    pointer, "reference-cycle", "these references lead in a circle"
                )
                return
            seen.add(following)
            try:
                value = lookup(self.document.data, following)
            except LookupError:
                return


def _spaced(name: str) -> str:
    """What the specification calls an object: `Path Item Object`."""
    if name.endswith("Options"):
        return "mapping under x-client"
    if name == "OpenAPI":
        return "document"
    words = "".join(f" {c}" if c.isupper() and i else c for i, c in enumerate(name))
    return f"{words} Object"


def _kind_of(value: Any) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return "true or false"
        case int() | float():
            return f"the number {value}" if len(str(value)) < 20 else "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "a mapping"
