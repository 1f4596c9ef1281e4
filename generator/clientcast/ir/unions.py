"""Members of unions."""

from collections.abc import Collection, Iterator, Mapping

from clientcast.ir.schemas import Alias, Named, Nullable, Schema, Type, UnionOf


def union_members(
    type_: Type, schemas: Mapping[str, Schema], excluded: Collection[str] = ()
) -> Iterator[Type]:
    """Yield the members of a union, through aliases and nested unions.

    Args:
        type_: The union.
        schemas: The declarations.
        excluded: The pointers of aliases that are not followed.
    """
    seen = set(excluded)
    pending = [type_]
    while pending:
        match pending.pop():
            case Nullable(inner):
                pending.append(inner)
            case UnionOf(members):
                pending.extend(reversed(members))
            case Named(pointer) if isinstance(alias := schemas[pointer], Alias):
                if pointer not in seen:
                    seen.add(pointer)
                    pending.append(alias.type)
            case other:
                yield other
