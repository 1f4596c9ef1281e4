"""Tests of tolerant reading: payloads with a change in one location each.

A warning names the location exactly if the change violates the spec; with strict responses an
error does.
"""

import importlib
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
import okta.errors
import pytest
from okta._runtime.codec.model import merge_additional

from tests.support.calls import (
    ERROR_CLASSES,
    FULL_CALLS,
    MODES,
    SPECS,
    Mode,
)
from tests.support.mutations import (
    MISSING,
    LenientValidator,
    Location,
    Mutation,
    mutations,
    remove_at,
    value_at,
)
from tests.support.outcomes import call_with_bodies
from tests.support.selection import first_of_each
from tests.support.traffic import TRAFFIC, TRAFFIC_MISSING, Payload, payloads


def spec_examples() -> Iterator[Payload]:
    """Yield the examples of the specs, which cover operations without recordings."""
    for call in FULL_CALLS:
        spec = SPECS[call.vendor]
        for status, response in spec.responses(call.operation).items():
            for name, body in spec.examples(response).items():
                number = int(status) if status.isdigit() else 401
                # A 202 response is polled; its body is not the result.
                if number != 202:
                    title = f"{call.operation}-{status}-{name}"
                    yield Payload(title, call, number, body)


def distinct_payloads(candidates: Iterable[Payload]) -> list[Payload]:
    """Return the payloads without those that differ only in scalar values."""
    found: dict[object, Payload] = {}
    for payload in candidates:
        call, shape = payload.call, [*_structure(payload.body)]
        key = (call.vendor, call.operation, payload.status, json.dumps(shape))
        found.setdefault(key, payload)
    return [*found.values()]


def _structure(value: Any) -> Iterator[object]:
    yield type(value).__name__
    if isinstance(value, dict):
        for name, member in value.items():
            yield name, *_structure(member)
    elif isinstance(value, list):
        for member in value:
            yield [*_structure(member)]


def vendor_and_status(payload: Payload) -> tuple[str, int]:
    return payload.call.vendor, payload.status


PAYLOADS = distinct_payloads([*payloads(), *spec_examples()])
SUCCESSES = [payload for payload in PAYLOADS if payload.status < 400]
ERRORS = [payload for payload in PAYLOADS if payload.status >= 400]

each_success = pytest.mark.parametrize(
    "payload", first_of_each(SUCCESSES, vendor_and_status), ids=str
)
each_error = pytest.mark.parametrize(
    "payload", first_of_each(ERRORS, vendor_and_status), ids=str
)
both_modes = pytest.mark.parametrize("mode", MODES)


def to_json(value: object) -> bytes:
    return json.dumps(value).encode()


def to_plain(value: object) -> Any:
    return merged(msgspec.to_builtins(value, builtin_types=(datetime,)))


def merged(data: Any) -> Any:
    """Return plain data of models with additional properties among the others."""
    if isinstance(data, list):
        return list(map(merged, data))
    if isinstance(data, dict):
        return {name: merged(v) for name, v in merge_additional(data).items()}
    return data


def is_preserved(sent: Any, read: Any) -> bool:
    """Return whether no value was added or changed; undocumented values may be lost."""
    if read is None or read is MISSING:
        return sent is None or sent is MISSING
    if isinstance(sent, dict):
        return isinstance(read, dict) and all(
            member is None or is_preserved(sent.get(name, MISSING), member)
            for name, member in read.items()
        )
    if isinstance(sent, list):
        return (
            isinstance(read, list)
            and len(sent) == len(read)
            and all(map(is_preserved, sent, read))
        )
    if isinstance(read, datetime):
        return datetime.fromisoformat(sent) == read
    return is_identical(sent, read)


def is_identical(sent: object, read: object) -> bool:
    """Return whether two values are equal and of the same type, as true == 1 == 1.0."""
    return json.dumps(sent, sort_keys=True) == json.dumps(read, sort_keys=True)


def check_read(
    mutation: Mutation, base: Any, read: Any, violated: dict[Location, str]
) -> None:
    """Check that the other values are read as before, and the changed value is kept."""
    location = mutation.location
    assert remove_at(read, location) == remove_at(base, location)
    sent, received = value_at(mutation.body, location), value_at(read, location)
    if location in violated:
        if isinstance(received, datetime):
            assert received.tzinfo is None and is_preserved(sent, received)
        else:
            assert received is sent is MISSING or is_identical(sent, received)
    elif value_at(base, location) is MISSING:
        # It was null, or is undocumented.
        assert received is MISSING or is_preserved(sent, received)
    else:
        assert is_preserved(sent, received)


@both_modes
@each_success
def test_changed_response_is_read_with_a_warning_for_each_violation(
    payload: Payload, mode: Mode
) -> None:
    spec = SPECS[payload.call.vendor]
    schema = spec.schema(payload.call.operation, payload.status)
    validator = LenientValidator(spec.data, schema)
    errors = importlib.import_module(f"{payload.call.vendor}.errors")
    changes = [*mutations(payload.body)]
    base, *results = call_with_bodies(
        payload,
        mode,
        map(to_json, [payload.body, *(change.body for change in changes)]),
    )
    assert base.error is None
    before, different = validator.violations(payload.body), 0
    for change, outcome in zip(changes, results, strict=True):
        violated = validator.violations(change.body)
        different += violated != before
        if () in violated:
            if isinstance(change.body, dict) and outcome.error is None:
                # An object that fits no member of a union.
                assert outcome.warning_paths and outcome.value == change.body
            else:
                # null or an array in place of an object, for example.
                assert type(outcome.error) is errors.ResponseValidationError
            continue
        if isinstance(outcome.error, errors.PaginationError):
            # A cursor of another type, with which no next page can be requested.
            assert outcome.warning_paths == list(violated.values())
            continue
        assert outcome.error is None, f"{change}: {outcome.error!r}"
        assert sorted(outcome.warning_paths) == sorted(violated.values()), str(change)
        check_read(change, to_plain(base.value), to_plain(outcome.value), violated)
    assert 0 < different < len(changes)


