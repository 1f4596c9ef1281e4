"""Tests of the checked-in clients.

They match their specs and the planned names, and are formatted by black. The output is the
same on any machine and Python. The synchronous modules equal the asynchronous ones without
`async` and `await`. Importing a client has no side effect.
"""

import ast
import asyncio
import glob
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any

import black
import httpx2
import msgspec
import pytest
from clientcast.config import load_jobs
from clientcast.comparison import compare
from clientcast.pipeline import Cast, cast
from clientcast.source import Document, read
from pangea._runtime.codec.model import ADDITIONAL

from tests.support.environments import create_environment, find_uv
from tests.support.project import GENERATED, ROOT
from tests.support.selection import first_of_each

RUNTIME = ROOT / "templates" / "_runtime"
NAMES = ("clerk", "okta", "pangea")
VERSIONS = ("3.11", "3.12", "3.13")

each_client = pytest.mark.parametrize("name", NAMES)


def python_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the content of each file below a folder, by its relative path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


# Output equals the checked-in files


def test_settings_list_the_checked_in_clients() -> None:
    assert tuple(job.name for job in load_jobs(ROOT)) == NAMES
    folders = {path.name for path in GENERATED.iterdir()} - {"__pycache__"}
    assert folders == set(NAMES)


@cache
def cast_spec(name: str) -> Cast:
    (job,) = load_jobs(ROOT, (name,))
    return cast(
        job.spec,
        job.spec_label,
        formatter=job.formatter,
        conventions=job.conventions,
    )


@each_client
def test_checked_in_client_equals_fresh_output(name: str) -> None:
    result = cast_spec(name)
    assert result.diagnostics == ()
    assert result.files is not None
    folder = GENERATED / name
    assert [change.path for change in compare(folder, result.files)] == []
    assert read_files(folder).keys() == result.files.keys()


