"""Rendering of a package's files: templates without logic, then formatting."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import cast

import jinja2
import msgspec
from msgspec import Struct

from clientcast import __version__, assets
from clientcast.cache import NO_CACHE, Cache
from clientcast.code import Node, to_source
from clientcast.fake_view import FakeModule, Testing
from clientcast.formatters import Formatter
from clientcast.render.fake_modules import fake_module, is_laid_out
from clientcast.render.formatting import format_modules
from clientcast.view import ASYNC, SYNC, Mode, Package

MANIFEST = "clientcast.json"
TESTING = "testing"
"""The folder of the fake in a package."""

_RUNTIME_MODULES = (f"{assets.RUNTIME}.errors", f"{assets.RUNTIME}.fast")
"""Modules of the runtime that every package has: the errors, and a transport for users."""


class Module(Struct, frozen=True):
    """A module of a package, which is not printed yet.

    Attributes:
        path: The path, relative to the package.
        mode: The mode of the client that it belongs to; None if both share it.
        fakes: Its fakes of resources, which are printed without a template; None for others.
    """

    path: str
    mode: Mode | None
    _template: str
    _values: Mapping[str, object]
    fakes: FakeModule | None = None

    def source(self) -> str:
        """Return the unformatted source."""
        if self.fakes is not None:
            return fake_module(self.fakes)
        template = _environment().get_template(f"{self._template}.j2")
        return template.render(self._values)


def render(
    package: Package, formatter: Formatter = "ruff", cache: Cache = NO_CACHE
) -> dict[str, str]:
    """Return the files of a package: text by POSIX path, relative to the package."""
    files = render_modules(modules_of(package), formatter, cache)
    return {**files, **other_files(package)}


def render_modules(
    modules: Iterable[Module], formatter: Formatter, cache: Cache
) -> dict[str, str]:
    """Return the formatted text of modules, by path."""
    sources: dict[str, str] = {}
    laid_out: dict[str, str] = {}
    for module in modules:
        text = module.source()
        needs_formatter = module.fakes is None or not is_laid_out(text)
        (sources if needs_formatter else laid_out)[module.path] = text
    return format_modules(sources, formatter, cache) | laid_out


def other_files(package: Package) -> dict[str, str]:
    """Return the files of a package that need no formatter: data and the runtime."""
    data = testing_data(package.testing) if package.testing is not None else {}
    return {"py.typed": "", **data, **_runtime_files(package)}


def render_resources(
    package: Package, names: Collection[str], formatter: Formatter, cache: Cache
) -> dict[str, str]:
    """Return the modules of some resources of a package, by path.

    Args:
        package: The package.
        names: The names of the modules of the resources.
        formatter: The formatter of the modules.
        cache: The cache of formatted modules.
    """
    modules = [
        module
        for mode in (SYNC, ASYNC)
        for module in _resource_modules(mode, package, names)
    ]
    return render_modules(modules, formatter, cache)


def _runtime_files(package: Package) -> dict[str, str]:
    """Return the modules of the runtime that the modules of a package import."""
    modules = [
        imported.module.removeprefix(".")
        for imported in package.imports
        if imported.module.startswith(f".{assets.RUNTIME}.")
    ]
    if package.resources:
        modules.append(f"{assets.RUNTIME}.lazy_imports")
    return assets.runtime_files((*_RUNTIME_MODULES, *modules))


def modules_of(package: Package) -> Iterator[Module]:
    """Yield the modules of a package, without the runtime."""
    shared = {
        "title": package.title,
        "errors": package.errors,
        "exports": package.exports,
        "docstrings": package.docstrings,
        "client": package.client,
        "constants": package.constants,
    }
    for path in ("__init__.py", "_api.py", "errors.py"):
        yield Module(path, None, path, shared)
    if package.xml is not None:
        yield Module("_xml.py", None, "_xml.py", {**shared, "xml": package.xml})
    if package.client.webhooks is not None:
        yield Module("webhooks.py", None, "webhooks.py", shared)
    for models in package.models:
        path = f"models/{models.name}.py" if models.name else "models.py"
        yield Module(path, None, "models.py", {**shared, "models": models})
    if package.resources and package.exports.models:
        values = {**shared, "modules": package.models}
        yield Module("models/__init__.py", None, "models_package.py", values)
    for mode in (SYNC, ASYNC):
        yield from _client_modules(mode, package, {**shared, "mode": mode})
    if package.testing is not None:
        yield from _testing_modules(package.testing)


def _testing_modules(testing: Testing) -> Iterator[Module]:
    """Yield the modules of the fake."""

    def module(path: str, template: str, **values: object) -> Module:
        return Module(f"{TESTING}/{path}", None, f"{TESTING}/{template}", values)

    yield module("__init__.py", "package.py", fake=testing.fake)
    if testing.state is not None:
        yield module("state.py", "state.py", state=testing.state)
    yield module("builders.py", "builders.py", builders=testing.builders)
    if testing.builders.builders:
        yield module("builders.pyi", "builders.pyi", builders=testing.builders)
    if testing.fake.lazy_attributes:
        yield module("resources/__init__.py", "resources_package.py")
    for resources in testing.modules:
        name = resources.name
        path = f"{TESTING}/resources/{name}.py" if name else f"{TESTING}/resources.py"
        yield Module(path, None, "", {}, resources)


def testing_data(testing: Testing) -> dict[str, str]:
    """Return the files of a fake that are data: its operations and its models."""
    files = {
        f"{TESTING}/operations.json": _json_lines(testing.operations),
        f"{TESTING}/models.json": _json_lines(testing.models),
    }
    if testing.state is not None:
        files[f"{TESTING}/stores.json"] = _json_lines(testing.state.data)
    return files


def _json_lines(values: Mapping[str, object]) -> str:
    """Return an object as JSON, with a line for each member."""
    lines = (f"{_json_line(name)}: {_json_line(v)}" for name, v in values.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _json_line(value: object) -> str:
    """Return a value as JSON of ASCII characters on one line."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=0)
    return text.decode("ascii") if text.isascii() else json.dumps(value)


