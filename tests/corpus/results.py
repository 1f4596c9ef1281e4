"""Results of the documents of a corpus, stored as JSON."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

_QUOTED = re.compile(r"(?<!\w)'[^']*'|`[^`]*`|\"[^\"]*\"|“[^”]*”")
_ROUTE = re.compile(r"(?<!\S)/\S*")
_MEDIA_TYPE = r"[\w*.+-]+(?:/[\w*.+-]+)+(?:; ?[\w-]+=[^\s,]+)*"
_MEDIA_TYPES = re.compile(rf"{_MEDIA_TYPE}(?:, (?:{_MEDIA_TYPE}|[\w-]+=\S+))*")
_STATUS = re.compile(r"the (?:answer|response) (?:\dXX|\d+|default)")
_NUMBER = re.compile(r"\d+")


@dataclass(slots=True)
class DiagnosticGroup:
    """Diagnostics of a document whose messages differ only in names and numbers.

    Attributes:
        pattern: Message without names and numbers.
        error: Whether the severity is error rather than warning.
        example: The first diagnostic: line, column, message and hint.
    """

    code: str
    pattern: str
    error: bool
    count: int
    example: str


@dataclass(slots=True)
class Failure:
    """Failure of a stage without a diagnostic.

    Attributes:
        stage: Stage that failed.
        problem: Short description, equal for equal failures.
        details: Traceback or output.
    """

    stage: str
    problem: str
    details: str = ""


CLIENT_FAULTS = ("requests", "responses", "untyped", "unsent", "uncalled")
"""Kinds of findings that are faults of the client."""


@dataclass(slots=True)
class WireFinding:
    """Finding about requests or responses: its number, and the first example."""

    kind: str
    problem: str
    count: int
    example: str


def _add_finding(
    found: list[WireFinding], kind: str, problem: str, example: str
) -> None:
    """Add a finding, or count it if it is known."""
    for noted in found:
        if (noted.kind, noted.problem) == (kind, problem):
            noted.count += 1
            return
    found.append(WireFinding(kind, problem, 1, example))


@dataclass(slots=True)
class WireResult:
    """Result of the calls of a document's operations.

    Attributes:
        total: Number of operations of the document.
        operations: Number of operations called: a request for each came in at the server.
        calls: Number of calls.
        accepted: Number of requests that openapi-core accepts.
        responses: Number of responses read.
        found: Findings by kind. Faults of the client: `requests` that differ from the
            arguments, `responses` read as other values, `untyped` values that no argument
            takes, `unsent` calls without a request, `uncalled` operations without one.
            Others: `unmade` values that could not be generated, `unread` parts of the
            document, and `disputed` parts of requests, which openapi-core reads wrongly.
    """

    total: int = 0
    operations: int = 0
    calls: int = 0
    accepted: int = 0
    responses: int = 0
    found: list[WireFinding] = field(default_factory=list[WireFinding])

    def add(self, kind: str, problem: str, example: str) -> None:
        """Add a finding, or count it if it is known."""
        _add_finding(self.found, kind, problem, example)


@dataclass(slots=True)
class FakesResult:
    """Result of the calls of a fake.

    Attributes:
        total: Number of operations of the fake.
        responded: Number of operations whose example was read without a warning.
        found: Findings by kind. Faults of the fake: `responses` that are not read, and `calls`
            that are recorded otherwise. Others: `arguments` without a sample value that clients
            accept, and operations whose requests are `alike` those of others.
    """

    total: int = 0
    responded: int = 0
    found: list[WireFinding] = field(default_factory=list[WireFinding])

    def add(self, kind: str, problem: str, example: str) -> None:
        """Add a finding, or count it if it is known."""
        _add_finding(self.found, kind, problem, example)


@dataclass(slots=True)
class Result:
    """Result of one document.

    Attributes:
        version: Version of OpenAPI or Swagger, as written.
        valid: Verdict of openapi-spec-validator: yes, no, or `?` if it failed.
        stage: The last stage.
        routes: Number of operations in the document; None if they cannot be counted.
        covered: Number of operations that the client has in both modes.
        missing: Some of the operations that the client lacks.
        models: Number of classes constructed.
        seconds: CPU seconds by stage.
        megabytes: Peak of memory.
        findings: Findings of mypy; None if it was not run.
        wire: Result of the calls; None if no operation was called.
        fakes: Result of the calls of the fake; None if the package has none.
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
    fakes: FakesResult | None = None

    @property
    def warnings(self) -> int:
        """Number of warnings."""
        return sum(d.count for d in self.diagnostics if not d.error)

    @property
    def errors(self) -> dict[str, int]:
        """Number of errors by code."""
        found: dict[str, int] = {}
        for diagnosed in self.diagnostics:
            if diagnosed.error:
                found[diagnosed.code] = found.get(diagnosed.code, 0) + diagnosed.count
        return found

    @property
    def problems(self) -> dict[str, int]:
        """Number of occurrences of each problem; a document passes if it has none."""
        found = {f"{d.code}: {d.pattern}": d.count for d in self.diagnostics if d.error}
        # If the generator reports errors, a failure to count operations is no problem.
        failures = [f for f in self.failures if not found or f.stage != "count"]
        for failure in failures:
            key = f"{failure.stage}: {failure.problem}"
            found[key] = found.get(key, 0) + 1
        if not found and self.covered != self.routes:
            found["operations: not all are in the client"] = len(self.missing)
        for noted in self.wire.found if self.wire else ():
            if noted.kind in CLIENT_FAULTS:
                key = f"wire, {noted.kind}: {noted.problem}"
                found[key] = found.get(key, 0) + noted.count
        for noted in self.fakes.found if self.fakes else ():
            if noted.kind in ("responses", "calls"):
                key = f"fakes, {noted.kind}: {noted.problem}"
                found[key] = found.get(key, 0) + noted.count
        for finding in self.findings or ():
            key = f"mypy: {message_pattern(finding.partition(': ')[2])}"
            found[key] = found.get(key, 0) + 1
        return found

    @property
    def passed(self) -> bool:
        """Whether the document has no problem."""
        return not self.problems


def message_pattern(message: str) -> str:
    """Return a message with names, paths, media types and numbers replaced."""
    message = _QUOTED.sub("'…'", message)
    message = _ROUTE.sub("/…", message)
    message = _MEDIA_TYPES.sub("…/…", message)
    message = _STATUS.sub("the response N", message)
    return _NUMBER.sub("N", message)


def write(path: Path, results: list[Result]) -> None:
    """Write results to a file, to be compared with those of a later run."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results)) + b"\n")


def read(path: Path) -> list[Result]:
    """Read results from a file."""
    return msgspec.json.decode(path.read_bytes(), type=list[Result])
