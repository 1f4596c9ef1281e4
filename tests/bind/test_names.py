"""Tests of identifiers made from names of a document: legible, legal and unique."""

import keyword

import pytest
from clientcast.bind.names import (
    Scope,
    pascal_case,
    snake_case,
    split_words,
    upper_snake_case,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.texts import texts, with_texts

TRICKY = [
    "",
    " ",
    "_",
    "__",
    "__init__",
    "__class__",
    "-",
    "1",
    "123abc",
    "class",
    "Class",
    "None",
    "none",
    "True",
    "match",
    "async",
    "é",
    "ﬁle",
    "straße",
    "名前",
    "ª",
    "²",
    "𝐛𝐨𝐥𝐝",
    "a\u0301",
    "a\u200bb",
    "\ud800",
    "\0",
    "a\rb\x0cc\u2028d",
    "a.b/c d",
    "x" * 500,
    "wörd " * 100,
    "_" * 200,
    "a" * 79 + "_b",
    "HTTPServer2Go",
    "self.__dict__",
    "a);import os#",
    "İ",
    "ǅ",
    "ŉ",
    "K",  # the Kelvin sign
]

converters = pytest.mark.parametrize(
    "make", [snake_case, upper_snake_case, pascal_case]
)


def is_legal(name: str) -> bool:
    return name.isidentifier() and name.isascii() and not keyword.iskeyword(name)


each_text = with_texts(TRICKY)


@each_text
def test_names_are_legal_identifiers(text: str) -> None:
    for name in (
        snake_case(text),
        upper_snake_case(text),
        pascal_case(text),
        pascal_case(text, text),
    ):
        assert is_legal(name), name
        assert not name.startswith("_")
        assert len(name) <= 100


@each_text
def test_names_have_the_case_of_their_function(text: str) -> None:
    assert snake_case(text) == snake_case(text).lower()
    assert upper_snake_case(text) == upper_snake_case(text).upper()
    assert pascal_case(text)[0] == pascal_case(text)[0].upper()
    assert "_" not in pascal_case(text).rstrip("_")


@each_text
def test_converting_a_name_twice_changes_nothing(text: str) -> None:
    assert snake_case(snake_case(text)) == snake_case(text)
    assert pascal_case(pascal_case(text)) == pascal_case(text)


@each_text
def test_words_are_ascii_letters_and_digits(text: str) -> None:
    for word in split_words(text):
        assert word.isascii() and word.isalnum()


@pytest.mark.parametrize(
    ("text", "variable", "type_", "constant"),
    [
        ("sessionId", "session_id", "SessionId", "SESSION_ID"),
        ("session_id", "session_id", "SessionId", "SESSION_ID"),
        ("session-id", "session_id", "SessionId", "SESSION_ID"),
        ("X-Okta-Request-Id", "x_okta_request_id", "XOktaRequestId", None),
        ("HTTPServer", "http_server", "HTTPServer", "HTTP_SERVER"),
        ("getUserByID", "get_user_by_id", "GetUserByID", "GET_USER_BY_ID"),
        ("oauth2", "oauth2", "Oauth2", "OAUTH2"),
        ("class", "class_", "Class", "CLASS"),
        ("none", "none", "None_", "NONE"),
        ("2fa", "value_2fa", "Model2fa", "VALUE_2FA"),
        ("", "value", "Model", "VALUE"),
        ("__proto__", "proto", "Proto", "PROTO"),
        ("Größe", "grosse", "Grosse", "GROSSE"),
        ("café", "cafe", "Cafe", "CAFE"),
        ("名", "ming", "Ming", "MING"),
        ("имя", "imya", "Imya", "IMYA"),
        ("API一覧", "api_yi_lan", "APIYiLan", "API_YI_LAN"),
        ("t\u043eken", "t_u43e_ken", "TU43eKen", "T_U43E_KEN"),
        ("🚀", "rocket", "Rocket", "ROCKET"),
        ("🚀 Launch", "launch", "Launch", "LAUNCH"),
        ("OAuth2Auth", "oauth2_auth", "OAuth2Auth", "OAUTH2_AUTH"),
        ("getURLs", "get_urls", "GetURLs", "GET_URLS"),
        ("listVPCs", "list_vpcs", "ListVPCs", "LIST_VPCS"),
        ("userIDsOfTeam", "user_ids_of_team", "UserIDsOfTeam", "USER_IDS_OF_TEAM"),
        ("IPv4", "ipv4", "IPv4", "IPV4"),
        ("IPv6Address", "ipv6_address", "IPv6Address", "IPV6_ADDRESS"),
        ("SAMLv2", "saml_v2", "SAMLV2", "SAML_V2"),
        ("iOSApp", "ios_app", "IOSApp", "IOS_APP"),
    ],
)
def test_names_are_converted_to_each_case(
    text: str, variable: str, type_: str, constant: str | None
) -> None:
    assert snake_case(text) == variable
    assert pascal_case(text) == type_
    assert upper_snake_case(text) == (constant or variable.upper())


def test_kind_is_the_prefix_of_an_illegal_name() -> None:
    assert snake_case("1", kind="argument") == "argument_1"
    assert snake_case("", kind="argument") == "argument"
    assert pascal_case("1", kind="Status") == "Status1"
    assert upper_snake_case("!", kind="CODE") == "CODE"


names = st.text("aAbB1_", min_size=1, max_size=3).map(snake_case) | texts.map(
    pascal_case
)
requests = st.lists(
    st.tuples(
        st.lists(names, min_size=1, max_size=3),
        st.sampled_from([("{}",), ("{}", "Async{}"), ("Async{}", "{}Param")]),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(st.lists(names), requests)
@example([], [(["a"], ("{}",))] * 12)
@example(["a_2"], [(["a"], ("{}",))] * 3)
@example(["Session"], [(["session", "Session"], ("{}",)), (["SESSION"], ("{}",))])
@example([], [(["Page"], ("{}",)), (["AsyncPage"], ("{}",)), (["Page"], ("Async{}",))])
def test_scope_never_returns_a_claimed_name(
    reserved: list[str], claims: list[tuple[list[str], tuple[str, ...]]]
) -> None:
    scope = Scope(reserved)
    taken = {name.lower() for name in reserved}
    for candidates, patterns in claims:
        name = scope.claim(*candidates, patterns=patterns)
        claimed = {pattern.format(name).lower() for pattern in patterns}
        assert not claimed & taken
        for better in candidates[
            : candidates.index(name) if name in candidates else None
        ]:
            assert {pattern.format(better).lower() for pattern in patterns} & taken
        assert is_legal(name)
        taken |= claimed


def test_scope_claims_the_first_free_candidate() -> None:
    scope = Scope(["list"])
    assert scope.claim("list", "list_pets") == "list_pets"
    assert scope.claim("list", "list_pets") == "list_pets_2"
    assert scope.claim("LIST", "show") == "show"
    assert scope.claim("Pet") == "Pet"
    assert scope.claim("Pet") == "Pet2"


def test_equal_claims_return_equal_names() -> None:
    claims = ["pet", "Pet", "pets", "pet", "pet_2", "PET"]
    first, second = Scope(["pets"]), Scope(["pets"])
    assert [first.claim(name) for name in claims] == [
        second.claim(name) for name in claims
    ]
