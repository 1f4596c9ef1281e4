"""State that a cast leaves for the next one of the same job.

It is found by the job and by the manifest in the folder of the package, which has the digest of
each file. So it belongs to what is in the folder, whatever was cast since.
"""

import json
from pathlib import Path

import msgspec
from msgspec import Struct

from clientcast.bind import Decisions
from clientcast.cache import Cache, key_of
from clientcast.conventions import Conventions
from clientcast.docs import Outline
from clientcast.formatters import Formatter
from clientcast.identity import generator_digest
from clientcast.incremental.parts import Parts
from clientcast.select import Selection
from clientcast.trust import Trust
from clientcast.values import as_tuple


class State(Struct, frozen=True):
    """State of a cast, from which the next one takes over the rest.

    Attributes:
        parts: The parts of the document, after fixes.
        decisions: The decisions about the API.
        outline: The outline of the package, without digest and metadata.
        operations: Number of operations of the client.
        is_flawless: Whether the document had no diagnostics.
    """

    parts: Parts
    decisions: Decisions
    outline: Outline
    operations: int
    is_flawless: bool


def job_key(
    origin: str,
    name: str,
    selection: Selection,
    within: Path | None,
    trust: Trust,
    formatter: Formatter,
    package_name: str,
    conventions: Conventions,
) -> str:
    """Return a digest of the job and of the generator: of all that a cast depends on, except
    the content of the document."""
    options = [
        origin,
        name,
        selection.only,
        selection.skip,
        str(within.absolute()) if within is not None else None,
        as_tuple(trust),
        formatter,
        package_name,
        as_tuple(conventions),
    ]
    return key_of("job", generator_digest(), json.dumps(options))


def store_state(cache: Cache, job: str, manifest: bytes, state: State) -> None:
    """Store the state of a cast.

    Args:
        cache: The cache.
        job: The key of the job.
        manifest: The manifest of the package, by which the next cast knows it.
        state: The state.
    """
    cache.write(_key(job, manifest), msgspec.msgpack.encode(state))


def load_state(cache: Cache, job: str, manifest: bytes) -> State | None:
    """Return the state that the cast of a package left; None if there is none."""
    content = cache.read(_key(job, manifest))
    if content is None:
        return None
    return msgspec.msgpack.decode(content, type=State)


def _key(job: str, manifest: bytes) -> str:
    return key_of("state", job, manifest)
