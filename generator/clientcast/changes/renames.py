"""Recognition of what has another name now: methods, classes, and members of both."""

from collections import Counter
from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from typing import Protocol, TypeVar

from msgspec import Struct

from clientcast.surface.types import (
    Alias,
    Argument,
    Enum,
    Member,
    Method,
    Model,
    Surface,
    names_in,
)

_MIN_SIMILARITY = 0.6
_MAX_PAIRS = 250_000
"""Pairs of classes that are compared; beyond it, only those at the same place are."""

T = TypeVar("T")


class _Named(Protocol):
    @property
    def name(self) -> str: ...


NamedT = TypeVar("NamedT", bound=_Named)


class Renames(Struct, frozen=True):
    """The new names by the old ones, of methods and of classes and aliases."""

    methods: Mapping[str, str]
    types: Mapping[str, str]


def find_renames(old: Surface, new: Surface) -> Renames:
    """Return what is renamed between two surfaces."""
    methods = _renamed_methods(old, new)
    hints = Counter(
        pair
        for name, method in old.methods.items()
        for other in (new.methods.get(methods.get(name, name)),)
        if other is not None
        for pair in _types_at_the_same_place(method, other)
    )
    types: dict[str, str] = {}
    types |= _renamed_types(old.models, new.models, _alike_models, hints)
    types |= _renamed_types(old.enums, new.enums, _alike_enums, hints)
    types |= {
        f"{name}Param": f"{other}Param"
        for name, other in types.items()
        if f"{name}Param" in old.aliases and f"{other}Param" in new.aliases
    }
    taken = {*types.values()}
    types |= _renamed_types(
        {name: alias for name, alias in old.aliases.items() if name not in types},
        {name: alias for name, alias in new.aliases.items() if name not in taken},
        _alike_aliases,
        hints,
    )
    return Renames(methods, types)


def renamed_arguments(old: Method, new: Method) -> dict[str, str]:
    """Return the new names of arguments, by the old ones."""
    before, after = _missing(
        {a.name: a for a in old.arguments}, {a.name: a for a in new.arguments}
    )

    def likeness(one: Argument, other: Argument) -> float:
        if one.sent_as and one.sent_as == other.sent_as:
            return 2.0
        location = one.sent_as.partition(" ")[0]
        is_alike = (
            one.annotation == other.annotation
            and one.is_required == other.is_required
            and location == other.sent_as.partition(" ")[0]
        )
        if not is_alike:
            return 0.0
        is_sure = location == "path" or len(before) == len(after) == 1
        return _similarity(one.name, other.name) + is_sure

    return _best_pairs(before, after, likeness)


def renamed_members(old: Model, new: Model) -> dict[str, str]:
    """Return the new names of fields, by the old ones."""
    before, after = _missing(old.members, new.members)

    def likeness(one: Member, other: Member) -> float:
        if one.wire_name == other.wire_name:
            return 2.0
        if one.annotation != other.annotation or one.default != other.default:
            return 0.0
        is_sure = bool(one.text) and one.text == other.text
        is_sure = is_sure or len(before) == len(after) == 1
        return _similarity(one.name, other.name) + is_sure

    return _best_pairs(before, after, likeness)


def renamed_values(old: Enum, new: Enum) -> dict[str, str]:
    """Return the new names of members of an enum, by the old ones."""
    before, after = _missing(old.values, new.values)
    return _best_pairs(before, after, lambda a, b: 1.0 if a == b else 0.0)


def _renamed_methods(old: Surface, new: Surface) -> dict[str, str]:
    before, after = _missing(old.methods, new.methods)

    def likeness(one: Method, other: Method) -> float:
        if one.request is None or other.request is None:
            return 0.0
        similarity = _similarity(one.name, other.name)
        is_same_method = one.request.method == other.request.method
        if is_same_method and one.request.path == other.request.path:
            return 2.0 + similarity
        is_same_text = one.text.partition("\n")[0] == other.text.partition("\n")[0]
        is_alike = one.arguments == other.arguments and one.returns == other.returns
        return similarity + 0.3 if is_same_method and is_same_text and is_alike else 0.0

    return _best_pairs(before, after, likeness)


def _types_at_the_same_place(old: Method, new: Method) -> list[tuple[str, str]]:
    """Return pairs of names in the same place of both signatures."""
    arguments = {a.name: a.annotation for a in new.arguments}
    pairs = [(old.returns, new.returns)] + [
        (a.annotation, arguments[a.name]) for a in old.arguments if a.name in arguments
    ]
    return [
        pair
        for one, other in pairs
        for pair in zip(names_in(one), names_in(other), strict=False)
        if pair[0] != pair[1]
    ]


def _renamed_types(
    old: Mapping[str, NamedT],
    new: Mapping[str, NamedT],
    alike: Callable[[NamedT, NamedT], float],
    hints: Mapping[tuple[str, str], int],
) -> dict[str, str]:
    before, after = _missing(old, new)
    is_large = len(before) * len(after) > _MAX_PAIRS

    def likeness(one: NamedT, other: NamedT) -> float:
        is_hinted = (one.name, other.name) in hints
        if is_large and not is_hinted:
            return 0.0
        found = alike(one, other)
        if is_hinted:
            return found + 1.0 if found >= _MIN_SIMILARITY / 2 else 0.0
        return found if found > _MIN_SIMILARITY else 0.0

    return _best_pairs(before, after, likeness)


def _alike_models(old: Model, new: Model) -> float:
    """Return the share of fields that two models have in common."""
    before = {(m.wire_name, str(m.annotation)) for m in old.members.values()}
    after = {(m.wire_name, str(m.annotation)) for m in new.members.values()}
    if not before or not after:
        return 0.0
    share = len(before & after) / len(before | after)
    return share if len(before) > 1 else share * _similarity(old.name, new.name)


def _alike_enums(old: Enum, new: Enum) -> float:
    """Return the share of values that two enums have in common."""
    before, after = {*old.values.values()}, {*new.values.values()}
    return len(before & after) / len(before | after) if before | after else 0.0


def _alike_aliases(old: Alias, new: Alias) -> float:
    return 1.0 if old.annotation == new.annotation else 0.0


def _missing(
    old: Mapping[str, T], new: Mapping[str, T]
) -> tuple[dict[str, T], dict[str, T]]:
    """Return what only one of two mappings has."""
    return (
        {name: value for name, value in old.items() if name not in new},
        {name: value for name, value in new.items() if name not in old},
    )


def _best_pairs(
    old: Mapping[str, T], new: Mapping[str, T], likeness: Callable[[T, T], float]
) -> dict[str, str]:
    """Return the pairs of names that are most alike, each name once."""
    scores = sorted(
        (
            (-score, name, other)
            for name, one in old.items()
            for other, another in new.items()
            for score in (likeness(one, another),)
            if score >= _MIN_SIMILARITY / 2
        ),
    )
    found: dict[str, str] = {}
    taken: set[str] = set()
    for score, name, other in scores:
        if -score < _MIN_SIMILARITY or name in found or other in taken:
            continue
        found[name] = other
        taken.add(other)
    return found


def _similarity(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()
