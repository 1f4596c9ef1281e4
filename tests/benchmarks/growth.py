"""Growth of the cost of a document with its size: `python -m tests.benchmarks.growth`.

Each shape of `tests.benchmarks.shapes` builds a document of any size. The size is doubled a few
times. For each size `cast` (as in `check` and `generate`), the Markdown pages and the site run,
each in its own process with 20 s of CPU. The output has CPU seconds (with children), the peak of
memory, and the exponent of growth since the last size: 1 is linear.

    python -m tests.benchmarks.growth [NAME]... [--steps 4] [--site]
"""

import argparse
import json
import math
import os
import resource
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from clientcast.docs import extract, read_package, render_folder
from clientcast.docs.site import render_site
from clientcast.output import write
from clientcast.pipeline import cast

from tests.benchmarks.shapes import SHAPES, Shape

CPU_LIMIT = 20
MAX_SECONDS = 5.0
MAX_MEGABYTES = 512.0
MAX_GROWTH = 1.2

Stage = Callable[[], str]


class Cost(NamedTuple):
    """Cost of a stage in its own process.

    Attributes:
        seconds: CPU seconds, with children.
        megabytes: Peak of memory.
        outcome: Number of diagnostics by code or of files, or the exception.
    """

    seconds: float
    megabytes: float
    outcome: str


def measure(stage: Stage) -> Cost:
    """Run a stage in a forked process, and measure it with its children."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT))
        try:
            outcome = stage()
        except BaseException as error:
            outcome = f"{type(error).__name__}: {error}"[:100]
        os.write(writer, outcome.encode("utf-8", "replace"))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        outcome = pipe.read().decode("utf-8")
    _, status, usage = os.wait4(child, 0)
    if os.WIFSIGNALED(status):
        outcome = f"killed by signal {os.WTERMSIG(status)}"
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, outcome)


def cast_stage(spec: Path, package: Path) -> Stage:
    """Return the stage that checks a spec and generates its package."""

    def stage() -> str:
        result = cast(spec, spec.name)
        if result.files is not None:
            write(package, result.files)
        codes = [d.code for d in result.diagnostics]
        codes_text = " ".join(f"{c}*{codes.count(c)}" for c in sorted({*codes})[:3])
        for diagnostic in result.diagnostics[:1000]:
            json.dumps(str(diagnostic))
        return codes_text

    return stage


def docs_stage(package: Path) -> Stage:
    """Return the stage that renders the Markdown pages."""

    def stage() -> str:
        return str(len(render_folder([extract(read_package(package, "package"))])))

    return stage


def site_stage(package: Path) -> Stage:
    """Return the stage that renders the site."""

    def stage() -> str:
        return str(
            len(render_site({package: extract(read_package(package, "package"))}))
        )

    return stage


def measure_stages(
    shape: Shape, size: int, folder: Path, *, with_site: bool
) -> dict[str, Cost]:
    """Measure each stage for a document of a size."""
    spec = folder / f"spec.{shape.suffix}"
    spec.write_text(shape.document(size), encoding="utf-8")
    package = folder / "package"
    found = {"cast": measure(cast_stage(spec, package))}
    if (package / "clientcast.json").is_file():
        found["docs"] = measure(docs_stage(package))
        if with_site:
            found["site"] = measure(site_stage(package))
    return found


def print_growth(
    name: str, shape: Shape, steps: int, base: dict[str, Cost], *, with_site: bool
) -> None:
    """Print the cost of each stage at each size, and mark costs above a maximum."""
    before: dict[str, float] = {}
    for step in range(steps):
        size = shape.start << step
        with tempfile.TemporaryDirectory() as folder:
            found = measure_stages(shape, size, Path(folder), with_site=with_site)
        cells: list[str] = []
        for stage, cost in found.items():
            net_seconds = cost.seconds - base[stage].seconds
            growth = (
                math.log2(net_seconds / before[stage])
                if before.get(stage, 0) > 0.1
                else 0
            )
            before[stage] = net_seconds
            marks = "t" * (net_seconds > MAX_SECONDS) + "g" * (growth > MAX_GROWTH)
            marks += "m" * (cost.megabytes > MAX_MEGABYTES)
            cells.append(
                f"{stage} {net_seconds:6.2f} s {cost.megabytes:5.0f} MB ^{growth:4.2f} {marks:3}"
            )
        outcome = found["cast"].outcome
        print(f"{name:28}{size:>9}  {' | '.join(cells)}  {outcome}", flush=True)
        if max(cost.seconds for cost in found.values()) > MAX_SECONDS:
            break


def main() -> None:
    """Measure the named shapes, or all."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("names", nargs="*")
    options.add_argument("--steps", type=int, default=3)
    options.add_argument("--site", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = measure_stages(SHAPES["plain"], 1, Path(folder), with_site=chosen.site)
    print(f"subtracted: {', '.join(f'{k} {v.seconds:.2f} s' for k, v in base.items())}")
    for name, shape in SHAPES.items():
        if not chosen.names or any(name.startswith(wanted) for wanted in chosen.names):
            print_growth(name, shape, chosen.steps, base, with_site=chosen.site)


if __name__ == "__main__":
    main()
