"""Every page of the site in a browser: no problems, accessible, readable on small screens."""

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from tests.site.browser import BrowserTab

pytestmark = pytest.mark.full

DESKTOP = {"width": 1280, "height": 900}
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
"""Number of tables and code blocks wider than the window, and those that do not scroll."""

TABLES = """
[
    ...[...document.querySelectorAll("article td")].filter((cell) =>
        !cell.dataset.head || getComputedStyle(cell, "::before").content === "none"),
    ...[...document.querySelectorAll("article table")].filter((table) =>
        table.scrollWidth > table.clientWidth || table.getBoundingClientRect().right > innerWidth),
].map((one) => one.outerHTML)
"""
"""On a phone: cells without a column header, and tables that are cut off or need scrolling."""

SMALL_TEXT = """
[...document.querySelectorAll("article :is(p, li, td, th, code)")]
    .filter((text) => text.checkVisibility() && parseFloat(getComputedStyle(text).fontSize) < 10.5)
    .map((text) => text.outerHTML)
"""


def test_pages_report_no_problem_and_request_no_other_host(
    open_tab: Callable[..., BrowserTab], pages: list[str], sample_pages: list[str]
) -> None:
    tab = open_tab()
    for page in pages:
        tab.open(page, until="networkidle" if page in sample_pages else "load")
    assert not tab.problems
    assert not tab.foreign_requests()
    assert len(tab.requests) > len(pages)


def test_tab_records_problems_and_foreign_requests(
    open_tab: Callable[..., BrowserTab],
) -> None:
    tab = open_tab(bypass_csp=True)
    page = tab.open("index.html")
    page.evaluate("console.warn('careful')")
    page.evaluate("fetch('https://example.com/').catch(() => null)")
    page.evaluate("fetch('/missing').then((answer) => answer.text())")
    page.wait_for_load_state("networkidle")
    message = "\n".join(tab.problems)
    assert tab.foreign_requests() == ["https://example.com/"]
    assert "careful" in message
    assert "https://example.com/: net::ERR_NAME_NOT_RESOLVED" in message
    assert "/missing: 404" in message


def test_content_security_policy_blocks_other_hosts(
    open_tab: Callable[..., BrowserTab],
) -> None:
    tab = open_tab()
    page = tab.open("okta/index.html")
    page.evaluate("fetch('https://example.com/').catch(() => null)")
    assert any("Content Security Policy" in message for message in tab.problems)


@pytest.mark.parametrize(
    ("scheme", "viewport"),
    [("light", DESKTOP), ("dark", DESKTOP), ("light", PHONE)],
    ids=["light", "dark", "phone"],
)
def test_axe_finds_no_serious_violation(
    open_tab: Callable[..., BrowserTab],
    sample_pages: list[str],
    scheme: str,
    viewport: dict[str, int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Screenshots are kept for a review by eye."""
    tab = open_tab(color_scheme=scheme, viewport=viewport)
    violations = {}
    for path in sample_pages:
        page = tab.open(path)
        name = path.replace("/", "-").removesuffix(".html")
        page.screenshot(path=tmp_path / f"{name}.png")
        violations[path] = tab.violations()
    with capsys.disabled():
        print(f"\nscreenshots: {tmp_path}")
    assert not {path: found for path, found in violations.items() if found}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_violation_in_search(
    open_tab: Callable[..., BrowserTab], scheme: str
) -> None:
    tab = open_tab(color_scheme=scheme)
    page = tab.open("index.html")
    page.keyboard.press("/")
    page.get_by_role("combobox", name="Search").fill("revoke")
    page.get_by_role("option").first.wait_for()
    # The label of a result is its title; the text below is its description.
    assert not tab.violations(excluded_rules={"label-content-name-mismatch"})


def test_axe_reports_a_button_without_a_name(
    open_tab: Callable[..., BrowserTab],
) -> None:
    tab = open_tab()
    page = tab.open("index.html")
    page.evaluate("document.body.append(document.createElement('button'))")
    assert any(fault.startswith("button-name") for fault in tab.violations())


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_page_fits_a_phone(
    open_tab: Callable[..., BrowserTab], pages: list[str], scripts: bool
) -> None:
    tab = open_tab(viewport=PHONE, is_mobile=True, java_script_enabled=scripts)
    all_wide = 0
    for path in pages:
        page = tab.open(path)
        assert page.evaluate(TOO_WIDE) <= 0, path
        assert not page.evaluate(SMALL_TEXT), path
        assert not page.evaluate(TABLES), path
        wide, cut = page.evaluate(SCROLLERS)
        assert not cut, path
        all_wide += wide
    assert all_wide, "no page has wide content, so that the test checks nothing"


def test_print_shows_both_examples_and_wraps_lines(
    open_tab: Callable[..., BrowserTab], sample_pages: list[str]
) -> None:
    tab = open_tab(viewport={"width": 720, "height": 1000})
    tab.page.emulate_media(media="print")
    for path in sample_pages:
        page = tab.open(path)
        assert page.evaluate(TOO_WIDE) <= 0, path
        assert not page.locator("header, .tabbed-labels").filter(visible=True).count()
        assert not page.locator(".tabbed-block").filter(visible=False).count(), path
        clipped = page.locator("pre > code").evaluate_all(
            "(all) => all.filter((one) => one.scrollWidth > one.clientWidth).length"
        )
        assert not clipped, path
