"""The validator that the tests fork finds what the one that users start finds."""

import json
import os
import subprocess

import pytest
from clientcast.check import validator
from clientcast.validation import findings
from referencing import _core

from tests.support.validation import ForkedChild, ForkingValidator, ForkOfCaller

if not hasattr(os, "fork"):
    pytest.skip("processes cannot be forked here", allow_module_level=True)


def encode(**document: object) -> bytes:
    return json.dumps({"openapi": "3.1.1", **document}).encode()


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_forks_find_what_a_started_process_finds(cold_validator: None) -> None:
    document = encode(info={"title": 1}, paths={"/a": {"get": {"unknown": 1}}})
    forking = ForkingValidator()
    try:
        found = forking.validate(document)
    finally:
        forking.close()
    child = validator.Child()
    child.send(document)
    assert found == child.receive()
    child.stop()
    assert found == ForkOfCaller().validate(document)
    assert len(json.loads(found)) > 2


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_stopped_fork_of_the_caller_finds_nothing() -> None:
    fork = ForkOfCaller()
    fork.stop()
    with pytest.raises(subprocess.SubprocessError):
        fork.validate(encode(paths={}))


def test_fork_that_fails_raises_and_leaves_the_next_one_alone() -> None:
    forking = ForkingValidator()
    try:
        for _ in range(2):
            with pytest.raises(subprocess.SubprocessError):
                forking.validate(b"{")
            assert json.loads(forking.validate(encode(paths={})))
    finally:
        forking.close()


def test_stopped_child_kills_its_fork_and_leaves_the_next_one_alone() -> None:
    schemas: dict[str, object] = {"S0": {"type": "object"}}
    for number in range(12):  # Seconds, which a fork that is killed does not take.
        one = {"$ref": f"#/components/schemas/S{number}"}
        schemas[f"S{number + 1}"] = {"allOf": [one, one], "default": 1}
    forking = ForkingValidator()
    try:
        child = ForkedChild(forking)
        child.stop()
        with pytest.raises(subprocess.SubprocessError):
            child.validate(encode(paths={}, components={"schemas": schemas}))
        assert json.loads(ForkedChild(forking).validate(encode(paths={})))
    finally:
        forking.close()


def test_urls_of_references_are_joined_once(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("urldefrag", "urljoin")
    for name in names:
        monkeypatch.setattr(_core, name, getattr(_core, name))
    findings.cache_urls()
    assert all(hasattr(getattr(_core, name), "cache_info") for name in names)
