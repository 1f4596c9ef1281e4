"""The failure to load a document."""

from clientcast.diagnostic import Diagnostic


class LoadFailure(Exception):
    """A document cannot be loaded.

    Attributes:
        diagnostic: Why not, at the document, or in the code of the application.
    """

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic
