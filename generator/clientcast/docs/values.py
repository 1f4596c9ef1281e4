"""Annotations and values as Markdown, with links from types to their descriptions."""

import json
import re
from collections.abc import Iterable

from clientcast.docs.code_texts import union_members
from clientcast.docs.links import Links
from clientcast.docs.markdown import code, code_in_cell
from clientcast.plain import is_list, is_mapping

_ABSENT = ("None", "UnsetType")
_TOKEN = re.compile(
    r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[A-Za-z_][\w.]*|[^\w'\"]+|."
)
_MAX_VALUE_LENGTH = 60


def type_text(annotation: str, links: Links, *, may_be_absent: bool = False) -> str:
    """Return an annotation as Markdown with links; a union is `A or B`.

    Args:
        annotation: Python annotation.
        links: URLs of names.
        may_be_absent: Leave out `None`, because another column states it.
    """
    members = union_members(annotation)
    if may_be_absent:
        members = [m for m in members if m not in _ABSENT] or members
    return " or ".join(_member_text(member, links) for member in members)


def _member_text(annotation: str, links: Links) -> str:
    parts: list[str] = []
    pending = ""
    for token in _TOKEN.findall(annotation):
        if token in links:
            parts += [code_in_cell(pending), f"[{code(token)}]({links[token]})"]
            pending = ""
        else:
            pending += token
    return "".join([*parts, code_in_cell(pending)])


def python_text(value: object) -> str:
    """Return a JSON value as a Python expression."""
    if is_mapping(value):
        pairs = (f"{python_text(k)}: {python_text(v)}" for k, v in value.items())
        return f"{{{', '.join(pairs)}}}"
    if is_list(value):
        return f"[{', '.join(map(python_text, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return repr(value)


def value_in_cell(value: object) -> str:
    """Return a JSON value for a table cell, shortened if it is long; empty for None."""
    if value is None:
        return ""
    text = python_text(value)
    if len(text) > _MAX_VALUE_LENGTH:
        text = f"{text[: _MAX_VALUE_LENGTH - 1]}…"
    return code_in_cell(text)


def values_in_cell(values: Iterable[object]) -> str:
    """Return JSON values for a table cell, separated by commas."""
    return ", ".join(code_in_cell(python_text(value)) for value in values)


def json_text(value: object) -> str:
    """Return a JSON value as indented JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False)
