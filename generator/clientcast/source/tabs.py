"""Tabs in front of comments, which YAML 1.2 (section 6.6) allows and libyaml refuses."""

import re

_TAB_BEFORE_COMMENT = re.compile(
    r"^((?: |-(?=[ \t]))*\t[ \t]*)(?=#|\r?$)", re.MULTILINE
)
_BLOCK_SCALAR_HEADER = re.compile(r"[|>][0-9+-]*[ \t]*(?:#.*)?\r?$")


def replace_tabs_before_comments(text: str) -> str:
    """Replace the tabs before comments and in empty lines by spaces, one for one.

    Lines that are indented deeper than a line with the end of a block scalar's header may be
    its content, so they are left unchanged.
    """
    if "\t" not in text or not _TAB_BEFORE_COMMENT.search(text):
        return text
    lines = text.split("\n")
    header_indentation: int | None = None
    for number, line in enumerate(lines):
        indentation = len(line) - len(line.lstrip(" "))
        is_empty = not line.strip()
        if header_indentation is not None:
            if is_empty or indentation > header_indentation:
                continue
            header_indentation = None
        lines[number] = _TAB_BEFORE_COMMENT.sub(_as_spaces, line)
        if not is_empty and _BLOCK_SCALAR_HEADER.search(line):
            header_indentation = indentation
    return "\n".join(lines)


def _as_spaces(found: re.Match[str]) -> str:
    return found[1].replace("\t", " ")
