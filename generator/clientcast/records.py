"""Records of finished casts, so that a cast of the same input need not be repeated.

A record is found by a digest of everything that the cast depended on: the job, the document, the
files that it references, and the generator. It has the digests of the package's files, not their
texts: a folder is compared byte for byte before a record is used for it.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from clientcast.cache import Cache, key_of
from clientcast.config import Job
from clientcast.identity import generator_digest
from clientcast.inputs import InputFile, digest_of_file
from clientcast.load import Content
from clientcast.report import Finding, Report
from clientcast.values import as_tuple


class Record(Struct, frozen=True):
    """A finished cast.

    Attributes:
        inputs: The files that were read, the document first.
        report: What was reported.
        digests: The SHA-256 of each file of the package, with the manifest.
    """

    inputs: tuple[InputFile, ...]
    report: Report
    digests: Mapping[str, str]


def find_record(cache: Cache, job: Job) -> Record | None:
    """Return the record of a cast whose input is unchanged; None if there is none."""
    digest = _digest(job)
    content = cache.read(_key(job, digest)) if digest else None
    if content is None:
        return None
    inputs, report, digests = json.loads(content)
    operations, document_operations, findings = report
    record = Record(
        tuple(InputFile(*file) for file in inputs),
        Report(
            operations,
            document_operations,
            tuple(Finding(*finding) for finding in findings),
        ),
        digests,
    )
    is_current = all(file.is_current() for file in record.inputs)
    return record if is_current else None


def store_record(
    cache: Cache,
    job: Job,
    inputs: tuple[InputFile, ...],
    report: Report,
    files: Mapping[str, str],
) -> None:
    """Store the record of a cast.

    Args:
        cache: The cache.
        job: The job.
        inputs: The files that were read, the document first.
        report: What was reported.
        files: The texts of the package by path.
    """
    digests = {
        path: hashlib.sha256(text.encode()).hexdigest() for path, text in files.items()
    }
    content = [list(map(as_tuple, inputs)), as_tuple(report), digests]
    cache.write(_key(job, inputs[0].digest), json.dumps(content).encode())


def _digest(job: Job) -> str:
    """Return the digest of the document of a job; empty if there is none."""
    if isinstance(job.content, Content):
        return job.content.digest
    try:
        return digest_of_file(job.spec) if isinstance(job.spec, Path) else ""
    except OSError:
        return ""


def _customization_key(job: Job) -> list[object]:
    """Return the files of the changes to a document; their digests are among the inputs."""
    settings = job.customization.settings
    overlays = [(os.path.abspath(o.path), o.label) for o in job.customization.overlays]
    return [overlays, settings and (settings.label, settings.pointer)]


def _key(job: Job, digest: str) -> str:
    options = [
        os.path.abspath(job.spec) if isinstance(job.spec, Path) else None,
        job.spec_label,
        job.only,
        job.skip,
        os.path.abspath(job.within) if job.within is not None else None,
        as_tuple(job.trust),
        job.formatter,
        as_tuple(job.conventions),
        job.import_name,
        _customization_key(job),
    ]
    return key_of("cast", generator_digest(), json.dumps(options), digest)
