"""Reasons for a verdict other than the expected one, by document ID.

The index expects that each of these documents is refused. clientcast accepts it with a located
warning and omits the invalid part, which does not reach the client.
"""

_NAME = "bad-component-name warns; the name becomes an identifier, and no path or text"
_LIMIT = "wrong-type warns; a constraint is only documentation, and an invalid one is omitted"
_CYCLE = "reference-cycle warns; the schema has no constraints and accepts any value"
_REFERENCE = "the warning names the location; an unresolved reference accepts any value"

REASONS: dict[str, str] = {
    "081": _LIMIT,
    "083": "unknown-type warns; an unknown type accepts any value",
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
    "187": "missing-field and wrong-type warn; without info the client is named Api",
    "230": "bad-path warns; the path stays below the host of the base URL, as the call shows",
    "240": "path-parameter warns; an undeclared parameter becomes an argument, a repeated one becomes one",
}
