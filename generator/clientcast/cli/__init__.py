"""The command line, the only part that prints.

Exit status: 0 success, 1 errors or stale files, 2 invalid command line.
"""

from clientcast.cli.group import main

__all__ = ["main"]
