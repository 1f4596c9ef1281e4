"""Slots for texts in documents, and the texts that fill them."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

_SLOT = re.compile("\ue000([a-z]+):([0-9]+)\ue000")

FRAGMENTS = (
    *('"', "'", '"""', "'''", '\\"', "\\", "\\\\", "\\\\\\", "`", "```"),
    *("]", "]]", "[", "[[", ")", "(", "}", "{", "|", " | ", ",", ":", ";", "=", "->"),
    *("{{", "}}", "{%", "%}", "{#", "{{ x }}", "%s", "$x", "{0}", "\\N{DOLLAR SIGN}"),
    *("#", "# type: ignore", "# coding: utf-7", ">>>", ">>> x", "...", "@", "*", "-"),
    *("\n", "\r", "\r\n", "\t", "\x0b", "\x0c", "\0", "\x1b[31m", "\x85", "\u2028"),
    *("\u202e", "\u2066", "\u200b", "\u0301", "e\u0301", "\ufeff"),
    *("\U0001f600", "\U000e0041", "\u00a0", "\u0660", "\u00b2", "名", "İ", "ß"),
    *(" ", "  ", "a", "B", "_", "__", "1", "-1", "None", "null", "true", "1e999", "~1"),
    *("]] = None; open('PWNED', 'w') #", '"); open("PWNED", "w") #', "\nimport os\n"),
    *('", "', '"]', '\\", "]] | X[[ \\', "*/", "-->", "<script>", "](javascript:x)"),
    *("a" * 200, " " * 200, "`" * 50, "[" * 50, "\\" * 33, '"' * 33, "\u0301" * 40),
)
"""Texts that have broken out of literals, comments, templates or lines of generators."""

RESERVED = (
    *("class", "None", "none", "match", "type", "self", "sender", "super", "property"),
    *("builtins", "list", "str", "int", "dict", "tuple", "object", "bytes", "float"),
    *("credentials", "Call", "Client", "Any", "Literal", "Model", "field", "Mapping"),
    *(
        "nullable",
        "part",
        "styled",
        "none_if_empty",
        "given_properties",
        "recursive",
        "UNSET",
        "httpx2",
    ),
    *("date", "datetime", "time", "timedelta", "UUID", "Decimal", "Page", "Stream"),
    *(
        "__init__",
        "__class__",
        "__getattr__",
        "_send",
        "resource_attribute",
        "_sender",
        "mro",
    ),
    *("annotations", "TYPE_CHECKING", "__all__", "error_body", "SERVER", "ERRORS"),
    *("close", "raw", "resume", "base_url", "timeout", "http", "name", "value"),
    *("additional_properties", "models", "client", "errors", "shared", "con", "aux"),
)
"""Names that Python, the runtime or the templates use."""

_MAX_SHORT_LENGTH = 40
"""Maximum length that leaves room for a number in an identifier."""

_ESCAPED = re.compile(r'["\\\x00-\x1f]')
_TOKEN = re.compile(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]")
_COMPONENT = re.compile(r"[^A-Za-z0-9._-]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NON_ASCII = re.compile(r"[^\x20-\x7e]")
_IN_PATH = re.compile(r"[\s/{}?#:%\\]")

hostile = st.lists(st.sampled_from(FRAGMENTS), max_size=3).map("".join) | st.text(
    max_size=8
)
names = st.sampled_from(RESERVED) | hostile


def slot(kind: str, number: int) -> str:
    """Return a slot for a text: `text`, `name`, `token`, `component` or the like."""
    return f"\ue000{kind}:{number}\ue000"


def benign_filler(texts: Sequence[str]) -> Callable[[str, int], str]:
    """Return a filler with harmless texts, none of which is a Python keyword.

    msgspec carries no property whose name has a character that JSON escapes, so that there
    is a quote in a name that stands for such a one.
    """

    def fill(kind: str, number: int) -> str:
        is_escaped = _ESCAPED.search(texts[number % len(texts)])
        text = f"Word {number} Of It" + ('"' if is_escaped and kind != "text" else "")
        return _restrict_to_grammar(kind, text, number)

    return fill


def hostile_filler(texts: Sequence[str]) -> Callable[[str, int], str]:
    """Return a filler with hostile texts; numbers keep names distinct.

    A segment of a path begins with its word, which may name a resource, and so does a long
    text, which is cut. A name has no dot, which in a tag makes a resource of a resource.
    """

    def fill(kind: str, number: int) -> str:
        text = texts[number % len(texts)]
        if kind == "name":
            text = text.replace(".", "")
        if kind == "text":
            text = text if text.strip() else f"{text}."
        elif number % 2 and kind != "segment" and len(text) < _MAX_SHORT_LENGTH:
            text = f"{text} W{number} Of It"
        else:
            text = f"W{number} Of It {text}"
        return _restrict_to_grammar(kind, text, number)

    return fill


def verbatim_filler(texts: Sequence[str]) -> Callable[[str, int], str]:
    """Return a filler with the given texts, unchanged."""
    return lambda kind, number: _restrict_to_grammar(
        kind, texts[number % len(texts)], number
    )


def _restrict_to_grammar(kind: str, text: str, number: int) -> str:
    """Replace the characters of a text that its kind of slot does not allow."""
    match kind:
        case "token":
            return _TOKEN.sub("-", text) or f"x{number}"
        case "component":
            return _COMPONENT.sub("_", text) or f"x{number}"
        case "segment" | "parameter":
            kept = (c for c in _IN_PATH.sub("", text) if c.isprintable())
            return "".join(kept).strip(".") or f"x{number}"
        case "visible":
            return _CONTROL.sub("-", text)
        case "ascii":
            return _NON_ASCII.sub("-", text)
        case "pointer":
            return text.replace("~", "~0").replace("/", "~1")
        case _:
            return text


def fill_slots(value: Any, fill: Callable[[str, int], str]) -> Any:
    """Fill the slots of a document."""
    if isinstance(value, str):
        return _SLOT.sub(lambda m: fill(m[1], int(m[2])), value)
    if isinstance(value, list):
        return [fill_slots(item, fill) for item in value]
    if isinstance(value, dict):
        return {
            fill_slots(key, fill): fill_slots(item, fill) for key, item in value.items()
        }
    return value
