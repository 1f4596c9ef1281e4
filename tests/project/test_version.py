"""Tests of versions of distributions, made from versions of documents."""

import pytest
from clientcast.project import python_version
from packaging.version import Version

VERSIONS = {
    "1.2.3": "1.2.3",
    "0.0.0": "0.0.0",
    "1.0.0+build.5": "1.0.0+build.5",
    "v1": "1",
    "r3": "3",
    "01.02": "1.2",
    " 1.0 ": "1.0",
    "1_0": "1.0",
    "1.0.0-beta.2": "1.0.0b2",
    "1.0.0-rc1": "1.0.0rc1",
    "3.0.0-preview-1": "3.0.0rc1",
    "1.0.0-SNAPSHOT": "1.0.0.dev0",
    "1.0.0-oas3": "1.0.0+oas3",
    "2.0-bravo": "2.0+bravo",
    "API v2 (beta)": "2+beta",
    "2024-10": "2024.10",
    "2024-10-01": "2024.10.1",
    "2021-04-01-preview": "2021.4.1rc0",
    "2025-06-30.basil": "2025.6.30+basil",
    "latest": "0",
    "": "0",
    "１.２": "0",
    "1.0ſ": "1.0",
    "v0": "0",
    '1.0"\nname = "other': "1.0+name.other",
}


@pytest.mark.parametrize(("text", "version"), VERSIONS.items())
def test_version_is_one_of_python_and_a_change_is_noted(
    text: str, version: str
) -> None:
    made = python_version(text)
    assert made.version == version
    assert bool(made.note) == (text != version)
    assert not made.note or version in made.note


@pytest.mark.parametrize("text", ["9" * 5000, "1." * 5000, "v1-" + "a1" * 5000])
def test_version_of_a_long_text_is_short(text: str) -> None:
    made = python_version(text)
    assert str(Version(made.version)) == made.version
    assert len(made.version) < 100
    assert len(made.note) < 400


def test_different_dates_and_labels_stay_different() -> None:
    texts = ["2025-06-30.basil", "2025-06-30.clover", "2025-06-30", "2025-07-30.basil"]
    assert len({python_version(text).version for text in texts}) == len(texts)


def test_note_warns_that_an_index_refuses_a_local_label() -> None:
    assert "public indexes accept no '+'" in python_version("1.0.0-oas3").note
    assert "has no number" in python_version("latest").note
