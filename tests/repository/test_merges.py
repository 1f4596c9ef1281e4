"""Test that no text has the marks of a merge that was not finished."""

import re
import subprocess

from tests.support.project import ROOT

MARK = re.compile(rb"^(<{7}|>{7}) ", re.MULTILINE)


def test_no_file_has_the_marks_of_a_merge() -> None:
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT)
    paths = [ROOT / name.decode() for name in listed.split(b"\0") if name]
    files = [path for path in paths if path.is_file()]
    assert len(files) > 100
    assert not [str(path) for path in files if MARK.search(path.read_bytes())]
