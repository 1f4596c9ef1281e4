"""The classes that a package raises, as its runtime declares them."""

import re

import griffe

from clientcast.docs.classes import Attribute, ErrorClass
from clientcast.docs.package import Package
from clientcast.docs.sources import docstring, module

_STATUS = re.compile(r"(\d\d\d|\dxx): ")


def read_errors(package: Package) -> tuple[ErrorClass, ...]:
    """What `errors.py` passes on, each class after its base."""
    known = module(package, "_runtime/errors.py").classes
    exported = {
        str(path).rpartition(".")[2]: name
        for name, path in module(package, "errors.py").imports.items()
    }
    return tuple(
        _error(cls, exported) for cls in known.values() if cls.name in exported
    )


def _error(cls: griffe.Class, exported: dict[str, str]) -> ErrorClass:
    found = docstring(cls)
    status = _STATUS.match(found.summary)
    summary = found.summary[status.end() :] if status else found.summary
    base = str(cls.bases[0]) if cls.bases else ""
    text = "\n\n".join(part for part in (_sentence(summary), found.text) if part)
    return ErrorClass(
        name=exported[cls.name],
        base=exported.get(base, base),
        status=status[1] if status else "",
        description=text,
        attributes=tuple(Attribute(*entry) for entry in found.attributes.items()),
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
