"""Pages that a project writes by hand, for its site beside the reference."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from clientcast.docs.links import INDEX

_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")
_ABSOLUTE = re.compile(r"[a-z][a-z0-9+.-]*:|#", re.IGNORECASE)


class GuideError(Exception):
    """The pages cannot be read; the message gives the reason."""


class Guide(Struct, frozen=True):
    """Markdown pages of a folder.

    Attributes:
        folder: The folder.
        pages: The texts by file name: `index.md`, and the others in the order in which it links
            to them.
    """

    folder: Path
    pages: Mapping[str, str]


def read_guide(folder: Path, label: str) -> Guide:
    """Read the Markdown pages of a folder.

    Raises:
        GuideError: There is no `index.md`, or a page cannot be read.
    """
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.md")):
        try:
            texts[path.name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise GuideError(f"{label}/{path.name} is not UTF-8") from None
    if INDEX not in texts:
        raise GuideError(
            f"{label} has no {INDEX}, the first page of the guide: write it, with links"
            " to the others"
        )
    linked = [target.partition("#")[0] for _, target in _LINK.findall(texts[INDEX])]
    order = [INDEX, *linked, *texts]
    return Guide(folder, {name: texts[name] for name in order if name in texts})


def site_pages(guide: Guide, packages: Mapping[Path, str]) -> dict[str, str]:
    """Return the pages for a site, by file name.

    A link to the README of a package leads to its reference. A link to another file outside the
    guide becomes its text, as the site does not have the file.

    Args:
        guide: The pages.
        packages: Folders in the site by the folder of the package.
    """
    folders = {_normalized(folder): name for folder, name in packages.items()}

    def replace(link: re.Match[str]) -> str:
        text, target = link.groups()
        path, _, _ = target.partition("#")
        if _ABSOLUTE.match(target) or path in guide.pages:
            return link[0]
        folder = folders.get(_normalized(guide.folder / path).parent)
        return text if folder is None else f"[{text}]({folder}/{INDEX})"

    return {
        name: "".join(
            part if part.startswith("```") else _LINK.sub(replace, part)
            for part in re.split(
                r"(^```.*?^```$)", text, flags=re.DOTALL | re.MULTILINE
            )
        )
        for name, text in guide.pages.items()
    }


def _normalized(path: Path) -> Path:
    return Path(os.path.abspath(path))
