"""Provenance of a package: its document and generator, as its manifest names them.

A manifest is untrusted input. Text from it is printed only through `diagnostic.printable`.
"""

import json
import re

from msgspec import Struct

from clientcast.conventions import Conventions, read_conventions
from clientcast.plain import is_list, is_mapping, mapping

_PREFIX = "clientcast "
_VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,9}")


class Provenance(Struct, frozen=True):
    """The document and generator of a package.

    Attributes:
        title: The title of the API.
        version: The version of the API.
        digest: SHA-256 of the document's data.
        generator: The version of clientcast; empty if the manifest does not say it.
        routes: The operations, such as `GET /pets`.
        methods: The dotted names of their methods, such as `pets.get`.
        conventions: The choices that it was generated with.
    """

    title: str
    version: str
    digest: str
    generator: str
    routes: frozenset[str]
    methods: frozenset[str]
    conventions: Conventions


def read_provenance(manifest: str | bytes) -> Provenance | None:
    """Return the provenance in a manifest; None if it is not one of a client.

    Args:
        manifest: The text of `clientcast.json`.
    """
    try:
        content: object = json.loads(manifest)
    except (ValueError, RecursionError):
        return None
    if not is_mapping(content) or not is_mapping(content.get("spec")):
        return None
    spec = mapping(content["spec"])
    generator = _text(content.get("generator"))
    operations = mapping(content.get("api")).get("operations")
    listed = list(map(mapping, operations)) if is_list(operations) else []
    return Provenance(
        _text(spec.get("title")),
        _text(spec.get("version")),
        _text(spec.get("sha256")),
        generator.removeprefix(_PREFIX) if generator.startswith(_PREFIX) else "",
        frozenset(f"{_text(o.get('method'))} {_text(o.get('path'))}" for o in listed),
        frozenset(_text(o.get("name")) for o in listed),
        read_conventions(mapping(content.get("settings"))),
    )


def is_same_api(old: Provenance, new: Provenance) -> bool:
    """Return whether two packages are clients of one API, perhaps of different versions.

    With one title, an operation or the name of a method is the same: frameworks give all
    documents the same title. With different titles, at least half of the old operations are
    still there.
    """
    if not old.routes:
        return old.title == new.title or not old.title
    shared = old.routes & new.routes
    if old.title == new.title:
        return not new.routes or bool(shared or old.methods & new.methods)
    return 2 * len(shared) >= len(old.routes)


def version_key(version: str) -> tuple[int, ...]:
    """Return a key that orders versions of clientcast; empty if it is none."""
    if not _VERSION.fullmatch(version):
        return ()
    return tuple(map(int, version.split(".")))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
