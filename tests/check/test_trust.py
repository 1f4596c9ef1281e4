"""Tests of trust: credentials for other hosts, and environment variables of other names."""

import asyncio
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from click.testing import CliRunner
from clientcast.cli import main
from clientcast.trust import Trust, environment_prefixes, is_secure, origin_of

from tests.support.casting import Server, import_client

EVIL = "https://evil.example"
NO_CONTENT = {"responses": {"204": {"description": "Done."}}}


def operation(name: str, *urls: str, **more: object) -> dict[str, object]:
    servers = {"servers": [{"url": url} for url in urls]} if urls else {}
    return {
        "get": {"operationId": name, "tags": ["x"], **servers, **NO_CONTENT, **more}
    }


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Trust", "version": "1"},
    "servers": [{"url": "https://api.example/v1"}, {"url": "https://second.example"}],
    "security": [{"key": []}],
    "paths": {
        "/usual": operation("usual"),
        "/evil": operation("evil", f"{EVIL}/steal"),
        "/bare": operation("bare", EVIL, security=[]),
        "/either": operation("either", EVIL, security=[{"key": []}, {}]),
        "/port": operation("port", "https://api.example:8443"),
        "/suffix": operation("suffix", "https://api.example.evil.example"),
        "/relative": operation("relative", "//evil.example"),
        "/clear": operation("clear", "http://api.example"),
        "/user": operation("user", "https://{u}"),
        "/same": operation("same", "https://API.example.:443/v2"),
        "/second": operation("second", "https://second.example/v2"),
        "/path": {"servers": [{"url": EVIL}], **operation("path")},
    },
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    },
}
DOCUMENT["paths"]["/user"]["get"]["servers"][0]["variables"] = {
    "u": {"default": "api.example@evil.example"}
}


def document(folder: Path, data: object = DOCUMENT, name: str = "trust") -> Path:
    path = folder / f"{name}.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    folder = tmp_path_factory.mktemp("trust")
    return import_client(document(folder), folder)


def call(
    package: ModuleType, method: str, *, headers: object = None, **options: Any
) -> Server:
    """Call a method in both modes; return the server that got the requests, if any did."""
    server = Server(204)

    async def in_async() -> None:
        async with package.AsyncTrust(http=server.asynchronous, **options) as client:
            client = client.with_options(headers=headers)
            await getattr(client.x, method)()

    errors: list[str] = []
    try:
        asyncio.run(in_async())
    except ValueError as error:
        errors.append(str(error))
    try:
        with package.Trust(http=server.sync, **options) as client:
            getattr(client.with_options(headers=headers).x, method)()
    except ValueError as error:
        assert [str(error)] == errors
        assert not server.requests
        raise
    assert not errors
    return server


@pytest.mark.parametrize(
    "method", ["evil", "either", "port", "suffix", "relative", "path"]
)
def test_secured_call_to_another_host_raises_before_anything_is_sent(
    package: ModuleType, method: str
) -> None:
    with pytest.raises(
        ValueError, match=r"not the server of the API.*trusted_servers=\('https://"
    ):
        call(package, method, key="secret")


@pytest.mark.parametrize("method", ["clear", "user"])
def test_server_without_tls_or_with_a_user_is_never_called(
    package: ModuleType, method: str
) -> None:
    for trusted in ((), (EVIL,)):
        with pytest.raises(ValueError):
            call(package, method, key="secret", trusted_servers=trusted)


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("usual", "https://api.example/v1/usual"),
        ("same", "https://api.example./v2/same"),
        ("second", "https://second.example/v2/second"),
    ],
)
def test_servers_of_the_document_get_credentials(
    package: ModuleType, method: str, url: str
) -> None:
    server = call(package, method, key="secret")
    assert str(server.last.url) == url
    assert server.last.headers["X-Key"] == "secret"


@pytest.mark.parametrize("trusted", [EVIL, "https://EVIL.example.:443/"])
def test_trusted_server_gets_credentials(package: ModuleType, trusted: str) -> None:
    server = call(package, "evil", key="secret", trusted_servers=(trusted,))
    assert str(server.last.url) == f"{EVIL}/steal/evil"
    assert server.last.headers["X-Key"] == "secret"


@pytest.mark.parametrize(
    "trusted",
    ["http://evil.example", "https://evil.example:444", "https://api.example"],
)
def test_other_origin_is_not_trusted_instead(package: ModuleType, trusted: str) -> None:
    with pytest.raises(ValueError):
        call(package, "evil", key="secret", trusted_servers=(trusted,))


