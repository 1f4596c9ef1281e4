"""Operations of a document as it has them, before they are parsed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from clientcast.openapi import METHODS, TEMPLATE_EXPRESSION
from clientcast.plain import is_mapping, mapping, sequence, text, texts
from clientcast.references import resolve_path_item
from clientcast.source import escape
from clientcast.trust import url_with_defaults


@dataclass(frozen=True, slots=True)
class DocumentOperation:
    """An operation of a document.

    Attributes:
        path: The key of its path item.
        full_path: The path with that of the first server before it.
        tags: Its tags.
        servers: The Server Objects that apply to it.
    """

    pointer: str
    method: str
    path: str
    full_path: str
    id: str
    tags: tuple[str, ...]
    servers: tuple[Any, ...] = field(default=(), compare=False)

    @property
    def title(self) -> str:
        """Return `METHOD /path`, which selects it."""
        return f"{self.method} {self.path}"

    @property
    def key(self) -> tuple[str, str]:
        """Return the method and the path without the names of its parameters."""
        plain = TEMPLATE_EXPRESSION.sub("{}", self.full_path)
        return self.method, plain.rstrip("/")


def document_operations(data: Any) -> Iterator[DocumentOperation]:
    """Yield the operations of a document, also those that are not valid."""
    for path, value in mapping(mapping(data).get("paths")).items():
        if path.startswith("x-"):
            continue
        item = resolve_path_item(data, value)
        others = mapping(item.get("additionalOperations"))
        places = [(key, item[key], key) for key in item if key.lower() in METHODS]
        places += [
            (key, others[key], f"additionalOperations/{escape(key)}") for key in others
        ]
        for method, operation, keys in places:
            if not is_mapping(operation):
                continue
            holders = (operation, item, mapping(data))
            lists = (sequence(holder.get("servers")) for holder in holders)
            no_servers: list[Any] = []
            servers = next(filter(None, lists), no_servers)
            yield DocumentOperation(
                f"/paths/{escape(path)}/{keys}",
                method.upper(),
                path,
                f"{_server_path(servers)}/{path.lstrip('/')}",
                text(operation.get("operationId")),
                texts(operation.get("tags")),
                tuple(servers),
            )


def _server_path(servers: list[Any]) -> str:
    """Return the path of the URL of the first server, without a slash at its end."""
    try:
        return (
            urlsplit(url_with_defaults(servers[0])).path.rstrip("/") if servers else ""
        )
    except ValueError:  # `check` reports the invalid URL.
        return ""
