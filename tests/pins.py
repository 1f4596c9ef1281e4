"""Exact versions of all distributions in the development environment.

`python -m tests.pins` prints the distributions that `pyproject.toml` does not pin, and
`--write` pins them: all that uv resolves for any supported Python and system, and the
build requirements. Existing pins are kept; `--upgrade` takes the newest versions.

The pins do not apply to users of clientcast, who get the ranges of [project].
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.project import ROOT

CONSTRAINTS = "constraint-dependencies"
BUILD_CONSTRAINTS = "build-constraint-dependencies"

_EDITABLE = "editables"
"""Distribution that hatchling needs for an editable install; its metadata omits it."""

_QUIET_OPTIONS = ["--quiet", "--no-header", "--no-annotate"]


class ResolveError(Exception):
    """Dependencies that uv cannot resolve; the text is its message."""


def read_pins(pyproject: str, key: str = CONSTRAINTS) -> list[str]:
    """Return the pins in a `pyproject.toml`: `attrs==26.1.0`."""
    pins: list[str] = tomllib.loads(pyproject)["tool"]["uv"].get(key, [])
    return pins


def replace_pins(pyproject: str, key: str, pins: Sequence[str]) -> str:
    """Return the text of a `pyproject.toml` with other pins."""
    lines = "".join(f"    {toml_string(pin)},\n" for pin in pins)
    text, found = re.subn(
        rf"^{key} = \[\n.*?^\]$",
        lambda _: f"{key} = [\n{lines}]",
        pyproject,
        flags=re.MULTILINE | re.DOTALL,
    )
    if found != 1:
        raise ValueError(f"pyproject.toml needs one list '{key}' over several lines")
    return text


def toml_string(pin: str) -> str:
    """Return a pin as a TOML string."""
    return f'"{pin}"' if '"' not in pin else f"'{pin}'"


def remove_pins(pyproject: str) -> str:
    """Return the text of a `pyproject.toml` without pins."""
    return replace_pins(replace_pins(pyproject, CONSTRAINTS, ()), BUILD_CONSTRAINTS, ())


def resolve_pins(pyproject: str) -> list[str]:
    """Resolve the development environment for all supported Pythons and systems."""
    with TemporaryDirectory(prefix="pins-") as name:
        folder = Path(name)
        # The version is in a module, which is not here and has no effect.
        text = pyproject.replace('dynamic = ["version"]', 'version = "0"')
        (folder / "pyproject.toml").write_text(text, encoding="utf-8")
        everything = ["--all-extras", "--all-groups", "--no-emit-project"]
        return _parse_pins(
            uv(folder, "export", *_QUIET_OPTIONS, "--no-hashes", *everything)
        )


def resolve_build_pins(pyproject: str) -> list[str]:
    """Resolve the build requirements of the package."""
    content = tomllib.loads(pyproject)
    oldest = content["project"]["requires-python"].removeprefix(">=")
    wanted = "\n".join([*content["build-system"]["requires"], _EDITABLE])
    with TemporaryDirectory(prefix="pins-") as name:
        folder = Path(name)
        (folder / "wanted.txt").write_text(wanted, encoding="utf-8")
        pins = "\n".join(read_pins(pyproject, BUILD_CONSTRAINTS))
        (folder / "pins.txt").write_text(pins, encoding="utf-8")
        target = ["--universal", "--python-version", oldest, "-c", "pins.txt"]
        compiled = uv(folder, "pip", "compile", *_QUIET_OPTIONS, *target, "wanted.txt")
    return _parse_pins(compiled)


def uv(folder: Path, *arguments: str) -> str:
    """Run uv in a folder and return its output.

    Raises:
        ResolveError: If uv fails or is not installed.
    """
    command = [uv_program(), *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ResolveError(done.stderr.strip())
    return done.stdout


def uv_program() -> str:
    """Return the path of uv.

    Raises:
        ResolveError: If uv is not installed.
    """
    beside = str(Path(sys.executable).parent)
    program = (
        os.environ.get("UV") or shutil.which("uv", path=beside) or shutil.which("uv")
    )
    if program is None:
        raise ResolveError("uv is not installed: pip install uv")
    return program


def _parse_pins(text: str) -> list[str]:
    """Return the requirements in a text; a marker stays if it chooses between versions."""
    found = [Requirement(line) for line in text.splitlines() if line]
    count = Counter(canonicalize_name(requirement.name) for requirement in found)
    for requirement in found:
        if count[canonicalize_name(requirement.name)] == 1:
            requirement.marker = None
    return sorted(map(str, found))


def diff_pins(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Return a line for each distribution whose pins differ."""
    old, new = _versions_by_name(before), _versions_by_name(after)
    return [
        f"{name}: {', '.join(old.get(name, ['none']))}"
        f" -> {', '.join(new.get(name, ['none']))}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]


def _versions_by_name(pins: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pin in map(Requirement, pins):
        marker = f" ({pin.marker})" if pin.marker else ""
        version = str(pin.specifier).removeprefix("==")
        found.setdefault(canonicalize_name(pin.name), []).append(version + marker)
    return found


def main() -> int:
    """Print the distributions whose pin differs from the resolved version, or pin them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--write", action="store_true", help="write pyproject.toml")
    parser.add_argument("--upgrade", action="store_true", help="resolve the newest")
    options = parser.parse_args()
    file = ROOT / "pyproject.toml"
    text = file.read_text(encoding="utf-8")
    start = remove_pins(text) if options.upgrade else text
    try:
        found = {
            CONSTRAINTS: resolve_pins(start),
            BUILD_CONSTRAINTS: resolve_build_pins(start),
        }
    except ResolveError as error:
        print(error, file=sys.stderr)
        return 1
    differ = [
        line
        for key, pins in found.items()
        for line in diff_pins(read_pins(text, key), pins)
    ]
    print("\n".join(differ) or "every dependency has an exact version")
    if options.write:
        for key, pins in found.items():
            text = replace_pins(text, key, pins)
        file.write_text(text, encoding="utf-8")
    return 1 if differ and not options.write else 0


if __name__ == "__main__":
    sys.exit(main())
