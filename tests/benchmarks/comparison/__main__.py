"""The comparison with other generators and SDKs: `python -m tests.benchmarks.comparison [PART]...`.

    python -m tests.benchmarks.comparison            both parts, then COMPARISON.md
    python -m tests.benchmarks.comparison clients    what clients do, and what they cost
    python -m tests.benchmarks.comparison sample     packages of a sample of documents
    python -m tests.benchmarks.comparison --report   COMPARISON.md from the last runs

The others are installed in environments of their own, outside the repository. All clients are
called against servers on loopback.
"""

import argparse
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from tests.support.project import ROOT

sys.path[:0] = [str(ROOT / name) for name in ("generator", "generated")]

from tests.benchmarks.bench import Bench  # noqa: E402
from tests.benchmarks.comparison.facts import (  # noqa: E402
    ClientFacts,
    collect_client_facts,
)
from tests.benchmarks.comparison.page import Facts, render_page  # noqa: E402
from tests.benchmarks.comparison.sample import (  # noqa: E402
    SampleFacts,
    collect_sample_facts,
)
from tests.benchmarks.peers import Environments  # noqa: E402

PAGE = Path(__file__).parents[1] / "COMPARISON.md"
_PARTS = {"clients": collect_client_facts, "sample": collect_sample_facts}


def main() -> None:
    """Measure the parts, and write the page if all were measured."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART")
    parser.add_argument("--report", action="store_true", help="Measure nothing.")
    parser.add_argument("--folder", type=Path, help="Folder of all that is written.")
    chosen = parser.parse_args()
    if unknown := {*chosen.parts} - {*_PARTS}:
        parser.error(f"no part {min(unknown)}: they are {', '.join(_PARTS)}")
    base = chosen.folder or Path(tempfile.gettempdir()) / "clientcast-benchmarks"
    folder, environments = base / "comparison", Environments(base / "peers")
    for part in () if chosen.report else chosen.parts or _PARTS:
        work = folder / part
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        facts = _PARTS[part](Bench(work, environments))
        (folder / f"{part}.json").write_bytes(msgspec.json.encode(facts))
    files = [folder / f"{part}.json" for part in _PARTS]
    if not all(file.is_file() for file in files):
        return
    day = datetime.fromtimestamp(min(file.stat().st_mtime for file in files), UTC)
    clients = msgspec.json.decode(files[0].read_bytes(), type=ClientFacts)
    sample = msgspec.json.decode(files[1].read_bytes(), type=SampleFacts)
    page = render_page(Facts(day.date(), environments.versions(), clients, sample))
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
