"""Opens every page of the site in a browser: nothing fails, nobody is kept out, all is readable."""

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from tests.site.browser import Visit

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}

TOO_WIDE = (
    "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
)

SCROLLERS = """
(() => {
    const scrolls = (one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
    const reached = (one) => one && (scrolls(one) || reached(one.parentElement.closest("article *")));
    const boxes = [...document.querySelectorAll("article :is(table, pre > code)")];
    const wide = boxes.filter((box) => box.checkVisibility() && Math.max(
        box.getBoundingClientRect().right, box.scrollWidth) > innerWidth);
    return [wide.length, wide.filter((box) => !reached(box)).map((box) => box.outerHTML)];
})()
"""
"""How many tables and programs are wider than the window, and those that do not scroll."""

TABLES = """
[
    ...[...document.querySelectorAll("article td")].filter((cell) =>
        !cell.dataset.head || getComputedStyle(cell, "::before").content === "none"),
    ...[...document.querySelectorAll("article table")].filter((table) =>
        table.scrollWidth > table.clientWidth || table.getBoundingClientRect().right > innerWidth),
].map((one) => one.outerHTML)
"""
"""On a phone: cells that do not say what they are, and tables that are cut or must be scrolled."""

SMALL = """
[...document.querySelectorAll("article :is(p, li, td, th, code)")]
    .filter((text) => text.checkVisibility() && parseFloat(getComputedStyle(text).fontSize) < 10.5)
    .map((text) => text.outerHTML)
"""


def test_no_page_complains_or_asks_another_host(
    visit: Callable[..., Visit], pages: list[str], kinds: list[str]
) -> None:
    window = visit()
    for page in pages:
        window.open(page, until="networkidle" if page in kinds else "load")
    assert not window.complaints
    assert not window.strangers()
    assert len(window.requests) > len(pages)


def test_complaints_and_strangers_are_seen(visit: Callable[..., Visit]) -> None:
    window = visit(bypass_csp=True)
    page = window.open("index.html")
    page.evaluate("console.warn('careful')")
    page.evaluate("fetch('https://example.com/').catch(() => null)")
    page.evaluate("fetch('/missing').then((answer) => answer.text())")
    page.wait_for_load_state("networkidle")
    said = "\n".join(window.complaints)
    assert window.strangers() == ["https://example.com/"]
    assert "careful" in said
    assert "https://example.com/: net::ERR_NAME_NOT_RESOLVED" in said
    assert "/missing: 404" in said


def test_a_page_may_not_ask_another_host(visit: Callable[..., Visit]) -> None:
    window = visit()
    page = window.open("okta/index.html")
    page.evaluate("fetch('https://example.com/').catch(() => null)")
    assert any("Content Security Policy" in said for said in window.complaints)


@pytest.mark.parametrize(
    ("scheme", "viewport"),
    [("light", DESK), ("dark", DESK), ("light", PHONE)],
    ids=["light", "dark", "phone"],
)
def test_axe_finds_no_serious_fault(
    visit: Callable[..., Visit],
    kinds: list[str],
    scheme: str,
    viewport: dict[str, int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """People look for what it does not see: pictures are taken for them."""
    window = visit(color_scheme=scheme, viewport=viewport)
    faults = {}
    for path in kinds:
        page = window.open(path)
        name = path.replace("/", "-").removesuffix(".html")
        page.screenshot(path=tmp_path / f"{name}.png")
        faults[path] = window.faults()
    with capsys.disabled():
        print(f"\npictures: {tmp_path}")
    assert not {path: found for path, found in faults.items() if found}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault_in_search(
    visit: Callable[..., Visit], scheme: str
) -> None:
    window = visit(color_scheme=scheme)
    page = window.open("index.html")
    page.keyboard.press("/")
    page.get_by_role("combobox", name="Search").fill("revoke")
    page.get_by_role("option").first.wait_for()
    # A result is called by its title; the text below that describes it.
    assert not window.faults(but={"label-content-name-mismatch"})


def test_a_fault_is_seen(visit: Callable[..., Visit]) -> None:
    window = visit()
    page = window.open("index.html")
    page.evaluate("document.body.append(document.createElement('button'))")
    assert any(fault.startswith("button-name") for fault in window.faults())


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_page_fits_a_phone(
    visit: Callable[..., Visit], pages: list[str], scripts: bool
) -> None:
    window = visit(viewport=PHONE, is_mobile=True, java_script_enabled=scripts)
    all_wide = 0
    for path in pages:
        page = window.open(path)
        assert page.evaluate(TOO_WIDE) <= 0, path
        assert not page.evaluate(SMALL), path
        assert not page.evaluate(TABLES), path
        wide, cut = page.evaluate(SCROLLERS)
        assert not cut, path
        all_wide += wide
    assert all_wide, "no page has anything wide: the test shows nothing"


def test_paper_shows_both_examples_and_whole_lines(
    visit: Callable[..., Visit], kinds: list[str]
) -> None:
    window = visit(viewport={"width": 720, "height": 1000})
    window.page.emulate_media(media="print")
    for path in kinds:
        page = window.open(path)
        assert page.evaluate(TOO_WIDE) <= 0, path
        assert not page.locator("header, .tabbed-labels").filter(visible=True).count()
        assert not page.locator(".tabbed-block").filter(visible=False).count(), path
        clipped = page.locator("pre > code").evaluate_all(
            "(all) => all.filter((one) => one.scrollWidth > one.clientWidth).length"
        )
        assert not clipped, path
