"""Tests of the names of enum members, which depend on their own value alone."""

import pytest
from clientcast.bind.member_names import member_names
from clientcast.ir import Member
from hypothesis import given
from hypothesis import strategies as st

from tests.support.texts import TRICKY, texts

values_ = st.lists(
    st.text("aAbB-_ .1+", max_size=4) | texts | st.sampled_from(TRICKY), unique=True
)


def names(*values: str | int) -> dict[str | int, str]:
    made = member_names([Member(value) for value in values])
    return dict(zip(values, made, strict=True))


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("-created", "MINUS_CREATED"),
        ("+created", "PLUS_CREATED"),
        ("--created", "MINUS_MINUS_CREATED"),
        ("name,-created", "NAME_MINUS_CREATED"),
        ("a-b", "A_B"),
        ("a - b", "A_B"),
        ("a--b", "A_B"),
        ("A-", "A_MINUS"),
        ("AB+", "AB_PLUS"),
        ("GMT+1", "GMT_PLUS_1"),
        ("GMT-1", "GMT_MINUS_1"),
        ("Etc/UTC-05:30", "ETC_UTC_MINUS_05_30"),
        ("utf-8", "UTF_8"),
        ("<", "LESS_THAN"),
        ("<=", "LESS_THAN_OR_EQUAL"),
        ("≤", "LESS_THAN_OR_EQUAL"),
        ("＜", "LESS_THAN"),
        ("!=", "NOT_EQUAL"),
        ("!draft", "NOT_DRAFT"),
        ("Done!", "DONE"),
        ("*", "ASTERISK"),
        ("/", "SLASH"),
        ("%", "PERCENT"),
        ("&", "AND"),
        (".", "DOT"),
        (":", "COLON"),
        ("@", "AT"),
        (" ", "SPACE"),
        ("-", "MINUS"),
        ("_", "UNDERSCORE"),
        ("", "EMPTY"),
        ("C++", "C_PLUS_PLUS"),
        ("C#", "C_HASH"),
        ("R&D", "R_AND_D"),
        ("50%", "VALUE_50_PERCENT"),
        ("1.5", "VALUE_1_5"),
        (".pdf", "DOT_PDF"),
        ("application/json", "APPLICATION_JSON"),
        ("users:read", "USERS_READ"),
        ("[DONE]", "DONE"),
        ("1st", "VALUE_1ST"),
        ("2024", "VALUE_2024"),
        (-1, "MINUS_1"),
        (0, "VALUE_0"),
        ("+1", "PLUS_1"),
        ("name", "NAME"),
        ("None", "NONE"),
        ("é", "E"),
        ("e\u0301", "E"),
        ("日本", "RI_BEN"),
        ("👍", "U1F44D"),
        ("inProgress", "IN_PROGRESS"),
    ],
)
def test_member_is_named_after_its_value(value: str | int, name: str) -> None:
    assert names(value) == {value: name}


@pytest.mark.parametrize(
    "expected",
    [
        {"Active": "ACTIVE_CAPITALIZED", "ACTIVE": "ACTIVE_UPPER"},
        {"a_b": "A_UNDERSCORE_B", "a-b": "A_DASH_B", "a b": "A_SPACE_B"},
        {"1.5": "VALUE_1_DOT_5", "1-5": "VALUE_1_DASH_5", "15": "VALUE_15"},
        {"id": "ID_PLAIN", "_id": "UNDERSCORE_ID"},
        {"inProgress": "IN_PROGRESS_CAMEL", "in_progress": "IN_PROGRESS_LOWER"},
        {"created": "CREATED", "-created": "MINUS_CREATED"},
        {"": "EMPTY_TEXT", "empty": "EMPTY_LOWER"},
    ],
)
def test_values_with_one_name_in_common_get_others(expected: dict[str, str]) -> None:
    assert names(*expected) == expected


@given(values_)
def test_names_are_distinct_identifiers_of_any_order(values: list[str]) -> None:
    made = names(*values)
    assert len(set(made.values())) == len(values)
    assert all(n.isidentifier() and n.isupper() for n in made.values())
    assert names(*reversed(values)) == made


@given(values_, st.text("aAbB-_ .1+", max_size=4) | texts)
def test_added_value_takes_no_name_of_another(values: list[str], added: str) -> None:
    before = names(*(value for value in values if value != added))
    after = names(*before, added)
    value_by_name = {name: value for value, name in before.items()}
    for value, name in after.items():
        assert value_by_name.get(name, value) == value


def test_given_names_come_before_names_of_values() -> None:
    members = [Member("a", "B"), Member("b", "A"), Member("low"), Member(0, "Low")]
    assert member_names(members) == ["B", "A", "LOW_LOWER", "LOW"]


def test_given_names_that_become_equal_are_not_used() -> None:
    members = [Member(0, "LowLevel"), Member(1, "LOW_LEVEL")]
    assert member_names(members) == ["VALUE_0", "VALUE_1"]


def test_long_values_have_short_distinct_names() -> None:
    values = ["a" * 200, "a" * 201, "a" + " " * 100_000]
    names = member_names([Member(value) for value in values])
    assert len(set(names)) == 3
    assert all(name.isidentifier() and len(name) < 120 for name in names)
