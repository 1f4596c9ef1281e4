"""Each payload is changed in one place at a time and read all the same.

A warning then names the place, exactly where the spec is contradicted; where answers are read
strictly, an error does.
"""

import importlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
import okta.errors
import pytest

from tests.support.calls import (
    ERROR_CLASSES,
    FULL_CALLS,
    MODES,
    SPECS,
    Mode,
)
from tests.support.mutations import (
    MISSING,
    Judge,
    Mutation,
    Place,
    at,
    mutations,
    without,
)
from tests.support.outcomes import outcomes
from tests.support.traffic import ABSENT, TRAFFIC, Payload, payloads


def examples() -> Iterator[Payload]:
    """The examples of the specs, which also have what was not recorded."""
    for call in FULL_CALLS:
        spec = SPECS[call.vendor]
        for status, response in spec.responses(call.operation).items():
            for name, body in spec.examples(response).items():
                number = int(status) if status.isdigit() else 401
                # What is accepted is not yet the answer.
                if number != 202:
                    title = f"{call.operation}-{status}-{name}"
                    yield Payload(title, call, number, body)


def distinct(given: Iterable[Payload]) -> list[Payload]:
    """Without those that differ from another of the same operation in texts and numbers."""
    found: dict[object, Payload] = {}
    for payload in given:
        call, shape = payload.call, [*_shapes(payload.body)]
        key = (call.vendor, call.operation, payload.status, json.dumps(shape))
        found.setdefault(key, payload)
    return [*found.values()]


def _shapes(value: Any) -> Iterator[object]:
    yield type(value).__name__
    if isinstance(value, dict):
        for name, member in value.items():
            yield name, *_shapes(member)
    elif isinstance(value, list):
        for member in value:
            yield [*_shapes(member)]


PAYLOADS = distinct([*payloads(), *examples()])
ANSWERS = [payload for payload in PAYLOADS if payload.status < 400]
ERRORS = [payload for payload in PAYLOADS if payload.status >= 400]

both_modes = pytest.mark.parametrize("mode", MODES)


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


def plain(value: object) -> Any:
    return msgspec.to_builtins(value, builtin_types=(datetime,))


def kept(sent: Any, read: Any) -> bool:
    """Whether nothing was made up or changed; what no spec names may be lost."""
    if read is None or read is MISSING:
        return sent is None or sent is MISSING
    if isinstance(sent, dict):
        return isinstance(read, dict) and all(
            member is None or kept(sent.get(name, MISSING), member)
            for name, member in read.items()
        )
    if isinstance(sent, list):
        return (
            isinstance(read, list)
            and len(sent) == len(read)
            and all(map(kept, sent, read))
        )
    if isinstance(read, datetime):
        return datetime.fromisoformat(sent) == read
    return same(sent, read)


def same(sent: object, read: object) -> bool:
    """Whether they are equal and of one type, as Python has true == 1 == 1.0."""
    return json.dumps(sent, sort_keys=True) == json.dumps(read, sort_keys=True)


def check_read(
    mutation: Mutation, base: Any, read: Any, contradicted: dict[Place, str]
) -> None:
    """What was not touched reads as before, and what was touched stays as it came."""
    place = mutation.place
    assert without(read, place) == without(base, place)
    sent, now = at(mutation.body, place), at(read, place)
    if place in contradicted:
        if isinstance(now, datetime):
            assert now.tzinfo is None and kept(sent, now)
        else:
            assert same(None if sent is MISSING else sent, now)
    elif at(base, place) is MISSING:
        # It was null, or nobody knows it.
        assert now is MISSING or kept(sent, now)
    else:
        assert kept(sent, now)


@both_modes
@pytest.mark.parametrize("payload", ANSWERS, ids=str)
def test_a_changed_answer_is_read_and_the_change_is_told(
    payload: Payload, mode: Mode
) -> None:
    spec = SPECS[payload.call.vendor]
    schema = spec.schema(payload.call.operation, payload.status)
    judge = Judge(spec.data, schema)
    changes = [*mutations(payload.body)]
    base, *results = outcomes(
        payload,
        mode,
        map(encoded, [payload.body, *(change.body for change in changes)]),
    )
    assert base.error is None
    before, different = judge.contradictions(payload.body), 0
    for change, outcome in zip(changes, results, strict=True):
        assert outcome.error is None, f"{change}: {outcome.error!r}"
        contradicted = judge.contradictions(change.body)
        assert sorted(outcome.warned) == sorted(contradicted.values()), str(change)
        check_read(change, plain(base.value), plain(outcome.value), contradicted)
        different += contradicted != before
    assert 0 < different < len(changes)


