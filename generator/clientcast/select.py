"""Selection of operations: removes the others from a document, with components they use."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from clientcast.diagnostic import closest
from clientcast.openapi import METHODS
from clientcast.plain import is_list, is_mapping, mapping, sequence, text, texts
from clientcast.references import local_pointer, resolve_path_item, segments
from clientcast.source import Document, escape


class SelectionError(Exception):
    """A selector matches no operation of the document."""


@dataclass(frozen=True, slots=True)
class Selection:
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
        document.with_data(_remove_unused_components(data, webhooks=not only)),
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


def _remove_unused_components(
    data: dict[str, Any], *, webhooks: bool
) -> dict[str, Any]:
    """Remove the components that nothing in a document uses."""
    root = {key: value for key, value in data.items() if key != "components"}
    if not webhooks:
        root.pop("webhooks", None)
    sections = mapping(data.get("components"))
    used: dict[str, dict[str, Any]] = {}
    pending: list[Any] = [root]
    while pending:
        names = [*_referenced_components(pending.pop())]
        if not pending:
            names += _subtypes(sections, used)
        for section, name in names:
            held = mapping(sections.get(section))
            if name in held and name not in used.setdefault(section, {}):
                used[section][name] = held[name]
                pending.append(held[name])
    components = {
        section: {name: item for name, item in held.items() if name in kept}
        for section, held in sections.items()
        if is_mapping(held) and (kept := used.get(section))
    }
    return {**root, "components": components} if "components" in data else root


def _referenced_components(value: Any) -> Iterator[tuple[str, str]]:
    """Yield the section and name of each component that a value refers to."""
    pending = [value]
    while pending:
        value = pending.pop()
        if is_list(value):
            pending += value
        for key, item in mapping(value).items():
            if key == "security":
                schemes = [name for part in sequence(item) for name in mapping(part)]
                yield from (("securitySchemes", name) for name in schemes)
            elif key == "mapping":
                yield from (("schemas", n) for n in texts([*mapping(item).values()]))
            if isinstance(item, str) and (place := local_pointer(item)):
                section = segments(place)[:3]
                if section[:1] == ["components"] and len(section) == 3:
                    yield section[1], section[2]
            pending.append(item)


def _subtypes(
    sections: dict[str, Any], used: dict[str, dict[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Yield the schemas whose `allOf` has a used schema with a discriminator."""
    bases = {
        f"#/components/schemas/{escape(name)}"
        for name, schema in used.get("schemas", {}).items()
        if "discriminator" in mapping(schema)
    }
    for name, schema in mapping(sections.get("schemas")).items() if bases else ():
        parts = sequence(mapping(schema).get("allOf"))
        if any(mapping(part).get("$ref") in bases for part in parts):
            yield "schemas", name
