"""Search for active markup in pages: scripts, event handlers, foreign resources, bad links."""

from collections.abc import Collection, Iterator
from html.parser import HTMLParser
from pathlib import Path

from markdown_it import MarkdownIt

_LIVE_TAGS = {"iframe", "object", "embed", "applet", "base", "frame", "portal", "svg"}
_FORM_TAGS = {"form", "input", "button", "textarea", "select", "style", "link", "meta"}
_LOADS = {"src", "srcset", "data", "poster", "action", "formaction", "background"}
_BAD_SCHEMES = ("javascript:", "vbscript:", "data:")


class _LiveMarkupParser(HTMLParser):
    """Parser that collects active markup.

    Attributes:
        found: Description of each script, handler, resource and link.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check one tag."""
        given = {name: value or "" for name, value in attrs}
        data = given.get("type", "") in ("application/json", "application/ld+json")
        if tag == "script" and not data:
            self._script = "src" not in given
            if "src" in given:
                self.found.append(f"script from {given['src'].lstrip('./')}")
        if tag in _LIVE_TAGS | _FORM_TAGS:
            self.found.append(f"tag {tag}")
        for name, value in given.items():
            url = "".join(value.split()).lower()
            if name.startswith("on"):
                self.found.append(f"handler {name}")
            elif name in ("href", "xlink:href", *_LOADS) and url.startswith(
                _BAD_SCHEMES
            ):
                self.found.append(f"link {url[:60]}")
            elif name in _LOADS and (url.startswith("//") or "://" in url):
                self.found.append(f"resource {url[:60]}")

    def handle_data(self, data: str) -> None:
        """Collect the text of a script."""
        if self._script:
            self.found.append(f"script {' '.join(data.split())}")

    def handle_endtag(self, tag: str) -> None:
        """End a script."""
        if tag == "script":
            self._script = False


def live_markup(text: str) -> set[str]:
    """Return the active markup of an HTML page."""
    reader = _LiveMarkupParser()
    reader.feed(text)
    reader.close()
    return set(reader.found)


def live_markup_of_markdown(text: str) -> set[str]:
    """Return the active markup of a Markdown page if raw HTML is not escaped."""
    return live_markup(MarkdownIt("commonmark", {"html": True}).render(text))


def live_markup_of_site(folder: Path, known: Collection[str]) -> Iterator[str]:
    """Yield the active markup of a site that a harmless site does not have."""
    for path in sorted(folder.rglob("*.html")):
        text = path.read_text(encoding="utf-8", errors="replace")
        for found in sorted(live_markup(text) - set(known)):
            yield f"{path.relative_to(folder)}: {found[:120]}"
