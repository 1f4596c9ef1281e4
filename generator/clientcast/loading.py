"""Reading of a document into its API, for commands that generate nothing."""

from pathlib import Path

from msgspec import Struct

from clientcast import ir
from clientcast.bundle import bundle
from clientcast.check import check, has_errors
from clientcast.customization import UNCHANGED, Customization
from clientcast.diagnostic import Diagnostic
from clientcast.faults import working_on
from clientcast.load import Content
from clientcast.overlay import apply_overlays, apply_settings
from clientcast.parse import parse
from clientcast.plain import is_mapping, mapping, text
from clientcast.select import Selection, select
from clientcast.source import Document, read, read_content
from clientcast.swagger import convert
from clientcast.trust import Trust

_TRUST = Trust(lenient=True)
"""Nothing is generated, so a place without meaning is no error."""


class LoadedApi(Struct, frozen=True):
    """The API of a document, as far as the document is valid.

    Attributes:
        document: The document with its mistakes fixed; locations point into the original.
        diagnostics: The diagnostics of the selected operations.
    """

    document: Document
    api: ir.Api
    diagnostics: tuple[Diagnostic, ...]

    @property
    def has_errors(self) -> bool:
        """Return whether any diagnostic is an error."""
        return has_errors(self.diagnostics)


def load_document(
    source: Path | Content,
    name: str,
    within: Path | None = None,
    customization: Customization = UNCHANGED,
) -> Document:
    """Read a document of any version with the files that it references.

    Args:
        source: The file of the document, or its content if it is no file.
        name: The name of the document in messages.
        within: The folder that references to files must stay in; None for the document's.
        customization: Changes to the document.

    Raises:
        OSError: The document cannot be opened.
    """
    with working_on("reading"):
        return prepare(read_source(source, name), source, within, customization)


def read_source(source: Path | Content, name: str) -> Document:
    """Read a document as it is written.

    Args:
        source: The file of the document, or its content if it is no file.
        name: The name of the document in messages.

    Raises:
        OSError: The document cannot be opened.
    """
    if isinstance(source, Path):
        return read(source, name)
    return read_content(source.data, name)


def prepare(
    document: Document,
    source: Path | Content,
    within: Path | None = None,
    customization: Customization = UNCHANGED,
) -> Document:
    """Return a document as OpenAPI 3, with what it references in other files.

    Args:
        document: The document as it is written.
        source: The file of the document, or its content.
        within: The folder that references to files must stay in; None for the document's.
        customization: Changes to the document.
    """
    document = apply_overlays(document, customization.overlays)
    file = source if isinstance(source, Path) else None
    document = convert(bundle(document, file, within))
    settings = customization.settings
    return document if settings is None else apply_settings(document, settings)


def reading_errors(document: Document) -> tuple[Diagnostic, ...]:
    """Return why a document cannot be read as OpenAPI; empty if it can."""
    data = document.data
    if is_mapping(data) and text(data.get("openapi")).startswith("3."):
        return ()
    return check(document)[1]


def _with_schemes(selected: Document, document: Document) -> Document:
    """Return selected operations with all security schemes: parameters may be credentials."""
    components = mapping(mapping(document.data).get("components"))
    if not is_mapping(selected.data) or "securitySchemes" not in components:
        return selected
    kept = mapping(selected.data.get("components"))
    kept = {**kept, "securitySchemes": components["securitySchemes"]}
    return selected.with_data({**selected.data, "components": kept})


def load_api(document: Document, selection: Selection) -> LoadedApi:
    """Return the API of the selected operations of a document.

    Raises:
        SelectionError: The selection names an unknown operation.
    """
    selected = _with_schemes(select(document, selection).document, document)
    with working_on("checking"):
        fixed, diagnostics = check(selected, _TRUST)
    with working_on("parsing"):
        api, more = parse(fixed, _TRUST)
    return LoadedApi(fixed, api, tuple(sorted({*diagnostics, *more})))
