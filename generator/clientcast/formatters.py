"""Names of the formatters of generated code."""

from typing import Literal, get_args

Formatter = Literal["ruff", "black", "none"]
FORMATTERS: tuple[Formatter, ...] = get_args(Formatter)
