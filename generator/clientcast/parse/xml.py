"""Reading of the `xml` keyword (OpenAPI 3.2, XML Object), and of which bodies are XML."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from clientcast.ir import Xml, XmlNode
from clientcast.openapi import is_xml
from clientcast.parse.context import Context
from clientcast.parse.effective import flatten, unwrap_reference
from clientcast.parse.schema_references import resolve_reference
from clientcast.plain import is_mapping, mapping, sequence, text
from clientcast.references import Located, lookup, segments

_MAX_DEPTH = 20
"""Levels of lists and maps in each other."""
_MAX_REFERENCES = 50
_BODY_SECTIONS = ("responses", "requestBodies")


def has_xml_bodies(data: Any) -> bool:
    """Return whether a body of a document has a media type of XML."""
    return any(
        is_xml(name) for holder in _bodies(data) for name in _media_types(holder)
    )


def _media_types(holder: Any) -> dict[str, Any]:
    return mapping(mapping(holder).get("content"))


def _bodies(data: Any) -> Iterator[Any]:
    """Yield the request bodies and responses of a document."""
    components = mapping(mapping(data).get("components"))
    for section in _BODY_SECTIONS:
        yield from mapping(components.get(section)).values()
    items = [
        *mapping(mapping(data).get("paths")).values(),
        *mapping(components.get("pathItems")).values(),
    ]
    for item in items:
        others = mapping(mapping(item).get("additionalOperations"))
        for operation in (*mapping(item).values(), *others.values()):
            if is_mapping(operation):
                yield operation.get("requestBody")
                yield from mapping(operation.get("responses")).values()


def read_xml(context: Context, schemas: tuple[Located, ...], depth: int = 0) -> Xml:
    """Return the `xml` keyword of schemas that all apply to one value.

    A keyword counts more than that of a schema that is referenced.
    """
    keywords: dict[str, Any] = {}
    for schema in schemas:
        keywords |= _keywords(context, schema)
    effective = flatten(context.without_diagnostics(), *schemas)
    additional = effective.additional
    pointer = schemas[-1].pointer
    xml = Xml(
        pointer,
        text(keywords.get("name")),
        text(keywords.get("namespace")),
        text(keywords.get("prefix")),
        _node(keywords, is_list="array" in effective.allowed_types),
        _component_name(context, schemas[-1]),
    )
    if depth >= _MAX_DEPTH:
        return xml
    if effective.items:
        xml = replace(xml, items=read_xml(context, effective.items, depth + 1))
    if additional is not None and is_mapping(additional.value):
        xml = replace(xml, values=read_xml(context, (additional,), depth + 1))
    return xml


def record_xml(context: Context, pointer: str) -> Xml | None:
    """Return the `xml` keyword of a record; None if no body of the document is XML.

    Args:
        context: The document.
        pointer: The pointer of the schema, or the key of merged schemas.
    """
    parts: list[Located] = []
    if context.has_xml:
        for part in pointer.removesuffix("/discriminator").split(" "):
            try:
                parts.append(Located(part, lookup(context.document.data, part)))
            except LookupError:
                continue
    return read_xml(context, tuple(parts)) if parts else None


def _node(keywords: dict[str, Any], *, is_list: bool) -> XmlNode | None:
    given = next((node for node in _NODES if keywords.get("nodeType") == node), None)
    if given is not None:
        return given
    if keywords.get("attribute") is True:
        return XmlNode.ATTRIBUTE
    is_wrapped = is_list and keywords.get("wrapped") is True
    return XmlNode.ELEMENT if is_wrapped else None


_NODES = tuple(node for node in XmlNode if node is not XmlNode.REPEATED)


def _keywords(context: Context, schema: Located, hops: int = 0) -> dict[str, Any]:
    """Return the `xml` keyword of a schema, after those of its reference and `allOf`."""
    value = mapping(schema.value)
    found: dict[str, Any] = {}
    target = unwrap_reference(context, value)
    if target is None and isinstance(value.get("$ref"), str):
        target = resolve_reference(context, value["$ref"])
    if target is not None and hops < _MAX_REFERENCES:
        found |= _keywords(context, target, hops + 1)
    for part in sequence(value.get("allOf")):
        found |= mapping(mapping(part).get("xml"))
    own = dict(mapping(value.get("xml")))
    if "$ref" in value and own.get("nodeType") == XmlNode.NONE:
        del own["nodeType"]  # The node is that of the referenced schema.
    return found | own


def _component_name(context: Context, schema: Located) -> str:
    """Return the name of the component that a schema is or references; empty for none."""
    reference = mapping(schema.value).get("$ref")
    target = None
    if isinstance(reference, str):
        target = resolve_reference(context, reference)
    words = segments(schema.pointer if target is None else target.pointer)
    is_component = len(words) == 3 and words[:2] == ["components", "schemas"]
    return words[2] if is_component else ""
