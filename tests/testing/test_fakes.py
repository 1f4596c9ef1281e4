"""Tests of the fakes of packages: what code under test gets from them, and what they record."""

import asyncio
import inspect
import json
import socket
import subprocess
import sys
import threading
import typing
import warnings
from collections.abc import Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any
from unittest import mock
from unittest.mock import ANY

import anyio
import pytest
from clientcast.pipeline import cast

from tests.clients.test_types import pyright
from tests.support.casting import WITHOUT_FAKE
from tests.support.project import ROOT
from tests.testing.packages import Package

HOME = [ROOT / "specs" / f"{name}.yaml" for name in ("clerk", "okta", "pangea")]
OTHERS = [
    ROOT / "tests" / "specs" / "ok" / f"{name}.yaml"
    for name in ("enums", "jobs", "octets", "paging", "streams")
]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Package]:
    """The packages of the documents, by name."""
    folder = tmp_path_factory.mktemp("fakes")
    return {spec.stem: Package(spec, folder) for spec in (*HOME, *OTHERS)}


@pytest.fixture
def okta(packages: dict[str, Package]) -> Any:
    return packages["okta"].fake()


def argument(name: str, hint: Any) -> Any:
    """Return an argument of a type, as far as the documents here need one."""
    parts = {hint, *typing.get_args(hint)}
    literals = [p for p in parts if typing.get_origin(p) is typing.Literal]
    if literals:
        return typing.get_args(literals[0])[0]
    if int in parts:
        return 1
    if bytes in parts:
        return b"x"
    is_list = any(typing.get_origin(part) in (list, Sequence) for part in parts)
    return ["x"] if is_list else "x"


@pytest.mark.parametrize("name", [spec.stem for spec in (*HOME, *OTHERS)])
def test_every_operation_responds_with_an_example_of_its_type(
    packages: dict[str, Package], name: str
) -> None:
    package = packages[name]
    fake = package.fake()
    for operation in package.operations:
        method = attrgetter(operation)(fake.client)
        hints = typing.get_type_hints(inspect.unwrap(method))
        arguments = {
            parameter.name: argument(parameter.name, hints[parameter.name])
            for parameter in inspect.signature(method).parameters.values()
            if parameter.default is parameter.empty
        }
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", DeprecationWarning)
            result = method(**arguments)
        if hasattr(result, "close"):
            result.close()
        path = operation.replace("client.", "client_.")
        recorded = attrgetter(path)(fake).calls
        assert recorded == [package.testing.call(**arguments)], operation
        if hasattr(result, "all"):
            assert [*result.all()] == [*result.items], operation


def test_returned_model_is_what_the_code_under_test_reads(
    packages: dict[str, Package], okta: Any
) -> None:
    session, call = packages["okta"].testing.session, packages["okta"].testing.call
    okta.sessions.get.returns(session(id="102", status="MFA_ENROLL", amr=["pwd"]))
    found = okta.client.sessions.get("102")
    assert (found.id, found.status, found.amr) == ("102", "MFA_ENROLL", ["pwd"])
    assert isinstance(found.status, packages["okta"].root.SessionStatus)
    assert okta.sessions.get.calls == [call("102")]
    assert okta.sessions.get.calls == [okta.sessions.get.call(session_id="102")]
    assert okta.sessions.get.calls != [call("103")]


def test_enum_is_recorded_as_such(packages: dict[str, Package]) -> None:
    fake = packages["clerk"].fake()
    fake.client.sessions.list(status="active")
    (recorded,) = fake.sessions.list.calls
    assert recorded == packages["clerk"].testing.call(status="active")
    assert recorded.arguments == {"status": "active"}
    assert recorded == packages["clerk"].testing.call(status=ANY)
    assert recorded != packages["clerk"].testing.call(status=ANY, limit=ANY)


def test_call_of_mock_or_another_package_is_compared_by_its_arguments(
    packages: dict[str, Package], okta: Any
) -> None:
    okta.client.user_sessions.revoke("1", oauth_tokens=True)
    calls, other = okta.user_sessions.revoke.calls, packages["clerk"].testing.call
    for call in (mock.call, other):
        assert calls == [call("1", oauth_tokens=True)] == calls
        assert calls == [call(user_id="1", oauth_tokens=True)]
        assert calls != [call("1")] and calls != [call("2", oauth_tokens=True)]
    assert calls != ["1"]


