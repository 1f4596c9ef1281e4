"""Pages as zensical gets them."""

from clientcast.docs.commonmark import render_html


def test_repeated_texts_have_the_same_html() -> None:
    html, _ = render_html("a\\_b *c* &amp;\n\n" * 3)
    assert html == "<p>a_b <em>c</em> &amp;</p>\n" * 3


def test_long_paragraph_is_cut_with_a_remark() -> None:
    html, _ = render_html("q" * 60_001)
    assert html.count("q") == 60_000
    assert "the Markdown of this page has the whole text" in html


def test_block_that_is_too_long_for_a_section_is_excluded_from_search() -> None:
    long = "w" * 20_000
    texts = ["## One", long, long, "short", f"### Sub\n\n{long}", "## Two", long]
    html, _ = render_html("\n\n".join(texts))
    starts = [line[:8] for line in html.splitlines() if line.startswith("<p")]
    shown, excluded = "<p>wwwww", "<p data-"
    assert starts == [shown, excluded, "<p>short", excluded, shown]


def test_table_tabs_and_code_can_be_excluded_from_search() -> None:
    code = f"```python\n{'a' * 40_000}\n```"
    html, _ = render_html(
        f"{code}\n\n**Synchronous**\n\n{code}\n\n**Asynchronous**\n\n{code}\n\n"
        f"| a |\n| --- |\n| {'b' * 40_000} |\n"
    )
    assert html.count(' data-search-exclude=""') == 3
    assert '<table data-search-exclude="">' in html
