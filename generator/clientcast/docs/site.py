"""Static site of the reference of several clients, with search, built by zensical.

zensical is an optional dependency (the extra `site`). It runs in a child process and a temporary
folder, without network requests. The pages request files only from the host that serves them.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from html import escape
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from clientcast import __version__
from clientcast.assets import templates
from clientcast.docs.folder import assign_folders, render_pages, with_manifest
from clientcast.docs.guide import Guide, site_pages
from clientcast.docs.links import (
    BRACKET_PLACEHOLDER,
    ERRORS,
    INDEX,
    MODELS,
    page_names,
)
from clientcast.docs.markdown import one_line
from clientcast.docs.reference import Reference

NAME = "Python clients"
_SEARCH = "search.json"
TIMEOUT = 300

_MAX_TITLE_LENGTH = 100

_EXTENSION = "clientcast.docs.commonmark"
_GENERATOR = f"clientcast {__version__}"

_THEME = {
    "font": False,  # System fonts: the theme's are loaded from another host.
    "favicon": "favicon.svg",
    "features": [
        "content.code.copy",
        "content.tabs.link",
        "navigation.footer",
        "navigation.indexes",
        "navigation.prune",  # Without it, each page has the titles of all others.
        "navigation.tabs",
        "navigation.top",
        "search.highlight",
        "toc.follow",
    ],
    "palette": [
        {
            "media": "(prefers-color-scheme)",
            "toggle": {"icon": "lucide/sun-moon", "name": "Switch to light mode"},
        },
        {
            "media": "(prefers-color-scheme: light)",
            "scheme": "default",
            "toggle": {"icon": "lucide/sun", "name": "Switch to dark mode"},
        },
        {
            "media": "(prefers-color-scheme: dark)",
            "scheme": "slate",
            "toggle": {"icon": "lucide/moon", "name": "Switch to system mode"},
        },
    ],
}

_SEPARATOR = r"""[\s\-_,:!=\[\]()\\"`]+|\.(?!\d)"""
"""Separator of search terms: the theme's default, except that a path is one term."""

_SETTINGS = {
    "site_name": NAME,
    "copyright": _GENERATOR,
    "docs_dir": "pages",
    "site_dir": "site",
    # Each page is beside its Markdown source, and links also work for local files.
    "use_directory_urls": False,
    "extra_css": ["site.css"],
    "extra_javascript": ["site.js"],
    "markdown_extensions": [_EXTENSION],
    "plugins": [{"search": {"separator": _SEPARATOR}}],
}

_UNUSED = {
    "assets/images",  # The icon of zensical, which is replaced.
    "assets/stylesheets/classic",
    "sitemap.xml",  # Empty without a site URL.
}
"""Output of zensical that no page uses. All other files are text."""


class SiteError(Exception):
    """The site cannot be built; the message gives the reason."""


class ZensicalNotInstalled(SiteError):
    """zensical is not installed."""


def render_site(
    packages: Mapping[Path, Reference], guide: Guide | None = None
) -> dict[str, str]:
    """Render all files of the site, by path, with a manifest that lists them.

    Args:
        packages: References by the folder of the package.
        guide: Pages to show before the reference; their index takes the place of the list of
            clients.

    Raises:
        SiteError: If zensical is not installed or fails.
    """
    clients = assign_folders(packages.values())
    pages = render_pages(clients)
    names: Sequence[str] = ()
    if guide is not None:
        folders = dict(zip(packages, clients, strict=True))
        pages |= site_pages(guide, folders)
        names = tuple(guide.pages)
    return with_manifest(clients, build_site(pages, clients, names))


def build_site(
    pages: Mapping[str, str],
    clients: Mapping[str, Reference],
    guide: Sequence[str] = (),
) -> dict[str, str]:
    """Build the files of the site, by relative POSIX path.

    Args:
        pages: Texts by relative POSIX path: `index.md`, and the pages of each client in its
            folder. All of them are also served unchanged.
        clients: References by the folder of their pages.
        guide: The paths of the guide's pages in their order, with `index.md`; may be empty.

    Raises:
        SiteError: If zensical is not installed or fails, or a link has no target.
    """
    if find_spec("zensical") is None:
        raise ZensicalNotInstalled(
            "the site needs zensical: pip install '.[site]' in the checkout of clientcast"
        )
    texts = {
        path: _with_front_matter(path, text, clients.get(path.partition("/")[0]))
        for path, text in pages.items()
        if path.endswith(".md")
    }
    with TemporaryDirectory(prefix="clientcast-site-") as folder:
        site_files = _run_zensical(
            Path(folder), texts, _navigation(texts, clients, guide)
        )
    site_files[_SEARCH] = _with_summaries(site_files[_SEARCH], clients)
    return dict(sorted({**site_files, **pages}.items()))


def _with_summaries(search: str, clients: Mapping[str, Reference]) -> str:
    """Put the summary of each operation before its title in the search index.

    The first words of a title rank first, and people search for what an operation does.
    """
    summaries: dict[str, str] = {}
    for folder, client in clients.items():
        pages = page_names(client).operations
        for operation in client.operations:
            if operation.name in pages:
                page = pages[operation.name].removesuffix(".md")
                summaries[f"{folder}/{page}.html"] = operation.summary
    index = json.loads(search)
    for item in index["items"]:
        if summary := summaries.get(item["location"], ""):
            # The theme decodes entities in titles: no text may become a tag or an entity.
            text = one_line(re.sub("[<>&]", "", summary))
            item["title"] = f"{text} {item['title']}"
    return json.dumps(index, ensure_ascii=False, separators=(",", ":"))


def _run_zensical(
    folder: Path, pages: Mapping[str, str], navigation: Sequence[object]
) -> dict[str, str]:
    for path, text in pages.items():
        file = folder / "pages" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    theme = {**_THEME, "custom_dir": str(templates() / "site")}
    settings = {**_SETTINGS, "theme": theme, "nav": navigation}
    (folder / "mkdocs.yml").write_text(_yaml(settings), encoding="utf-8")
    try:
        process = subprocess.run(
            [sys.executable, "-m", "zensical", "build", "--strict"],
            cwd=folder,
            # The child process must find the extension like this process.
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(sys.path),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise SiteError(f"zensical did not finish in {TIMEOUT} s") from None
    if process.returncode:
        raise SiteError(
            f"zensical could not build the site:\n{_error_output(process.stdout)}"
        )
    site = folder / "site"
    unused = {site / path for path in _UNUSED}
    return {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(site.rglob("*"))
        if path.is_file() and not unused & {path, *path.parents}
    }


def _error_output(output: bytes) -> str:
    """Return the output of zensical without colours and without the frames of a traceback."""
    text = re.sub(r"\x1b\[[\d;]*m", "", output.decode("utf-8", "replace"))
    head, _, trace = text.partition("Traceback ")
    return "\n".join([*head.splitlines(), *trace.splitlines()[-1:]])


def _with_front_matter(path: str, text: str, client: Reference | None) -> str:
    """Return a page with front matter for the theme: footer and client title."""
    front_matter = {"footer": _GENERATOR}
    if client is not None:
        front_matter["footer"] = _footer(client)
        if not path.endswith(f"/{INDEX}"):
            front_matter["client"] = _shortened(client.title)
    source = text.replace("\\[", BRACKET_PLACEHOLDER)
    return f"---\n{_yaml(front_matter)}\n---\n\n{source}"


def _yaml(content: object) -> str:
    """Return data as ASCII YAML: JSON with YAML escapes for other characters."""
    text = json.dumps(content, ensure_ascii=False)
    return re.sub(r"[^ -~]", lambda match: f"\\U{ord(match[0]):08x}", text)


def _footer(client: Reference) -> str:
    """Return the footer of a page: the API, the digest of its document and the generator."""
    title, version = _shortened(client.title), _shortened(client.version)
    return one_line(
        f"{title} {version}, SHA-256 {client.digest[:12]}. {client.generator}."
    )


def _navigation(
    pages: Collection[str], clients: Mapping[str, Reference], guide: Sequence[str]
) -> list[object]:
    """Return the navigation: the paths of the pages, the guide's and then those of each client."""
    navigation: list[object] = [{"Guide": list(guide)}] if guide else [INDEX]
    for folder, client in clients.items():
        # The theme does not escape titles.
        title = escape(_shortened(client.title))
        navigation.append({title: list(_client_navigation(pages, folder, client))})
    return navigation


def _client_navigation(
    pages: Collection[str], folder: str, client: Reference
) -> Iterator[object]:
    """Yield the pages of a client: the index, resources with their operations, models, errors."""
    names = page_names(client)
    yield f"{folder}/{INDEX}"
    for resource in client.resources:
        title = escape(_shortened(resource.name or client.client.name))
        page = f"{folder}/{names.resources[resource.name]}"
        if page not in pages:
            continue
        operations = [
            f"{folder}/{names.operations[o.name]}"
            for o in resource.operations
            if o.name in names.operations
        ]
        yield {title: [page, *operations]} if operations else page
    yield from (f"{folder}/{page}" for page in (MODELS, ERRORS))


def _shortened(title: str) -> str:
    """Shorten a title; a YAML key has at most 1,024 characters, including escapes."""
    label = one_line(title)
    return (
        label
        if len(label) <= _MAX_TITLE_LENGTH
        else f"{label[: _MAX_TITLE_LENGTH - 1]}…"
    )
