"""Known leaks of secrets in other libraries: the reason, by row and case."""

from collections.abc import Mapping

KNOWN_LEAKS: Mapping[tuple[str, str], str] = {
    ("G18", "while sending"): (
        "frames of httpcore2 hold the body when a call is cancelled while sending"
    ),
}
