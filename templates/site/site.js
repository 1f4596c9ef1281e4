// Lets the keyboard scroll the tables that are wider than the page.
const wide = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) {
      target.tabIndex = 0;
    } else {
      target.removeAttribute("tabindex");
    }
  }
});

// Lets the theme's search show where a result is from with enough contrast.
const contrast = new CSSStyleSheet();
contrast.replaceSync("menu { color: inherit !important }");

// By then the theme has made its search, and put each table into what scrolls.
addEventListener("load", () => {
  for (const table of document.querySelectorAll(".md-typeset__scrollwrap")) {
    wide.observe(table);
  }
  for (const { shadowRoot } of document.body.children) {
    shadowRoot?.adoptedStyleSheets.push(contrast);
  }
});
