"""Turns what the files say into the files: templates that cannot think, then black."""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import black
import jinja2

from clientcast import __version__, assets
from clientcast.view import ASYNC, SYNC, Package

MANIFEST = "clientcast.json"

_RUNTIME = "_runtime"
_STYLE = black.Mode()


def render(package: Package) -> dict[str, str]:
    """The code of a package: text by path, relative and with slashes."""
    shared = {
        "title": package.title,
        "errors": package.errors,
        "exports": package.exports,
        "docstrings": package.docstrings,
        "client": package.client,
        "models": package.models,
        "constants": package.constants,
    }
    modes = {
        "client.py": {
            "mode": SYNC,
            "imports": package.client.imports,
            "module_docstring": package.docstrings.client,
        },
        "async_client.py": {
            "mode": ASYNC,
            "imports": package.client.async_imports,
            "module_docstring": package.docstrings.async_client,
        },
    }
    files = {"py.typed": ""}
    for path in ("__init__.py", "_api.py", "errors.py", "models.py"):
        files[path] = _python(path, shared)
    for path, words in modes.items():
        files[path] = _python("client.py", {**shared, **words})
    files.update(_runtime())
    return files


def _python(template: str, values: Mapping[str, object]) -> str:
    return black.format_str(_fill(template, values), mode=_STYLE)


def _fill(template: str, values: Mapping[str, object]) -> str:
    return _environment().get_template(f"{template}.j2").render(values)


@cache
def _environment() -> jinja2.Environment:
    # What is filled in are literals and identifiers already, so that nothing is escaped here.
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(assets.templates()),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )


@cache
def _runtime() -> Mapping[str, str]:
    folder: Path = assets.templates() / _RUNTIME
    return {
        f"{_RUNTIME}/{path.name}": path.read_text(encoding="utf-8")
        for path in folder.glob("*.py")
        if not path.name.startswith(("test_", "conftest"))
    }


def manifest(package: Package, files: Mapping[str, str]) -> str:
    """What a package is made from, and what its other files are."""
    digests = {
        path: hashlib.sha256(text.encode("utf-8")).hexdigest()
        for path, text in sorted(files.items())
    }
    spec: dict[str, object] = {
        "title": package.title,
        "version": package.version,
        "sha256": package.spec_digest,
    }
    if package.left_out:
        spec["left_out"] = package.left_out
    content = {
        "generator": f"clientcast {__version__}",
        "spec": spec,
        "files": digests,
        "api": package.record,
    }
    return json.dumps(content, indent=2, ensure_ascii=True) + "\n"
