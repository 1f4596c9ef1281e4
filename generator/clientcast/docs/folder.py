"""Folder of pages: a folder for each client, an index, and `llms.txt`."""

import hashlib
import json
from collections.abc import Iterable, Mapping

from clientcast import __version__
from clientcast.docs.llms import llms_text
from clientcast.docs.package import MANIFEST
from clientcast.docs.pages import client_pages, index_page
from clientcast.docs.reference import Reference
from clientcast.filenames import fold_case, unique_name


def render_folder(references: Iterable[Reference]) -> dict[str, str]:
    """Render all files of the folder, by path, with a manifest that lists them."""
    clients = assign_folders(references)
    return with_manifest(clients, render_pages(clients))


def render_pages(clients: Mapping[str, Reference]) -> dict[str, str]:
    """Render the pages, by path.

    Args:
        clients: References by the folder of their pages.
    """
    files = {"index.md": index_page(clients), "llms.txt": llms_text(clients)}
    for name, reference in clients.items():
        files |= {
            f"{name}/{path}": text for path, text in client_pages(reference).items()
        }
    return files


def with_manifest(
    clients: Mapping[str, Reference], files: Mapping[str, str]
) -> dict[str, str]:
    """Add a manifest to the files."""
    return dict(sorted({**files, MANIFEST: _manifest(clients, files)}.items()))


def assign_folders(references: Iterable[Reference]) -> dict[str, Reference]:
    """Map folder names to references; a folder is named like that of the package."""
    by_folder: dict[str, Reference] = {}
    used_names: set[str] = set()
    for reference in references:
        name = unique_name(reference.package.rpartition(".")[2], used_names)
        used_names.add(fold_case(name))
        by_folder[name] = reference
    return by_folder


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