@both_modes
@pytest.mark.parametrize("payload", ANSWERS, ids=str)
def test_a_changed_answer_is_refused_where_answers_are_read_strictly(
    payload: Payload, mode: Mode
) -> None:
    spec = SPECS[payload.call.vendor]
    errors = importlib.import_module(f"{payload.call.vendor}.errors")
    schema = spec.schema(payload.call.operation, payload.status)
    judge = Judge(spec.data, schema)
    changes = [*mutations(payload.body)]
    bodies = [encoded(change.body) for change in changes]
    results = outcomes(payload, mode, bodies, strict=True)
    for change, outcome in zip(changes, results, strict=True):
        contradicted = judge.contradictions(change.body)
        assert outcome.warned == []
        if contradicted:
            assert type(outcome.error) is errors.ResponseValidationError, str(change)
            path = str(outcome.error).split(": ")[1]
            assert path in contradicted.values(), str(change)
        else:
            assert outcome.error is None, f"{change}: {outcome.error!r}"


def text_at(body: Any, pointer: str) -> str | None:
    """The text that a JSON pointer of `x-client` leads to."""
    names = [int(n) if n.isdigit() else n for n in pointer.split("/")[1:]]
    found = at(body, tuple(names))
    return found if isinstance(found, str) else None


@both_modes
@pytest.mark.parametrize("payload", ERRORS, ids=str)
def test_a_changed_error_is_raised_all_the_same(payload: Payload, mode: Mode) -> None:
    call, spec = payload.call, SPECS[payload.call.vendor]
    models = importlib.import_module(f"{call.vendor}.models")
    errors = importlib.import_module(f"{call.vendor}.errors")
    expected = getattr(errors, ERROR_CLASSES.get(payload.status, "APIStatusError"))
    name = "Error" if call.vendor == "okta" else "ErrorResponse"
    judge = Judge(spec.data, {"$ref": f"#/components/schemas/{name}"})
    where = spec.data["x-client"]["errors"]
    changes = [*mutations(payload.body)]
    bodies = [encoded(change.body) for change in changes]
    for change, outcome in zip(changes, outcomes(payload, mode, bodies), strict=True):
        error = outcome.error
        assert type(error) is expected, f"{change}: {error!r}"
        assert error.status_code == payload.status
        assert error.code == text_at(change.body, where["code"])
        assert error.message == text_at(change.body, where["message"])
        if judge.contradictions(change.body):
            assert same(error.body, change.body)
        else:
            assert type(error.body) is getattr(models, name)
            assert kept(change.body, plain(error.body))
        assert outcome.warned == []


def test_recorded_and_published_payloads_are_among_them() -> None:
    if not TRAFFIC.is_dir():
        pytest.skip(ABSENT)
    titles = {payload.title for payload in PAYLOADS}
    assert {"getSession-200", "/v2/session/list", "InvalidClerkSecretKey"} <= titles


HOSTILE = {
    "deep": b"[" * 100_000,
    "not UTF-8": b'{"id": "\xff"}',
    "UTF-16": '{"id": "x"}'.encode("utf-16"),
    "NaN": b'{"id": NaN}',
    "out of range": b'{"id": 1e999}',
    "long number": b'{"id": ' + b"1" * 5000 + b"}",
    "half a character": b'{"id": "\\ud800"}',
    "HTML": b"<html>",
}


@both_modes
@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_answer_is_refused(content: bytes, mode: Mode) -> None:
    payload = next(p for p in ANSWERS if p.call.operation == "getSession")
    (outcome,) = outcomes(payload, mode, [content])
    assert type(outcome.error) is okta.errors.ResponseValidationError


@both_modes
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_error_is_raised_without_its_body(name: str, mode: Mode) -> None:
    payload = next(p for p in ERRORS if p.call.operation == "getSession")
    (outcome,) = outcomes(payload, mode, [HOSTILE[name]])
    assert isinstance(outcome.error, okta.errors.APIStatusError)
    assert outcome.error.body is outcome.error.code is outcome.error.message is None


@both_modes
def test_a_byte_order_mark_before_an_answer_is_passed_over(mode: Mode) -> None:
    body = encoded(ANSWERS[0].body)
    plain, marked = outcomes(ANSWERS[0], mode, [body, b"\xef\xbb\xbf" + body])
    assert plain.value == marked.value


@both_modes
def test_a_byte_order_mark_before_an_error_is_passed_over(mode: Mode) -> None:
    body = encoded(ERRORS[0].body)
    plain, marked = outcomes(ERRORS[0], mode, [body, b"\xef\xbb\xbf" + body])
    assert plain.error.body == marked.error.body
    assert plain.error.code == marked.error.code
