"""Program that draws the plots: `plots.py FOLDER`, with the data as JSON on standard input.

The data maps the name of a plot to `{variant: {case: CPU seconds}}`. It runs in an environment
with matplotlib.
"""

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib import pyplot  # noqa: E402

Series = dict[str, dict[str, float]]


def main(folder: str) -> None:
    plots: dict[str, Series] = json.load(sys.stdin)
    for name, series in plots.items():
        figure, axes = pyplot.subplots(figsize=(9, 5))
        draw = _draw_lines if name == "sizes" else _draw_bars
        draw(axes, series)
        axes.set_yscale("log")
        axes.set_ylabel("CPU seconds")
        axes.grid(axis="y", alpha=0.3)
        axes.legend(fontsize=8)
        figure.tight_layout()
        # Without the version of matplotlib, so that the same data gives the same file.
        figure.savefig(
            Path(folder) / f"{name}.png", dpi=80, metadata={"Software": None}
        )


def _draw_lines(axes: Any, series: Series) -> None:
    for variant, points in series.items():
        sizes = [int(case.split()[0].replace(",", "")) for case in points]
        axes.plot(sizes, points.values(), marker="o", label=variant)
    axes.set_xscale("log")
    axes.set_xlabel("operations")


def _draw_bars(axes: Any, series: Series) -> None:
    cases = list(dict.fromkeys(case for points in series.values() for case in points))
    width = 0.85 / len(series)
    for number, (variant, points) in enumerate(series.items()):
        places = [cases.index(case) + number * width for case in points]
        axes.bar(places, points.values(), width, label=variant)
    axes.set_xticks([place + 0.4 for place in range(len(cases))], cases)


if __name__ == "__main__":
    main(sys.argv[1])
