"""Explanations of diagnostics: a page of this folder for each code, with a bad and a good document."""

import re
from importlib.resources import files

from msgspec import Struct

_BLOCK = re.compile(r"^## (Bad|Good)\n\n```\w*\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class Explanation(Struct, frozen=True):
    """Explanation of a code.

    Attributes:
        code: The code of the diagnostics.
        summary: The mistake, in a sentence.
        text: What it leads to, and what to do; may be empty.
        bad: A document with the mistake, or None if none is short enough.
        good: The document without it.
    """

    code: str
    summary: str
    text: str
    bad: str | None
    good: str | None


def all_codes() -> list[str]:
    """Return all codes, sorted."""
    pages = (page.name for page in files(__name__).iterdir())
    return sorted(name.removesuffix(".md") for name in pages if name.endswith(".md"))


def explanation(code: str) -> Explanation:
    """Return the explanation of a code.

    Args:
        code: One of `all_codes()`.
    """
    page = files(__name__).joinpath(f"{code}.md").read_text(encoding="utf-8")
    documents = dict(_BLOCK.findall(page))
    prose = page.partition("\n## ")[0].partition("\n\n")[2].strip()
    summary, _, text = prose.partition("\n\n")
    return Explanation(
        code,
        " ".join(summary.split()),
        text,
        documents.get("Bad"),
        documents.get("Good"),
    )
