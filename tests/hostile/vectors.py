"""The hostile documents of a folder, and what must happen to each."""

import csv
from dataclasses import dataclass
from pathlib import Path

INDEX = "index.tsv"
SUFFIXES = (".json", ".yaml", ".yml")

REJECT = "REJECT"
HARMLESS = "HARMLESS"
EITHER = "EITHER"


@dataclass(frozen=True, slots=True)
class Vector:
    """One hostile document.

    Attributes:
        id: What the index calls it; the stem of the file if there is no index.
        path: The document. A folder beside it with the same stem belongs to it.
        expected: REJECT, HARMLESS or EITHER.
        name: The file name that the document is given before it is read.
        tries: What the document tries, as the index says it.
    """

    id: str
    path: Path
    expected: str = EITHER
    name: str = ""
    purpose: str = ""

    @property
    def file_name(self) -> str:
        """The file name under which the document is read."""
        return self.name or self.path.name


def vectors(folder: Path) -> list[Vector]:
    """Return the documents of a folder: those of its index, or else all right inside it."""
    index = folder / INDEX
    if not index.is_file():
        return [
            Vector(path.stem, path)
            for path in sorted(folder.iterdir())
            if path.suffix in SUFFIXES and path.is_file()
        ]
    with index.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        Vector(
            row["id"],
            folder / row["file"],
            row["expected"],
            # The index escapes the line break of this name.
            row["spec_filename_override"].encode().decode("unicode_escape"),
            row["vector"],
        )
        for row in rows
    ]
