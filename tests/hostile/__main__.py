"""Run hostile documents through every command, and print the outcome of each.

    python -m tests.hostile [DIR...] [--generated] [--only GLOB] [--jobs N] [--json FILE]

Each document is checked and generated; a package is compiled, imported, constructed and
called, its doctests are run, and its reference is written as Markdown, JSON and a site. Each
step runs in a child process with limits, in a temporary folder. The exit status is 0 if every
document is clean: it has the expected verdict, or a documented reason for another one, and no
findings.
"""

import sys

from clientcast.cli import main as program

from tests.hostile.command import main

if __name__ == "__main__":
    sys.exit(main(program))
