// Make tables that are wider than the page focusable, so that the keyboard can scroll them.
const wide = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) {
      target.tabIndex = 0;
    } else {
      target.removeAttribute("tabindex");
    }
  }
});

// Increase the contrast of the breadcrumbs in search results.
const contrast = new CSSStyleSheet();
contrast.replaceSync("menu { color: inherit !important }");

// On load, the theme has created its search and the scroll containers of tables.
addEventListener("load", () => {
  for (const table of document.querySelectorAll(".md-typeset__scrollwrap")) {
    wide.observe(table);
  }
  for (const { shadowRoot } of document.body.children) {
    shadowRoot?.adoptedStyleSheets.push(contrast);
  }
});