def _client_modules(
    mode: Mode, package: Package, shared: Mapping[str, object]
) -> Iterator[Module]:
    """Yield the module of a client and the modules of its resources."""
    yield Module(f"{mode.client_module}.py", mode, "client.py", shared)
    if package.resources:
        path = f"{mode.resources_package}/__init__.py"
        yield Module(path, mode, "resources_package.py", shared)
    names = {module.name for module in package.resources}
    yield from _resource_modules(mode, package, names)


def _resource_modules(
    mode: Mode, package: Package, names: Collection[str]
) -> Iterator[Module]:
    for module in package.resources:
        if module.name in names:
            path = f"{mode.resources_package}/{module.name}.py"
            values = {"mode": mode, "module": module}
            yield Module(path, mode, "resources.py", values)


@cache
def _environment() -> jinja2.Environment:
    # The values are literals and identifiers already, so nothing is escaped here.
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(assets.templates()),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        finalize=_finalize,
    )
    environment.filters["to_source"] = to_source
    return environment


def _finalize(value: object) -> str:
    """Return a text unchanged, and the source of a node."""
    return value if isinstance(value, str) else to_source(cast("Node", value))


def manifest(package: Package, files: Mapping[str, str]) -> str:
    """Return `clientcast.json`: the document's digest, the files' digests and the metadata."""
    digests = {
        path: hashlib.sha256(text.encode("utf-8")).hexdigest()
        for path, text in sorted(files.items())
    }
    spec: dict[str, object] = {
        "title": package.title,
        "version": package.version,
        "sha256": package.spec_digest,
    }
    if package.spec_origin:
        spec["source"] = dict(package.spec_origin)
    if package.left_out:
        spec["left_out"] = package.left_out
    content: dict[str, object] = {
        "generator": f"clientcast {__version__}",
        "spec": spec,
        "files": digests,
        "api": package.api_metadata,
    }
    if package.settings:
        content["settings"] = dict(package.settings)
    return _indented_json(content) + "\n"


def _indented_json(value: object) -> str:
    """Return a value as `json.dumps` does with an indent of 2, which is not written in C."""
    return msgspec.json.format(json.dumps(value).encode("ascii"), indent=2).decode()
