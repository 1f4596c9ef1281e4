"""Tests of literals and single lines: text of a document stays text."""

import ast
import string as letters
from typing import Any

import pytest
from clientcast.bind.lines import first_sentence, one_line
from clientcast.code import scalar_literal, string_literal
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.texts import TRICKY, assert_legible, texts, with_texts

each_text = with_texts(TRICKY)


@each_text
def test_string_literal_evaluates_to_the_text(text: str) -> None:
    literal = string_literal(text)
    assert ast.literal_eval(literal) == text
    assert literal.startswith('"') and literal.isprintable()
    assert_legible(literal)


@each_text
def test_string_literals_are_separate_arguments(text: str) -> None:
    call = ast.parse(
        f"f({string_literal(text)}, {string_literal(text)}, key={string_literal(text)})"
    )
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
def test_scalar_literal_evaluates_to_the_scalar(value: Any) -> None:
    found = ast.literal_eval(scalar_literal(value))
    assert found == value and type(found) is type(value)


@each_text
def test_one_line_has_no_line_breaks_and_keeps_visible_characters(text: str) -> None:
    line = one_line(text)
    assert line.splitlines() in ([], [line])
    assert_legible(line)
    assert "  " not in line and line == line.strip()
    assert one_line(line) == line
    visible = "".join(c for c in text if c in letters.printable.strip())
    assert "".join(c for c in line if c in letters.printable.strip()) == visible


@each_text
def test_first_sentence_is_a_prefix_of_the_line(text: str) -> None:
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
def test_first_sentence_ends_before_the_next_one(text: str, first: str) -> None:
    assert first_sentence(text) == first
