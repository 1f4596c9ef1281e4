"""What the OpenAPI specification itself names, and more than one stage must know."""

import re

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""The methods that a Path Item Object has fields for (OpenAPI 3.2, 4.9.1)."""

TEMPLATE = re.compile(r"\{([^{}/]+)\}")
"""An expression in the template of a path or of a server's URL; its group is the name."""

IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
"""Names, in lower case, of header parameters that are ignored (OpenAPI 3.1, 4.8.12.1)."""

_MEANT_TYPES = {
    "any": ("", ""),
    "bool": ("boolean", ""),
    "date": ("string", "date"),
    "datetime": ("string", "date-time"),
    "date-time": ("string", "date-time"),
    "decimal": ("number", ""),
    "dict": ("object", ""),
    "double": ("number", ""),
    "file": ("string", "binary"),
    "float": ("number", ""),
    "int": ("integer", ""),
    "list": ("array", ""),
    "long": ("integer", ""),
    "map": ("object", ""),
    "str": ("string", ""),
    "text": ("string", ""),
    "timestamp": ("string", "date-time"),
    "uuid": ("string", "uuid"),
    **{
        name: (name, "")
        for name in "array boolean integer null number object string".split()
    },
}


def meant_type(name: str) -> tuple[str, str] | None:
    """The type and format that people mean by a name; None where nobody knows.

    The type is empty for any value.
    """
    return _MEANT_TYPES.get(name.lower())
