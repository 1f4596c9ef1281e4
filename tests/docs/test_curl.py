"""The curl command of each operation: accepted by Prism, and safe with hostile texts."""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator

import pytest
from clientcast.docs.curl import curl_command
from clientcast.docs.reference import Argument, Credential, Operation, Requirement
from msgspec.structs import replace

from tests.docs.rendered import NAMES, reference

HOSTILE = "a'b\"c$(touch pwned)`touch pwned`\\d\ne {f} é"


def operations() -> Iterator[object]:
    for name in NAMES:
        for operation in reference(name).operations:
            yield pytest.param(name, operation, id=f"{name}.{operation.name}")


def credentials(name: str) -> dict[str, Credential]:
    return {c.argument: c for c in reference(name).client.credentials}


@pytest.mark.parametrize(("name", "operation"), list(operations()))
def test_command_is_accepted_by_the_mock_server(
    name: str, operation: Operation, prism: Callable[[str], str]
) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    known = credentials(name)
    command = curl_command(operation, prism(name), known)
    secrets = {v: "secret" for c in known.values() for v in c.environment}
    output = subprocess.check_output(
        ["sh", "-c", f"{command} --silent --include"],
        env={**os.environ, **secrets, "NO_PROXY": "*"},
        text=True,
    )
    head, _, _ = output.partition("\n\n")
    assert head.startswith(("HTTP/1.1 200", "HTTP/1.1 204")), output
    assert "sl-violations" not in head.lower()


@pytest.mark.parametrize("name", NAMES)
def test_credential_and_server_are_shell_variables(name: str) -> None:
    server = reference(name).client.server
    operation = next(o for o in reference(name).operations if any(o.credentials))
    command = curl_command(operation, server, credentials(name))
    assert "{domain}" not in command
    assert ('"${DOMAIN}"' in command) == ("{domain}" in server)
    first = credentials(name)[operation.credentials[0][0].argument]
    assert f"'{first.name}: {first.prefix}'\"${{{first.environment[0]}}}\"" in command


def argument(name: str, place: str, example: object, type: str = "str") -> Argument:
    return Argument(name, type, True, False, "", "", name, place, example=example)


def hostile_operation(media_type: str) -> Operation:
    return replace(
        reference("clerk").operations[0],
        http_method=HOSTILE,
        path="/orders/{id}",
        content_type=media_type,
        credentials=((Requirement("token", "token", ()),),),
        arguments=(
            argument("id", "path", HOSTILE),
            argument(HOSTILE, "query", [HOSTILE, HOSTILE]),
            argument("X-Note", "header", HOSTILE),
            argument("note", "body", {"text": HOSTILE}),
        ),
    )


@pytest.mark.parametrize("location", ["header", "query", "cookie"])
@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
    ],
)
def test_hostile_texts_are_quoted(
    media_type: str, location: str, tmp_path: "os.PathLike[str]"
) -> None:
    credential = Credential("token", location, HOSTILE, HOSTILE, ("PATH; touch pwned",))
    operation = hostile_operation(media_type)
    command = curl_command(
        operation, "https://{region}.shop.example", {"token": credential}
    )
    script = (
        f"curl() {{ printf '%s\\0' \"$@\"; }}\nREGION=eu CREDENTIAL=secret\n{command}\n"
    )
    output = subprocess.check_output(["sh", "-c", script], cwd=tmp_path, text=True)
    assert os.listdir(tmp_path) == []
    url, *options = output.split("\0")
    assert url.startswith(
        "https://eu.shop.example/orders/a%27b%22c%24%28touch%20pwned%29"
    )
    assert options[:2] == ["--request", HOSTILE]
    assert any(part.endswith("secret") for part in (url, *options))
    headers = [b for a, b in zip(options, options[1:], strict=False) if a == "--header"]
    assert not any("\n" in header for header in headers[1:])


def test_values_without_an_example_are_placeholders_of_their_type() -> None:
    operation = replace(
        hostile_operation("application/json"),
        http_method="POST",
        credentials=(),
        arguments=(
            argument("id", "path", None),
            argument("count", "body", None, "int"),
            argument("names", "body", None, "Sequence[str]"),
            replace(argument("note", "body", None), required=False),
        ),
    )
    command = curl_command(operation, "https://shop.example", {})
    assert shlex.split(command.replace("\\\n", "")) == [
        "curl",
        "https://shop.example/orders/...",
        "--request",
        "POST",
        "--header",
        "Content-Type: application/json",
        "--data",
        '{"count": 1, "names": []}',
    ]
