"""What the OpenAPI specification itself names, and more than one stage must know."""

import re

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""The methods that a Path Item Object has fields for (OpenAPI 3.2, 4.9.1)."""

TEMPLATE = re.compile(r"\{([^{}/]+)\}")
"""An expression in the template of a path or of a server's URL; its group is the name."""

IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
"""Names, in lower case, of header parameters that are ignored (OpenAPI 3.1, 4.8.12.1)."""
