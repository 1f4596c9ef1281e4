"""Tests of the cost of a document: limits, and the number of steps of algorithms.

Nothing is timed; `python -m tests.benchmarks.growth` measures.
"""

import difflib
import json
import random
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import griffe
import pytest
from clientcast import diagnostic
from clientcast.bind import docstrings, names
from clientcast.check import check, path_rules
from clientcast.diagnostic import Suggestions, join_names
from clientcast.docs import commonmark, markdown
from clientcast.docs.attribute_context import AttributeContext
from clientcast.docs.blocks import CodeBlock, Table, parse_blocks
from clientcast.docs.code_spans import CodeSpans
from clientcast.openapi import TEMPLATE_EXPRESSION
from clientcast.route import RouteIndex
from clientcast.source import Document, read

from tests.benchmarks.shapes import SHAPES
from tests.support.project import GENERATED

TOKENS = [
    *"`|\\ ab[]()<>*_~#-\n",
    "``",
    "```",
    "  ",
    "1. ",
    "![x](https://a.b)",
    "[a](x)",
]


def strings(count: int, tokens: list[str], max_length: int = 25) -> Iterator[str]:
    """Yield pseudo-random texts with a fixed seed."""
    generator = random.Random(12)
    for _ in range(count):
        yield "".join(generator.choices(tokens, k=generator.randint(1, max_length)))


def document(text: str, folder: Path, suffix: str = "yaml") -> Document:
    path = folder / f"spec.{suffix}"
    path.write_text(text, encoding="utf-8")
    return read(path, path.name)


def only_diagnostic(text: str, folder: Path) -> tuple[str, str, int]:
    """Return the code, message and line of the only diagnostic of a document."""
    (error,) = document(text, folder).diagnostics
    return error.code, error.message, error.line


def test_aliases_of_a_long_text_count_its_characters(tmp_path: Path) -> None:
    text = f'x-text: &t "{"a" * 1_000_000}"\nx-all:\n'
    assert document(text + "  - *t\n" * 4, tmp_path).diagnostics == ()
    code, message, line = only_diagnostic(text + "  - *t\n" * 600, tmp_path)
    assert (code, line) == ("limit-aliases", 7)
    assert message == "more than 4,194,304 characters by aliases"


def test_aliases_of_a_mapping_count_its_keys_and_texts(tmp_path: Path) -> None:
    entries = ", ".join(f"{'k' * 100}{n}: [{'v' * 100}]" for n in range(5000))
    text = f"x-map: &m {{{entries}}}\nx-all:\n" + "  - *m\n" * 6
    assert only_diagnostic(text, tmp_path)[::2] == ("limit-aliases", 7)


def test_alias_limit_suggests_components(tmp_path: Path) -> None:
    text = f'a: &t "{"a" * 5_000_000}"\nb: *t\n'
    (error,) = document(text, tmp_path).diagnostics
    assert error.hint == "write it once under components, and refer to it with $ref"


def test_duplicate_keys_with_aliases_exceed_the_alias_limit(tmp_path: Path) -> None:
    text = f'a: &t "{"a" * 1_000_000}"\nb:\n' + "  k: *t\n" * 400
    assert only_diagnostic(text, tmp_path)[::2] == ("limit-aliases", 7)


def test_too_many_duplicate_keys_are_an_error(tmp_path: Path) -> None:
    text = "a:\n" + "  k: 1\n" * 3000
    assert only_diagnostic(text, tmp_path) == (
        "limit-keys",
        "more than 1,000 repeated keys",
        1003,
    )


def test_long_key_is_an_error(tmp_path: Path) -> None:
    assert document(f"{'k' * 1000}: 1", tmp_path).diagnostics == ()
    assert only_diagnostic(f"a: 1\n? {'k' * 10_001}\n: 1", tmp_path) == (
        "limit-keys",
        "more than 10,000 characters in a key",
        2,
    )


def test_long_key_around_many_values_is_an_error(tmp_path: Path) -> None:
    text = f"? {'k' * 9_999}\n: [{'1, ' * 20_000}1]"
    assert only_diagnostic(text, tmp_path)[0] == "limit-keys"


