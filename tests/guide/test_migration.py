"""The migration tables: each operation of the three clients has a row, and each row exists."""

import json
import re
from collections.abc import Iterator

import clerk
import okta
import pangea
import pytest

from tests.support.project import ROOT

CLIENTS = {"clerk": clerk.Clerk, "okta": okta.Okta, "pangea": pangea.Pangea}


def methods(client: str) -> Iterator[str]:
    """Yield the first cell of each row about a client, without its name."""
    text = (ROOT / "docs" / "migrate.md").read_text(encoding="utf-8")
    for name in re.findall(rf"^\| `{client}\.([\w.]+)` \|", text, re.MULTILINE):
        yield name


@pytest.mark.parametrize("client", CLIENTS)
def test_each_operation_has_one_row(client: str) -> None:
    manifest = ROOT / "generated" / client / "clientcast.json"
    operations = json.loads(manifest.read_text(encoding="utf-8"))["api"]["operations"]
    assert sorted(methods(client)) == sorted(each["name"] for each in operations)


@pytest.mark.parametrize("client", CLIENTS)
def test_each_row_names_a_method(client: str) -> None:
    for name in methods(client):
        found: object = CLIENTS[client]
        for part in name.split("."):
            found = getattr(found, part)
        assert callable(found), name


def test_rows_of_a_table_have_as_many_cells_as_its_header() -> None:
    text = (ROOT / "docs" / "migrate.md").read_text(encoding="utf-8")
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({line.count("|") for line in table.splitlines()}) == 1, table
