"""The sections of the benchmark: each yields its cases, ready to be measured."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from tests.benchmarks.bench import HOME_CLIENTS, Bench, Project
from tests.benchmarks.costs import Cost, run_process
from tests.benchmarks.documents import document
from tests.benchmarks.sampling import Case
from tests.benchmarks.server import run_server
from tests.benchmarks.workers import PROGRAMS, Workers

OURS = "clientcast"
BLACK = "clientcast, black"
WITH_FAKE, WITHOUT_FAKE = "with a fake", "without a fake"
PEER_COMMANDS: Mapping[str, tuple[str, Sequence[str]]] = {
    "openapi-python-client": (
        "openapi-python-client",
        ["generate", "--path", "SPEC", "--output-path", "OUT", "--meta", "none"],
    ),
    "apiroute": (
        "apiroute",
        ["generate", "openapi", "SPEC", "-o", "OUT", "--base-url", "https://a.example"],
    ),
    "apiroute --models": (
        "apiroute",
        ["generate", "openapi", "SPEC", "-o", "OUT", "--base-url", "https://a.example"]
        + ["--models"],
    ),
    "clientele": ("clientele", ["start-api", "-f", "SPEC", "-o", "OUT"]),
    "datamodel-code-generator": (
        "datamodel-code-generator",
        ["--input", "SPEC", "--input-file-type", "openapi", "--output", "OUT"],
    ),
    "openapi-ts": (
        "openapi-ts",
        ["--silent", "--no-log-file", "-i", "SPEC", "-o", "OUT"],
    ),
}
"""The peer that generates, and its arguments, by name of the variant."""
DOCUMENTS = {
    "petstore": "swagger__petstore3.yaml",
    "Clerk": "clerk__backend.yaml",
    "Stripe": "stripe__spec3.yaml",
    "GitHub": "github__rest.json",
    "Kubernetes core": "kubernetes__core_v1.json",
    "Kubernetes": "kubernetes__swagger_v2.json",
}
"""The third-party documents: the file of each in the corpus."""
FAKES = ("10 operations", *DOCUMENTS)
"""The documents of which a fake is generated."""
SIZES = (10, 30, 100, 300, 1000)
FLOOR = "httpx2 and msgspec"
PYREQWEST = "pyreqwest and msgspec"
LARGE = 1000
_CALLS = 400
_LONG_ROUNDS = 3
"""Rounds of cases that take minutes."""
_NO_FAKE = "testing = false"


def generation(bench: Bench) -> Iterator[Case]:
    """Cold generation of third-party documents, without a fake: the peers write none."""
    for name, file in DOCUMENTS.items():
        if (bench.corpus / file).exists():
            with_black = name == "Clerk"
            yield _generation_case(bench, name, bench.corpus / file, with_black)


def sizes(bench: Bench) -> Iterator[Case]:
    """Cold generation of synthetic documents of 10 to 1,000 operations, without a fake."""
    for size in SIZES:
        yield _generation_case(bench, f"{size:,} operations", bench.synthetic(size))


def _generation_case(
    bench: Bench, name: str, source: Path, with_black: bool = False
) -> Case:
    variants: dict[str, Callable[[], Cost]] = {
        OURS: bench.project("cold", source, _NO_FAKE).generate_cold
    }
    if with_black:
        settings = f'formatter = "black"\n{_NO_FAKE}'
        project = bench.project("black", source, settings)
        variants[BLACK] = project.generate_cold
    for variant in PEER_COMMANDS:
        variants[variant] = _peer_run(bench, variant, source)
    return Case(name, variants, _LONG_ROUNDS)


def _peer_run(bench: Bench, variant: str, source: Path) -> Callable[[], Cost]:
    peer, arguments = PEER_COMMANDS[variant]
    output = bench.folder / "peer-output"

    def run() -> Cost:
        shutil.rmtree(output, ignore_errors=True)
        output.mkdir()
        files = {"SPEC": source, "OUT": output / "client"}
        command = [files.get(part, part) for part in arguments]
        cost = run_process([bench.environments.program(peer), *command], output)
        written = any(path.is_file() for path in output.rglob("*"))
        return cost._replace(failed=not written, has_error=cost.failed)

    return run


def fakes(bench: Bench) -> Iterator[Case]:
    """Cold generation with a fake, compared with that without one."""
    for name in FAKES:
        is_synthetic = name not in DOCUMENTS
        source = bench.synthetic(10) if is_synthetic else bench.corpus / DOCUMENTS[name]
        if source.exists():
            projects = {
                WITHOUT_FAKE: bench.project("plain", source, _NO_FAKE),
                WITH_FAKE: bench.project("fake", source, "testing = true"),
            }
            variants = {v: p.generate_cold for v, p in projects.items()}
            yield Case(name, variants, 9)


def unchanged(bench: Bench) -> Iterator[Case]:
    """`generate` and `check` of what is up to date, compared with the import of click."""
    large = bench.project("unchanged", bench.synthetic(LARGE))
    for name, project in (
        ("home clients", bench.home_project()),
        (f"{LARGE:,} operations", large),
    ):
        project.run("generate")
        variants = {
            "import click": _python_run(bench, "import click"),
            "generate": partial(project.run, "generate"),
            "check": partial(project.run, "check"),
        }
        yield Case(name, variants, 9)


def change(bench: Bench) -> Iterator[Case]:
    """A change of one operation of 1,000, compared with cold generation."""
    source = bench.synthetic(LARGE)
    cold, changed = bench.project("cold", source), bench.project("changed", source)
    changed.run("generate")
    yield Case(
        f"{LARGE:,} operations",
        {"cold": cold.generate_cold, "one changed": partial(_run_changed, changed)},
    )


def _run_changed(project: Project) -> Cost:
    # A summary that no cache has.
    text = document(LARGE, summary=f"List the things of {time.time_ns()}.")
    (project.folder / "api.json").write_text(text, encoding="utf-8")
    return project.run("generate")


def imports(bench: Bench) -> Iterator[Case]:
    """Import and construction of clients and SDKs, compared with httpx2 and msgspec."""
    packages = bench.home_packages()
    if not (packages / "things").is_dir():
        project = bench.project("things", bench.synthetic(LARGE))
        project.generate_cold()
        shutil.copytree(project.folder / "out" / "api", packages / "things")
    programs = {FLOOR: "import httpx2, msgspec; httpx2.Client()"}
    for package, name in {**HOME_CLIENTS, "things": "Things"}.items():
        keyword = {"okta": "domain='a.okta.com', api_token", "clerk": "secret_key"}
        credential = f"{keyword.get(package, 'token')}='x'"
        programs[package] = f"import {package}; {package}.{name}({credential})"
    runs = {
        name: _python_run(bench, program, packages=packages)
        for name, program in programs.items()
    }
    yield Case("clients", runs, 21)
    sdks = {
        "okta SDK": (
            "okta",
            "from okta.client import Client\n"
            "Client({'orgUrl': 'https://a.okta.com', 'token': 'x'})",
        ),
        "clerk SDK": (
            "clerk-backend-api",
            "from clerk_backend_api import Clerk; Clerk(bearer_auth='x')",
        ),
        "pangea SDK": (
            "pangea-sdk",
            "from pangea.services import AuthN; AuthN('x')",
        ),
    }
    yield Case(
        "SDKs",
        {FLOOR: runs[FLOOR]}
        | {
            name: _python_run(bench, program, bench.environments.python(peer))
            for name, (peer, program) in sdks.items()
        },
        5,
    )


def _python_run(
    bench: Bench, program: str, python: Path | None = None, packages: Path | None = None
) -> Callable[[], Cost]:
    """Return the run of a program by Python, by that of this environment if none is given."""
    environment = {"PYTHONPATH": str(packages)} if packages else {}
    command = [python or sys.executable, "-c", program]
    return lambda: run_process(command, bench.folder, environment)


def calls(bench: Bench) -> Iterator[Case]:
    """A decoded call over loopback, compared with raw httpx2, and the vendors' SDKs."""
    with run_server() as url, Workers() as workers:
        ours = _worker_runs(bench, workers, url, _CALLS)
        yield Case(
            "sync",
            {
                "raw httpx2": ours("raw"),
                "http=httpx2.Client": ours("httpx2"),
                "own connections": ours("own"),
                "http=FastTransport": ours("fast"),
                PYREQWEST: ours("pyreqwest"),
            },
            15,
        )
        yield Case(
            "async",
            {
                "raw httpx2": ours("async-raw"),
                "http=httpx2.AsyncClient": ours("async-httpx2"),
                "own connections": ours("async-own"),
                "http=AsyncFastTransport": ours("async-fast"),
                PYREQWEST: ours("async-pyreqwest"),
            },
            15,
        )
        for ours_name, variant, peer, program in (
            ("okta", "async-own", "okta", "okta_sdk.py"),
            ("clerk", "clerk", "clerk-backend-api", "clerk_sdk.py"),
            ("pangea", "pangea", "pangea-sdk", "pangea_sdk.py"),
        ):
            sdk = _sdk_run(bench, workers, peer, [program, url], _CALLS // 2)
            yield Case(f"SDK of {ours_name}", {OURS: ours(variant), peer: sdk}, 7)


def pages(bench: Bench) -> Iterator[Case]:
    """A page of 10,000 sessions, compared with httpx2 and json."""
    with run_server() as url, Workers() as workers:
        ours = _worker_runs(bench, workers, url, 2)
        peer = "clerk-backend-api"
        yield Case(
            "10,000 sessions",
            {
                "httpx2 and json": ours("page-json"),
                "own connections": ours("page-own"),
                "http=FastTransport": ours("page-fast"),
                peer: _sdk_run(bench, workers, peer, ["clerk_sdk.py", url, "page"], 1),
            },
            9,
        )


def _worker_runs(
    bench: Bench, workers: Workers, url: str, count: int
) -> Callable[[str], Callable[[], Cost]]:
    """Return a function from a variant of our clients to its run."""
    environment = {"PYTHONPATH": str(bench.home_packages())}

    def run_of(variant: str) -> Callable[[], Cost]:
        program = str(PROGRAMS / "generated_clients.py")
        command = (sys.executable, program, variant, url)
        return lambda: workers.run(command, environment, count)

    return run_of


def _sdk_run(
    bench: Bench, workers: Workers, peer: str, arguments: list[str], count: int
) -> Callable[[], Cost]:
    program, *rest = arguments
    python = str(bench.environments.python(peer))
    command = (python, str(PROGRAMS / program), *rest)
    return lambda: workers.run(command, {}, count)


def stages(bench: Bench) -> Iterator[Case]:
    """The CPU of each stage of a cold generation, on third-party documents."""
    for name, file in DOCUMENTS.items():
        if (bench.corpus / file).exists():
            profile = _StageProfile(bench.corpus / file)
            yield Case(name, profile.variants(), 3)


class _StageProfile:
    """Runs of `programs/stages.py`: one measures all stages, each of which is a variant."""

    def __init__(self, source: Path) -> None:
        self._source = source
        self._seconds: dict[str, float] = {}
        self._taken: set[str] = set()

    def variants(self) -> dict[str, Callable[[], Cost]]:
        """Return the run of each stage."""
        self._run()
        return {name: partial(self._cost, name) for name in self._seconds}

    def _cost(self, name: str) -> Cost:
        if name in self._taken:
            self._run()
        self._taken.add(name)
        return Cost(self._seconds.get(name, 0.0), 0.0)

    def _run(self) -> None:
        command = [sys.executable, str(PROGRAMS / "stages.py"), str(self._source)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        self._seconds = json.loads(done.stdout)
        self._taken = set()


SECTIONS: Mapping[str, Callable[[Bench], Iterator[Case]]] = {
    "unchanged": unchanged,
    "imports": imports,
    "calls": calls,
    "pages": pages,
    "generation": generation,
    "sizes": sizes,
    "fakes": fakes,
    "change": change,
    "stages": stages,
}
