"""What discriminators say of the schemas that they tell apart."""

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]


def discriminator_constraint(discriminator: Schema, reference: str) -> Schema:
    """What a discriminator demands of the schema that a reference leads to."""
    mapping = discriminator.get("mapping") or {}
    names = [name for name, known in mapping.items() if known == reference]
    names = names or [reference.rpartition("/")[2]]
    property_ = discriminator["propertyName"]
    return {"properties": {property_: {"enum": names}}, "required": [property_]}


def member_constraints(parts: Iterable[Schema]) -> dict[str, Schema]:
    """What is demanded of each member of a union, by its reference.

    It holds wherever the member stands: who reads it alone knows what it is called as well.
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
