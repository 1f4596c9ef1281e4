"""The process in which one document is cast, imported and tried.

It writes what it knows before each stage, so that something is known of a document that
takes all the time or memory that there is.
"""

import argparse
import importlib
import re
import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.corpus.documents import count
from tests.corpus.package import Builder, Package
from tests.corpus.results import Diagnosed, Failure, Result, pattern, write
from tests.support.project import ROOT

STEPS = ("read", "bundle", "check", "parse", "validate", "bind", "render")
"""The steps of the pipeline, as its module names them."""

MOST_MISSING = 20
MOST_DETAILS = 4000


class Worker:
    """One document on its way."""

    def __init__(
        self,
        document: Path,
        package: Package,
        told: Path,
        wire: bool = False,
        within: Path | None = None,
    ) -> None:
        self.document = document
        self.within = within
        self.wire = wire
        self.package = package
        self.told = told
        self.result = Result(document.name)
        self.routes: frozenset[str] | None = None

    def run(self) -> None:
        """Take the document through all stages, or as far as it gets."""
        self._attempt("count", self._count)
        for stage, act in (
            ("generate", self._generate),
            ("compile", self.package.compile),
            ("look", self._look),
            ("import", self._import),
            ("construct", self._construct),
            ("wire", self._call),
        ):
            if not self._attempt(stage, act):
                break
        self._tell("")

    def _attempt(self, stage: str, act: Callable[[], object]) -> bool:
        """Whether it went well; what failed is told with the step it failed in."""
        try:
            with self._timed(stage):
                return act() is not False
        except Exception as error:
            stage = self.result.stage
            details = traceback.format_exc()[-MOST_DETAILS:]
            problem = f"{type(error).__name__} {_place(error)}: {pattern(str(error))}"
            self.result.failures.append(
                Failure(stage, " ".join(problem.split())[:300], _short(details))
            )
            return False

    def _count(self) -> None:
        counted = count(self.document)
        self.result.version = counted.version
        self.result.routes = len(counted.routes)
        self.routes = counted.routes

    def _generate(self) -> bool:
        from clientcast import pipeline
        from clientcast.output import write as write_package

        for step in STEPS:
            setattr(pipeline, step, self._step(step, getattr(pipeline, step)))
        made = pipeline.cast(self.document, self.document.name, within=self.within)
        self.result.diagnostics = _diagnosed(made.diagnostics)
        if made.files is None:
            return False
        with self._timed("write"):
            write_package(self.package.folder / self.package.name, made.files)
        return True

    def _look(self) -> None:
        covered = self.package.routes()
        self.result.lines = self.package.lines
        if self.routes is not None:
            # A placeholder that has not the name of its parameter is called as that is, and
            # what is no path is not sent.
            sent = set(map(_as_sent, covered))
            missing = sorted(
                route for route in self.routes - covered if _as_sent(route) not in sent
            )
            self.result.covered = len(self.routes) - len(missing)
            self.result.missing = missing[:MOST_MISSING]

    def _import(self) -> None:
        sys.path.insert(0, str(self.package.folder))
        self.modules = self.package.load()

    def _construct(self) -> None:
        builder = Builder()
        self.result.models = sum(builder.construct(m) for m in self.modules)
        # msgspec is to know each model that the runtime thinks it does.
        decoders = importlib.import_module(
            f"{self.package.name}._runtime.msgspec_decoders"
        )
        for model in builder.models:
            decoders.msgspec_decoder(model)

    def _call(self) -> None:
        if not self.wire:
            return
        # What validates requests is needed for this alone, and takes a second to import.
        from tests.corpus.wire.trial import on_the_wire

        folder, name = self.package.folder, self.package.name
        self.result.wire = on_the_wire(self.document, folder, name)

    def _step(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self._timed(name):
                return step(*args, **kwargs)

        return timed

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        self._tell(stage)
        begun = _cpu()
        try:
            yield
        finally:
            self.result.seconds[stage] = round(_cpu() - begun, 2)

    def _tell(self, stage: str) -> None:
        self.result.stage = stage or self.result.stage
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self.result.megabytes = peak // 1024
        beside = self.told.with_suffix(".part")
        write(beside, [self.result])
        beside.replace(self.told)


def _cpu() -> float:
    """Seconds of this process and those that it started, such as the validator."""
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + theirs.ru_utime + theirs.ru_stime


def _place(error: BaseException) -> str:
    """Where it was raised: the innermost line of ours, or of what we generated."""
    last = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if "site-packages" not in frame.filename and not frame.filename.startswith("<"):
            last = f"in {Path(frame.filename).name}, {frame.name}"
    return last


def _as_sent(route: str) -> str:
    return re.sub(r"\{[^{}]*\}", "{}", re.split("[?#]", route)[0])


def _short(details: str) -> str:
    return details.replace(f"{ROOT}/", "").replace(f"{Path(sys.prefix)}/", "")


def _diagnosed(diagnostics: Any) -> list[Diagnosed]:
    found: dict[tuple[str, str, str], Diagnosed] = {}
    for d in diagnostics:
        said = pattern(d.message)
        key = d.code, said, str(d.severity)
        if key not in found:
            hint = f" [{d.hint}]" if d.hint else ""
            example = f"{d.line}:{d.column}: {d.message}{hint}"
            found[key] = Diagnosed(d.code, key[1], key[2] == "error", 0, example)
        found[key].count += 1
    return list(found.values())


def main() -> None:
    """Cast one document; what became of it is written to a file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("document", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("package")
    parser.add_argument("told", type=Path)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--megabytes", type=int, required=True)
    parser.add_argument("--within", type=Path)
    parser.add_argument("--wire", action="store_true")
    given = parser.parse_args()
    # Only the soft limits: the validator's process sets its own, which may be higher.
    for limit, value in (
        (resource.RLIMIT_CPU, given.seconds),
        (resource.RLIMIT_AS, given.megabytes << 20),
    ):
        resource.setrlimit(limit, (value, resource.getrlimit(limit)[1]))
    package = Package(given.folder, given.package)
    Worker(given.document, package, given.told, given.wire, given.within).run()


if __name__ == "__main__":
    main()