@pytest.mark.parametrize(
    "trusted",
    [
        "evil.example",
        "https://evil.example/v1",
        "https://a@evil.example",
        "h",
        "https://[",
    ],
)
def test_trusted_server_that_is_not_an_origin_is_refused(
    package: ModuleType, trusted: str
) -> None:
    with pytest.raises(ValueError):
        package.Trust(key="secret", trusted_servers=(trusted,))


def test_call_to_another_host_sends_no_credentials(
    package: ModuleType,
) -> None:
    server = call(package, "bare", key="secret")
    assert server.last.url.host == "evil.example"
    assert "secret" not in str(server.last.headers.raw)


def test_caller_headers_are_not_sent_to_another_host(package: ModuleType) -> None:
    headers = {"X-Tenant": "secret"}
    with pytest.raises(ValueError, match="the extra_headers or extra_query of"):
        call(package, "bare", key="secret", headers=headers)
    server = call(
        package, "bare", key="secret", headers=headers, trusted_servers=(EVIL,)
    )
    assert server.last.headers["X-Tenant"] == "secret"


def test_base_url_argument_replaces_every_server(
    package: ModuleType,
) -> None:
    server = call(package, "evil", key="secret", base_url="https://mine.example")
    assert str(server.last.url) == "https://mine.example/evil"


def test_configured_server_is_the_default_of_the_argument(tmp_path: Path) -> None:
    trusted = import_client(
        document(tmp_path, name="configured"), tmp_path, Trust(servers=(f"{EVIL}/",))
    )
    assert call(trusted, "evil", key="k").last.headers["X-Key"] == "k"
    with pytest.raises(ValueError):
        call(trusted, "evil", key="k", trusted_servers=())
    with pytest.raises(ValueError):
        call(trusted, "port", key="k")


def test_client_without_other_hosts_has_no_argument_for_them(tmp_path: Path) -> None:
    data = {**DOCUMENT, "paths": {"/usual": operation("usual")}}
    plain = import_client(document(tmp_path, data, "plain"), tmp_path)
    with pytest.raises(TypeError):
        plain.Trust(key="k", trusted_servers=(EVIL,))


def test_reference_shows_the_host_that_is_called(tmp_path: Path) -> None:
    import_client(document(tmp_path, name="shown"), tmp_path)
    readme = (tmp_path / "cast_shown" / "README.md").read_text(encoding="utf-8")
    assert f"GET {EVIL}/steal/evil\n" in readme
    assert "GET https://api.example/v1/usual\n" in readme
    assert "api.example/v1/evil" not in readme


ENVIRONMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Envy", "version": "1"},
    "servers": [
        {
            "url": "https://{x}.example",
            "variables": {"x": {"default": "a", "x-client": {"env": ["AWS_KEY_ID"]}}},
        }
    ],
    "security": [{"key": []}],
    "paths": {"/x": operation("x")},
    "components": {
        "securitySchemes": {
            "key": {
                "type": "http",
                "scheme": "bearer",
                "x-client": {"env": ["AWS_SECRET", "ENVY_TOKEN"]},
            }
        }
    },
}


def test_foreign_environment_variables_are_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_KEY_ID", "leaked")
    monkeypatch.setenv("AWS_SECRET", "leaked")
    spec = document(tmp_path, ENVIRONMENT, "envy")
    envy, server = import_client(spec, tmp_path), Server(204)
    with pytest.raises(ValueError):
        envy.Envy(http=server.sync)
    monkeypatch.setenv("ENVY_TOKEN", "own")
    envy.Envy(http=server.sync).x.get()
    assert server.last.url.host == "a.example"
    assert server.last.headers["Authorization"] == "Bearer own"


def test_configured_environment_variables_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_KEY_ID", "eu")
    monkeypatch.setenv("AWS_SECRET", "allowed")
    monkeypatch.delenv("ENVY_TOKEN", raising=False)
    spec = document(tmp_path, ENVIRONMENT, "allowed")
    trust = Trust(environment=("AWS_KEY_ID", "AWS_SECRET"))
    envy, server = import_client(spec, tmp_path, trust), Server(204)
    envy.Envy(http=server.sync).x.get()
    assert server.last.url.host == "eu.example"
    assert server.last.headers["Authorization"] == "Bearer allowed"


