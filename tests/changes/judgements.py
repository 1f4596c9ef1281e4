"""Pairs of documents with the judgement that each must get, and calls that prove it.

Each pair is `shop.yaml` and the same document with edits: keys, separated by spaces, with the new
value; `...` removes the key, and `+` appends to a list. A pair that is judged breaking has a call
that was right before it and fails after it: the name of one of `CALLS`, or its code. All `CALLS`
succeed after a pair that is judged risky or safe.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from clientcast.changes import Severity

from tests.support.project import ROOT

SHOP = ROOT / "tests" / "changes" / "shop.yaml"
BREAKING, RISKY, SAFE = Severity
REMOVED = ...

CALLS = {
    "list": """
items = shop.items.list(limit=1, state="active", tag="t", sort="name", x_trace="x")
first: Item = items[0]
shop.items.list(state=ItemState.ARCHIVED, sort=ListItemsSort.PRICE)
""",
    "create": """
made: Item = shop.items.create("Cup", 2.5, state="active", note="n", labels=["a"])
shop.items.create(name="Cup", price=3)
""",
    "get": """
item = shop.items.get("i1")
texts: list[str] = [item.id, item.name, item.note or "", *(item.labels or [])]
numbers: tuple[float, int, int] = (item.price, item.count, item.size.width)
state: ItemState = item.state
kind: ItemKind = item.kind
moment: datetime = item.made
assert item.state == "active" and item.kind is ItemKind.ITEM
assert item.extra["a"] == 1
shop.items.get(id="i1")
""",
    "delete": 'shop.items.delete("i1")',
    "move": """
moved: Item = shop.items.move("i1", "a", "b")
shop.items.move(id="i1", from_="a", to="b")
""",
    "order": """
address = Address(street="s", city="c", floor=1, unit="office")
order: Order = shop.orders.create(address, items=["i1"])
shop.orders.create(Address(street="s", city="c"))
""",
    "payment": """
payment = shop.orders.get("o1").payment
assert isinstance(payment, Card)
number: str = payment.number
count: int = shop.orders.get("o1").lines[0].count
""",
    "report": """
text: str = shop.reports.get(date(2026, 1, 2))
assert text == "text"
""",
    "error": """
try:
    shop.items.get("missing")
except NotFoundError as error:
    assert isinstance(error.body, Error) and error.body.message == "failed"
else:
    raise AssertionError("no error")
""",
    "no key": """
