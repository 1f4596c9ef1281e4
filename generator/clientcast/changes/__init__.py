"""Changes of a client, judged for the code that calls it."""

from clientcast.changes.compare import compare_surfaces
from clientcast.changes.text import (
    change_lines,
    changelog_lines,
    changes_json,
    changes_markdown,
    count_changes,
)
from clientcast.changes.types import Change, Severity, worst

__all__ = [
    "Change",
    "Severity",
    "change_lines",
    "changelog_lines",
    "changes_json",
    "changes_markdown",
    "compare_surfaces",
    "count_changes",
    "worst",
]
