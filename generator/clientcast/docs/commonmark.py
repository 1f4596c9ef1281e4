"""Makes HTML of the pages for zensical, as GitHub would read them.

zensical has Python-Markdown read its pages, which takes their lists, braces and HTML for other
things than CommonMark does, in which they are written. This is an extension of Python-Markdown
that puts a parser of CommonMark in its place, with tables and strikethrough and with the anchors
that GitHub gives to headings. HTML is shown as text but for what `markdown` writes into tables,
pictures by what they are called, so that a page asks nothing of another host.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import zip_longest
from typing import Any

from markdown import Extension, Markdown
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import find_lexer_class_by_name
from pygments.util import ClassNotFound

from clientcast.docs.links import slug

MAX_OUTLINE_LEVEL = 2
"""The deepest headings that search and the table of contents know: operations, not their parts."""

TAB_LABELS = ("Synchronous", "Asynchronous")
"""What the pages call the examples of both modes, which are shown as tabs."""

_TAB_TOKENS = ("paragraph_open", "inline", "paragraph_close", "fence")

ALLOWED_HTML = {"<br>", "<code>", "</code>"}

_MAX_HIGHLIGHTED_LENGTH = {
    "bash": 100_000,
    "console": 4_000,
    "http": 2_000,
    "json": 1_000_000,
    "python": 4_000,
    "sh": 100_000,
}
"""How many characters of a language are coloured. Descriptions name any language, and lexers of
pygments take time that grows with the square of a text, or faster."""

_FORMATTER: "HtmlFormatter[str]" = HtmlFormatter(nowrap=True)


class CommonMark(Extension):
    """The extension that zensical loads."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Replace what Python-Markdown does with a page."""

        def convert(source: str) -> str:
            html, headings = render_html(source)
            # zensical reads the table of contents where the `toc` extension leaves it.
            shown = [
                heading for heading in headings if heading.level <= MAX_OUTLINE_LEVEL
            ]
            md.toc_tokens = _outline(shown)  # type: ignore[attr-defined]
            return html

        md.convert = convert  # type: ignore[method-assign]


def makeExtension(**_: Any) -> CommonMark:
    """What Python-Markdown calls in a module that is named as an extension."""
    return CommonMark()


@dataclass(frozen=True)
class Heading:
    """A heading of a page.

    Attributes:
        level: 1 to 6.
        anchor: What stands after `#` in a link to it.
        text: What it says.
        html: The same with its code marked.
    """

    level: int
    anchor: str
    text: str
    html: str


def render_html(source: str) -> tuple[str, tuple[Heading, ...]]:
    """The HTML of a page, and its headings in their order."""
    parser, renderer = _parser(), _Renderer()
    tokens = list(_merge_tabs(parser.parse(source)))
    _label_cells(tokens)
    headings = tuple(_add_anchors(tokens, renderer, parser.options))
    return renderer.render(tokens, parser.options, {}), headings


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