def test_uploaded_files_are_compared_by_content_name_and_media_type(
    packages: dict[str, Package],
) -> None:
    fake, call = packages["octets"].fake(), packages["octets"].testing.call
    file = packages["octets"].root.File
    fake.client.files.create("1", file(b"abc", "a.png", "image/png"), others=[b"d"])
    calls = fake.files.create.calls
    for picture in (b"abc", file(b"abc", "a.png"), file(b"abc", "a.png", "image/png")):
        assert calls == [call("1", picture, others=ANY)]
    for picture in (b"abd", file(b"abc", "b.png"), file(b"abc", "a.png", "image/gif")):
        assert calls != [call("1", picture, others=ANY)]


def test_builder_takes_fields_of_any_name(tmp_path: Path) -> None:
    names = [
        "locals",
        "cast",
        "build_model",
        "model_builders",
        "self",
        "fields",
        "name",
    ]
    schema = {"type": "object", "properties": {n: {"type": "string"} for n in names}}
    schema["required"] = names
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Odd"}}}
    operation = {"operationId": "getOdd", "responses": {"200": {"content": content}}}
    operation["responses"]["200"]["description"] = "The result."
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Names", "version": "1"},
        "servers": [{"url": "https://odd.example"}],
        "paths": {"/odd": {"get": operation}},
        "components": {"schemas": {"Odd": schema}},
    }
    spec = tmp_path / "odd.json"
    spec.write_text(json.dumps(document), encoding="utf-8")
    builders = Package(spec, tmp_path).testing.builders
    assert dir(builders) == ["odd"]
    given = {name: f"{name}!" for name in names}
    assert builders.odd(**given).to_dict() == given
    assert builders.odd(locals="here").to_dict() == {
        **dict.fromkeys(names, "string"),
        "locals": "here",
    }
    with pytest.raises(TypeError, match="no_field"):
        builders.odd(no_field="x")


def test_error_has_the_body_of_the_document(
    packages: dict[str, Package], okta: Any
) -> None:
    error = packages["okta"].root.NotFoundError
    okta.sessions.revoke.raises(error, message="gone")
    with pytest.raises(error) as caught:
        okta.client.sessions.revoke("102")
    assert (caught.value.code, caught.value.message) == ("E0000007", "gone")


def test_error_that_a_test_made_is_raised_as_it_is(
    packages: dict[str, Package], okta: Any
) -> None:
    root = packages["okta"].root
    client = okta.client.with_options(max_retries=0)
    okta.sessions.get.raises(
        root.RateLimitError("slow down", retry_after=3, request_id="r1")
    )
    with pytest.raises(root.RateLimitError) as caught:
        client.sessions.get("102")
    error = caught.value
    assert (error.message, error.retry_after) == ("slow down", 3)
    assert error.request_id == "r1"
    body = {"errorCode": "E1", "errorSummary": "no", "errorLink": "E1", "errorId": "2"}
    okta.sessions.get.raises(root.NotFoundError(body={**body, "errorCauses": []}))
    with pytest.raises(root.NotFoundError) as caught:
        client.sessions.get("102")
    assert caught.value.body.error_code == "E1"
    okta.sessions.get.raises(root.APIConnectionError(reason=root.FailureReason.REFUSED))
    with pytest.raises(root.APIConnectionError) as caught:
        client.sessions.get("102")
    assert caught.value.reason is root.FailureReason.REFUSED


def test_retry_waits_for_the_fake_clock_only(
    packages: dict[str, Package], okta: Any
) -> None:
    session = packages["okta"].testing.session
    get = okta.sessions.get
    get.responds(429, headers={"Retry-After": "30"}).then.returns(session(id="7"))
    assert okta.client.with_options(timeout=60).sessions.get("7").id == "7"
    assert okta.clock.sleeps == [30.0]
    assert [c.attempts for c in get.calls] == [2]


def test_response_depends_on_the_arguments(
    packages: dict[str, Package], okta: Any
) -> None:
    package = packages["okta"]
    session, unexpected = package.testing.session, package.testing.UnexpectedCall
    get = okta.sessions.get
    get.when("1").returns(session(id="one"))
    assert okta.client.sessions.get("1").id == "one"
    with pytest.raises(unexpected, match=r"session_id='2'.* expected .*session_id='1'"):
        okta.client.sessions.get("2")
    with pytest.raises(unexpected):
        okta.check()
    get.when(ANY).responds_by(lambda session_id: session(id=f"{session_id}!"))
    assert okta.client.sessions.get("2").id == "2!"


