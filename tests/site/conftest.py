"""Fixtures: the site of the checked-in clients, built once, and browser tabs."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from clientcast.docs import site
from clientcast.docs import extract
from clientcast.docs.folder import render_pages
from clientcast.docs.guide import Guide, read_guide, site_pages
from clientcast.docs.package import read_package
from clientcast.docs.reference import Reference

from tests.support.node import skip_or_fail
from tests.support.project import GENERATED, ROOT

if TYPE_CHECKING:  # Playwright is optional.
    from playwright.sync_api import Browser

    from tests.site.browser import BrowserTab


DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(scope="session")
def clients() -> dict[str, Reference]:
    """Return the references of the checked-in clients, by folder."""
    return {
        path.parent.name: extract(read_package(path.parent, path.parent.name))
        for path in sorted(GENERATED.glob("*/clientcast.json"))
    }


@pytest.fixture(scope="session")
def guide() -> Guide:
    """Return the guide of this project."""
    return read_guide(ROOT / "docs", "docs")


@pytest.fixture(scope="session")
def texts(clients: Mapping[str, Reference], guide: Guide) -> dict[str, str]:
    """Return the Markdown pages, by path."""
    folders = {GENERATED / name: name for name in clients}
    return render_pages(clients) | site_pages(guide, folders)


@pytest.fixture(scope="session")
def files(
    texts: Mapping[str, str], clients: Mapping[str, Reference], guide: Guide
) -> Mapping[str, str]:
    """Return the files of the site, by path."""
    try:
        return site.build_site(texts, clients, tuple(guide.pages))
    except site.ZensicalNotInstalled as error:
        skip_or_fail(str(error))


@pytest.fixture(scope="session")
def folder(files: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files of the site."""
    root = tmp_path_factory.mktemp("site")
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8", newline="\n")
    return root


@pytest.fixture(scope="session")
def pages(files: Mapping[str, str]) -> list[str]:
    """Return the paths of all HTML pages."""
    return [path for path in files if path.endswith(".html")]


@pytest.fixture(scope="session")
def sample_pages(pages: list[str]) -> list[str]:
    """Return a page of each kind: three of the guide, the 404 page, and those of one client."""
    chosen = {"404.html", "index.html", "migrate.html", "start.html"}
    return [page for page in pages if page in chosen or page.startswith("clerk/")]


@pytest.fixture(scope="session")
def address(folder: Path) -> Iterator[str]:
    """Yield the base URL of the served site."""
    from tests.site.browser import serve

    with serve(folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """Yield a browser. The scope is the module, because it blocks other event loops."""
    from tests.site.browser import launch_chromium

    with launch_chromium() as browser:
        yield browser


@pytest.fixture
def open_tab(browser: "Browser", address: str) -> "Iterator[Callable[..., BrowserTab]]":
    """Yield a function that opens a tab, with options of Playwright's `new_context`."""
    from tests.site.browser import BrowserTab

    with ExitStack() as stack:

        def open_tab(**options: Any) -> BrowserTab:
            context = browser.new_context(**{"viewport": DESKTOP, **options})
            stack.callback(context.close)
            context.set_default_timeout(30_000)
            return BrowserTab(address, context.new_page())

        yield open_tab
