"""Comparison of serialized parameters with their values, independent of the generator."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, unquote_plus

from tests.corpus.wire.document import Parameter
from tests.corpus.wire.same import ABSENT, is_equal

_DELIMITERS = {"spaceDelimited": r"%20|\+", "pipeDelimited": r"%7[Cc]|\|"}


def matches_text(value: Any, text: str) -> bool:
    """Return whether a text is the serialization of a scalar value."""
    match value:
        case str():
            return is_equal(value, text)
        case bool():
            return text == ("true" if value else "false")
        case None:
            return text in ("", "null")
        case dict() | list():
            return is_json(value, text)
        case _:
            try:
                return float(text) == float(value) and is_json(value, text)
            except ValueError:
                return False


def is_json(value: Any, text: str) -> bool:
    """Return whether a text is the JSON of a value; null properties may be missing."""
    try:
        return is_equal(value, json.loads(text), nulls=False)
    except ValueError:
        return False


def match_texts(values: list[Any], texts: list[str]) -> bool:
    return len(values) == len(texts) and all(map(matches_text, values, texts))


def _pairs_flattened(value: dict[str, Any]) -> list[Any]:
    return [part for pair in value.items() for part in pair]


def matches_path(parameter: Parameter, value: Any, text: str) -> bool:
    if parameter.content_type:
        return is_json(value, unquote(text))
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
        return match_texts(value, [unquote(t) for t in texts])
    if explode:
        pairs = [tuple(map(unquote, t.partition("=")[::2])) for t in texts]
        return match_texts(_pairs_flattened(value), [t for pair in pairs for t in pair])
    return match_texts(_pairs_flattened(value), [unquote(t) for t in texts])


def matches_query(parameter: Parameter, value: Any, query: str) -> bool:
    raw = [pair.partition("=")[::2] for pair in query.split("&") if pair]
    decoded = [(unquote_plus(name), unquote_plus(text)) for name, text in raw]
    name = parameter.name
    own = [text for key, text in decoded if key == name]
    if value is ABSENT or value is None:
        return own in ([], [""], ["null"])
    if parameter.content_type:
        return len(own) == 1 and is_json(value, own[0])
    if parameter.style == "deepObject" and isinstance(value, dict | list):
        wanted = sorted(_deep_object_leaves(name, value), key=lambda pair: pair[0])
        found = sorted(
            (_without_index(n), t) for n, t in decoded if n.startswith(f"{name}[")
        )
        wanted_names = [n for n, _ in wanted]
        return wanted_names == [n for n, _ in found] and all(
            any(n == other and matches_text(v, t) for other, t in found)
            for n, v in wanted
        )
    if not isinstance(value, dict | list):
        return len(own) == 1 and matches_text(value, own[0])
    if isinstance(value, list) and parameter.explode:
        return match_texts(value, own) or not value and own == [""]
    if isinstance(value, dict) and parameter.explode:
        return all(
            any(other == key and matches_text(part, text) for other, text in decoded)
            for key, part in value.items()
            if part is not None and part != []
        )
    texts = [text for key, text in raw if unquote_plus(key) == name]
    if value in ([], {}, [""]):
        return texts in ([], [""])
    between = _DELIMITERS.get(parameter.style, ",")
    return len(texts) == 1 and _matches_delimited(value, texts[0], between, False)


def _deep_object_leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield name and value of each scalar of a deepObject.

    OpenAPI does not define lists in it; here each item has the name of the list.
    """
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _deep_object_leaves(f"{name}[{key}]", part)
    elif isinstance(value, list):
        for part in value:
            yield from _deep_object_leaves(f"{name}[]", part)
    elif value is not None:
        yield _without_index(name), value


def _without_index(name: str) -> str:
    return re.sub(r"\[\d*\]", "", name)


def matches_header(parameter: Parameter, value: Any, text: str | None) -> bool:
    if value is ABSENT or value is None:
        return text in (None, "", "null")
    if text is None:
        return value in ([], {})
    if parameter.content_type:
        return is_json(value, text)
    if not isinstance(value, dict | list):
        return matches_text(value, text)
    texts = [part.strip() for part in text.split(",")] if text else []
    if isinstance(value, dict) and parameter.explode:
        texts = [part for pair in texts for part in pair.partition("=")[::2]]
    return match_texts(
        _pairs_flattened(value) if isinstance(value, dict) else value, texts
    )
