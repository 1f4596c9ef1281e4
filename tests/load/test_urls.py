"""Documents that are fetched, from a real server by TLS on loopback."""

import gzip
import ipaddress
import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from clientcast.cli import main
from clientcast.load import url as fetching
from clientcast.load.addresses import is_public

from tests.load.servers import PUBLIC, StoredResponse, Resolver, Server
from tests.load.servers import replace_resolver, run_server
from tests.production.proxy import run_proxy

NAME = "api.example.test"
DOCUMENT = b"""\
openapi: 3.1.0
info: {title: Pets, version: '1'}
paths:
  /pets:
    get:
      operationId: listPets
      responses: {'204': {description: Nothing.}}
"""


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Run a server whose authority is trusted, and change to an empty folder."""
    with run_server(tmp_path, NAME, "127.0.0.1") as server:
        server.responses["/api.yaml"] = StoredResponse(DOCUMENT)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        monkeypatch.setenv("NO_PROXY", "*")
        (tmp_path / "work").mkdir()
        monkeypatch.chdir(tmp_path / "work")
        yield server


@pytest.fixture
def resolver(monkeypatch: pytest.MonkeyPatch) -> Resolver:
    resolver = replace_resolver(monkeypatch)
    resolver.addresses[NAME] = [PUBLIC]
    return resolver


def run(*arguments: str, status: int = 0) -> Result:
    result = CliRunner().invoke(main, arguments, prog_name="clientcast")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.exit_code == status, result.output
    return result


def generate(url: str, *options: str, status: int = 0) -> str:
    return run(
        "generate", "--spec", url, "--output", "pets", *options, status=status
    ).stdout


def test_url_and_digest_are_recorded_and_locked(
    server: Server, resolver: Resolver
) -> None:
    url = server.url("/api.yaml?token=s3cret", NAME)
    server.responses["/api.yaml?token=s3cret"] = StoredResponse(DOCUMENT)
    assert "1 operation, " in generate(url)
    assert resolver.connected == [PUBLIC]
    assert server.hosts == [f"{NAME}:{server.port}"]
    manifest = Path("pets/clientcast.json").read_text()
    spec = json.loads(manifest)["spec"]
    recorded = {
        "spec": server.url("/api.yaml?token=...", NAME),
        "sha256": spec["sha256"],
    }
    assert spec["source"] == recorded
    assert "unchanged in pets" in generate(url, "--locked")

    commented = b"# Only a comment is new.\n" + DOCUMENT
    server.responses["/api.yaml?token=s3cret"] = StoredResponse(commented)
    assert "unchanged in pets" in generate(url, "--locked")

    changed = DOCUMENT.replace(b"listPets", b"allPets")
    server.responses["/api.yaml?token=s3cret"] = StoredResponse(changed)
    refused = generate(url, "--locked", status=1)
    assert "1:1: locked-document the document has changed: its digest is" in refused
    assert "s3cret" not in refused
    assert Path("pets/clientcast.json").read_text() == manifest
    assert "stale" in run("check", "--spec", url, "--output", "pets", status=1).stdout
    assert "files changed in pets" in generate(url)


def test_locked_without_a_record_is_refused(server: Server, resolver: Resolver) -> None:
    url = server.url("/api.yaml", NAME)
    options = ("--spec", url, "--output", "pets", "--locked")
    assert (
        "generate it once without --locked"
        in run("generate", *options, status=2).stderr
    )
    assert not Path("pets").exists()


def test_url_of_a_project_is_fetched(server: Server, resolver: Resolver) -> None:
    url = server.url("/api.yaml", NAME)
    table = f'[tool.clientcast.documents.pets]\nspec = "{url}"\n'
    Path("pyproject.toml").write_text(f'[tool.clientcast]\noutput = "."\n\n{table}')
    assert "files changed in ./pets" in run("generate").stdout
    assert run("check", "--locked").stdout == "pets: 1 operation, no problems\nexit 0\n"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:192.168.0.1",
        "::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "2002:0a00:0001::",
        "fe80::1",
        "fc00::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_address_of_a_private_network_is_refused(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", [PUBLIC, "2606:4700::1", "64:ff9b::8.8.8.8"])
def test_address_of_the_internet_is_allowed(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_private_host_needs_permission(server: Server) -> None:
    url = server.url("/api.yaml")
    refused = generate(url, status=1)
    assert (
        f"{url}:1:1: private-address the host '127.0.0.1' has an address of" in refused
    )
    assert "give --allow-private, or set allow_private = true" in refused
    assert not server.hosts
    assert "files changed" in generate(url, "--allow-private")


def test_name_of_a_private_address_is_refused(
    server: Server, resolver: Resolver
) -> None:
    resolver.addresses[NAME] = ["::ffff:10.0.0.1"]
    assert "private-address" in generate(server.url("/api.yaml", NAME), status=1)
    assert not resolver.connected


def test_name_that_changes_its_address_is_connected_where_it_was_checked(
    server: Server, resolver: Resolver
) -> None:
    resolver.addresses[NAME] = [PUBLIC, "127.0.0.1"]
    assert "files changed" in generate(server.url("/api.yaml", NAME))
    assert resolver.connected == [PUBLIC]


def test_redirects_are_followed_within_https(
    server: Server, resolver: Resolver
) -> None:
    server.responses["/old"] = StoredResponse(
        status=301, headers={"Location": "/older"}
    )
    server.responses["/older"] = StoredResponse(
        status=302, headers={"Location": "api.yaml"}
    )
    assert "files changed" in generate(server.url("/old", NAME))


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("http://api.example.test/", "refused: http://api.example.test/ is not https"),
        ("file:///etc/passwd", "the redirect is refused: file:///etc/passwd is not"),
        ("https://inner.example.test/", "private-address it is redirected to"),
        ("https://user:pw@api.example.test/", "has a user or a password"),
        ("/loop", "it is redirected more than 5 times"),
        ("", "it is redirected to nowhere"),
    ],
)
def test_redirect_elsewhere_is_refused(
    location: str, message: str, server: Server, resolver: Resolver
) -> None:
    resolver.addresses["inner.example.test"] = ["192.168.1.1"]
    server.responses["/loop"] = StoredResponse(
        status=307, headers={"Location": location}
    )
    refused = generate(server.url("/loop", NAME), status=1)
    assert message in refused
    assert "pw" not in refused.replace("passwd", "")
    assert "nothing was written" in refused


@pytest.mark.parametrize(
    ("response", "message"),
    [
        (StoredResponse(status=404), "fetch-failed the server answers with status 404"),
        (
            StoredResponse(
                b"<html>", headers={"Content-Type": "text/html; charset=utf-8"}
            ),
            "fetch-failed this is a page for people (text/html)",
        ),
        (
            StoredResponse(
                gzip.compress(b" " * (17 << 20)), headers={"Content-Encoding": "gzip"}
            ),
            "limit-size the document is larger than 16 MiB",
        ),
        (StoredResponse(b"\xff\xfe"), "not-utf-8"),
        (StoredResponse(b"openapi: ["), "yaml-syntax"),
        (
            StoredResponse(
                DOCUMENT.replace(b"{description: Nothing.}", b"{$ref: 'a.yaml'}")
            ),
            "remote-reference this reference leads to another file, and the document is no",
        ),
    ],
)
def test_wrong_response_is_one_located_error(
    response: StoredResponse, message: str, server: Server, resolver: Resolver
) -> None:
    server.responses["/wrong"] = response
    url = server.url("/wrong", NAME)
    refused = generate(url, status=1)
    assert refused.startswith(f"{url}:")
    assert message in refused
    assert not Path("pets").exists()


def test_unknown_host_and_certificate_are_reported(
    server: Server, resolver: Resolver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    resolver.addresses["other.example.test"] = [PUBLIC]
    wrong_name = generate(server.url("/api.yaml", "other.example.test"), status=1)
    assert "fetch-failed the connection fails: " in wrong_name
    assert "certificate" in wrong_name
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "certificate" in generate(server.url("/api.yaml", NAME), status=1)
    unknown = generate("https://nowhere.invalid/api.yaml", status=1)
    assert "the host 'nowhere.invalid' is not found" in unknown


@pytest.mark.parametrize("part", ["head", "body"])
def test_slow_server_is_given_up(
    part: str, server: Server, resolver: Resolver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send_slowly(handler: BaseHTTPRequestHandler) -> None:
        first = b"HTTP/1.1 200 OK\r\n"
        handler.wfile.write(first if part == "head" else first + b"\r\n")
        for _ in range(100):
            handler.wfile.write(b"a" if part == "body" else b"x: 1\r\n")
            time.sleep(0.05)

    monkeypatch.setattr(fetching, "SECONDS", 0.5)
    server.responses["/slow"] = send_slowly
    assert "it takes more than" in generate(server.url("/slow", NAME), status=1)


def test_proxy_of_the_environment_is_used(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run_proxy("user", "pa55") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url("user:pa55"))
        monkeypatch.delenv("NO_PROXY")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("https_proxy", raising=False)
        assert "files changed" in generate(server.url("/api.yaml", NAME))
        assert [r.target for r in proxy.requests] == [f"{NAME}:{server.port}"]
        assert "private-address" in generate(server.url("/api.yaml"), status=1)
        monkeypatch.setenv("HTTPS_PROXY", proxy.url("user:wrong"))
        refused = generate(server.url("/api.yaml", NAME), status=1)
        assert "fetch-failed the transfer fails" in refused
        assert "wrong" not in refused
