"""Changes to other people's documents: overlays, and settings of the project.

A changed document is a copy. Its `locations` lead from what was written to the overlay or the
settings, and from moved items of lists to their places in the original.
"""

from clientcast.customization import OverlayFile
from clientcast.overlay.settings import apply_settings
from clientcast.source import Document, read

__all__ = ["apply_overlays", "apply_settings"]


def apply_overlays(document: Document, overlays: tuple[OverlayFile, ...]) -> Document:
    """Return a document with all actions of overlays applied, in their order.

    Mistakes of an overlay are diagnostics of the document, located in the overlay.

    Args:
        document: The document as it is written.
        overlays: The overlays.

    Raises:
        OSError: An overlay cannot be opened.
    """
    if not overlays:
        return document
    from clientcast.overlay.actions import apply_overlay  # imports jsonpath

    for overlay in overlays:
        document = apply_overlay(document, read(overlay.path, overlay.label))
    return document
