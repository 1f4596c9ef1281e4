"""Tests of `clientcast.source`: data, positions, errors and limits."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from clientcast.diagnostic import Severity
from clientcast.plain import MAX_DIGITS, number_or_boolean
from clientcast.source import MAX_BYTES, MAX_DEPTH, Document, escape, read
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def document(folder: Path, text: str | bytes, name: str = "spec.yaml") -> Document:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path, name)


def data(folder: Path, text: str, name: str = "spec.yaml") -> Any:
    found = document(folder, text, name)
    assert found.diagnostics == ()
    return found.data


def only_diagnostic(folder: Path, text: str | bytes, name: str = "spec.yaml") -> str:
    """Return the position and code of the only diagnostic."""
    (found,) = document(folder, text, name).diagnostics
    return f"{found.line}:{found.column} {found.code}"


# Scalars


@pytest.mark.parametrize(
    "word",
    [
        "on",
        "off",
        "yes",
        "no",
        "y",
        "n",
        "On",
        "OFF",
        "Yes",
        "NO",
        "Y",
        "N",
        "True",
        "TRUE",
        "False",
        "FALSE",
        "Null",
        "NULL",
        "None",
        "nil",
        "2026-05-12",
        "2026-05-12T10:00:00Z",
        "12:30:45",
        "1:30",
        "190:20:30",
        "1_000",
        "0o17",
        "012",
        "0x1F",
        "0b1",
        ".inf",
        "-.inf",
        ".Inf",
        ".nan",
        ".NaN",
        "+1",
        "1.",
        ".5",
        "-.5",
        "1e",
        "1e+",
        "00",
        "-01",
        "=",
        "<<",
        "1.2.3",
        "3.1.0",
        "0.0.0",
        "Infinity",
        "NaN",
        "-Infinity",
        "nan",
        "inf",
        "٣",
        "１",
    ],
)
def test_yaml_1_1_word_is_a_string(word: str, folder: Path) -> None:
    assert data(folder, f"value: {word}\nlist: [{word}]\n{word}: key\n") == {
        "value": word,
        "list": [word],
        word: "key",
    }


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("null", None),
        ("~", None),
        ("", None),
        ("true", True),
        ("false", False),
        ("0", 0),
        ("-0", 0),
        ("200", 200),
        ("-17", -17),
        ("1.0", 1.0),
        ("-1.5e3", -1500.0),
        ("1e3", 1000.0),
        ("1E-2", 0.01),
        ("12345678901234567890", 12345678901234567890),
    ],
)
def test_json_scalar_in_yaml_is_its_json_value(
    word: str, value: object, folder: Path
) -> None:
    found = data(folder, f"value: {word}\n")["value"]
    assert found == value and type(found) is type(value)
    if word not in ("", "~"):
        in_json = data(folder, f'{{"value": {word}}}', "spec.json")["value"]
        assert in_json == value and type(in_json) is type(value)


@pytest.mark.parametrize("quoted", ['"{}"', "'{}'", "!!str {}", "|-\n  {}"])
@pytest.mark.parametrize("word", ["null", "true", "200", "1.5", "~"])
def test_quoted_scalar_is_a_string(quoted: str, word: str, folder: Path) -> None:
    assert data(folder, f"value: {quoted.format(word)}\n") == {"value": word}


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("200", "200"),
        ("'200'", "200"),
        ("404.5", "404.5"),
        ("true", "true"),
        ("null", "null"),
        ("on", "on"),
        ("no", "no"),
        ("2026-05-12", "2026-05-12"),
        ("1_000", "1_000"),
        ("012", "012"),
        ("0x10", "0x10"),
        ("-0", "-0"),
        ("1e3", "1e3"),
        ("1.10", "1.10"),
    ],
)
def test_mapping_key_is_a_string(key: str, text: str, folder: Path) -> None:
    assert data(folder, f"responses:\n  {key}:\n    description: x\n") == {
        "responses": {text: {"description": "x"}}
    }


@pytest.mark.parametrize(
    ("tagged", "value"),
    [
        ("!!int 12", 12),
        ("!!float 1", 1.0),
        ("!!bool true", True),
        ("!!null null", None),
    ],
)
def test_core_schema_tag_is_applied(tagged: str, value: object, folder: Path) -> None:
    assert data(folder, f"value: {tagged}\n") == {"value": value}


def test_number_and_string_are_the_same_key(folder: Path) -> None:
    found = document(folder, "200: one\n'200': two\n")
    (wrong,) = found.diagnostics
    assert (wrong.code, wrong.line, wrong.column) == ("duplicate-key", 2, 1)
    assert found.data == {"200": "one"}


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("a: {b: [1]}\na: {b: [1]}\n", Severity.WARNING),
        ("a: {b: [1]}\na: {b: [2]}\n", Severity.ERROR),
        ("a: 1\na: true\n", Severity.ERROR),
        ("a: 1\na: 1.0\n", Severity.ERROR),
    ],
)
def test_duplicate_key_with_an_equal_value_is_a_warning(
    text: str, severity: Severity, folder: Path
) -> None:
    (found,) = document(folder, text).diagnostics
    assert (found.code, found.severity) == ("duplicate-key", severity)


# JSON and YAML


VALUES: dict[str, Any] = {
    "openapi": "3.1.0",
    "text": 'quote " backslash \\ newline \n tab \t slash / ünïcode 😀 \u2028',
    "numbers": [0, -1, 1.5, 1e-7, 12345678901234567890],
    "words": [True, False, None, "on", "200", "null", ""],
    "empty": [{}, [], ""],
    "nested": {"a": {"b": [{"c": [1, [2, [3]]]}]}},
    "~1 / ~0": {"": 1},
}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(VALUES),
        json.dumps(VALUES, indent=2, ensure_ascii=False),
        json.dumps(VALUES, separators=(",", ":")),
        "\n\t \r\n" + json.dumps(VALUES, indent="\t").replace("\n", "\r\n") + "\n ",
        yaml.safe_dump(VALUES, sort_keys=False),
        yaml.safe_dump(VALUES, allow_unicode=True),
        "# comment\n--- # begin\n" + yaml.safe_dump(VALUES) + "... # end\n",
        "# flow\n" + yaml.safe_dump(VALUES, default_flow_style=True),
        yaml.safe_dump(VALUES, default_flow_style=True),
    ],
)
def test_json_and_yaml_have_equal_data(text: str, folder: Path) -> None:
    found = data(folder, text)
    assert found == VALUES
    assert json.dumps(found, sort_keys=True) == json.dumps(VALUES, sort_keys=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n\t# note\n  b: 1\n", {"a": {"b": 1}}),
        ("a:\r\n  \t# note\r\n  b: 1\r\n \t\r\nc: 2\r\n", {"a": {"b": 1}, "c": 2}),
        ("- b\n\t\t# note\n- c\n", ["b", "c"]),
        ("a: |\n  x\n  \t# text\n\t# note\nb: 1\n", {"a": "x\n\t# text\n", "b": 1}),
        (
            "- a: >-\n    x\n    \t# text\n- \t# note\n  b\n",
            [{"a": "x\n\t# text"}, "b"],
        ),
        ('a: "x\n\t# text"\n', {"a": "x # text"}),
    ],
)
def test_tab_before_a_comment_is_read(text: str, expected: Any, folder: Path) -> None:
    assert data(folder, text) == expected


def test_json_is_detected_by_suffix_or_brace(folder: Path) -> None:
    # YAML has no surrogates: its reader refuses them.
    pair = '{"a": "\\ud83d\\ude00"}'
    assert data(folder, pair) == data(folder, pair, "spec.json") == {"a": "😀"}
    assert only_diagnostic(folder, "a: 1\n", "spec.json") == "1:1 json-syntax"


@pytest.mark.parametrize(
    "escaped", ["\\ud83d", "a\\ude00\\ud83d", "\\ud83d\\ud83d\\ude00"]
)
def test_lone_surrogate_is_refused(escaped: str, folder: Path) -> None:
    for text in (f'{{"a": "{escaped}"}}', f'{{"a":  {{"{escaped}": 1}}}}'):
        column = text.index(escaped)
        assert (
            only_diagnostic(folder, text, "spec.json") == f"1:{column} lone-surrogate"
        )


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        ("\\ud83d\\ude00", "😀"),
        ("\\uD83D\\uDE00!", "😀!"),
        ("\\u0000", "\0"),
        ("\\u202e", "\u202e"),
        ("\\\\ud83d", "\\ud83d"),
        ('\\"\\\\\\"', '"\\"'),
    ],
)
def test_json_escapes_are_decoded(escaped: str, text: str, folder: Path) -> None:
    content = f'{{"a": "{escaped}", "{escaped}": 1}}'
    assert data(folder, content, "spec.json") == {"a": text, text: 1}
    assert document(folder, content, "spec.json").digest


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": 1 "b": 2}', "1:9"),
        ('{"a": 1\n "b": 2}', "2:2"),
        ('{"a": 01}', "1:8"),
        ("{'a': 1}", "1:2"),
        ('{"a": NaN}', "1:1"),
        ('{"a": -Infinity}', "1:1"),
        ('{"a": "x\ny"}', "1:9"),
        ('{"a": 1} {"b": 2}', "1:10"),
        ('{"a": [1, 2}', "1:12"),
        ("{", "1:2"),
        ('{"a": "\\x"}', "1:8"),
    ],
)
def test_json_syntax_error_is_located(text: str, place: str, folder: Path) -> None:
    assert only_diagnostic(folder, text, "spec.json") == f"{place} json-syntax"


characters = st.characters(codec="utf-8")  # `lone-surrogate` has its own test
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(characters),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(characters, max_size=5), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(value=plain, indent=st.sampled_from([None, 0, 2]), ascii_only=st.booleans())
def test_json_data_equals_json_loads(
    value: Any, indent: int | None, ascii_only: bool, tmp_path_factory: Any
) -> None:
    folder = tmp_path_factory.getbasetemp()
    text = json.dumps({"value": value}, indent=indent, ensure_ascii=ascii_only)
    content = text.encode("utf-8")
    found = document(folder, content, "any.json")
    assert found.diagnostics == ()
    assert json.dumps(found.data) == json.dumps(json.loads(content))
    assert_positions(found, content.decode("utf-8"))


def assert_positions(found: Document, text: str) -> None:
    """Assert that the text of each value of a JSON document begins at its position."""
    lines = text.split("\n")
    decoder = json.JSONDecoder()

    def visit(value: Any, pointer: str) -> None:
        place = found.diagnostic(pointer, "code", "message")
        rest = "\n".join(
            [lines[place.line - 1][place.column - 1 :], *lines[place.line :]]
        )
        assert json.dumps(decoder.raw_decode(rest)[0]) == json.dumps(value)
        if isinstance(value, dict):
            for key, inner in value.items():
                visit(inner, f"{pointer}/{escape(key)}")
        if isinstance(value, list):
            for index, inner in enumerate(value):
                visit(inner, f"{pointer}/{index}")

    visit(found.data, "")


# Positions


BLOCK = """\
openapi: 3.1.0
info:
  title: "A title"   # comment
  description: |
    Text
    of lines.
