"""The validator that the tests fork finds what the one that users start finds."""

import json
import os
import subprocess

import pytest
from clientcast.check import validator
from clientcast.validation import findings
from referencing import _core

from tests.support.validation import ForkingValidator

if not hasattr(os, "fork"):
    pytest.skip("processes cannot be forked here", allow_module_level=True)


def encode(**document: object) -> bytes:
    return json.dumps({"openapi": "3.1.1", **document}).encode()


def test_fork_finds_what_a_started_process_finds(cold_validator: None) -> None:
    document = encode(info={"title": 1}, paths={"/a": {"get": {"unknown": 1}}})
    forking = ForkingValidator()
    try:
        found = forking.validate(document)
    finally:
        forking.close()
    assert found == validator.Child().validate(document)
    assert len(json.loads(found)) > 2


def test_fork_that_fails_raises_and_leaves_the_next_one_alone() -> None:
    forking = ForkingValidator()
    try:
        for _ in range(2):
            with pytest.raises(subprocess.SubprocessError):
                forking.validate(b"{")
            assert json.loads(forking.validate(encode(paths={})))
    finally:
        forking.close()


def test_urls_of_references_are_joined_once(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("urldefrag", "urljoin")
    for name in names:
        monkeypatch.setattr(_core, name, getattr(_core, name))
    findings.cache_urls()
    assert all(hasattr(getattr(_core, name), "cache_info") for name in names)
