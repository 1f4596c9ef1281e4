"""Command line with one fault, to test the runner.

    python -m tests.hostile.faulty DIR

It generates a copy of the Clerk client. The name of the document selects the fault in
`_FAULTS`.
"""

import os
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import click

from tests.hostile.command import main
from tests.hostile.limits import Limits
from tests.hostile.listener import PORT
from tests.support.project import ROOT

_CLERK = ROOT / "generated" / "clerk"


def _raise(_: Path) -> None:
    raise RecursionError("too deep")


def _burn(_: Path) -> None:
    while True:
        pass


def _allocate(_: Path) -> None:
    click.echo(len(bytearray(600 << 20)))


def _write_canary(_: Path) -> None:
    Path("PWNED").touch()


def _write_canary_on_import(package: Path) -> None:
    _append(package / "models.py", "open('PWNED', 'w').close()")


def _write_beside_output(package: Path) -> None:
    (package.parents[1] / "beside.txt").touch()


def _read_outside(_: Path) -> None:
    Path("../../secret.yaml").read_text(encoding="utf-8")


def _copy_secret(package: Path) -> None:
    text = Path("../../secret.yaml").read_text(encoding="utf-8")
    (package / "README.md").write_text(text, encoding="utf-8")


def _connect(_: Path) -> None:
    try:
        socket.create_connection(("127.0.0.1", PORT), 1).close()
    except OSError:
        pass


def _connect_in_child(_: Path) -> None:
    program = f"import socket; socket.create_connection(('127.0.0.1', {PORT}))"
    os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", program])


def _write_and_refuse(_: Path) -> None:
    click.echo("x.yaml:1:1: yaml-syntax this is not YAML")
    raise SystemExit(1)


def _refuse_without_place(package: Path) -> None:
    shutil.rmtree(package)
    click.echo("something is wrong")
    raise SystemExit(1)


def _break_syntax(package: Path) -> None:
    _append(package / "models.py", "def")


def _write_bidi(package: Path) -> None:
    _append(package / "models.py", "# \u202e")


def _write_script(package: Path) -> None:
    (package / "README.md").write_text("<script>x()</script>\n", encoding="utf-8")


def _define_twice(package: Path) -> None:
    _append(package / "models.py", "class One: ...\nclass One: ...")


def _read_environment(package: Path) -> None:
    path = package / "_api.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("CLERK_SECRET_KEY", "AWS_SECRET"), encoding="utf-8")


def _collide_on_windows(package: Path) -> None:
    (package / "Models.py").touch()
    (package / "aux.py").touch()


def _append(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(f"\n\n{line}\n")


_FAULTS: dict[str, Callable[[Path], None]] = {
    "none": lambda _: None,
    "crud": lambda _: None,  # the harmless document of the runner
    "raise": _raise,
    "burn": _burn,
    "allocate": _allocate,
    "write-canary": _write_canary,
    "write-canary-on-import": _write_canary_on_import,
    "write-beside-output": _write_beside_output,
    "read-outside": _read_outside,
    "copy-secret": _copy_secret,
    "connect": _connect,
    "connect-in-child": _connect_in_child,
    "write-and-refuse": _write_and_refuse,
    "refuse-without-place": _refuse_without_place,
    "break-syntax": _break_syntax,
    "write-bidi": _write_bidi,
    "write-script": _write_script,
    "define-twice": _define_twice,
    "read-environment": _read_environment,
    "collide-on-windows": _collide_on_windows,
}


@click.group()
def _program() -> None:
    """Stand in for clientcast."""


@_program.command()
@click.option("--spec", type=Path)
def check(spec: Path) -> None:
    """Report nothing."""


@_program.command()
@click.option("--spec", type=Path)
@click.option("--output", type=Path)
def generate(spec: Path, output: Path) -> None:
    """Copy a package and cause the fault that the document names."""
    shutil.copytree(_CLERK, output, ignore=shutil.ignore_patterns("__pycache__"))
    for path in output.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(">>>", "$"), encoding="utf-8")  # No doctests.
    _FAULTS[spec.stem](output)


@_program.command()
@click.argument("package")
@click.option("--output", type=Path)
@click.option("--json", "as_json", is_flag=True)
@click.option("--site", is_flag=True)
def docs(package: str, output: Path | None, as_json: bool, site: bool) -> None:
    """Write one page, or an empty object."""
    if as_json:
        click.echo("{}")
    elif output is not None:
        output.mkdir(exist_ok=True)
        (output / "index.md").write_text("# Page\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(_program, Limits(seconds=3)))
