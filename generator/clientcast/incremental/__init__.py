"""Casts of documents of which a few operations changed since the last cast.

A change that stays within the methods of a few resources changes their modules, the README and
the manifest. The last cast left a `State`: the text of the document's parts, and the decisions
about the whole API. The resources are cast twice as an API of their own: as they were, to see
that this gives the modules that they had, and as they are. Whatever differs beside their
methods makes the whole document be cast.
"""

from clientcast.incremental.last_cast import LastCast
from clientcast.incremental.outlines import package_outline
from clientcast.incremental.state import job_key

__all__ = ["LastCast", "job_key", "package_outline"]
