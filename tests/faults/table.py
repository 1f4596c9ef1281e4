"""The fault matrix as a table: expectation and result in each mode for each row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.faults.known_leaks import KNOWN_LEAKS
from tests.faults.modes import MODES, Mode
from tests.faults.observing import Result, observe_row
from tests.faults.row import Row

README = Path(__file__).parent / "README.md"

KNOWN_LEAKS_HEADING = "## Known leaks in other libraries"

INTRODUCTION = """\
# How clients handle faults

Each row is a fault of a server, a network or a caller. It is tested against a faulty server on a
real socket, with the synchronous client, with the asynchronous client on asyncio, and with the
asynchronous client on trio; the results in the table are measured. Requests and responses contain
secrets. No secret may appear in a log line of any logger at DEBUG, a warning, the output, a `repr`,
or an error with its causes, including the local variables of its traceback.

```
uv run pytest --full tests/faults           # tests all rows
uv run python -m tests.faults               # prints the results; F21 or --mode trio for a part
uv run python -m tests.faults --write       # writes this page
```

A cell has the class of the return value or error (`ok` for a scenario of several calls), the number
of requests, the duration in seconds, and the peak memory above the start if that matters. For a row
with several cases it has all classes and the maxima. Clients make up to 3 attempts, the timeout is
30 s unless a case sets another, and the limit of response bodies is 8 MiB.
"""


@dataclass(frozen=True)
class Cell:
    """Results of a row in one mode."""

    results: tuple[Result, ...]

    @property
    def is_wrong(self) -> bool:
        return any(result.problems or result.leaks for result in self.results)

    @property
    def is_pending(self) -> bool:
        return any(result.pending for result in self.results)

    def __str__(self) -> str:
        outcomes = dict.fromkeys(result.outcome for result in self.results)
        requests = [result.requests for result in self.results]
        low, high = min(requests), max(requests)
        parts = [
            " or ".join(outcomes),
            f"{low:,} req" if low == high else f"{low:,}–{high:,} req",
            f"{max(result.seconds for result in self.results):.2f} s",
        ]
        peaks = [result.peak for result in self.results if result.peak is not None]
        if peaks:
            parts.append(f"{max(peaks):.0f} MiB")
        if self.is_wrong:
            parts.append("FAILED")
        elif self.is_pending:
            parts.append("known leak")
        return ", ".join(parts)


def run_row(row: Row, modes: Iterable[Mode]) -> dict[str, Cell]:
    """Run a row in each of its modes."""
    return {
        mode.name: Cell(tuple(observe_row(row, mode)))
        for mode in modes
        if mode in row.modes
    }


def row_text(row: Row, cells: Mapping[str, Cell]) -> str:
    """Return the text of a row for the terminal, with its problems."""
    cases = "" if len(row.cases) == 1 else f" ({len(row.cases)} cases)"
    lines = [f"{row.id}  {row.fault}{cases}", f"     expected: {row.expected}"]
    for name, cell in cells.items():
        lines.append(f"     {name:8} {cell}")
        for result in cell.results:
            for wrong in (*result.problems, *result.leaks):
                lines.append(f"         {result.case or 'it'}: {wrong}")
    return "\n".join(lines)


def _previous_cells(page: str) -> dict[str, list[str]]:
    """Return the cells of the modes in a page, by row."""
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| ")]
    return {row[0].removeprefix("| "): row[3:] for row in rows}


def markdown(
    layers: Mapping[str, Iterable[Row]],
    outcomes: Mapping[str, Mapping[str, Cell]],
    previous: str,
) -> str:
    """Return the page in Markdown.

    Args:
        layers: The rows, by layer.
        outcomes: The cells of the rows that were run.
        previous: The page so far, which has the results of the other rows.
    """
    previous_cells = _previous_cells(previous)
    lines = [INTRODUCTION]
    names = [mode.name for mode in MODES]
    for layer, rows in layers.items():
        lines += [f"## {layer}", ""]
        lines.append(
            " | ".join(("| | fault", "behaviour of the client", *names)) + " |"
        )
        lines.append("|---" * (3 + len(names)) + "|")
        for row in rows:
            cells = outcomes.get(row.id)
            if cells is None:
                found = previous_cells[row.id]
            else:
                found = [str(cells[name]) if name in cells else "" for name in names]
                found[-1] += " |"
            lines.append("| " + " | ".join((row.id, row.fault, row.expected, *found)))
        lines.append("")
    pending = _pending(outcomes)
    if not any(row in outcomes for row, _ in KNOWN_LEAKS):
        pending = previous.partition(KNOWN_LEAKS_HEADING)[2].strip().splitlines()
    if pending:
        lines += [KNOWN_LEAKS_HEADING, "", *pending]
    return "\n".join(lines).rstrip() + "\n"


def _pending(outcomes: Mapping[str, Mapping[str, Cell]]) -> list[str]:
    """Return the known leaks, with the rows and modes in which they occur."""
    rows: dict[str, dict[str, None]] = {}
    modes: dict[str, dict[str, None]] = {}
    for id, cells in outcomes.items():
        for name, cell in cells.items():
            for reason in (r for result in cell.results for r in result.pending):
                rows.setdefault(reason, {})[id] = None
                modes.setdefault(reason, {})[name] = None
    return [
        f"* {reason} ({', '.join(rows[reason])}; {', '.join(modes[reason])})"
        for reason in rows
    ]
