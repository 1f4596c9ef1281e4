"""Rules for the `xml` keyword of schemas (OpenAPI 3.2, XML Object)."""

from typing import Any

from clientcast.check.walk import Walk, shorten
from clientcast.plain import mapping

_NODES = ("element", "attribute", "text", "cdata", "none")


def check_xml(walk: Walk, pointer: str, schema: dict[str, Any]) -> None:
    """Report `attribute` and `wrapped` beside `nodeType`, which replaces them."""
    xml = mapping(schema.get("xml"))
    node = xml.get("nodeType")
    if isinstance(node, str) and node not in _NODES:
        walk.warn(
            f"{pointer}/xml/nodeType",
            "xml-node",
            f"'{shorten(node)}' is no type of a node",
            walk.did_you_mean(node, _NODES) or f"the types are {', '.join(_NODES)}",
        )
    for name in ("attribute", "wrapped"):
        if "nodeType" in xml and name in xml:
            walk.warn(
                f"{pointer}/xml/{name}",
                "xml-node",
                f"'{name}' has no effect beside 'nodeType'",
                f"remove '{name}', which is deprecated since OpenAPI 3.2",
                at_key=True,
            )
