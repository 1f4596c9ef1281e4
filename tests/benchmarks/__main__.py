"""The benchmark: `python -m tests.benchmarks [SECTION]...`.

    python -m tests.benchmarks                    every section, then RESULTS.md and the plots
    python -m tests.benchmarks imports calls      these sections only
    python -m tests.benchmarks generation --case Clerk --rounds 2
    python -m tests.benchmarks --report           RESULTS.md from the samples, nothing is run

Peers are installed in environments of their own, below the folder of the benchmark. A run that
was interrupted goes on where it ended; `--fresh` measures again. `RESULTS.md` and the plots are
written only if no section is named, or with `--report`; otherwise the page is printed.
"""

import argparse
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import median

from tests.benchmarks.bench import Bench
from tests.benchmarks.peers import Environments
from tests.benchmarks.report import render_report
from tests.benchmarks.sampling import Samples, measure
from tests.benchmarks.sections import SECTIONS
from tests.benchmarks.workers import PROGRAMS

RESULTS = Path(__file__).with_name("RESULTS.md")
_PLOTS = ("generation", "sizes")


def main() -> None:
    """Measure the sections, and write or print the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sections", nargs="*", metavar="SECTION")
    parser.add_argument("--case", action="append", help="Only this case. Repeatable.")
    parser.add_argument("--rounds", type=int, help="Runs of each variant.")
    parser.add_argument("--fresh", action="store_true", help="Forget earlier samples.")
    parser.add_argument("--report", action="store_true", help="Measure nothing.")
    parser.add_argument("--folder", type=Path, help="Folder of all that is written.")
    chosen = parser.parse_args()
    if unknown := {*chosen.sections} - {*SECTIONS}:
        parser.error(f"no section {min(unknown)}: they are {', '.join(SECTIONS)}")
    if chosen.fresh and chosen.report:
        parser.error("--report measures nothing: leave it out to measure again")
    folder = chosen.folder or Path(tempfile.gettempdir()) / "clientcast-benchmarks"
    file = folder / "samples.jsonl"
    if chosen.fresh:
        file.unlink(missing_ok=True)
    if not file.is_file():  # What is measured may have changed since.
        shutil.rmtree(folder / "work", ignore_errors=True)
    bench = Bench(folder / "work", Environments(folder / "peers"))
    bench.folder.mkdir(parents=True, exist_ok=True)
    samples = Samples.read(file)
    if not chosen.report:
        for section in chosen.sections or SECTIONS:
            warm: set[str] = set()
            for case in SECTIONS[section](bench):
                if not chosen.case or case.name in chosen.case:
                    measure(section, case, samples, chosen.rounds, warm)
    page = render_report(samples, bench.environments.versions())
    if chosen.report or not chosen.sections:
        RESULTS.write_text(page, encoding="utf-8")
        _draw_plots(samples, bench.environments)
    else:
        print(page)


def _draw_plots(samples: Samples, environments: Environments) -> None:
    plots: dict[str, dict[str, dict[str, float]]] = {}
    for section in _PLOTS:
        for case in samples.cases(section):
            for name, costs in samples.variants(section, case).items():
                if not any(cost.failed for cost in costs.values()):
                    series = plots.setdefault(section, {}).setdefault(name, {})
                    series[case] = median(cost.cpu for cost in costs.values())
    if plots:
        python, program = environments.python("matplotlib"), PROGRAMS / "plots.py"
        command = [str(python), str(program), str(RESULTS.parent)]
        subprocess.run(command, input=json.dumps(plots), text=True, check=True)


if __name__ == "__main__":
    main()
