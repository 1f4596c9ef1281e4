"""Makes one document of many files: each reference in it becomes a JSON pointer into it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from clientcast.bundle.copying import DocumentCopier
from clientcast.bundle.dialects import OPENAPI, SWAGGER
from clientcast.bundle.document_files import DocumentFiles
from clientcast.plain import is_list, is_mapping, mapping
from clientcast.source import Document

__all__ = ["bundle"]

_REFERENCE_KEYWORDS = ("$ref", "$dynamicRef")


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
    if not is_mapping(document.data) or not _has_external_references(document.data):
        return document
    dialect = SWAGGER if "swagger" in document.data else OPENAPI
    copier = DocumentCopier(
        DocumentFiles(document, file, within or file.parent), dialect
    )
    data = copier.copy_document()
    return replace(
        document.with_data(data),
        diagnostics=(*document.diagnostics, *copier.diagnostics),
        locations=copier.parts,
        unreadable=copier.unreadable,
    )


def _has_external_references(data: Any) -> bool:
    """Whether anything is referred to otherwise than by a JSON pointer into the document."""
    pending = [data]
    while pending:
        value = pending.pop()
        if is_list(value):
            pending += value
            continue
        if not is_mapping(value):
            continue
        for keyword in _REFERENCE_KEYWORDS:
            if _is_external(value.get(keyword)):
                return True
        if is_mapping(value.get("discriminator")):
            names = mapping(value["discriminator"].get("mapping")).values()
            if any("." in str(name) and _is_external(name) for name in names):
                return True
        pending += value.values()
    return False


def _is_external(reference: Any) -> bool:
    is_local = reference == "#" or str(reference).startswith("#/")
    return isinstance(reference, str) and not is_local
