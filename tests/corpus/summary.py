"""Report of the results of a corpus: a row for each document, and groups of problems."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.corpus.documents import AMBIGUOUS_DOCUMENTS
from tests.corpus.results import CLIENT_FAULTS, Result

COLUMNS = (
    *(("document", -44), ("openapi", -7), ("valid", -5), ("warn", 5), ("ops", 5)),
    *(("client", 6), ("check", 6), ("parse", 6), ("bind", 6)),
    *(("render", 6), ("load", 6), ("MB", 5), ("lines", 7), ("models", 6), ("mypy", 4)),
    ("outcome", 0),
)
MAX_GROUPS = 100


def header_row() -> str:
    """Return the names of the columns."""
    return _format_row([name for name, _ in COLUMNS])


def result_row(result: Result) -> str:
    """Return the row of a document."""
    spent = result.seconds
    seconds = (
        spent.get("read", 0) + spent.get("check", 0),
        *(spent.get(step, 0) for step in ("parse", "bind", "render")),
        sum(spent.get(step, 0) for step in ("compile", "import", "construct")),
    )
    values: list[object] = [result.document, result.version, result.valid]
    values += [result.warnings, "?" if result.routes is None else result.routes]
    values += [result.covered, *(f"{second:.1f}" for second in seconds)]
    values += [result.megabytes, result.lines, result.models]
    values.append("" if result.findings is None else len(result.findings))
    return _format_row([*map(str, values), outcome(result)])


def outcome(result: Result) -> str:
    """Return `passed`, or the problems in a few words."""
    if result.passed:
        return "passed"
    if result.errors:
        return ", ".join(f"{code} {n}" for code, n in sorted(result.errors.items()))
    return next(iter(result.problems))


def _format_row(values: list[str]) -> str:
    cells = [
        value[:-width].ljust(-width) if width < 0 else value.rjust(width)
        for value, (_, width) in zip(values, COLUMNS, strict=True)
    ]
    return "  ".join(cells).rstrip()


@dataclass(slots=True)
class ProblemGroup:
    """A problem that documents have in common.

    Attributes:
        documents: Names of the documents that have it.
        alone: Names of the documents that have no other problem.
        operations: Number of operations of all these documents.
        times: Number of occurrences.
        example: Example from the first document.
    """

    problem: str
    documents: list[str] = field(default_factory=list[str])
    alone: list[str] = field(default_factory=list[str])
    operations: int = 0
    times: int = 0
    example: str = ""


def problem_groups(
    results: Iterable[Result], by_code: bool = False
) -> list[ProblemGroup]:
    """Return the problems of documents, most frequent first.

    Args:
        by_code: Whether problems with the same code are one group.
    """
    found: dict[str, ProblemGroup] = {}
    for result in results:
        problems: dict[str, int] = {}
        for problem, times in result.problems.items():
            name = problem.partition(":")[0] if by_code else problem
            problems[name] = problems.get(name, 0) + times
        for problem, times in problems.items():
            group = found.setdefault(problem, ProblemGroup(problem))
            group.example = group.example or _example(result, problem)
            group.documents.append(result.document)
            group.operations += result.routes or 0
            group.times += times
            if len(problems) == 1:
                group.alone.append(result.document)
    return sorted(found.values(), key=lambda g: (-len(g.documents), g.problem))


def _example(result: Result, problem: str) -> str:
    called = {"wire": result.wire, "fakes": result.fakes}
    examples = [
        noted.example
        for stage, calls in called.items()
        for noted in (calls.found if calls else ())
        if problem == f"{stage}, {noted.kind}: {noted.problem}"
    ]
    if examples:
        return f"{result.document}: {examples[0]}"
    same_code = [d.example for d in result.diagnostics if problem.startswith(d.code)]
    exact = [
        d.example for d in result.diagnostics if problem == f"{d.code}: {d.pattern}"
    ]
    return f"{result.document}:{next(iter(exact or same_code), '')}"


def summary(results: list[Result]) -> Iterator[str]:
    """Yield the lines of the summary: totals, CPU time, and groups of problems."""
    passed = [r for r in results if r.passed]
    reasons = [
        r.document
        for r in results
        if not r.passed and r.document in AMBIGUOUS_DOCUMENTS
    ]
    operations = sum(r.routes or 0 for r in results)
    yield (
        f"{len(passed)} of {len(results)} documents passed, with"
        f" {sum(r.covered for r in passed)} of {operations} operations,"
        f" {sum(r.lines for r in passed)} lines and {sum(r.models for r in passed)} models"
    )
    for name in reasons:
        yield f"excepted: {name}: {AMBIGUOUS_DOCUMENTS[name]}"
    spent: dict[str, float] = {}
    for result in results:
        for stage, seconds in result.seconds.items():
            spent[stage] = spent.get(stage, 0) + seconds
    yield from _wire_summary([r for r in results if r.wire is not None])
    yield from _fakes_summary([r for r in results if r.fakes is not None])
    stages = [f"{stage} {seconds:.0f}" for stage, seconds in spent.items()]
    yield f"seconds of CPU: {', '.join(stages)}"
    for by_code, title in ((True, "by code"), (False, "by message")):
        found = problem_groups(results, by_code)
        if not found:
            return
        yield ""
        yield f"{title}: documents, of these without other problems, operations, times"
        for group in found[:MAX_GROUPS]:
            counts = len(group.documents), len(group.alone), group.operations
            cells = "".join(f"{n:6}" for n in (*counts, group.times))
            yield f"{cells}  {group.problem}"
            if not by_code:
                yield f"{'':26}{group.example[:160]}"
        if len(found) > MAX_GROUPS:
            yield f"{'':26}and {len(found) - MAX_GROUPS} more"
    yield ""
    yield "order of solving: documents that then pass, and the problem to solve"
    for count, problem in solving_order(results):
        yield f"{count:6}  {problem}"
    for failure in _crashes(results):
        yield failure


def _wire_summary(results: list[Result]) -> Iterator[str]:
    """Yield the number of calls, and the findings that are no fault of the client."""
    wires = [(r.document, r.wire) for r in results if r.wire is not None]
    if not wires:
        return
    sums = {
        name: sum(getattr(wire, name) for _, wire in wires)
        for name in ("total", "operations", "calls", "accepted", "responses")
    }
    yield (
        f"on the wire: {sums['operations']} of {sums['total']} operations of"
        f" {len(wires)} documents called,"
        f" {sums['calls']} requests of which openapi-core accepts {sums['accepted']},"
        f" {sums['responses']} responses read"
    )
    others: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for document, wire in wires:
        for noted in wire.found:
            if noted.kind not in CLIENT_FAULTS:
                key = noted.kind, noted.problem
                others.setdefault(key, []).append((noted.count, document))
    for (kind, problem), found in sorted(others.items()):
        times = sum(count for count, _ in found)
        yield f"{len(found):6}{times:6}  {kind}: {problem} ({found[0][1]})"


def _fakes_summary(results: list[Result]) -> Iterator[str]:
    """Yield the number of operations whose fakes respond, and the calls that were not made."""
    fakes = [(r.document, r.fakes) for r in results if r.fakes is not None]
    if not fakes:
        return
    total = sum(found.total for _, found in fakes)
    responded = sum(found.responded for _, found in fakes)
    yield f"fakes: {responded} of {total} operations of {len(fakes)} documents respond"
    for document, calls in fakes:
        for noted in calls.found:
            if noted.kind in ("arguments", "alike"):
                yield f"{noted.count:12}  {noted.kind}: {document}: {noted.example}"


def solving_order(results: list[Result]) -> Iterator[tuple[int, str]]:
    """Yield problems in the order of solving that makes most documents pass soonest.

    Yields:
        The number of documents that pass once this and all earlier problems are solved, and
        the problem.
    """
    left = [set(result.problems) for result in results]
    while any(left):
        # Of two that make as many documents pass, the one that more documents have.
        gains: dict[str, tuple[int, int]] = {}
        for problems in left:
            for problem in problems:
                alone, all_ = gains.get(problem, (0, 0))
                gains[problem] = alone + (len(problems) == 1), all_ + 1
        best = max(sorted(gains), key=lambda problem: gains[problem])
        left = [problems - {best} for problems in left]
        yield sum(not problems for problems in left), best


def _crashes(results: list[Result]) -> Iterator[str]:
    """Yield each failure once, with the smallest document that has it."""
    seen: set[str] = set()
    for result in sorted(results, key=lambda r: r.size):
        for failure in result.failures:
            name = f"{failure.stage}: {failure.problem}"
            if name not in seen:
                seen.add(name)
                yield f"\n{result.document}: {name}\n{failure.details}"


def comparison(old: list[Result], new: list[Result]) -> Iterator[str]:
    """Yield lines that compare results with those of an earlier run."""
    before = {result.document: result for result in old}
    both = [(before[r.document], r) for r in new if r.document in before]
    fixed = [now for then, now in both if now.passed and not then.passed]
    broke = [now for then, now in both if then.passed and not now.passed]
    yield (
        f"of {len(both)} documents, {sum(then.passed for then, _ in both)} passed before"
        f" and {sum(now.passed for _, now in both)} pass now;"
        f" {len(new) - len(both)} were not run before"
    )
    for result in fixed:
        yield f"fixed: {result.document}"
    for result in broke:
        yield f"broke: {result.document}: {outcome(result)}"
    gone = _all_problems(then for then, _ in both) - _all_problems(
        now for _, now in both
    )
    come = _all_problems(now for _, now in both) - _all_problems(
        then for then, _ in both
    )
    for problem in sorted(gone):
        yield f"solved problem: {problem}"
    for problem in sorted(come):
        yield f"new problem: {problem}"


def _all_problems(results: Iterable[Result]) -> set[str]:
    return {problem for result in results for problem in result.problems}
