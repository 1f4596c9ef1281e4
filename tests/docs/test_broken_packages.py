"""Invalid, old and foreign packages: `clientcast docs` reports each in one line."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from clientcast.docs import (
    PackageError,
    extract,
    make_package,
    readme,
    references_json,
    render_folder,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.docs.command import copy, docs
from tests.support.live import HOSTILE, assert_no_active_content
from tests.support.project import GENERATED


@pytest.fixture
def vendored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of a client under another name, outside any project."""
    copy("okta", tmp_path / "acme_okta")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "acme_okta"


Break = Callable[[Path], object]


def manifest(package: Path) -> Any:
    return json.loads((package / "clientcast.json").read_bytes())


def with_manifest(change: Callable[[Any], object]) -> Break:
    def apply(package: Path) -> None:
        content = manifest(package)
        change(content)
        (package / "clientcast.json").write_text(json.dumps(content), "utf-8")

    return apply


def with_text(path: str, text: str) -> Break:
    return lambda package: (package / path).write_text(text, encoding="utf-8")


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def link(path: Path, to: Path) -> None:
    path.unlink()
    path.symlink_to(to)
    if to.parent == path.parents[1]:
        to.write_text("SECRET = 1\n", "utf-8")


BROKEN: dict[str, tuple[Break, str]] = {
    "no manifest": (
        lambda package: (package / "clientcast.json").unlink(),
        "acme_okta: not a package of clientcast: it has no clientcast.json",
    ),
    "no folder": (shutil.rmtree, "acme_okta: no such folder"),
    "invalid JSON": (
        with_text("clientcast.json", '{"files": '),
        "acme_okta/clientcast.json: not valid JSON: Expecting value:",
    ),
    "deep JSON": (
        with_text("clientcast.json", "[" * 100_000),
        "acme_okta/clientcast.json: not valid JSON: ",
    ),
    "JSON array as manifest": (
        with_text("clientcast.json", "[]"),
        "acme_okta/clientcast.json: not a manifest of clientcast",
    ),
    "old manifest": (
        with_manifest(lambda content: content.pop("api")),
        "acme_okta/clientcast.json: written by a version without reference"
        " data; generate the package again",
    ),
    "operations that are not an array": (
        with_manifest(lambda content: content["api"].update(operations=1)),
        "acme_okta/clientcast.json: api.operations must be an array",
    ),
    "operation that is not an object": (
        with_manifest(lambda content: content["api"]["operations"].append("x")),
        "acme_okta/clientcast.json: api.operations[9] must be an object",
    ),
    "markup as status": (
        with_manifest(
            lambda content: content["api"]["operations"][0]["responses"][1].update(
                status="<img src=x onerror=alert(1)>"
            )
        ),
        "acme_okta/clientcast.json: api.operations[0].responses[1].status has a value"
        " that clientcast does not write",
    ),
    "server that is not a string": (
        with_manifest(
            lambda content: content["api"]["operations"][0].update(server=["x"])
        ),
        "acme_okta/clientcast.json: api.operations[0].server must be a string",
    ),
    "flag that is a string": (
        with_manifest(
            lambda content: content["api"]["operations"][0].update(deprecated="no")
        ),
        "acme_okta/clientcast.json: api.operations[0].deprecated must be true or false",
    ),
    "title that is not a string": (
        with_manifest(lambda content: content["spec"].update(title=1)),
        "acme_okta/clientcast.json: spec.title must be a string",
    ),
    "unpaired surrogate": (
        with_manifest(lambda content: content["api"].update(title="a\ud800b")),
        "acme_okta/clientcast.json: a string contains an unpaired surrogate",
    ),
    "deeply nested example": (
        with_manifest(
            lambda content: content.update(x=json.loads("[" * 200 + "]" * 200))
        ),
        "acme_okta/clientcast.json: nested more than 150 levels deep",
    ),
    "NaN": (
        with_manifest(lambda content: content.update(x=float("nan"))),
        "acme_okta/clientcast.json: not valid JSON: NaN is not a JSON number",
    ),
    "pipe as manifest": (
        lambda package: pipe(package / "clientcast.json"),
        "acme_okta/clientcast.json: not a regular file",
    ),
    "pipe as module": (
        lambda package: pipe(package / "models.py"),
        "acme_okta/models.py: not a regular file",
    ),
    "folder as module": (
        lambda package: folder(package / "_api.py"),
        "acme_okta/_api.py: not a regular file",
    ),
    "symbolic link out of the folder": (
        lambda package: link(package / "models.py", package.parent / "secret.py"),
        "acme_okta/models.py: a symbolic link that leaves the folder; copy the package",
    ),
    "symbolic link to itself": (
        lambda package: link(package / "models.py", package / "models.py"),
        "acme_okta/models.py: ",
    ),
    "symbolic link to a device": (
        lambda package: link(package / "models.py", Path("/dev/zero")),
        "acme_okta/models.py: a symbolic link that leaves the folder",
    ),
    "module above the size limit": (
        lambda package: os.truncate(package / "models.py", 64 * 1024 * 1024 + 1),
        "acme_okta/models.py: larger than 67108864 bytes",
    ),
    "invalid UTF-8": (
        lambda package: (package / "models.py").write_bytes(b"# \xff"),
        "acme_okta/models.py: not valid UTF-8 at byte 2",
    ),
    "missing module": (
        lambda package: (package / "models.py").unlink(),
        "acme_okta: the package has no models.py",
    ),
    "invalid Python": (
        with_text("async_client.py", "\nclass :\n"),
        "acme_okta/async_client.py:2: not valid Python: invalid syntax",
    ),
    "null byte": (
        with_text("client.py", "x = 1\x00"),
        "acme_okta/client.py",
    ),
    "no client": (
        with_text("client.py", "x = 1\n"),
        "acme_okta/client.py: exactly one class must inherit from Client",
    ),
    "unknown operation": (
        with_manifest(
            lambda content: content["api"]["operations"][0].update(name="sessions.x")
        ),
        "acme_okta: the code does not match clientcast.json: one of the clients has no"
        " method sessions.x; generate the package again",
    ),
    "unknown resource": (
        with_manifest(
            lambda content: content["api"]["operations"][0].update(name="a.b.c")
        ),
        "acme_okta: the code does not match clientcast.json: the client has no resource"
        " a.b; generate the package again",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_invalid_package_is_reported_in_one_line(vendored: Path, case: str) -> None:
    change, message = BROKEN[case]
    change(vendored)
    result = docs("./acme_okta")
    assert (result.exit_code, result.stdout) == (1, "")
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.startswith(f"Error: {message}")
    assert result.stderr.endswith("\nexit 1\n")
    assert result.stderr.count("\n") == 2
    assert not (vendored.parent / "docs").exists()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in JSON."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


def sources() -> dict[str, str]:
    return {
        path.relative_to(GENERATED / "pangea").as_posix(): path.read_text("utf-8")
        for path in (GENERATED / "pangea").rglob("*")
        if path.suffix in (".py", ".json")
    }


SOURCES = sources()
PLACES = list(places(json.loads(SOURCES["clientcast.json"])))
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=9)
    | st.sampled_from(HOSTILE)
)
LISTS = st.lists(LEAVES, max_size=2)
VALUES = LEAVES | LISTS | st.dictionaries(LEAVES.map(str), LEAVES | LISTS, max_size=2)
MODULES = [
    path for path in SOURCES if path.endswith(".py") and "_runtime/" not in path
] + ["_runtime/errors.py"]
FRAGMENTS = [
    *('"""', "\\", "(", ")", "]", "\n", "\x00", "    ", "#", "**", "async ", "= 1\n"),
    *("class X(Client):\n", "Args:\n", "Raises:\n", "Examples::\n", "-> X", "(Model)"),
    *HOSTILE,
]


