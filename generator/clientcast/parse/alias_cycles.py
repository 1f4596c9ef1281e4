"""Aliases that consist only of themselves."""

from collections.abc import Iterable

from msgspec.structs import replace

from clientcast.ir import Alias, Anything, Named, Nullable, Schema
from clientcast.parse.context import Context


def break_alias_cycles(
    context: Context, declared: dict[str, Schema], aliases: Iterable[str]
) -> None:
    """Replace aliases that consist only of themselves by Anything, with a warning."""
    visited: set[str] = set()
    for pointer in aliases:
        cycle: set[str] = set()
        while pointer not in visited:
            visited.add(pointer)
            cycle.add(pointer)
            alias = declared[pointer]
            inner = alias.type if isinstance(alias, Alias) else None
            inner = inner.type if isinstance(inner, Nullable) else inner
            if not isinstance(alias, Alias) or not isinstance(inner, Named):
                break
            if inner.pointer in cycle:
                context.report_cycle(pointer)
                declared[pointer] = replace(alias, type=Anything())
            pointer = inner.pointer
