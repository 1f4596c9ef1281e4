"""Tests of the corpus runner, on small documents of our own; and of the corpus beside the project.

A runner that finds nothing wrong is believed only because it is shown here what is wrong.
"""

import csv
import os
import subprocess
import sys
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("processes cannot be limited here", allow_module_level=True)

from tests.corpus.documents import INDEX, UNKNOWABLE, Document, count, documents
from tests.corpus.package import Builder, Package
from tests.corpus.results import Diagnosed, Failure, Result, pattern, read, write
from tests.corpus.run import ROOT, Limits, Run, bounded, end_all, findings
from tests.corpus.summary import comparison, groups, head, order, row, summary

OK = ROOT / "tests" / "specs" / "ok"
CORPUS = ROOT.parent / "shared" / "corpus"
REAL = documents(CORPUS) if CORPUS.is_dir() else []
SMALLER_HALF = REAL[: len(REAL) // 2]

PETS = """\
openapi: 3.1.0
info: {title: Pets, version: "1"}
servers: [{url: "https://pets.example"}]
paths:
  /pets:
    get:
      tags: [pets]
      operationId: listPets
      responses:
        "200":
          description: Pets.
          content:
            application/json:
              schema: {type: array, items: {$ref: "#/components/schemas/Pet"}}
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: {type: string}
        mother: {$ref: "#/components/schemas/Pet"}
        status: {type: string, enum: [here, gone]}
"""
ROUTE = "GET /pets"
PETS_WITHOUT_TYPE = PETS.replace("{type: string}", "{type: strin}")


def document(folder: Path, text: str = PETS) -> Document:
    (folder / "pets.yaml").write_text(text, encoding="utf-8")
    (found,) = documents(folder)
    return found


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("packages")


# Documents of our own


@pytest.mark.parametrize("small", documents(OK), ids=lambda small: small.name)
def test_a_small_document_is_whole(small: Document, packages: Path) -> None:
    result = Run(packages).one(small)
    assert result.problems == {}
    assert result.findings == []
    assert result.valid == "yes"
    assert result.routes == result.covered != 0
    assert result.lines > 0
    assert {"check", "render", "import", "construct"} <= result.seconds.keys()


def test_documents_come_in_the_order_of_their_size(packages: Path) -> None:
    sizes = [small.size for small in documents(OK)]
    assert sizes == sorted(sizes)
    results = list(Run(packages, mypy=False, jobs=2).all(documents(OK)[:2]))
    assert [r.size for r in results] == sizes[:2]


def test_no_document_is_begun_once_time_is_up(packages: Path) -> None:
    stop = threading.Event()
    stop.set()
    assert list(Run(packages).all(documents(OK), stop)) == []


def test_a_document_with_an_error_is_not_whole(tmp_path: Path, packages: Path) -> None:
    result = Run(packages).one(document(tmp_path, PETS_WITHOUT_TYPE))
    assert not result.whole
    assert result.errors == {"unknown-type": 1}
    assert (result.routes, result.covered) == (1, 0)
    assert result.findings is None


def test_a_document_that_is_no_text_is_not_whole(
    tmp_path: Path, packages: Path
) -> None:
    result = Run(packages).one(document(tmp_path, "{"))
    assert not result.whole
    assert result.routes is None


def test_memory_that_is_not_there_is_told(tmp_path: Path, packages: Path) -> None:
    limits = Limits(megabytes=30)  # Python alone fits in.
    result = Run(packages, mypy=False, limits=limits).one(document(tmp_path))
    assert any("MemoryError" in f.details for f in result.failures), result.failures


# Processes


def test_a_process_that_hangs_is_ended(tmp_path: Path) -> None:
    ended = bounded([sys.executable, "-c", "while True: pass"], 1)
    assert ended.problem == "it did not end in time"


def test_what_a_process_started_ends_with_it() -> None:
    program = (
        "import subprocess, sys; p = subprocess.Popen("
        "[sys.executable, '-c', 'import time; time.sleep(600)']); print(p.pid)"
    )
    ended = bounded([sys.executable, "-c", program], 60)
    pid = int(ended.output)
    assert ended.problem == ""
    for _ in range(100):
        if not is_running(pid):
            return
        time.sleep(0.1)  # It is being ended.
    pytest.fail("it outlived the process that started it")


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        # Ended, and nobody has asked for its status yet.
        return not status.exists() or ") Z " not in status.read_text()
    except OSError:
        return False


def test_a_process_that_takes_too_much_time_is_told() -> None:
    program = (
        "import resource as r; hard = r.getrlimit(r.RLIMIT_CPU)[1]\n"
        "r.setrlimit(r.RLIMIT_CPU, (1, hard))\nwhile True: pass"
    )
    ended = bounded([sys.executable, "-c", program], 600)
    assert ended.problem == "it took more CPU time than it may"


def test_a_process_that_fails_is_told_with_what_it_printed() -> None:
    ended = bounded([sys.executable, "-c", "import os; print(7); exit(3)"], 60)
    assert (ended.problem, ended.output) == ("ended with status 3", "7\n")
    program = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    assert bounded([sys.executable, "-c", program], 60).problem == "ended by SIGSEGV"


def test_all_that_runs_can_be_ended(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    program = (
        f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(600)"
    )
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(bounded, [sys.executable, "-c", program], 600)
        while not begun.exists():
            time.sleep(0.05)
        end_all()
        assert ended.result(60).problem == "ended by SIGKILL"


# Operations


def test_operations_are_counted_through_references(tmp_path: Path) -> None:
    (tmp_path / "items").mkdir()
    (tmp_path / "items" / "more.yaml").write_text(
        "a/b: {put: {}, delete: {}}\nc: {$ref: 'more.yaml#/a~1b', head: {}}\n"
    )
    path = tmp_path / "document.yaml"
    path.write_text("""\
openapi: 3.1.0
paths:
  /a: {get: {}, parameters: [], x-post: {}, summary: get}
  /b: {$ref: "#/components/pathItems/b", patch: {}}
  /c: {$ref: "items/more.yaml#/c"}
  /d: {$ref: "https://elsewhere.example/items.yaml"}
  /e: {$ref: "#/paths/~1e"}
  /f: {query: {}, additionalOperations: {LINK: {}}}
  x-paths: {get: {}}
webhooks:
  w: {post: {}}
components:
  pathItems:
    b: {options: {}, trace: {}}
""")
    counted = count(path)
    assert counted.version == "3.1.0"
    assert counted.routes == {
        *("GET /a", "PATCH /b", "OPTIONS /b", "TRACE /b"),
        *("HEAD /c", "PUT /c", "DELETE /c"),
    }


@pytest.mark.parametrize(
    ("version", "routes"),
    [
        ("swagger: '2.0'", {"GET /a"}),
        ("openapi: 3.0.3", {"GET /a", "TRACE /a"}),
        ("openapi: 3.2.0", {"GET /a", "TRACE /a", "QUERY /a", "LINK /a", "link /a"}),
    ],
)
def test_methods_are_those_of_the_version(
    version: str, routes: set[str], tmp_path: Path
) -> None:
    path = tmp_path / "document.yaml"
    item = "{get: {}, trace: {}, query: {}, additionalOperations: {LINK: {}, link: {}}}"
    path.write_text(f"{version}\npaths: {{/a: {item}}}\n")
    assert count(path).routes == routes


def test_paths_are_text_whatever_they_look_like(tmp_path: Path) -> None:
    path = tmp_path / "document.yaml"
    path.write_text("openapi: 3.0.0\npaths: {on: &a {get: {}}, 2026-01-01: {<<: *a}}\n")
    assert count(path).routes == {"GET on", "GET 2026-01-01"}


# Packages


@pytest.fixture
def package(tmp_path: Path) -> Package:
    made = document(tmp_path)
    result = Run(tmp_path, mypy=False).one(made)
    assert result.problems == {}
    return Package(tmp_path, made.package)


@pytest.mark.parametrize("module", ["client.py", "async_client.py"])
def test_an_operation_that_one_mode_lacks_is_missed(
    module: str, package: Package
) -> None:
    assert package.routes() == {ROUTE}
    changed = package.folder / package.name / module
    text = changed.read_text()
    assert '"/pets"' in text
    changed.write_text(text.replace('"/pets"', '"/dogs"'))
    assert package.routes() == set()


def test_what_python_warns_of_is_an_error(package: Package) -> None:
    package.compile()
    with (package.folder / package.name / "models.py").open("a") as file:
        file.write('pattern = "\\d"\n')
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(SyntaxError, match="invalid escape"):
            package.compile()


def test_what_mypy_finds_is_told(package: Package) -> None:
    with (package.folder / package.name / "models.py").open("a") as file:
        file.write("def wrong(value): ...\n")  # Only the strict mode finds it.
    (found,) = findings(package.folder, package.name, 600)
    assert found.startswith("models.py:") and "[no-untyped-def]" in found
    assert findings(package.folder, "nowhere", 600) != []


def module_of(source: str) -> int:
    """How many models of a module are constructed."""
    name = "models_of_a_test"
    module = type(sys)(name)
    sys.modules[name] = module
    try:
        exec(compile(source, name, "exec"), vars(module))
        return Builder().construct(module)
    finally:
        del sys.modules[name]


MODELS = """\
from __future__ import annotations
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal
from msgspec import Struct, UnsetType
class Kind(StrEnum):
    A = "a"
    @classmethod
    def _missing_(cls, value: object) -> Kind:
        return cls.A
class Tree(Struct, kw_only=True):
    kind: Kind | Literal["b"] | None
    parent: Tree
    children: list[Tree] = []
    by_name: dict[str, Tree | int] = {}
    born: datetime | None = None
    day: date | UnsetType = None
    trees: Sequence[Tree] = ()
    named: Mapping[str, Tree] | None = None
    rest: Any = None
"""


def test_models_that_contain_themselves_are_constructed() -> None:
    assert module_of(MODELS) == 2


@pytest.mark.parametrize(
    "field",
    ["leaf: Leaf", "leaf: set[int]", "leaf: list[complex]", "leaf: object"],
)
def test_a_model_of_an_unknown_type_is_not_constructed(field: str) -> None:
    with pytest.raises((NameError, TypeError)):
        module_of(f"{MODELS}    {field} = None\n")


# What is told


def test_what_differs_from_place_to_place_is_no_part_of_a_pattern() -> None:
    one = pattern("the path /pets/{id} has no 'Pet', 3 times")
    assert one == pattern("the path /a has no 'Dog', 12 times")
    one = pattern("a schema's name has 'a'")
    assert one == pattern("a schema's name has 'b'")
    one = pattern("the answer 200 of text/x; charset=a, */* is odd")
    assert one == pattern("the answer default of application/b+json is odd")
    assert pattern("in 'a'", quoted=True) != pattern("in 'b'", quoted=True)


RESULTS = [
    Result("whole", routes=2, covered=2),
    Result("less", routes=3, covered=2, missing=["GET /c"]),
    Result(
        "wrong",
        routes=5,
        diagnostics=[
            Diagnosed("no-type", "'…' is missing", True, 2, "1:2: 'Pet' is missing"),
            Diagnosed("no-name", "no name", True, 1, "3:4: no name"),
            Diagnosed("odd", "odd", False, 9, "5:6: odd"),
        ],
    ),
    Result(
        "wronger",
        routes=7,
        diagnostics=[
            Diagnosed("no-type", "'…' is missing", True, 1, "7:8: 'Dog' is missing")
        ],
    ),
    Result("broken", failures=[Failure("bind", "KeyError in names.py", "Traceback")]),
    Result("untyped", routes=1, covered=1, findings=["a.py:1: error: no 'x' [attr]"]),
]


def test_problems_are_grouped_by_how_many_documents_have_them() -> None:
    first, *others = groups(RESULTS)
    assert first.problem == "no-type: '…' is missing"
    assert (first.documents, first.alone) == (["wrong", "wronger"], ["wronger"])
    assert (first.operations, first.times) == (12, 3)
    assert first.example == "wrong:1:2: 'Pet' is missing"
    assert {group.problem for group in others} == {
        *("no-name: no name", "operations: not all are in the client"),
        *("bind: KeyError in names.py", "mypy: error: no '…' [attr]"),
    }
    assert groups(RESULTS, by_code=True)[0].problem == "no-type"


def test_what_makes_most_documents_whole_comes_first() -> None:
    steps = list(order(RESULTS))
    counts = [count for count, _ in steps]
    assert counts == [2, 3, 4, 5, 6]
    problems = [problem for _, problem in steps]
    assert problems[:2] == ["no-type: '…' is missing", "bind: KeyError in names.py"]
    assert "no-name: no name" in problems[2:]


def test_each_document_has_a_row_and_the_summary_counts_them() -> None:
    assert [RESULTS[0].whole, *(r.whole for r in RESULTS[1:])] == [True] + 5 * [False]
    rows = [row(result) for result in RESULTS]
    assert [line.split()[0] for line in rows] == [r.document for r in RESULTS]
    assert rows[0].endswith("whole") and rows[2].endswith("no-name 1, no-type 2")
    assert len(rows[0]) < len(head()) + 1
    text = "\n".join(summary(RESULTS))
    assert "1 of 6 documents are whole" in text
    assert "Traceback" in text


def test_results_are_compared_with_those_of_an_earlier_run(tmp_path: Path) -> None:
    write(tmp_path / "old.json", RESULTS)
    old = read(tmp_path / "old.json")
    assert old == RESULTS
    new = [
        Result("whole", failures=[Failure("read", "OSError")]),
        Result("less", routes=3, covered=3),
        Result("wrong", routes=5, diagnostics=RESULTS[2].diagnostics[:1]),
        Result("never seen", routes=1, covered=1),
    ]
    assert list(comparison(old, new)) == [
        "of 3 documents, 1 were whole and 1 are; 1 were not run before",
        "became whole: less",
        "broke: whole: read: OSError",
        "no longer said: no-name: no name",
        "no longer said: operations: not all are in the client",
        "newly said: read: OSError",
    ]


def run_it(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.corpus", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_tells_by_its_status_whether_all_are_whole(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    document(folder)
    kept = tmp_path / "results.json"
    done = run_it(folder, "--no-mypy", "--json", kept)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 documents are whole" in done.stdout

    (folder / "wrong.yaml").write_text(PETS_WITHOUT_TYPE)
    document_names = [r.document for r in read(kept)]
    assert document_names == ["pets.yaml"]
    done = run_it(folder, "--no-mypy", "--compare", kept)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "unknown-type" in done.stdout
    assert "1 were not run before" in done.stdout

    done = run_it(folder, "--no-mypy", "--only", "pets")
    assert done.returncode == 0, done.stdout + done.stderr


# Documents of others


FOLLOWED = {"dcg__body_and_parameters.yaml": 2}
"""Operations of path items that are references, which the index does not follow."""


@pytest.mark.skipif(not REAL, reason="../shared/corpus is not there")
def test_the_index_of_the_corpus_counts_as_many_operations() -> None:
    with (CORPUS / INDEX).open(encoding="utf-8", newline="") as file:
        rows = {row["file"]: row for row in csv.DictReader(file, delimiter="\t")}
    assert len(SMALLER_HALF) > 10
    for real in SMALLER_HALF:
        counted, told = count(real.path), rows[real.name]
        expected = int(told["operations"]) + FOLLOWED.get(real.name, 0)
        assert (counted.version, len(counted.routes)) == (told["openapi"], expected)


@pytest.mark.skipif(not REAL, reason="../shared/corpus is not there")
@pytest.mark.skipif(
    not os.environ.get("CORPUS"),
    reason="not yet whole; CORPUS=1 runs them all the same",
)
@pytest.mark.parametrize("real", SMALLER_HALF, ids=lambda real: real.name)
def test_a_document_of_the_smaller_half_is_whole(
    real: Document, packages: Path
) -> None:
    if real.name in UNKNOWABLE:
        pytest.skip(UNKNOWABLE[real.name])
    assert Run(packages).one(real).problems == {}
