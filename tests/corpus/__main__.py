"""Runs every document of a folder through the generator, and tells how far each comes.

    python -m tests.corpus DIR [--limit N] [--only NAME...] [--jobs N] [--no-mypy] [--wire]

A document is whole that is checked, generated with all its operations, compiled and
imported, whose models can all be constructed, and in which `mypy --strict` finds nothing;
with `--wire`, whose operations send and read what values of their schemas are.
The exit status is 0 if all are whole but those whose meaning cannot be known.
"""

import argparse
import signal
import sys
import tempfile
import threading
from contextlib import ExitStack
from fnmatch import fnmatch
from pathlib import Path

from tests.corpus.documents import AMBIGUOUS_DOCUMENTS, Document, list_documents
from tests.corpus.results import read, write
from tests.corpus.run import CorpusRunner, Limits
from tests.corpus.summary import comparison, header_row, result_row, summary


def main() -> int:
    """Read the arguments, run the documents, print what became of them."""
    options = _parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    chosen = _select(list_documents(options.folder), options.only)[: options.limit]
    old = read(options.compare) if options.compare else None
    limits = Limits(options.seconds, options.megabytes)
    results = []
    with ExitStack() as stack:
        packages = options.packages or Path(
            stack.enter_context(tempfile.TemporaryDirectory())
        )
        packages.mkdir(parents=True, exist_ok=True)
        run = CorpusRunner(
            packages, not options.no_mypy, options.jobs, limits, options.wire
        )
        stop = threading.Event()
        if options.minutes:
            timer = threading.Timer(60 * options.minutes, stop.set)
            timer.daemon = True
            timer.start()
            stack.callback(timer.cancel)
        print(header_row())
        for result in run.run_all(chosen, stop):
            results.append(result)
            print(result_row(result), flush=True)
            if options.json:
                write(options.json, results)
    print()
    if len(results) < len(chosen):
        print(f"{len(chosen) - len(results)} documents were not begun in time")
    for line in summary(results):
        print(line)
    if old is not None:
        print()
        for line in comparison(old, results):
            print(line)
    return int(
        any(not r.passed and r.document not in AMBIGUOUS_DOCUMENTS for r in results)
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.corpus")
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--limit", type=int, help="only so many, the smallest")
    parser.add_argument(
        "--only", nargs="+", default=["*"], metavar="NAME", help="* stands for anything"
    )
    parser.add_argument("--jobs", type=int, default=1, help="so many at a time")
    parser.add_argument("--no-mypy", action="store_true", help="check no types")
    parser.add_argument("--wire", action="store_true", help="call each operation")
    parser.add_argument("--json", type=Path, help="write the results there")
    parser.add_argument("--compare", type=Path, help="results of an earlier run")
    parser.add_argument("--packages", type=Path, help="keep the packages there")
    parser.add_argument("--minutes", type=float, help="begin no document after these")
    parser.add_argument("--seconds", type=int, default=300, help="of CPU, for each")
    parser.add_argument("--megabytes", type=int, default=4096, help="for each")
    return parser


def _select(found: list[Document], patterns: list[str]) -> list[Document]:
    return [
        document
        for document in found
        if any(
            fnmatch(name, pattern)
            for pattern in patterns
            for name in (document.name, document.name.rpartition(".")[0])
        )
    ]


if __name__ == "__main__":
    sys.exit(main())
