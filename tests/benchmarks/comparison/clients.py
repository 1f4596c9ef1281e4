"""The clients that are compared: four families, each for three vendors."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.bench import Bench
from tests.benchmarks.costs import Cost, run_process
from tests.support.project import GENERATED, ROOT

PROGRAMS = Path(__file__).with_name("programs")
VENDORS = ("okta", "clerk", "pangea")

OURS = "clientcast"
OPENAPI_PYTHON_CLIENT = "openapi-python-client"
OPENAPI_GENERATOR = "openapi-generator"
SDK = "vendor's SDK"
GENERATORS = (OURS, OPENAPI_PYTHON_CLIENT, OPENAPI_GENERATOR)
FAMILIES = (*GENERATORS, SDK)

SDK_PEERS = {
    "okta": "okta",
    "clerk": "clerk-backend-api",
    "pangea": "pangea-sdk",
}
RUNTIMES = {family: f"runtime-of-{family}" for family in GENERATORS}
"""The environment in which the packages of each generator run."""
_COMMANDS: Mapping[str, Sequence[str]] = {
    OPENAPI_PYTHON_CLIENT: [
        *("generate", "--path", "SPEC", "--output-path", "OUT/NAME", "--meta", "none")
    ],
    OPENAPI_GENERATOR: [
        *("generate", "-g", "python", "-i", "SPEC", "-o", "OUT", "--package-name"),
        "NAME",
    ],
}
_CONSTRUCTIONS = {
    OURS: "import {v}; {v}.{c}({keyword}='x').close()",
    OPENAPI_PYTHON_CLIENT: (
        "from {v}_client import AuthenticatedClient\n"
        "from {v}_client.api.{module}\n"
        "AuthenticatedClient(base_url='https://a.example', token='x')"
        ".get_httpx_client().close()"
    ),
    OPENAPI_GENERATOR: (
        "from {v}_client import ApiClient, Configuration, {api}\n"
        "{api}(ApiClient(Configuration(host='https://a.example', access_token='x')))"
    ),
}
_KEYWORDS = {
    "okta": "domain='a.okta.com', api_token",
    "clerk": "secret_key",
    "pangea": "token",
}
_MODULES = {
    "okta": "sessions import get_session",
    "clerk": "sessions import get_session",
    "pangea": "session import authn_post_v2_session_list",
}
_SDK_CONSTRUCTIONS = {
    "okta": (
        "from okta.client import Client\n"
        "Client({'orgUrl': 'https://a.okta.com', 'token': 'x'})"
    ),
    "clerk": "from clerk_backend_api import Clerk; Clerk(bearer_auth='x').sessions",
    "pangea": "from pangea.services import AuthN; AuthN('x')",
}


@dataclass(frozen=True, slots=True)
class Client:
    """A client of a vendor.

    Attributes:
        family: The generator, or `SDK`.
        python: The Python of an environment that has what the client needs.
        probe: The program that calls it.
        folder: The folder that has its package; None if the package is installed.
        construction: A program that imports and constructs it.
    """

    family: str
    vendor: str
    python: Path
    probe: Path
    folder: Path | None
    construction: str

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables of a process that runs the client."""
        variables = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": ""}
        variables["OKTA_TESTING_TESTINGDISABLEHTTPSCHECK"] = "true"
        if self.folder is not None:
            variables["PYTHONPATH"] = str(self.folder)
        return variables

    def package(self) -> Path | None:
        """Return the folder of the package; None if it is installed."""
        if self.folder is None:
            return None
        name = self.vendor if self.family == OURS else f"{self.vendor}_client"
        return self.folder / name


def list_clients(bench: Bench) -> Iterator[Client]:
    """Yield all clients; those of generators are generated."""
    for family in GENERATORS:
        folder = bench.folder / "packages" / family
        python = bench.environments.python(RUNTIMES[family])
        for vendor in VENDORS:
            if family == OURS:
                shutil.copytree(GENERATED / vendor, folder / vendor)
            else:
                spec = ROOT / "specs" / f"{vendor}.yaml"
                generate(bench, family, spec, folder, f"{vendor}_client")
            probe = PROGRAMS / f"probe_{family.replace('-', '_')}.py"
            construction = _construction(family, vendor, folder)
            yield Client(family, vendor, python, probe, folder, construction)
    for vendor, peer in SDK_PEERS.items():
        probe = PROGRAMS / f"probe_{vendor}_sdk.py"
        python = bench.environments.python(peer)
        yield Client(SDK, vendor, python, probe, None, _SDK_CONSTRUCTIONS[vendor])


def generate(bench: Bench, family: str, source: Path, folder: Path, name: str) -> Cost:
    """Generate a package by the program of another generator, and return the cost.

    Args:
        bench: The benchmark, which has the program.
        family: The generator.
        source: The document.
        folder: The folder in which the package is written.
        name: The name of the package.
    """
    folder.mkdir(parents=True, exist_ok=True)
    values = {"SPEC": str(source), "OUT/NAME": str(folder / name), "OUT": str(folder)}
    values["NAME"] = name
    command = [values.get(part, part) for part in _COMMANDS[family]]
    return run_process([bench.environments.program(family), *command], folder)


def _construction(family: str, vendor: str, folder: Path) -> str:
    api = "SessionsApi"
    if family == OPENAPI_GENERATOR and vendor == "pangea":
        names = (folder / f"{vendor}_client" / "api").glob("*_api.py")
        api = "".join(map(str.capitalize, min(names).stem.split("_")))
    return _CONSTRUCTIONS[family].format(
        v=vendor,
        c=vendor.capitalize(),
        keyword=_KEYWORDS[vendor],
        module=_MODULES[vendor],
        api=api,
    )
