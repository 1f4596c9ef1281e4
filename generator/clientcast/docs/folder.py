"""A folder of pages: those of each client in a folder of its own, an index, and `llms.txt`."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from clientcast import __version__
from clientcast.docs.llms import llms
from clientcast.docs.package import MANIFEST
from clientcast.docs.pages import index, pages
from clientcast.docs.reference import Reference
from clientcast.filenames import distinct, folded


def folder_of(references: Iterable[Reference]) -> dict[str, str]:
    """All files of such a folder, text by path; its manifest says which are ours."""
    clients = named(references)
    return with_manifest(clients, pages_of(clients))


def pages_of(clients: Mapping[str, Reference]) -> dict[str, str]:
    """The pages themselves.

    Args:
        clients: By the folder of their pages.
    """
    files = {"index.md": index(clients), "llms.txt": llms(clients)}
    for name, reference in clients.items():
        files |= {f"{name}/{path}": text for path, text in pages(reference).items()}
    return files


def with_manifest(
    clients: Mapping[str, Reference], files: Mapping[str, str]
) -> dict[str, str]:
    """The files and a manifest of them, by path."""
    return dict(sorted({**files, MANIFEST: _manifest(clients, files)}.items()))


def named(references: Iterable[Reference]) -> dict[str, Reference]:
    """Each reference by the folder of its pages, which is called as its package is."""
    found: dict[str, Reference] = {}
    taken: set[str] = set()
    for reference in references:
        name = distinct(reference.package, taken)
        taken.add(folded(name))
        found[name] = reference
    return found


def _manifest(references: Mapping[str, Reference], files: Mapping[str, str]) -> str:
    content = {
        "generator": f"clientcast {__version__}",
        "clients": {
            name: {"title": r.title, "version": r.version, "sha256": r.digest}
            for name, r in references.items()
        },
        "files": {
            path: hashlib.sha256(text.encode("utf-8")).hexdigest()
            for path, text in sorted(files.items())
        },
    }
    return json.dumps(content, indent=2, ensure_ascii=True) + "\n"
