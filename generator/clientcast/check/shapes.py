"""Walks a document by its grammar: what is of the wrong kind, unknown, missing or misreferred.

Everything that it finds sound is handed, object by object, to the rules.
"""

from dataclasses import dataclass
from typing import Any

from clientcast.check.misplaced import home_of, is_misspelled, is_of_kind, move
from clientcast.check.walk import Walk, clipped, kind_of
from clientcast.check.wrong_types import (
    NOTHING,
    UNKNOWN,
    Meaning,
    meaning,
    spoken_kind,
)
from clientcast.diagnostic import Severity, closest
from clientcast.grammar import OBJECTS, Object, spoken
from clientcast.plain import is_list, is_mapping, mapping, texts
from clientcast.references import lookup, path_item, segments
from clientcast.source import escape

_SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
}
_BESIDE_REFERENCE = ("$ref", "summary", "description")
"""The fields that a Reference Object may have (OpenAPI 3.1, 4.8.23)."""
_NOTHING_WITHOUT = ("Parameter", "SecurityScheme")
"""Objects of which nothing is known where a field is missing."""
_MEANT_WITHOUT: dict[str, Any] = {
    "RequestBody": {"application/json": {}},
    "Server": "/",
}
"""What is read in the place of the required field that an object lacks."""


def walked(walk: Walk) -> Walk:
    """The walk done, through a document of which each value is of its kind or has an error."""
    _Shapes(walk).value("", walk.document.data, "OpenAPI")
    if not walk.mends:
        return walk
    again = Walk(walk.mended(), walk.found)
    _Shapes(again).value("", again.document.data, "OpenAPI")
    return again


