"""Use of a generated package: compile, import, construct, call, doctest.

Runs in a child process. Each finding is reported as one line, `kind: detail`.
"""

import ast
import doctest
import importlib
import json
import os
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

from tests.corpus.documents import count_operations, load
from tests.corpus.package import ModelBuilder, Package
from tests.hostile.calls import Caller
from tests.hostile.limits import report


def use_package(folder: Path, name: str, document: Path) -> None:
    """Use the package `name` in `folder`, generated from `document`."""
    package = Package(folder, name)
    root = folder / name
    with _step("compile"):
        _compile(root)
    with _step("collide"):
        _compare_operations(package, document)
        _find_lost_definitions(root)
    modules: list[ModuleType] = []
    sys.path.insert(0, str(folder))
    with _step("import"):
        modules += _import(folder, root)
    with _step("construct"):
        _construct_models(modules)
    with _step("call"):
        caller = Caller(folder, name, _host(document))
        with _recorded_environment(root) as variables:
            clients = caller.construct()
        prefix = caller.class_name.upper()
        for variable in variables:
            if not variable.replace("_", "").upper().startswith(prefix):
                report(f"env: reads {variable}, not {prefix}_...")
        caller.call_all(clients)
    with _step("doctest"):
        _run_doctests(modules)


@contextmanager
def _step(kind: str) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Exception as error:
        report(f"{kind}: {format_error(error)}")


def format_error(error: BaseException) -> str:
    """Return the type, message and innermost location of an exception."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {str(error)[:200]}{place}"


def _compile(root: Path) -> None:
    for path in sorted(root.rglob("*.py")):
        with _step("compile"), warnings.catch_warnings():
            warnings.simplefilter("error")
            compile(path.read_bytes(), str(path), "exec", dont_inherit=True)


def _compare_operations(package: Package, document: Path) -> None:
    """Report operations of the document that the package has no method for."""
    try:
        routes = count_operations(document).routes
    except (ValueError, RecursionError):
        return  # PyYAML refuses documents that clientcast accepts.
    record = json.loads(
        (package.folder / package.name / "clientcast.json").read_bytes()
    )
    methods = record["api"].get("operations", [])
    # An operation may have several methods, and a path may be normalized.
    if len(methods) < len(routes):
        lost = sorted(routes - package.routes())
        report(f"collide: {len(routes) - len(methods)} operations lost: {lost[:3]}")


def _find_lost_definitions(root: Path) -> None:
    """Report names that are defined twice in a class or module, so that the first is lost."""
    for path in sorted(root.rglob("*.py")):
        if "_runtime" in path.relative_to(root).parts:
            continue
        for scope in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(scope, ast.Module | ast.ClassDef):
                names = list(_defined_names(scope))
                twice = sorted({name for name in names if names.count(name) > 1})
                if twice:
                    report(f"collide: {path.name} defines {twice[:3]} twice")


def _defined_names(scope: ast.Module | ast.ClassDef) -> Iterator[str]:
    for node in scope.body:
        match node:
            case ast.ClassDef(name=name):
                yield name
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if not node.decorator_list:  # An overload or a property.
                    yield node.name
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case _:
                pass


def _import(folder: Path, root: Path) -> Iterator[ModuleType]:
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        with _step("import"):
            yield importlib.import_module(".".join(parts).removesuffix(".__init__"))


def _construct_models(modules: list[ModuleType]) -> None:
    builder = ModelBuilder()
    for module in modules:
        if "._runtime" in module.__name__:
            continue
        try:
            builder.construct(module)
        except TypeError as error:
            if "no value is known" not in str(error):  # A gap of the builder.
                raise


def _host(document: Path) -> str:
    """Return the host of the document's first server; empty if it has none."""
    try:
        data = load(document)
        server = data["servers"][0]
        url = str(server["url"])
        for name, variable in server.get("variables", {}).items():
            url = url.replace(f"{{{name}}}", str(variable["default"]))
        return urlsplit(url).hostname or ""
    except Exception:  # Anything can be wrong with a hostile document.
        return ""


@contextmanager
def _recorded_environment(root: Path) -> Iterator[set[str]]:
    """Collect the environment variables that modules of a package read."""
    found: set[str] = set()
    own = f"{root}{os.sep}"
    plain = type(os.environ)

    class Recording(plain):  # type: ignore[valid-type, misc]
        """Environment that records reads from the package."""

        def __getitem__(self, key: str) -> str:
            frame = sys._getframe(1)
            while frame.f_back and "collections" in frame.f_code.co_filename:
                frame = frame.f_back
            if frame.f_code.co_filename.startswith(own):
                found.add(key)
            return str(super().__getitem__(key))

    os.environ.__class__ = Recording
    try:
        yield found
    finally:
        os.environ.__class__ = plain


def _run_doctests(modules: list[ModuleType]) -> None:
    """Run the doctests; canaries and the guard detect their effects."""
    runner = doctest.DocTestRunner(verbose=False)
    live: list[str] = []
    for module in modules:
        if "._runtime" in module.__name__:
            continue
        for test in doctest.DocTestFinder().find(module):
            live += [
                f"{test.name} runs {example.source.strip()[:60]!r}"
                for example in test.examples
                if not example.options.get(doctest.SKIP)
            ]
            runner.run(test, out=_discard)
    if live:
        report(f"doctest: {len(live)} examples, such as {live[0]}")


def _discard(_: str) -> None:
    """Ignore what doctest prints."""
