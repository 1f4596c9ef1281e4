"""Rules for references: each resolves, within the document, to an object of the right kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clientcast.check.walk import Walk, describe_value, shorten
from clientcast.grammar import COMPONENT_SECTIONS, object_title
from clientcast.plain import is_mapping
from clientcast.references import MAX_HOPS, local_pointer, lookup, segments
from clientcast.route import loose_key, unique_by_loose_key
from clientcast.source import escape

_UNUSABLE_IF_UNRESOLVED = ("PathItem", "SecurityScheme")
"""Objects that have no fallback if their reference does not resolve."""
_OBJECT_FALLBACKS: dict[str, Any] = {
    "MediaType": {},
    "RequestBody": {"content": {"application/json": {}}},
    "Response": {},
}
"""Fallbacks for objects whose reference does not resolve."""
_READINGS = {
    "MediaType": "any value is accepted",
    "RequestBody": "any JSON is accepted",
    "Response": "any response is accepted",
    "Schema": "any value is accepted",
}
"""How these fallbacks are read."""


def check_references(walk: Walk) -> None:
    """Report mistakes in each `$ref`, and reference cycles."""
    hops: dict[str, int] = {}
    loose_names: dict[str, Mapping[str, str]] = {}
    for pointer, value, name in walk.references:
        if isinstance(value, str):
            _Reference(walk, pointer, value, name, hops, loose_names).check()
        else:
            message = f"'$ref' must be text, but is {describe_value(value)}"
            walk.report_unusable(
                pointer, "wrong-type", message, "", "this reference is left out"
            )
            walk.fixes.remove(pointer)


@dataclass(frozen=True, slots=True)
class _Reference:
    """A reference being checked.

    Attributes:
        text: The value of `$ref`.
        name: The kind of object that is expected.
        hops: Number of further references from a pointer to the final value.
        likenesses: By section of components, the names that are unique without case and
            punctuation.
    """

    walk: Walk
    pointer: str
    text: str
    name: str
    hops: dict[str, int] = field(repr=False)
    loose_names: dict[str, Mapping[str, str]] = field(repr=False)

    def check(self) -> None:
        """Report the mistakes in it."""
        pointed_at = local_pointer(self.text)
        if pointed_at is None:
            self._report_outside()
            return
        existing = segments(pointed_at)
        is_component = existing[:1] == ["components"] and len(existing) <= 3
        if is_component and not pointed_at.startswith(f"{self._section}/"):
            self._report_wrong("/".join(existing[:2]))
            return
        try:
            value = lookup(self.walk.document.data, pointed_at)
        except LookupError:
            self._report_unresolved(pointed_at)
            return
        if isinstance(value, dict | bool) or pointed_at.startswith(self._section):
            self._check_chain(pointed_at, value)
        else:
            self._report_wrong(describe_value(value))

    @property
    def _section(self) -> str:
        return f"/components/{COMPONENT_SECTIONS[self.name]}"

    def _component_hint(self) -> str:
        """Return a hint with the component that the last segment is closest to."""
        last = self.text.rpartition("/")[2].lstrip("#")
        replacement = self.walk.suggestions.closest(last, self._names_at(self._section))
        return (
            f"did you mean '#{self._section}/{replacement}'?"
            if replacement is not None
            else ""
        )

    def _names_at(self, existing: str) -> list[str]:
        try:
            value = lookup(self.walk.document.data, existing)
        except LookupError:
            return []
        return list(value) if is_mapping(value) else []

    def _report(
        self, code: str, message: str, hint: str, *, replacement: str = ""
    ) -> None:
        """Report the reference, and fix it or replace the object by its fallback."""
        is_replaceable = self.name not in _UNUSABLE_IF_UNRESOLVED
        if replacement:
            self.walk.warn(self.pointer, code, message, hint)
        elif is_replaceable:
            reading = _READINGS.get(self.name, "this is left out")
            self.walk.report_unusable(self.pointer, code, message, hint, reading)
        else:
            self.walk.report(self.pointer, code, message, hint)
        holder = self.pointer.removesuffix("/$ref")
        if replacement:
            self.walk.fixes.replace(
                self.pointer, f"#{self._section}/{escape(replacement)}"
            )
        elif self.name == "Schema":
            self.walk.fixes.remove(self.pointer)
        elif self.name in _OBJECT_FALLBACKS:
            self.walk.fixes.replace(holder, _OBJECT_FALLBACKS[self.name])
        elif is_replaceable and self.walk.lenient:
            self.walk.fixes.remove(holder)

    def _similar_component(self) -> str:
        """Return the component that the last segment names but for case and punctuation."""
        if self.text.count("/") > 3:
            return ""
        if self._section not in self.loose_names:
            found = unique_by_loose_key(self._names_at(self._section))
            self.loose_names[self._section] = found
        return self.loose_names[self._section].get(
            loose_key(self.text.rpartition("/")[2]), ""
        )

    def _report_wrong(self, other: str) -> None:
        self._report(
            "wrong-reference",
            f"{object_title(self.name)} is expected here, but this refers to {other}",
            self._component_hint() or f"refer to #{self._section}/...",
            replacement=self._similar_component(),
        )

    def _report_outside(self) -> None:
        unreadable = self.walk.document.unreadable.get(self.text)
        if unreadable is not None and unreadable.code != "unresolved-reference":
            self.walk.report(self.pointer, *unreadable)
            return
        if unreadable is not None:
            self._report(*unreadable)
            return
        self._report(
            "unresolved-reference",
            f"'{shorten(self.text)}' does not refer to a value of this document",
            self._component_hint() or "begin the reference with #/",
            replacement=self._similar_component(),
        )

    def _report_unresolved(self, pointed_at: str) -> None:
        existing, segment = "", ""
        for segment in segments(pointed_at):
            inner = f"{existing}/{escape(segment)}"
            try:
                lookup(self.walk.document.data, inner)
            except LookupError:
                break
            existing = inner
        if pointed_at.startswith(f"{self._section}/") and self._section.startswith(
            existing
        ):
            existing, segment = self._section, segments(pointed_at)[2]
        self._report(
            "unresolved-reference",
            f"there is no '{shorten(segment)}' in {existing.strip('/') or 'the document'}",
            self.walk.did_you_mean(segment, self._names_at(existing))
            or self._component_hint(),
            replacement=self._similar_component(),
        )

    def _check_chain(self, pointed_at: str, value: Any) -> None:
        """Report a chain of references that is a cycle or too long."""
        chain: dict[str, None] = {}
        while is_mapping(value) and isinstance(value.get("$ref"), str):
            if pointed_at in chain:
                self._report_circle(list(chain), pointed_at)
                self.hops.update(dict.fromkeys(chain, 0))
                return
            if pointed_at in self.hops:
                break
            chain[pointed_at] = None
            following = local_pointer(value["$ref"])
            if following is None:
                return
            pointed_at = following
            try:
                value = lookup(self.walk.document.data, pointed_at)
            except LookupError:
                return
        hops = self.hops.get(pointed_at, 0)
        for existing in reversed(chain):
            hops += 1
            self.hops[existing] = hops
        if hops + 1 == MAX_HOPS:
            self.walk.report(
                self.pointer,
                "limit-references",
                f"this reference begins a chain of {MAX_HOPS} references",
                "refer to the end of the chain",
            )

    def _report_circle(self, chain: list[str], pointed_at: str) -> None:
        circle = chain[chain.index(pointed_at) :]
        first = circle.index(min(circle))
        names = [
            (segments(existing) or ["the document"])[-1]
            for existing in circle[first:] + circle[:first]
        ]
        quoted = names if len(names) <= 4 else [*names[:3], "..."]
        pointer = f"{min(circle)}/$ref"
        message = f"these references form a cycle: {' to '.join([*quoted, names[0]])}"
        hint = "replace one of them by a schema or object without $ref"
        if self.name == "Schema":
            self.walk.report_unusable(
                pointer, "reference-cycle", message, hint, "any value is accepted"
            )
            self.walk.fixes.remove(pointer)
        else:
            self.walk.report(pointer, "reference-cycle", message, hint)
