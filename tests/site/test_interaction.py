"""Interaction with the site: search, keyboard, copy buttons, tabs, and no scripts."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from playwright.sync_api import Browser, Page, expect

from tests.site.browser import BrowserTab
from tests.support.project import GENERATED

pytestmark = pytest.mark.full

CLIENTS = sorted(path.parent.name for path in GENERATED.glob("*/clientcast.json"))

MAX_RANK = 5
"""Maximum rank of the expected search result."""

RESULTS = "(all) => all.map((one) => [one.href, one.querySelector('h2').innerText])"

FOCUS = """
() => {
    const focused = document.activeElement;
    // The visible part of a radio button is its label.
    const labels = document.querySelectorAll(`label[for="${focused.id}"]`);
    const outlined = [focused, focused.nextElementSibling, ...labels].some((one) => {
        const {width, height} = one?.getBoundingClientRect() ?? {width: 0, height: 0};
        return width && height && getComputedStyle(one).outlineStyle !== "none";
    });
    return [focused.outerHTML, outlined];
}
"""


def operations() -> list[Any]:
    """Return every operation as a test parameter, with the name of its client."""
    found = []
    for client in CLIENTS:
        text = (GENERATED / client / "clientcast.json").read_text(encoding="utf-8")
        for operation in json.loads(text)["api"]["operations"]:
            name = f"{client}.{operation['name']}"
            found.append(pytest.param(client, operation, id=name))
    return found


@pytest.fixture(scope="module")
def search(browser: Browser, address: str) -> Iterator[Page]:
    """Yield the index page with the search open."""
    context = browser.new_context()
    page = BrowserTab(address, context.new_page()).open("index.html")
    page.keyboard.press("/")
    yield page
    context.close()


def results(page: Page, words: str) -> list[tuple[str, str]]:
    """Return the URL and the title of each search result."""
    field, options = page.get_by_role("combobox"), page.get_by_role("option")
    field.fill("")
    expect(options).to_have_count(0)
    field.fill(words)
    options.first.wait_for()
    return [(href, title) for href, title in options.evaluate_all(RESULTS)]


def test_search_covers_24_operations_of_three_clients() -> None:
    assert len(operations()) == 24
    assert CLIENTS == ["clerk", "okta", "pangea"]


@pytest.mark.parametrize("by", ["name", "operation id", "path"])
@pytest.mark.parametrize(("client", "operation"), operations())
def test_search_finds_an_operation(
    search: Page, client: str, operation: dict[str, str], by: str
) -> None:
    words = {
        "name": operation["name"],
        "operation id": operation["operation_id"],
        "path": f"{operation['method']} {operation['path']}",
    }
    found = results(search, words[by])[:MAX_RANK]
    assert [
        href
        for href, title in found
        if f"/{client}/" in href and title.split()[-1] == operation["name"]
    ], found


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("revoke all", "okta/user_sessions-revoke.html"),
        ("list sessions", "clerk/sessions-list.html"),
        ("log out user", "pangea/session-logout.html"),
        ("verify session", "clerk/sessions-verify.html"),
        ("end sessions", "okta/user_sessions-end.html"),
        ("sign out everywhere", "sessions.html"),
        ("timeout", "limits.html"),
    ],
)
def test_first_result_does_what_the_words_say(
    search: Page, words: str, page: str
) -> None:
    (first, _), *_ = results(search, words)
    assert re.split("[?#]", first)[0].endswith(f"/{page}")


def test_search_result_opens_the_operation(open_tab: Callable[..., BrowserTab]) -> None:
    tab = open_tab()
    page = tab.open("index.html")
    page.keyboard.press("/")
    results(page, "endUserSessions")
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", name="user_sessions.end", exact=True)
    expect(heading).to_be_in_viewport()
    assert not tab.problems


@pytest.mark.parametrize("key", ["/", "Control+k"])
def test_keyboard_shortcut_opens_search(
    open_tab: Callable[..., BrowserTab], key: str
) -> None:
    page = open_tab().open("okta/index.html")
    field = page.get_by_role("combobox", name="Search")
    expect(field).to_be_hidden()
    page.keyboard.press(key)
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()


def test_first_tab_key_focuses_the_skip_link(
    open_tab: Callable[..., BrowserTab],
) -> None:
    page = open_tab().open("okta/index.html")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('article') !== null")


def test_focus_is_always_visible(open_tab: Callable[..., BrowserTab]) -> None:
    page = open_tab().open("okta/sessions-get.html")
    seen: list[tuple[str, bool]] = []
    while len(seen) < 40:
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUS))
    assert [place for place, outlined in seen if not outlined] == []
    assert len({place for place, _ in seen}) > 20, "the focus has not moved"


def test_copy_button_copies_the_example(open_tab: Callable[..., BrowserTab]) -> None:
    page = open_tab(permissions=["clipboard-read", "clipboard-write"]).open(
        "okta/index.html"
    )
    for wait in ("Synchronous", "Asynchronous"):
        tabs = page.locator(".tabbed-set").first
        tabs.get_by_text(wait, exact=True).click()
        block = tabs.locator(".tabbed-block").filter(visible=True)
        text = block.locator("code").inner_text()
        block.get_by_title("Copy to clipboard").click()
        expect(page.get_by_text("Copied to clipboard")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()").strip() == text.strip()
        assert ("await" in text or "async" in text) is (wait == "Asynchronous")


def test_selected_mode_is_kept_across_pages(
    open_tab: Callable[..., BrowserTab],
) -> None:
    tab = open_tab()
    page = tab.open("okta/sessions-get.html")
    page.locator(".tabbed-set").first.get_by_text("Asynchronous").click()
    for path in ("okta/sessions-revoke.html", "clerk/sessions-list.html"):
        page = tab.open(path)
        shown = page.locator(".tabbed-block").filter(visible=True)
        assert shown.count() == page.locator(".tabbed-set").count() == 1
        for text in shown.all_inner_texts():
            assert "async" in text or "await" in text


def test_color_scheme_follows_the_system_until_selected(
    open_tab: Callable[..., BrowserTab],
) -> None:
    tab = open_tab(color_scheme="dark")
    page = tab.open("index.html")

    def is_shown(scheme: str) -> None:
        expect(page.locator("body")).to_have_attribute("data-md-color-scheme", scheme)

    is_shown("slate")
    page.emulate_media(color_scheme="light")
    is_shown("default")
    page.get_by_title("Switch to light mode").click()
    page.get_by_title("Switch to dark mode").click()
    is_shown("slate")
    page.reload()
    is_shown("slate")
    tab.open("okta/sessions.html")
    is_shown("slate")
    page.get_by_title("Switch to system mode").click()
    is_shown("default")


def test_page_is_readable_without_scripts(open_tab: Callable[..., BrowserTab]) -> None:
    tab = open_tab(java_script_enabled=False)
    page = tab.open("okta/user_sessions-end.html")
    for name in ("user_sessions.end", "Parameters"):
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    tabs = page.locator(".tabbed-set").first
    expect(tabs.locator(".tabbed-block").first).to_be_visible()
    tabs.get_by_text("Asynchronous").click()
    expect(tabs.locator(".tabbed-block").nth(1)).to_be_visible()
    page.get_by_role("link", name="Models").first.click()
    expect(page.get_by_role("heading", name="All models")).to_be_visible()
    assert not tab.problems
