"""The last cast of a job, from which the next one takes over what did not change."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from clientcast.bind import Decisions
from clientcast.cache import Cache
from clientcast.docs import Outline
from clientcast.formatters import Formatter
from clientcast.incremental.parts import Parts, split
from clientcast.incremental.recast import Recast, Recaster
from clientcast.incremental.state import State, load_state, store_state
from clientcast.manifest import MANIFEST, read_plain_file
from clientcast.source import Document
from clientcast.trust import Trust


@dataclass
class LastCast:
    """State that the cast of the package in a folder left in the cache, if there is one.

    Attributes:
        cache: The cache; nothing is kept without one.
        job: The key of the job.
        folder: The folder of the package; None if its files are not to be taken over.
        trust: What the project's configuration allows the document.
        formatter: The formatter of the modules.
    """

    cache: Cache
    job: str
    folder: Path | None
    trust: Trust
    formatter: Formatter
    _parts: Parts | None = None

    def recast(self, document: Document) -> Recast | None:
        """Cast what changed in a document; None if that is too much, or nothing is known.

        Args:
            document: The document, after selection and fixes.
        """
        if self.folder is None or self.cache.folder is None:
            return None
        root = Path(os.path.realpath(self.folder))
        manifest = _read(root, MANIFEST)
        state = load_state(self.cache, self.job, manifest) if manifest else None
        if state is None or manifest is None:
            return None
        self._parts = split(document.data)
        if self._parts is None:
            return None
        recaster = Recaster(document, self.trust, self.formatter, self.cache)
        return recaster.recast(
            state, self._parts, manifest, lambda path: _read(root, path)
        )

    def keep(
        self,
        document: Document,
        decisions: Decisions,
        outline: Outline,
        operations: int,
        files: Mapping[str, str],
    ) -> None:
        """Leave the state of a cast to the next one.

        Args:
            document: The document, after selection and fixes.
            decisions: The decisions about its API.
            outline: The outline of the package.
            operations: Number of operations of the API.
            files: The texts of the package by path.
        """
        if self.folder is None or self.cache.folder is None or not decisions.resources:
            return
        parts = self._parts or split(document.data)
        if parts is not None:
            outline = replace(outline, api={}, digest="")
            state = State(parts, decisions, outline, operations)
            store_state(self.cache, self.job, files[MANIFEST].encode(), state)


def _read(root: Path, path: str) -> bytes | None:
    try:
        return read_plain_file(root, path)
    except OSError:
        return None