shop = Shop(http=http)
shop.reports.get(date(2026, 1, 2))
""",
}

_ITEM = "components schemas Item"
_NEW_ITEM = "components schemas NewItem"
_ADDRESS = "components schemas Address"
_LIST = "paths /items get"
_CREATE = "paths /items post"
_GET = "paths /items/{id} get"
_DELETE = "paths /items/{id} delete"
_MOVE = "paths /items/{id}/moves post"
_JSON = "content application/json"
_EXAMPLES = tuple(
    f"{place} {_JSON} example"
    for place in (
        f"{_CREATE} responses 201",
        f"{_GET} responses 200",
        f"{_MOVE} responses 200",
    )
)
_LISTED = f"{_LIST} responses 200 {_JSON} example 0"
_ORDERS = tuple(
    f"{place} {_JSON} example"
    for place in (
        "paths /orders post responses 201",
        "paths /orders/{id} get responses 200",
    )
)


@dataclass(frozen=True, slots=True)
class Pair:
    """A change of the document.

    Attributes:
        severity, kind: The worst change that must be found.
        call: The name of a call, or its code; all calls for an empty one.
    """

    name: str
    severity: Severity
    kind: str
    call: str
    edits: Mapping[str, Any]


def base_document() -> Any:
    """Return the document before all changes."""
    return json.loads(_shop())


@cache
def _shop() -> str:
    return json.dumps(yaml.safe_load(SHOP.read_text("utf-8")))


def edited_document(edits: Mapping[str, Any]) -> Any:
    """Return the document with edits."""
    data = base_document()
    for place, value in edits.items():
        *parents, last = place.split()
        target: Any = data
        for key in parents:
            target = target[int(key)] if isinstance(target, list) else target[key]
        if isinstance(target, list):
            if value is REMOVED:
                del target[int(last)]
            elif last == "+":
                target.append(value)
            else:
                target[int(last)] = value
        elif value is REMOVED:
            del target[last]
        else:
            target[last] = value
    return data


def items(name: str, value: Any) -> dict[str, Any]:
    """Return edits of a property in all examples of items."""
    return {f"{place} {name}": value for place in (*_EXAMPLES, _LISTED)}


def moved(old: str, new: str) -> dict[str, Any]:
    """Return edits that move a value to another key."""
    value: Any = base_document()
    for key in old.split():
        value = value[int(key)] if isinstance(value, list) else value[key]
    return {old: REMOVED, new: value}


def parameter(name: str, location: str = "query", **more: Any) -> dict[str, Any]:
    """Return a parameter."""
    return {"name": name, "in": location, "schema": {"type": "string"}, **more}


def renamed_state() -> dict[str, Any]:
    """Return edits that rename a schema everywhere."""
    reference = {"$ref": "#/components/schemas/Status"}
    return {
        **moved("components schemas ItemState", "components schemas Status"),
        f"{_ITEM} properties state": reference,
        f"{_NEW_ITEM} properties state": reference,
        f"{_LIST} parameters 1 schema": reference,
    }


def renamed_item() -> dict[str, Any]:
    """Return edits that rename the schema of items everywhere."""
    reference = {"$ref": "#/components/schemas/Thing"}
    return {
        **moved(_ITEM, "components schemas Thing"),
        f"{_LIST} responses 200 {_JSON} schema items": reference,
        f"{_CREATE} responses 201 {_JSON} schema": reference,
        f"{_GET} responses 200 {_JSON} schema": reference,
        f"{_MOVE} responses 200 {_JSON} schema": reference,
    }


def optional(*names: str) -> list[str]:
    """Return the required properties of an item without some."""
    required = ["id", "name", "state", "price", "count", "kind", "made", "size"]
    return [name for name in required if name not in names]


_PAGED = {
    "type": "object",
    "required": ["items"],
    "properties": {
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
        "next": {"type": "string"},
    },
}
_VOUCHER = {
    "type": "object",
    "required": ["type", "code"],
    "properties": {"type": {"const": "voucher"}, "code": {"type": "string"}},
}
_ITEM_EXAMPLE = base_document()["paths"]["/items"]["post"]["responses"]["201"][
    "content"
]["application/json"]["example"]

PAIRS = [
    # methods
    Pair("operation removed", BREAKING, "method-removed", "delete", {_DELETE: REMOVED}),
    Pair(
        "operation renamed",
        BREAKING,
        "method-renamed",
        "get",
        {f"{_GET} x-client method": "fetch"},
    ),
    Pair(
        "operation moved",
        BREAKING,
        "method-moved",
        "delete",
        {f"{_DELETE} tags": ["orders"], f"{_DELETE} x-client method": "drop"},
    ),
    Pair(
        "two operations exchanged",
        BREAKING,
        "method-replaced",
        "get",
        {f"{_GET} x-client method": "delete", f"{_DELETE} x-client method": "get"},
    ),
    Pair(
        "media type of a response added",
        SAFE,
        "method-added",
        "",
        {f"{_GET} responses 200 content text/csv": {"schema": {"type": "string"}}},
    ),
    Pair(
        "operation added",
        SAFE,
        "method-added",
        "",
        {
            "paths /items/{id} head": {
                "tags": ["items"],
                "operationId": "hasItem",
                "parameters": [],
                "responses": {"200": {"description": "It exists."}},
            }
        },
    ),
    Pair(
        "operation deprecated", RISKY, "deprecated", "", {f"{_DELETE} deprecated": True}
    ),
    Pair(
        "path changed",
        RISKY,
        "request",
        "",
        moved("paths /items/{id}/moves", "paths /items/{id}/relocations"),
    ),
    Pair(
        "GET becomes POST",
        RISKY,
        "retries",
        "",
        moved("paths /reports/{day} get", "paths /reports/{day} post"),
    ),
    Pair(
        "retries declared",
        RISKY,
        "retries",
        "",
        {f"{_MOVE} x-client": {"method": "move", "retry": "safe"}},
    ),
    Pair(
        "operation has a server on another host",
        BREAKING,
        "request-server",
        "delete",
        {f"{_DELETE} servers": [{"url": "https://other.shop.example"}]},
    ),
    Pair(
        "operation without credentials has a server on another host",
        RISKY,
        "request-server",
        "",
        {"paths /reports/{day} get servers": [{"url": "https://other.shop.example"}]},
    ),
    Pair(
        "operation has its own server on the same host",
        RISKY,
        "request-server",
        "",
        {f"{_DELETE} servers": [{"url": "https://shop.example/v2"}]},
    ),
    Pair(
        "narrower route added",
        RISKY,
        "request-excluded-routes",
        "",
        {
            "paths /items/best": {
                "get": {
                    "tags": ["items"],
                    "operationId": "bestItem",
                    "responses": {"204": {"description": "Nothing."}},
                }
            }
        },
    ),
    # arguments
    Pair(
        "optional parameter added",
        SAFE,
        "argument-added",
        "",
        {f"{_LIST} parameters +": parameter("query")},
    ),
    Pair(
        "required query parameter added",
        BREAKING,
        "argument-added",
        "list",
        {f"{_LIST} parameters +": parameter("query", required=True)},
    ),
    Pair(
        "required header added",
        BREAKING,
        "argument-added",
        "delete",
        {f"{_DELETE} parameters": [parameter("X-Reason", "header", required=True)]},
    ),
    Pair(
        "optional header added",
        SAFE,
        "argument-added",
        "",
        {f"{_DELETE} parameters": [parameter("X-Reason", "header")]},
    ),
    Pair(
        "required cookie added",
        BREAKING,
        "argument-added",
        "delete",
        {f"{_DELETE} parameters": [parameter("sid", "cookie", required=True)]},
    ),
    Pair(
        "query parameter removed",
        BREAKING,
        "argument-removed",
        "list",
        {f"{_LIST} parameters 2": REMOVED},
    ),
    Pair(
        "header removed",
        BREAKING,
        "argument-removed",
        "list",
        {f"{_LIST} parameters 4": REMOVED},
    ),
    Pair(
        "query parameter renamed",
        BREAKING,
        "argument-renamed",
        "list",
        {f"{_LIST} parameters 2 name": "tags"},
    ),
    Pair(
        "path parameter renamed",
        BREAKING,
        "argument-renamed",
        "get",
        {
            **moved("paths /items/{id}", "paths /items/{item_id}"),
            "paths /items/{item_id} parameters 0 name": "item_id",
        },
    ),
    Pair(
        "parameter required",
        BREAKING,
        "argument-required",
        "shop.items.list()",
        {f"{_LIST} parameters 0 required": True},
    ),
    Pair(
        "required parameter optional",
        BREAKING,
        "argument-keyword-only",
        "move",
        {f"{_MOVE} parameters 2 required": False},
    ),
    Pair(
        "required parameters exchanged",
        BREAKING,
        "arguments-reordered",
        """
