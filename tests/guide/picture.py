"""The picture of the README: `python -m tests.guide.picture`.

It builds the site of the checked-in clients, and takes `docs/site.png` of a page in the system's
Chromium. Another run replaces the picture.
"""

import tempfile
from pathlib import Path

from clientcast.docs import extract, site
from clientcast.docs.folder import render_pages
from clientcast.docs.guide import read_guide, site_pages
from clientcast.docs.package import read_package

from tests.support.project import GENERATED, ROOT

PICTURE = ROOT / "docs" / "site.png"
MAX_SIZE = 200_000
"""Bytes of the picture at most."""
_PAGE = "okta/user_sessions-revoke.html"


def main() -> None:
    """Take the picture."""
    from tests.site.browser import launch_chromium, serve  # Playwright is optional.

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_site(folder)
        with serve(folder) as address, launch_chromium() as browser:
            page = browser.new_page(
                viewport={"width": 1280, "height": 800}, color_scheme="light"
            )
            page.goto(f"{address}/{_PAGE}", wait_until="networkidle")
            picture = page.screenshot()
    if len(picture) > MAX_SIZE:
        raise SystemExit(f"{len(picture):,} bytes are more than {MAX_SIZE:,}")
    PICTURE.write_bytes(picture)


def _write_site(folder: Path) -> None:
    clients = {
        path.parent.name: extract(read_package(path.parent, path.parent.name))
        for path in sorted(GENERATED.glob("*/clientcast.json"))
    }
    guide = read_guide(ROOT / "docs", "docs")
    folders = {GENERATED / name: name for name in clients}
    texts = render_pages(clients) | site_pages(guide, folders)
    for path, content in site.build_site(texts, clients, tuple(guide.pages)).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
