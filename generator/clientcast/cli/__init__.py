"""The command line, the only part that prints.

Exit status: 0 success, 1 errors or stale files, 2 invalid command line.
"""

from clientcast.cli import check, docs, generate
from clientcast.cli.group import main

__all__ = ["main"]

for command in (generate.generate, check.check, docs.docs):
    main.add_command(command)
