"""Options of `x-client` in the settings of a project, for other people's documents."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from clientcast.customization import ClientSettings
from clientcast.diagnostic import Diagnostic, did_you_mean
from clientcast.openapi import METHODS
from clientcast.overlay.editing import Editor, Keys
from clientcast.plain import is_mapping, mapping, text, texts
from clientcast.references import follow, segments
from clientcast.source import Document, DocumentLocation, escape, read_toml

_OPTIONS = "x-client"


def apply_settings(document: Document, settings: ClientSettings) -> Document:
    """Return a document with options of the settings, which replace its own.

    Options of an operation replace those of its tags. A name that the document does not have is
    an error, located in the settings.

    Args:
        document: The document as OpenAPI 3, with the parts in other files.
        settings: The options.
    """
    if not is_mapping(document.data):
        return document
    source = read_toml(settings.file, settings.label)
    editor = Editor(document)
    found: list[Diagnostic] = []

    def merge(keys: Keys, options: Mapping[str, Any], pointer: str) -> None:
        location = DocumentLocation(source, f"{settings.pointer}{pointer}")
        target = editor.value(keys)
        if not is_mapping(target.get(_OPTIONS)):
            location = DocumentLocation(source, location.pointer)
            editor.merge(keys, {_OPTIONS: {}}, location)
        editor.merge((*keys, _OPTIONS), dict(options), location)

    if settings.client:
        merge((), settings.client, "/client")
    operations = list(_operations(document.data))
    schemas = mapping(mapping(document.data.get("components")).get("schemas"))
    known: dict[str, dict[str, Keys]] = {
        "tags": {tag: keys for keys, _, tags in operations for tag in tags},
        "operations": {name: keys for keys, names, _ in operations for name in names},
        "schemas": {name: ("components", "schemas", name) for name in schemas},
    }
    for kind, options_by_name in (
        ("tags", settings.tags),
        ("operations", settings.operations),
        ("schemas", settings.schemas),
    ):
        for name, options in options_by_name.items():
            pointer = f"/{kind}/{escape(name)}"
            if name not in known[kind]:
                noun = {"tags": "operation with the tag", "operations": "operation"}
                what = f"the document has no {noun.get(kind, 'schema')} '{name}'"
                hint = did_you_mean(name, known[kind])
                at = f"{settings.pointer}{pointer}"
                found.append(
                    source.diagnostic(at, "unknown-name", what, hint, at_key=True)
                )
            elif kind == "tags":
                for keys, _, tags in operations:
                    if name in tags:
                        merge(keys, options, pointer)
            elif is_mapping(editor.value(known[kind][name])):
                merge(known[kind][name], options, pointer)
    changed = editor.result()
    return replace(
        changed,
        diagnostics=(*document.diagnostics, *found),
        inputs=(*document.inputs, *source.inputs),
    )


def _operations(
    data: dict[str, Any],
) -> Iterator[tuple[Keys, tuple[str, ...], tuple[str, ...]]]:
    """Yield the keys, the names and the tags of each operation."""
    for path, item in mapping(data.get("paths")).items():
        found = follow(data, f"/paths/{escape(path)}", item)
        places = {tuple(segments(found.pointer)): mapping(found.value)}
        if found.value is not item:  # OpenAPI allows operations beside the reference.
            places[("paths", path)] = mapping(item)
        for keys, value in places.items():
            others = mapping(value.get("additionalOperations"))
            inner = [(method, ("additionalOperations", method)) for method in others]
            direct = [(key, (key,)) for key in value if key.lower() in METHODS]
            for method, rest in (*direct, *inner):
                operation = others[method] if len(rest) > 1 else value[method]
                if is_mapping(operation):
                    route = f"{method.upper()} {path}"
                    names = {route, text(operation.get("operationId"))} - {""}
                    tags = texts(operation.get("tags"))
                    yield (*keys, *rest), tuple(sorted(names)), tags
