"""Texts in generated code: docstrings and annotations."""

import re
import textwrap

_SECTION_ORDER = ("Args:", "Attributes:", "Returns:", "Raises:", "Examples::")
_UNION_TOKEN = re.compile(
    r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[\[\](),|]|[^\[\](),|'"]+"""
)


def split_docstring(value: str) -> tuple[str, str, str]:
    """Split a docstring into the description, the sections and the example."""
    head, tail = _split_sections(value)
    tail, _, example = f"\n{tail}".partition(f"\n{_SECTION_ORDER[-1]}\n")
    return head, tail, textwrap.dedent(example).strip("\n")


def _split_sections(text: str) -> tuple[str, str]:
    """Split a docstring into the description and its sections.

    The description is text of the document and may itself look like sections. The generated
    sections are the last ones: each occurs once, in a fixed order, with only entries below it.
    """
    lines = text.split("\n")
    start = len(lines)
    first = len(_SECTION_ORDER)
    for index in range(len(lines) - 1, -1, -1):
        line = lines[index]
        if not line or line.startswith(" "):
            continue
        if line not in _SECTION_ORDER[:first]:
            break
        start, first = index, _SECTION_ORDER.index(line)
    return "\n".join(lines[:start]).rstrip(), "\n".join(lines[start:])


def union_members(annotation: str) -> list[str]:
    """Return the members of an annotation that is a union, or the annotation itself."""
    members = [""]
    depth = 0
    for part in _UNION_TOKEN.findall(annotation):
        depth += (part in "[(") - (part in "])")
        if part == "|" and depth == 0:
            members.append("")
        else:
            members[-1] += part
    return [member.strip() for member in members]
