"""Tests of models in pydantic 2 and FastAPI: as fields, and as bodies of requests and responses."""

import json
from types import ModuleType
from typing import Annotated, Any

import pytest
from fastapi import Body, FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, TypeAdapter, ValidationError, create_model

from tests.clients.test_plain_data import JOB, LONG
from tests.support.casting import Server

EXPECTED = {**JOB, "startedAt": "2026-01-01T00:00:00.500000Z"}


@pytest.fixture(scope="module")
def plain(clients: dict[str, ModuleType]) -> ModuleType:
    return clients["plain_data"]


@pytest.fixture(scope="module")
def report(plain: ModuleType) -> Any:
    """A model of pydantic with fields of our models."""
    return create_model(
        "Report", job=(plain.Job, ...), others=(list[plain.Job], []), count=(int, 1)
    )


def test_pydantic_field_takes_a_model_or_its_json_object(
    plain: ModuleType, report: type[Any]
) -> None:
    job = plain.Job.from_dict(JOB)
    made = report(job=job, others=[JOB])
    assert made.job is job and made.others == [job]
    assert made.model_dump() == {"job": EXPECTED, "others": [EXPECTED], "count": 1}
    assert made.model_dump(mode="json") == json.loads(made.model_dump_json())
    assert report.model_validate_json(made.model_dump_json()) == made
    assert report.model_validate(made.model_dump()).job == job
    assert LONG in made.model_dump_json()


def test_pydantic_validates_strictly(plain: ModuleType, report: type[Any]) -> None:
    with pytest.raises(ValidationError) as info:
        report(job={**JOB, "ratio": "half"}, others=[1])
    assert [(e["loc"], e["msg"]) for e in info.value.errors()] == [
        (
            ("job",),
            "Value error, Job cannot be read: $.ratio: expected number | null, got string",
        ),
        (("others", 0), "Value error, expected Job or a mapping"),
    ]
    kept = report(job={**JOB, "state": "later"}).job
    assert kept.state == "later" and "addedLater" in kept.additional_properties


def test_pydantic_reads_unions_and_aliases(plain: ModuleType) -> None:
    shapes: TypeAdapter[Any] = TypeAdapter(plain.Shape)
    square = shapes.validate_python({"kind": "Square", "side": 1.0})
    assert square == plain.Square(side=1.0)
    assert shapes.dump_python(square) == {"kind": "Square", "side": 1.0}
    other = shapes.validate_json('{"kind": "Later", "size": 1}')
    assert type(other) is plain.Unknown and other == {"kind": "Later", "size": 1}
    jobs: TypeAdapter[Any] = TypeAdapter(list[plain.Job])
    assert jobs.validate_python([JOB]) == [plain.Job.from_dict(JOB)]
    trees: TypeAdapter[Any] = TypeAdapter(plain.Tree)
    assert trees.validate_python([[], [[]]]) == [[], [[]]]
    assert trees.json_schema()["$defs"]["Tree"]["items"] == {"$ref": "#/$defs/Tree"}
    with pytest.raises(ValidationError):
        trees.validate_python([1])


@pytest.mark.parametrize("mode", ["validation", "serialization"])
def test_json_schema_has_the_properties_of_the_api(
    plain: ModuleType, mode: Any
) -> None:
    schema = TypeAdapter(plain.Job).json_schema(mode=mode)
    definitions = schema["$defs"]
    job = definitions["Job"]
    assert job["description"] == "A job that runs in the background."
    assert list(job["properties"]) == [*JOB][:-1]
    assert job["required"] == ["id", "state", "jobOwner"]
    assert job["additionalProperties"] is True
    assert job["properties"]["jobOwner"] == {"$ref": "#/$defs/Owner"}
    assert {"$ref": "#/$defs/Job"} in job["properties"]["parent"]["anyOf"]
    types = {
        name: [m.get("format", m.get("type")) for m in member["anyOf"]]
        for name, member in job["properties"].items()
        if "anyOf" in member
    }
    assert types["cost"] == ["number", "null"] and types["price"] == ["string", "null"]
    assert types["startedAt"] == ["date-time", "null"]
    assert types["note"] == ["string", "null"]
    assert definitions["Owner"]["additionalProperties"] is False
    assert definitions["JobState"]["enum"] == ["open", "done"]
    labels = TypeAdapter(plain.Labels).json_schema(mode=mode)
    assert labels["additionalProperties"] == {"type": "integer"}


@pytest.fixture(scope="module")
def service(plain: ModuleType, report: type[Any]) -> TestClient:
    """A service that calls the API in both modes, and uses its models in its own routes."""
    app = FastAPI()
    server = Server(200, JOB)
    Job = plain.Job

    def get_job(job_id: str) -> Any:
        with plain.Plain(http=server.sync) as client:
            return client.jobs.get(job_id)

    async def get_job_async(job_id: str) -> Any:
        async with plain.AsyncPlain(http=server.asynchronous) as client:
            return await client.jobs.get(job_id)

    def create_job(job: Any) -> Any:
        return job.evolve(id="2")

    def create_report(report: Any) -> Any:
        return report

    def list_jobs(jobs: Any) -> Any:
        return jobs

    create_job.__annotations__["job"] = Annotated[Job, Body()]
    create_report.__annotations__["report"] = report
    list_jobs.__annotations__["jobs"] = list[Job]
    app.get("/sync/{job_id}", response_model=Job)(get_job)
    app.get("/async/{job_id}", response_model=Job | None)(get_job_async)
    app.post("/jobs", response_model=Job)(create_job)
    app.post("/reports", response_model=report)(create_report)
    app.post("/lists", response_model=list[Job])(list_jobs)
    return TestClient(app)


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_fastapi_responds_with_models(service: TestClient, mode: str) -> None:
    response = service.get(f"/{mode}/1")
    assert response.status_code == 200 and response.json() == EXPECTED


def test_fastapi_reads_models_from_bodies(service: TestClient) -> None:
    response = service.post("/jobs", json=JOB)
    assert response.status_code == 200 and response.json() == {**EXPECTED, "id": "2"}
    response = service.post("/lists", json=[JOB])
    assert response.status_code == 200 and response.json() == [EXPECTED]
    response = service.post("/reports", json={"job": JOB})
    assert response.json() == {"job": EXPECTED, "others": [], "count": 1}


def test_fastapi_refuses_bodies_that_do_not_match(service: TestClient) -> None:
    response = service.post("/jobs", json={**JOB, "id": 1})
    assert response.status_code == 422
    (error,) = response.json()["detail"]
    assert error["loc"] == ["body"]
    assert error["msg"].endswith(
        "Job cannot be read: $.id: expected string, got integer"
    )


def test_fastapi_documents_models(service: TestClient) -> None:
    document = service.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    assert {"Owner", "Step", "Circle", "Square", "JobState"} <= set(schemas)
    operation = document["paths"]["/jobs"]["post"]
    for message, name in (
        (operation["requestBody"], "Job-Input"),  # Two, since the model is recursive.
        (operation["responses"]["200"], "Job-Output"),
    ):
        schema = message["content"]["application/json"]["schema"]
        assert schema == {"$ref": f"#/components/schemas/{name}"}
        assert schemas[name]["properties"]["jobOwner"] == {
            "$ref": "#/components/schemas/Owner"
        }


def test_model_of_pydantic_takes_models_of_a_checked_in_client() -> None:
    from clerk.models import SessionToken

    class Login(BaseModel):
        token: SessionToken

    login = Login.model_validate({"token": {"object": "token", "jwt": "s3cr3t"}})
    assert login.token == SessionToken(jwt="s3cr3t")
    assert "s3cr3t" not in repr(login)
