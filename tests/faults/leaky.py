"""Where a secret is seen at times, which is not ours to mend: by row and case, why."""

from collections.abc import Mapping

LEAKY: Mapping[tuple[str, str], str] = {
    ("G18", "while sending"): (
        "frames of httpcore2 hold the body where a call is cancelled as it is written"
    ),
}
