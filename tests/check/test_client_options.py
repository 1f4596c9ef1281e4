"""Tests that `docs/x-client.md` has the table of the options of `x-client`.

`python -m tests.check.test_client_options` writes the table.
"""

import re

import pytest
from clientcast.client_option import Option
from clientcast.client_options import OPTIONS, STYLES
from clientcast.grammar import OBJECTS

from tests.support.project import ROOT

PAGE = ROOT / "docs" / "x-client.md"
OWNERS = {
    "ClientOptions": "document",
    "ErrorOptions": "`errors` of the document",
    "WebhookOptions": "`webhooks` of the document",
    "HeaderOptions": "header of the document",
    "OperationOptions": "operation",
    "PaginationOptions": "`pagination` of an operation",
    "StateOptions": "`state` of an operation",
    "ResponseOptions": "202 response",
    "SchemeOptions": "security scheme",
    "VariableOptions": "server variable",
    "SchemaOptions": "schema",
}
"""The owner of each group of options."""
KINDS = {
    "string": "text",
    "texts": "text or list",
    "boolean": "true or false",
    "number": "number",
    "ErrorOptions": "mapping",
    "{HeaderOptions}": "mapping by name",
    "PaginationOptions": "mapping",
    "WebhookOptions": "mapping",
    "StateOptions": "mapping",
    "{string}": "mapping",
    "{any}": "mapping",
}
HEAD = (
    "| on | option | kind | required | default | meaning |\n|---|---|---|---|---|---|\n"
)


def row(owner: str, option: Option) -> str:
    """Return the table row of an option."""
    style = f", style `{option.style}`" if option.style else ""
    cells = (
        owner + style,
        f"`{option.name}`",
        KINDS[option.kind],
        "yes" if option.required else "no",
        option.default,
        option.description,
    )
    return f"| {' | '.join(cells)} |\n".replace("|  |", "| |")


def table() -> str:
    rows = [row(OWNERS[name], o) for name, group in OPTIONS.items() for o in group]
    return HEAD + "".join(rows)


def written_table(text: str) -> str:
    """Return the table in the text of `docs/x-client.md`."""
    found = re.search(rf"{re.escape(HEAD)}(?:\|.*\n)*", text)
    assert found is not None
    return found[0]


def test_page_has_the_table_of_options() -> None:
    assert written_table(PAGE.read_text(encoding="utf-8")) == table()


def test_each_style_of_an_option_is_a_style_of_pagination() -> None:
    styles = {option.style for group in OPTIONS.values() for option in group}
    assert styles - {""} <= set(STYLES)


@pytest.mark.parametrize("name", OPTIONS)
def test_option_is_read_under_x_client(name: str) -> None:
    kinds = {name, f"{{{name}}}"}
    holders = [o for o in OBJECTS.values() if kinds & set(o.fields.values())]
    assert len(holders) == 1


if __name__ == "__main__":
    old = PAGE.read_text(encoding="utf-8")
    new = old.replace(written_table(old), table())
    PAGE.write_text(new, encoding="utf-8", newline="\n")
