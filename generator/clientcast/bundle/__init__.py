"""Bundling: copies the referenced parts of other files into one document."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from clientcast.bundle.copying import DocumentCopier
from clientcast.bundle.dialects import OPENAPI, SWAGGER
from clientcast.bundle.document_files import DocumentFiles
from clientcast.bundle.names import is_scheme_uri
from clientcast.plain import is_list, is_mapping, mapping
from clientcast.source import Document

__all__ = ["bundle"]

_REFERENCE_KEYWORDS = ("$ref", "$dynamicRef")
_REFERRING = (*_REFERENCE_KEYWORDS, "discriminator", "security")
"""Keywords with which a mapping can refer to something outside the document."""
_CONTAINERS = (dict, list)


def bundle(
    document: Document, file: Path | None, within: Path | None = None
) -> Document:
    """Return a document in which every reference is a JSON pointer into the document itself.

    A value referenced in another file becomes a component, named by the file or the last key of
    the reference. If OpenAPI has no component for it, it is copied in place of the reference.
    Diagnostics of copied values have the location in their own file. A document without
    external references is returned unchanged.

    Args:
        document: The document.
        file: The path of its file; None if it is no file, and can refer to none.
        within: The folder that references must not leave; None for the folder of the document.
    """
    if not is_mapping(document.data) or not _has_external_references(document.data):
        return document
    dialect = SWAGGER if "swagger" in document.data else OPENAPI
    place = file or Path(document.path)
    files = DocumentFiles(
        document, place, within or place.parent, is_file=file is not None
    )
    copier = DocumentCopier(files, dialect)
    data = copier.copy_document()
    return replace(
        document.with_data(data),
        diagnostics=(*document.diagnostics, *copier.diagnostics),
        inputs=copier.files.inputs(),
        is_complete=not copier.files.has_failed,
        locations={**document.locations, **copier.origins},
        unreadable=copier.unreadable,
    )


def _has_external_references(data: Any) -> bool:
    """Return whether a reference is anything but a JSON pointer into the document."""
    pending = [data]
    while pending:
        value = pending.pop()
        if is_list(value):
            pending += [item for item in value if isinstance(item, _CONTAINERS)]
        else:
            if not value.keys().isdisjoint(_REFERRING) and _refers_outside(value):
                return True
            pending += [v for v in value.values() if isinstance(v, _CONTAINERS)]
    return False


def _refers_outside(value: dict[str, Any]) -> bool:
    """Return whether a mapping itself has a reference that is no JSON pointer."""
    if any(_is_external(value.get(keyword)) for keyword in _REFERENCE_KEYWORDS):
        return True
    if is_mapping(value.get("discriminator")):
        names = mapping(value["discriminator"].get("mapping")).values()
        if any("." in str(name) and _is_external(name) for name in names):
            return True
    if not is_list(value.get("security")):
        return False
    schemes = (name for item in value["security"] for name in mapping(item))
    return any(map(is_scheme_uri, schemes))


def _is_external(reference: Any) -> bool:
    is_local = reference == "#" or str(reference).startswith("#/")
    return isinstance(reference, str) and not is_local