def assert_same_bytes(folder: Path, python: str, **variables: str) -> None:
    """Generate the clients in another process and folder, and compare every byte."""
    folder.mkdir(parents=True)
    specs = json.dumps([str(ROOT / "specs" / f"{name}.yaml") for name in NAMES])
    (folder / "pyproject.toml").write_text(
        f'[tool.clientcast]\nspecs = {specs}\noutput = "out"\n'
        '[tool.pytest.ini_options]\npythonpath = ["out"]\n',
        encoding="utf-8",
    )
    done = subprocess.run(
        [python, "-m", "clientcast", "generate"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / "generator"), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for name in NAMES:
        written, expected = (
            read_files(folder / "out" / name),
            cast_spec(name).files or {},
        )
        assert written.keys() == expected.keys()
        assert [
            path for path in written if written[path] != expected[path].encode()
        ] == []


@pytest.mark.parametrize(
    "variables",
    first_of_each(
        [
            {"PYTHONHASHSEED": "0", "TZ": "Pacific/Kiritimati"},
            {"PYTHONHASHSEED": "1", "LC_ALL": "C", "PYTHONUTF8": "0"},
            {"PYTHONHASHSEED": "4242", "TZ": "America/St_Johns", "LC_ALL": "POSIX"},
        ]
    ),
    ids=lambda variables: f"seed {variables['PYTHONHASHSEED']}",
)
def test_output_is_independent_of_the_environment(
    variables: dict[str, str], tmp_path: Path
) -> None:
    assert_same_bytes(tmp_path / "elsewhere, ünd deeper", sys.executable, **variables)


@pytest.mark.full
@pytest.mark.parametrize("version", VERSIONS)
def test_output_is_independent_of_the_python_version(
    version: str, tmp_path: Path
) -> None:
    python = sys.executable
    if not has_version(python, version):
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        requirements = project["project"]["dependencies"]
        interpreter = find_interpreter(version)
        python = create_environment(interpreter, tmp_path / "venv", requirements)
    assert_same_bytes(tmp_path / "work", python)


def find_interpreter(version: str) -> str:
    """Return an installed interpreter of a version; skip the test if there is none."""
    pyenv = os.environ.get("PYENV_ROOT", str(Path.home() / ".pyenv"))
    found = [
        shutil.which(f"python{version}"),
        *sorted(glob.glob(f"{pyenv}/versions/{version}.*/bin/python{version}")),
        find_with_uv(version),
    ]
    for python in found:
        if python and has_version(python, version):
            return python
    pytest.skip(f"Python {version} is not installed")


def has_version(python: str, version: str) -> bool:
    # A pyenv shim may exist without its Python.
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run(
        [python, "-c", program], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() == version


def find_with_uv(version: str) -> str | None:
    program = find_uv()
    if program is None:
        return None
    command = [program, "python", "find", "--no-project", "--no-python-downloads"]
    done = subprocess.run(
        [*command, version], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() or None


# Style


@cache
def format_code(text: str) -> str:
    return black.format_str(text, mode=black.Mode())


@pytest.mark.parametrize(
    "folder", [RUNTIME, *(GENERATED / name for name in NAMES)], ids=lambda f: f.name
)
def test_code_is_formatted_by_black(folder: Path) -> None:
    paths = python_files(folder)
    assert paths
    for path in paths:
        text = path.read_text(encoding="utf-8")
        assert format_code(text) == text, path


# Sync and async modules are equal, compared as syntax trees


class AsyncToSync(ast.NodeTransformer):
    """Transformer of an asynchronous module into its synchronous twin.

    Unknown nodes stay, and show as a difference.
    """

    SYNC_NAMES = {
        "aclose": "close",
        "aclosing": "closing",
        "aiter": "iter",
        "anext": "next",
        "__aenter__": "__enter__",
        "__aexit__": "__exit__",
        "__aiter__": "__iter__",
        "__anext__": "__next__",
        "aiter_raw": "iter_raw",
        "StopAsyncIteration": "StopIteration",
    }

    def sync_name(self, name: str) -> str:
        sync_name = re.sub(r"(?<![A-Za-z])(Async(?=[A-Z])|async_)", "", name)
        return self.SYNC_NAMES.get(name, sync_name)

    def convert_function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        self.generic_visit(node)
        converted = ast.FunctionDef(self.sync_name(node.name), node.args, node.body, [])
        for field in set(node._fields) - {"name"}:
            setattr(converted, field, getattr(node, field))
        return converted

    visit_FunctionDef = visit_AsyncFunctionDef = convert_function

    def visit_Await(self, node: ast.Await) -> Any:
        return self.visit(node.value)

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        self.generic_visit(node)
        is_awaitable = isinstance(node.value, ast.Name) and node.value.id == "Awaitable"
        return node.slice if is_awaitable else node

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        self.generic_visit(node)
        return ast.With(items=node.items, body=node.body)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        self.generic_visit(node)
        return ast.For(
            target=node.target, iter=node.iter, body=node.body, orelse=node.orelse
        )

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        node.is_async = 0
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.generic_visit(node)
        node.name = self.sync_name(node.name)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        node.id = self.sync_name(node.id)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        node.attr = self.sync_name(node.attr)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        self.generic_visit(node)
        node.module = self.sync_name(node.module or "")
        node.names = [alias for alias in node.names if alias.name != "Awaitable"]
        return node if node.names else None

    def visit_alias(self, node: ast.alias) -> ast.AST:
        node.name = self.sync_name(node.name)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            text = re.sub(r"\bawait |\basync (?=for|with)", "", node.value.value)
            node.value.value = self.sync_name(text)
        return node


def normalized_dump(module: ast.Module) -> str:
    """Return the syntax tree as text, with imports in a normalized order."""

    def sort_key(node: ast.stmt) -> tuple[bool, str]:
        is_import = isinstance(node, ast.Import | ast.ImportFrom)
        return not is_import, ast.dump(node) if is_import else ""

    docstring, *rest = module.body
    assert isinstance(docstring, ast.Expr)
    for node in rest:
        if isinstance(node, ast.ImportFrom):
            node.names.sort(key=lambda alias: alias.name)
    module.body = [docstring, *sorted(rest, key=sort_key)]
    return ast.dump(module, indent=1)


def async_to_sync(text: str) -> ast.Module:
    module = ast.parse(text)
    head = module.body[0]
    assert isinstance(head, ast.Expr) and isinstance(head.value, ast.Constant)
    head.value.value = (
        str(head.value.value)
        .replace("asynchronous", "synchronous")
        .replace("Asynchronous", "Synchronous")
    )
    changed = AsyncToSync().visit(module)
    assert isinstance(changed, ast.Module)
    return changed


@pytest.mark.parametrize(
    ("folder", "module"),
    [
        *(
            (RUNTIME / "client", name)
            for name in ("base", "oauth", "page", "sender", "stream", "upload")
        ),
        *((GENERATED / name, "client") for name in NAMES),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_sync_module_equals_async_module_without_await(
    folder: Path, module: str
) -> None:
    synchronous = (folder / f"{module}.py").read_text(encoding="utf-8")
    asynchronous = (folder / f"async_{module}.py").read_text(encoding="utf-8")
    assert "async def" in asynchronous and "await " in asynchronous
    assert normalized_dump(ast.parse(synchronous)) == normalized_dump(
        async_to_sync(asynchronous)
    )


# Planned names: methods, parameters, routes

SESSION_LIST = "filter, last, order, order_by, size"
OPERATIONS = [
    # client, method, parameters, HTTP method, path
    (
        "pangea",
        "client.session.invalidate",
        "token, session_id",
        "POST",
        "/v2/client/session/invalidate",
    ),
    (
        "pangea",
        "client.session.list",
        f"token, *, {SESSION_LIST}",
        "POST",
        "/v2/client/session/list",
    ),
    (
        "pangea",
        "client.session.logout",
        "token",
        "POST",
        "/v2/client/session/logout",
    ),
    (
        "pangea",
        "client.session.refresh",
        "refresh_token, *, user_token",
        "POST",
        "/v2/client/session/refresh",
    ),
    (
        "pangea",
        "session.invalidate",
        "session_id, *, user_initiated",
        "POST",
        "/v2/session/invalidate",
    ),
    ("pangea", "session.list", f"*, {SESSION_LIST}", "POST", "/v2/session/list"),
    ("pangea", "session.logout", "user_id", "POST", "/v2/session/logout"),
    ("okta", "sessions.create", "session_token", "POST", "/api/v1/sessions"),
    ("okta", "sessions.get", "session_id", "GET", "/api/v1/sessions/{session_id}"),
    (
        "okta",
        "sessions.refresh",
        "session_id",
        "POST",
        "/api/v1/sessions/{session_id}/lifecycle/refresh",
    ),
    (
        "okta",
        "sessions.revoke",
        "session_id",
        "DELETE",
        "/api/v1/sessions/{session_id}",
    ),
    ("okta", "sessions.get_current", "*, cookie", "GET", "/api/v1/sessions/me"),
    (
        "okta",
        "sessions.refresh_current",
        "*, cookie",
        "POST",
        "/api/v1/sessions/me/lifecycle/refresh",
    ),
    ("okta", "sessions.close_current", "*, cookie", "DELETE", "/api/v1/sessions/me"),
    (
        "okta",
        "user_sessions.end",
        "*, keep_current, cookie",
        "POST",
        "/api/v1/users/me/lifecycle/delete_sessions",
    ),
    (
        "okta",
        "user_sessions.revoke",
        "user_id, *, oauth_tokens, forget_devices",
        "DELETE",
        "/api/v1/users/{user_id}/sessions",
    ),
    (
        "clerk",
        "sessions.list",
        "*, client_id, user_id, status, paginated, limit, offset",
        "GET",
        "/v1/sessions",
    ),
    (
        "clerk",
        "sessions.create",
        "user_id, *, active_organization_id",
        "POST",
        "/v1/sessions",
    ),
    ("clerk", "sessions.get", "session_id", "GET", "/v1/sessions/{session_id}"),
    (
        "clerk",
        "sessions.refresh",
        "session_id, *, expired_token, refresh_token, request_origin,"
        " request_headers, format, request_originating_ip",
        "POST",
        "/v1/sessions/{session_id}/refresh",
    ),
    (
        "clerk",
        "sessions.revoke",
        "session_id",
        "POST",
        "/v1/sessions/{session_id}/revoke",
    ),
    (
        "clerk",
        "sessions.verify",
        "session_id, *, token, api_version",
        "POST",
        "/v1/sessions/{session_id}/verify",
    ),
    (
        "clerk",
        "sessions.create_token",
        "session_id, *, expires_in_seconds",
        "POST",
        "/v1/sessions/{session_id}/tokens",
    ),
    (
        "clerk",
        "sessions.create_token_from_template",
        "session_id, template_name, *, expires_in_seconds",
        "POST",
        "/v1/sessions/{session_id}/tokens/{template_name}",
    ),
]
REQUIRED_KEYWORDS = {
    "clerk.sessions.refresh": ("expired_token", "refresh_token", "request_origin")
}
CONSTRUCTORS = {
    "clerk": ("*, secret_key, api_version", {"secret_key": "sk_test_1"}),
    "okta": (
        "*, domain, api_token, access_token",
        {"domain": "acme.okta.com", "api_token": "1"},
    ),
    "pangea": ("*, token, domain", {"token": "pts_1"}),
}
BASE_URLS = {
    "clerk": "https://api.clerk.com",
    "okta": "https://acme.okta.com",
    "pangea": "https://authn.aws.us.pangea.cloud",
}

both_modes = pytest.mark.parametrize("mode", ["", "Async"], ids=["sync", "async"])


def client_class(name: str, mode: str) -> Any:
    return getattr(import_module(name), f"{mode}{name.title()}")


def new_client(name: str, mode: str, handler: Any) -> Any:
    transport = httpx2.MockTransport(handler)
    http = getattr(httpx2, f"{mode}Client")(transport=transport)
    return client_class(name, mode)(**CONSTRUCTORS[name][1], http=http)


def parameter_list(signature: inspect.Signature) -> str:
    """Return the parameters of a method in the notation of `OPERATIONS`."""
    words: list[str] = []
    for parameter in list(signature.parameters.values())[1:]:
        if parameter.kind is parameter.KEYWORD_ONLY:
            words += [] if "*" in words else ["*"]
        else:
            assert parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        words.append(parameter.name)
    return ", ".join(words)


def methods_of(resource: object, path: str = "") -> Iterator[str]:
    """Yield the dotted name of each method of a client, such as `client.session.list`."""
    for name, class_ in inspect.getmembers(type(resource), inspect.isclass):
        if not name.startswith("_"):
            yield from methods_of(getattr(resource, name), f"{path}{name}.")
            for method, function in vars(class_).items():
                if inspect.isfunction(function) and not method.startswith("_"):
                    yield f"{path}{name}.{method}"


@both_modes
@pytest.mark.parametrize(
    ("name", "method", "parameters", "verb", "path"),
    OPERATIONS,
    ids=[f"{name}.{method}" for name, method, *_ in OPERATIONS],
)
def test_method_has_the_planned_parameters_and_request(
    name: str, method: str, parameters: str, verb: str, path: str, mode: str
) -> None:
    sent: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return httpx2.Response(418)

    client = new_client(name, mode, respond)
    operation = attrgetter(method)(client)
    function = operation.__func__
    signature = inspect.signature(function)
    assert inspect.iscoroutinefunction(inspect.unwrap(function)) == bool(mode)
    assert parameter_list(signature) == parameters
    leading = [word for word in parameters.partition("*")[0].split(", ") if word]
    keywords = REQUIRED_KEYWORDS.get(f"{name}.{method}", ())
    required = [p.name for p in signature.parameters.values() if p.default is p.empty]
    assert required == ["self", *leading, *keywords]
    arguments = {word: f"the-{word}" for word in required[1:]}
    positional = [arguments[word] for word in leading]
    named = {word: arguments[word] for word in keywords}
    with pytest.raises(import_module(f"{name}.errors").APIStatusError):
        if mode:
            asyncio.run(operation(*positional, **named))
        else:
            operation(*positional, **named)
    (request,) = sent
    wanted = BASE_URLS[name] + path.format_map(arguments)
    assert (request.method, str(request.url)) == (verb, wanted)


@both_modes
@each_client
def test_client_has_exactly_the_planned_methods(name: str, mode: str) -> None:
    client = new_client(name, mode, lambda request: httpx2.Response(418))
    wanted = {method for owner, method, *_ in OPERATIONS if owner == name}
    assert set(methods_of(client)) == wanted


@both_modes
@each_client
def test_client_has_the_planned_constructor_and_close(name: str, mode: str) -> None:
    class_ = client_class(name, mode)
    signature = inspect.signature(class_.__init__)
    common = (
        "base_url, timeout, max_retries, max_body, strict_responses, allow_http,"
        " follow_redirects,"
        " on_request, on_response, ssl_context, http"
    )
    assert parameter_list(signature) == f"{CONSTRUCTORS[name][0]}, {common}"
    required = [p.name for p in signature.parameters.values() if p.default is p.empty]
    assert required == ["self"]
    names = ("aclose", "__aenter__", "__aexit__") if mode else ()
    for method in names or ("close", "__enter__", "__exit__"):
        assert callable(getattr(class_, method))
    assert hasattr(class_, "close") != hasattr(class_, "aclose")


@each_client
def test_package_exports_its_clients_models_and_errors(name: str) -> None:
    package = import_module(name)
    title = name.title()
    wanted = {title, f"Async{title}", f"{title}Error"}
    wanted |= set(import_module(f"{name}.errors").__all__)
    wanted |= {
        word
        for word, value in vars(import_module(f"{name}.models")).items()
        if inspect.isclass(value) and value.__module__ == f"{name}.models"
    }
    assert wanted <= set(package.__all__)
    assert package.__all__ == sorted(set(package.__all__))
    for word in package.__all__:
        assert hasattr(package, word)


# Models


def properties(document: Document, schema: Any) -> set[str]:
    """Return the property names of a schema, including those of `allOf` and `$ref`."""
    if reference := schema.get("$ref"):
        prefix = "#/components/schemas/"
        assert reference.startswith(prefix)
        name = reference.removeprefix(prefix)
        return properties(document, document.data["components"]["schemas"][name])
    found = set(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        found |= properties(document, part)
    return found


@each_client
def test_model_has_the_properties_of_its_schema(name: str) -> None:
    document = read(ROOT / "specs" / f"{name}.yaml")
    models = {
        word: model
        for word, model in vars(import_module(f"{name}.models")).items()
        if inspect.isclass(model)
        and issubclass(model, msgspec.Struct)
        and model.__module__ == f"{name}.models"
    }
    assert len(models) > 5
    for word, model in models.items():
        schema = document.data["components"]["schemas"][word]
        fields = {field.encode_name for field in msgspec.structs.fields(model)}
        is_closed = schema.get("additionalProperties") is False
        assert (ADDITIONAL in fields) is not is_closed, word
        assert fields - {ADDITIONAL} == properties(document, schema), word


# Importing

PROBE = """
import collections.abc, importlib, json, os, pkgutil, sys
import httpx2, msgspec

folder, name = sys.argv[1:]
seen = []

class Environment(collections.abc.Mapping):
    def __getitem__(self, key):
        seen.append(f"environment {key}")
        raise KeyError(key)
    def __iter__(self):
        seen.append("environment")
        return iter(())
    def __len__(self):
        return 0

def watch(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.system", "os.fork", "os.exec")):
        seen.append(event)

sys.modules["trio"] = None  # httpcore2 imports it where it is installed
before = set(sys.modules)
os.environ = Environment()
sys.addaudithook(watch)
sys.path.insert(0, folder)
package = importlib.import_module(name)
for module in pkgutil.walk_packages(package.__path__, f"{name}."):
    importlib.import_module(module.name)
new = {module.partition(".")[0] for module in set(sys.modules) - before}
json.dump([seen, sorted(new - sys.stdlib_module_names), sorted(sys.modules)], sys.stdout)
"""


def import_effects(folder: Path, name: str) -> tuple[list[str], list[str], set[str]]:
    """Import a package in a new process.

    Returns:
        Side effects of the import, the third-party packages that it loads, and all loaded
        modules.
    """
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROBE, str(folder), name],
        capture_output=True,
        text=True,
        check=True,
    )
    seen, packages, modules = json.loads(done.stdout)
    return seen, packages, set(modules)


HTTPX2_DEPENDENCIES = ("anyio", "h11", "httpcore2", "idna", "sniffio", "truststore")
"""Dependencies of httpx2."""


@each_client
def test_importing_has_no_effect_and_needs_two_dependencies(name: str) -> None:
    seen, packages, modules = import_effects(GENERATED, name)
    assert seen == []
    assert set(packages) <= {name, *HTTPX2_DEPENDENCIES}
    assert not modules & {"clientcast", "black", "jinja2", "yaml", "click", "rich"}
    assert f"{name}._runtime.client.async_base" in modules


CONSTRUCTIONS = {
    "clerk": "Clerk(secret_key='key')",
    "okta": "Okta(domain='acme.okta.com', api_token='token')",
    "pangea": "Pangea(token='token')",
}
CONSTRUCTION_PROBE = """
import sys, {name}
{name}.{prefix}{construction}
print(*sys.modules)
"""


def construct_in_process(
    name: str, prefix: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Construct a client in a new process, and print the modules that it loads."""
    program = CONSTRUCTION_PROBE.format(
        name=name, prefix=prefix, construction=CONSTRUCTIONS[name]
    )
    return subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(GENERATED), **environment},
        capture_output=True,
        text=True,
    )


@each_client
@pytest.mark.parametrize("prefix", ["", "Async"])
def test_construction_loads_no_connections(name: str, prefix: str) -> None:
    done = construct_in_process(name, prefix)
    modules = set(done.stdout.split())
    assert f"{name}._runtime.client.transport" in modules, done.stderr
    assert not modules & {
        "httpcore2",
        "trio",
        f"{name}._runtime.wire.pool",
        f"{name}._runtime.wire.async_pool",
        f"{name}._runtime.fast",
    }


def test_missing_file_of_authorities_is_an_error_of_the_constructor() -> None:
    done = construct_in_process("okta", SSL_CERT_FILE="/missing/authorities.pem")
    assert "FileNotFoundError" in done.stderr


def test_import_probe_detects_side_effects(tmp_path: Path) -> None:
    package = tmp_path / "nosy"
    package.mkdir()
    (package / "__init__.py").write_text("import os\nos.environ.get('HOME')\n")
    (package / "other.py").write_text(
        "import socket, os, yaml\nsocket.socket().close()\nos.getenv('PATH')\n"
    )
    seen, packages, modules = import_effects(tmp_path, "nosy")
    assert seen == ["environment HOME", "socket.__new__", "environment PATH"]
    assert {"nosy", "yaml"} <= set(packages)
    assert "nosy.other" in modules
