"""Texts for property tests: tricky ones, and a strategy that draws any text."""

import unicodedata
from collections.abc import Callable, Iterable

from hypothesis import example, given, settings
from hypothesis import strategies as st

# Lone surrogates are among the characters.
texts = st.text(st.characters())

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

Test = Callable[[str], None]


def with_texts(tricky: Iterable[str]) -> Callable[[Test], Callable[[], None]]:
    """Return a decorator that runs a test with the given texts and with drawn ones."""

    def every_text(test: Test) -> Callable[[], None]:
        for text in tricky:
            test = example(text)(test)
        run: Callable[[], None] = settings(deadline=None, max_examples=300)(
            given(texts)(test)
        )
        return run

    return every_text


def assert_legible(code: str) -> None:
    """Check that source code has no invisible characters except line feeds and spaces."""
    for character in code.replace("\n", "").replace(" ", ""):
        category = unicodedata.category(character)
        assert category[0] not in "CZ" and category not in ("Mn", "Me"), code
    code.encode("utf-8")
