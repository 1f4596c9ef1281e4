"""Names of the parameters that an operation declares."""

from clientcast.parse.context import Context
from clientcast.plain import mapping, text
from clientcast.references import Located


def parameter_names(
    context: Context, item: Located, operation: Located
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of path parameters and query parameters of an operation and its path."""
    parameters = [
        mapping(parameter.value)
        for parent in (item, operation)
        for parameter in context.items(context.child(parent, "parameters"))
    ]
    in_path, in_query = (
        frozenset(text(p.get("name")) for p in parameters if p.get("in") == location)
        for location in ("path", "query")
    )
    return in_path, in_query
