"""Tests of what the corpus runner tells of documents, and of what it keeps."""

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


def test_what_differs_from_place_to_place_is_no_part_of_a_pattern() -> None:
    one = message_pattern("the path /pets/{id} has no 'Pet', 3 times")
    assert one == message_pattern("the path /a has no 'Dog', 12 times")
    one = message_pattern("a schema's name has 'a'")
    assert one == message_pattern("a schema's name has 'b'")
    one = message_pattern("the answer 200 of text/x; charset=a, */* is odd")
    assert one == message_pattern("the answer default of application/b+json is odd")


RESULTS = [
    Result("whole", routes=2, covered=2),
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


def test_problems_are_grouped_by_how_many_documents_have_them() -> None:
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


def test_what_makes_most_documents_whole_comes_first() -> None:
    steps = list(solving_order(RESULTS))
    counts = [count for count, _ in steps]
    assert counts == [2, 3, 4, 5, 6]
    problems = [problem for _, problem in steps]
    assert problems[:2] == ["no-type: '…' is missing", "bind: KeyError in names.py"]
    assert "no-name: no name" in problems[2:]


def test_each_document_has_a_row_and_the_summary_counts_them() -> None:
    assert [RESULTS[0].passed, *(r.passed for r in RESULTS[1:])] == [True] + 5 * [False]
    rows = [result_row(result) for result in RESULTS]
    assert [line.split()[0] for line in rows] == [r.document for r in RESULTS]
    assert rows[0].endswith("whole") and rows[2].endswith("no-name 1, no-type 2")
    assert len(rows[0]) < len(header_row()) + 1
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
