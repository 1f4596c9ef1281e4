"""Tests of diagnostics against the golden files of `tests/specs/bad`, and of hostile documents.

`python -m tests.check.test_bad_specs` rewrites the golden files; read the difference.
"""

import ast
import csv
import re
import shutil
import signal
from collections.abc import Iterable, Iterator, Mapping
from contextlib import chdir, contextmanager
from functools import cache
from pathlib import Path
from types import FrameType

import clientcast
import pytest
from click.testing import CliRunner, Result
from clientcast.bundle import bundle
from clientcast.check import check, has_errors, validator
from clientcast.cli import main
from clientcast.diagnostic import Diagnostic, Severity
from clientcast.parse import parse
from clientcast.source import Document, read
from clientcast.swagger import convert
from clientcast.trust import Trust

from tests.support.casting import import_client
from tests.support.project import ROOT, SHARED

BAD_SPECS = ROOT / "tests" / "specs" / "bad"
SPECS = sorted(p for p in BAD_SPECS.iterdir() if p.is_file() and p.suffix != ".txt")

HOSTILE_FOLDER = SHARED / "hostile"
MAX_CPU_SECONDS = 20

CODE_ARGUMENT_INDEX = {
    "Diagnostic": 3,
    "DocumentError": 0,
    "UnreadableReference": 0,
    "_report": 0,
    "diagnostic": 1,
    "report_limit": 1,
    "report_unusable": 1,
    "report": 1,
    "warn": 1,
}
"""Index of the argument that is the code of a diagnostic, by the name of the callee."""

NOT_IN_GOLDEN_FILES = {
    "fault-of-clientcast": "needs a bug in clientcast",
    "limit-digits": "needs a number of 600 digits",
    "limit-paths": "needs a million pairs of paths",
    "limit-references": "needs a hundred components",
    "limit-size": "needs a document of 16 MiB",
    **dict.fromkeys(
        ("application-failed", "locked-document", "no-input"),
        "needs a document that is no file: see tests/load",
    ),
    **dict.fromkeys(
        (
            "not-overlay",
            "overlay-action",
            "overlay-target",
            "overlay-update",
            "overlay-version",
            "unknown-name",
            "unused-overlay-action",
        ),
        "needs an overlay or settings: see tests/overlay",
    ),
    **dict.fromkeys(
        ("limit-exchanges", "recording-entry"), "needs a recording: see tests/traffic"
    ),
    **dict.fromkeys(
        ("no-longer-different", "upstream-record"),
        "needs a record of differences: see tests/upstream",
    ),
}
"""Codes that no document in `tests/specs/bad` causes, with the reason."""

CHECKED_BY_COMMAND = [
    "001-title-triple-quote",
    "015-path-squote",
    "058-enum-value-newline",
    "095-spec-filename",
    "109-case-collision",
    "120-http-schema-ref",
    "150-alias-bomb",
    "160-redos-pattern",
    "162-allof-doubling",
    "175-control-chars",
    "189-bool-schemas",
    "202-typing-names",
    "212-odd-names",
    "252-coding-cookie",
]
"""Hostile documents to check with the command line, one for each kind of attack."""

ACCEPTED_WITH_WARNINGS = {
    "081-numeric-constraint-expr.yaml",
    "085-schema-ref-quotes.yaml",
    "090-schema-name-class.yaml",
    "091-schema-name-squote.yaml",
    "093-forwardref-annotation.yaml",
    "104-schema-dotdot.yaml",
    "105-schema-absolute.yaml",
    "137-allof-self.yaml",
    "187-info-null.yaml",
    "230-path-double-slash.yaml",
    "240-path-param-mismatch.yaml",
}
"""Hostile documents that are accepted with warnings, and read without the harmful parts."""

ACCEPTED_IF_LENIENT = {
    "083-type-expr.yaml",
    "129-self-alias.yaml",
    "130-mutual-alias.yaml",
    "134-ref-non-string.yaml",
    "142-ref-percent.yaml",
}
"""Hostile documents that `--lenient` accepts, too."""


