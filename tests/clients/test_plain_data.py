"""Tests of models as plain data: to and from dicts and JSON, copies, and failed comparisons."""

import copy
import json
import pickle
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.support.casting import Server, call_sync_and_async

LONG = "12.3000000000000000001"
JOB: dict[str, Any] = {
    "id": "1",
    "state": "open",
    "jobOwner": {"name": "Ada"},
    "priority": 2,
    "startedAt": "2026-01-01T00:00:00.5Z",
    "day": "2026-01-01",
    "hour": "10:00:00",
    "length": "PT1H",
    "key": "6f4d0b9a-3c1f-4b59-8d4e-2a6f1f0f7c11",
    "cost": 12.5,
    "price": LONG,
    "prices": ["0.10", "1.00"],
    "ratio": 0.5,
    "note": None,
    "accessToken": "s3cr3t",
    "parent": {"id": "0", "state": "done", "jobOwner": {"name": "Eve"}},
    "steps": [{"name": "a", "to_dict": "b", "toJson": 1, "from_dict": True}],
    "byName": {"b": {"name": "b", "evolve": "c", "to_dict_": "d", "added": [1]}},
    "span": [1, "2"],
    "shape": {"kind": "Square", "side": 2.5},
    "tree": [[], [[]]],
    "meta": {"anything": {"at": "all"}},
    "addedLater": {"deeply": [{"nested": None}]},
}


@pytest.fixture(scope="module")
def plain(clients: dict[str, ModuleType]) -> ModuleType:
    return clients["plain_data"]


def is_plain(value: object) -> bool:
    """Return whether a value consists of the types of the `json` module alone."""
    if type(value) is dict:
        return all(type(name) is str for name in value) and is_plain([*value.values()])
    if type(value) is list:
        return all(map(is_plain, value))
    return value is None or isinstance(value, float) or type(value) in (str, int, bool)


def test_dict_of_a_model_is_the_json_object_of_the_api(plain: ModuleType) -> None:
    job = call_sync_and_async(plain, Server(200, JOB), "jobs.get", "1")
    expected = {**JOB, "startedAt": "2026-01-01T00:00:00.500000Z"}
    assert job.to_dict() == json.loads(job.to_json()) == expected
    assert is_plain(job.to_dict())
    assert json.loads(json.dumps(job.to_dict())) == expected
    for restored in (
        plain.Job.from_dict(job.to_dict(), strict=True),
        plain.Job.from_json(job.to_json(), strict=True),
        plain.Job.from_json(job.to_json().encode(), strict=True),
        plain.Job.from_dict(JOB, strict=True),
    ):
        assert restored == job
        assert type(restored) is type(plain.Job.from_dict(JOB))
    assert job.price == Decimal(LONG) and job.by_name["b"].additional_properties == {
        "added": [1]
    }


def test_json_of_a_model_is_what_a_request_sends(plain: ModuleType) -> None:
    job = plain.Job.from_dict(JOB)
    server = Server(204)
    call_sync_and_async(plain, server, "jobs.replace", "1", [job])
    assert server.last.content.decode() == f"[{job.to_json()}]"


def test_absent_values_are_left_out_and_null_is_kept_where_it_is_sent(
    plain: ModuleType,
) -> None:
    owner = plain.Owner(name="Ada")
    job = plain.Job(id="1", state="open", job_owner=owner)
    least = {"id": "1", "state": "open", "jobOwner": {"name": "Ada"}}
    assert job.to_dict() == least
    assert job.evolve(note=None).to_dict() == {**least, "note": None}
    assert job.evolve(note=plain.UNSET).to_dict() == least


def test_enums_are_their_values(plain: ModuleType) -> None:
    for state in ("open", "added later"):
        data = plain.Job.from_dict({**JOB, "state": state}, strict=True).to_dict()
        assert data["state"] == state and type(data["state"]) is str


@pytest.mark.parametrize("text", [LONG, "0.10", "12", "1E+3", "-0.0", "1e-9", "1" * 30])
def test_decimal_numbers_are_floats_in_dicts_and_exact_when_read_back(
    plain: ModuleType, text: str
) -> None:
    job = plain.Job.from_json(json.dumps(JOB).replace("12.5", text), strict=True)
    assert str(job.cost) == str(Decimal(text))
    data = job.to_dict()
    assert is_plain(data) and float(data["cost"]) == float(text)
    for copied in (data, pickle.loads(pickle.dumps(data)), copy.deepcopy(data)):
        assert plain.Job.from_dict(copied, strict=True).to_json() == job.to_json()
    assert f'"cost":{job.cost}' in job.to_json()