def run(*arguments: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == status, result.output
    return result.output


def test_settings_and_options_allow_hosts_and_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = {**ENVIRONMENT, "servers": DOCUMENT["servers"]}
    document(tmp_path, {**data, "paths": {"/x": operation("x", EVIL)}}, "pets")
    settings = '[tool.clientcast]\nspecs = ["pets.json"]\noutput = "made"\n'
    Path("pyproject.toml").write_text(settings, encoding="utf-8")
    printed = run("generate")
    assert "untrusted-server" in printed and "foreign-environment" in printed
    options = ("--trusted-server", EVIL, "--environment", "AWS_SECRET")
    assert "warning" not in run("generate", *options)
    api = Path("made/pets/_api.py").read_text(encoding="utf-8")
    client = Path("made/pets/client.py").read_text(encoding="utf-8")
    assert "AWS_SECRET" in api
    assert f'trusted_servers: tuple[str, ...] = ("{EVIL}",)' in client
    more = f'trusted_servers = {{pets = ["{EVIL}"]}}\nenvironment = {{pets = ["AWS_SECRET"]}}\n'
    Path("pyproject.toml").write_text(settings + more, encoding="utf-8")
    assert run("check").endswith("no problems\nexit 0\n")


def test_undeclared_scheme_is_an_error_unless_lenient(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    security = {"security": [{"kee": []}]}
    document(tmp_path, {**DOCUMENT, **security}, "pets")
    settings = '[tool.clientcast]\nspecs = ["pets.json"]\noutput = "made"\n'
    Path("pyproject.toml").write_text(settings, encoding="utf-8")
    for command in ("check", "generate"):
        printed = run(command, status=1)
        assert "unknown-security-scheme there is no 'kee' in" in printed
        assert "did you mean 'key'? (with --lenient, calls are sent" in printed
    assert not Path("made").exists()
    accepted = "securitySchemes: calls are sent without its credential (warning)"
    assert accepted in run("generate", "--lenient")
    Path("pyproject.toml").write_text(
        settings + 'lenient = ["pets"]\n', encoding="utf-8"
    )
    assert accepted in run("check")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("lenient = true", "'lenient' of [tool.clientcast] lists specs: lenient = ["),
        ("lenient = ['cats']", "'lenient' has an unknown spec 'cats'"),
        (
            "trusted_servers = ['x']",
            "lists origins by spec: trusted_servers = {billing =",
        ),
        ("environment = 'x'", "lists variables by spec: environment = {billing ="),
        ("environment = {cats = ['X']}", "'environment' has an unknown spec 'cats'"),
        ("trusted_servers = {pets = ['x']}", "'x' must be https:// and a host"),
        (
            "trusted_servers = {pets = ['https://evil.example/v1']}",
            "'https://evil.example/v1' must be https:// and a host",
        ),
        (
            "trusted_servers = {pets = ['http://evil.example']}",
            "'http://evil.example' must be https:// and a host",
        ),
    ],
)
def test_invalid_trust_settings_are_refused(
    setting: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    document(tmp_path, name="pets")
    settings = '[tool.clientcast]\nspecs = ["pets.json"]\noutput = "made"\n'
    Path("pyproject.toml").write_text(settings + setting, encoding="utf-8")
    assert message in run("check", status=2)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://API.Example.com:443/v1?q#f", "https://api.example.com"),
        ("https://api.example.com.", "https://api.example.com"),
        ("http://[::1]:80/x", "http://[::1]"),
        ("https://[::1]:8443", "https://[::1]:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://BÜCHER.example", "https://xn--bcher-kva.example"),
        ("https://faß.example", "https://xn--fa-hia.example"),
        ("https://api.example@evil.example", ""),
        ("https://api.example\\@evil.example", ""),
        ("https://api%2eexample", ""),
        ("https://api.example:99999", ""),
        ("https://api.example\n", ""),
        ("https://[::1", ""),
        ("//api.example", ""),
        ("ftp://api.example", ""),
        ("https://", ""),
    ],
)
def test_origins_are_compared_in_normal_form(
    url: str, origin: str, package: ModuleType
) -> None:
    assert origin_of(url) == origin
    if origin:
        assert package._runtime.wire.server.origin_of(url) == origin


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("https://evil.example", True),
        ("http://localhost:8000", True),
        ("http://[::1]", True),
        ("http://localhost.evil.example", False),
        ("http://evil.example", False),
    ],
)
def test_only_tls_and_loopback_are_secure(origin: str, expected: bool) -> None:
    assert is_secure(origin) is expected


@pytest.mark.parametrize(
    ("client", "prefixes"),
    [
        ("Okta", ("OKTA_",)),
        ("GitHub", ("GIT_HUB_", "GITHUB_")),
        ("gift-shop API", ("GIFT_SHOP_API_",)),
        ("Über", ("UBER_",)),
        ("中文", ("API_",)),
        ("", ("API_",)),
        ("_", ("API_",)),
    ],
)
def test_environment_prefix_is_the_client_name(
    client: str, prefixes: tuple[str, ...]
) -> None:
    assert environment_prefixes(client) == prefixes
