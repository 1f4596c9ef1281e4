"""Tests that the cost of a document is bounded: by limits, and by the number of steps taken.

Nothing is timed. `python -m tests.benchmarks.growth` measures.
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


def strings(count: int, tokens: list[str], longest: int = 25) -> Iterator[str]:
    """Random texts, always the same."""
    chosen = random.Random(12)
    for _ in range(count):
        yield "".join(chosen.choices(tokens, k=chosen.randint(1, longest)))


def document(text: str, folder: Path, suffix: str = "yaml") -> Document:
    path = folder / f"spec.{suffix}"
    path.write_text(text, encoding="utf-8")
    return read(path, path.name)


def problem(text: str, folder: Path) -> tuple[str, str, int]:
    """The code, message and line of what is wrong with the text of a document."""
    (found,) = document(text, folder).diagnostics
    return found.code, found.message, found.line


def test_aliases_of_a_long_text_are_counted_in_characters(tmp_path: Path) -> None:
    text = f'x-text: &t "{"a" * 1_000_000}"\nx-all:\n'
    assert document(text + "  - *t\n" * 4, tmp_path).diagnostics == ()
    code, message, line = problem(text + "  - *t\n" * 600, tmp_path)
    assert (code, line) == ("limit-aliases", 7)
    assert message == "more than 4,194,304 characters by aliases"


def test_aliases_of_mappings_count_their_keys_and_texts(tmp_path: Path) -> None:
    held = ", ".join(f"{'k' * 100}{n}: [{'v' * 100}]" for n in range(5000))
    text = f"x-map: &m {{{held}}}\nx-all:\n" + "  - *m\n" * 6
    assert problem(text, tmp_path)[::2] == ("limit-aliases", 7)


def test_an_alias_names_its_way_out(tmp_path: Path) -> None:
    text = f'a: &t "{"a" * 5_000_000}"\nb: *t\n'
    (found,) = document(text, tmp_path).diagnostics
    assert found.hint == "write it once under components, and refer to it with $ref"


def test_a_repeated_key_with_an_alias_is_limited(tmp_path: Path) -> None:
    text = f'a: &t "{"a" * 1_000_000}"\nb:\n' + "  k: *t\n" * 400
    assert problem(text, tmp_path)[::2] == ("limit-aliases", 7)


def test_repeated_keys_are_limited(tmp_path: Path) -> None:
    text = "a:\n" + "  k: 1\n" * 3000
    assert problem(text, tmp_path) == (
        "limit-keys",
        "more than 1,000 repeated keys",
        1003,
    )


def test_a_long_key_is_refused(tmp_path: Path) -> None:
    assert document(f"{'k' * 1000}: 1", tmp_path).diagnostics == ()
    assert problem(f"a: 1\n? {'k' * 10_001}\n: 1", tmp_path) == (
        "limit-keys",
        "more than 10,000 characters in a key",
        2,
    )


def test_long_keys_around_many_values_are_limited(tmp_path: Path) -> None:
    text = f"? {'k' * 9_999}\n: [{'1, ' * 20_000}1]"
    assert problem(text, tmp_path)[0] == "limit-keys"


@pytest.mark.parametrize("word", ["same", "Same", "SAME"])
def test_equal_names_are_numbered_in_linear_work(
    word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope, asked = names.Scope(), 0
    is_free = names.Scope._is_free  # pyright: ignore[reportPrivateUsage]

    def counted(scope: names.Scope, name: str, patterns: tuple[str, ...]) -> bool:
        nonlocal asked
        asked += 1
        return is_free(scope, name, patterns)

    monkeypatch.setattr(names.Scope, "_is_free", counted)
    given = {scope.claim(word) for _ in range(2000)}
    assert len(given) == 2000 and asked <= 3 * 2000


def test_numbers_are_those_of_a_search_from_the_first() -> None:
    chosen = random.Random(12)
    scope, taken = names.Scope(), set[str]()
    for _ in range(3000):
        word = chosen.choice(("a", "A", "a_2", "B", "B2", "b3", "b"))
        number, wanted = 2, word
        while wanted.lower() in taken:
            is_class = word[:1].isupper() and not word.isupper()
            wanted = f"{word}{number}" if is_class else f"{word}_{number}"
            number += 1
        taken.add(wanted.lower())
        assert scope.claim(word) == wanted


def test_routes_are_compared_within_their_segments() -> None:
    routes = RouteIndex(f"/{{id}}/x{number}" for number in range(2000))
    assert routes.count_narrower(10**9, 10**9) == 0
    assert routes.compared == 2000


def test_narrower_routes_are_those_of_a_regular_expression() -> None:
    def narrower(route: str, than: str) -> bool:
        found = False
        if route == than or route.count("/") != than.count("/") or "{" not in than:
            return False
        for part, wide in zip(route.split("/"), than.split("/"), strict=True):
            texts = map(re.escape, TEMPLATE_EXPRESSION.split(wide)[::2])
            if "{" not in wide and part != wide:
                return False
            if "{" in wide and "{" not in part:
                if not re.fullmatch("[^/]+".join(texts), part):
                    return False
                found = True
        return found

    paths = [f"/{path}" for path in strings(400, ["a", "b", "{p}", "{q}", "/"], 6)]
    routes = RouteIndex(paths)
    for path in paths:
        expected = tuple(other for other in paths if narrower(other, path))
        assert routes.narrower_routes(path) == expected


def test_a_template_that_backtracks_is_matched_at_once() -> None:
    wide = "/" + "".join(f"{{p{number}}}a" for number in range(40)) + "x"
    assert RouteIndex([wide, "/" + "a" * 1000]).narrower_routes(wide) == ()


def test_too_many_narrower_routes_are_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(path_rules, "MAX_NARROWER", 100)
    paths: dict[str, object] = {
        f"/a{number}": {"get": {"responses": {}}} for number in range(40)
    }
    wide: dict[str, object] = {
        f"/{{{name}}}": {"get": {"responses": {}}} for name in "abc"
    }
    text = json.dumps({"openapi": "3.1.0", "info": {}, "paths": {**paths, **wide}})
    _, found = check(document(text, tmp_path, "json"))
    (limit,) = [one for one in found if one.code == "limit-paths"]
    assert limit.message.startswith("more than 100 paths")
    assert limit.hint == "leave some of them out with --skip"


def test_suggestions_end_with_their_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    close_matches = difflib.get_close_matches

    def counted(word: str, words: dict[str, str], n: int) -> list[str]:
        nonlocal compared
        compared += len(words)
        return close_matches(word, words, n)

    monkeypatch.setattr(difflib, "get_close_matches", counted)
    suggestions = Suggestions(100_000)
    known = [f"Name{number:04}" for number in range(1000)]
    hints = [suggestions.did_you_mean(f"Nane{n:04}", known) for n in range(1000)]
    assert hints[0] == "did you mean 'Name0000'?" and hints[-1] == ""
    assert compared <= 3000


def test_long_names_are_not_compared() -> None:
    long = "a" * 1000
    assert diagnostic.closest(f"{long}b", [f"{long}c"]) is None
    assert diagnostic.closest("nane", [long, "name"]) == "name"


def test_lists_in_messages_are_short() -> None:
    assert join_names(["a", "b"]) == "a, b"
    assert join_names([str(number) for number in range(1000)]).endswith(
        "19 and 980 more"
    )


def test_code_spans_are_those_of_a_regular_expression() -> None:
    span = re.compile(r"(?P<ticks>(?<!`)`+)(?!`)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)")
    for text in strings(5000, ["`", "``", "```", "a", " ", "b"]):
        spans = CodeSpans(text)
        for start in range(len(text)):
            match = span.match(text, start)
            found = None if match is None else (match["code"], match.end())
            assert spans.at(start) == found


def test_spaces_before_markers_are_those_of_a_plain_expression() -> None:
    plain = re.compile(r" +(?=[#>|]|[-+*=_~]+(?: |$)|\d{1,9}[.)](?: |$))")
    marker = docstrings._SPACE_BEFORE_MARKER  # pyright: ignore[reportPrivateUsage]
    for text in strings(5000, [*" -+*=#>|ab", "   ", "1. ", "12)"]):
        assert marker.sub("\0", text) == plain.sub("\0", text)


@pytest.mark.parametrize("name", ["text-spaces", "text-backtick-runs", "text-tildes"])
def test_long_runs_in_descriptions_are_written(name: str) -> None:
    operation = json.loads(SHAPES[name].document(200_000))["paths"]["/a"]["get"]
    text = operation["description"]
    assert docstrings.wrap_markdown(text, 80) and markdown.blocks(text)


def test_a_table_of_empty_cells_is_written_as_code() -> None:
    rows = f"|{'a|' * 1000}\n" + "|a|\n" * 1000
    assert [type(block) for block in parse_blocks(rows)] == [CodeBlock]
    full = f"|{'a|' * 100}\n" * 200
    assert [type(block) for block in parse_blocks(full)] == [Table]


def test_paragraphs_below_an_item_are_of_it() -> None:
    (item,) = parse_blocks("* a\n\n  b\n\n  c")
    assert item.text == "a b c"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "language, is_coloured",
    [("python", True), ("json", True), ("yaml", False), ("sml", False)],
)
def test_code_is_coloured_in_few_languages(language: str, is_coloured: bool) -> None:
    html, _ = commonmark.render_html(f"```{language}\nTrue 1\n```")
    assert (f'class="language-{language} ' in html) is is_coloured


def test_long_programs_are_not_coloured() -> None:
    html, _ = commonmark.render_html(f"```python\n{'x = 1' * 1000}\n```")
    assert 'class="language-text ' in html


def test_neighbours_change_nothing_that_griffe_reads() -> None:
    path = GENERATED / "okta" / "models.py"
    text = path.read_text(encoding="utf-8")
    extensions = griffe.Extensions(AttributeContext())
    shown = griffe.visit("models", path, text, extensions=extensions)
    plain = griffe.visit("models", path, text)
    assert shown.as_json(full=False) == plain.as_json(full=False)


def test_the_validator_keeps_to_a_lower_limit_of_its_parent() -> None:
    program = (
        "import sys; sys.path.insert(0, 'generator');"
        "from clientcast.check import child; child._limit();"
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


def test_a_brace_that_begins_no_parameter_is_text() -> None:
    assert RouteIndex(["/a/b", "/a/{", "/a/{x}"]).narrower_routes("/a/{") == ()
