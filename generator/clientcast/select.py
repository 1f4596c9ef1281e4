"""Selection of operations: removes the others from a document, with components they use."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from msgspec import Struct

from clientcast.components import used_components
from clientcast.diagnostic import closest
from clientcast.openapi import METHODS
from clientcast.plain import is_mapping, mapping, text, texts
from clientcast.references import resolve_path_item
from clientcast.source import Document


class SelectionError(Exception):
    """A selector matches no operation of the document."""


class Selection(Struct, frozen=True):
    """Selectors of operations: a tag, `METHOD /path` or operationId.

    Attributes:
        only: Operations to include; all if empty.
        skip: Operations to leave out.
    """

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.only or self.skip)


class Selected(NamedTuple):
    """A document without the operations that were left out.

    Attributes:
        operations: Number of operations of the original document.
        left_out: The operations left out, as `METHOD /path`.
    """

    document: Document
    operations: int
    left_out: tuple[str, ...]


class _Operation(NamedTuple):
    """An operation of a document.

    Attributes:
        keys: The keys from its path item to it.
        names: Its selectors.
    """

    path: str
    keys: tuple[str, ...]
    title: str
    names: frozenset[str]


def select(document: Document, selection: Selection) -> Selected:
    """Return a document with the selected operations only.

    Raises:
        SelectionError: A selector matches no operation.
    """
    operations = tuple(_operations(document.data))
    if not selection:
        return Selected(document, len(operations), ())
    known = Counter(name for operation in operations for name in operation.names)
    only, skip = (
        frozenset(_normalize_selector(name, known) for name in names)
        for names in (selection.only, selection.skip)
    )
    for selector in sorted(only | skip):
        if selector not in known:
            raise SelectionError(_unknown_selector_message(selector, known))
    left_out = [
        operation
        for operation in operations
        if (only and not only & operation.names) or skip & operation.names
    ]
    data = _remove_operations(document.data, left_out)
    return Selected(
        document.with_data(remove_unused_components(data, webhooks=not only)),
        len(operations),
        tuple(operation.title for operation in left_out),
    )


def _operations(data: Any) -> Iterator[_Operation]:
    for path, item in mapping(mapping(data).get("paths")).items():
        if path.startswith("x-"):
            continue
        value = resolve_path_item(data, item)
        others = mapping(value.get("additionalOperations"))
        places = [((key,), key, value[key]) for key in value if key.lower() in METHODS]
        more = [(("additionalOperations", key), key, others[key]) for key in others]
        for keys, method, operation in (*places, *more):
            if is_mapping(operation):
                title = f"{method.upper()} {path}"
                names = {title, text(operation.get("operationId"))}
                names |= {*texts(operation.get("tags"))} - {""}
                yield _Operation(path, keys, title, frozenset(names - {""}))


def _normalize_selector(selector: str, known: Collection[str]) -> str:
    """Normalize a selector `METHOD /path`: the method in upper case, then one space."""
    method, _, path = selector.strip().partition(" ")
    route = f"{method.upper()} {path.strip()}"
    return route if route in known else selector.strip()


def _unknown_selector_message(selector: str, known: Counter[str]) -> str:
    message = f"no operation has the tag, path or operationId '{selector}'"
    suggestion = closest(selector, known)
    if suggestion is not None:
        return f"{message}: did you mean '{suggestion}'?"
    return message


def _remove_operations(
    data: dict[str, Any], left_out: list[_Operation]
) -> dict[str, Any]:
    """Remove operations from a document, and paths that have no operation left."""
    paths = dict(mapping(data.get("paths")))
    for path in dict.fromkeys(operation.path for operation in left_out):
        item = dict(resolve_path_item(data, paths[path]))
        for operation in left_out:
            if operation.path != path:
                continue
            if len(operation.keys) == 1:
                del item[operation.keys[0]]
            else:
                others = dict(item["additionalOperations"])
                del others[operation.keys[1]]
                item["additionalOperations"] = others
        paths[path] = item
        if not any(o.path == path for o in _operations({**data, "paths": paths})):
            del paths[path]
    return {**data, "paths": paths}


def remove_unused_components(data: dict[str, Any], *, webhooks: bool) -> dict[str, Any]:
    """Remove the components that nothing in a document uses."""
    root = {key: value for key, value in data.items() if key != "components"}
    if not webhooks:
        root.pop("webhooks", None)
        if is_mapping(root.get("x-client")):
            options = {k: v for k, v in root["x-client"].items() if k != "webhooks"}
            root["x-client"] = options
    used = used_components(data, root)
    components = {
        section: {name: item for name, item in members.items() if name in kept}
        for section, members in mapping(data.get("components")).items()
        if is_mapping(members)
        and (kept := {name for name in members if (section, name) in used})
    }
    return {**root, "components": components} if "components" in data else root
