"""`python -m tests.benchmarks.growth` measures how the cost of a document grows with its size.

Each row of `tests.benchmarks.shapes` makes a document of any size. It is doubled a few times, and
each document goes through `cast` (what `check` and `generate` do), the Markdown pages and the
site, each in a process of its own that is given 20 s of CPU. Printed are CPU seconds (children
included), the peak of memory, and the exponent of growth of the last doubling: 1 is linear.

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

SECONDS = 20
MOST_SECONDS = 5.0
MOST_MEGABYTES = 512.0
MOST_GROWTH = 1.2

Stage = Callable[[], str]


class Cost(NamedTuple):
    """What a stage took in a process of its own.

    Attributes:
        said: What it returned: how many errors and warnings, or a traceback's last line.
    """

    seconds: float
    megabytes: float
    said: str


def measured(stage: Stage) -> Cost:
    """Run a stage in a forked process, and measure that and its children."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        try:
            said = stage()
        except BaseException as error:
            said = f"{type(error).__name__}: {error}"[:100]
        os.write(writer, said.encode("utf-8", "replace"))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read().decode("utf-8")
    _, status, usage = os.wait4(child, 0)
    if os.WIFSIGNALED(status):
        said = f"killed by signal {os.WTERMSIG(status)}"
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said)


def casting(spec: Path, package: Path) -> Stage:
    """Check and generate."""

    def stage() -> str:
        result = cast(spec, spec.name)
        if result.files is not None:
            write(package, result.files)
        codes = [d.code for d in result.diagnostics]
        shown = " ".join(f"{c}*{codes.count(c)}" for c in sorted({*codes})[:3])
        for diagnostic in result.diagnostics[:1000]:
            json.dumps(str(diagnostic))
        return shown

    return stage


def pages(package: Path) -> Stage:
    """Write the Markdown pages."""

    def stage() -> str:
        return str(len(render_folder([extract(read_package(package, "package"))])))

    return stage


def site(package: Path) -> Stage:
    """Build the site."""

    def stage() -> str:
        return str(len(render_site([extract(read_package(package, "package"))])))

    return stage


def costs(shape: Shape, size: int, folder: Path, *, with_site: bool) -> dict[str, Cost]:
    """What each stage costs for a document of a size."""
    spec = folder / f"spec.{shape.suffix}"
    spec.write_text(shape.document(size), encoding="utf-8")
    package = folder / "package"
    found = {"cast": measured(casting(spec, package))}
    if (package / "clientcast.json").is_file():
        found["docs"] = measured(pages(package))
        if with_site:
            found["site"] = measured(site(package))
    return found


def row(
    name: str, shape: Shape, steps: int, base: dict[str, Cost], *, with_site: bool
) -> None:
    """Print what each stage costs at each size, and what grows faster than it may."""
    before: dict[str, float] = {}
    for step in range(steps):
        size = shape.start << step
        with tempfile.TemporaryDirectory() as folder:
            found = costs(shape, size, Path(folder), with_site=with_site)
        cells: list[str] = []
        for stage, cost in found.items():
            own = cost.seconds - base[stage].seconds
            growth = math.log2(own / before[stage]) if before.get(stage, 0) > 0.1 else 0
            before[stage] = own
            marks = "t" * (own > MOST_SECONDS) + "g" * (growth > MOST_GROWTH)
            marks += "m" * (cost.megabytes > MOST_MEGABYTES)
            cells.append(
                f"{stage} {own:6.2f} s {cost.megabytes:5.0f} MB ^{growth:4.2f} {marks:3}"
            )
        said = found["cast"].said
        print(f"{name:28}{size:>9}  {' | '.join(cells)}  {said}", flush=True)
        if max(cost.seconds for cost in found.values()) > MOST_SECONDS:
            break


def main() -> None:
    """Measure the shapes that are named, or all."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("names", nargs="*")
    options.add_argument("--steps", type=int, default=3)
    options.add_argument("--site", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base = costs(SHAPES["plain"], 1, Path(folder), with_site=chosen.site)
    print(f"subtracted: {', '.join(f'{k} {v.seconds:.2f} s' for k, v in base.items())}")
    for name, shape in SHAPES.items():
        if not chosen.names or any(name.startswith(wanted) for wanted in chosen.names):
            row(name, shape, chosen.steps, base, with_site=chosen.site)


if __name__ == "__main__":
    main()