def run_check(spec: Path) -> Result:
    """Run `clientcast check` for a document, in its folder."""
    with chdir(spec.parent):
        result = CliRunner().invoke(main, ["check", "--spec", spec.name])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.stderr == ""
    return result


def golden_file(spec: Path) -> Path:
    return spec.with_suffix(".txt")


def rewrite_golden_files() -> None:
    """Write the output of `clientcast check` for each document beside it."""
    printed = {golden_file(spec): run_check(spec).stdout for spec in SPECS}
    for old in set(BAD_SPECS.glob("*.txt")) - printed.keys():
        old.unlink()
    for path, output in printed.items():
        path.write_text(output, encoding="utf-8", newline="\n")


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_bad_document_prints_its_golden_file(spec: Path) -> None:
    expected = golden_file(spec).read_text(encoding="utf-8")
    result = run_check(spec)
    assert result.stdout == expected
    *problems, verdict, status = expected.splitlines()
    assert problems, "this document has no mistake"
    assert status.partition(":")[0] == f"exit {result.exit_code}"
    assert result.exit_code == (1 if re.search(r"\d errors?\b", verdict) else 0)


def test_each_bad_document_has_one_golden_file() -> None:
    assert len(SPECS) >= 45
    golden_files = sorted(BAD_SPECS.glob("*.txt"))
    assert golden_files == sorted(golden_file(spec) for spec in SPECS)
    assert len(set(golden_files)) == len(SPECS)


def test_every_diagnostic_code_is_in_a_golden_file() -> None:
    shown = {code for spec in SPECS for code in codes_in_golden_file(golden_file(spec))}
    assert codes_in_sources() - shown == set(NOT_IN_GOLDEN_FILES)
    assert shown <= codes_in_sources()


def codes_in_golden_file(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"\S+:\d+:\d+: (\S+) ", line):
            yield match[1]


def codes_in_sources() -> set[str]:
    """Return the codes of all diagnostics of the generator, from its syntax trees."""
    found: set[str] = set()
    for module in Path(clientcast.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(module.read_bytes())):
            found.update(filter(None, map(string_value, code_arguments(node))))
    assert {"yaml-syntax", "contradiction", "invalid"} <= found
    return found


def code_arguments(node: ast.AST) -> Iterable[ast.expr]:
    """Return the expressions that are codes: arguments of a call, or items of a tuple."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
            index = CODE_ARGUMENT_INDEX.get(name, len(args))
            return args[index : index + 1]
        case ast.Tuple(elts=[code, ast.Attribute(value=ast.Name(id="Severity"))]):
            return [code]
        case _:
            return []


def string_value(node: ast.expr) -> str:
    value = node.value if isinstance(node, ast.Constant) else ""
    return value if isinstance(value, str) else ""


def test_long_reference_chain_is_reported_once(tmp_path: Path) -> None:
    lines = ["openapi: 3.1.0", "info: {title: Chain, version: '1'}", "paths: {}"]
    lines += ["x-used: {$ref: '#/components/schemas/S149'}"]
    lines += ["components:", "  schemas:", "    S0: {type: string}"]
    link = "    S{}: {{$ref: '#/components/schemas/S{}'}}"
    spec = tmp_path / "chain.yaml"
    lines += [link.format(index, index - 1) for index in range(1, 100)]
    spec.write_text("\n".join(lines), encoding="utf-8")
    assert diagnostics(spec) == []
    lines += [link.format(index, index - 1) for index in range(100, 150)]
    spec.write_text("\n".join(lines), encoding="utf-8")
    (diagnostic,) = diagnostics(spec)
    assert (diagnostic.line, diagnostic.code) == (
        lines.index(link.format(100, 99)) + 1,
        "limit-references",
    )


@pytest.mark.parametrize(
    "program", ["os.kill(os.getpid(), 9)", "sys.exit(1)", "print('no JSON')"]
)
def test_validator_process_that_fails_is_a_warning(
    program: str,
    cold_validator: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    failing = tmp_path / "child.py"
    failing.write_text(f"import os, sys\n{program}\n", encoding="utf-8")
    monkeypatch.setattr(validator, "PROGRAM", failing)
    (unfinished,) = validate(read(BAD_SPECS / "operation-no-id.yaml"))
    assert (unfinished.code, unfinished.severity) == ("not-validated", Severity.WARNING)


def test_validator_process_that_does_not_end_is_a_warning(
    cold_validator: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(validator, "CEILING", 0.01)
    (unfinished,) = validate(read(BAD_SPECS / "operation-no-id.yaml"))
    assert (unfinished.code, unfinished.severity) == ("not-validated", Severity.WARNING)


def validate(document: Document) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of openapi-spec-validator."""
    with validator.Validator() as process:
        return process.begin(document).diagnostics(())


