"""Untrusted descriptions: harmless markup is kept, everything else is escaped.

The output is parsed by an independent Markdown parser.
"""

import re
import time

import pytest
from clientcast.docs.markdown import (
    blocks,
    cell,
    code,
    code_block,
    code_in_cell,
    escape_text,
    inline,
    paragraph,
    table,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.token import Token

from tests.docs.rendered import tables, tokens
from tests.support.texts import with_texts

HARMLESS = re.compile(r"https?://")
ALLOWED_TAGS = {"<br>", "<code>", "</code>"}

TRICKY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- a comment",
    "<a href='javascript:alert(1)'>x</a>",
    "<details><summary>",
    "</details>",
    "<?php",
    "<![CDATA[",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](data:text/html,x)",
    "[x](//evil.example)",
    "[x](../../secret)",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[^1]\n\n[^1]: x",
    "![x](https://evil.example/pixel.png)",
    "![x][y]\n\n[y]: https://evil.example/pixel.png",
    "[![x](https://e.example/p)](https://e.example)",
    "<javascript:alert(1)>",
    "<https://example.com/<b>>",
    "# Heading",
    "Heading\n===",
    "Heading\n---",
    "---",
    "***",
    "- - -",
    "> quote\n> more",
    ">>>>>> deep",
    "> [!WARNING]\n> x",
    "| a | b |\n|---|---|\n| c | d |",
    "a | b",
    "`a|b`",
    "```\n</details>",
    "```python\nimport os\n```",
    "````\n```\n````",
    "~~~\n<b>\n~~~",
    "    <b>code</b>",
    "\\`` x `<b>`",
    "`<b>` \\`<i>`",
    "[a](x`y) <b>`",
    "[a](https://e.example/`) <b>`",
    "# \\*`<b>`",
    "`` ` <b>",
    "`a\\` <b> `",
    "``<b>`",
    "\\<b>",
    "\\\\<b>",
    "&lt;b&gt;",
    "&#60;b&#62;",
    "{: onclick=alert(1) }",
    "word{: #top .x }",
    "{{ config }}{% x %}",
    "!!! note\n    x",
    '=== "Tab"\n    x',
    "::: os.system",
    "--8<-- '/etc/passwd'",
    "*[HTML]: x",
    "* a\n  * b\n    * c\n      * d",
    "      * deep\n* shallow",
    "1. a\n2) b\n- c",
    "1986. A year",
    "* a\n\n```\nx\n```\n\n    * b <b>",
    "**bold",
    "_under_ *star* ***",
    "a  \nb\\\nc",
    "\u202e\u2066 turned \u2069",
    "a\u2028# b\u2029- c",
    "a\x0b# b\x0c# c\x85# d",
    "\x00\x1b[31m",
    "Args:\n    x: y",
    "www.example.com and https://example.com/a_b_c",
    "$$x$$ \\(y\\)",
]


def assert_harmless(stream: tuple[Token, ...]) -> None:
    """Assert that the tokens contain only markup that a description may contain."""
    for token in stream:
        assert token.type != "image", token
        assert token.type != "hr", token
        if token.type == "link_open":
            assert HARMLESS.match(str(token.attrs["href"])), token
        if token.type in ("html_block", "html_inline"):
            assert (
                set(re.findall(r"<[^>]*>", token.content)) <= ALLOWED_TAGS
            ), token.content
            assert re.sub(r"<[^>]*>", "", token.content) == "", token.content
        if token.type == "heading_open":
            assert token.markup == "#" and token.meta == {}, token


def assert_contained(text: str) -> None:
    """Assert that a text is harmless and does not change the headings around it."""
    stream = tokens(f"# Before\n\n{text}\n\n# After\n")
    assert_harmless(stream)
    headings = [
        stream[i + 1].content for i, t in enumerate(stream) if t.type == "heading_open"
    ]
    assert headings == ["Before", "After"]


@with_texts(TRICKY)
def test_description_does_not_change_surrounding_headings(text: str) -> None:
    assert_contained(blocks(text))


@with_texts(TRICKY)
def test_paragraph_renders_as_one_paragraph(text: str) -> None:
    written = paragraph(text)
    assert "\n" not in written
    stream = tokens(written)
    assert_harmless(stream)
    assert [t.type for t in stream if t.block] in (
        [],
        ["paragraph_open", "inline", "paragraph_close"],
    )


@with_texts(TRICKY)
def test_cell_does_not_change_the_table(text: str) -> None:
    written = table(("A", "B", "C"), [("1", cell(text), "3"), ("4", cell(text), "6")])
    (found,) = tables(written)
    assert [len(row) for row in found] == [3, 3, 3]
    assert [row[0] for row in found] == ["A", "1", "4"]
    assert [row[2] for row in found] == ["C", "3", "6"]
    assert_harmless(tokens(written))


