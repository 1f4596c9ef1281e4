"""Python-Markdown extension that renders pages for zensical as CommonMark, like GitHub.

zensical renders pages with Python-Markdown, whose rules for lists, braces and HTML differ from
CommonMark, in which the pages are written. This extension replaces it by a CommonMark parser with
tables, strikethrough and GitHub's heading anchors. HTML is escaped, except for the tags that
`markdown` writes into tables; images become their alternative texts, so that no page sends a
request to another host.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Any

from markdown import Extension, Markdown
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import find_lexer_class_by_name

from clientcast.docs.links import BRACKET_PLACEHOLDER, slug
from clientcast.docs.page_tokens import (
    MAX_OUTLINE_LEVEL,
    TAB_LABELS,
    exclude_operation_tables,
    heading_level,
    label_cells,
    limit_search,
    merge_tabs,
    search_level,
)

ALLOWED_HTML = {"<br>", "<code>", "</code>"}

_MAX_HIGHLIGHTED_LENGTH = {
    "bash": 100_000,
    "console": 4_000,
    "http": 2_000,
    "json": 1_000_000,
    "python": 4_000,
    "sh": 100_000,
    "toml": 4_000,
    "yaml": 4_000,
}
"""Maximum length in characters of highlighted code, by language. Descriptions may name any
language, and some lexers of pygments take quadratic time or worse."""

_MAX_PARAGRAPH_LENGTH = 60_000
"""How many characters of a paragraph are shown: brackets in it cost the square of their number."""

_TRUNCATED = " … It is longer than this page can show: the Markdown of this page has the whole text."

_TITLE = re.compile(r'title="([^"]+)"')
"""Name of the file that a fenced block is, after its language."""
_SPECIAL = re.compile(r"[\n!&*<\[\\\]_`~]")

_FORMATTER: "HtmlFormatter[str]" = HtmlFormatter(nowrap=True)


class CommonMark(Extension):
    """Extension that zensical loads."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Replace the conversion of Python-Markdown."""

        def convert(source: str) -> str:
            html, headings = render_html(source.replace(BRACKET_PLACEHOLDER, "\\["))
            # zensical reads the table of contents from the attribute of the `toc` extension.
            outlined = [
                heading for heading in headings if heading.level <= MAX_OUTLINE_LEVEL
            ]
            md.toc_tokens = _outline(outlined)  # type: ignore[attr-defined]
            return html

        md.convert = convert  # type: ignore[method-assign]


def makeExtension(**_: Any) -> CommonMark:
    """Return the extension; entry point of Python-Markdown for an extension module."""
    return CommonMark()


@dataclass(frozen=True)
class Heading:
    """A heading of a page.

    Attributes:
        level: 1 to 6.
        anchor: Fragment of its URL.
        text: Plain text.
        html: Text as HTML, with code spans.
    """

    level: int
    anchor: str
    text: str
    html: str


def render_html(source: str) -> tuple[str, tuple[Heading, ...]]:
    """Render a page as HTML, and return it with its headings in order."""
    parser, renderer = _parser(), _Renderer()
    tokens = list(merge_tabs(parser.parse(source)))
    label_cells(tokens)
    exclude_operation_tables(tokens)
    limit_search(tokens)
    headings = tuple(_add_anchors(tokens, renderer, parser.options))
    return renderer.render(tokens, parser.options, {}), headings


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.inline.ruler.at("text", _text)
    parser.core.ruler.at("inline", _inline)
    parser.core.ruler.push("share", _share)
    return parser


def _text(state: StateInline, silent: bool) -> bool:
    """Read text up to the next character that means something to one of the rules."""
    found = _SPECIAL.search(state.src, state.pos)
    end = found.start() if found else state.posMax
    if end == state.pos:
        return False
    if not silent:
        state.pending += state.src[state.pos : end]
    state.pos = end
    return True


def _inline(state: StateCore) -> None:
    """Parse each text of a page once: operations repeat most of what they say."""
    seen: set[str] = set()
    for token in state.tokens:
        if token.type == "inline" and token.content not in seen:
            seen.add(token.content)
            token.children = []
            text = token.content[:_MAX_PARAGRAPH_LENGTH]
            state.md.inline.parse(text, state.md, state.env, token.children)
            if len(token.content) > _MAX_PARAGRAPH_LENGTH:
                token.children.append(Token("text", "", 0, content=_TRUNCATED))


