"""The members of `oneOf` and `anyOf` that select a type, and those of nested unions."""

from clientcast.parse.context import Context
from clientcast.parse.effective import EffectiveSchema, flatten
from clientcast.parse.keywords import CONSTRAINTS, is_annotation
from clientcast.plain import mapping
from clientcast.references import Located

_CONSTRAINT_KEYWORDS = CONSTRAINTS | {
    "required",
    "not",
    "minProperties",
    "maxProperties",
}
_MAX_ALTERNATIVES = 100


def selects_type(union: Located) -> bool:
    """Return whether a union selects a type, and has not only constraints."""
    return not all(
        all(
            key in _CONSTRAINT_KEYWORDS or is_annotation(key) for key in mapping(member)
        )
        for member in union.value
    )


def flatten_alternatives(context: Context, schema: Located) -> list[EffectiveSchema]:
    """Return the effective schemas of a schema and of the members of its unions."""
    alternatives: list[EffectiveSchema] = []
    pending = [schema]
    while pending and len(alternatives) < _MAX_ALTERNATIVES:
        effective = flatten(context, pending.pop(0))
        alternatives.append(effective)
        for union in effective.unions:
            if selects_type(union):
                pending += [
                    Located(f"{union.pointer}/{index}", member)
                    for index, member in enumerate(union.value)
                ]
    return alternatives