@with_texts(TRICKY)
def test_escaped_text_renders_literally(text: str) -> None:
    stream = tokens(f"x {escape_text(text)} x")
    assert_harmless(stream)
    shown = "".join(t.content for t in stream if t.type in ("text", "text_special"))
    assert [t.type for t in stream if t.block][1:2] == ["inline"]
    assert not {t.type for t in stream} & {"code_inline", "link_open", "em_open"}
    seen = " ".join(code(text).strip("` ").split())
    assert len(shown) >= len(seen)


@with_texts(TRICKY)
def test_code_span_renders_as_code_in_text_and_in_a_cell(text: str) -> None:
    types = {t.type for t in tokens(f"x {code(text)} x")}
    assert types <= {
        "paragraph_open",
        "paragraph_close",
        "inline",
        "text",
        "code_inline",
    }
    (found,) = tables(table(("A", "B"), [(code_in_cell(text), "y")]))
    assert found[1][1] == "y"
    assert_harmless(tokens(table(("A", "B"), [(code_in_cell(text), "y")])))


@with_texts(TRICKY)
def test_code_block_cannot_close_its_fence(text: str) -> None:
    stream = tokens(f"{code_block(text, 'python')}\n\nafter")
    assert [t.type for t in stream if t.block] == [
        "fence",
        "paragraph_open",
        "inline",
        "paragraph_close",
    ]


ALPHABET = "`<>[]()!|\\*_#-=~{}:& \nab1.\t\"'/"


@settings(max_examples=1500, deadline=None)
@given(st.text(ALPHABET, max_size=40) | st.lists(st.sampled_from(TRICKY)).map(" ".join))
def test_random_markup_does_not_change_surrounding_headings(text: str) -> None:
    assert_contained(blocks(text))


@settings(max_examples=800, deadline=None)
@given(st.text(ALPHABET, max_size=40))
def test_random_markup_does_not_change_the_table(text: str) -> None:
    written = table(("A", "B"), [(cell(text), "2"), (code_in_cell(text), "3")])
    (found,) = tables(written)
    assert [row[1:] for row in found] == [["B"], ["2"], ["3"]]
    assert_harmless(tokens(written))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Two\nlines.", "Two lines."),
        ("**Bold.** And `code`.", "**Bold.** And `code`."),
        ("See [it](https://example.com/a_b).", "See [it](https://example.com/a_b)."),
        (
            "See <https://example.com>.",
            "See [https://example.com](https://example.com).",
        ),
        ("![A cat](https://example.com/c.png)", "[A cat](https://example.com/c.png)"),
        ("[Elsewhere](/docs) is gone.", "Elsewhere is gone."),
        ("## Heading\n\nText.", "**Heading**\n\nText."),
        ("Heading\n-------\nText.", "**Heading**\n\nText."),
        ("* a\n* b\n  more", "* a\n* b more"),
        ("1. a\n   * b", "1. a\n    * b"),
        ("> a\n> b", "> a b"),
        ("```json\n{}\n```", "```json\n{}\n```"),
        ("Text:\n\n    code", "Text:\n\n```\ncode\n```"),
        ("|a|b|\n|-|-|\n|c|d|", "| a | b |\n| --- | --- |\n| c | d |"),
        ("A <b>word</b>.", "A &lt;b>word&lt;/b>."),
        ("1 < 2 and 2 > 1", "1 &lt; 2 and 2 > 1"),
    ],
)
def test_blocks_keep_harmless_markup(text: str, shown: str) -> None:
    assert blocks(text) == shown


def test_list_items_in_a_cell_are_separated_by_br() -> None:
    assert cell("One of:\n\n* `a|b`: x\n* c") == (
        "One of:<br>• <code>a&#124;b</code>: x<br>• c"
    )


def test_name_in_a_code_span_becomes_a_link() -> None:
    places = {"sessions.get": "sessions.md#sessionsget"}
    text = "Use `sessions.get`, not `get`."
    shown = "Use [`sessions.get`](sessions.md#sessionsget), not `get`."
    assert inline(text, lambda name: places.get(name, "")) == shown


@pytest.mark.parametrize(
    "unit",
    [
        "`",
        "``` `",
        "[",
        "[](",
        "- ",
        "> ",
        "|",
        "<",
        "\\",
        "* ",
        "  * a\n",
        "#",
        "1. ",
        "[x](https://a",
    ],
)
def test_rendering_time_is_linear_in_the_text(unit: str) -> None:
    text = unit * (60_000 // len(unit))
    began = time.process_time()
    blocks(text)
    cell(text)
    assert time.process_time() - began < 20
