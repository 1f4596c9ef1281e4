"""The command line: the only part that prints.

Exit status: 0 all is well, 1 something was found, 2 the command was not understood.
"""

from clientcast.cli import check, docs, generate
from clientcast.cli.group import main

__all__ = ["main"]

for command in (generate.generate, check.check, docs.docs):
    main.add_command(command)
