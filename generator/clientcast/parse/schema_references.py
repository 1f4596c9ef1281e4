"""References of schemas: those that stand alone, and what they lead to."""

from typing import Any

from clientcast.parse.context import Context
from clientcast.parse.keywords import REFERENCE_KEYWORDS, is_annotation
from clientcast.plain import mapping, text
from clientcast.references import MAX_HOPS, Located, local_pointer, lookup


def sole_reference(value: dict[str, Any]) -> str | None:
    """Return the reference of a schema that has only annotations beside it; None for others."""
    if value.keys().isdisjoint(REFERENCE_KEYWORDS):
        return None
    keywords = [key for key in value if not is_annotation(key)]
    if len(keywords) != 1 or keywords[0] not in REFERENCE_KEYWORDS:
        return None
    return text(value[keywords[0]]) or None


def resolve_reference(context: Context, reference: str) -> Located | None:
    """Return the referenced schema, following schemas that are only references.

    None if it does not exist, which `check` reports.
    """
    for _ in range(MAX_HOPS):
        pointer = local_pointer(reference)
        if pointer is None:
            return None
        try:
            value = lookup(context.document.data, pointer)
        except LookupError:
            return None
        next_reference = sole_reference(mapping(value))
        if next_reference is None:
            return Located(pointer, value)
        reference = next_reference
    return None
