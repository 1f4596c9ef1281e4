"""Texts that match a pattern."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

_MAX_LENGTH = 400
_MAX_STEPS = 100_000
_EXTRA_REPEATS = (0, 1, 2, 4, 8, 16, 32, 64, 128)
_CATEGORIES = {
    "CATEGORY_DIGIT": "0",
    "CATEGORY_NOT_DIGIT": "a",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": "a",
    "CATEGORY_WORD": "a",
    "CATEGORY_NOT_WORD": "-",
}
_CANDIDATES = "a0A-_ .:/@b1B#%+~!xyz9"


@lru_cache(maxsize=4096)
def search_of(pattern: str) -> Callable[[str], bool] | None:
    """Return a function that searches a text for a pattern; None if the pattern is wrong.

    It ends after a number of steps, and finds nothing then: with `re`, a document could let a
    search of forty characters take years.
    """
    from jsonschema_rs import FancyRegexOptions, ValidationError, validator_for

    options = FancyRegexOptions(backtrack_limit=_MAX_STEPS)
    try:
        return validator_for({"pattern": pattern}, pattern_options=options).is_valid
    except (ValidationError, ValueError):
        return None


@lru_cache(maxsize=4096)
def matching_text(pattern: str, minimum: int, maximum: int | None) -> str | None:
    """Return a text that a pattern of JSON Schema matches; None if none is found.

    Args:
        pattern: The pattern, which may match anywhere in the text.
        minimum, maximum: The limits of the length; None for no maximum.
    """
    finds = search_of(pattern)
    if finds is None:
        return None
    try:
        parsed: Any = re._parser.parse(pattern)  # type: ignore[attr-defined]
    except (re.error, OverflowError, RecursionError):
        return None
    for extra in _EXTRA_REPEATS:
        try:
            text = "".join(_texts(parsed, extra, {}))
        except (ValueError, RecursionError):
            return None
        if len(text) < minimum and extra and not text.endswith("\n"):
            padded = text + "a" * (minimum - len(text))
            text = padded if finds(padded) else text
        is_short = maximum is None or len(text) <= maximum
        if len(text) >= minimum and is_short and finds(text):
            return text
    return None


def _texts(parsed: Any, extra: int, groups: dict[int, str]) -> list[str]:
    """Return the texts of the parts of a parsed pattern."""
    return [_text(str(code), argument, extra, groups) for code, argument in parsed]


def _text(code: str, argument: Any, extra: int, groups: dict[int, str]) -> str:
    match code:
        case "LITERAL":
            return chr(argument)
        case "NOT_LITERAL":
            return next(c for c in _CANDIDATES if ord(c) != argument)
        case "ANY":
            return "a"
        case "IN":
            return _character(argument)
        case "BRANCH":
            return "".join(_texts(argument[1][0], extra, groups))
        case "SUBPATTERN":
            text = "".join(_texts(argument[3], extra, groups))
            groups[argument[0]] = text
            return text
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, part = argument
            count = min(int(least) + extra, int(most), _MAX_LENGTH)
            return "".join("".join(_texts(part, extra, groups)) for _ in range(count))
        case "ATOMIC_GROUP":
            return "".join(_texts(argument, extra, groups))
        case "GROUPREF":
            return groups.get(argument, "")
        case "AT" | "ASSERT" | "ASSERT_NOT":
            return ""
        case _:
            raise ValueError(code)


def _character(options: Any) -> str:
    """Return a character of a set."""
    if str(options[0][0]) == "NEGATE":
        excluded = options[1:]
        return next(c for c in _CANDIDATES if not _is_in(c, excluded))
    code, argument = str(options[0][0]), options[0][1]
    if code == "LITERAL":
        return chr(argument)
    if code == "RANGE":
        return chr(argument[0])
    return _CATEGORIES[str(argument)]


def _is_in(character: str, options: Any) -> bool:
    for code, argument in options:
        match str(code):
            case "LITERAL" if ord(character) == argument:
                return True
            case "RANGE" if argument[0] <= ord(character) <= argument[1]:
                return True
            case "CATEGORY" if _has_category(character, str(argument)):
                return True
            case _:
                pass
    return False


def _has_category(character: str, category: str) -> bool:
    positive = category.replace("_NOT_", "_")
    found = {
        "CATEGORY_DIGIT": character.isdigit(),
        "CATEGORY_SPACE": character.isspace(),
        "CATEGORY_WORD": character.isalnum() or character == "_",
    }.get(positive, False)
    return found if positive == category else not found
