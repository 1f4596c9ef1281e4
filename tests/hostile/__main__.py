"""Runs hostile documents through every command, and prints what became of each.

    python -m tests.hostile [DIR...] [--generated] [--only GLOB] [--jobs N] [--json FILE]

Each document is checked and generated; a package is compiled, imported, constructed and
called, its doctests are run, and its reference is written as Markdown, JSON and a site. Each
of these runs in a child process with limits, below a temporary folder. The exit status is 0
if every document is clean: the verdict is the expected one, or a reason says why not, and
nothing happened that must not.
"""

import sys

from clientcast.cli import main as program

from tests.hostile.command import main

if __name__ == "__main__":
    sys.exit(main(program))
