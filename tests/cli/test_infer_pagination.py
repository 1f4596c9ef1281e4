"""Tests of proposed pagination on the command line and in settings."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from clientcast.check.paging_notes import as_toml, as_yaml

from tests.support.project import ROOT
from tests.support.releases import clientcast

SPEC = ROOT / "tests" / "specs" / "bad" / "paged-operation.yaml"
BLOCK = {
    "style": "page",
    "parameter": "page[number]",
    "limit": "page[size]",
    "items": "/orders",
    "total_pages": "/meta/total_pages",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLIENTCAST_CACHE_DIR", str(tmp_path / "cache"))
    Path("store.yaml").write_text(SPEC.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def write_settings(*lines: str) -> None:
    document = ["[tool.clientcast.documents.store]", 'spec = "store.yaml"']
    settings = [*document, 'output = "."', *lines]
    Path("pyproject.toml").write_text("\n".join(settings) + "\n", encoding="utf-8")


def is_paged() -> bool:
    return "PageNumberPaging(" in Path("store/_api.py").read_text(encoding="utf-8")


def test_proposal_of_the_note_can_be_written_as_it_is() -> None:
    note = clientcast("check", "--spec", "store.yaml").stdout
    found = re.search(
        r"write x-client: (.+), or in the settings of the document (.+), or", note
    )
    assert found is not None
    assert yaml.safe_load(found[1]) == {"pagination": BLOCK}
    write_settings(found[2])
    assert "looks paged" not in clientcast("generate").stdout
    assert is_paged()
    assert "note" not in clientcast("check").stdout


@pytest.mark.parametrize(
    "value", ["", "/a b", "on", "$skip", "it's", "1", 'a"b', "é", "/0"]
)
def test_any_name_is_read_back_from_yaml_and_toml(value: str) -> None:
    block: dict[str, Any] = {"parameter": value, "first": 0}
    assert yaml.safe_load(as_yaml(block)) == block
    assert tomllib.loads(f"block = {as_toml(block)}") == {"block": block}


def test_option_and_setting_take_the_proposals() -> None:
    write_settings()
    assert "looks paged" in clientcast("generate").stdout
    assert not is_paged()
    assert "stale" in clientcast("check", "--infer-pagination", status=1).stdout
    clientcast("generate", "--infer-pagination")
    assert is_paged()
    write_settings("infer_pagination = true")
    assert "no problems" in clientcast("check").stdout
    settings = json.loads(Path("store/clientcast.json").read_text())["settings"]
    assert settings == {"infer_pagination": True}
    Path("pyproject.toml").unlink()
    assert (
        "no problems" in clientcast("check", "./store", "--spec", "store.yaml").stdout
    )


def test_setting_can_refuse_proposals() -> None:
    write_settings("infer_pagination = false")
    clientcast("generate")
    assert not is_paged()
    assert "no problems" in clientcast("check").stdout
