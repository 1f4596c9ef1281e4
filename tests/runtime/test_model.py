"""Tests of the repr of models, which omits values, and of open enums."""

from __future__ import annotations

import copy
import pickle

from _runtime.codec.model import UNSET, Model, OpenEnum, UnsetType
from rich.pretty import pretty_repr

SECRET = "s3cr3t"


class Status(OpenEnum):
    ACTIVE = "active"


class Session(Model, kw_only=True, rename="camel"):
    id: str
    user_id: str
    status: Status | None = None
    active: bool = False
    note: str | None | UnsetType = UNSET
    parent: Session | None = None
    names: list[Session] | None = None


def session(
    parent: Session | None = None, names: list[Session] | None = None
) -> Session:
    status = Status(SECRET)
    return Session(id=SECRET, user_id=SECRET, status=status, parent=parent, names=names)


def test_repr_of_model_shows_set_fields_without_values() -> None:
    expected = "<Session: id, user_id, status, active>"
    assert repr(session()) == str(session()) == f"{session()}" == expected
    assert f"{session()!r:>5} {[session()]} {({'a': session()})}".count(expected) == 3


def test_repr_of_nested_model_shows_no_value() -> None:
    text = repr(session(parent=session(), names=[session()]))
    assert text == "<Session: id, user_id, status, active, parent, names>"


def test_repr_omits_fields_that_are_none_or_unset() -> None:
    assert (
        repr(Session(id="", user_id="", note=None)) == "<Session: id, user_id, active>"
    )

    class Empty(Model):
        name: str | None = None

    assert repr(Empty()) == "<Empty>"


def test_rich_traceback_shows_no_value() -> None:
    text = pretty_repr(session(parent=session()))
    assert "user_id" in text and SECRET not in text


def test_unknown_enum_value_is_garbage_collected() -> None:
    status = Status(SECRET)
    assert pickle.loads(pickle.dumps(status)) == copy.deepcopy(status) == SECRET
    assert type(pickle.loads(pickle.dumps(status))) is Status
    assert SECRET not in Status.__members__ and list(Status) == [Status.ACTIVE]
