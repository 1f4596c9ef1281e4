"""What the server is asked for, as a key of `paths` says it, whatever is wrong with that."""

import re
from collections.abc import Collection

from clientcast.openapi import TEMPLATE

_COLON = re.compile(r"(?<=/):([^/?{}]+)")
"""A parameter of a path as other frameworks write it; its group is the name."""


def route_of(path: str, in_path: Collection[str], in_query: Collection[str]) -> str:
    """What is sent of a key of `paths`, with the parameters in braces.

    A path that is well written is its own route. The others are read as they are meant: a
    fragment is never sent, `:name` and `{Name}` are `{name}` where a parameter of the path
    has that name, and a query is sent but for what is a parameter.

    Args:
        path: The key.
        in_path: The names of the operation's parameters in path.
        in_query: Those in query.
    """
    plain, _, query = path.partition("#")[0].partition("?")
    plain = f"/{plain.removeprefix('/')}".replace(" ", "%20")
    plain = _COLON.sub(
        lambda found: f"{{{found[1]}}}" if found[1] in in_path else found[0], plain
    )
    pairs = [pair for pair in query.split("&") if pair]
    fixed = [pair for pair in pairs if pair.partition("=")[0] not in in_query]
    route = "?".join(filter(None, (plain, "&".join(fixed)))).replace(" ", "%20")
    unused = {alike(name): name for name in in_path if f"{{{name}}}" not in route}
    return TEMPLATE.sub(
        lambda found: (
            found[0]
            if found[1] in in_path
            else f"{{{unused.get(alike(found[1]), found[1])}}}"
        ),
        route,
    )


def alike(name: str) -> str:
    """What names have in common that differ in case and punctuation alone."""
    return "".join(character for character in name.casefold() if character.isalnum())
