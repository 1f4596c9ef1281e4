"""Check of a document by the grammar: wrong types, unknown fields, missing fields.

It collects the valid objects and the references, by kind, for the rules.
"""

from typing import Any

from msgspec import Struct

from clientcast.check.misplaced import (
    fix_misplaced,
    intended_location,
    is_misspelled,
    matches_kind,
)
from clientcast.check.walk import Walk, describe_value, shorten
from clientcast.check.wrong_types import (
    ABSENT,
    UNKNOWN,
    ValueFix,
    fix_value,
    kind_title,
)
from clientcast.diagnostic import Severity, closest
from clientcast.grammar import OBJECTS, ObjectGrammar, object_title
from clientcast.plain import is_list, is_mapping, mapping, texts
from clientcast.references import lookup, resolve_path_item, segments
from clientcast.source import escape

_SCALARS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
}
_REFERENCE_FIELDS = ("$ref", "summary", "description")
"""The fields of a Reference Object (OpenAPI 3.1, 4.8.23)."""
_UNUSABLE_IF_INCOMPLETE = ("Parameter", "SecurityScheme")
"""Objects that are useless without a required field."""
_FIELD_FALLBACKS: dict[str, Any] = {
    "RequestBody": {"application/json": {}},
    "Server": "/",
}
"""Fallbacks for the missing required field of an object."""


def check_structure(walk: Walk) -> Walk:
    """Check a document by the grammar, and return the walk through the fixed document.

    Afterwards each value is of its kind, or has an error.
    """
    _StructureCheck(walk).value("", walk.document.data, "OpenAPI")
    if not walk.fixes:
        return walk
    second_walk = Walk(
        walk.fixed_document(), walk.diagnostics, walk.errors, lenient=walk.lenient
    )
    _StructureCheck(second_walk).value("", second_walk.document.data, "OpenAPI")
    return second_walk


