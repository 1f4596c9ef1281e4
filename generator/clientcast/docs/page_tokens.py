"""Changes to the parsed blocks of a page for zensical: tabs, column headers and search."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from markdown_it.token import Token

MAX_OUTLINE_LEVEL = 2
"""Deepest heading level in search and the table of contents: operations, not their sections."""

TAB_LABELS = ("Synchronous", "Asynchronous")
"""Labels of the synchronous and asynchronous example, which are rendered as tabs."""

_TAB_TOKENS = ("paragraph_open", "inline", "paragraph_close", "fence")

_MAX_SEARCH_LENGTH = 30_000
"""Maximum length in characters of a section in the search index. zensical refuses to build a site if a section
has more bytes than 1 GiB divided by the number of sections."""

_EXCLUDED = "data-search-exclude"


def merge_tabs(tokens: Sequence[Token]) -> Iterator[Token]:
    """Merge the examples of both modes and their labels into one `tabs` token."""
    number, index = 0, 0
    while index < len(tokens):
        examples: tuple[str, ...] = ()
        if tokens[index].type == _TAB_TOKENS[0]:
            examples = _tab_contents(
                tokens[index : index + len(TAB_LABELS) * len(_TAB_TOKENS)]
            )
        if examples:
            number += 1
            meta = {"number": number, "texts": examples}
            yield Token("tabs", "", 0, content="\n".join(examples), meta=meta)
            index += len(TAB_LABELS) * len(_TAB_TOKENS)
        else:
            yield tokens[index]
            index += 1


def _tab_contents(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Return the code of both examples if the tokens are labels and code, else nothing."""
    size = len(_TAB_TOKENS)
    examples = [tokens[start : start + size] for start in range(0, len(tokens), size)]
    for label, example in zip_longest(TAB_LABELS, examples):
        if example is None or tuple(token.type for token in example) != _TAB_TOKENS:
            return ()
        if example[1].content != f"**{label}**":
            return ()
    return tuple(example[-1].content for example in examples)


def label_cells(tokens: Sequence[Token]) -> None:
    """Add to each cell the header of its column, which narrow screens show before the cell."""
    heads: list[str] = []
    column = 0
    for index, token in enumerate(tokens):
        if token.type == "thead_open":
            heads = []
        elif token.type == "tr_open":
            column = 0
        elif token.type == "th_open":
            children = tokens[index + 1].children or []
            heads.append("".join(child.content for child in children))
        elif token.type == "td_open":
            token.attrSet("data-head", heads[column])
            column += 1


def limit_search(tokens: Sequence[Token]) -> None:
    """Exclude each block from search with which its section exceeds `_MAX_SEARCH_LENGTH`."""
    length, start, block = 0, 0, tokens[:1]
    for token in tokens:
        if token.level == 0 and token.nesting >= 0:
            start, block = length, [token]
            if heading_level(token) in range(1, MAX_OUTLINE_LEVEL + 1):
                length = 0
        if heading_level(block[0]) or block[0].attrGet(_EXCLUDED) is not None:
            continue
        length += len(token.content)
        if length > _MAX_SEARCH_LENGTH:
            block[0].attrSet(_EXCLUDED, "")
            length = start


def heading_level(token: Token) -> int:
    """Return the level of a token that opens a heading, or 0."""
    return int(token.tag[1:]) if token.type == "heading_open" else 0
