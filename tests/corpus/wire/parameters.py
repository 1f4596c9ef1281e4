"""Comparison of serialized parameters with their values, independent of the generator.

Null and empty lists and objects are undefined, so that they are not sent (RFC 6570, 2.3).
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote, unquote_plus

from tests.corpus.wire.document import Parameter
from tests.corpus.wire.media import is_json
from tests.corpus.wire.same import ABSENT, is_equal, load_json

_DELIMITERS = {"spaceDelimited": r"%20|\+", "pipeDelimited": r"%7[Cc]|\|"}

Pairs = list[tuple[str, str]]


def defined(value: Any) -> Any:
    """Return a value without its undefined parts; `ABSENT` if nothing is left."""
    if isinstance(value, dict):
        value = {name: part for name, part in value.items() if part is not None}
    elif isinstance(value, list):
        value = [item for item in value if item is not None]
    return ABSENT if value is None or value in ([], {}) else value


def matches_text(value: Any, text: str) -> bool:
    """Return whether a text is the serialization of a value; lists and objects are JSON."""
    if isinstance(value, str):
        return is_equal(value, text)
    try:
        return is_equal(value, load_json(text))
    except ValueError:
        return False


def matches_content(parameter: Parameter, value: Any, text: str) -> bool:
    """Return whether a text is the serialization of a parameter with `content`."""
    if not is_json(parameter.content_type):
        return matches_text(value, text)
    try:
        return is_equal(value, load_json(text))
    except ValueError:
        return False


def match_texts(values: list[Any], texts: list[str]) -> bool:
    return len(values) == len(texts) and all(map(matches_text, values, texts))


def _pairs_flattened(value: dict[str, Any]) -> list[Any]:
    return [part for pair in value.items() for part in pair]


def matches_path(parameter: Parameter, value: Any, text: str) -> bool:
    if parameter.content_type:
        return matches_content(parameter, value, unquote(text))
    value = defined(value)
    match parameter.style:
        case "label":
            prefix, between = ".", "." if parameter.explode else ","
        case "matrix":
            return _matches_matrix(parameter, value, text)
        case _:
            prefix, between = "", ","
    if not text.startswith(prefix):
        return False
    return _matches_delimited(
        value, text.removeprefix(prefix), re.escape(between), parameter.explode
    )


def _matches_matrix(parameter: Parameter, value: Any, text: str) -> bool:
    pairs = [tuple(map(unquote, p.partition("=")[::2])) for p in text.split(";")[1:]]
    name = parameter.name
    if isinstance(value, dict) and parameter.explode:
        return [k for k, _ in pairs] == list(value) and match_texts(
            list(value.values()), [t for _, t in pairs]
        )
    if isinstance(value, list) and parameter.explode:
        return match_texts(value, [t for k, t in pairs if k == name])
    raw = text.removeprefix(f";{name}=")
    return _matches_delimited(value, raw, ",", False)


def _matches_delimited(value: Any, text: str, between: str, explode: bool) -> bool:
    """Return whether an encoded text is the delimited serialization of a value."""
    if not isinstance(value, dict | list):
        return matches_text(value, unquote(text))
    texts = re.split(between, text) if text else []
    if isinstance(value, list):
        if value == [""] and not texts:
            return True
        return match_texts(value, [unquote(t) for t in texts])
    if explode:
        pairs = [tuple(map(unquote, t.partition("=")[::2])) for t in texts]
        return match_texts(_pairs_flattened(value), [t for pair in pairs for t in pair])
    return match_texts(_pairs_flattened(value), [unquote(t) for t in texts])


def decoded_pairs(query: str) -> Pairs:
    """Return the decoded names and values of a query or form."""
    raw = [pair.partition("=")[::2] for pair in query.split("&") if pair]
    return [(unquote_plus(name), unquote_plus(text)) for name, text in raw]


def matches_query(parameter: Parameter, value: Any, query: str) -> bool:
    decoded = decoded_pairs(query)
    name = parameter.name
    own = [text for key, text in decoded if key == name]
    if parameter.content_type and value is not ABSENT and value is not None:
        return len(own) == 1 and matches_content(parameter, value, own[0])
    value = defined(value)
    if value is ABSENT:
        return own == []
    if parameter.style == "deepObject" and isinstance(value, dict | list):
        found = [(without_index(n), t) for n, t in decoded if n.startswith(f"{name}[")]
        return _match_leaves(list(deep_object_leaves(name, value)), found)
    if not isinstance(value, dict | list):
        return len(own) == 1 and matches_text(value, own[0])
    if parameter.explode:
        leaves = list(_exploded_leaves(parameter, value))
        names = {n for n, _ in leaves}
        found = [(without_index(n), t) for n, t in decoded]
        is_matching = _match_leaves(leaves, [(n, t) for n, t in found if n in names])
        # In forms, an item that is an object is JSON.
        return is_matching or isinstance(value, list) and match_texts(value, own)
    raw = [pair.partition("=")[::2] for pair in query.split("&") if pair]
    texts = [text for key, text in raw if unquote_plus(key) == name]
    between = _DELIMITERS.get(parameter.style, ",")
    if parameter.style in _DELIMITERS and _contains_delimiter(value, between):
        joined = _joined(value, False, " " if between.startswith("%20") else "|")
        return len(texts) == 1 and unquote(texts[0]) == joined
    return len(texts) == 1 and _matches_delimited(value, texts[0], between, False)


def _match_leaves(wanted: list[tuple[str, Any]], found: list[tuple[str, str]]) -> bool:
    """Return whether the scalars of a value are pairs, those of one name in order."""
    leaves = sorted(wanted, key=lambda pair: pair[0])
    pairs = sorted(found, key=lambda pair: pair[0])
    return [n for n, _ in leaves] == [n for n, _ in pairs] and match_texts(
        [v for _, v in leaves], [t for _, t in pairs]
    )


def _exploded_leaves(parameter: Parameter, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield name and value of each scalar of an exploded list or object.

    OpenAPI does not define lists and objects in it; they have brackets.
    """
    if isinstance(value, dict):
        for key, part in value.items():
            yield from deep_object_leaves(key, part)
    else:
        yield from deep_object_leaves(parameter.name, value)