def diagnostics(spec: Path) -> list[Diagnostic]:
    """Return the diagnostics of `check` and `parse` for a document."""
    fixed, found = check(convert(bundle(read(spec, spec.name), spec)))
    return sorted({*found, *parse(fixed)[1]})


@cache
def hostile_index() -> Mapping[str, Mapping[str, str]]:
    """Return the index rows of the hostile documents by file; empty if there are none."""
    index = HOSTILE_FOLDER / "index.tsv"
    if not index.exists():
        return {}
    with index.open(encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file, delimiter="\t")}


needs_hostile = pytest.mark.skipif(
    not hostile_index(), reason="../shared/hostile is not beside the project"
)


@pytest.fixture
def empty_folder(tmp_path: Path) -> Iterator[Path]:
    """Yield an empty working directory with a time limit."""
    with chdir(tmp_path), time_limit(MAX_CPU_SECONDS):
        yield tmp_path


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Fail a test that takes longer than a number of seconds."""

    def end(number: int, frame: FrameType | None) -> None:
        pytest.fail(f"this took more than {seconds} seconds of CPU time")

    if not hasattr(signal, "SIGPROF"):
        yield
        return
    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def copy_hostile_document(name: str, folder: Path) -> Path:
    """Copy a hostile document under its intended file name."""
    override = hostile_index()[name]["spec_filename_override"]
    spec = folder / (override.encode().decode("unicode_escape") or name)
    shutil.copyfile(HOSTILE_FOLDER / name, spec)
    return spec


@needs_hostile
@pytest.mark.parametrize("name", hostile_index())
def test_checking_hostile_document_writes_nothing_and_prints_safe_text(
    name: str, empty_folder: Path
) -> None:
    spec = copy_hostile_document(name, empty_folder)
    found = diagnostics(spec)
    assert list(empty_folder.iterdir()) == [spec]
    for diagnostic in found:
        assert all(line.isprintable() for line in str(diagnostic).split("\n"))
    if hostile_index()[name]["expected"] == "REJECT":
        assert has_errors(tuple(found)) is (name not in ACCEPTED_WITH_WARNINGS)
        assert found


@needs_hostile
@pytest.mark.parametrize("name", [f"{name}.yaml" for name in CHECKED_BY_COMMAND])
def test_check_command_handles_hostile_document(name: str, empty_folder: Path) -> None:
    spec = copy_hostile_document(name, empty_folder)
    result = run_check(spec)
    assert list(empty_folder.iterdir()) == [spec]
    assert result.exit_code in (0, 1)
    assert "Traceback" not in result.output
    if hostile_index()[name]["expected"] == "REJECT":
        assert result.exit_code == 1


@needs_hostile
@pytest.mark.parametrize("name", sorted(ACCEPTED_WITH_WARNINGS | ACCEPTED_IF_LENIENT))
def test_client_of_accepted_hostile_document_can_be_imported(
    name: str, empty_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    spec = copy_hostile_document(name, empty_folder)
    folder = tmp_path_factory.mktemp("package")
    import_client(spec, folder, Trust(lenient=name in ACCEPTED_IF_LENIENT))
    assert list(empty_folder.iterdir()) == [spec]
    assert [path.name for path in folder.iterdir()] == [f"cast_{spec.stem}"]


if __name__ == "__main__":
    rewrite_golden_files()