@dataclass(frozen=True, slots=True)
class _Shapes:
    """What is walked by its grammar."""

    walk: Walk

    def value(
        self,
        pointer: str,
        value: Any,
        kind: str,
        *,
        required: bool = False,
        in_map: bool = False,
    ) -> None:
        """Walk a value that ought to be of a kind.

        Args:
            pointer: Where it stands.
            value: The value.
            kind: The kind, as the grammar writes it.
            required: Whether its object cannot be without it.
            in_map: Whether it stands in a map, where its key means something.
        """
        if kind == "any":
            return
        if kind == "texts":
            kind = "[string]" if is_list(value) else "string"
        if not self._is_of(kind, pointer, value):
            meant = meaning(value, kind, required=required, in_map=in_map)
            self.wrong_type(pointer, value, kind, meant)
        elif kind[0] == "[":
            for index, item in enumerate(value):
                self.value(f"{pointer}/{index}", item, kind[1:-1])
        elif kind[0] == "{":
            for key, item in mapping(value).items():
                where = f"{pointer}/{escape(key)}"
                self.value(where, item, kind[1:-1], in_map=True)
        elif kind not in _SCALARS:
            self._object(pointer, value, kind)

    def _is_of(self, kind: str, pointer: str, value: Any) -> bool:
        """Whether a value is of a kind, or nearly; then that is said."""
        if kind[0] == "[":
            return is_list(value)
        if kind not in _SCALARS:
            is_schema = kind == "Schema" and isinstance(value, bool)
            return is_schema or is_mapping(value)
        if isinstance(value, bool):
            return kind == "boolean"
        if kind == "string" and type(value) in (int, float):
            self.walk.warn(
                pointer,
                "not-text",
                f"{self._name(pointer)} is {kind_of(value)}, not text",
                "put it in quotes",
            )
            return True
        return isinstance(value, _SCALARS[kind])

    def _object(self, pointer: str, value: Any, kind: str) -> None:
        name = kind.rstrip("*")
        if isinstance(value, bool):
            return
        if "$ref" in value and (kind != name or name == "Schema"):
            self.walk.references.append((f"{pointer}/$ref", value["$ref"], name))
            if name != "Schema":
                self._beside_reference(pointer, value, name)
                return
        self.walk.visited.setdefault(name, []).append((pointer, value))
        grammar = OBJECTS[name]
        misplaced: list[str] = []
        hints: list[str] = []
        for key, item in value.items():
            where = f"{pointer}/{escape(key)}"
            if key in grammar.fields:
                required = key in grammar.required
                if not (key == "$ref" and name == "Schema"):
                    self.value(where, item, grammar.fields[key], required=required)
            elif key.startswith("x-"):
                continue
            elif grammar.others:
                self.value(where, item, grammar.others, in_map=True)
            elif home := home_of(key, name):
                misplaced.append(key)
                hints.append(f"it belongs under '{home}'")
                self._report_unknown(where, key, name, hints[-1])
            else:
                hints.append(self._unknown(pointer, value, key, name, grammar))
        move(self.walk.mends, pointer, value, name, misplaced)
        for key in grammar.required:
            if value.get(key) is None and not any(f"'{key}'" in h for h in hints):
                self._missing(pointer, value, name, key)

    def _missing(
        self, pointer: str, value: dict[str, Any], name: str, key: str
    ) -> None:
        """Report a field that an object must have, and read what is meant without it."""
        serious = name in _NOTHING_WITHOUT or name.endswith("Options")
        if value.get("in") == "querystring":  # its name goes nowhere
            serious = False
        self.walk.missing(pointer, _this(name, pointer), key, is_error=serious)
        if name == "ServerVariable":
            first = next(iter(texts(value.get("enum"))), "")
            self.walk.mends.put(f"{pointer}/{key}", first)
            if not first:
                options = {**mapping(value.get("x-client")), "required": True}
                self.walk.mends.put(f"{pointer}/x-client", options)
        elif name in _MEANT_WITHOUT:
            self.walk.mends.put(f"{pointer}/{key}", _MEANT_WITHOUT[name])
        elif name == "Discriminator":
            self.walk.mends.drop(pointer)

    def _unknown(
        self,
        pointer: str,
        value: dict[str, Any],
        key: str,
        name: str,
        grammar: Object,
    ) -> str:
        """Report a field that an object does not have, and return the hint.

        A field that is misspelled in one letter or so is read as the one that is meant.
        """
        where = f"{pointer}/{escape(key)}"
        meant = closest(key, (f for f in grammar.fields if f[0] != "$"))
        hint = f"did you mean '{meant}'?" if meant is not None else ""
        if grammar.open and not hint:
            return ""
        if name.endswith("Options"):
            hint = hint or f"the options are {', '.join(grammar.fields)}"
            self._report_unknown(where, key, name, hint, severity=Severity.ERROR)
            return hint
        self._report_unknown(
            where, key, name, hint or "remove it, or begin its name with x-"
        )
        if meant is not None and is_misspelled(key, meant) and meant not in value:
            if is_of_kind(value[key], grammar.fields[meant]):
                self.walk.mends.move(where, meant)
                return hint
        return ""

    def _report_unknown(
        self,
        pointer: str,
        key: str,
        name: str,
        hint: str,
        severity: Severity = Severity.WARNING,
    ) -> None:
        self.walk.report(
            pointer,
            "unknown-field",
            f"'{clipped(key)}' is no field of {spoken(name)}",
            hint,
            severity=severity,
            at_key=True,
        )

    def _beside_reference(self, pointer: str, value: dict[str, Any], name: str) -> None:
        for key in value:
            if key in _BESIDE_REFERENCE or key.startswith("x-"):
                continue
            where = f"{pointer}/{escape(key)}"
            if name == "PathItem":
                self._join(pointer, value, key)
            else:
                self.walk.warn(
                    where,
                    "ignored-field",
                    f"OpenAPI ignores '{key}' beside a $ref",
                    "write it in what the $ref refers to",
                    at_key=True,
                )

    def _join(self, pointer: str, value: dict[str, Any], key: str) -> None:
        """Read what a path refers to together with what it says itself."""
        self.walk.warn(
            f"{pointer}/{escape(key)}",
            "beside-reference",
            f"what OpenAPI means by '{key}' beside a $ref is not defined: both are read",
            "write it in what the $ref refers to",
            at_key=True,
        )
        item = path_item(self.walk.document.data, value)
        if item is not value:
            self.walk.mends.put(pointer, item)

    def wrong_type(self, pointer: str, value: Any, kind: str, meant: Meaning) -> None:
        """Report a value of the wrong type, and read what is meant in its place."""
        if kind == "[string]" and pointer.endswith("/required"):
            meant = self._required_of_draft_3(pointer, value) or meant
        message = (
            f"{self._name(pointer)} must be {spoken_kind(kind)},"
            f" and is {kind_of(value)}"
        )
        if meant.value is UNKNOWN:
            self.walk.report(pointer, "wrong-type", message, meant.hint)
            return
        self.walk.warn(pointer, "wrong-type", message, meant.hint)
        if meant.value is NOTHING:
            self.walk.mends.drop(pointer)
        else:
            self.walk.mends.put(pointer, meant.value)

    def _required_of_draft_3(self, pointer: str, value: Any) -> Meaning | None:
        """What `required: true` in a schema means, which stood there before draft 4."""
        is_required = meaning(value, "boolean", required=True, in_map=False).value
        if not isinstance(value, bool) and is_required is UNKNOWN:
            return None
        if value is True or is_required is True:
            around, _, name = pointer.removesuffix("/required").rpartition("/")
            if around.endswith("/properties"):
                holder = around.removesuffix("/properties")
                self.walk.mends.add(f"{holder}/required", segments(f"/{name}")[0])
            elif name == "schema":
                self.walk.mends.put(f"{around}/required", True)
        hint = "name the property under 'required' of the schema around it"
        return Meaning(NOTHING, hint)

    def _name(self, pointer: str) -> str:
        """How one speaks of the value at a JSON pointer."""
        if not pointer:
            return "the document"
        if is_list(lookup(self.walk.document.data, pointer.rpartition("/")[0])):
            return "this item"
        return f"'{clipped(segments(pointer)[-1])}'"


def _this(name: str, pointer: str) -> str:
    """How one speaks of the object that stands at a JSON pointer."""
    if name.endswith("Options"):
        return f"'{segments(pointer)[-1]}'"
    return f"this {spoken(name).partition(' ')[2]}"
