"""Why a verdict other than the expected one is right, by the id of the document.

Each of these documents must be refused by its index, and is accepted with a located warning:
the part that means nothing is left out, and the client has no trace of it.
"""

_NAME = "bad-component-name warns; the name becomes an identifier, and no path or text"
_LIMIT = "wrong-type warns; a limit is only documentation, and one without a number is left out"
_CYCLE = "reference-cycle warns; the schema says nothing, so that it takes any value"
_REFERENCE = (
    "the warning names the place; a reference that leads nowhere takes any value"
)

REASONS: dict[str, str] = {
    "081": _LIMIT,
    "083": "unknown-type warns; a type that JSON Schema does not have takes any value",
    "085": _NAME,
    "090": _NAME,
    "091": _NAME,
    "093": _NAME,
    "104": _NAME,
    "105": _NAME,
    "129": _CYCLE,
    "130": _CYCLE,
    "134": _REFERENCE,
    "137": "reference-cycle warns; an allOf of itself adds nothing to the other members",
    "142": _REFERENCE,
    "187": "missing-field and wrong-type warn; without info a client is called Api",
    "230": "bad-path warns; the path stays behind the host of the base URL, as the call shows",
    "240": "path-parameter warns; what a path lacks is an argument, what it has twice is one",
}
