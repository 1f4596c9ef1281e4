"""Tests of the pinned versions in `pyproject.toml`."""

import json
import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import drift
from tests.pins import (
    BUILD_CONSTRAINTS,
    CONSTRAINTS,
    diff_pins,
    read_pins,
    remove_pins,
    replace_pins,
)
from tests.support.project import ROOT

TEXT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads(TEXT)
PROJECT_NAME = "clientcast"
UNPINNED = {"pip", "setuptools", "uv", "wheel"}
"""Distributions that come with the environment."""


def applicable_pins() -> dict[str, str]:
    """Return the pin of each distribution for this Python and system."""
    pins = map(Requirement, read_pins(TEXT))
    return {
        canonicalize_name(pin.name): str(pin.specifier)
        for pin in pins
        if pin.marker is None or pin.marker.evaluate()
    }


def test_every_installed_distribution_is_pinned_to_its_version() -> None:
    installed = {
        canonicalize_name(found.metadata["Name"]): found.version
        for found in distributions()
    }
    pins = applicable_pins()
    wrong = {
        name: f"{version}, pinned {pins.get(name)}"
        for name, version in installed.items()
        if name not in {PROJECT_NAME, *UNPINNED} and pins.get(name) != f"=={version}"
    }
    assert not wrong, "python -m tests.pins --write"
    assert len(installed) > 50


@pytest.mark.parametrize("key", [CONSTRAINTS, BUILD_CONSTRAINTS])
def test_every_pin_is_one_exact_version_and_names_no_host(key: str) -> None:
    for pin in map(Requirement, read_pins(TEXT, key)):
        assert re.fullmatch(r"==[\w.!+]+", str(pin.specifier)), pin
        assert pin.url is None and not pin.extras


def test_every_requirement_of_the_project_is_pinned() -> None:
    project = PYPROJECT["project"]
    for required in (
        *project["dependencies"],
        *project["optional-dependencies"]["site"],
        *PYPROJECT["dependency-groups"]["dev"],
    ):
        requirement = Requirement(required)
        if requirement.name != PROJECT_NAME:
            pin = applicable_pins()[canonicalize_name(requirement.name)]
            assert pin.removeprefix("==") in requirement.specifier, required


def test_every_requirement_of_the_build_is_pinned() -> None:
    names = {Requirement(pin).name for pin in read_pins(TEXT, BUILD_CONSTRAINTS)}
    assert {Requirement(r).name for r in PYPROJECT["build-system"]["requires"]} < names


def test_project_requirements_are_ranges() -> None:
    formats_our_output = {"black", "ruff", "zensical"}
    project = PYPROJECT["project"]
    exact = {
        Requirement(required).name
        for required in (
            *project["dependencies"],
            *project["optional-dependencies"]["site"],
        )
        if "==" in required
    }
    assert exact == formats_our_output


def test_node_packages_have_exact_versions() -> None:
    package = json.loads((ROOT / "tests/package.json").read_text(encoding="utf-8"))
    for number in package["dependencies"].values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", number)
    settings = (ROOT / "tests/.npmrc").read_text(encoding="utf-8")
    assert re.fullmatch(r"before=\d{4}-\d\d-\d\d\n", settings)


def test_pins_are_replaced_and_removed() -> None:
    pins = ["a==1", 'b==2; python_version < "3.12"']
    changed = replace_pins(TEXT, CONSTRAINTS, pins)
    assert read_pins(changed) == pins
    assert read_pins(changed, BUILD_CONSTRAINTS) == read_pins(TEXT, BUILD_CONSTRAINTS)
    bare = remove_pins(changed)
    assert read_pins(bare) == read_pins(bare, BUILD_CONSTRAINTS) == []
    for key in (CONSTRAINTS, BUILD_CONSTRAINTS):
        bare = replace_pins(bare, key, read_pins(TEXT, key))
    assert bare == TEXT


def test_drift_lists_new_removed_and_changed_packages() -> None:
    assert diff_pins(["a==1", "b==1", "c==1"], ["A==1", "b==2", "d==1"]) == [
        "b: 1 -> 2",
        "c: 1 -> none",
        "d: none -> 1",
    ]


def test_drift_leaves_out_the_tests_of_pins() -> None:
    assert ROOT / drift.TESTS_OF_PINS == Path(__file__)
