"""Names of the classes of models."""

from collections.abc import Iterable

from clientcast import ir
from clientcast.bind.collisions import Claims
from clientcast.bind.method_words import operation_names
from clientcast.bind.names import current_naming, pascal_case
from clientcast.bind.resources import resource_of
from clientcast.bind.unique_names import Candidates, shortest_unique_names
from clientcast.bind.variants import original_pointer

_MAX_LENGTH = 40
"""Characters of a name that is made of several words of the document."""

_GENERIC_WORDS = ("item", "value")
"""Words of a place that say nothing without those before them."""


def name_models(api: ir.Api, pointers: Iterable[str], claims: Claims) -> dict[str, str]:
    """Return a class name for each declaration; components are named first."""
    requested = set(pointers)
    names_of_operations = _operation_names(api)
    hints: dict[str, tuple[str, ...]] = {}
    for pointer, schema in api.schemas.items():
        if pointer in requested:
            first, *others = schema.name_hint or ("",)
            hints[pointer] = (names_of_operations.get(first, first), *others)
    shortened = _shortened_names(hints)
    names: dict[str, str] = {}
    for pointer in sorted(hints, key=lambda p: len(hints[p])):
        schema = api.schemas[pointer]
        patterns = ("{}", "{}Param") if isinstance(schema, ir.Enum) else ("{}",)
        whole = pascal_case(*hints[pointer])
        candidates = (shortened[pointer], whole, pascal_case(*hints[pointer], "model"))
        names[pointer] = claims.claim(
            pointer, *dict.fromkeys(candidates), patterns=patterns
        )
    return names


def _operation_names(api: ir.Api) -> dict[str, str]:
    """Return the name of each operation in the names of its inline schemas, by pointer."""
    operations = {original_pointer(o): o for o in api.operations}
    if current_naming() == "operation-id":
        return {
            pointer: o.id or f"{o.method.lower()} {o.path}"
            for pointer, o in operations.items()
        }
    texts: dict[str, dict[str, str]] = {}
    for pointer, operation in operations.items():
        names = operation_names(operation, resource_of(operation))
        texts[pointer] = {
            pascal_case(*name): " ".join(name) for name in reversed(names)
        }
    candidates = {
        pointer: Candidates([(name,) for name in reversed(by_name)], len(by_name) - 1)
        for pointer, by_name in texts.items()
    }
    return {
        pointer: texts[pointer][name]
        for pointer, (name,) in shortest_unique_names(candidates).items()
    }


def _shortened_names(hints: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Return names of at most `_MAX_LENGTH` characters, with the first and the last words.

    A name stays as it is if it is shorter, if it would be that of another declaration, too, or
    if the document has it in one piece.
    """
    candidates: dict[str, Candidates] = {}
    for pointer, (first, *others) in hints.items():
        whole = pascal_case(first, *others)
        names = [whole]
        if len(whole) > _MAX_LENGTH and current_naming() == "short":
            shorter = [
                pascal_case(first, *others[start:])
                for start in range(1, len(others))
                if others[start] not in _GENERIC_WORDS and not others[start].isdigit()
            ]
            fitting = [name for name in shorter if len(name) <= _MAX_LENGTH]
            names = [*(fitting[:1] or shorter[-1:]), whole]
        candidates[pointer] = Candidates([(name,) for name in names], len(names) - 1)
    unique = shortest_unique_names(candidates)
    return {pointer: name for pointer, (name,) in unique.items()}
