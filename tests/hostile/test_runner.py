"""The runner of hostile documents detects each kind of violation."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.results import Row, summary
from tests.hostile.vectors import vectors
from tests.support.project import ROOT

pytestmark = pytest.mark.first

EXPECTED_FINDINGS = {
    "raise": ("generate", "traceback"),
    "burn": ("generate", "hang"),
    "allocate": ("generate", "memory"),
    "write-canary": ("all", "file"),
    "write-canary-on-import": ("use", "path"),
    "write-beside-output": ("generate", "path"),
    "read-outside": ("generate", "path"),
    "copy-secret": ("generate", "secret"),
    "connect": ("generate", "http"),
    "connect-in-child": ("all", "http"),
    "write-and-refuse": ("generate", "written"),
    "refuse-without-place": ("generate", "unlocated"),
    "break-syntax": ("use", "compile"),
    "write-bidi": ("generate", "bidi"),
    "write-script": ("generate", "html"),
    "define-twice": ("use", "collide"),
    "read-environment": ("use", "env"),
    "collide-on-windows": ("generate", "casefold"),
}
"""Stage and kind of the expected finding for each fault of `faulty.py`."""


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Any]:
    """Return the row of each fault, and of a command line without one."""
    folder = tmp_path_factory.mktemp("faults")
    documents = folder / "documents"
    documents.mkdir()
    for fault in ("none", *EXPECTED_FINDINGS):
        (documents / f"{fault}.yaml").write_text("openapi: 3.1.0\n", encoding="utf-8")
    table = folder / "table.json"
    command = [sys.executable, "-m", "tests.hostile.faulty", str(documents)]
    done = subprocess.run(
        [*command, "--json", str(table)],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'generator'}", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert f"{len(EXPECTED_FINDINGS) + 1} documents: " in done.stdout.splitlines()[-1]
    data = json.loads(table.read_bytes())
    return {row["id"]: row for row in data["documents"]} | {"listens": data["listens"]}


@pytest.mark.full
@pytest.mark.parametrize("fault", EXPECTED_FINDINGS)
def test_runner_reports_the_fault(fault: str, rows: Mapping[str, Any]) -> None:
    if fault == "connect-in-child" and not rows["listens"]:
        pytest.skip("another process listens on the port of the canary")
    findings = rows[fault]["findings"]
    assert EXPECTED_FINDINGS[fault] in {
        (f["stage"], f["kind"]) for f in findings
    }, findings
    assert not rows[fault]["clean"]


@pytest.mark.full
def test_runner_reports_nothing_for_a_sound_client(rows: Mapping[str, Any]) -> None:
    assert rows["none"]["findings"] == []
    assert rows["none"]["clean"]


def test_unexpected_verdict_is_clean_only_with_a_reason() -> None:
    row = Row("1", "1.yaml", expected="REJECT", got="HARMLESS")
    assert not row.is_clean
    row.reason = "the text is refused when it is sent"
    assert row.is_clean
    assert "1 other than expected (1 with a reason)" in summary([row])


def test_either_verdict_is_clean_if_the_index_allows_both() -> None:
    assert Row("1", "1.yaml", expected="EITHER", got="REJECT").is_clean


def test_index_is_parsed_with_escaped_line_breaks(tmp_path: Path) -> None:
    index = "id\tfile\texpected\tvector\tspec_filename_override\n"
    index += "1\ta.yaml\tREJECT\tA name.\tx\\ny.yaml\n"
    (tmp_path / "index.tsv").write_text(index, encoding="utf-8")
    (vector,) = vectors(tmp_path)
    assert (vector.id, vector.file_name, vector.expected) == (
        "1",
        "x\ny.yaml",
        "REJECT",
    )
