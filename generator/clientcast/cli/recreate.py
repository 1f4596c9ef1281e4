"""Old packages, made again of what git has of their documents."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from clientcast import __version__
from clientcast.cache import Cache
from clientcast.cli.jobs import cast_job
from clientcast.config import Job
from clientcast.git import commits_of, exported
from clientcast.loading import load_document
from clientcast.manifest import MANIFEST, read_plain_file
from clientcast.provenance import read_provenance


def recreate_packages(job: Job, cache: Cache) -> Iterator[Mapping[str, bytes]]:
    """Yield packages of old versions of a document that the folder may have had.

    They are made by this version of clientcast, with the naming of the package and the other
    settings of today: whether a file is the old one is for its digest to tell.

    Args:
        job: The job of the package.
        cache: The cache.
    """
    manifest = read_plain_file(job.output, MANIFEST)
    old = read_provenance(manifest) if manifest is not None else None
    if old is None or old.generator != __version__ or not isinstance(job.spec, Path):
        return
    root = (job.within or job.spec.parent).absolute()
    path = job.spec.absolute()
    if not path.is_relative_to(root):
        return
    for commit in commits_of(path):
        with exported(root, commit) as folder:
            spec = folder / path.relative_to(root)
            if not spec.is_file():
                continue
            document = load_document(spec, job.spec_label, folder, job.customization)
            if document.digest == old.digest:
                old_job = replace(
                    job, spec=spec, within=folder, conventions=old.conventions
                )
                result = cast_job(old_job, cache)
                if result.files is not None:
                    yield {p: text.encode() for p, text in result.files.items()}