@pytest.mark.parametrize("word", ["same", "Same", "SAME"])
def test_equal_names_are_numbered_in_linear_time(
    word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope, checks = names.Scope(), 0
    is_free = names.Scope._is_free  # pyright: ignore[reportPrivateUsage]

    def counted(scope: names.Scope, name: str, patterns: tuple[str, ...]) -> bool:
        nonlocal checks
        checks += 1
        return is_free(scope, name, patterns)

    monkeypatch.setattr(names.Scope, "_is_free", counted)
    names_given = {scope.claim(word) for _ in range(2000)}
    assert len(names_given) == 2000 and checks <= 3 * 2000


def test_numbers_of_equal_names_are_the_first_free_ones() -> None:
    generator = random.Random(12)
    scope, taken = names.Scope(), set[str]()
    for _ in range(3000):
        word = generator.choice(("a", "A", "a_2", "B", "B2", "b3", "b"))
        number, expected_name = 2, word
        while expected_name.lower() in taken:
            is_class = word[:1].isupper() and not word.isupper()
            expected_name = f"{word}{number}" if is_class else f"{word}_{number}"
            number += 1
        taken.add(expected_name.lower())
        assert scope.claim(word) == expected_name


def test_routes_with_other_segments_are_not_compared() -> None:
    routes = RouteIndex(f"/{{id}}/x{number}" for number in range(2000))
    assert routes.count_narrower(10**9, 10**9) == 0
    assert routes.compared == 2000


def test_narrower_routes_equal_those_of_a_regular_expression() -> None:
    def narrower(route: str, than: str) -> bool:
        is_narrower = False
        if route == than or route.count("/") != than.count("/") or "{" not in than:
            return False
        for part, wide_route in zip(route.split("/"), than.split("/"), strict=True):
            texts = map(re.escape, TEMPLATE_EXPRESSION.split(wide_route)[::2])
            if "{" not in wide_route and part != wide_route:
                return False
            if "{" in wide_route and "{" not in part:
                if not re.fullmatch("[^/]+".join(texts), part):
                    return False
                is_narrower = True
        return is_narrower

    paths = [f"/{path}" for path in strings(400, ["a", "b", "{p}", "{q}", "/"], 6)]
    routes = RouteIndex(paths)
    for path in paths:
        expected = tuple(other for other in paths if narrower(other, path))
        assert routes.narrower_routes(path) == expected


def test_template_with_many_parameters_is_matched_without_backtracking() -> None:
    wide_route = "/" + "".join(f"{{p{number}}}a" for number in range(40)) + "x"
    assert RouteIndex([wide_route, "/" + "a" * 1000]).narrower_routes(wide_route) == ()


def test_too_many_narrower_routes_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(path_rules, "MAX_NARROWER", 100)
    paths: dict[str, object] = {
        f"/a{number}": {"get": {"responses": {}}} for number in range(40)
    }
    wide_route: dict[str, object] = {
        f"/{{{name}}}": {"get": {"responses": {}}} for name in "abc"
    }
    text = json.dumps(
        {"openapi": "3.1.0", "info": {}, "paths": {**paths, **wide_route}}
    )
    _, diagnostics = check(document(text, tmp_path, "json"))
    (limit,) = [error for error in diagnostics if error.code == "limit-paths"]
    assert limit.message.startswith("more than 100 paths")
    assert limit.hint == "leave some of them out with --skip"


def test_suggestions_stop_when_the_budget_is_spent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared_names = 0
    close_matches = difflib.get_close_matches

    def counted(word: str, words: dict[str, str], n: int) -> list[str]:
        nonlocal compared_names
        compared_names += len(words)
        return close_matches(word, words, n)

    monkeypatch.setattr(difflib, "get_close_matches", counted)
    suggestions = Suggestions(100_000)
    known = [f"Name{number:04}" for number in range(1000)]
    hints = [suggestions.did_you_mean(f"Nane{n:04}", known) for n in range(1000)]
    assert hints[0] == "did you mean 'Name0000'?" and hints[-1] == ""
    assert compared_names <= 3000


def test_long_names_get_no_suggestion() -> None:
    long = "a" * 1000
    assert diagnostic.closest(f"{long}b", [f"{long}c"]) is None
    assert diagnostic.closest("nane", [long, "name"]) == "name"


def test_long_lists_in_messages_are_truncated() -> None:
    assert join_names(["a", "b"]) == "a, b"
    assert join_names([str(number) for number in range(1000)]).endswith(
        "19 and 980 more"
    )


def test_code_spans_equal_those_of_a_regular_expression() -> None:
    span = re.compile(r"(?P<ticks>(?<!`)`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)")
    for text in strings(5000, ["`", "``", "```", "a", " ", "b"]):
        spans = CodeSpans(text)
        for start in range(len(text)):
            match = span.match(text, start)
            expected = None if match is None else (match["code"], match.end())
            assert spans.at(start) == expected


def test_spaces_before_markers_equal_those_of_a_plain_expression() -> None:
    plain_pattern = re.compile(r" +(?=[#>|]|[-+*=_~]+(?: |$)|\d{1,9}[.)](?: |$))")
    marker = docstrings._SPACE_BEFORE_MARKER  # pyright: ignore[reportPrivateUsage]
    for text in strings(5000, [*" -+*=#>|ab", "   ", "1. ", "12)"]):
        assert marker.sub("\0", text) == plain_pattern.sub("\0", text)


@pytest.mark.parametrize("name", ["text-spaces", "text-backtick-runs", "text-tildes"])
def test_long_runs_in_descriptions_are_wrapped(name: str) -> None:
    operation = json.loads(SHAPES[name].document(200_000))["paths"]["/a"]["get"]
    text = operation["description"]
    assert docstrings.wrap_markdown(text, 80) and markdown.blocks(text)


def test_table_of_empty_cells_becomes_code() -> None:
    rows = f"|{'a|' * 1000}\n" + "|a|\n" * 1000
    assert [type(block) for block in parse_blocks(rows)] == [CodeBlock]
    full = f"|{'a|' * 100}\n" * 200
    assert [type(block) for block in parse_blocks(full)] == [Table]


def test_paragraphs_below_a_list_item_belong_to_it() -> None:
    (item,) = parse_blocks("* a\n\n  b\n\n  c")
    assert item.text == "a b c"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "language, is_highlighted",
    [("python", True), ("json", True), ("yaml", True), ("ruby", False)],
)
def test_only_known_languages_are_highlighted(
    language: str, is_highlighted: bool
) -> None:
    html, _ = commonmark.render_html(f"```{language}\nTrue 1\n```")
    assert (f'class="language-{language} ' in html) is is_highlighted


def test_long_programs_are_not_highlighted() -> None:
    html, _ = commonmark.render_html(f"```python\n{'x = 1' * 1000}\n```")
    assert 'class="language-text ' in html


def test_neighbours_extension_does_not_change_griffe_objects() -> None:
    path = GENERATED / "okta" / "models.py"
    text = path.read_text(encoding="utf-8")
    extensions = griffe.Extensions(AttributeContext())
    with_neighbours = griffe.visit("models", path, text, extensions=extensions)
    plain_pattern = griffe.visit("models", path, text)
    assert with_neighbours.as_json(full=False) == plain_pattern.as_json(full=False)


def test_validator_keeps_a_lower_cpu_limit_of_its_parent() -> None:
    program = (
        "import sys; sys.path.insert(0, 'generator');"
        "from clientcast.validation import program; program.limit();"
        "import resource; print(resource.getrlimit(resource.RLIMIT_CPU)[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=GENERATED.parent,
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (30, 30)),
    )
    assert done.stdout.strip() == "30"


def test_unclosed_brace_in_a_route_is_literal() -> None:
    assert RouteIndex(["/a/b", "/a/{", "/a/{x}"]).narrower_routes("/a/{") == ()