class _StructureCheck(Struct, frozen=True):
    """Recursive check of the values of a document."""

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
        """Check a value that must be of a kind.

        Args:
            pointer: JSON pointer of the value.
            value: The value.
            kind: The kind, in the notation of the grammar.
            required: Whether its object requires it.
            in_map: Whether it is in a map, where its key has a meaning.
        """
        if kind == "any":
            return
        if kind == "texts":
            kind = "[string]" if is_list(value) else "string"
        if not self._matches(kind, pointer, value):
            fix = fix_value(value, kind, required=required, in_map=in_map)
            self.wrong_type(pointer, value, kind, fix)
        elif kind[0] == "[":
            for index, item in enumerate(value):
                self.value(f"{pointer}/{index}", item, kind[1:-1])
        elif kind[0] == "{":
            for key, item in mapping(value).items():
                where = f"{pointer}/{escape(key)}"
                self.value(where, item, kind[1:-1], in_map=True)
        elif kind not in _SCALARS:
            self._object(pointer, value, kind)

    def _matches(self, kind: str, pointer: str, value: Any) -> bool:
        """Return whether a value is of a kind; a number for text is accepted and reported."""
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
                f"{self._value_title(pointer)} is {describe_value(value)}, not text",
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
                self._check_reference_siblings(pointer, value, name)
                return
        self.walk.objects_by_kind.setdefault(name, []).append((pointer, value))
        grammar = OBJECTS[name]
        misplaced: list[str] = []
        hints: list[str] = []
        for key, item in value.items():
            field = grammar.fields.get(key)
            if field == "any" or field == "string" and isinstance(item, str):
                continue
            where = f"{pointer}/{escape(key)}"
            if field is not None:
                required = key in grammar.required
                if not (key == "$ref" and name == "Schema"):
                    self.value(where, item, field, required=required)
            elif key.startswith("x-"):
                continue
            elif grammar.other_kind:
                self.value(where, item, grammar.other_kind, in_map=True)
            elif location := intended_location(key, name):
                misplaced.append(key)
                hints.append(f"it belongs under '{location}'")
                self._report_unknown(where, key, name, hints[-1])
            else:
                hints.append(
                    self._check_unknown_field(pointer, value, key, name, grammar)
                )
        fix_misplaced(self.walk.fixes, pointer, value, name, misplaced)
        for key in grammar.required:
            if value.get(key) is None and not any(f"'{key}'" in h for h in hints):
                self._report_missing(pointer, value, name, key)

    def _report_missing(
        self, pointer: str, value: dict[str, Any], name: str, key: str
    ) -> None:
        """Report a missing required field, and add its fallback."""
        serious = name in _UNUSABLE_IF_INCOMPLETE or name.endswith("Options")
        if value.get("in") == "querystring":  # its name goes nowhere
            serious = False
        self.walk.report_missing(
            pointer, _object_title(name, pointer), key, is_error=serious
        )
        if name == "ServerVariable":
            first = next(iter(texts(value.get("enum"))), "")
            self.walk.fixes.replace(f"{pointer}/{key}", first)
            if not first:
                options = {**mapping(value.get("x-client")), "required": True}
                self.walk.fixes.replace(f"{pointer}/x-client", options)
        elif name in _FIELD_FALLBACKS:
            self.walk.fixes.replace(f"{pointer}/{key}", _FIELD_FALLBACKS[name])
        elif name == "Discriminator":
            self.walk.fixes.remove(pointer)

    def _check_unknown_field(
        self,
        pointer: str,
        value: dict[str, Any],
        key: str,
        name: str,
        grammar: ObjectGrammar,
    ) -> str:
        """Report an unknown field of an object, and return the hint.

        A field that is misspelled by about one letter is renamed.
        """
        where = f"{pointer}/{escape(key)}"
        suggestion = closest(key, (f for f in grammar.fields if f[0] != "$"))
        hint = f"did you mean '{suggestion}'?" if suggestion is not None else ""
        if grammar.open and not hint:
            return ""
        if name.endswith("Options"):
            hint = hint or f"the options are {', '.join(grammar.fields)}"
            self._report_unknown(where, key, name, hint, severity=Severity.ERROR)
            return hint
        self._report_unknown(
            where, key, name, hint or "remove it, or begin its name with x-"
        )
        if (
            suggestion is not None
            and is_misspelled(key, suggestion)
            and suggestion not in value
        ):
            if matches_kind(value[key], grammar.fields[suggestion]):
                self.walk.fixes.rename_key(where, suggestion)
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
            f"'{shorten(key)}' is not a field of {object_title(name)}",
            hint,
            severity=severity,
            at_key=True,
        )

    def _check_reference_siblings(
        self, pointer: str, value: dict[str, Any], name: str
    ) -> None:
        for key in value:
            if key in _REFERENCE_FIELDS or key.startswith("x-"):
                continue
            where = f"{pointer}/{escape(key)}"
            if name == "PathItem":
                self._merge_path_item(pointer, value, key)
            else:
                self.walk.warn(
                    where,
                    "ignored-field",
                    f"OpenAPI ignores '{key}' beside a $ref",
                    "move it to the object that the $ref refers to",
                    at_key=True,
                )

    def _merge_path_item(self, pointer: str, value: dict[str, Any], key: str) -> None:
        """Merge the path item of a reference with the fields beside the reference."""
        self.walk.warn(
            f"{pointer}/{escape(key)}",
            "beside-reference",
            f"OpenAPI does not define '{key}' beside a $ref: both are merged",
            "move it to the object that the $ref refers to",
            at_key=True,
        )
        item = resolve_path_item(self.walk.document.data, value)
        if item is not value:
            self.walk.fixes.replace(pointer, item)

    def wrong_type(self, pointer: str, value: Any, kind: str, fix: ValueFix) -> None:
        """Report a value of the wrong type, and replace it by the intended value if known."""
        if kind == "[string]" and pointer.endswith("/required"):
            fix = self._fix_draft_3_required(pointer, value) or fix
        message = (
            f"{self._value_title(pointer)} must be {kind_title(kind)},"
            f" but is {describe_value(value)}"
        )
        if fix.value is UNKNOWN:
            self.walk.report(pointer, "wrong-type", message, fix.hint)
            return
        if fix.is_guess:
            self.walk.report_unusable(
                pointer, "wrong-type", message, fix.hint, "any value is accepted"
            )
        else:
            self.walk.warn(pointer, "wrong-type", message, fix.hint)
        if fix.value is ABSENT:
            self.walk.fixes.remove(pointer)
        else:
            self.walk.fixes.replace(pointer, fix.value)

    def _fix_draft_3_required(self, pointer: str, value: Any) -> ValueFix | None:
        """Return the fix of `required: true` in a property, as in JSON Schema draft 3."""
        is_required = fix_value(value, "boolean", required=True, in_map=False).value
        if not isinstance(value, bool) and is_required is UNKNOWN:
            return None
        if value is True or is_required is True:
            around, _, name = pointer.removesuffix("/required").rpartition("/")
            if around.endswith("/properties"):
                holder = around.removesuffix("/properties")
                self.walk.fixes.append(f"{holder}/required", segments(f"/{name}")[0])
            elif name == "schema":
                self.walk.fixes.replace(f"{around}/required", True)
        hint = "list the property under 'required' of the schema around it"
        return ValueFix(ABSENT, hint)

    def _value_title(self, pointer: str) -> str:
        """Return the name of the value at a JSON pointer for a message."""
        if not pointer:
            return "the document"
        if is_list(lookup(self.walk.document.data, pointer.rpartition("/")[0])):
            return "this item"
        return f"'{shorten(segments(pointer)[-1])}'"


def _object_title(name: str, pointer: str) -> str:
    """Return the name of the object at a JSON pointer for a message."""
    if name.endswith("Options"):
        return f"'{segments(pointer)[-1]}'"
    return f"this {object_title(name).partition(' ')[2]}"
