"""`python -m tests.faults` runs the whole fault matrix and prints the results.

With `--write` it writes them as a table to `tests/faults/README.md`, in which the rows that were
not run keep their results.
"""

import argparse
import sys

from tests.support.project import ROOT

sys.path[:0] = [str(ROOT / name) for name in ("generator", "generated")]

from tests.faults.matrix import LAYERS, ROWS  # noqa: E402
from tests.faults.modes import MODES  # noqa: E402
from tests.faults.observing import observe_in_process  # noqa: E402
from tests.faults.table import README, markdown, row_text, run_row  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("ids", nargs="*", help="rows such as F21; all without any")
    parser.add_argument("--mode", action="append", help="sync, asyncio or trio")
    parser.add_argument("--write", action="store_true", help="write README.md")
    parser.add_argument("--apart", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    modes = [m for m in MODES if options.mode is None or m.name in options.mode]
    if options.apart:
        row, name = options.apart
        (mode,) = (mode for mode in MODES if mode.name == name)
        print(observe_in_process(ROWS[row], mode))
        return
    rows = [row for row in ROWS.values() if not options.ids or row.id in options.ids]
    outcomes = {}
    for row in rows:
        outcomes[row.id] = run_row(row, modes)
        print(row_text(row, outcomes[row.id]), flush=True)
    if options.write:
        page = markdown(LAYERS, outcomes, README.read_text(encoding="utf-8"))
        README.write_text(page, encoding="utf-8")
    if any(cell.is_wrong for cells in outcomes.values() for cell in cells.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
