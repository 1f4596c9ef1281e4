"""Random edits of documents: values that are changed, removed, copied or exchanged."""

import copy
import random
from collections.abc import Iterator
from typing import Any

_METHODS = ("get", "put", "post", "delete", "patch")

Place = tuple[Any, Any]
"""A mapping or list, and a key or index in it."""


def edited(data: Any, chance: random.Random) -> Any:
    """Return a copy of a document with one edit, most often within an operation."""
    data = copy.deepcopy(data)
    root = data
    operations = [
        item[method]
        for item in data.get("paths", {}).values()
        if isinstance(item, dict)
        for method in _METHODS
        if isinstance(item.get(method), dict)
    ]
    if operations and chance.random() < 0.7:
        root = chance.choice(operations)
    places = list(_places(root))
    if not places:
        return data
    holder, key = chance.choice(places)
    texts = [p for p in places if isinstance(p[0][p[1]], str)]
    if texts and chance.random() < 0.4:
        holder, key = chance.choice(texts)
    value = holder[key]
    match chance.randrange(6):
        case 0:
            del holder[key]
        case 1:  # A value that stands in another place under the same key.
            others = [h[k] for h, k in _places(data) if k == key and h[k] != value]
            holder[key] = copy.deepcopy(chance.choice(others)) if others else value
        case 2 if isinstance(holder, list):
            holder.insert(0, copy.deepcopy(value))
        case 2:
            items = list(holder.items())
            chance.shuffle(items)
            holder.clear()
            holder.update(items)
        case 3 if operations and isinstance(root.get("responses"), dict):
            parameters = root.setdefault("parameters", [])
            if isinstance(parameters, list):
                parameters.append(_parameter(chance))
        case _:
            holder[key] = _changed(value, chance, operations)
    return data


def _places(value: Any) -> Iterator[Place]:
    pending = [value]
    while pending:
        holder = pending.pop()
        keys = holder.keys() if isinstance(holder, dict) else range(len(holder))
        for key in list(keys):
            yield holder, key
            if isinstance(holder[key], dict | list):
                pending.append(holder[key])


def _parameter(chance: random.Random) -> dict[str, Any]:
    schemas: list[dict[str, Any]] = [
        {"type": "string"},
        {"type": "integer", "default": 1},
        {"type": "string", "format": "date"},
        {"type": "array", "items": {"type": "string"}},
        {"type": "string", "enum": ["a", "b"]},
    ]
    return {
        "name": chance.choice(["extra", "limit", "X-Extra", "Authorization", "self"]),
        "in": chance.choice(["query", "query", "header", "cookie"]),
        "required": chance.random() < 0.2,
        "deprecated": chance.random() < 0.2,
        "description": "An extra. See `list`.",
        "schema": chance.choice(schemas),
    }


def _changed(value: Any, chance: random.Random, operations: list[Any]) -> Any:
    """Return another value of the same kind, or one that Python takes for equal."""
    match value:
        case bool():
            return chance.choice([not value, int(value)])
        case int():
            return chance.choice([value + 1, float(value), bool(value), str(value)])
        case float():
            return value + 0.5
        case str():
            identifiers = [o["operationId"] for o in operations if "operationId" in o]
            mentioned = (
                f"See `{chance.choice(identifiers)}`." if identifiers else "See."
            )
            return chance.choice(
                [
                    f"{value} {mentioned}",
                    f"{value}s",
                    mentioned,
                    "",
                    f"{value}\n\nMore.",
                ]
            )
        case None:
            return ""
        case _:
            return value