def assert_reference_or_error(texts: dict[str, str]) -> None:
    """Assert that a package has harmless pages, or that its error is one line."""
    try:
        reference = extract(make_package("pangea", "pangea", texts))
    except PackageError as error:
        assert "\n" not in str(error).strip()
        return
    render = MarkdownIt("commonmark").enable("table").render
    for page in (*render_folder([reference]).values(), readme(reference)):
        page.encode("utf-8")
        assert_no_active_content(render(page))
    references_json([reference]).encode("utf-8")


def test_error_names_a_key_of_several_lines_on_one() -> None:
    content = json.loads(SOURCES["clientcast.json"])
    content["api"]["operations"][0]["responses"][0]["headers"] = {"a\n\x1bb": None}
    texts = {**SOURCES, "clientcast.json": json.dumps(content)}
    with pytest.raises(PackageError) as caught:
        extract(make_package("pangea", "pangea", texts))
    assert str(caught.value).endswith(r"headers.a\n\x1bb must be a string")


@pytest.mark.full
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PLACES), VALUES)
def test_arbitrary_manifest_value_raises_only_package_error(
    place: tuple[Any, ...], value: Any
) -> None:
    content = json.loads(SOURCES["clientcast.json"])
    at = content
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    assert_reference_or_error({**SOURCES, "clientcast.json": json.dumps(content)})


@pytest.mark.full
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(MODULES), st.sampled_from(FRAGMENTS), st.floats(0, 1), st.data())
def test_arbitrary_module_text_raises_only_package_error(
    path: str, fragment: str, where: float, data: st.DataObject
) -> None:
    text = SOURCES[path]
    start = int(len(text) * where)
    end = start + data.draw(st.integers(0, 40))
    changed = text[:start] + fragment + text[end:]
    assert_reference_or_error({**SOURCES, path: changed})
