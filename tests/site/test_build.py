"""Files of the site, without a browser: links, footer, escaping and the HTML of pages."""

import re
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from posixpath import join, normpath
from urllib.parse import unquote, urlsplit

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

pytest.importorskip("zensical", reason="zensical is not installed")

from clientcast.cli import main
from clientcast.docs import site
from clientcast.docs.commonmark import render_html
from clientcast.docs.guide import Guide
from clientcast.docs.markdown import inline
from clientcast.docs.reference import Reference

from tests.support.project import GENERATED


class LinkParser(HTMLParser):
    """Parser that collects the link targets and the anchors of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value is not None:
                self.targets.append(value)
            elif name == "id" and value:
                assert value not in self.anchors, f"duplicate id {value}"
                self.anchors.add(value)


@pytest.fixture(scope="module")
def links(files: Mapping[str, str], pages: list[str]) -> dict[str, LinkParser]:
    return {path: LinkParser(files[path]) for path in pages}


def test_every_link_has_a_target(
    files: Mapping[str, str], links: Mapping[str, LinkParser]
) -> None:
    followed = 0
    for path, found in links.items():
        for target in found.targets:
            url = urlsplit(target)
            if url.scheme or url.netloc:
                continue
            # The 404 page is served at any URL, so that its links begin at the root.
            to = unquote(url.path).removeprefix("/") if path == "404.html" else url.path
            goal = normpath(join(path, "..", to)) if to else path
            goal = "index.html" if goal == "." else goal
            assert goal in files, f"{path}: {target}"
            if url.fragment:
                assert unquote(url.fragment) in links[goal].anchors, f"{path}: {target}"
                followed += 1
    assert followed > 500


def test_links_to_other_hosts_come_from_the_document(
    links: Mapping[str, LinkParser], texts: Mapping[str, str]
) -> None:
    written = "".join(texts.values())
    for path, found in links.items():
        for target in found.targets:
            assert not urlsplit(target).netloc or target in written, path


def test_each_operation_has_tabs_of_both_modes(
    files: Mapping[str, str], clients: Mapping[str, Reference]
) -> None:
    for folder, client in clients.items():
        html = "".join(
            files[path]
            for path in files
            if path.startswith(f"{folder}/") and path.endswith(".html")
        )
        # Each operation, the first call, and error handling.
        examples = len(client.operations) + 2
        assert html.count('class="tabbed-set') == examples
        blocks = 2 * examples + len(client.operations)  # Operations have curl, too.
        assert html.count('class="tabbed-block"') == blocks


def test_footer_states_api_version_and_digest(
    files: Mapping[str, str], clients: Mapping[str, Reference], pages: list[str]
) -> None:
    for path in pages:
        footer = files[path].partition('class="md-copyright"')[2]
        assert re.search(r"clientcast \d", footer), path
        if "/" in path:
            client = clients[path.partition("/")[0]]
            assert f"{client.title} {client.version}" in footer, path
            assert client.digest[:12] in footer, path


def test_site_includes_the_markdown_pages(
    files: Mapping[str, str], texts: Mapping[str, str]
) -> None:
    assert {path: files[path] for path in texts} == texts


def test_build_is_deterministic(
    files: Mapping[str, str],
    texts: Mapping[str, str],
    clients: Mapping[str, Reference],
    guide: Guide,
) -> None:
    assert site.build_site(texts, clients, tuple(guide.pages)) == files


def test_site_contains_no_build_path_or_time(files: Mapping[str, str]) -> None:
    for path, content in files.items():
        assert "clientcast-site-" not in content, path
        assert not re.search(r"20\d\d-\d\d-\d\d \d\d:\d\d", content), path


def test_broken_link_is_an_error(clients: Mapping[str, Reference]) -> None:
    with pytest.raises(site.SiteError, match="nowhere.md"):
        site.build_site({"index.md": "# Here\n\n[there](nowhere.md)\n"}, {})


def test_missing_zensical_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "find_spec", lambda name: None)
    with pytest.raises(site.ZensicalNotInstalled, match=r"\[site\]"):
        site.build_site({"index.md": "# Here\n"}, {})


def test_site_option_writes_the_site(files: Mapping[str, str], tmp_path: Path) -> None:
    packages = [str(GENERATED / name) for name in ("clerk", "okta", "pangea")]
    command = ["docs", *packages, "--site", "--output", str(tmp_path / "site")]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, done.output
    assert f"{len(files) + 1} files changed" in done.output
    for path, text in files.items():
        assert (tmp_path / "site" / path).read_text(encoding="utf-8") == text
    again = CliRunner().invoke(main, command)
    assert "3 clients, 24 operations, unchanged" in again.output


def test_site_is_written_beside_pyproject_toml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "[tool.clientcast]\nspecs = []\n"
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    done = CliRunner().invoke(main, ["docs", str(GENERATED / "okta"), "--site"])
    assert done.output.endswith("changed in site\n"), done.output
    assert (tmp_path / "site" / "index.html").is_file()


def test_site_option_without_zensical_reports_the_extra(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(site, "find_spec", lambda name: None)
    command = ["docs", str(GENERATED / "okta"), "--site", "--output", str(tmp_path)]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 1
    assert done.output == (
        "Error: the site needs zensical: pip install '.[site]' in the checkout of clientcast\nexit 1\n"
    )
    assert not list(tmp_path.iterdir())


HOSTILE = "</title><script>alert(1)</script>"


def test_title_with_markup_is_escaped(
    files: Mapping[str, str], clients: Mapping[str, Reference]
) -> None:
    title = f"{HOSTILE}\"' & {{{{ config }}}}"
    client = replace(clients["okta"], title=title, version=HOSTILE)
    site_files = site.build_site(
        {
            "index.md": "# Here\n",
            "okta/index.md": f"# {escape(HOSTILE)} {{{{ config }}}}\n",
            "okta/other.md": "# Other\n",
        },
        {"okta": client},
    )
    own = files["okta/index.html"].count("<script")
    for path in ("index.html", "okta/index.html", "okta/other.html"):
        assert "alert(1)</script>" not in site_files[path], path
        assert site_files[path].count("<script") == own, path
        assert "{{ config }}" in site_files[path], path


TITLES = {
    "a \x7f b": "a  b",
    "a\x00\x01\x1b\x08b": "ab",
    "a\x85b\x9f": "a b",
    "a\u2028b\r\nc\td": "a b c d",
    "\ufeffa\ufffe\uffff\u202e": "a",
    "\ud800a\udfff": "a",
    "a \U0001f600 \xe9": "a \U0001f600 \xe9",
    "--- # a: !b &c *d %e @f": "--- # a: !b &amp;c *d %e @f",
    "null": "null",
    "1.0": "1.0",
    "": "",
    "x" * 9000: "x" * 99 + "…",
}


def test_site_accepts_any_characters_in_titles(
    clients: Mapping[str, Reference],
) -> None:
    titled = {
        f"c{number}": replace(clients["okta"], title=title)
        for number, title in enumerate(TITLES)
    }
    pages = {f"{folder}/models.md": "# Models\n" for folder in titled}
    site_files = site.build_site({"index.md": "# Here\n", **pages}, titled)
    for folder, shown in zip(titled, TITLES.values(), strict=True):
        title = re.search(
            r"<title>Models - (.*)Python clients<", site_files[f"{folder}/models.html"]
        )
        assert title is not None
        assert title[1].removesuffix(" - ") == " ".join(shown.split())


def test_zensical_gets_no_bracket_of_a_text(
    clients: Mapping[str, Reference], monkeypatch: pytest.MonkeyPatch
) -> None:
    sources: dict[str, str] = {}

    def read_sources(
        folder: Path, pages: Mapping[str, str], navigation: object
    ) -> dict[str, str]:
        sources.update(pages)
        return {"search.json": '{"items": []}'}

    monkeypatch.setattr(site, "_run_zensical", read_sources)
    brackets = "[" * 200_000
    client = replace(clients["okta"], title=brackets, version=brackets)
    text = f"# {inline(brackets)}\n"
    site.build_site({"okta/index.md": text, "okta/models.md": text}, {"okta": client})
    assert all(source.count("[") < 500 for source in sources.values())


def test_brackets_of_a_text_are_shown() -> None:
    text = f"# a\n\n{inline('[b')} `\\[`\n\n```\n\\[\n```\n"
    html = site.build_site({"index.md": text}, {})["index.html"]
    assert "<p>[b <code>\\[</code></p>" in html
    assert "<code>\\[\n</code>" in html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("* a\n  * b", "<ul>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n</ul>"),
        ("text\n* a", "<p>text</p>\n<ul>\n<li>a</li>\n</ul>"),
        ("a <b>bold</b>", "<p>a &lt;b&gt;bold&lt;/b&gt;</p>"),
        (
            "<div onclick=x>\n\n</div>",
            "<p>&lt;div onclick=x&gt;\n</p>\n<p>&lt;/div&gt;</p>",
        ),
        ("a{: onclick=x }", "<p>a{: onclick=x }</p>"),
        ("![a picture](https://example.com/a.png)", "<p>a picture</p>"),
        ("[a](javascript:alert)", "<p>[a](javascript:alert)</p>"),
        ("\\[a\\](b) `\\[`", "<p>[a](b) <code>\\[</code></p>"),
        ("~~a~~ :smile:", "<p><s>a</s> :smile:</p>"),
        ("a<br>`b`<code>&#124;</code>", "<p>a<br><code>b</code><code>|</code></p>"),
    ],
)
def test_page_is_rendered_as_commonmark(text: str, html: str) -> None:
    assert render_html(text)[0].strip() == html


def test_cell_has_the_header_of_its_column() -> None:
    html, _ = render_html(
        '| a `b` | "c" |\n| --- | --- |\n| 1 | |\n\n| d |\n| --- |\n| 2 |'
    )
    assert re.findall('<td data-head="(.*?)">', html) == ["a b", "&quot;c&quot;", "d"]


def test_code_block_with_unknown_language_is_escaped() -> None:
    html, _ = render_html('```mermaid"onclick\n<b>\n```\n\n```json\n{}\n```\n')
    assert "&lt;b&gt;" in html and "mermaid" not in html
    assert 'class="language-json highlight"' in html


def test_anchors_match_github() -> None:
    _, headings = render_html("# `a.b_c` d\n\n## A-B!\n\n## A-B!\n\n### Ü\n")
    assert [heading.anchor for heading in headings] == ["ab_c-d", "a-b", "a-b-1", "ü"]
    assert [heading.level for heading in headings] == [1, 2, 2, 3]


def test_only_a_pair_of_examples_becomes_tabs() -> None:
    one = "**Synchronous**\n\n```python\na\n```\n\n"
    two = "**Asynchronous**\n\n```python\nawait b\n```\n\n"
    assert render_html(one + two)[0].count("tabbed-block") == 2
    for text in (one, two, two + one, one + one, one + "and\n\n" + two):
        assert "tabbed" not in render_html(text)[0]
