"""Tests of the pages that a project writes by hand, in its site."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from clientcast.cli import main
from clientcast.docs.guide import GuideError, read_guide, site_pages

from tests.support.project import GENERATED

PAGES = {
    "index.md": "# Shop\n\n* [Second](second.md)\n* [First](first.md#one)\n",
    "first.md": "# First\n",
    "second.md": "# Second\n",
    "unlisted.md": "# Unlisted\n",
}


def write_guide(folder: Path, **changes: str) -> Path:
    for name, text in PAGES.items():
        (folder / name).write_text(changes.get(name.removesuffix(".md"), text))
    return folder


def test_pages_are_in_the_order_of_the_index(tmp_path: Path) -> None:
    guide = read_guide(write_guide(tmp_path), "docs")
    assert list(guide.pages) == ["index.md", "second.md", "first.md", "unlisted.md"]


def test_guide_without_an_index_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "first.md").touch()
    with pytest.raises(GuideError, match="docs has no index.md"):
        read_guide(tmp_path, "docs")


def test_page_that_is_not_utf_8_is_an_error(tmp_path: Path) -> None:
    write_guide(tmp_path)
    (tmp_path / "first.md").write_bytes(b"\xff")
    with pytest.raises(GuideError, match="docs/first.md is not UTF-8"):
        read_guide(tmp_path, "docs")


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("[a](second.md#part)", "[a](second.md#part)"),
        ("[a](#part)", "[a](#part)"),
        ("[a](https://shop.example/a)", "[a](https://shop.example/a)"),
        ("[`a` b](../clients/shop/README.md)", "[`a` b](shop-2/index.md)"),
        ("[a](../clients/shop/README.md#sessions)", "[a](shop-2/index.md)"),
        ("[`a` b](../SECURITY.md)", "`a` b"),
        ("[[a] b](../SECURITY.md)", "[a] b"),
        ("```python\n[a](../b)\n```", "```python\n[a](../b)\n```"),
    ],
)
def test_links_of_the_site(tmp_path: Path, link: str, expected: str) -> None:
    guide = read_guide(write_guide(tmp_path, first=f"# First\n\n{link}\n"), "docs")
    packages = {tmp_path / ".." / "clients" / "shop": "shop-2"}
    pages = site_pages(guide, packages)
    assert pages["first.md"] == f"# First\n\n{expected}\n"


def test_missing_guide_is_an_error_of_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = '[tool.clientcast]\nspecs = []\noutput = "clients"\nguide = "guide"\n'
    (tmp_path / "pyproject.toml").write_text(settings)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["docs", "--site", str(GENERATED / "okta")])
    assert result.exit_code == 1
    assert "guide has no index.md" in result.stderr
    assert not (tmp_path / "site").exists()
