"""Run of one document through every command, with its violations."""

import re
import signal
import sys
import tempfile
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import click

from tests.hostile import inspection
from tests.hostile.accepted_verdicts import REASONS
from tests.hostile.limits import ChildResult, Limits, run
from tests.hostile.package_use import use_package
from tests.hostile.results import MAX_MEGABYTES, MAX_SECONDS, Row
from tests.hostile.sandbox import Sandbox
from tests.hostile.validity import is_valid
from tests.hostile.vectors import HARMLESS, REJECT, Vector

_PACKAGE = "client"
_LOCATED = re.compile(r":\d+:\d+: ([a-z0-9-]+) (?!.*\(warning\)$)", re.MULTILINE)
_TRACEBACK = "Traceback (most recent call last)"


@dataclass(frozen=True, slots=True)
class Trial:
    """Configuration of the runs.

    Attributes:
        program: Command line to run.
        limits: Limits of each command.
        baseline: Active markup in the site of a harmless document.
    """

    program: click.Command
    limits: Limits = Limits()
    baseline: Collection[str] = ()

    def run(self, vector: Vector) -> Row:
        """Run one document in a sandbox of its own."""
        with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
            return _Run(self, vector, Sandbox(Path(folder).resolve())).run()


class _Run:
    """Run of one document."""

    def __init__(self, trial: Trial, vector: Vector, sandbox: Sandbox) -> None:
        self._trial = trial
        self._vector = vector
        self._sandbox = sandbox
        self._row = Row(vector.id, vector.file_name, vector.expected)

    def run(self) -> Row:
        document = self._sandbox.fill(self._vector)
        self._before = self._sandbox.files()
        package = self._sandbox.out / _PACKAGE
        checked = self._command("check", "--spec", document)
        generated = self._command(
            "generate", "--spec", document, "--output", f"out/{_PACKAGE}"
        )
        self._judge(checked, generated, package)
        if package.is_dir() and generated.status == 0:
            self._note("generate", inspection.inspect_package(package))
            self._use(document)
            self._document(package)
        for name in self._sandbox.canaries():
            self._row.add("all", "file", name)
        return self._row

    def _judge(
        self, checked: ChildResult, generated: ChildResult, package: Path
    ) -> None:
        row = self._row
        written = any(path.is_file() for path in self._sandbox.out.rglob("*"))
        if generated.status == 0:
            row.got = HARMLESS
        elif generated.status == 1:
            row.got = REJECT
            located = _LOCATED.search(generated.stdout)
            row.code = located.group(1) if located else ""
            if not located and _TRACEBACK not in generated.output:
                row.add("generate", "unlocated", generated.output[-200:])
        if generated.status != 0 and written:
            row.add("generate", "written", "files were written after an error")
        if generated.status == 0 and not package.is_dir():
            row.add("generate", "status", "exit status 0, and nothing was written")
        if {checked.status, generated.status} == {0, 1}:
            row.add(
                "check",
                "status",
                f"check exits {checked.status}, generate {generated.status}",
            )
        if row.is_expected:
            return
        row.reason = REASONS.get(row.id, "")
        if row.got == REJECT and not row.reason and not is_valid(self._vector.path):
            row.reason = f"not valid OpenAPI: {row.code}"

    def _document(self, package: Path) -> None:
        """Write the package's reference in each form."""
        name = f"out/{_PACKAGE}"
        pages, site = self._sandbox.out / "docs", self._sandbox.out / "site"
        if self._command("docs", name, "--output", "out/docs").status == 0:
            self._note("docs", inspection.inspect_pages(pages))
        result = self._command("docs", name, "--json", stage="json")
        if result.status == 0:
            self._note("json", inspection.inspect_json(result.stdout))
        arguments = ("docs", name, "--site", "--output", "out/site")
        if self._command(*arguments, stage="site").status == 0:
            self._note("site", inspection.inspect_site(site, self._trial.baseline))

    def _use(self, document: str) -> None:
        sandbox = self._sandbox

        def act() -> None:
            use_package(sandbox.out, _PACKAGE, sandbox.work / document)

        self._child("use", act)

    def _command(self, *arguments: str, stage: str = "") -> ChildResult:
        def act() -> None:
            self._trial.program.main(list(arguments), prog_name="clientcast")

        result = self._child(stage or arguments[0], act)
        self._note(stage or arguments[0], inspection.inspect_output(result.output))
        return result

    def _child(self, stage: str, act: Callable[[], object]) -> ChildResult:
        """Run a function in a guarded child process, and record its result."""
        row, sandbox = self._row, self._sandbox

        def guarded() -> None:
            sandbox.enter()
            sys.dont_write_bytecode = True
            sandbox.guard.install()
            act()

        result = run(guarded, sandbox.work, self._trial.limits)
        row.seconds[stage] = round(result.cpu, 2)
        row.megabytes[stage] = result.megabytes
        if result.cpu > MAX_SECONDS:
            row.add(stage, "seconds", f"{result.cpu:.1f} s of CPU")
        if result.megabytes > MAX_MEGABYTES:
            row.add(stage, "memory", f"{result.megabytes} MB")
        if _TRACEBACK in result.output:
            row.add(stage, "traceback", _last_line(result.output))
        elif result.status < 0:
            row.add(stage, "hang", f"killed by {signal.Signals(-result.status).name}")
        elif result.status not in (0, 1):
            row.add(stage, "status", f"{result.status}: {result.output[-200:]}")
        elif result.status and stage not in ("check", "generate"):
            row.add(stage, "status", f"{result.status}: {result.output[-200:]}")
        for line in result.reports:
            kind, _, detail = line.partition(": ")
            row.add(stage, kind, detail)
        after = sandbox.files()
        for name in sorted(after - self._before):
            kind = "left" if name.startswith("tmp/") else "path"
            row.add(stage, kind, f"{name} was written")
        for name in sorted(self._before - after):
            row.add(stage, "path", f"{name} was deleted")
        self._before = after
        return result

    def _note(self, stage: str, found: Iterable[tuple[str, str]]) -> None:
        for kind, detail in found:
            self._row.add(stage, kind, detail)


def _last_line(output: str) -> str:
    """Return the last line and the innermost location of the last traceback."""
    trace = output.rpartition(_TRACEBACK)[2].strip().splitlines()
    places = [line.strip() for line in trace if line.startswith("  File ")]
    own_frames = [place for place in places if "site-packages" not in place] or places
    last = next((line for line in reversed(trace) if line and line[0] != " "), "")
    place = re.sub(
        r'File "(?:.*/)?([^/"]+/[^/"]+)", line (\d+), in (\S+)',
        r"\1:\2 \3",
        "".join(own_frames[-1:]),
    )
    return f"{last[:200]} ({place})"