def test_strict_fake_refuses_calls_without_a_response(
    packages: dict[str, Package],
) -> None:
    package = packages["okta"]
    with pytest.raises(package.testing.UnexpectedCall, match=r"sessions\.get"):
        package.fake(strict=True).client.sessions.get("1")


def test_faults_are_those_of_a_network(packages: dict[str, Package], okta: Any) -> None:
    root, get, client = packages["okta"].root, okta.sessions.get, okta.client
    get.times_out()
    with pytest.raises(root.APITimeoutError):
        client.sessions.get("1")
    assert okta.clock.elapsed == 30
    get.resets_connection()
    with pytest.raises(root.APIConnectionError) as caught:
        client.sessions.get("1")
    assert caught.value.attempts == 3 and caught.value.maybe_delivered
    get.refuses_connection()
    with pytest.raises(root.APIConnectionError) as caught:
        client.sessions.get("1")
    assert caught.value.reason is root.FailureReason.REFUSED
    get.is_slow(2).returns(packages["okta"].testing.session())
    client.sessions.get("1")
    with pytest.raises(root.APITimeoutError):
        client.with_options(timeout=1).sessions.get("1")


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_asynchronous_client_uses_the_same_fake(
    packages: dict[str, Package], okta: Any, backend: str
) -> None:
    error = packages["okta"].root.RateLimitError

    async def use() -> None:
        okta.sessions.get.raises(error)
        with pytest.raises(error):
            await okta.async_client.sessions.get("1")
        okta.sessions.get.times_out()
        with pytest.raises(packages["okta"].root.APITimeoutError):
            await okta.async_client.sessions.get("1")

    anyio.run(use, backend=backend)
    assert okta.clock.sleeps == [0.5, 1.0]


def test_fake_is_used_in_several_event_loops(okta: Any) -> None:
    async def use() -> None:
        await okta.async_client.sessions.get("1")

    asyncio.run(use())
    asyncio.run(use())
    assert len(okta.sessions.get.calls) == 2


@pytest.mark.parametrize(
    ("name", "path"), [("clerk", "sessions"), ("pangea", "session")]
)
def test_pages_lead_to_each_other(
    packages: dict[str, Package], name: str, path: str
) -> None:
    package = packages[name]
    fake, build = package.fake(), package.testing.session
    pages = [[build(id=f"{p}-{n}") for n in range(3)] for p in range(2)]
    getattr(fake, path).list.returns_pages(*pages, [build(id="last")])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = getattr(fake.client, path).list().all()
    assert [i.id for i in found] == [*(i.id for p in pages for i in p), "last"]


def test_accepted_call_is_polled(packages: dict[str, Package]) -> None:
    package = packages["pangea"]
    fake = package.fake()
    fake.session.invalidate.is_accepted(polls=2)
    fake.client.session.invalidate("x")
    assert len(fake.clock.sleeps) == 2
    assert len(fake.session.invalidate.calls) == 1


