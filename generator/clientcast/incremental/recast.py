"""The cast of a document of which a few operations changed since the last cast."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from clientcast import ir, view
from clientcast.assets import RUNTIME
from clientcast.bind import Decisions, NotPartError, bind_part
from clientcast.cache import Cache
from clientcast.docs import Outline
from clientcast.examples import Examples
from clientcast.formatters import Formatter
from clientcast.incremental.fakes import FakeParts
from clientcast.incremental.isolation import (
    differ_in_methods_only,
    differ_in_texts_only,
    packages_differ_in_methods_only,
)
from clientcast.incremental.outlines import method_summaries
from clientcast.incremental.parts import Parts
from clientcast.incremental.state import State
from clientcast.parse import read_api, settle_schemas
from clientcast.render import render_resources
from clientcast.source import Document
from clientcast.trust import Trust
from clientcast.verify import verify

_MAX_SHARE = 4
"""One in so many paths may belong to the changed resources; of more, all are cast."""


class Recast(Struct, frozen=True):
    """Result of a cast of what changed.

    Attributes:
        package: The package of the changed resources, with the metadata of the whole API.
        files: The files of the whole package; the README as it was.
        outline: The outline of the whole package.
        decisions: The decisions about the API.
        operations: Number of operations of the API.
    """

    package: view.Package
    files: Mapping[str, str]
    outline: Outline
    decisions: Decisions
    operations: int


class DocumentChange(Struct, frozen=True):
    """A change of some paths of a document.

    Attributes:
        changed: The paths that changed.
        resources: The attributes of the client that have them.
        paths: All paths of these.
    """

    changed: frozenset[str]
    resources: frozenset[str]
    paths: frozenset[str]


class Recaster(Struct, frozen=True):
    """Casts what changed in a document.

    Attributes:
        document: The document, after selection and fixes.
        trust: What the project's configuration allows it.
        formatter: The formatter of the modules.
        cache: The cache of formatted modules.
        has_fake: Whether the package has a fake.
    """

    document: Document
    trust: Trust
    formatter: Formatter
    cache: Cache
    has_fake: bool

    def recast(
        self,
        state: State,
        parts: Parts,
        manifest: bytes,
        read: Callable[[str], bytes | None],
    ) -> Recast | None:
        """Cast the resources whose operations changed since the last cast.

        Args:
            state: The state that the last cast left.
            parts: The parts of the document.
            manifest: The manifest of its package, to which the state belongs.
            read: Function that reads a file of the package; None if there is none.

        Returns:
            None if the change is not within a few methods, or the package has not all files of
            the last cast.
        """
        change = find_change(state, parts)
        if change is None:
            return None
        resources, paths = change.resources, change.paths
        both = self._bind_both(state, parts, paths)
        if both is None:
            return None
        old, new = both.old, both.new
        names = frozenset(state.decisions.resources[name] for name in resources)
        before, changed = (
            render_resources(package, names, self.formatter, self.cache)
            for package in (old, new)
        )
        written = json.loads(manifest)
        files = _files_of_last_cast(written["files"], read)
        if files is None or changed.keys() != before.keys():
            return None
        if any(files.get(path) != text for path, text in before.items()):
            return None
        data = both.merged_fake_data(files, resources)
        metadata = _merged_metadata(written["api"], resources, old, new)
        if data is None or metadata is None:
            return None
        if not _is_verified(files, changed, new):
            return None
        outline = replace(
            state.outline,
            api=metadata,
            method_summaries={
                **state.outline.method_summaries,
                **method_summaries(new),
            },
        )
        return Recast(
            replace(new, api_metadata=metadata),
            {**files, **changed, **data},
            outline,
            state.decisions,
            state.operations,
        )

    def _bind_both(
        self, state: State, parts: Parts, paths: Collection[str]
    ) -> "_Both | None":
        """Return the packages of some paths; None if they differ in more than methods."""
        apis: list[ir.Api] = []
        examples: list[Examples | None] = []
        for version in (state.parts, parts):
            part = self.document.with_data(version.document_of(paths))
            api, diagnostics = read_api(part, self.trust)
            if diagnostics:
                return None
            apis.append(api)
            examples.append(Examples(part.data) if self.has_fake else None)
        if not differ_in_methods_only(*apis):
            return None
        try:
            old, new = (
                bind_part(settle_schemas(api), state.decisions, values)
                for api, values in zip(apis, examples, strict=True)
            )
        except NotPartError:
            return None
        if not packages_differ_in_methods_only(old, new):
            return None
        return _Both(old, new, differ_in_texts_only(*apis))


class _Both(Struct, frozen=True):
    """The packages of a part of an API, which differ in methods only.

    Attributes:
        old: The package of the part as it was.
        new: The package of the part as it is.
        differ_in_texts_only: Whether the parts differ in nothing but texts and examples.
    """

    old: view.Package
    new: view.Package
    differ_in_texts_only: bool

    def merged_fake_data(
        self, files: Mapping[str, str], resources: Collection[str]
    ) -> dict[str, str] | None:
        """Return the data files of the whole fake; see `FakeParts.merge`."""
        if self.old.testing is None or self.new.testing is None:
            return {}
        parts = FakeParts(
            resources, self.old.testing, self.new.testing, self.differ_in_texts_only
        )
        return parts.merge(files)


def find_change(state: State, parts: Parts) -> DocumentChange | None:
    """Return the change of a document since the last cast; None if it is too large."""
    changed = state.parts.changed_paths(parts)
    if changed is None:
        return None
    resources = frozenset(
        name
        for name, paths in state.decisions.paths.items()
        if not changed.isdisjoint(paths)
    )
    affected = {path for name in resources for path in state.decisions.paths[name]}
    if len(affected) * _MAX_SHARE > len(parts.paths):
        return None
    return DocumentChange(changed, resources, frozenset(affected))


def _files_of_last_cast(
    digests: Mapping[str, str], read: Callable[[str], bytes | None]
) -> dict[str, str] | None:
    """Return the files of the last cast; None if one is missing or edited."""
    files: dict[str, str] = {}
    for path, digest in digests.items():
        content = read(path)
        if content is None or hashlib.sha256(content).hexdigest() != digest:
            return None
        files[path] = content.decode()
    return files


def _is_verified(
    files: Mapping[str, str], changed: Mapping[str, str], package: view.Package
) -> bool:
    """Return whether templates can produce the changed modules, beside those they import."""
    imported = {
        f"{item.module.removeprefix('.').replace('.', '/')}.py"
        for module in package.resources
        for imports in module.imports.values()
        for item in imports.names
    }
    beside = {path: text for path, text in files.items() if path in imported}
    code = {p: t for p, t in beside.items() if not p.startswith(f"{RUNTIME}/")}
    return verify({**code, **changed}, changed.keys()) is None


def _merged_metadata(
    metadata: dict[str, Any],
    resources: frozenset[str],
    old: view.Package,
    new: view.Package,
) -> dict[str, Any] | None:
    """Return the metadata of the API with that of the changed operations.

    None if what the last cast wrote of them is not what it says of the part.
    """
    before, after = dict(_records(old, resources)), dict(_records(new, resources))
    operations: list[Any] = []
    for record in metadata.get("operations", ()):
        name = record["name"]
        if name.partition(".")[0] in resources:
            if before.get(name) != json.dumps(record):
                return None
            record = json.loads(after.pop(name))
        operations.append(record)
    return None if after else {**metadata, "operations": operations}


def _records(
    package: view.Package, resources: frozenset[str]
) -> Iterator[tuple[str, str]]:
    """Yield the name and the metadata of each operation of some resources, as JSON."""
    operations: Any = package.api_metadata.get("operations", ())
    for record in operations:
        if record["name"].partition(".")[0] in resources:
            yield record["name"], json.dumps(record)
