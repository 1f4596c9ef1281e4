"""What a reference must be: it stays in its document and leads to what belongs in its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from clientcast.check.walk import Walk, clipped, kind_of
from clientcast.diagnostic import Severity
from clientcast.grammar import SECTIONS, spoken
from clientcast.plain import is_mapping
from clientcast.references import MAX_HOPS, lookup, segments, target
from clientcast.route import alike, by_likeness
from clientcast.source import escape

_NOTHING_WITHOUT = ("PathItem", "SecurityScheme")
"""Objects of which nothing can be known where a reference leads nowhere."""
_MEANT_WITHOUT: dict[str, Any] = {
    "MediaType": {},
    "RequestBody": {"content": {"application/json": {}}},
    "Response": {},
}
"""What is read in the place of an object whose reference leads nowhere."""


def check_references(walk: Walk) -> None:
    """Report what is wrong in each `$ref`, and circles of them."""
    hops: dict[str, int] = {}
    likenesses: dict[str, Mapping[str, str]] = {}
    for pointer, value, name in walk.references:
        if isinstance(value, str):
            _Reference(walk, pointer, value, name, hops, likenesses).check()
        else:
            message = f"'$ref' must be text, and is {kind_of(value)}"
            walk.warn(pointer, "wrong-type", message)
            walk.mends.drop(pointer)


@dataclass(frozen=True, slots=True)
class _Reference:
    """A reference being checked.

    Attributes:
        text: What it says.
        name: The object that it stands for.
        hops: How many references lead on from a place to what they mean in the end.
        likenesses: By section of components, the names of which no other is alike, by likeness.
    """

    walk: Walk
    pointer: str
    text: str
    name: str
    hops: dict[str, int] = field(repr=False)
    likenesses: dict[str, Mapping[str, str]] = field(repr=False)

    def check(self) -> None:
        """Report what is wrong with it."""
        into = target(self.text)
        if into is None:
            self._report_outside()
            return
        place = segments(into)
        is_component = place[:1] == ["components"] and len(place) <= 3
        if is_component and not into.startswith(f"{self._section}/"):
            self._report_wrong("/".join(place[:2]))
            return
        try:
            value = lookup(self.walk.document.data, into)
        except LookupError:
            self._report_unresolved(into)
            return
        if isinstance(value, dict | bool) or into.startswith(self._section):
            self._follow(into, value)
        else:
            self._report_wrong(kind_of(value))

    @property
    def _section(self) -> str:
        return f"/components/{SECTIONS[self.name]}"

    def _component(self) -> str:
        """A hint that names the component which the reference means by its last word."""
        last = self.text.rpartition("/")[2].lstrip("#")
        meant = self.walk.suggestions.closest(last, self._members(self._section))
        return f"did you mean '#{self._section}/{meant}'?" if meant is not None else ""

    def _members(self, place: str) -> list[str]:
        try:
            value = lookup(self.walk.document.data, place)
        except LookupError:
            return []
        return list(value) if is_mapping(value) else []

    def _report(self, code: str, message: str, hint: str, *, meant: str = "") -> None:
        """Report it, and read what is meant, or as much as can be known of it."""
        is_known = bool(meant) or self.name not in _NOTHING_WITHOUT
        severity = Severity.WARNING if is_known else Severity.ERROR
        self.walk.report(self.pointer, code, message, hint, severity=severity)
        holder = self.pointer.removesuffix("/$ref")
        if meant:
            self.walk.mends.put(self.pointer, f"#{self._section}/{escape(meant)}")
        elif self.name == "Schema":
            self.walk.mends.drop(self.pointer)
        elif self.name in _MEANT_WITHOUT:
            self.walk.mends.put(holder, _MEANT_WITHOUT[self.name])
        elif is_known:
            self.walk.mends.drop(holder)

    def _alike(self) -> str:
        """The one component that its last word names, but for case and punctuation."""
        if self.text.count("/") > 3:
            return ""
        if self._section not in self.likenesses:
            found = by_likeness(self._members(self._section))
            self.likenesses[self._section] = found
        return self.likenesses[self._section].get(
            alike(self.text.rpartition("/")[2]), ""
        )

    def _report_wrong(self, other: str) -> None:
        self._report(
            "wrong-reference",
            f"{spoken(self.name)} belongs here, and this refers to {other}",
            self._component() or f"refer to #{self._section}/...",
            meant=self._alike(),
        )

    def _report_outside(self) -> None:
        unread = self.walk.document.unread.get(self.text)
        if unread is not None and unread.code != "unresolved-reference":
            self.walk.report(self.pointer, *unread)
            return
        if unread is not None:
            self._report(*unread)
            return
        self._report(
            "unresolved-reference",
            f"'{clipped(self.text)}' names no place in this document",
            self._component() or "a reference begins with #/",
            meant=self._alike(),
        )

    def _report_unresolved(self, into: str) -> None:
        place, wanted = "", ""
        for wanted in segments(into):
            inner = f"{place}/{escape(wanted)}"
            try:
                lookup(self.walk.document.data, inner)
            except LookupError:
                break
            place = inner
        if into.startswith(f"{self._section}/") and self._section.startswith(place):
            place, wanted = self._section, segments(into)[2]
        self._report(
            "unresolved-reference",
            f"there is no '{clipped(wanted)}' in {place.strip('/') or 'the document'}",
            self.walk.did_you_mean(wanted, self._members(place)) or self._component(),
            meant=self._alike(),
        )

    def _follow(self, into: str, value: Any) -> None:
        """Report a chain of references that has no end, or too many links."""
        chain: dict[str, None] = {}
        while is_mapping(value) and isinstance(value.get("$ref"), str):
            if into in chain:
                self._report_circle(list(chain), into)
                self.hops.update(dict.fromkeys(chain, 0))
                return
            if into in self.hops:
                break
            chain[into] = None
            following = target(value["$ref"])
            if following is None:
                return
            into = following
            try:
                value = lookup(self.walk.document.data, into)
            except LookupError:
                return
        hops = self.hops.get(into, 0)
        for place in reversed(chain):
            hops += 1
            self.hops[place] = hops
        if hops + 1 == MAX_HOPS:
            self.walk.report(
                self.pointer,
                "limit-references",
                f"this is the first of {MAX_HOPS} references that lead to one another",
                "refer to the last of them",
            )

    def _report_circle(self, chain: list[str], into: str) -> None:
        circle = chain[chain.index(into) :]
        first = circle.index(min(circle))
        names = [
            (segments(place) or ["the document"])[-1]
            for place in circle[first:] + circle[:first]
        ]
        shown = names if len(names) <= 4 else [*names[:3], "..."]
        is_schema = self.name == "Schema"
        self.walk.report(
            f"{min(circle)}/$ref",
            "reference-cycle",
            f"these references lead in a circle: {' to '.join([*shown, names[0]])}",
            "say in one place what is meant, without $ref",
            severity=Severity.WARNING if is_schema else Severity.ERROR,
        )
        if is_schema:
            self.walk.mends.drop(f"{min(circle)}/$ref")