def test_decimals_that_no_float_holds_are_refused_in_dicts(plain: ModuleType) -> None:
    job = plain.Job.from_dict({**JOB, "cost": Decimal("1E+400")}, strict=True)
    with pytest.raises(ValueError, match="too great for a float"):
        job.to_dict()
    assert '"cost":1E+400' in job.to_json()


def test_nan_is_refused(plain: ModuleType) -> None:
    job = plain.Job.from_dict(JOB).evolve(ratio=float("nan"))
    for method in (job.to_dict, job.to_json):
        with pytest.raises(ValueError, match="Job cannot be converted: .* NaN"):
            method()


def test_dicts_may_have_python_values(plain: ModuleType) -> None:
    job = plain.Job.from_dict(
        {
            "id": "1",
            "state": plain.JobState.OPEN,
            "jobOwner": plain.Owner(name="Ada"),
            "startedAt": datetime(2026, 1, 1, tzinfo=UTC),
            "day": date(2026, 1, 1),
            "length": timedelta(hours=1),
            "cost": Decimal(LONG),
            "price": Decimal(LONG),
            "span": (1, "2"),
        },
        strict=True,
    )
    assert job.cost == job.price == Decimal(LONG)
    assert job.to_dict()["length"] == "PT1H" and job.job_owner.name == "Ada"


def test_models_share_nothing_with_the_dicts_they_are_made_from(
    plain: ModuleType,
) -> None:
    data = copy.deepcopy(JOB)
    job = plain.Job.from_dict(data)
    job.additional_properties["addedLater"]["deeply"].append(1)
    job.meta["anything"] = None
    assert data == JOB
    result = job.to_dict()
    result["meta"]["new"] = 1
    assert "new" not in job.meta


def test_reading_tolerates_mismatches_with_a_warning(plain: ModuleType) -> None:
    data = {**JOB, "jobOwner": {"name": 1, "unknown": 2}, "ratio": "half"}
    del data["id"]
    with pytest.warns(plain.ResponseWarning) as warned:
        job = plain.Job.from_dict(data)
    assert {str(w.message) for w in warned} == {
        "Job: $.id: expected string, got nothing",
        "Job: $.jobOwner.*: expected no such property, got integer",
        "Job: $.jobOwner.name: expected string, got integer",
        "Job: $.ratio: expected number | null, got string",
    }
    assert {w.filename for w in warned} == {__file__}
    assert job.ratio == "half" and job.job_owner.name == 1
    assert "id" not in job.to_dict() and job.to_dict()["ratio"] == "half"


def test_strict_reading_raises_without_values(plain: ModuleType) -> None:
    data = {**JOB, "accessToken": 123456789, "ratio": "s3cr3t"}
    for read in (
        lambda: plain.Job.from_dict(data, strict=True),
        lambda: plain.Job.from_json(json.dumps(data), strict=True),
    ):
        with pytest.raises(ValueError, match=r"Job cannot be read: \$\.ratio") as info:
            read()
        assert "$.accessToken: expected string | null, got integer" in str(info.value)
        frame = info.tb.tb_next
        while (frame := frame.tb_next) is not None:
            shown = repr({k: v for k, v in frame.tb_frame.f_locals.items()})
            assert "s3cr3t" not in shown and "123456789" not in shown


@pytest.mark.parametrize("text", ["[]", "1", "null", '"s3cr3t"', "{", "", b"\xff"])
def test_text_that_is_no_json_object_is_refused(
    plain: ModuleType, text: str | bytes
) -> None:
    with pytest.raises(ValueError, match="Job cannot be read") as info:
        plain.Job.from_json(text)
    assert "s3cr3t" not in str(info.value)


@pytest.mark.parametrize("data", [[], "{}", None, 1])
def test_data_that_is_no_mapping_is_refused(plain: ModuleType, data: Any) -> None:
    with pytest.raises(TypeError, match="data must be a mapping"):
        plain.Job.from_dict(data)


