"""Makes one document of many files: each reference in it becomes a JSON pointer into it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from clientcast.bundle.copying import Copying
from clientcast.bundle.folder import Folder
from clientcast.bundle.kinds import OPENAPI, SWAGGER
from clientcast.plain import is_list, is_mapping, mapping
from clientcast.source import Document

__all__ = ["bundle"]

_REFERENCES = ("$ref", "$dynamicRef")


def bundle(document: Document, file: Path, within: Path | None = None) -> Document:
    """The document with what it refers to in other files, and by anchors.

    What stands in another file becomes a component, named by its file or the last key that
    leads to it, or is copied to where it is referred to. What is said about it points into
    its own file. A document that refers to nothing but its own places is returned as it is.

    Args:
        document: The document.
        file: Its file.
        within: The folder that no reference leaves; the document's own where it is left out.
    """
    if not is_mapping(document.data) or not _refers_elsewhere(document.data):
        return document
    dialect = SWAGGER if "swagger" in document.data else OPENAPI
    copying = Copying(Folder(document, file, within or file.parent), dialect)
    data = copying.document()
    return replace(
        document.with_data(data),
        problems=(*document.problems, *copying.problems),
        parts=copying.parts,
        unread=copying.unread,
    )


def _refers_elsewhere(data: Any) -> bool:
    """Whether anything is referred to otherwise than by a JSON pointer into the document."""
    waiting = [data]
    while waiting:
        value = waiting.pop()
        if is_list(value):
            waiting += value
            continue
        if not is_mapping(value):
            continue
        for keyword in _REFERENCES:
            if _is_elsewhere(value.get(keyword)):
                return True
        if is_mapping(value.get("discriminator")):
            names = mapping(value["discriminator"].get("mapping")).values()
            if any("." in str(name) and _is_elsewhere(name) for name in names):
                return True
        waiting += value.values()
    return False


def _is_elsewhere(reference: Any) -> bool:
    is_local = reference == "#" or str(reference).startswith("#/")
    return isinstance(reference, str) and not is_local
