"""The page of results: limits, tables, plots in text, and the machine."""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from tests.benchmarks.costs import Cost
from tests.benchmarks.limits import Limit, cpu, limits, wall
from tests.benchmarks.sampling import Samples, Spread, ratios
from tests.benchmarks.sections import OURS, SECTIONS

_WIDTH = 40
"""Characters of the longest bar."""
_SMALL_STAGE = 0.02
"""Share of a generation below which a stage is not shown."""
_SCALES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))


def render_report(samples: Samples, versions: Mapping[str, str]) -> str:
    """Return the page in Markdown.

    Args:
        samples: What was measured.
        versions: The versions of the peers.
    """
    parts = [
        "# Benchmarks",
        "Written by `python -m tests.benchmarks`. The variants of a case run in turn; each ratio"
        " is that of two runs of the same round, given as median (least to greatest). CPU"
        " includes child processes. Memory is that of the largest process.",
        *_limits_section(samples),
    ]
    for section, cases in SECTIONS.items():
        if samples.cases(section):
            parts.append(f"## {section.capitalize()}")
            parts.append((cases.__doc__ or "").strip())
            if section == "stages":
                parts.append(_stages_table(samples))
                continue
            for case in samples.cases(section):
                parts.append(f"**{case}**")
                parts.append(_case_table(samples.variants(section, case)))
            if section in ("generation", "sizes"):
                parts.append(f"![CPU seconds of {section}]({section}.png)")
                parts.append(_text_plot(samples, section))
    parts += ["## The machine", *render_machine(versions)]
    return "\n\n".join(parts) + "\n"


def _limits_section(samples: Samples) -> Iterator[str]:
    measured = [(limit, limit.value(samples)) for limit in limits()]
    yield "## Limits"
    yield render_table(
        ("value", "measured", "at most", ""),
        [
            (
                limit.text,
                _missing(limit, samples) if found is None else _spread(found),
                f"{limit.maximum:g}",
                _verdict(limit, found),
            )
            for limit, found in measured
        ],
    )
    shares = [(s.median / limit.maximum, limit) for limit, s in measured if s]
    if shares:
        share, limit = max(shares, key=lambda entry: entry[0])
        yield (
            f"**The next limit:** {limit.text}, at {share:.2f} of its maximum."
            f" {_largest_stage(samples)}"
        )


def _missing(limit: Limit, samples: Samples) -> str:
    costs = samples.costs.get(limit.peer, {}) if limit.peer is not None else {}
    failed = any(cost.failed for cost in costs.values())
    return "the peer fails" if failed else "not measured"


def _verdict(limit: Limit, found: Spread | None) -> str:
    if found is None:
        return ""
    return "met" if found.median <= limit.maximum else "**not met**"


def _largest_stage(samples: Samples) -> str:
    """Return a sentence about the stages that take most of a generation."""
    shares: list[str] = []
    for case in samples.cases("stages"):
        seconds = {
            name: median(cost.cpu for cost in costs.values())
            for name, costs in samples.variants("stages", case).items()
        }
        name = max(seconds, key=lambda name: seconds[name])
        shares.append(f"{case} `{name}` {seconds[name] / sum(seconds.values()):.0%}")
    return f"The largest stage of a generation: {', '.join(shares)}." if shares else ""


def _case_table(variants: Mapping[str, Mapping[int, Cost]]) -> str:
    base = next(iter(variants.values()))
    rows: list[Sequence[str]] = []
    for name, costs in variants.items():
        if any(cost.failed for cost in costs.values()):
            rows.append((name, "fails", "", "", "", ""))
            continue
        with_error = any(cost.has_error for cost in costs.values())
        row = [f"{name} (exits with an error)" if with_error else name]
        for quantity in (cpu, wall):
            seconds = median(map(quantity, costs.values()))
            ratio = None if costs is base else ratios(costs, base, quantity)
            row.append(_seconds(seconds) if seconds else "")
            row.append("" if ratio is None else _spread(ratio))
        megabytes = median(cost.megabytes for cost in costs.values())
        rows.append((*row, f"{megabytes:.0f}" if megabytes else ""))
    return render_table(("variant", "CPU", "ratio", "wall", "ratio", "MB"), rows)


def _stages_table(samples: Samples) -> str:
    """Return the seconds of each stage by document; small ones are added up."""
    cases = samples.cases("stages")
    seconds = {
        case: {
            name: median(cost.cpu for cost in costs.values())
            for name, costs in samples.variants("stages", case).items()
        }
        for case in cases
    }
    large = dict.fromkeys(
        name
        for stages in seconds.values()
        for name, cpu_seconds in stages.items()
        if cpu_seconds >= _SMALL_STAGE * sum(stages.values())
    )
    rows = [
        (name, *(_seconds(seconds[case].get(name, 0)) for case in cases))
        for name in large
    ]
    rest = (
        sum(t for n, t in seconds[case].items() if n not in large) for case in cases
    )
    return render_table(
        ("stage", *cases), [*rows, ("all others", *map(_seconds, rest))]
    )


def _text_plot(samples: Samples, section: str) -> str:
    """Return bars of the CPU seconds of each variant, on one scale for each case."""
    lines: list[str] = []
    for case in samples.cases(section):
        medians = {
            name: median(cost.cpu for cost in costs.values())
            for name, costs in samples.variants(section, case).items()
            if not any(cost.failed for cost in costs.values())
        }
        longest = max(medians.values(), default=0)
        lines.append(case)
        for name, seconds in medians.items():
            bar = "#" * max(1, round(_WIDTH * seconds / longest))
            mark = "*" if name == OURS else " "
            lines.append(f" {mark}{name:25} {bar:{_WIDTH}} {_seconds(seconds)}")
    return "```text\n" + "\n".join(lines) + "\n```"


def _seconds(seconds: float) -> str:
    for factor, unit in _SCALES:
        if seconds >= factor:
            break
    return f"{seconds / factor:.3g} {unit}"


def _spread(found: Spread) -> str:
    return f"{found.median:.2f} ({found.least:.2f} to {found.greatest:.2f})"


def render_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def render_machine(versions: Mapping[str, str]) -> Iterator[str]:
    """Yield paragraphs with the machine and the versions of the peers."""
    yield (
        f"{_processor()}, {os.cpu_count()} cores, {_memory()} of memory,"
        f" {platform.system()} {platform.release().partition('-')[0]},"
        f" Python {platform.python_version()}."
    )
    yield "Peers: " + ", ".join(f"{name} {v}" for name, v in versions.items()) + "."


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    for line in file.read_text().split("\n") if file.is_file() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory() -> str:
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return f"{pages / 2**30:.0f} GiB"