class _Renderer(RendererHTML):
    """HTML in the shapes that the theme's styles and scripts know."""

    def fence(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        language, _, _ = tokens[idx].info.strip().partition(" ")
        return _highlighted_code(tokens[idx].content, language)

    def code_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return _highlighted_code(tokens[idx].content, "")

    def tabs(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        number = tokens[idx].meta["number"]
        inputs, labels, blocks = "", "", ""
        for place, (title, text) in enumerate(
            zip(TAB_LABELS, tokens[idx].meta["texts"], strict=True), start=1
        ):
            name, chosen = f"__tabbed_{number}", " checked" if place == 1 else ""
            inputs += (
                f'<input type="radio" id="{name}_{place}" name="{name}"{chosen}>\n'
            )
            labels += f'<label for="{name}_{place}">{title}</label>\n'
            blocks += f'<div class="tabbed-block">\n{_highlighted_code(text, "python")}</div>\n'
        return (
            f'<div class="tabbed-set tabbed-alternate" data-tabs="{number}:{len(TAB_LABELS)}">\n'
            f'{inputs}<div class="tabbed-labels">\n{labels}</div>\n'
            f'<div class="tabbed-content">\n{blocks}</div>\n</div>\n'
        )

    def image(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return escape(tokens[idx].content)

    def html_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"<p>{escape(tokens[idx].content)}</p>\n"

    def html_inline(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        html = tokens[idx].content
        return html if html in ALLOWED_HTML else escape(html)

    def permalink(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        # Its sign is a style's, so that search and screen readers do not read it.
        anchor, own = escape(tokens[idx].content), tokens[idx].meta["own"]
        place = f' id="{anchor}"' if own else ""
        hidden = 'tabindex="-1" aria-hidden="true"'
        return f'<a class="headerlink"{place} href="#{anchor}" {hidden}></a>'


def _highlighted_code(text: str, language: str) -> str:
    if len(text) > _MAX_HIGHLIGHTED_LENGTH.get(language, 0):
        language = ""
    try:
        lexer = find_lexer_class_by_name(language)(stripnl=False)
    except ClassNotFound:
        language, shown = "text", escape(text)
    else:
        shown = highlight(text, lexer, _FORMATTER)
    return (
        f'<div class="language-{escape(language)} highlight">'
        f"<pre><span></span><code>{shown}</code></pre></div>\n"
    )


def _merge_tabs(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens, with the examples of both modes and their labels as one token."""
    number, place = 0, 0
    while place < len(tokens):
        examples = _tab_contents(
            tokens[place : place + len(TAB_LABELS) * len(_TAB_TOKENS)]
        )
        if examples:
            number += 1
            yield Token("tabs", "", 0, meta={"number": number, "texts": examples})
            place += len(TAB_LABELS) * len(_TAB_TOKENS)
        else:
            yield tokens[place]
            place += 1


def _tab_contents(tokens: Sequence[Token]) -> tuple[str, ...]:
    """The programs of some tokens that are labels and programs, else none."""
    size = len(_TAB_TOKENS)
    found = [tokens[start : start + size] for start in range(0, len(tokens), size)]
    for label, some in zip_longest(TAB_LABELS, found):
        if some is None or tuple(token.type for token in some) != _TAB_TOKENS:
            return ()
        if some[1].content != f"**{label}**":
            return ()
    return tuple(some[-1].content for some in found)


def _label_cells(tokens: Sequence[Token]) -> None:
    """Each cell is told the head of its column, which is shown where there are no columns."""
    heads: list[str] = []
    column = 0
    for place, token in enumerate(tokens):
        if token.type == "thead_open":
            heads = []
        elif token.type == "tr_open":
            column = 0
        elif token.type == "th_open":
            children = tokens[place + 1].children or []
            heads.append("".join(child.content for child in children))
        elif token.type == "td_open":
            token.attrSet("data-head", heads[column])
            column += 1


def _add_anchors(
    tokens: Sequence[Token], renderer: RendererHTML, options: OptionsDict
) -> Iterator[Heading]:
    """The headings, each given its anchor and a link to itself."""
    taken: Counter[str] = Counter()
    for place, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        inline = tokens[place + 1]
        children = inline.children or []
        text = "".join(child.content for child in children)
        plain = [child for child in children if child.type in ("text", "code_inline")]
        html = renderer.renderInline(plain, options, {})
        anchor = slug(text.strip())
        taken[anchor] += 1
        if taken[anchor] > 1:
            anchor = f"{anchor}-{taken[anchor] - 1}"
        level = int(token.tag[1:])
        if level <= MAX_OUTLINE_LEVEL:
            # Where a heading itself has an id, search takes it for the start of something.
            token.attrSet("id", anchor)
        meta = {"own": level > MAX_OUTLINE_LEVEL}
        inline.children = [
            *children,
            Token("permalink", "", 0, content=anchor, meta=meta),
        ]
        yield Heading(level, anchor, text, html)


@dataclass
class _OutlineEntry:
    """A heading with those below it."""

    heading: Heading
    children: list["_OutlineEntry"] = field(default_factory=list["_OutlineEntry"])

    def token(self) -> dict[str, Any]:
        return {
            "level": self.heading.level,
            "id": self.heading.anchor,
            "name": escape(self.heading.text),
            "html": self.heading.html,
            "data-toc-label": "",
            "children": [entry.token() for entry in self.children],
        }


def _outline(headings: Sequence[Heading]) -> list[dict[str, Any]]:
    """The headings as the `toc` extension gives them: each holds those below it."""
    top: list[_OutlineEntry] = []
    open_: list[_OutlineEntry] = []
    for heading in headings:
        while open_ and open_[-1].heading.level >= heading.level:
            open_.pop()
        entry = _OutlineEntry(heading)
        (open_[-1].children if open_ else top).append(entry)
        open_.append(entry)
    return [entry.token() for entry in top]
