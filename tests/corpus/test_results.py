"""Tests of the report of a corpus run, and of its stored results."""

from pathlib import Path

from tests.corpus.results import (
    DiagnosticGroup,
    Failure,
    Result,
    message_pattern,
    read,
    write,
)
from tests.corpus.summary import (
    comparison,
    header_row,
    problem_groups,
    result_row,
    solving_order,
    summary,
)


def test_message_pattern_replaces_names_and_numbers() -> None:
    one = message_pattern("the path /pets/{id} has no 'Pet', 3 times")
    assert one == message_pattern("the path /a has no 'Dog', 12 times")
    one = message_pattern("a schema's name has 'a'")
    assert one == message_pattern("a schema's name has 'b'")
    one = message_pattern("the response 200 of text/x; charset=a, */* is odd")
    assert one == message_pattern("the response default of application/b+json is odd")


RESULTS = [
    Result("passed", routes=2, covered=2),
    Result("less", routes=3, covered=2, missing=["GET /c"]),
    Result(
        "wrong",
        routes=5,
        diagnostics=[
            DiagnosticGroup(
                "no-type", "'…' is missing", True, 2, "1:2: 'Pet' is missing"
            ),
            DiagnosticGroup("no-name", "no name", True, 1, "3:4: no name"),
            DiagnosticGroup("odd", "odd", False, 9, "5:6: odd"),
        ],
    ),
    Result(
        "wronger",
        routes=7,
        diagnostics=[
            DiagnosticGroup(
                "no-type", "'…' is missing", True, 1, "7:8: 'Dog' is missing"
            )
        ],
    ),
    Result("broken", failures=[Failure("bind", "KeyError in names.py", "Traceback")]),
    Result("untyped", routes=1, covered=1, findings=["a.py:1: error: no 'x' [attr]"]),
]


def test_problems_are_ordered_by_number_of_documents() -> None:
    first, *others = problem_groups(RESULTS)
    assert first.problem == "no-type: '…' is missing"
    assert (first.documents, first.alone) == (["wrong", "wronger"], ["wronger"])
    assert (first.operations, first.times) == (12, 3)
    assert first.example == "wrong:1:2: 'Pet' is missing"
    assert {group.problem for group in others} == {
        *("no-name: no name", "operations: not all are in the client"),
        *("bind: KeyError in names.py", "mypy: error: no '…' [attr]"),
    }
    assert problem_groups(RESULTS, by_code=True)[0].problem == "no-type"


def test_problem_that_lets_most_documents_pass_comes_first() -> None:
    steps = list(solving_order(RESULTS))
    counts = [count for count, _ in steps]
    assert counts == [2, 3, 4, 5, 6]
    problems = [problem for _, problem in steps]
    assert problems[:2] == ["no-type: '…' is missing", "bind: KeyError in names.py"]
    assert "no-name: no name" in problems[2:]


def test_report_has_a_row_for_each_document_and_totals() -> None:
    assert [RESULTS[0].passed, *(r.passed for r in RESULTS[1:])] == [True] + 5 * [False]
    rows = [result_row(result) for result in RESULTS]
    assert [line.split()[0] for line in rows] == [r.document for r in RESULTS]
    assert rows[0].endswith("passed") and rows[2].endswith("no-name 1, no-type 2")
    assert len(rows[0]) < len(header_row()) + 1
    text = "\n".join(summary(RESULTS))
    assert "1 of 6 documents passed" in text
    assert "Traceback" in text


def test_results_are_compared_with_those_of_an_earlier_run(tmp_path: Path) -> None:
    write(tmp_path / "old.json", RESULTS)
    old = read(tmp_path / "old.json")
    assert old == RESULTS
    new = [
        Result("passed", failures=[Failure("read", "OSError")]),
        Result("less", routes=3, covered=3),
        Result("wrong", routes=5, diagnostics=RESULTS[2].diagnostics[:1]),
        Result("never seen", routes=1, covered=1),
    ]
    assert list(comparison(old, new)) == [
        "of 3 documents, 1 passed before and 1 pass now; 1 were not run before",
        "fixed: less",
        "broke: passed: read: OSError",
        "solved problem: no-name: no name",
        "solved problem: operations: not all are in the client",
        "new problem: read: OSError",
    ]
