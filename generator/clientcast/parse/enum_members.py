"""Members of enums: their values, with the names and descriptions that the document gives."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from clientcast.enum_extensions import DESCRIPTIONS, NAMES, items_by_value, value_text
from clientcast.ir import Member
from clientcast.plain import mapping, text


def described_values(schema: Mapping[str, Any]) -> dict[str, Member]:
    """Return what extensions say of a schema's enum values, by the text of the value.

    `check` has reported and removed what is wrong.
    """
    names = _texts_by_value(schema, NAMES)
    descriptions = _texts_by_value(schema, DESCRIPTIONS)
    return {
        value: Member(value, names.get(value, ""), descriptions.get(value, ""))
        for value in names | descriptions
    }


def described_constants(members: Iterable[Any]) -> dict[str, Member]:
    """Return the titles and descriptions of the constants in a union, by the text of the value.

    Only integers are named after their title: a string says itself what it means.
    """
    return {
        value_text(member["const"]): Member(
            "",
            text(member.get("title")) if isinstance(member["const"], int) else "",
            text(member.get("description")),
        )
        for member in map(mapping, members)
        if "const" in member
    }


def enum_members(
    values: Iterable[str | int], described: Mapping[str, Member]
) -> tuple[Member, ...]:
    """Return the members of an enum with these values."""
    if not described:
        return tuple(map(Member, values))
    unknown = Member("")
    return tuple(
        replace(described.get(value_text(value), unknown), value=value)
        for value in values
    )


def is_enum(members: Sequence[Member]) -> bool:
    """Return whether values are an enum: several strings, or integers that have names."""
    kinds = {type(member.value) for member in members}
    return len(members) > 1 and (
        kinds == {str} or kinds == {int} and any(member.name for member in members)
    )


def _texts_by_value(
    schema: Mapping[str, Any], keywords: Iterable[str]
) -> dict[str, str]:
    """Return the text of each value; that of the first keyword that has one."""
    texts: dict[str, str] = {}
    for keyword in keywords:
        for _, value, item in items_by_value(schema, keyword):
            if isinstance(item, str) and item:
                texts.setdefault(value, item)
    return texts
