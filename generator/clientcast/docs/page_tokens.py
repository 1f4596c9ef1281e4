"""Changes to the parsed blocks of a page for zensical: tabs, column headers and search."""

from collections.abc import Iterator, Sequence

from markdown_it.token import Token

MAX_OUTLINE_LEVEL = 2
"""Deepest heading level in the table of contents."""

TAB_LABELS = ("Synchronous", "Asynchronous", "curl")
"""Labels of the examples that are rendered as tabs; the last may be absent."""

_MIN_TABS = 2
_TAB_TOKENS = ("paragraph_open", "inline", "paragraph_close", "fence")

_MAX_SEARCH_LENGTH = 30_000
"""Maximum length in characters of a section in the search index. zensical refuses to build a site if a section
has more bytes than 1 GiB divided by the number of sections."""

_EXCLUDED = "data-search-exclude"
_HTTP_REQUEST = "HTTP request"
"""Header of a column that only tables of operations have."""


def merge_tabs(tokens: Sequence[Token]) -> Iterator[Token]:
    """Merge labelled examples of the same call into one `tabs` token."""
    number, index = 0, 0
    while index < len(tokens):
        examples = _tab_contents(tokens, index)
        if len(examples) >= _MIN_TABS:
            number += 1
            content = "\n".join(fence.content for fence in examples)
            meta = {"number": number, "fences": examples}
            yield Token("tabs", "", 0, content=content, meta=meta)
            index += len(examples) * len(_TAB_TOKENS)
        else:
            yield tokens[index]
            index += 1


def _tab_contents(tokens: Sequence[Token], index: int) -> tuple[Token, ...]:
    """Return the code blocks from an index on that follow the labels, in their order."""
    found: list[Token] = []
    size = len(_TAB_TOKENS)
    for label in TAB_LABELS:
        example = tokens[index : index + size]
        if tuple(token.type for token in example) != _TAB_TOKENS:
            break
        if example[1].content != f"**{label}**":
            break
        found.append(example[-1])
        index += size
    return tuple(found)


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


def exclude_operation_tables(tokens: Sequence[Token]) -> None:
    """Exclude tables of operations from search: the pages of the operations rank before them."""
    table = tokens[:1]
    for index, token in enumerate(tokens):
        if token.type == "table_open":
            table = [token]
        elif token.type == "th_open" and tokens[index + 1].content == _HTTP_REQUEST:
            table[0].attrSet(_EXCLUDED, "")


def search_level(tokens: Sequence[Token]) -> int:
    """Return the deepest heading level at which search begins a section.

    A page whose title is code, and that has no such headings below it, is about one operation: it
    is one section.
    """
    named = [
        heading_level(token)
        for token, inline in zip(tokens, tokens[1:], strict=False)
        if heading_level(token) in range(1, MAX_OUTLINE_LEVEL + 1)
        and [child.type for child in inline.children or ()] == ["code_inline"]
    ]
    return 1 if named == [1] else MAX_OUTLINE_LEVEL


def limit_search(tokens: Sequence[Token]) -> None:
    """Exclude each block from search with which its section exceeds `_MAX_SEARCH_LENGTH`."""
    max_level = search_level(tokens)
    length, start, block = 0, 0, tokens[:1]
    for token in tokens:
        if token.level == 0 and token.nesting >= 0:
            start, block = length, [token]
            if heading_level(token) in range(1, max_level + 1):
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
