"""Hostile documents of a folder, with their expected verdicts."""

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
    """A hostile document.

    Attributes:
        id: ID in the index; the stem of the file if there is no index.
        path: Path of the document. A folder with the same stem has its referenced files.
        expected: REJECT, HARMLESS or EITHER.
        name: File name under which it is read; empty for its own.
        purpose: Description of the attack in the index.
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
    """Return the documents in the index of a folder, or all its documents if there is none."""
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
