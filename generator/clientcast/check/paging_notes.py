"""Proposed `pagination` as notes, and as part of a document."""

import json
import re
from collections.abc import Iterable
from typing import Any

from clientcast.check.paging_proposals import Block, Proposal
from clientcast.check.walk import Walk
from clientcast.diagnostic import Severity
from clientcast.plain import mapping
from clientcast.references import segments
from clientcast.source import Document

_PLAIN = re.compile(r"/?[A-Za-z][A-Za-z0-9_./-]*")
_BOOLEANS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def note_proposals(walk: Walk, proposals: Iterable[Proposal]) -> None:
    """Add a note for each proposal, with what to write where."""
    for proposal in proposals:
        setting = f"operations.{json.dumps(proposal.route)}"
        walk.report(
            proposal.pointer,
            "paged-operation",
            f"this operation looks paged, by {_STYLES[str(proposal.block['style'])]}",
            f"write x-client: {{pagination: {as_yaml(proposal.block)}}}, or in the settings of"
            f" the document {setting}.pagination = {as_toml(proposal.block)}, or infer_pagination"
            " = true for all",
            severity=Severity.NOTE,
            at_key=True,
        )


_STYLES = {
    "cursor": "cursor",
    "offset": "offset",
    "page": "page number",
    "url": "the URL of the next page",
    "link": "the Link header",
}


def with_proposals(document: Document, proposals: Iterable[Proposal]) -> Document:
    """Return a document with proposals as if they were written in it."""
    data = document.data
    for proposal in proposals:
        path = [*segments(proposal.pointer), "x-client", "pagination"]
        data = _with_value(data, path, dict(proposal.block))
    return document.with_data(data)


def _with_value(data: Any, path: list[str], value: Any) -> dict[str, Any]:
    """Return a copy of mappings with a value at a path; the other values are shared."""
    first, *rest = path
    known = mapping(data)
    return {
        **known,
        first: _with_value(known.get(first), rest, value) if rest else value,
    }


def as_yaml(block: Block) -> str:
    """Return a block as a flow mapping of YAML."""
    return (
        f"{{{', '.join(f'{key}: {_scalar(value)}' for key, value in block.items())}}}"
    )


def as_toml(block: Block) -> str:
    """Return a block as an inline table of TOML."""
    return f"{{{', '.join(f'{k} = {json.dumps(v)}' for k, v in block.items())}}}"


def _scalar(value: str | int) -> str:
    """Return a scalar of YAML, in quotes if it would be read as something else."""
    if isinstance(value, int):
        return str(value)
    is_plain = _PLAIN.fullmatch(value) and value.lower() not in _BOOLEANS
    return value if is_plain else "'" + value.replace("'", "''") + "'"
