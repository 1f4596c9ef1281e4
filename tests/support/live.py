"""Detection of active content (scripts, images, styles) in HTML, and texts that inject it."""

import re
from html.parser import HTMLParser

ALLOWED_ELEMENTS = set(
    """a abbr aside blockquote br cite code col colgroup dd del div dl dt em footer h1 h2 h3 h4
    h5 h6 hr input ins label li mark math mi mrow ol p pre s section small span strong sub
    summary sup table tbody td th thead tr tt tt u ul details main""".split()
)
"""Elements that renderers make of Markdown and reST without raw HTML."""

ALLOWED_ATTRIBUTES = set(
    """align checked class data-lang disabled for href id name role span start style title type
    open scope colspan rowspan xmlns""".split()
)
ALLOWED_URL = re.compile(r"(https?://|mailto:|[#/\w][^:&]*$|#)")

HOSTILE = [
    ">>> open('PWNED', 'w')",
    "\t>>> open('PWNED', 'w')",
    "a\u2028>>> open('PWNED', 'w')",
    "<script>pwned()</script>",
    "<img src=x onerror=pwned()>",
    "</p><iframe srcdoc='<script>1</script>'>",
    "<!-- x --><![CDATA[<svg onload=pwned()>]]><?php ?>",
    '<https://ok.example/"onmouseover="pwned()>',
    '<https://ok.example onmouseover="pwned()">',
    "a<b onmouseover=pwned()",
    "\\<b onmouseover=pwned()>x</b>",
    "`<b onmouseover=pwned()>` ``x`<b onmouseover=pwned()>``",
    "![x](https://pwned.example/i.png)",
    "![x][r]\n\n[r]: https://pwned.example/i.png",
    "[x](javascript:pwned())",
    "[x](java&#115;cript:pwned())",
    "[x]( javascript:pwned() )",
    "[x](<javascript:pwned()>)",
    "[x](vbscript:pwned) [y](data:text/html,pwned) [z](file:///etc/passwd)",
    "[x](https://ok.example \"a\" onmouseover='pwned()')",
    "[x][r] [r]\n\n[r]: javascript:pwned()",
    "[x][r]\n\n[r]:\n  javascript:pwned()",
    "<javascript:pwned()>",
    "javascript:pwned() JavaScript:pwned() vbscript:pwned() data:text/html,pwned",
    "**x**{onclick=pwned()} [x](https://ok.example){: href=javascript:pwned() }",
    "# x {onclick=pwned()}\n\nx\n{: onclick=pwned() }",
    "\\\\{onclick=pwned()} \\{onclick=pwned()}",
    "/// html | script\npwned()\n///",
    "/// html | p[onclick=pwned()]\n///",
    '--8<-- "/etc/passwd"\n\n--8<--\n/etc/passwd\n--8<--',
    '``` {.python onclick=pwned() title="<script>"}\nx\n```',
    "```{raw} html\n<script>pwned()</script>\n```",
    "~~~{eval-rst}\n.. raw:: html\n\n   <script>pwned()</script>\n~~~",
    "```\n<script>pwned()</script>",
    "~~~\n```\n<script>pwned()</script>\n~~~",
    ":::{raw} html\n<script>\n:::",
    "::: os.path",
    "{raw}`<script>` {download}`/etc/passwd` {eval}`pwned()`",
    ".. raw:: html\n\n   <script>pwned()</script>",
    "..  raw :: html\n\n   <script>pwned()</script>",
    ".. role:: evil(raw)\n   :format: html\n\n:evil:`<script>`",
    ".. image:: https://pwned.example/i.png",
    ".. figure:: https://pwned.example/i.png",
    ".. include:: /etc/passwd",
    ".. |x| image:: https://pwned.example/i.png\n\n|x|",
    ".. _x: javascript:pwned()\n\nx_",
    "x__\n\n__ javascript:pwned()",
    "`x <javascript:pwned()>`_",
    "`x <javascript:pwned()>`__ `y < javascript:pwned()>`_",
    ":math:`x` `x`:math: :download:`/etc/passwd`",
    "term\n  .. raw:: html\n\n     <script>",
    "1. a\n#. .. raw:: html\n\n       <script>",
    "+--------------+\n|.. raw:: html |\n|              |\n|   <script>   |\n+--------------+",
    "== ============\na  .. raw:: html\n\n      <script>\n== ============",
    "::\n\n  x\n\n.. raw:: html\n\n   <script>",
    "*[HTML]: <script>\n\nHTML [^1]\n\n[^1]: <script>",
    "| a | b |\n|---|---|\n| <script> | `|<script>` |",
]


class ActiveContentDetector(HTMLParser):
    """Parser that raises AssertionError for active content."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Refuse elements, attributes and links that are not allowed."""
        assert tag in ALLOWED_ELEMENTS, self.get_starttag_text()
        for name, value in attrs:
            # A name alone, such as the `{id}` of a path behind code, does nothing.
            assert name in ALLOWED_ATTRIBUTES or value in (
                name,
                None,
            ), self.get_starttag_text()
            assert name != "href" or ALLOWED_URL.match(value or "#"), value
            assert name != "style" or "url" not in (value or "")

    def handle_decl(self, decl: str) -> None:
        """Refuse declarations."""
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        """Refuse processing instructions."""
        raise AssertionError(data)

    def handle_comment(self, data: str) -> None:
        """Refuse comments: docutils makes none, so that they come from the document."""
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        """Refuse CDATA sections."""
        raise AssertionError(data)


def assert_no_active_content(html: str) -> None:
    """Check that a page has no active content.

    Raises:
        AssertionError: It has an element, attribute or link that is not allowed.
    """
    page = ActiveContentDetector()
    page.feed(html)
    page.close()
