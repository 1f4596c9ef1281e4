"""Pages as zensical gets them."""

from clientcast.docs.commonmark import render_html


def test_repeated_texts_have_the_same_html() -> None:
    html, _ = render_html("a\\_b *c* &amp;\n\n" * 3)
    assert html == "<p>a_b <em>c</em> &amp;</p>\n" * 3


def test_long_paragraph_is_cut_with_a_remark() -> None:
    html, _ = render_html("q" * 60_001)
    assert html.count("q") == 60_000
    assert "the Markdown of this page has the whole text" in html
