"""`python -m tests.fuzz --documents 10000 --seed 1` generates packages from hostile documents.

It prints the numbers of generated, accepted, imported and refused documents, and each kind of
finding with its smallest document. The exit status is 1 if there is a finding.
"""

import argparse
import sys

from tests.support.project import ROOT

sys.path[:0] = [str(ROOT / name) for name in ("generator", "templates")]

from tests.fuzz.run import fuzz  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument(
        "--documents", type=int, default=1000, help="number of documents"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the random texts")
    options = parser.parse_args()
    summary = fuzz(options.documents, options.seed)
    print(summary)
    sys.exit(1 if summary.findings else 0)


if __name__ == "__main__":
    main()
