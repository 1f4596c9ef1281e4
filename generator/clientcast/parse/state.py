"""Parsing of `state` of `x-client`."""

import json
from typing import Any

from clientcast import ir
from clientcast.plain import mapping, text, texts


def read_state(value: dict[str, Any]) -> ir.StateOptions | None:
    """Return the effect of an operation on stored items; None if nothing is declared."""
    if not text(value.get("effect")):
        return None
    item = value.get("item")
    return ir.StateOptions(
        effect=text(value.get("effect")),
        items=text(value.get("items")),
        item=item if isinstance(item, str) else None,
        where=tuple((k, text(v)) for k, v in mapping(value.get("where")).items()),
        labels=texts(value.get("labels")),
        same=text(value.get("same")),
        keep=text(value.get("keep")),
        set=_values(value.get("set")),
        only=_values(value.get("only")),
        refused=_status(value.get("refused"), 0),
        missing=_status(value.get("missing"), 404),
        sort_by=text(value.get("sort_by")),
        sort_order=text(value.get("sort_order")),
        ignore=texts(value.get("ignore")),
        names_items=value.get("cursor") == "item",
    )


def _values(value: object) -> tuple[tuple[str, str], ...]:
    return tuple((name, json.dumps(v)) for name, v in mapping(value).items())


def _status(value: object, default: int) -> int:
    return value if isinstance(value, int) else default
