"""Error classes of a package, read from its runtime."""

import re

import griffe

from clientcast.docs.classes import Attribute, ErrorClass
from clientcast.docs.package import Package
from clientcast.docs.sources import parse_docstring, read_module

_STATUS = re.compile(r"(\d\d\d|\dxx): ")


def read_errors(package: Package) -> tuple[ErrorClass, ...]:
    """Read the classes that `errors.py` exports, each after its base class."""
    declared_classes = read_module(package, "_runtime/errors.py").classes
    exported = {
        str(path).rpartition(".")[2]: name
        for name, path in read_module(package, "errors.py").imports.items()
    }
    return tuple(
        _error(cls, exported)
        for cls in declared_classes.values()
        if cls.name in exported
    )


def _error(cls: griffe.Class, exported: dict[str, str]) -> ErrorClass:
    documentation = parse_docstring(cls)
    status = _STATUS.match(documentation.summary)
    summary = documentation.summary[status.end() :] if status else documentation.summary
    base = str(cls.bases[0]) if cls.bases else ""
    text = "\n\n".join(
        part for part in (_capitalized(summary), documentation.text) if part
    )
    return ErrorClass(
        name=exported[cls.name],
        base=exported.get(base, base),
        status=status[1] if status else "",
        description=text,
        attributes=tuple(
            Attribute(*entry) for entry in documentation.attributes.items()
        ),
    )


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
