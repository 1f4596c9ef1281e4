"""Tests of the manifest's JSON: it is what `json.dumps` writes with an indent."""

import json

import pytest
from clientcast.render import _indented_json


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"a": [], "b": {}, "c": ()},
        {"a": [1, 2.5, 1e22, None, True, False], "b": {"c": [{"d": "e"}, []]}},
        {'"\\\n\x7f\u2028': "é\U0001f600"},
        ["a", ("b", ["c"])],
    ],
)
def test_json_is_indented_as_by_the_standard_library(value: object) -> None:
    assert _indented_json(value) == json.dumps(value, indent=2, ensure_ascii=True)
