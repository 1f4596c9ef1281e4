"""Constraints that discriminators add to the schemas of a union."""

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]


def discriminator_constraint(discriminator: Schema, reference: str) -> Schema:
    """Return the constraint of a discriminator on the schema with a reference."""
    mapping = discriminator.get("mapping") or {}
    names = [name for name, known in mapping.items() if known == reference]
    names = names or [reference.rpartition("/")[2]]
    property_ = discriminator["propertyName"]
    return {"properties": {property_: {"enum": names}}, "required": [property_]}


def member_constraints(parts: Iterable[Schema]) -> dict[str, Schema]:
    """Map the reference of each union member to the constraint of its discriminator.

    The constraint also applies to a member used outside its union.
    """
    found: dict[str, Schema] = {}
    for part in parts:
        discriminator = part.get("discriminator")
        if isinstance(discriminator, dict) and "propertyName" in discriminator:
            for member in (*part.get("oneOf", ()), *part.get("anyOf", ())):
                if isinstance(member, dict) and "$ref" in member:
                    reference = member["$ref"]
                    found.setdefault(
                        reference, discriminator_constraint(discriminator, reference)
                    )
    return found
