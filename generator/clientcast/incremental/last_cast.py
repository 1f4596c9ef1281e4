"""The last cast of a job, from which the next one takes over what did not change."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from msgspec.structs import replace

from clientcast.bind import Decisions
from clientcast.cache import Cache
from clientcast.docs import Outline
from clientcast.formatters import Formatter
from clientcast.incremental.parts import Parts, split
from clientcast.incremental.recast import Recast, Recaster, find_change
from clientcast.incremental.state import State, load_state, store_state
from clientcast.manifest import MANIFEST, read_plain_file
from clientcast.source import Document
from clientcast.trust import Trust


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """The part of a document that changed since the last cast.

    Attributes:
        document: The part.
        is_valid: Whether only texts changed, so that the validator has nothing to find.
    """

    document: Document
    is_valid: bool


@dataclass
class LastCast:
    """State that the cast of the package in a folder left in the cache, if there is one.

    Attributes:
        cache: The cache; nothing is kept without one.
        job: The key of the job.
        folder: The folder of the package; None if its files are not to be taken over.
        trust: What the project's configuration allows the document.
        formatter: The formatter of the modules.
        has_fake: Whether the package has a fake.
    """

    cache: Cache
    job: str
    folder: Path | None
    trust: Trust
    formatter: Formatter
    has_fake: bool
    _known: tuple[object, Parts | None] = (None, None)

    @property
    def is_known(self) -> bool:
        """Whether there is a last document."""
        return self._state is not None

    @property
    def is_flawless(self) -> bool:
        """Whether there is a last document, and it had no diagnostics."""
        return self._state is not None and self._state.is_flawless

    def changed_part(self, document: Document) -> ChangedPart | None:
        """Return the part of a document that has to be checked, for the whole to be flawless.

        The last document was, and only texts and parameters of a few operations changed, so that
        a rule that compares operations finds no more than in that one. None if more changed.

        Args:
            document: The document, after selection.
        """
        state, parts = self._state, self._split(document)
        if state is None or parts is None or not state.is_flawless:
            return None
        change = find_change(state, parts)
        if change is None or document.diagnostics:
            return None
        if not state.parts.differ_in_own_fields_only(parts, change.changed):
            return None
        return ChangedPart(
            document.with_data(parts.document_of(change.paths)),
            state.parts.differ_in_texts_only(parts, change.changed),
        )

    def recast(self, document: Document) -> Recast | None:
        """Cast what changed in a document; None if that is too much, or nothing is known.

        Args:
            document: The document, after selection and fixes.
        """
        state, manifest, root = self._state, self._manifest, self._root
        parts = self._split(document) if state is not None else None
        if state is None or manifest is None or root is None or parts is None:
            return None
        recaster = Recaster(
            document, self.trust, self.formatter, self.cache, self.has_fake
        )
        return recaster.recast(state, parts, manifest, lambda path: _read(root, path))

    def keep(
        self,
        document: Document,
        decisions: Decisions,
        outline: Outline,
        operations: int,
        files: Mapping[str, str],
        is_flawless: bool,
    ) -> None:
        """Leave the state of a cast to the next one.

        Args:
            document: The document, after selection and fixes.
            decisions: The decisions about its API.
            outline: The outline of the package.
            operations: Number of operations of the API.
            files: The texts of the package by path.
            is_flawless: Whether the document had no diagnostics.
        """
        if self._root is None or not decisions.resources:
            return
        parts = self._split(document)
        if parts is not None:
            outline = replace(outline, api={}, digest="")
            state = State(parts, decisions, outline, operations, is_flawless)
            store_state(self.cache, self.job, files[MANIFEST].encode(), state)

    @cached_property
    def _root(self) -> Path | None:
        if self.folder is None or self.cache.folder is None:
            return None
        return Path(os.path.realpath(self.folder))

    @cached_property
    def _manifest(self) -> bytes | None:
        return _read(self._root, MANIFEST) if self._root is not None else None

    @cached_property
    def _state(self) -> State | None:
        manifest = self._manifest
        return load_state(self.cache, self.job, manifest) if manifest else None

    def _split(self, document: Document) -> Parts | None:
        """Return the parts of a document, which are kept for the next call."""
        if self._known[0] is not document.data:
            self._known = (document.data, split(document.data))
        return self._known[1]


def _read(root: Path, path: str) -> bytes | None:
    try:
        return read_plain_file(root, path)
    except OSError:
        return None
