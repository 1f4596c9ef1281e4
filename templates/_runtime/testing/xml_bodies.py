"""XML bodies of a fake, which the constants in `_xml.py` of the package read and write."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol


class XmlForm(Protocol):
    """Reader and writer of one body; see `codec.xml_shapes.XmlBody`."""

    def __call__(
        self, content: bytes, type_: Any, headers: Mapping[str, str]
    ) -> tuple[Any, object]:
        """Read a body as a type."""
        ...

    def write(self, value: object) -> bytes | None:
        """Return a value as XML; None if it is None."""
        ...


def xml_form(constant: str) -> XmlForm:
    """Return a constant of `_xml.py`."""
    form: XmlForm = getattr(import_module("..._xml", __package__), constant)
    return form
