"""`llms.txt`: a summary of the clients with links, for AI assistants."""

from collections.abc import Mapping

from clientcast.docs.links import ERRORS, INDEX, MODELS, page_links
from clientcast.docs.markdown import code, escape_text, inline
from clientcast.docs.reference import Reference


def llms_text(references: Mapping[str, Reference]) -> str:
    """Render the file: a title, a summary, and a list of links for each client.

    Args:
        references: References by the folder of their pages.
    """
    names = ", ".join(escape_text(r.title) for r in references.values())
    parts = [
        "# Python clients",
        f"> Typed Python clients, synchronous and asynchronous, of {names}."
        " Each is a folder of plain Python that needs `httpx2` and `msgspec`.",
    ]
    for folder, reference in references.items():
        links = page_links(reference)
        client = reference.client
        parts.append(f"## {escape_text(reference.title)}")
        lines = [
            f"* [{escape_text(reference.title)}]({folder}/{INDEX}): `from {reference.package}"
            f" import {client.name}, {client.async_name}`. {inline(reference.summary)}"
        ]
        lines += [
            f"* [{code(operation.name)}]({folder}/{links[operation.name]}):"
            f" {code(f'{operation.http_method} {operation.path}')}."
            f" {inline(operation.summary)}{_deprecated(operation.deprecated)}"
            for operation in reference.operations
        ]
        lines += [
            f"* [Models]({folder}/{MODELS}): classes of requests and responses",
            f"* [Errors]({folder}/{ERRORS}): exceptions of the client",
        ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _deprecated(deprecated: bool) -> str:
    return " Deprecated." if deprecated else ""