def test_typed_additional_properties_are_kept(plain: ModuleType) -> None:
    labels = plain.Labels.from_dict({"language": "en", "evolve": "e", "a": 1})
    assert labels.additional_properties == {"a": 1} and labels.evolve_ == "e"
    assert labels.to_dict() == {"language": "en", "evolve": "e", "a": 1}
    other = labels.evolve(language="de")
    other.additional_properties["a"] = 2
    assert labels.to_dict()["a"] == 1 and other.to_dict()["a"] == 2
    assert json.loads(labels.to_json()) == labels.to_dict()


def test_properties_with_the_names_of_methods_have_other_names(
    plain: ModuleType,
) -> None:
    step = plain.Step(
        name="a", to_dict_="b", to_json_=1, from_dict_=True, evolve_="c", to_dict__2="d"
    )
    assert step.to_dict() == {
        "name": "a",
        "to_dict": "b",
        "toJson": 1,
        "from_dict": True,
        "evolve": "c",
        "to_dict_": "d",
    }
    assert plain.Step.from_dict(step.to_dict()).evolve(name="b").to_dict_ == "b"


def test_evolve_returns_a_changed_copy(plain: ModuleType) -> None:
    job = plain.Job.from_dict(JOB)
    done = job.evolve(state=plain.JobState.DONE)
    assert (job.state, done.state) == ("open", "done") and type(done) is plain.Job
    assert done.additional_properties == {"addedLater": JOB["addedLater"]}
    assert done != job == done.evolve(state="open")
    assert done.evolve(additional_properties={}).additional_properties == {}
    done.additional_properties["x"] = 1
    assert "x" not in job.additional_properties
    with pytest.raises(TypeError, match="'nothing'"):
        job.evolve(nothing=1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(job)


@pytest.mark.skipif(sys.version_info < (3, 13), reason="copy.replace is new in 3.13")
def test_copy_replace_changes_a_copy(plain: ModuleType) -> None:
    job = plain.Job.from_dict(JOB)
    done = copy.replace(job, state="done")
    assert done == job.evolve(state="done")


def test_replace_protocol_changes_a_copy(plain: ModuleType) -> None:
    job = plain.Job.from_dict(JOB)
    assert job.__replace__(state="done") == job.evolve(state="done")


FAILED = """
from cast_plain_data import Job, Owner

JOB = {data!r}

def test_equal():
    assert Job.from_dict(JOB) == Job.from_dict({changed!r})
"""


def failed_comparison(plain: ModuleType, folder: Path, **changes: Any) -> str:
    """Return what pytest prints of a failed comparison of two jobs."""
    program = FAILED.format(data=JOB, changed=JOB | changes)
    (folder / "test_it.py").write_text(program, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-vv", "-n0", "-pno:cacheprovider"]
        + ["--rootdir", ".", "test_it.py"],
        cwd=folder,
        env={"PYTHONPATH": str(Path(str(plain.__file__)).parents[1]), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return "\n".join(line for line in done.stdout.splitlines() if line[:1] == "E")


def test_pytest_shows_the_fields_that_differ(plain: ModuleType, tmp_path: Path) -> None:
    shown = failed_comparison(
        plain,
        tmp_path,
        state="done",
        jobOwner={"name": "Bob"},
        accessToken="0th3r s3cr3t",
        addedLater="0th3r s3cr3t",
    )
    listed = shown.partition("Differing attributes:")[2].replace("\nE", " ").split()
    names = "['state', 'job_owner', 'access_token (hidden)', 'additional_properties"
    assert " ".join(listed).startswith(names)
    assert "state: <JobState.OPEN: 'open'> != <JobState.DONE: 'done'>" in shown
    assert "name: 'Ada' != 'Bob'" in shown
    assert "access_token (hidden): ... != ..." in shown
    assert "additional_properties (hidden): ... != ..." in shown
    assert "s3cr3t" not in shown


def test_fields_are_presented_to_pytest_alone(plain: ModuleType) -> None:
    program = (
        "import sys; from okta.models import Session;"
        "assert not hasattr(Session, '__attrs_attrs__');"
        "assert 'pydantic' not in sys.modules and 'pydantic_core' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], cwd="generated", check=True)
    assert hasattr(plain.Job.from_dict(JOB), "__attrs_attrs__")
