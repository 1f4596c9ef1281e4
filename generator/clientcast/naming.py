"""Names of the rules by which the document's names become Python's."""

from typing import Literal, get_args

Naming = Literal["short", "operation-id"]
NAMINGS: tuple[Naming, ...] = get_args(Naming)
