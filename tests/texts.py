"""Texts of all kinds for property tests: tricky ones by name, and many that are drawn."""

from collections.abc import Callable, Iterable

from hypothesis import example, given, settings
from hypothesis import strategies as st

# Lone surrogates are among the characters.
texts = st.text(st.characters())

Test = Callable[[str], None]


def with_texts(tricky: Iterable[str]) -> Callable[[Test], Callable[[], None]]:
    """A decorator that runs a test with the given texts and with many others."""

    def every_text(test: Test) -> Callable[[], None]:
        for text in tricky:
            test = example(text)(test)
        run: Callable[[], None] = settings(deadline=None, max_examples=300)(
            given(texts)(test)
        )
        return run

    return every_text
