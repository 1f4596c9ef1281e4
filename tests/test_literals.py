"""Tests that text of a document stays text: no literal or docstring of it ends early."""

import ast
import string as letters
import unicodedata
from typing import Any

import black
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clientcast.bind.literals import docstring, first_sentence, one_line, wrap
from clientcast.code import constant, string
from tests.texts import texts, with_texts

TRICKY = [
    "",
    " ",
    "\\",
    "\\\\",
    '"',
    '""',
    '"""',
    '""""',
    "'''",
    'ends in a quote"',
    'ends in two""',
    "ends in a backslash\\",
    'ends in both\\"',
    'ends in both the other way"\\',
    '"""\nimport os\n"""',
    'a\\"""\nimport os\n"""',
    "{braces} %s $name {{ jinja }} {% if %} {# #}",
    "\\N{DOLLAR SIGN} \\x41 \\u0041 \\101",
    "a\rb",
    "a\r\nb",
    "a\r",
    "a\x0bb\x0cc\x1cd\x1de\x1ef\x85g",
    "a\u2028b\u2029c",
    "a\0b",
    "\ufeffa",
    "\ud800",
    "a\udfff",
    "\ud83d\ude00",
    "\u202eright to left\u202c \u2066isolate\u2069",
    "zero\u200bwidth\u200djoiner\u00ad\u2060",
    "e\u0301 combining",
    "no\u00a0break\u3000ideographic",
    "emoji 😀 한글 عربى ümlaut",
    "\x7f\x9b31m\x1b[31m",
    "\U000e0041tag \U0010ffff \ue000",
    "\n",
    "\n\n a\n  b\n\n",
    "tab\there",
]


every_text = with_texts(TRICKY)


def assert_legible(code: str) -> None:
    """Nothing is in the source that a reader does not see, but line feeds."""
    for character in code.replace("\n", "").replace(" ", ""):
        category = unicodedata.category(character)
        assert category[0] not in "CZ" and category not in ("Mn", "Me"), code
    code.encode("utf-8")


def value_of(docstring: str) -> str:
    """The value of a docstring, after seeing that it is one, alone, in a function."""
    module = ast.parse(f"def function():\n    {docstring}\n    return 1\n")
    (function,) = module.body
    assert isinstance(function, ast.FunctionDef)
    first, second = function.body
    assert isinstance(second, ast.Return)
    assert isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    value = first.value.value
    assert isinstance(value, str)
    return value


@every_text
def test_the_value_of_a_string_literal_is_the_text(text: str) -> None:
    literal = string(text)
    assert ast.literal_eval(literal) == text
    assert literal.startswith('"') and literal.isprintable()
    assert_legible(literal)


@every_text
def test_a_string_literal_stands_among_others(text: str) -> None:
    call = ast.parse(f"f({string(text)}, {string(text)}, key={string(text)})")
    assert [
        node.value for node in ast.walk(call) if isinstance(node, ast.Constant)
    ] == [text] * 3


@given(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts
)
@settings(deadline=None)
@example(True)
@example(1)
@example(1.0)
@example(-0.0)
@example(1e300)
@example(5e-324)
@example(10**30)
def test_the_value_of_a_constant_is_the_json_scalar(value: Any) -> None:
    found = ast.literal_eval(constant(value))
    assert found == value and type(found) is type(value)


@every_text
def test_a_docstring_says_the_text_and_cannot_end_early(text: str) -> None:
    literal = docstring(text)
    if not text.strip():
        assert literal == ""
        return
    assert literal.startswith('"""') and literal.endswith('"""')
    assert_legible(literal)
    value = value_of(literal)
    assert value.split() == text.split()
    assert value.count("\n") == text.strip().count("\n") + ("\n" in text.strip())
    assert all(line == line.rstrip() for line in value.split("\n"))


@settings(deadline=None, max_examples=100)
@given(texts)
@example('"""')
@example("\\")
@example('a "quote"')
@example("a\n    b\\\n")
def test_black_leaves_a_docstring_what_it_is(text: str) -> None:
    module = f"class Model:\n    {docstring(text)}\n\n    id: str\n"
    formatted = black.format_str(module, mode=black.Mode())
    assert black.format_str(formatted, mode=black.Mode()) == formatted
    if docstring(text):
        (model,) = ast.parse(formatted).body
        assert isinstance(model, ast.ClassDef)
        said = ast.get_docstring(model)
        assert said is not None and said.split() == text.split()