def test_calls_of_threads_are_recorded(okta: Any) -> None:
    threads = [
        threading.Thread(target=okta.client.sessions.get, args=(str(n),))
        for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {c.arguments["session_id"] for c in okta.sessions.get.calls} == {
        str(n) for n in range(20)
    }


def test_served_stream_breaks_after_its_items(packages: dict[str, Package]) -> None:
    package = packages["streams"]
    fake = package.fake()
    fake.streams.listen_to_words.breaks_after("one", "two").then.streams("three")
    with fake.serve() as server, package.root.Streams(base_url=server.url) as client:
        found: list[str] = []
        with pytest.raises(package.root.APIConnectionError):
            for event in client.streams.listen_to_words():
                found.append(event.data)
        assert found == ["one", "two"]
        assert [e.data for e in client.streams.listen_to_words()] == ["three"]


def test_stream_has_an_example_of_each_event(packages: dict[str, Package]) -> None:
    streams = packages["streams"].fake().client.streams
    events = [(e.event, e.data) for e in streams.listen_to_kinds()]
    assert [name for name, _ in events] == ["note", "entry", "changed", "count"]
    assert [getattr(data, "id", data) for _, data in events] == [
        "string",
        1,
        1,
        "string",
    ]
    assert [item.id for item in streams.export_as_stream()] == [1]
    assert [item.id for item in streams.export_sequence()] == [1]


def test_no_socket_is_opened(okta: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    okta.client.sessions.get("1")


def test_client_does_not_import_the_fake(packages: dict[str, Package]) -> None:
    root = packages["okta"].root
    program = (
        f"import sys, {root.__name__}.client, {root.__name__}.async_client;"
        " assert not [m for m in sys.modules if '.testing' in m]"
    )
    folder = Path(str(root.__file__)).parent.parent
    subprocess.run([sys.executable, "-c", program], cwd=folder, check=True)


@pytest.mark.parametrize("value", ["x", 3, None, []])
def test_result_of_another_type_is_refused_when_it_is_set(
    value: Any, packages: dict[str, Package]
) -> None:
    fake = packages["okta"].fake()
    returns: Any = fake.sessions.get.returns
    with pytest.raises(TypeError, match=r"^sessions\.get returns \S+Session, not "):
        returns(value)
    returns({"error": "no session"}, status=404)
    revokes: Any = fake.sessions.revoke.returns
    with pytest.raises(TypeError, match="^sessions.revoke returns NoneType, not str"):
        revokes("x")
    pages: Any = packages["clerk"].fake().sessions.list.returns
    with pytest.raises(TypeError, match="^sessions.list returns list"):
        pages("x")
    pages([])


def test_package_has_a_fake_unless_it_is_left_out() -> None:
    spec, name = HOME[1], "okta.yaml"
    files = cast(spec, name).files
    left_out = cast(spec, name, conventions=WITHOUT_FAKE).files
    assert files is not None and left_out is not None
    fake = {path for path in files if "testing" in path.split("/")}
    assert files.keys() - left_out.keys() == fake
    differing = {p for p in left_out if left_out[p] != files[p]}
    assert differing == {"README.md", "clientcast.json"}


CORRECT = """
from unittest.mock import ANY
from cast_okta import NotFoundError, Session
from cast_okta.testing import FakeOkta, call, session
from cast_clerk.testing import FakeClerk
from cast_clerk.testing import session as clerk_session

fake = FakeOkta()
fake.sessions.get.returns(session(id="102", status="ACTIVE"))
fake.sessions.get.when("1").returns(session()).then.raises(NotFoundError)
fake.sessions.get.when(ANY).responds_by(lambda session_id: session(id=session_id))
assert fake.sessions.revoke.calls == [call("102")]
assert fake.sessions.revoke.calls == [fake.sessions.revoke.call("102")]
value: Session = fake.client.sessions.get("1")
FakeClerk().sessions.list.returns_pages([clerk_session()], [])
stateful = FakeOkta(stateful=True)
stateful.state.sessions.add(session(id="1"), session(id="2"), cookie="sid=1")
kept: list[Session] = [*stateful.state.sessions, *stateful.state.sessions.items]
one: Session | None = stateful.state.sessions.get("1")
"""

WRONG = (
    'fake.sessions.get.returns("x")',
    "fake.sessions.get.when(5)",
    'fake.sessions.get.when(id="5")',
    "fake.sessions.revoke.raises(ValueError)",
    "fake.sessions.get.responds_by(lambda session_id: 5)",
    'session(status="ACTIV")',
    'session(idd="1")',
    "session(id=5)",
    "fake.sessions.revoke.call(5)",
    "FakeClerk().sessions.list.returns_pages([session()])",
    'fake.sessions.get.responds("429")',
    "fake.sessions.get.responds(429, headers={1: 2})",
    "fake.sessions.get.is_slow('2')",
    "fake.user_sessions.revoke.when('1', oauth_tokens='yes')",
    "fake.sessions.gets.returns(session())",
    "fake.async_client.sessions.get('1').id",
    "fake.serve(port='80')",
    "stateful.state.sessions.add(clerk_session())",
    "stateful.state.session",
    "FakeOkta(stateful=1)",
)


@pytest.mark.full
def test_type_checkers_refuse_wrong_types(packages: dict[str, Package]) -> None:
    folder = Path(str(packages["okta"].root.__file__)).parent.parent
    (folder / "user.py").write_text(CORRECT, encoding="utf-8")
    (folder / "wrong.py").write_text(CORRECT + "\n".join(WRONG), encoding="utf-8")
    first = len(CORRECT.splitlines()) + 1
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "user.py", "wrong.py"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    lines = [line for line in run.stdout.splitlines() if ": error:" in line]
    numbers = {int(line.split(":")[1]) for line in lines}
    assert all(line.startswith("wrong.py") for line in lines), run.stdout
    assert numbers == set(range(first, first + len(WRONG))), run.stdout
    report = pyright(folder, include=["user.py", "wrong.py"])
    found = {
        (Path(finding["file"]).name, finding["range"]["start"]["line"] + 1)
        for finding in report["generalDiagnostics"]
    }
    assert found == {("wrong.py", first + n) for n in range(len(WRONG))}
