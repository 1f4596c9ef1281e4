"""Process that generates, imports and checks the client of one document.

It writes its result before each stage, so that a result exists even if the document exceeds
the limits.
"""

import argparse
import importlib
import os
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.corpus.documents import count_operations
from tests.corpus.package import ModelBuilder, Package
from tests.corpus.results import (
    DiagnosticGroup,
    Failure,
    Result,
    message_pattern,
    write,
)
from tests.corpus.routes import missing_operations, unnamed
from tests.support import validation
from tests.support.project import ROOT
from tests.support.validation import ForkOfCaller, ThreadedChild

STEPS = ("read", "bundle", "check", "parse", "bind", "render")
"""The steps of the pipeline, as its module names them; it renders in `code_files`."""

_SMALL = ROOT / "tests" / "specs" / "ok" / "crud.yaml"

MAX_MISSING = 20
MAX_DETAILS = 4000


class Worker:
    """Stages of one document."""

    def __init__(
        self,
        document: Path,
        package: Package,
        result_file: Path,
        wire: bool = False,
        within: Path | None = None,
        testing: bool = False,
    ) -> None:
        self.document = document
        self.within = within
        self.wire = wire
        self.testing = testing
        self.package = package
        self.result_file = result_file
        self.result = Result(document.name)
        self.routes: dict[str, str] | None = None

    def run(self) -> None:
        """Run all stages until one fails."""
        self._attempt("count", self._count)
        for stage, action in (
            ("generate", self._generate),
            ("compile", self.package.compile),
            ("routes", self._compare_routes),
            ("import", self._import),
            ("construct", self._construct),
            ("wire", self._call_operations),
            ("fakes", self._call_fakes),
        ):
            if not self._attempt(stage, action):
                break
        self._write_result("")

    def _attempt(self, stage: str, action: Callable[[], object]) -> bool:
        """Run a stage and return whether it succeeded; add its failure to the result."""
        try:
            with self._timed(stage):
                return action() is not False
        except Exception as error:
            stage = self.result.stage
            details = traceback.format_exc()[-MAX_DETAILS:]
            problem = f"{type(error).__name__} {_raising_function(error)}: {message_pattern(str(error))}"
            self.result.failures.append(
                Failure(
                    stage,
                    " ".join(problem.split())[:300],
                    _without_local_paths(details),
                )
            )
            return False

    def _count(self) -> None:
        counted = count_operations(self.document)
        self.result.version = counted.version
        self.result.routes = len(counted.routes)
        self.routes = counted.routes

    def _generate(self) -> bool:
        from clientcast import loading, pipeline
        from clientcast.conventions import Conventions
        from clientcast.output import write as write_package
        from clientcast.trust import Trust

        for step in STEPS:
            name = "code_files" if step == "render" else step
            module = pipeline if hasattr(pipeline, name) else loading
            setattr(module, name, self._timed_step(step, getattr(module, name)))
        cast_result = pipeline.cast(
            self.document,
            self.document.name,
            within=self.within,
            trust=Trust(lenient=True),
            conventions=Conventions(testing=self.testing),
        )
        self.result.diagnostics = _group_diagnostics(cast_result.diagnostics)
        if cast_result.files is None:
            return False
        with self._timed("write"):
            write_package(self.package.folder / self.package.name, cast_result.files)
        return True

    def _compare_routes(self) -> None:
        sent = Counter[str]()
        for route, count in self.package.routes().items():
            sent[unnamed(route)] += count
        self.result.lines = self.package.lines
        if self.routes is not None:
            missing = missing_operations(self.routes, sent)
            self.result.covered = len(self.routes) - len(missing)
            self.result.missing = missing[:MAX_MISSING]

    def _import(self) -> None:
        sys.path.insert(0, str(self.package.folder))
        self.modules = self.package.load()

    def _construct(self) -> None:
        builder = ModelBuilder()
        self.result.models = sum(builder.construct(m) for m in self.modules)
        # msgspec must have a decoder for each model that the runtime decodes with it.
        decoders = importlib.import_module(
            f"{self.package.name}._runtime.codec.msgspec_decoders"
        )
        for model in builder.models:
            decoders.msgspec_decoder(model)

    def _call_operations(self) -> None:
        if not self.wire:
            return
        # Imported only here, as openapi-core takes a second to import.
        from tests.corpus.wire.trial import call_operations

        folder, name = self.package.folder, self.package.name
        self.result.wire = call_operations(self.document, folder, name)

    def _call_fakes(self) -> None:
        if self.testing:
            from tests.corpus.fakes import call_fakes

            self.result.fakes = call_fakes(self.package.name)

    def _timed_step(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self._timed(name):
                return step(*args, **kwargs)

        return timed

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        self._write_result(stage)
        start = _cpu_seconds()
        try:
            yield
        finally:
            self.result.seconds[stage] = round(_cpu_seconds() - start, 2)

    def _write_result(self, stage: str) -> None:
        self.result.stage = stage or self.result.stage
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        self.result.megabytes = peak // 1024
        beside = self.result_file.with_suffix(".part")
        write(beside, [self.result])
        beside.replace(self.result_file)


def _cpu_seconds() -> float:
    """Return the CPU seconds of this process and its children, such as the validator."""
    theirs = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + theirs.ru_utime + theirs.ru_stime


def _raising_function(error: BaseException) -> str:
    """Return the innermost function of ours or of generated code in the traceback."""
    last = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if "site-packages" not in frame.filename and not frame.filename.startswith("<"):
            last = f"in {Path(frame.filename).name}, {frame.name}"
    return last


def _without_local_paths(details: str) -> str:
    return details.replace(f"{ROOT}/", "").replace(f"{Path(sys.prefix)}/", "")


def _group_diagnostics(diagnostics: Any) -> list[DiagnosticGroup]:
    found: dict[tuple[str, str, str], DiagnosticGroup] = {}
    for d in diagnostics:
        text = message_pattern(d.message)
        key = d.code, text, str(d.severity)
        if key not in found:
            hint = f" [{d.hint}]" if d.hint else ""
            example = f"{d.line}:{d.column}: {d.message}{hint}"
            found[key] = DiagnosticGroup(d.code, key[1], key[2] == "error", 0, example)
        found[key].count += 1
    return list(found.values())


def prepare() -> None:
    """Import what all documents need, by a cast of a small one; start no validator after that."""
    from clientcast.check import validator
    from clientcast.pipeline import cast

    for module in ("httpcore2", "httpx2"):  # which the packages import
        importlib.import_module(module)
    validation.prepare()
    validator.Child = lambda: ThreadedChild(ForkOfCaller())  # type: ignore[misc, assignment]
    os.fsync = lambda fd: None
    cast(_SMALL, _SMALL.name)


def main() -> None:
    """Run the stages of one document, and write the result to a file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("document", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("package")
    parser.add_argument("result_file", type=Path)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--megabytes", type=int, required=True)
    parser.add_argument("--within", type=Path)
    parser.add_argument("--wire", action="store_true")
    parser.add_argument("--testing", action="store_true")
    options = parser.parse_args()
    # Only soft limits: the validator's process sets its own limits, which may be higher.
    for limit, value in (
        (resource.RLIMIT_CPU, options.seconds),
        (resource.RLIMIT_AS, options.megabytes << 20),
    ):
        resource.setrlimit(limit, (value, resource.getrlimit(limit)[1]))
    package = Package(options.folder, options.package)
    Worker(
        options.document,
        package,
        options.result_file,
        options.wire,
        options.within,
        options.testing,
    ).run()