def names_in_query(parameter: Parameter, value: Any) -> Iterator[str]:
    """Yield the names that a value has in a query or form."""
    value = value if parameter.content_type else defined(value)
    if value is ABSENT:
        return
    if parameter.style == "deepObject" and isinstance(value, dict | list):
        for name, _ in deep_object_leaves(parameter.name, value):
            yield name
    elif isinstance(value, dict) and parameter.explode and not parameter.content_type:
        for name, _ in _exploded_leaves(parameter, value):
            yield name
    else:
        yield parameter.name


def deep_object_leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield name and value of each scalar of a deepObject.

    OpenAPI does not define lists in it; here each item has the name of the list.
    """
    if isinstance(value, dict):
        for key, part in value.items():
            yield from deep_object_leaves(f"{name}[{key}]", part)
    elif isinstance(value, list):
        for part in value:
            yield from deep_object_leaves(f"{name}[]", part)
    elif value is not None:
        yield without_index(name), value


def without_index(name: str) -> str:
    """Return the name of a deepObject's leaf without the indexes of lists."""
    return re.sub(r"\[\d*\]", "", name)


def spellings(name: str) -> set[str]:
    """Return the names of the values that a name in a query may belong to.

    A part of a list or object is `filter[0][name]`, which belongs to `filter`.
    """
    return {name, without_index(name), name.partition("[")[0]}


def matches_header(parameter: Parameter, value: Any, text: str | None) -> bool:
    if parameter.content_type and value is not ABSENT and value is not None:
        return text is not None and matches_content(parameter, value, text)
    value = defined(value)
    if value is ABSENT or text is None:
        return value is ABSENT and text is None
    if not isinstance(value, dict | list):
        return matches_text(value, text)
    joined = _joined(value, parameter.explode)
    if text == joined:  # Commas within items are not encoded in a header.
        return True
    texts = [part.strip() for part in text.split(",")] if text else []
    if isinstance(value, dict) and parameter.explode:
        texts = [part for pair in texts for part in pair.partition("=")[::2]]
    return match_texts(
        _pairs_flattened(value) if isinstance(value, dict) else value, texts
    )


def _contains_delimiter(value: Any, between: str) -> bool:
    """Return whether an item contains the delimiter, which makes the array ambiguous."""
    items = _pairs_flattened(value) if isinstance(value, dict) else value
    return any(re.search(between, quote(i)) for i in items if isinstance(i, str))


def _joined(value: Any, explode: bool, delimiter: str = ",") -> str | None:
    """Return a list or object of strings, joined; None for other values."""
    parts = list(value.values()) if isinstance(value, dict) else value
    if not all(isinstance(part, str) for part in parts):
        return None
    if isinstance(value, dict) and explode:
        return delimiter.join(f"{name}={part}" for name, part in value.items())
    return delimiter.join(_pairs_flattened(value) if isinstance(value, dict) else value)
