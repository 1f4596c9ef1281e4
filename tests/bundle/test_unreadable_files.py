"""Tests of references to files that cannot be read."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from clientcast.bundle import bundle, document_files
from clientcast.check import check
from clientcast.diagnostic import Diagnostic
from clientcast.source import read

DOCUMENT = """\
openapi: 3.1.0
info: {title: Shop, version: '1'}
paths: {}
components:
  schemas:
    Order: {$ref: %s}
x-used: {$ref: '#/components/schemas/Order'}
"""
POSITION = (6, 19)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    return tmp_path / "shop.yaml"


def check_reference(spec: Path, reference: str) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a document with the given reference."""
    spec.write_text(DOCUMENT % f"'{reference}'", encoding="utf-8")
    return check(bundle(read(spec, spec.name), spec))[1]


def make_folder(file: Path) -> None:
    file.mkdir()


def make_fifo(file: Path) -> None:
    os.mkfifo(file)


def make_broken_link(file: Path) -> None:
    file.symlink_to("nothing.yaml")


def make_link_cycle(file: Path) -> None:
    file.symlink_to(file.name)


def make_link_to_device(file: Path) -> None:
    file.symlink_to("/dev/zero")


def make_latin_1(file: Path) -> None:
    file.write_bytes("type: string # caf\xe9".encode("latin-1"))


def make_syntax_error(file: Path) -> None:
    file.write_text("a: 1\n]", encoding="utf-8")


@pytest.mark.parametrize("name", ["other.yaml", "other.json", "other.md"])
@pytest.mark.parametrize(
    ("make", "code"),
    [
        (make_folder, "unreadable-file"),
        (make_fifo, "unreadable-file"),
        (make_broken_link, "missing-file"),
        (make_link_cycle, "missing-file"),
        (make_link_to_device, "remote-reference"),
        (make_latin_1, "unreadable-file"),
    ],
)
def test_unreadable_file_is_an_error_at_the_reference(
    make: Callable[[Path], None], code: str, name: str, spec: Path
) -> None:
    make(spec.with_name(name))
    (error,) = check_reference(spec, name)
    assert (error.code, error.line, error.column) == (code, *POSITION)


def test_syntax_error_in_a_file_is_an_error_at_the_reference(spec: Path) -> None:
    make_syntax_error(spec.with_name("other.yaml"))
    (error,) = check_reference(spec, "other.yaml#/Order")
    assert (error.code, error.line, error.column) == ("unreadable-file", *POSITION)
    assert "other.yaml:2:1 cannot be read" in error.message


@pytest.mark.parametrize(
    "reference",
    [
        "other.**",
        "other.[",
        "a" * 5_000 + ".yaml",
        "a/" * 2_000 + "b.yaml",
        "a%00b.yaml",
        "other.yaml%2F..%2F.",
        "%ff.yaml",
        "shop.yaml/other.yaml",
        "..%5C..%5Cother.yaml",
        "//[.yaml",
        "a.yaml?x#y",
        "٠.yaml#/٠",
    ],
)
def test_invalid_path_is_an_error_at_the_reference(reference: str, spec: Path) -> None:
    diagnostics = check_reference(spec, reference)
    assert {(d.line, d.column) for d in diagnostics} == {POSITION}
    assert all(d.severity == "error" for d in diagnostics) or "٠" in reference


def test_missing_read_permission_is_an_error_at_the_reference(
    spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec.with_name("other.yaml").write_text("type: string", encoding="utf-8")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(document_files, "read", refuse)
    (error,) = check_reference(spec, "other.yaml")
    assert (error.code, error.line, error.column) == ("unreadable-file", *POSITION)
    assert error.message == "other.yaml cannot be read: Permission denied"


def test_files_above_the_size_limit_are_an_error_at_the_reference(
    spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_files, "MAX_BYTES", 10)
    for name in ("other.yaml", "other.md"):
        spec.with_name(name).write_text("type: string", encoding="utf-8")
        (error,) = check_reference(spec, name)
        assert (error.code, error.line, error.column) == ("limit-size", *POSITION)


def test_long_chain_of_files_is_read(spec: Path) -> None:
    for index in range(500):
        text = f"properties: {{next: {{$ref: f{index + 1}.yaml}}}}"
        spec.with_name(f"f{index}.yaml").write_text(text, encoding="utf-8")
    spec.with_name("f500.yaml").write_text("type: string", encoding="utf-8")
    assert check_reference(spec, "f0.yaml") == ()


def test_long_chain_of_path_items_in_files_is_an_error(spec: Path) -> None:
    for index in range(300):
        text = f"{{$ref: f{index + 1}.yaml, description: d}}"
        spec.with_name(f"f{index}.yaml").write_text(text, encoding="utf-8")
    spec.with_name("f300.yaml").write_text("get: {}", encoding="utf-8")
    spec.write_text(
        DOCUMENT.replace("{}", "{/a: {$ref: f0.yaml}}") % "'#/components/schemas/O'",
        encoding="utf-8",
    )
    codes = {d.code for d in check(bundle(read(spec, spec.name), spec))[1]}
    assert "limit-references" in codes


def test_exponential_references_within_a_pointer_are_an_error(
    spec: Path,
) -> None:
    row = "\n".join(
        f"  x{i}: {{$ref: '#/x-row/x{i + 1}/p/q', p: {{$ref: '#/x-row/x{i + 1}/p/q'}}}}"
        for i in range(60)
    )
    text = DOCUMENT % "'a.yaml#/x-row/x0/p/q'"
    spec.write_text(text, encoding="utf-8")
    spec.with_name("a.yaml").write_text(f"x-row:\n{row}\n", encoding="utf-8")
    (error,) = check(bundle(read(spec, spec.name), spec))[1]
    assert (error.code, error.line, error.column) == ("unresolved-reference", *POSITION)