from typing import Protocol
class Move(Protocol):
    def __call__(self, id: str, from_: str, to: str) -> Item: ...
move: Move = shop.items.move
""",
        {
            f"{_MOVE} parameters 1": parameter("to", required=True),
            f"{_MOVE} parameters 2": parameter("from", required=True),
        },
    ),
    Pair(
        "required parameter added at the end",
        BREAKING,
        "argument-added",
        "move",
        {f"{_MOVE} parameters +": parameter("by", required=True)},
    ),
    Pair(
        "parameter integer becomes string",
        BREAKING,
        "argument-retyped",
        "list",
        {f"{_LIST} parameters 0 schema type": "string"},
    ),
    Pair(
        "parameter integer becomes number",
        SAFE,
        "argument-retyped",
        "",
        {f"{_LIST} parameters 0 schema type": "number"},
    ),
    Pair(
        "parameter string becomes date",
        BREAKING,
        "argument-retyped",
        "list",
        {f"{_LIST} parameters 2 schema format": "date"},
    ),
    Pair(
        "parameter takes a list",
        BREAKING,
        "argument-retyped",
        "shop.items.list(limit=1)",
        {
            f"{_LIST} parameters 0 schema": {
                "type": "array",
                "items": {"type": "integer"},
            }
        },
    ),
    Pair(
        "parameter takes one type more",
        SAFE,
        "argument-retyped",
        "",
        {
            f"{_LIST} parameters 0 schema": {
                "anyOf": [{"type": "integer"}, {"type": "boolean"}]
            }
        },
    ),
    Pair(
        "parameter string becomes enum",
        BREAKING,
        "argument-retyped",
        'name = str("t")\nshop.items.list(tag=name)',
        {f"{_LIST} parameters 2 schema enum": ["t", "u"]},
    ),
    Pair(
        "parameter enum becomes string",
        BREAKING,
        "type-removed",
        "list",
        {f"{_LIST} parameters 3 schema": {"type": "string"}},
    ),
    Pair(
        "parameter has a default",
        SAFE,
        "docs",
        "",
        {f"{_LIST} parameters 0 schema default": 20},
    ),
    Pair(
        "query becomes header",
        SAFE,
        "argument-sent-as",
        "",
        {f"{_LIST} parameters 2 in": "header"},
    ),
    Pair(
        "parameter deprecated",
        RISKY,
        "deprecated",
        "",
        {f"{_LIST} parameters 2 deprecated": True},
    ),
    Pair(
        "parameter described",
        SAFE,
        "docs",
        "",
        {f"{_LIST} parameters 2 description": "A tag."},
    ),
    Pair(
        "enum of a parameter has one value more",
        SAFE,
        "value-added",
        "",
        {f"{_LIST} parameters 3 schema enum +": "made"},
    ),
    Pair(
        "enum of a parameter lacks a value",
        BREAKING,
        "value-removed",
        "list",
        {f"{_LIST} parameters 3 schema enum": ["name", "count"]},
    ),
    # request bodies
    Pair(
        "required property added",
        BREAKING,
        "argument-added",
        "create",
        {
            f"{_NEW_ITEM} required +": "owner",
            f"{_NEW_ITEM} properties owner": {"type": "string"},
        },
    ),
    Pair(
        "optional property added",
        SAFE,
        "argument-added",
        "",
        {f"{_NEW_ITEM} properties owner": {"type": "string"}},
    ),
    Pair(
        "property removed",
        BREAKING,
        "argument-removed",
        "create",
        {f"{_NEW_ITEM} properties note": REMOVED},
    ),
    Pair(
        "property renamed",
        BREAKING,
        "argument-renamed",
        "create",
        moved(f"{_NEW_ITEM} properties note", f"{_NEW_ITEM} properties notes"),
    ),
    Pair(
        "optional property required",
        BREAKING,
        "argument-required",
        "create",
        {f"{_NEW_ITEM} required +": "state"},
    ),
    Pair(
        "required property optional",
        BREAKING,
        "argument-keyword-only",
        "create",
        {f"{_NEW_ITEM} required": ["name"]},
    ),
    Pair(
        "property takes null",
        RISKY,
        "argument-default",
        "",
        {f"{_NEW_ITEM} properties note type": ["string", "null"]},
    ),
    Pair(
        "property takes integers only",
        BREAKING,
        "argument-retyped",
        "create",
        {f"{_NEW_ITEM} properties price type": "integer"},
    ),
    Pair(
        "items of a property retyped",
        BREAKING,
        "argument-retyped",
        "create",
        {f"{_NEW_ITEM} properties labels items type": "integer"},
    ),
    Pair(
        "body becomes a form",
        SAFE,
        "argument-sent-as",
        "",
        {
            **moved(
                f"{_CREATE} requestBody {_JSON}",
                f"{_CREATE} requestBody content application/x-www-form-urlencoded",
            ),
            f"{_NEW_ITEM} properties labels": REMOVED,
            f"{_NEW_ITEM} properties labels": {
                "type": "array",
                "items": {"type": "string"},
            },
        },
    ),
    Pair(
        "body becomes optional",
        BREAKING,
        "argument-removed",
        "create",
        {f"{_CREATE} requestBody required": False},
    ),
    Pair(
        "body removed",
        BREAKING,
        "argument-removed",
        "create",
        {f"{_CREATE} requestBody": REMOVED},
    ),
    Pair(
        "nested property required",
        BREAKING,
        "member-required",
        "order",
        {f"{_ADDRESS} required +": "floor"},
    ),
    Pair(
        "nested required property added",
        BREAKING,
        "member-added",
        "order",
        {
            f"{_ADDRESS} required +": "country",
            f"{_ADDRESS} properties country": {"type": "string"},
        },
    ),
    Pair(
        "nested optional property added",
        SAFE,
        "member-added",
        "",
        {f"{_ADDRESS} properties country": {"type": "string"}},
    ),
    Pair(
        "nested property removed",
        BREAKING,
        "member-removed",
        "order",
        {f"{_ADDRESS} properties floor": REMOVED},
    ),
    Pair(
        "nested property renamed",
        BREAKING,
        "member-renamed",
        "order",
        moved(f"{_ADDRESS} properties floor", f"{_ADDRESS} properties floors"),
    ),
    Pair(
        "nested property retyped",
        BREAKING,
        "member-retyped",
        "order",
        {f"{_ADDRESS} properties floor type": "string"},
    ),
    Pair(
        "nested property takes more",
        SAFE,
        "member-retyped",
        "",
        {f"{_ADDRESS} properties floor type": ["integer", "string"]},
    ),
    Pair(
        "nested required property optional",
        SAFE,
        "member-retyped",
        "",
        {f"{_ADDRESS} required": ["street"]},
    ),
    Pair(
        "value of a nested enum removed",
        BREAKING,
        "value-removed",
        "order",
        {f"{_ADDRESS} properties unit enum": ["home", "shop"]},
    ),
    Pair(
        "nested schema renamed",
        BREAKING,
        "type-renamed",
        "order",
        {
            **moved(_ADDRESS, "components schemas Place"),
            "components schemas NewOrder properties address": {
                "$ref": "#/components/schemas/Place"
            },
        },
    ),
    # results
    Pair(
        "member removed",
        BREAKING,
        "member-removed",
        "get",
        {f"{_ITEM} properties note": REMOVED},
    ),
    Pair(
        "required member removed",
        BREAKING,
        "member-removed",
        "get",
        {
            f"{_ITEM} required": optional("count"),
            f"{_ITEM} properties count": REMOVED,
            **items("count", REMOVED),
        },
    ),
    Pair(
        "member renamed",
        BREAKING,
        "member-renamed",
        "get",
        {
            f"{_ITEM} required": [*optional("name"), "title"],
            **moved(f"{_ITEM} properties name", f"{_ITEM} properties title"),
            **items("title", "Cup"),
            **items("name", REMOVED),
        },
    ),
    Pair(
        "member optional",
        BREAKING,
        "member-retyped",
        "get",
        {f"{_ITEM} required": optional("price")},
    ),
    Pair(
        "member nullable",
        BREAKING,
        "member-retyped",
        "get",
        {f"{_ITEM} properties name type": ["string", "null"]},
    ),
    Pair(
        "optional member required",
        RISKY,
        "member-required",
        "",
        {f"{_ITEM} required +": "note", **items("note", "n")},
    ),
    Pair(
        "optional member added",
        SAFE,
        "member-added",
        "",
        {f"{_ITEM} properties owner": {"type": "string"}},
    ),
    Pair(
        "required member added",
        RISKY,
        "member-added",
        "",
        {
            f"{_ITEM} required +": "owner",
            f"{_ITEM} properties owner": {"type": "string"},
            **items("owner", "me"),
        },
    ),
    Pair(
        "member integer becomes string",
        BREAKING,
        "member-retyped",
        "get",
        {f"{_ITEM} properties count type": "string", **items("count", "3")},
    ),
    Pair(
        "member integer becomes number",
        BREAKING,
        "member-retyped",
        "get",
        {f"{_ITEM} properties count type": "number", **items("count", 3.5)},
    ),
    Pair(
        "member number becomes integer",
        SAFE,
        "member-retyped",
        "",
        {f"{_ITEM} properties price type": "integer", **items("price", 3)},
    ),
    Pair(
        "member string becomes enum",
        SAFE,
        "member-retyped",
        "",
        {f"{_ITEM} properties name enum": ["Cup", "Mug"]},
    ),
    Pair(
        "member enum becomes string",
        BREAKING,
        "member-retyped",
        "get",
        {f"{_ITEM} properties kind": {"type": "string"}},
    ),
    Pair(
        "member date-time becomes string",
        BREAKING,
        "member-retyped",
        "get",
        {f"{_ITEM} properties made format": REMOVED},
    ),
    Pair(
        "member date-time becomes date",
        BREAKING,
        "member-retyped",
        "get",
        {f"{_ITEM} properties made format": "date", **items("made", "2026-01-02")},
    ),
    Pair(
        "member any becomes model",
        BREAKING,
        "member-retyped",
        "get",
        {
            f"{_ITEM} properties extra": {
                "type": "object",
                "properties": {"a": {"type": "integer"}},
            }
        },
    ),
    Pair(
        "member any becomes map",
        RISKY,
        "member-retyped",
        "",
        {
            f"{_ITEM} properties extra": {
                "type": "object",
                "additionalProperties": {"type": "integer"},
            },
            f"{_ITEM} required +": "extra",
        },
    ),
    Pair(
        "member model becomes any",
        BREAKING,
        "member-retyped",
        "get",
        {f"{_ITEM} properties size": {}},
    ),
    Pair(
        "member becomes a list",
        BREAKING,
        "member-retyped",
        "get",
        {
            f"{_ITEM} properties size": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Size"},
            },
            **items("size", [{"width": 1, "height": 2}]),
        },
    ),
    Pair(
        "elements of a list nullable",
        BREAKING,
        "member-retyped",
        "get",
        {f"{_ITEM} properties labels items type": ["string", "null"]},
    ),
    Pair(
        "name in JSON changed",
        RISKY,
        "member-wire-name",
        "",
        {
            f"{_ITEM} required": [*optional("made"), "Made"],
            **moved(f"{_ITEM} properties made", f"{_ITEM} properties Made"),
            **items("Made", "2026-01-02T03:04:05Z"),
            **items("made", REMOVED),
        },
    ),
    Pair(
        "other properties forbidden",
        BREAKING,
        "base-removed",
        'unit: object = shop.items.get("i1").size.additional_properties',
        {"components schemas Size additionalProperties": False},
    ),
    Pair(
        "enum value added",
        RISKY,
        "value-added",
        "",
        {"components schemas ItemState enum +": "sold"},
    ),
    Pair(
        "enum value removed",
        BREAKING,
        "value-removed",
        "list",
        {"components schemas ItemState enum": ["active", "sold", "lost"]},
    ),
    Pair(
        "enum value changed",
        BREAKING,
        "value-removed",
        "list",
        {"components schemas ItemState enum": ["active", "stored"]},
    ),
    Pair(
        "enum member renamed",
        BREAKING,
        "value-renamed",
        "list",
        {
            "components schemas ItemState": {
                "type": "string",
                "enum": ["active", "archived"],
                "x-enum-varnames": ["Active", "Stored"],
            }
        },
    ),
    Pair("enum renamed", BREAKING, "type-renamed", "get", renamed_state()),
    Pair("model renamed", BREAKING, "type-renamed", "get", renamed_item()),
    Pair(
        "union has a member more",
        RISKY,
        "member-retyped",
        "",
        {
            "components schemas Voucher": _VOUCHER,
            "components schemas Order properties payment oneOf +": {
                "$ref": "#/components/schemas/Voucher"
            },
            "components schemas Order properties payment discriminator mapping voucher": (
                "#/components/schemas/Voucher"
            ),
        },
    ),
    Pair(
        "union lacks a member",
        BREAKING,
        "type-removed",
        "payment: Card | Cash = Cash()",
        {
            "components schemas Order properties payment oneOf 1": REMOVED,
            "components schemas Order properties payment discriminator mapping cash": (
                REMOVED
            ),
        },
    ),
    Pair(
        "model becomes union",
        BREAKING,
        "member-retyped",
        "payment",
        {
            "components schemas Order properties lines items": {
                "oneOf": [
                    {"$ref": "#/components/schemas/Line"},
                    {"$ref": "#/components/schemas/Size"},
                ]
            }
        },
    ),
    Pair(
        "result becomes empty",
        BREAKING,
        "result-retyped",
        "move",
        {f"{_MOVE} responses": {"204": {"description": "Done."}}},
    ),
    Pair(
        "result may be empty",
        BREAKING,
        "result-retyped",
        "move",
        {f"{_MOVE} responses 204": {"description": "Done."}},
    ),
    Pair(
        "empty result becomes model",
        BREAKING,
        "result-retyped",
        'nothing: Callable[[str], None] = shop.items.delete\nnothing("i1")',
        {
            f"{_DELETE} responses": {
                "200": {
                    "description": "The item.",
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Item"},
                            "example": _ITEM_EXAMPLE,
                        }
                    },
                }
            }
        },
    ),
    Pair(
        "list is wrapped",
        BREAKING,
        "result-retyped",
        "list",
        {
            f"{_LIST} responses 200 {_JSON}": {
                "schema": _PAGED,
                "example": {"items": [_ITEM_EXAMPLE]},
            }
        },
    ),
    Pair(
        "list is paged",
        BREAKING,
        "result-retyped",
        "list",
        {
            f"{_LIST} parameters +": parameter("cursor"),
            f"{_LIST} x-client": {
                "method": "list",
                "pagination": {
                    "style": "cursor",
                    "items": "/items",
                    "cursor": "/next",
                    "parameter": "cursor",
                },
            },
            f"{_LIST} responses 200 {_JSON}": {
                "schema": _PAGED,
                "example": {"items": [_ITEM_EXAMPLE]},
            },
        },
    ),
    Pair(
        "text becomes bytes",
        BREAKING,
        "result-retyped",
        "report",
        {
            "paths /reports/{day} get responses 200 content": {
                "application/pdf": {"schema": {"type": "string", "format": "binary"}}
            }
        },
    ),
    Pair(
        "result described in words",
        SAFE,
        "docs",
        "",
        {f"{_ITEM} description": "A thing to buy."},
    ),
    Pair(
        "member described in words",
        SAFE,
        "docs",
        "",
        {f"{_ITEM} properties id description": "The id of it."},
    ),
    Pair("summary changed", SAFE, "docs", "", {f"{_GET} summary": "Retrieve an item"}),
    Pair(
        "tag described", SAFE, "docs", "", {"tags 0 description": "What can be bought."}
    ),
    Pair("API described", SAFE, "docs", "", {"info summary": "Another shop."}),
    Pair(
        "examples changed", SAFE, "docs", "", {f"{_LIST} parameters 2 example": "cups"}
    ),
    # errors
    Pair(
        "error documented",
        SAFE,
        "error-added",
        "",
        {f"{_DELETE} responses 409": {"description": "It is in use."}},
    ),
    Pair(
        "error no longer documented",
        RISKY,
        "error-removed",
        "",
        {f"{_CREATE} responses 400": REMOVED},
    ),
    Pair(
        "body of errors retyped",
        BREAKING,
        "member-removed",
        "error",
        {
            "components schemas Error": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "detail": {"type": "array", "items": {"type": "string"}}
                },
            },
            f"components responses Error {_JSON} example": {"detail": ["failed"]},
        },
    ),
    Pair(
        "body of errors has another schema",
        BREAKING,
        "type-removed",
        "error",
        {
            "components schemas Problem": {
                "type": "object",
                "required": ["title"],
                "properties": {"title": {"type": "string"}},
            },
            f"components responses Error {_JSON} schema": {
                "$ref": "#/components/schemas/Problem"
            },
            f"components responses Error {_JSON} example": {"title": "failed"},
        },
    ),
    # credentials
    Pair(
        "security changed",
        BREAKING,
        "security",
        "get",
        {f"{_GET} security": [{"token": []}]},
    ),
    Pair(
        "security scheme added as alternative",
        SAFE,
        "security",
        "",
        {f"{_GET} security": [{"key": []}, {"token": []}]},
    ),
    Pair(
        "two schemes needed",
        BREAKING,
        "security",
        "get",
        {f"{_GET} security": [{"key": [], "token": []}]},
    ),
    Pair("security dropped", SAFE, "security", "", {f"{_GET} security": []}),
    Pair(
        "security added",
        BREAKING,
        "security",
        "no key",
        {"paths /reports/{day} get security": REMOVED},
    ),
    Pair(
        "security scheme renamed",
        BREAKING,
        "argument-renamed",
        "get",
        {
            **moved(
                "components securitySchemes key", "components securitySchemes secret"
            ),
            "security 0": {"secret": []},
        },
    ),
    Pair(
        "header of the credential renamed",
        RISKY,
        "credential",
        "",
        {"components securitySchemes key name": "X-Api-Key"},
    ),
    Pair(
        "unused security scheme removed",
        BREAKING,
        "argument-removed",
        'shop = Shop(key="k", token="t", http=http)',
        {"components securitySchemes token": REMOVED},
    ),
    Pair(
        "security scheme declared",
        SAFE,
        "argument-added",
        "",
        {
            "components securitySchemes extra": {
                "type": "apiKey",
                "in": "query",
                "name": "extra",
            }
        },
    ),
    # servers and the client
    Pair(
        "default server changed",
        RISKY,
        "server",
        "",
        {"servers 0 url": "https://shop2.example/api"},
    ),
    Pair(
        "server has a required variable",
        BREAKING,
        "argument-added",
        "get",
        {
            "servers 0": {
                "url": "https://{tenant}.shop.example/api",
                "variables": {
                    "tenant": {"default": "acme", "x-client": {"required": True}}
                },
            }
        },
    ),
    Pair(
        "server has a variable with a default",
        RISKY,
        "server",
        "",
        {
            "servers 0": {
                "url": "https://{tenant}.shop.example/api",
                "variables": {"tenant": {"default": "acme"}},
            }
        },
    ),
    Pair("client renamed", BREAKING, "client-renamed", "get", {"info title": "Store"}),
    Pair(
        "header of every request added",
        RISKY,
        "headers",
        "",
        {"x-client": {"headers": {"X-Version": {"value": "2"}}}},
    ),
    Pair("version changed", SAFE, "", "", {"info version": "1.1.0"}),
    Pair(
        "webhooks added",
        SAFE,
        "webhooks-added",
        "",
        {
            "webhooks": {
                "sold": {
                    "post": {
                        "requestBody": {
                            "content": {
                                "application/json": {
                                    "schema": {"$ref": "#/components/schemas/Item"}
                                }
                            }
                        },
                        "responses": {"200": {"description": "Thanks."}},
                    }
                }
            }
        },
    ),
    Pair("other version of OpenAPI", SAFE, "", "", {"openapi": "3.2.0"}),
]
