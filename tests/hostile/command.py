"""Command line of the runner."""

import argparse
import fcntl
import importlib
import io
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager, redirect_stdout
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from unittest.mock import patch

import click
from clientcast.cache import FOLDER_VARIABLE

from tests.hostile.large_documents import write_large_documents
from tests.hostile.limits import Limits
from tests.hostile.listener import Listener
from tests.hostile.markup import live_markup
from tests.hostile.results import (
    MAX_MEGABYTES,
    MAX_SECONDS,
    Row,
    heading,
    line,
    summary,
    write_json,
)
from tests.hostile.sandbox import Sandbox
from tests.hostile.trial import Trial
from tests.hostile.vectors import Vector, vectors
from tests.support.project import ROOT
from tests.support.validation import ForkOfCaller, ThreadedChild, prepare

_WARM = (
    "black",
    "clientcast.docs.site",
    "griffe",
    "httpcore2",
    "httpx2",
    "jinja2",
    "markdown_it",
    "msgspec",
    "trio",
)
"""Modules that commands import lazily; imported once before children are forked."""

_HARMLESS = ROOT / "tests" / "specs" / "ok" / "crud.yaml"


def main(program: click.Command, limits: Limits = Limits()) -> int:
    """Run the documents given by the arguments, and print the table.

    Returns:
        The exit status: 0 if every document is clean.
    """
    given = _parser().parse_args()
    for module in _WARM:
        importlib.import_module(module)
    with tempfile.TemporaryDirectory(prefix="hostile-made-") as folder:
        chosen = [vector for each in given.folders for vector in vectors(each)]
        if given.generated:
            chosen += write_large_documents(Path(folder))
        chosen = [vector for vector in chosen if _is_chosen(vector, given.only)]
        with _turn(), _without_waits():
            return _print(Trial(program, limits), chosen, given.jobs, given.json)


@contextmanager
def _turn() -> Iterator[None]:
    """Wait until no other run listens: its documents would send requests to our listener."""
    with (Path(tempfile.gettempdir()) / f"hostile-{os.getuid()}.lock").open(
        "a"
    ) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _without_waits() -> Iterator[None]:
    """Start no interpreter for each document, wait for no disk, and cache nothing."""
    prepare()
    with (
        patch(
            "clientcast.check.validator.Child", lambda: ThreadedChild(ForkOfCaller())
        ),
        patch("os.fsync", lambda handle: None),
        patch.dict(os.environ, {FOLDER_VARIABLE: ""}),
    ):
        yield


def _print(trial: Trial, chosen: list[Vector], jobs: int, json: Path | None) -> int:
    trial = replace(trial, baseline=_harmless_markup(trial))
    imports = _import_seconds()
    print(
        f"Limits: {MAX_SECONDS:.0f} s of CPU and {MAX_MEGABYTES} MB for each command."
        f" CPU is without importing clientcast, which takes {imports:.1f} s more."
    )
    print(heading())
    rows: list[Row] = []
    # Workers are forked before the listener starts its thread.
    with multiprocessing.get_context("fork").Pool(jobs, _set_trial, (trial,)) as pool:
        listener = Listener()
        if listener.problem:
            print(f"warning: {listener.problem}", file=sys.stderr)
        for row in pool.imap(_run_vector, chosen):
            while listener.requests:
                row.add("all", "http", listener.requests.pop())
            rows.append(row)
            print(line(row), flush=True)
        listener.close()
    print()
    print(summary(rows))
    if json is not None:
        write_json(
            json, rows, {"import_seconds": imports, "listens": not listener.problem}
        )
    return int(not all(row.is_clean for row in rows))


_trial: Trial


def _set_trial(trial: Trial) -> None:
    """Store the trial in a worker; a click command cannot be pickled."""
    global _trial
    _trial = trial


def _run_vector(vector: Vector) -> Row:
    return _trial.run(vector)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile")
    parser.add_argument("folders", metavar="DIR", nargs="*", type=Path)
    parser.add_argument("--generated", action="store_true", help="large documents too")
    parser.add_argument(
        "--only", action="append", metavar="GLOB", help="ids or file names; repeatable"
    )
    parser.add_argument(
        "--jobs", type=int, default=1, help="number of parallel documents"
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="file for the table as JSON"
    )
    return parser


def _is_chosen(vector: Vector, patterns: list[str] | None) -> bool:
    names = (vector.id, vector.path.name, vector.path.stem)
    return not patterns or any(
        fnmatch(name, pattern) for name in names for pattern in patterns
    )


def _import_seconds() -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    search = os.pathsep.join([str(ROOT), str(ROOT / "generator")])
    command = [sys.executable, "-c", "import clientcast.cli"]
    subprocess.run(command, env={**os.environ, "PYTHONPATH": search}, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _harmless_markup(trial: Trial) -> frozenset[str]:
    """Return the active markup in the site of a harmless document.

    This process runs it, so that no child has to import what all documents need.
    """
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        sandbox = Sandbox(Path(folder).resolve())
        document = sandbox.fill(Vector("harmless", _HARMLESS))
        with chdir(sandbox.work), redirect_stdout(io.StringIO()):
            for arguments in (
                ["generate", "--spec", document, "--output", "out/client"],
                ["docs", "out/client", "--output", "out/docs"],
                ["docs", "out/client", "--site", "--output", "out/site"],
            ):
                trial.program.main(arguments, standalone_mode=False)
        return frozenset(_live(sandbox.out / "site"))


def _live(site: Path) -> Iterator[str]:
    for page in site.rglob("*.html"):
        yield from live_markup(page.read_text(encoding="utf-8"))
