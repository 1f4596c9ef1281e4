"""Rules for discriminators (OpenAPI 3.1, 4.8.25)."""

from collections.abc import Iterator
from typing import Any

from clientcast.check.walk import Walk, shorten
from clientcast.plain import is_mapping, mapping, sequence
from clientcast.references import follow, local_pointer, lookup
from clientcast.source import escape

_MAX_SUBSCHEMAS = 100


def check_discriminator(walk: Walk, pointer: str, schema: dict[str, Any]) -> None:
    """Report mistakes in the discriminator of a schema."""
    discriminator = mapping(schema.get("discriminator"))
    _check_discriminator_property(
        walk, pointer, schema, discriminator.get("propertyName")
    )
    for value, reference in mapping(discriminator.get("mapping")).items():
        if not isinstance(reference, str):
            continue
        target = local_pointer(reference) or f"/components/schemas/{escape(reference)}"
        try:
            lookup(walk.document.data, target)
        except LookupError:
            name = reference.rpartition("/")[2]
            known = [p.rpartition("/")[2] for p in _component_pointers(walk)]
            entry_pointer = f"{pointer}/discriminator/mapping/{escape(value)}"
            walk.report_unusable(
                entry_pointer,
                "unresolved-reference",
                f"there is no '{shorten(name)}' in components/schemas",
                walk.did_you_mean(name, known),
                "this entry is left out",
            )
            walk.fixes.remove(entry_pointer)


def _check_discriminator_property(
    walk: Walk, pointer: str, schema: dict[str, Any], name: Any
) -> None:
    """Report members of a union without the property of the discriminator.

    If they all have one with a similar name instead, the discriminator is not applied.
    """
    if not isinstance(name, str) or name in mapping(schema.get("properties")):
        return
    lacking: list[str] = []
    known_names: list[set[str]] = []
    for member in (*sequence(schema.get("oneOf")), *sequence(schema.get("anyOf"))):
        reference = mapping(member).get("$ref")
        known = property_names(walk, member)
        if isinstance(reference, str) and known:
            known_names.append(known)
            if name not in known:
                lacking.append(reference.rpartition("/")[2])
    if lacking:
        more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
        intended = walk.did_you_mean(name, set[str].intersection(*known_names))
        walk.warn(
            f"{pointer}/discriminator/propertyName",
            "discriminator-property",
            f"the discriminator property '{name}' is missing in {lacking[0]}{more}",
            intended or "add it to its properties",
        )
        if intended:
            walk.fixes.remove(f"{pointer}/discriminator")


def property_names(walk: Walk, schema: dict[str, Any]) -> set[str] | None:
    """Return the properties of a schema and of its `allOf`; None if any property is allowed."""
    names: set[str] = set()
    pending: list[Any] = [schema]
    for _ in range(_MAX_SUBSCHEMAS):
        if not pending:
            return names
        part = pending.pop()
        if not is_mapping(part) or {"oneOf", "anyOf", "not", "if"} & part.keys():
            return None
        if "$ref" in part:
            target = follow(walk.document.data, "", {"$ref": part["$ref"]}).value
            pending.append(target)
        names.update(mapping(part.get("properties")))
        pending += sequence(part.get("allOf"))
    return None


def _component_pointers(walk: Walk) -> Iterator[str]:
    for pointer, _ in walk.objects("Schema"):
        if pointer.startswith("/components/schemas/") and pointer.count("/") == 3:
            yield pointer
