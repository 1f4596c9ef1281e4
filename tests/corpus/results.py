"""What became of each document of a corpus: whole or not and why, kept as JSON."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

_QUOTED = re.compile(r"(?<!\w)'[^']*'|`[^`]*`|\"[^\"]*\"|“[^”]*”")
_ROUTE = re.compile(r"(?<!\S)/\S*")
_MEDIA_TYPE = r"[\w*.+-]+(?:/[\w*.+-]+)+(?:; ?[\w-]+=[^\s,]+)*"
_MEDIA_TYPES = re.compile(rf"{_MEDIA_TYPE}(?:, (?:{_MEDIA_TYPE}|[\w-]+=\S+))*")
_STATUS = re.compile(r"the answer (?:\dXX|\d+|default)")
_NUMBER = re.compile(r"\d+")


@dataclass(slots=True)
class DiagnosticGroup:
    """Diagnostics of a document that say the same of different things.

    Attributes:
        pattern: The message without names and numbers.
        example: The first of them: line, column, message and hint.
    """

    code: str
    pattern: str
    error: bool
    count: int
    example: str


@dataclass(slots=True)
class Failure:
    """What went wrong that no diagnostic tells.

    Attributes:
        stage: What was being done.
        problem: In a few words, the same for all that is the same.
        details: A traceback, or whatever is known.
    """

    stage: str
    problem: str
    details: str = ""


CLIENT_FAULTS = ("requests", "responses", "untyped", "unsent", "uncalled")
"""Kinds of what is found on the wire that are wrong in a client."""


@dataclass(slots=True)
class WireFinding:
    """Something that was found on the wire: how often, and where first."""

    kind: str
    problem: str
    count: int
    example: str


@dataclass(slots=True)
class WireResult:
    """What became of the operations of a document when they were called.

    Attributes:
        operations: How many were called.
        calls: How often they were called.
        accepted: How many requests openapi-core found nothing wrong with.
        answers: How many answers were read.
        found: What was wrong, by kind: `requests` that do not carry what they should,
            `responses` that are read as something else, values that are `untyped`, calls that
            were `unsent`, operations that are not there to be called, `uncalled`; and what
            is no fault of the client: values that were `unmade`, what was `unread` of the
            document, what openapi-core and we do not agree on, `disputed`, and `nulls` that
            models do not send which are received as well, and where null is absence.
    """

    operations: int = 0
    calls: int = 0
    accepted: int = 0
    responses: int = 0
    found: list[WireFinding] = field(default_factory=list[WireFinding])

    def add(self, kind: str, problem: str, example: str) -> None:
        """Keep what was found."""
        for noted in self.found:
            if (noted.kind, noted.problem) == (kind, problem):
                noted.count += 1
                return
        self.found.append(WireFinding(kind, problem, 1, example))


@dataclass(slots=True)
class Result:
    """What became of one document.

    Attributes:
        version: Of OpenAPI or Swagger, as it is written.
        valid: What openapi-spec-validator says: yes, no, or why that is unknown.
        stage: What was done last.
        routes: How many operations the document has; None where it cannot be counted.
        covered: How many of them the client has, in both modes.
        missing: Some of those that it lacks.
        models: How many classes were constructed.
        seconds: CPU time by stage.
        megabytes: The most memory that was in use.
        findings: Of mypy; None where it was not run.
        wire: What became of its operations when called; None where none was.
    """

    document: str
    size: int = 0
    version: str = ""
    valid: str = ""
    stage: str = ""
    routes: int | None = None
    covered: int = 0
    missing: list[str] = field(default_factory=list[str])
    diagnostics: list[DiagnosticGroup] = field(default_factory=list[DiagnosticGroup])
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    megabytes: int = 0
    lines: int = 0
    models: int = 0
    failures: list[Failure] = field(default_factory=list[Failure])
    findings: list[str] | None = None
    wire: WireResult | None = None

    @property
    def warnings(self) -> int:
        """How many warnings there are."""
        return sum(d.count for d in self.diagnostics if not d.error)

    @property
    def errors(self) -> dict[str, int]:
        """How many errors there are, by code."""
        found: dict[str, int] = {}
        for diagnosed in self.diagnostics:
            if diagnosed.error:
                found[diagnosed.code] = found.get(diagnosed.code, 0) + diagnosed.count
        return found

    @property
    def problems(self) -> dict[str, int]:
        """Why this is not whole: each reason, and how often. Whole is what has none."""
        found = {f"{d.code}: {d.pattern}": d.count for d in self.diagnostics if d.error}
        # What the generator cannot read need not be counted either.
        told = [f for f in self.failures if not found or f.stage != "count"]
        for failure in told:
            key = f"{failure.stage}: {failure.problem}"
            found[key] = found.get(key, 0) + 1
        if not found and self.covered != self.routes:
            found["operations: not all are in the client"] = len(self.missing)
        for noted in self.wire.found if self.wire else ():
            if noted.kind in CLIENT_FAULTS:
                key = f"wire, {noted.kind}: {noted.problem}"
                found[key] = found.get(key, 0) + noted.count
        for finding in self.findings or ():
            key = f"mypy: {message_pattern(finding.partition(': ')[2])}"
            found[key] = found.get(key, 0) + 1
        return found

    @property
    def passed(self) -> bool:
        """Whether everything went well."""
        return not self.problems


def message_pattern(message: str) -> str:
    """A message without what differs from one place to another."""
    message = _QUOTED.sub("'…'", message)
    message = _ROUTE.sub("/…", message)
    message = _MEDIA_TYPES.sub("…/…", message)
    message = _STATUS.sub("the answer N", message)
    return _NUMBER.sub("N", message)


def write(path: Path, results: list[Result]) -> None:
    """Keep results, to be compared with those of another day."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results)) + b"\n")


def read(path: Path) -> list[Result]:
    """Results that were kept."""
    return msgspec.json.decode(path.read_bytes(), type=list[Result])