paths:
  /a/{b}:
    get:
      tags: [one, two]
      parameters:
        - name: b
          in: path
        -   name: c
      responses: {'200': {description: ok}}
  ~tilde: &anchor
    x: 1
  ünï 😀: after
  again: *anchor
"""


@pytest.mark.parametrize(
    ("pointer", "value", "key"),
    [
        ("", (1, 1), (1, 1)),
        ("/openapi", (1, 10), (1, 1)),
        ("/info", (3, 3), (2, 1)),
        ("/info/title", (3, 10), (3, 3)),
        ("/info/description", (4, 16), (4, 3)),
        ("/paths/~1a~1{b}", (9, 5), (8, 3)),
        ("/paths/~1a~1{b}/get/tags", (10, 13), (10, 7)),
        ("/paths/~1a~1{b}/get/tags/1", (10, 19), (10, 19)),
        ("/paths/~1a~1{b}/get/parameters", (12, 9), (11, 7)),
        ("/paths/~1a~1{b}/get/parameters/0", (12, 11), (12, 11)),
        ("/paths/~1a~1{b}/get/parameters/0/in", (13, 15), (13, 11)),
        ("/paths/~1a~1{b}/get/parameters/1/name", (14, 19), (14, 13)),
        ("/paths/~1a~1{b}/get/responses/200", (15, 26), (15, 19)),
        ("/paths/~1a~1{b}/get/responses/200/description", (15, 40), (15, 27)),
        ("/paths/~0tilde/x", (17, 8), (17, 5)),
        ("/paths/ünï 😀", (18, 10), (18, 3)),
        ("/paths/again", (19, 10), (19, 3)),
    ],
)
def test_yaml_value_and_key_are_located(
    pointer: str, value: tuple[int, int], key: tuple[int, int], folder: Path
) -> None:
    found = document(folder, BLOCK)
    at_value = found.diagnostic(pointer, "code", "message")
    at_key = found.diagnostic(pointer, "code", "message", at_key=True)
    assert (at_value.line, at_value.column) == value
    assert (at_key.line, at_key.column) == key
    assert at_value.source == BLOCK.split("\n")[value[0] - 1]


def test_positions_of_a_long_text_are_read_on_access(
    folder: Path,
) -> None:
    padded = BLOCK + "#" * (1 << 20)
    pointer = "/paths/~1a~1{b}/get/parameters/1/name"
    place = document(folder, padded).diagnostic(pointer, "code", "message")
    assert (place.line, place.column) == (14, 19)


@pytest.mark.parametrize(
    ("pointer", "nearest"),
    [
        ("/info/nothing", "/info"),
        ("/info/title/deeper/still", "/info/title"),
        ("/paths/~1a~1{b}/get/tags/7", "/paths/~1a~1{b}/get/tags"),
        ("/nothing", ""),
        ("/paths/again/x", "/paths/again"),
    ],
)
def test_missing_value_is_located_at_its_parent(
    pointer: str, nearest: str, folder: Path
) -> None:
    found = document(folder, BLOCK)
    assert found.diagnostic(pointer, "code", "x") == found.diagnostic(
        nearest, "code", "x"
    )


JSON = """\
{
  "openapi": "3.1.0",
\t"info": { "title" :"a \\" \\\\", "list":[1,
    {"x": null} , [ ] ,"😀", true]
  },
  "a/b~c": {"": -1.5e3}
}
"""


@pytest.mark.parametrize(
    ("pointer", "value", "key"),
    [
        ("", (1, 1), (1, 1)),
        ("/openapi", (2, 14), (2, 3)),
        ("/info", (3, 10), (3, 2)),
        ("/info/title", (3, 21), (3, 12)),
        ("/info/list", (3, 39), (3, 32)),
        ("/info/list/0", (3, 40), (3, 40)),
        ("/info/list/1", (4, 5), (4, 5)),
        ("/info/list/1/x", (4, 11), (4, 6)),
        ("/info/list/2", (4, 19), (4, 19)),
        ("/info/list/3", (4, 24), (4, 24)),
        ("/info/list/4", (4, 29), (4, 29)),
        ("/a~1b~0c", (6, 12), (6, 3)),
        ("/a~1b~0c/", (6, 17), (6, 13)),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_json_value_is_located(
    pointer: str,
    value: tuple[int, int],
    key: tuple[int, int],
    newline: str,
    folder: Path,
) -> None:
    found = document(folder, JSON.replace("\n", newline), "spec.json")
    at_value = found.diagnostic(pointer, "code", "message")
    at_key = found.diagnostic(pointer, "code", "message", at_key=True)
    assert (at_value.line, at_value.column) == value
    assert (at_key.line, at_key.column) == key
    assert at_value.source == JSON.split("\n")[value[0] - 1]


def test_byte_order_mark_does_not_count_as_a_column(folder: Path) -> None:
    found = document(folder, b"\xef\xbb\xbfopenapi: 3.1.0\n")
    assert found.data == {"openapi": "3.1.0"}
    place = found.diagnostic("/openapi", "code", "message")
    assert (place.line, place.column) == (1, 10)


def test_carriage_return_ends_a_yaml_line(folder: Path) -> None:
    found = document(folder, "a: 1\r\nb:\r\n  c: 2\r\n")
    assert found.data == {"a": 1, "b": {"c": 2}}
    place = found.diagnostic("/b/c", "code", "message")
    assert (place.line, place.column, place.source) == (3, 6, "  c: 2")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\rb: 2\r", 2),
        ("# Windows\r\ra: 1\rb: 2", 4),
        ("a: 'x\u2028y'\nb: 2\n", None),
        ("a: 'x\u0085y'\nb: 2\n", None),
    ],
)
def test_diagnostic_shows_the_counted_line(
    text: str, line: int | None, folder: Path
) -> None:
    place = document(folder, text).diagnostic("/b", "code", "message")
    assert place.source == "b: 2"
    assert line in (None, place.line)


def test_diagnostic_in_a_long_line_keeps_what_it_shows(folder: Path) -> None:
    text = json.dumps({"before": "x" * 5000, "b": 2, "after": "y" * 5000})
    place = document(folder, text, "spec.json").diagnostic("/b", "code", "message")
    assert len(place.source) < 200
    head, shown, caret = str(place).split("\n")
    assert head.startswith(f"spec.json:1:{place.column}:")
    assert shown[caret.index("^")] == text[place.column - 1] == "2"


# Digest


def test_digest_ignores_formatting(folder: Path) -> None:
    first = document(folder, "a: [1, x]\nb:\n  '200': \"on\"\n").digest
    for text in (
        "# A comment.\na:\n  - 1\n  - 'x'  # another\nb: {200: on}\n",
        "---\na: [1,   x]\n\nb:\n    200:   'on'\n...\n",
        '\ufeffa: &one [1, x]\nb: {"200": on}\n',
        '{"a": [1, "x"], "b": {"200": "on"}}',
        '{"a":[1,"\\u0078"],"b":{"200":"on"}}\n\n',
        "a: [1, x]\r\nb:\r\n  '200': \"on\"\r\n",
    ):
        assert document(folder, text).digest == first, text


def test_digest_changes_with_the_data(folder: Path) -> None:
    digests = [
        document(folder, text).digest
        for text in (
            "a: 1\nb: 2\n",
            "b: 2\na: 1\n",  # the order of keys is the order of arguments
            "a: '1'\nb: 2\n",
            "a: 1.0\nb: 2\n",
            "a: [1]\nb: 2\n",
            "a: 1\nb: true\n",
            "a: 1\nb: 'true'\n",
            "a: 1\nb: null\n",
            "a: 1\nb: ''\n",
            "a: 1\n",
        )
    ]
    assert len(set(digests)) == len(digests)


# Errors


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\n b: 2\n", "2:3 yaml-syntax"),
        ("a:\n\t- 1\n", "2:1 yaml-syntax"),
        ('a: "open\n', "1:4 yaml-syntax"),
        ("a: [1, 2\n", "1:4 yaml-syntax"),
        ("a: b: c\n", "1:5 yaml-syntax"),
        ("a: \x01\n", "1:4 yaml-syntax"),
        ("ä: \x1b[31m\n", "1:4 yaml-syntax"),
        ("# äöü\na: \x01\n", "2:4 yaml-syntax"),
        ('a: "\\ud83d"\n', "1:7 yaml-syntax"),
        ("a: 1\na: 2\n", "2:1 duplicate-key"),
        ("a:\n  b: 1\n  c: 2\n  'b': 3\n", "4:3 duplicate-key"),
        ("a: !custom 1\n", "1:4 yaml-tag"),
        ("a: !!python/object:os.system x\n", "1:4 yaml-tag"),
        ("a: !!timestamp 2026-05-12\n", "1:4 yaml-tag"),
        ("a: !!binary aGk=\n", "1:4 yaml-tag"),
        ("a: !!set {x}\n", "1:4 yaml-tag"),
        ("a: 1\n---\nb: 2\n", "2:1 yaml-documents"),
        ("a: &a\n  b: *a\n", "2:6 yaml-alias"),
        ("a: &a [*a]\n", "1:8 yaml-alias"),
        ("a: *nothing\n", "1:4 yaml-alias"),
        ("? [a, b]\n: 1\n", "1:3 yaml-key"),
        ("? {a: 1}\n: 2\n", "1:3 yaml-key"),
        ("x: 1\n? &k {a: 1}\n: 2\n", "2:3 yaml-key"),
    ],
)
def test_yaml_error_is_located(text: str, message: str, folder: Path) -> None:
    assert only_diagnostic(folder, text) == message


def test_unknown_alias_is_not_reported_as_recursive(folder: Path) -> None:
    (found,) = document(folder, "a: *nothing\n").diagnostics
    assert "inside" not in found.message and "$ref" not in found.hint


def test_duplicate_json_key_is_an_error(folder: Path) -> None:
    assert (
        only_diagnostic(folder, '{"a": 1,\n "b": {}, "a": 2}') == "2:11 duplicate-key"
    )


def test_alias_has_the_value_of_its_anchor(folder: Path) -> None:
    found = data(folder, "a: &a {x: [1]}\nb: *a\nc: [*a, *a]\nd: &e text\ne: *e\n")
    assert found["b"] == {"x": [1]} and found["c"] == [{"x": [1]}, {"x": [1]}]
    assert found["e"] == "text"


def test_merge_key_is_an_ordinary_key(folder: Path) -> None:
    """YAML 1.2 has no merge keys: `<<` is data, and `check` reports it."""
    assert data(folder, "a: &a {x: 1}\nb:\n  <<: *a\n") == {
        "a": {"x": 1},
        "b": {"<<": {"x": 1}},
    }


def test_invalid_utf_8_is_located(folder: Path) -> None:
    assert only_diagnostic(folder, "a: ü\nb: é".encode() + b"\xe9\n") == "2:5 not-utf-8"
    assert only_diagnostic(folder, "a: 1\n".encode("utf-16")) == "1:1 not-utf-8"


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "---\n", "null"])
def test_empty_document_is_null(text: str, folder: Path) -> None:
    assert not data(folder, text)


def test_missing_file_raises_file_not_found(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(folder / "nothing.yaml")


# Limits


def test_document_larger_than_the_limit_is_refused(folder: Path) -> None:
    start = b"a: 1\n#"
    assert document(folder, start.ljust(MAX_BYTES, b"x")).data == {"a": 1}
    assert only_diagnostic(folder, start.ljust(MAX_BYTES + 1, b"x")) == "1:1 limit-size"


@pytest.mark.parametrize(
    ("name", "opening", "closing"), [("a.yaml", "[", "]"), ("a.json", '{"a":', "}")]
)
def test_document_deeper_than_the_limit_is_refused(
    name: str, opening: str, closing: str, folder: Path
) -> None:
    def nested(depth: int) -> str:
        return opening * depth + "1" + closing * depth

    assert document(folder, nested(MAX_DEPTH), name).diagnostics == ()
    column = len(opening) * MAX_DEPTH + 1
    assert (
        only_diagnostic(folder, nested(MAX_DEPTH + 1), name)
        == f"1:{column} limit-depth"
    )
    assert only_diagnostic(folder, nested(100_000), name) == f"1:{column} limit-depth"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("openapi: 3.1.0\nx: 'a'\ny: " + "[" * 5000, "3:103"),
        ("openapi: 3.1.0\ny: [" + "{a: [" * 3000, "2:250"),
        ("a:\n  b: [" + "[\n" * 3000, "99:1"),
        ("[1, 2, {a: b}, " + "[" * 5000, "1:115"),
        ("- " * 5000, "1:201"),
    ],
)
def test_libyaml_nesting_limit_is_located_at_max_depth(
    text: str, place: str, folder: Path
) -> None:
    assert only_diagnostic(folder, text) == f"{place} limit-depth"


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_number_out_of_range_is_refused(name: str, folder: Path) -> None:
    for number in ("9" * 601, "-" + "9" * 5_000, "1e999", "-1.5E+4000", "1" * 100_000):
        wrong = only_diagnostic(folder, f'{{"a": {number}}}', name)
        assert wrong == "1:7 limit-digits"


def test_integer_too_large_for_a_float_is_refused(folder: Path) -> None:
    assert only_diagnostic(folder, f"a: !!float {'9' * 400}") == "1:4 limit-digits"


@pytest.mark.parametrize("text", ["٤٠٤", "²", "１２", "4٠4", "1٫5", "१"])
def test_number_has_ascii_digits_only(text: str, folder: Path) -> None:
    assert data(folder, f"a: {text}") == {"a": text}
    assert number_or_boolean(text) is None


def test_alias_deeper_than_the_limit_is_refused(folder: Path) -> None:
    half = MAX_DEPTH // 2 - 1
    row = f"a: &a {'[' * half}1{']' * half}\nb: &b {'[' * half}*a{']' * half}\n"
    assert document(folder, row).diagnostics == ()
    assert document(folder, row + "c: [*b]").diagnostics == ()
    assert only_diagnostic(folder, row + "c: [[*b]]") == "3:6 limit-depth"
    assert (
        only_diagnostic(folder, row + "c: &c [[b, *a]]\nd: [*c, [*b]]")
        == "4:10 limit-depth"
    )


def test_number_longer_than_the_limit_is_refused(folder: Path) -> None:
    for name in ("a.yaml", "a.json"):
        text = '{"a": %s}'
        longest = "1" * MAX_DIGITS
        assert data(folder, text % longest, name) == {"a": int(longest)}
        for longer in ("1" * (MAX_DIGITS + 1), "-1" + "0" * 100_000):
            assert only_diagnostic(folder, text % longer, name) == "1:7 limit-digits"
    assert only_diagnostic(folder, "a: 1e999") == "1:4 limit-digits"


def test_aliased_values_count_towards_limits(folder: Path) -> None:
    """Small text with huge data is refused before the data is built."""
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in range(1, 10):
        copies = ", ".join([f"*a{level - 1}"] * 10)
        bomb += f"a{level}: &a{level} [{copies}]\n"
    assert only_diagnostic(folder, bomb).endswith("limit-nodes")