def _share(state: StateCore) -> None:
    """Give each text that stands on a page again what the first one was parsed to."""
    first: dict[str, Token] = {}
    for token in state.tokens:
        if token.type == "inline":
            token.children = first.setdefault(token.content, token).children


class _Renderer(RendererHTML):
    """Renderer of the HTML that the theme's styles and scripts expect."""

    def fence(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        language, _, options_text = tokens[idx].info.strip().partition(" ")
        title = _TITLE.search(options_text)
        return _highlighted_code(
            tokens[idx].content,
            language,
            self.renderAttrs(tokens[idx]),
            title=title[1] if title else "",
        )

    def code_block(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return _highlighted_code(tokens[idx].content, "", self.renderAttrs(tokens[idx]))

    def tabs(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        number, fences = tokens[idx].meta["number"], tokens[idx].meta["fences"]
        inputs, labels, blocks = "", "", ""
        for index, (title, fence) in enumerate(
            zip(TAB_LABELS, fences, strict=False), start=1
        ):
            name, chosen = f"__tabbed_{number}", " checked" if index == 1 else ""
            inputs += (
                f'<input type="radio" id="{name}_{index}" name="{name}"{chosen}>\n'
            )
            labels += f'<label for="{name}_{index}">{title}</label>\n'
            blocks += f'<div class="tabbed-block">\n{_highlighted_code(fence.content, fence.info)}</div>\n'
        return (
            f'<div class="tabbed-set tabbed-alternate" data-tabs="{number}:{len(fences)}"'
            f"{self.renderAttrs(tokens[idx])}>\n"
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
        # The `#` is added by CSS, so that search and screen readers ignore it.
        anchor, is_target = escape(tokens[idx].content), tokens[idx].meta["is_target"]
        attribute = f' id="{anchor}"' if is_target else ""
        hidden = 'tabindex="-1" aria-hidden="true"'
        return f'<a class="headerlink"{attribute} href="#{anchor}" {hidden}></a>'


def _highlighted_code(
    text: str, language: str, attributes: str = "", *, title: str = ""
) -> str:
    if len(text) > _MAX_HIGHLIGHTED_LENGTH.get(language, 0):
        language = ""
    lexer = _lexer(language)
    if lexer is None:
        language, html = "text", escape(text)
    else:
        html = highlight(text, lexer, _FORMATTER)
    filename = f'<span class="filename">{escape(title)}</span>' if title else ""
    return (
        f'<div class="language-{escape(language)} highlight"{attributes}>{filename}'
        f"<pre><span></span><code>{html}</code></pre></div>\n"
    )


@cache
def _lexer(language: str) -> Lexer | None:
    """Return the lexer of a language in `_MAX_HIGHLIGHTED_LENGTH`, or None for any other."""
    if language not in _MAX_HIGHLIGHTED_LENGTH:
        return None
    return find_lexer_class_by_name(language)(stripnl=False)


def _add_anchors(
    tokens: Sequence[Token], renderer: RendererHTML, options: OptionsDict
) -> Iterator[Heading]:
    """Add an anchor and a permalink to each heading, and yield the headings."""
    counts: Counter[str] = Counter()
    max_level = search_level(tokens)
    for index, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        inline = tokens[index + 1]
        children = inline.children or []
        text = "".join(child.content for child in children)
        plain = [child for child in children if child.type in ("text", "code_inline")]
        html = renderer.renderInline(plain, options, {})
        anchor = slug(text.strip())
        counts[anchor] += 1
        if counts[anchor] > 1:
            anchor = f"{anchor}-{counts[anchor] - 1}"
        level = heading_level(token)
        if level <= max_level:
            # Search starts a new section at each heading that has an id.
            token.attrSet("id", anchor)
        meta = {"is_target": level > max_level}
        inline.children = [
            *children,
            Token("permalink", "", 0, content=anchor, meta=meta),
        ]
        yield Heading(level, anchor, text, html)


@dataclass
class _OutlineEntry:
    """Heading of the outline with its subheadings."""

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
    """Return the headings as a tree, in the format of the `toc` extension."""
    top: list[_OutlineEntry] = []
    open_: list[_OutlineEntry] = []
    for heading in headings:
        while open_ and open_[-1].heading.level >= heading.level:
            open_.pop()
        entry = _OutlineEntry(heading)
        (open_[-1].children if open_ else top).append(entry)
        open_.append(entry)
    return [entry.token() for entry in top]
