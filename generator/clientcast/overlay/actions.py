"""Application of overlays (OpenAPI Overlay Specification 1.0.0 and 1.1.0, without `copy`)."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from jsonpath import JSONPathEnvironment
from jsonpath.exceptions import JSONPathError

from clientcast.diagnostic import Diagnostic, Severity, did_you_mean
from clientcast.overlay.editing import Editor, Keys
from clientcast.plain import is_list, is_mapping, sequence
from clientcast.source import Document, DocumentLocation

_VERSION = re.compile(r"1\.[01]\.[0-9]+")
_FIELDS = ("overlay", "info", "extends", "actions")
_ACTION_FIELDS = ("target", "description", "update", "remove")
_ENVIRONMENT = JSONPathEnvironment(strict=True)
"""JSONPath as in RFC 9535."""


def apply_overlay(document: Document, overlay: Document) -> Document:
    """Return a document with the actions of an overlay applied, unless the overlay has an error.

    Args:
        document: The document as it is written.
        overlay: The overlay as it is written.
    """
    found = [*overlay.diagnostics, *_mistakes(overlay)]
    editor = Editor(document)
    if not any(d.severity is Severity.ERROR for d in found) and document.data:
        for index, action in enumerate(overlay.data["actions"]):
            found += _apply(editor, overlay, f"/actions/{index}", action)
    return replace(
        editor.result(),
        diagnostics=(*document.diagnostics, *found),
        inputs=(*document.inputs, *overlay.inputs),
    )


def _mistakes(overlay: Document) -> Iterator[Diagnostic]:
    """Yield the mistakes of an overlay that need no document to be seen."""
    data = overlay.data
    if not is_mapping(data) or "overlay" not in data:
        if not overlay.diagnostics:
            what = "this is no overlay: it has no 'overlay'"
            yield overlay.diagnostic(
                "", "not-overlay", what, "begin with overlay: 1.0.0"
            )
        return
    if not _VERSION.fullmatch(str(data["overlay"])):
        what = f"overlays of the version '{data['overlay']}' are not supported"
        yield overlay.diagnostic("/overlay", "overlay-version", what, "write 1.0.0")
    yield from _unknown_fields(overlay, "", data, _FIELDS)
    actions = data.get("actions")
    if not is_list(actions) or not actions:
        what = "an overlay must have a list of actions"
        yield overlay.diagnostic("/actions", "missing-field", what)
    for index, action in enumerate(sequence(actions)):
        at = f"/actions/{index}"
        if not is_mapping(action):
            yield overlay.diagnostic(at, "wrong-type", "an action must be a mapping")
            continue
        yield from _unknown_fields(overlay, at, action, _ACTION_FIELDS)
        if not isinstance(action.get("target"), str):
            what = "an action must have a target, which is text"
            yield overlay.diagnostic(f"{at}/target", "missing-field", what)
        if not isinstance(action.get("remove", False), bool):
            what = "'remove' must be true or false"
            yield overlay.diagnostic(f"{at}/remove", "wrong-type", what)
        if "update" not in action and not action.get("remove"):
            what = "this action does nothing: it has no 'update', and does not remove"
            yield overlay.diagnostic(at, "overlay-action", what)


def _unknown_fields(
    overlay: Document, at: str, value: dict[str, Any], known: tuple[str, ...]
) -> Iterator[Diagnostic]:
    for key in value:
        if key not in known and not key.startswith("x-"):
            hint = did_you_mean(key, known) or f"the fields are {', '.join(known)}"
            what = f"an overlay has no field '{key}' here"
            yield overlay.diagnostic(
                f"{at}/{key}", "unknown-field", what, hint, at_key=True
            )


def _apply(
    editor: Editor, overlay: Document, at: str, action: dict[str, Any]
) -> Iterator[Diagnostic]:
    """Apply an action, and yield its mistakes."""
    target = f"{at}/target"
    try:
        matches = _ENVIRONMENT.compile(action["target"]).finditer(editor.data)
        targets = list(dict.fromkeys(tuple(match.parts) for match in matches))
    except (JSONPathError, RecursionError) as error:
        reason = str(error).partition("\n")[0]
        what = f"this is no JSONPath of RFC 9535: {reason}"
        yield overlay.diagnostic(target, "overlay-target", what)
        return
    if not targets:
        what = "this target matches nothing in the document: the action has no effect"
        yield overlay.diagnostic(
            target, "unused-overlay-action", what, severity=Severity.WARNING
        )
    elif action.get("remove"):
        if () in targets:
            what = "the document itself cannot be removed"
            yield overlay.diagnostic(target, "overlay-target", what)
            return
        editor.remove(targets)
    else:
        source = DocumentLocation(overlay, f"{at}/update")
        for keys in targets:
            yield from _update(editor, keys, action["update"], source)


def _update(
    editor: Editor, keys: Keys, update: Any, source: DocumentLocation
) -> Iterator[Diagnostic]:
    value = editor.value(keys)
    overlay = source.document
    if is_mapping(value) and not is_mapping(update):
        what = "the target is a mapping: 'update' must be a mapping to merge with it"
        yield overlay.diagnostic(source.pointer, "overlay-update", what)
    elif is_list(value) and not is_list(update):
        editor.append(keys, update, source)
    elif not (is_mapping(value) or is_list(value)) and not _is_scalar(update):
        what = "the target is a single value, which cannot be merged with this"
        hint = "select the mapping that has it"
        yield overlay.diagnostic(source.pointer, "overlay-update", what, hint)
    else:
        editor.merge(keys, update, source)


def _is_scalar(value: Any) -> bool:
    return not is_mapping(value) and not is_list(value)