@every_text
def test_one_line_is_one_line(text: str) -> None:
    line = one_line(text)
    assert line.splitlines() in ([], [line])
    assert_legible(line)
    assert "  " not in line and line == line.strip()
    assert one_line(line) == line
    visible = "".join(c for c in text if c in letters.printable.strip())
    assert "".join(c for c in line if c in letters.printable.strip()) == visible


@every_text
def test_the_first_sentence_is_how_the_line_begins(text: str) -> None:
    assert one_line(text).startswith(first_sentence(text))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One. Two.", "One."),
        ("One\nline. `two` follows.", "One line."),
        ("Version 3.1 of it, e.g. that one.", "Version 3.1 of it, e.g. that one."),
        ("What? Yes!", "What?"),
        ("No full stop", "No full stop"),
        ("", ""),
        ("It was refused.\n\n* One.\n* Two.", "It was refused."),
        ("One of:\n1. This\n2. That", "One of:"),
        ("* One.\n* Two.", "* One."),
    ],
)
def test_a_sentence_ends_where_the_next_begins(text: str, first: str) -> None:
    assert first_sentence(text) == first


widths = st.integers(min_value=40, max_value=100)
indents = st.sampled_from(["", "    ", "        "])
markdown = st.lists(
    st.sampled_from(
        ["- item", "* another one", "1. first", "12) twelfth", "```", "    code  here"]
        + ["| a | b |", "# heading", "> quote", "", "  ", "\tt", "a longer line " * 9]
        + ["x" * 120, "-", "1.", "--- ", "***", "a  b\u00a0c"]
    )
    | texts
).map("\n".join)


@settings(deadline=None, max_examples=300)
@given(markdown, widths, indents)
@example("```\nnever closed\n\n  a", 80, "    ")
@example("\x0ca\x0cb", 80, "    ")
@example("- " + "word " * 60, 60, "    ")
@example("a\0b - c", 80, "    ")
@example("a\n\n\n\nb", 80, "    ")
def test_wrapping_keeps_every_word(text: str, width: int, indent: str) -> None:
    assert wrap(text, width, indent).split() == text.split()


@settings(deadline=None)
@given(st.lists(st.text(letters.ascii_lowercase, min_size=1)), widths, indents)
@example(["word"] * 100, 60, "        ")
def test_wrapping_fills_to_the_width(words: list[str], width: int, indent: str) -> None:
    first, *rest = wrap(" ".join(words), width, indent).split("\n")
    for line in (indent + first, *rest):
        assert line.startswith(indent)
        assert len(line) <= max(width, 40 + len(indent)) or " " not in line.strip()


def test_wrapping_leaves_what_is_not_a_paragraph() -> None:
    text = (
        "One\nparagraph.\n\n"
        "- an item\n  that goes on\n- another\n\n"
        "```python\nx  =  1\n\n\ny = 2\n```\n"
        "| a   | b |\n|-----|---|\n"
        "    indented  code\n"
        "# Heading\n> quote   kept"
    )
    assert wrap(text, 80) == (
        "One paragraph.\n\n"
        "- an item that goes on\n- another\n\n"
        "```python\nx  =  1\n\n\ny = 2\n```\n"
        "| a   | b |\n|-----|---|\n"
        "    indented  code\n"
        "# Heading\n> quote   kept"
    )


@pytest.mark.parametrize("word", ["-", "#", "2)", "1.", ">", "| a", "=", "---"])
def test_wrapping_makes_no_item_or_heading_of_a_word(word: str) -> None:
    text = f"{'word ' * 7}andso {word} more words"
    assert wrap(text, 40).split("\n") == [
        f"{'word ' * 7}".strip(),
        f"andso {word} more words",
    ]


def test_items_hang() -> None:
    assert wrap("- " + "word " * 12, 40, "    ").split("\n") == [
        "- word word word word word word word",
        "      word word word word word",
    ]
