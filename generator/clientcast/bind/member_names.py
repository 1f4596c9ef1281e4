"""Names of enum members, each made from its own value: `-created` as `MINUS_CREATED`.

Signs that carry meaning become words. If a name is possible for two values, neither has it:
both get a longer one. So a value that is added later may make an old name disappear, which
type checkers report, but never gives it to another value.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from clientcast.bind.names import upper_snake_case
from clientcast.ir import Member

_WORDS = {
    "<=": "LESS_THAN_OR_EQUAL",
    ">=": "GREATER_THAN_OR_EQUAL",
    "!=": "NOT_EQUAL",
    "<": "LESS_THAN",
    ">": "GREATER_THAN",
    "=": "EQUAL",
    "≤": "LESS_THAN_OR_EQUAL",
    "≥": "GREATER_THAN_OR_EQUAL",
    "≠": "NOT_EQUAL",
    "+": "PLUS",
    "±": "PLUS_MINUS",
    "×": "TIMES",
    "÷": "DIVIDED_BY",
    "*": "ASTERISK",
    "%": "PERCENT",
    "&": "AND",
    "@": "AT",
    "#": "HASH",
    "$": "DOLLAR",
    "€": "EURO",
    "£": "POUND",
    "¥": "YEN",
    "°": "DEGREE",
    "^": "CARET",
    "~": "TILDE",
    "|": "PIPE",
}
"""Signs that are words in every place."""

_SEPARATORS = {
    "-": "DASH",
    "_": "UNDERSCORE",
    " ": "SPACE",
    ".": "DOT",
    ",": "COMMA",
    ":": "COLON",
    ";": "SEMICOLON",
    "/": "SLASH",
    "\u2044": "SLASH",
    "\\": "BACKSLASH",
    "!": "EXCLAMATION_MARK",
    "?": "QUESTION_MARK",
    "'": "APOSTROPHE",
    '"': "QUOTE",
    "`": "BACKTICK",
    "(": "LEFT_PARENTHESIS",
    ")": "RIGHT_PARENTHESIS",
    "[": "LEFT_BRACKET",
    "]": "RIGHT_BRACKET",
    "{": "LEFT_BRACE",
    "}": "RIGHT_BRACE",
    "\t": "TAB",
    "\n": "NEWLINE",
    "\r": "CARRIAGE_RETURN",
}
"""Signs that separate words. They are words only where nothing else tells values apart."""

_MAX_LENGTH = 100
"""Number of characters of a value that its name is made from; longer ones end with a digest."""

_TOKEN = re.compile(r"(?P<word>[^\W_]+)|-+|<=|>=|!=|.", re.DOTALL)
_TIME_ZONE = re.compile(r"(?:\A|[\W_])(?:GMT|UTC)\Z")


def member_names(members: Iterable[Member]) -> list[str]:
    """Return the names of the members of an enum, which do not depend on their order."""
    members = tuple(members)
    given = [upper_snake_case(member.name) if member.name else "" for member in members]
    given_counts = Counter(given)
    candidates = [
        (
            (name,)
            if name and given_counts[name] == 1
            else tuple(dict.fromkeys(_candidates(str(member.value))))
        )
        for name, member in zip(given, members, strict=True)
    ]
    counts = Counter(name for names in candidates for name in names)
    return [
        next((name for name in names if counts[name] == 1), names[-1])
        for names in candidates
    ]


def _candidates(value: str) -> Iterable[str]:
    """Yield possible names of a value, the best first and a unique one last."""
    if len(value) > _MAX_LENGTH:
        digest = _digest(value)
        start = upper_snake_case(_with_words(value[:_MAX_LENGTH], every_sign=False))
        yield f"{start}_{digest[:8]}"
        yield f"{start[:16]}_{digest}"
        return
    name = upper_snake_case(_with_words(value, every_sign=False)) if value else "EMPTY"
    spelled = upper_snake_case(_with_words(value, every_sign=True)) if value else name
    case = _case(value)
    digest = _digest(value)
    yield name
    yield f"{name}_{case}"
    yield spelled
    yield f"{spelled}_{case}"
    if value.isalnum():
        yield f"{name}_PLAIN"
    yield f"{name}_{digest[:8]}"
    yield f"{name[:16]}_{digest}"


def _digest(value: str) -> str:
    return sha256(value.encode("utf-8", "surrogatepass")).hexdigest().upper()


def _case(value: str) -> str:
    """Return the word for the case of a value."""
    if not value:
        return "TEXT"
    letters = [character for character in value if character.isalpha()]
    if not letters:
        return "PLAIN"
    if value.islower():
        return "LOWER"
    if value.isupper():
        return "UPPER"
    return "CAPITALIZED" if letters[0].isupper() else "CAMEL"


def _with_words(value: str, *, every_sign: bool) -> str:
    """Return a value with words for its signs: for every sign, or for those with a meaning."""
    value = unicodedata.normalize("NFKC", value)
    parts: list[str] = []
    for token in _TOKEN.finditer(value):
        text = token[0]
        if token["word"] or unicodedata.category(text[0]).startswith("M"):
            parts.append(text)
            continue
        word = _sign_word(value, token)
        if not word and every_sign:
            word = " ".join(_SEPARATORS.get(c, f"u{ord(c):x}") for c in text)
        parts.append(f" {word} ")
    result = "".join(parts)
    if not every_sign and not any(character.isalnum() for character in result):
        return _with_words(value, every_sign=True)
    return result


def _sign_word(value: str, token: re.Match[str]) -> str:
    """Return the word for a sign; empty for a separator."""
    sign, start, end = token[0], token.start(), token.end()
    if sign in _WORDS:
        return _WORDS[sign]
    follows_word = value[start - 1 : start].isalnum()
    precedes_word = value[end : end + 1].isalnum()
    if sign.startswith("-"):
        is_offset = _TIME_ZONE.search(value[:start]) and value[end : end + 1].isdigit()
        if (
            (precedes_word and not follows_word)
            or (end == len(value) and (follows_word or start == 0))
            or is_offset
        ):
            return "MINUS " * len(sign)
    elif sign == "." and start == 0 and precedes_word:
        return "DOT"
    elif sign == "!" and precedes_word and not follows_word:
        return "NOT"
    elif unicodedata.category(sign) in ("Sm", "Sc", "Sk", "So", "Cn", "Co", "Cs"):
        return "" if sign in _SEPARATORS else f"u{ord(sign):x}"
    return ""
