"""A change between two surfaces of a client, and what it means for callers."""

from enum import StrEnum

from msgspec import Struct


class Severity(StrEnum):
    """Effect of a change on code that calls the client, the worst first."""

    BREAKING = "breaking"
    """Code that was right fails a type check, or fails when it runs."""
    RISKY = "risky"
    """Code still runs, and may do something else; or only unusual code fails."""
    SAFE = "safe"
    """Code does what it did."""

    @property
    def rank(self) -> int:
        """The order of severities, the worst first."""
        return tuple(Severity).index(self)


class Change(Struct, frozen=True):
    """A change of a client, judged for its callers.

    Attributes:
        kind: The kind of change, such as `method-removed`.
        subject: What changed, in Python's words: `sessions.verify`, `Session.status`.
        message: What happened to it, after the subject: `is removed`.
        reason: What that means for callers.
        old, new: The places in both versions; a part that one lacks has the place of what
            contained it.
    """

    severity: Severity
    kind: str
    subject: str
    message: str
    reason: str
    old: str
    new: str


def worst(changes: tuple[Change, ...]) -> Severity | None:
    """Return the worst severity of changes; None if there are none."""
    return min((c.severity for c in changes), key=lambda s: s.rank, default=None)


def code(text: object) -> str:
    """Return a text as a code span, which it cannot end."""
    content = str(text).replace("`", "'")
    return f"`{content}`"
