"""Program that prints the findings in a document; `check.validator` starts it."""

import json
import sys

from clientcast.validation.acceptance import Doubts, find_doubts

SECONDS = 60
BYTES = 4 << 30


def main() -> None:
    """Read a document as JSON from standard input, and write its findings as JSON."""
    limit()
    text = sys.stdin.read()
    document = json.loads(text)
    for name in list(document.get("paths", ())):
        if name.startswith("x-"):  # The validator takes an extension for a path.
            del document["paths"][name]
    doubts = find_doubts(text, document)
    if doubts == Doubts(False, ()):
        print("[]", end="")
        return
    from clientcast.validation.findings import find

    json.dump(find(document, doubts), sys.stdout)


def limit() -> None:
    """Limit the CPU time and the memory of this process."""
    try:
        import resource
    except ImportError:  # Windows has no such limits.
        return
    for kind, maximum in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, BYTES)):
        _, allowed = resource.getrlimit(kind)
        if allowed != resource.RLIM_INFINITY:  # A limit can only be lowered.
            maximum = min(maximum, allowed)
        resource.setrlimit(kind, (maximum, maximum))
