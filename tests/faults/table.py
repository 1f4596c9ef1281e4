"""The matrix as a table: of each row what is expected, and what came of it in each mode."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.faults.modes import MODES, Mode
from tests.faults.observing import Result, observe_row
from tests.faults.row import Row

README = Path(__file__).parent / "README.md"

INTRODUCTION = """\
# What the clients do when things go wrong

Each row is a fault that a server, a network or a caller has in store for a client. It is played
against a real socket server that misbehaves on purpose, with the synchronous client, with the
asynchronous client on asyncio, and with that on trio; what came of it is measured, not meant.
Every call carries secrets, and the server's answers plant more of them; none may be seen
afterwards in a log line of any logger at DEBUG, in a warning, on the terminal, in a `repr`, or in
an error with all that it came from, the local variables of its traceback included.

```
uv run pytest tests/faults                  # checks it
uv run python -m tests.faults               # prints it; F21 or --mode trio for a part
uv run python -m tests.faults --write       # writes this page
```

A cell has the class of what was returned or raised (`ok` for a scenario of several calls), the
requests that the server saw, the seconds that it took and, where it is about memory, the peak above
the start; where a row has several cases, all that came, and the most of each. Tries are 3, the
deadline is 30 s unless a case sets another, and bodies may have 8 MiB.
"""


@dataclass(frozen=True)
class Cell:
    """What came of a row in a mode."""

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
            parts.append("NOT AS EXPECTED")
        elif self.is_pending:
            parts.append("a secret may be seen")
        return ", ".join(parts)


def run(row: Row, modes: Iterable[Mode]) -> dict[str, Cell]:
    """Play a row in each of the modes that it is for."""
    return {
        mode.name: Cell(tuple(observe_row(row, mode)))
        for mode in modes
        if mode in row.modes
    }


def text(row: Row, cells: Mapping[str, Cell]) -> str:
    """A row for the terminal, with what is wrong."""
    cases = "" if len(row.cases) == 1 else f" ({len(row.cases)} cases)"
    lines = [f"{row.id}  {row.fault}{cases}", f"     expected: {row.expected}"]
    for name, cell in cells.items():
        lines.append(f"     {name:8} {cell}")
        for result in cell.results:
            for wrong in (*result.problems, *result.leaks):
                lines.append(f"         {result.case or 'it'}: {wrong}")
    return "\n".join(lines)


def markdown(
    layers: Mapping[str, Iterable[Row]], outcomes: Mapping[str, Mapping[str, Cell]]
) -> str:
    """The page for readers."""
    lines = [INTRODUCTION]
    names = [mode.name for mode in MODES]
    for layer, rows in layers.items():
        lines += [f"## {layer}", ""]
        lines.append(" | ".join(("| | fault", "what the client does", *names)) + " |")
        lines.append("|---" * (3 + len(names)) + "|")
        for row in rows:
            cells = outcomes.get(row.id, {})
            found = [str(cells[name]) if name in cells else "" for name in names]
            lines.append(
                "| " + " | ".join((row.id, row.fault, row.expected, *found)) + " |"
            )
        lines.append("")
    pending = _pending(outcomes)
    if pending:
        lines += ["## Not ours to mend", "", *pending]
    return "\n".join(lines).rstrip() + "\n"


def _pending(outcomes: Mapping[str, Mapping[str, Cell]]) -> list[str]:
    """What is known, with the rows and the modes that it is seen in."""
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
