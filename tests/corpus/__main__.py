"""Run every document of a folder through the generator, and report the results.

    python -m tests.corpus DIR [--limit N] [--only NAME...] [--jobs N] [--no-mypy] [--wire] [--testing]

A document passes if it has no errors, its client has all operations, compiles and can be
imported, all models can be constructed, and `mypy --strict` finds nothing. With `--wire` its
operations must also send and read generated values correctly, with `--testing` those of its
fake must respond with examples.
The exit status is 0 if all documents pass except the ambiguous ones.
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
    """Parse the arguments, run the documents, and print the results."""
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
            packages,
            not options.no_mypy,
            options.jobs,
            limits,
            options.wire,
            options.testing,
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
        print(f"{len(chosen) - len(results)} documents were not started in time")
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
    parser.add_argument("--limit", type=int, help="run only the smallest N documents")
    parser.add_argument(
        "--only", nargs="+", default=["*"], metavar="NAME", help="* matches anything"
    )
    parser.add_argument(
        "--jobs", type=int, default=1, help="documents run at the same time"
    )
    parser.add_argument("--no-mypy", action="store_true", help="do not check types")
    parser.add_argument("--wire", action="store_true", help="call each operation")
    parser.add_argument("--testing", action="store_true", help="call each fake")
    parser.add_argument("--json", type=Path, help="write the results to a file")
    parser.add_argument("--compare", type=Path, help="results of an earlier run")
    parser.add_argument("--packages", type=Path, help="keep the packages in a folder")
    parser.add_argument(
        "--minutes", type=float, help="start no document after N minutes"
    )
    parser.add_argument(
        "--seconds", type=int, default=300, help="CPU limit per document"
    )
    parser.add_argument(
        "--megabytes", type=int, default=4096, help="memory limit per document"
    )
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
