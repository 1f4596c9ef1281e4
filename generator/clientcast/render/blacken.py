"""Formats a list of modules; as a program, one of JSON from its standard input."""

import json
import sys

import black

_STYLE = black.Mode()


def blacken(texts: list[str]) -> list[str]:
    """Texts of modules, formatted."""
    return [black.format_str(text, mode=_STYLE) for text in texts]


if __name__ == "__main__":
    json.dump(blacken(json.load(sys.stdin)), sys.stdout)
