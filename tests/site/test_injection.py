"""Site of a document whose every text is an injection: shown as text, never executed."""

import json
from collections.abc import Callable, Iterator

from pathlib import Path

import pytest

pytest.importorskip("zensical", reason="zensical is not installed")
pytest.importorskip("playwright", reason="playwright is not installed")

from clientcast.docs import Reference, extract, make_package
from clientcast.docs.site import render_site
from clientcast.pipeline import cast
from playwright.sync_api import Browser, Page, expect

from tests.site.browser import BrowserTab, serve

pytestmark = pytest.mark.full

ATTACK_CODE = "window.attacked = (window.attacked ?? 0) + 1"
SCRIPT = f"<script>{ATTACK_CODE}</script>"
IMAGE = f'<img src="https://example.com/a.png" onerror="{ATTACK_CODE}">'
ATTACK = f"zebra {IMAGE} </title></textarea></style></template>{SCRIPT} <svg onload='{ATTACK_CODE}'>"
DESCRIPTION = f"""{ATTACK}

# {ATTACK}

[a](javascript:{ATTACK_CODE}) ![b](https://example.com/b.png) <https://example.com/c>

```html
</code></pre>{SCRIPT}
```

| a | b |
|---|---|
| {IMAGE} | `{SCRIPT}` |

<div onclick="{ATTACK_CODE}">{{{{ config }}}} {{% raw %}}
"""


def document() -> dict[str, object]:
    """Return a document with injected scripts in every text."""
    texts = {"summary": ATTACK, "description": DESCRIPTION}
    thing = {
        "type": "object",
        "description": DESCRIPTION,
        "properties": {
            "name": {"type": "string", "description": DESCRIPTION, "example": ATTACK},
            "kind": {"type": "string", "enum": [ATTACK, "b"]},
        },
    }
    response = {
        "description": DESCRIPTION,
        "headers": {"X-Zebra": {"description": DESCRIPTION, "schema": {}}},
        "content": {
            "application/json": {
                "schema": {"$ref": "#/components/schemas/Thing"},
                "example": {ATTACK: DESCRIPTION},
            }
        },
    }
    parameter = {
        "name": "q",
        "in": "query",
        "description": DESCRIPTION,
        "schema": {"type": "string", "default": ATTACK},
        "example": ATTACK,
    }
    operation = {
        "operationId": "getZebra",
        "tags": ["zebras"],
        "parameters": [parameter],
        "responses": {"200": response, "404": response},
        **texts,
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": ATTACK, "version": ATTACK, **texts},
        "tags": [{"name": "zebras", "description": DESCRIPTION}],
        "servers": [{"url": "https://example.com"}],
        "paths": {"/zebras": {"get": operation}},
        "components": {"schemas": {"Thing": thing}},
    }


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """Return the reference of that document."""
    spec = tmp_path_factory.mktemp("attack") / "zebra.json"
    spec.write_text(json.dumps(document()), encoding="utf-8")
    result = cast(spec, spec.name)
    assert result.files is not None, result.diagnostics
    return extract(make_package("zebra", "zebra", result.files))


@pytest.fixture(scope="module")
def served_site(
    reference: Reference, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, list[str]]]:
    """Yield the base URL of its site, and the paths of its pages."""
    root = tmp_path_factory.mktemp("attacked")
    files = render_site({Path(reference.package): reference})
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8", newline="\n")
    with serve(root) as address:
        yield address, [path for path in files if path.endswith(".html")]


@pytest.fixture
def tab(browser: Browser, served_site: tuple[str, list[str]]) -> Iterator[BrowserTab]:
    """Yield a tab without the Content Security Policy, in which injected scripts would run."""
    context = browser.new_context(bypass_csp=True)
    yield BrowserTab(served_site[0], context.new_page())
    context.close()


def assert_nothing_ran(page: Page) -> None:
    assert page.evaluate("window.attacked") is None


def test_injected_script_is_detected(tab: BrowserTab) -> None:
    page = tab.open("index.html")
    page.evaluate("html => { document.body.innerHTML += html }", IMAGE)
    page.wait_for_function("window.attacked > 0")


def test_pages_run_no_script_of_the_document(
    tab: BrowserTab, served_site: tuple[str, list[str]]
) -> None:
    _, pages = served_site
    assert len(pages) > 4
    for path in pages:
        page = tab.open(path, until="networkidle")
        assert_nothing_ran(page)
        assert not page.locator("article :is(img, [onload], [onclick])").count()
        assert not page.locator("[href^='javascript:' i]").count()
    assert not tab.foreign_requests()
    assert not tab.problems


def test_injected_markup_is_shown_as_text(tab: BrowserTab) -> None:
    page = tab.open("zebra/zebras.html")
    expect(page.get_by_text(SCRIPT).first).to_be_visible()


@pytest.mark.parametrize("words", ["zebra", "onerror", "getZebra"])
def test_search_runs_no_script_of_the_document(tab: BrowserTab, words: str) -> None:
    page = tab.open("index.html")
    page.keyboard.press("/")
    page.get_by_role("combobox", name="Search").fill(words)
    page.get_by_role("option").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert_nothing_ran(page)
    assert not tab.foreign_requests()
    with page.expect_navigation(wait_until="networkidle"):
        page.keyboard.press("Enter")
    assert_nothing_ran(page)


def test_content_security_policy_blocks_added_scripts(
    open_tab: Callable[..., BrowserTab],
) -> None:
    tab = open_tab()
    page = tab.open("index.html")
    page.evaluate("""() => {
            const script = document.createElement("script");
            script.src = "data:text/javascript,window.attacked = 1";
            document.body.append(script);
        }""")
    page.wait_for_load_state("networkidle")
    assert_nothing_ran(page)
    assert any("Content Security Policy" in message for message in tab.problems)
