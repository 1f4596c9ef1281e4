"""Validation of the `clientcast.json` of a package, which is untrusted input."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from clientcast.package_files import MANIFEST, PackageError
from clientcast.plain import is_list, is_mapping

MAX_DEPTH = 150
"""Documents have at most 100 levels, and an example is a few levels deeper."""

_OLD_MANIFEST = (
    "written by a version without reference data; generate the package again"
)
_STATUS = re.compile(r"[1-5](?:[0-9]{2}|[Xx]{2})|default")
_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")

_ARGUMENT = {
    "argument": _NAME,
    "name": str,
    "in": re.compile("[a-z_]+"),
    "required": bool,
    "values": [object],
    "limits": [str],
}
_RESPONSE = {
    "status": _STATUS,
    "description": str,
    "content_types": [str],
    "type": str,
    "headers": {"*": str},
}
_REQUIREMENT = {"scheme": str, "argument": _NAME, "scopes": [str]}
_OPERATION = {
    "name": _NAME,
    "operation_id": str,
    "method": str,
    "path": str,
    "server": str,
    "deprecated": bool,
    "arguments": [_ARGUMENT],
    "content_type": str,
    "accept": str,
    "credentials": [[_REQUIREMENT]],
    "responses": [_RESPONSE],
    "retry_safe": bool,
    "paging": str,
    "polled": bool,
}
_MANIFEST: Mapping[str, object] = {
    "generator": str,
    "spec": {
        "title": str,
        "version": str,
        "sha256": str,
        "left_out": [str],
        "source": {"spec": str, "sha256": str},
    },
    "files": {"*": str},
    "api": {
        "title": str,
        "version": str,
        "summary": str,
        "description": str,
        "server": str,
        "operations": [_OPERATION],
    },
}
"""Type of each field. A list has items of one type; `*` is any key."""

_TYPE_NAMES: Mapping[object, str] = {str: "a string", bool: "true or false"}


def parse_manifest(content: str, label: str) -> Mapping[str, Any]:
    """Parse and validate a `clientcast.json`.

    Args:
        content: Text of the file.
        label: Path of the package in messages.

    Raises:
        PackageError: If it is not JSON, or if a field has another type than clientcast writes.
    """
    location = f"{label}/{MANIFEST}"
    try:
        manifest: object = json.loads(content, parse_constant=_reject_constant)
    except (ValueError, RecursionError) as error:
        reason = f"{error.args[0]}" if error.args else type(error).__name__
        raise PackageError(f"{location}: not valid JSON: {reason}") from None
    if not is_mapping(manifest) or not is_mapping(manifest.get("files")):
        raise PackageError(f"{location}: not a manifest of clientcast")
    if manifest.get("api") is None:
        raise PackageError(f"{location}: {_OLD_MANIFEST}")
    for problem in (*_type_errors(manifest, _MANIFEST, ""), *_content_errors(manifest)):
        raise PackageError(f"{location}: {problem}")
    return manifest


def _reject_constant(constant: str) -> object:
    raise ValueError(f"{constant} is not a JSON number")


def _type_errors(value: object, template: object, path: str) -> Iterator[str]:
    """Yield the type errors of a value. The depth is limited by the template."""
    if is_mapping(template):
        if not is_mapping(value):
            yield f"{path} must be an object"
            return
        for key, inner in value.items():
            expected = template.get("*", template.get(key))
            if expected is not None:
                yield from _type_errors(
                    inner, expected, f"{path}.{key}" if path else key
                )
    elif is_list(template):
        if not is_list(value):
            yield f"{path} must be an array"
            return
        for index, inner in enumerate(value):
            yield from _type_errors(inner, template[0], f"{path}[{index}]")
    elif isinstance(template, re.Pattern):
        pattern = cast("re.Pattern[str]", template)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            yield f"{path} has a value that clientcast does not write"
    elif isinstance(template, type) and not isinstance(value, template):
        yield f"{path} must be {_TYPE_NAMES[template]}"


def _content_errors(manifest: object) -> Iterator[str]:
    """Yield the values that no file or page can contain, at any depth."""
    pending: list[tuple[object, int]] = [(manifest, 0)]
    while pending:
        value, depth = pending.pop()
        if depth > MAX_DEPTH:
            yield f"nested more than {MAX_DEPTH} levels deep"
        elif isinstance(value, str):
            if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
                yield "a string contains an unpaired surrogate"
        elif is_mapping(value):
            pending += ((inner, depth + 1) for pair in value.items() for inner in pair)
        elif is_list(value):
            pending += ((inner, depth + 1) for inner in value)
