"""What assistants read: `llms.txt`, a short map with links, and the whole in one file."""

from collections.abc import Mapping

from clientcast.docs.markdown import code, inline, plain
from clientcast.docs.places import ERRORS, INDEX, MODELS, in_pages
from clientcast.docs.reference import Reference


def llms(references: Mapping[str, Reference]) -> str:
    """The map: a title, what it is about, and a list of links below each heading.

    Args:
        references: By the folder that their pages are in.
    """
    names = ", ".join(plain(r.title) for r in references.values())
    parts = [
        "# Python clients",
        f"> Typed Python clients, synchronous and asynchronous, of {names}."
        " Each is a folder of plain Python that needs `httpx2` and `msgspec`.",
    ]
    for folder, reference in references.items():
        places = in_pages(reference)
        client = reference.client
        parts.append(f"## {plain(reference.title)}")
        lines = [
            f"* [{plain(reference.title)}]({folder}/{INDEX}): `from {reference.package}"
            f" import {client.name}, {client.async_name}`. {inline(reference.summary)}"
        ]
        lines += [
            f"* [{code(operation.name)}]({folder}/{places[operation.name]}):"
            f" {code(f'{operation.http_method} {operation.path}')}."
            f" {inline(operation.summary)}{_deprecated(operation.deprecated)}"
            for operation in reference.operations
        ]
        lines += [
            f"* [Models]({folder}/{MODELS}): every class that goes over the wire",
            f"* [Errors]({folder}/{ERRORS}): every class that is raised",
        ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _deprecated(deprecated: bool) -> str:
    return " Deprecated." if deprecated else ""