@both_modes
@each_success
def test_changed_response_that_violates_the_spec_is_refused_if_strict(
    payload: Payload, mode: Mode
) -> None:
    spec = SPECS[payload.call.vendor]
    errors = importlib.import_module(f"{payload.call.vendor}.errors")
    schema = spec.schema(payload.call.operation, payload.status)
    validator = LenientValidator(spec.data, schema)
    changes = [*mutations(payload.body)]
    bodies = [to_json(change.body) for change in changes]
    results = call_with_bodies(payload, mode, bodies, strict=True)
    for change, outcome in zip(changes, results, strict=True):
        violated = validator.violations(change.body)
        assert outcome.warning_paths == []
        if violated:
            assert type(outcome.error) is errors.ResponseValidationError, str(change)
            path = str(outcome.error).split(": ")[1]
            is_located = [
                path == v or path.startswith(f"{v}.") for v in violated.values()
            ]
            assert any(is_located), str(change)
        else:
            assert outcome.error is None, f"{change}: {outcome.error!r}"


def text_at(body: Any, pointer: str) -> str | None:
    """Return the string at a JSON pointer of `x-client`, None if there is none."""
    names = [int(n) if n.isdigit() else n for n in pointer.split("/")[1:]]
    found = value_at(body, tuple(names))
    return found if isinstance(found, str) else None


@both_modes
@each_error
def test_changed_error_response_still_raises_its_error(
    payload: Payload, mode: Mode
) -> None:
    call, spec = payload.call, SPECS[payload.call.vendor]
    models = importlib.import_module(f"{call.vendor}.models")
    errors = importlib.import_module(f"{call.vendor}.errors")
    expected = getattr(errors, ERROR_CLASSES.get(payload.status, "APIStatusError"))
    name = "Error" if call.vendor == "okta" else "ErrorResponse"
    validator = LenientValidator(spec.data, {"$ref": f"#/components/schemas/{name}"})
    where = spec.data["x-client"]["errors"]
    changes = [*mutations(payload.body)]
    bodies = [to_json(change.body) for change in changes]
    for change, outcome in zip(
        changes, call_with_bodies(payload, mode, bodies), strict=True
    ):
        error = outcome.error
        assert type(error) is expected, f"{change}: {error!r}"
        assert error.status_code == payload.status
        assert error.code == text_at(change.body, where["code"])
        assert error.message == text_at(change.body, where["message"])
        if validator.violations(change.body):
            assert is_identical(error.body, change.body)
        else:
            assert isinstance(error.body, getattr(models, name))
            assert is_preserved(change.body, to_plain(error.body))
        assert outcome.warning_paths == []


def test_payloads_include_recorded_and_published_ones() -> None:
    if not TRAFFIC.is_dir():
        pytest.skip(TRAFFIC_MISSING)
    titles = {payload.title for payload in PAYLOADS}
    assert {"getSession-200", "/v2/session/list", "InvalidClerkSecretKey"} <= titles


HOSTILE = {
    "deep": b"[" * 100_000,
    "not UTF-8": b'{"id": "\xff"}',
    "half of UTF-16": '{"id": "x"}'.encode("utf-16")[:-1],
    "nan": b'{"id": nan}',
    "half a character": b'{"id": "\\ud800"}',
    "HTML": b"<html>",
}


@both_modes
@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_hostile_response_body_is_refused(content: bytes, mode: Mode) -> None:
    payload = next(p for p in SUCCESSES if p.call.operation == "getSession")
    (outcome,) = call_with_bodies(payload, mode, [content])
    assert type(outcome.error) is okta.errors.ResponseValidationError


@both_modes
@pytest.mark.parametrize("name", HOSTILE)
def test_error_with_hostile_body_is_raised_without_body(name: str, mode: Mode) -> None:
    payload = next(p for p in ERRORS if p.call.operation == "getSession")
    (outcome,) = call_with_bodies(payload, mode, [HOSTILE[name]])
    assert isinstance(outcome.error, okta.errors.APIStatusError)
    assert outcome.error.body is outcome.error.code is outcome.error.message is None


@both_modes
def test_byte_order_mark_before_a_response_body_is_ignored(mode: Mode) -> None:
    body = to_json(SUCCESSES[0].body)
    plain, marked = call_with_bodies(SUCCESSES[0], mode, [body, b"\xef\xbb\xbf" + body])
    assert plain.value == marked.value


@both_modes
def test_byte_order_mark_before_an_error_body_is_ignored(mode: Mode) -> None:
    body = to_json(ERRORS[0].body)
    plain, marked = call_with_bodies(ERRORS[0], mode, [body, b"\xef\xbb\xbf" + body])
    assert plain.error.body == marked.error.body
    assert plain.error.code == marked.error.code
