"""Tests of the architecture: imports, printing, writing and length of modules.

The modules of the generator are read as syntax trees.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.project import ROOT

GENERATOR = ROOT / "generator"
PACKAGE = GENERATOR / "clientcast"

IMPORT_ORDER = (
    "source",
    "overlay",
    "select",
    "swagger",
    "bundle",
    "check",
    "parse",
    "places",
    "document_operations",
    "loading",
    "upstream",
    "traffic",
    "examples",
    "bind",
    "name_notes",
    "state_warnings",
    "render",
    "verify",
    "refusals",
    "docs",
    "code_files",
    "surface",
    "changes",
    "vendored",
    "incremental",
    "output",
    "project",
    "pipeline",
    "summary",
    "cli",
)

ALLOWED_IMPORTS = {
    # the stages, in their order
    "source": {"plain", "diagnostic", "inputs"},
    "bundle": {
        "plain",
        "diagnostic",
        "grammar",
        "inputs",
        "references",
        "source",
    },
    "swagger": {
        "plain",
        "diagnostic",
        "enum_extensions",
        "openapi",
        "references",
        "source",
    },
    "select": {
        "components",
        "plain",
        "diagnostic",
        "openapi",
        "references",
        "source",
    },
    "check": {
        "cache",
        "client_option",
        "client_options",
        "components",
        "plain",
        "diagnostic",
        "enum_extensions",
        "grammar",
        "identity",
        "openapi",
        "paging_vocabulary",
        "references",
        "route",
        "source",
        "trust",
    },
    "validation": {"plain"},
    "parse": {
        "values",
        "components",
        "plain",
        "diagnostic",
        "enum_extensions",
        "faults",
        "openapi",
        "references",
        "route",
        "source",
        "trust",
        "ir",
    },
    "document_operations": {"openapi", "plain", "references", "source", "trust"},
    "places": {"plain", "references", "source"},
    "loading": {
        "customization",
        "overlay",
        "load",
        "bundle",
        "check",
        "diagnostic",
        "faults",
        "ir",
        "parse",
        "plain",
        "select",
        "source",
        "swagger",
        "trust",
    },
    "traffic": {
        "diagnostic",
        "document_operations",
        "ir",
        "json_types",
        "loading",
        "openapi",
        "places",
        "plain",
        "references",
        "source",
        "trust",
    },
    "upstream": {
        "diagnostic",
        "document_operations",
        "ir",
        "json_types",
        "loading",
        "openapi",
        "places",
        "plain",
        "references",
        "select",
        "source",
        "trust",
    },
    "examples": {"openapi", "plain", "references"},
    "fake_view": {"code", "resource_attribute"},
    "resource_attribute": set(),
    "webhooks_view": {"code"},
    "bind": {
        "examples",
        "forks",
        "paging_vocabulary",
        "resource_attribute",
        "fake_view",
        "webhooks_view",
        "openapi",
        "faults",
        "plain",
        "filenames",
        "openapi",
        "references",
        "route",
        "assets",
        "code",
        "ir",
        "conventions",
        "view",
    },
    "render": {
        "fake_view",
        "cache",
        "faults",
        "formatters",
        "identity",
        "view",
        "assets",
        "clientcast",
        "code",
    },
    "verify": {"values", "plain", "view", "assets"},
    "docs": {
        "values",
        "plain",
        "openapi",
        "filenames",
        "assets",
        "clientcast",
        "import_path",
        "package_files",
    },
    "import_path": {"plain"},
    "refusals": {"diagnostic", "manifest", "source", "verify", "view"},
    "incremental": {
        "examples",
        "fake_view",
        "values",
        "assets",
        "bind",
        "cache",
        "code",
        "docs",
        "import_path",
        "formatters",
        "identity",
        "ir",
        "manifest",
        "conventions",
        "openapi",
        "parse",
        "plain",
        "render",
        "select",
        "source",
        "trust",
        "verify",
        "view",
    },
    "surface": {
        "webhooks_view",
        "assets",
        "clientcast",
        "code",
        "package_files",
        "plain",
        "view",
    },
    "changes": {"values", "surface"},
    "output": {"comparison", "flushing", "manifest", "provenance", "swap"},
    "project": {
        "comparison",
        "config",
        "docs",
        "flushing",
        "manifest",
        "output",
        "swap",
    },
    "code_files": {
        "cache",
        "docs",
        "faults",
        "forks",
        "formatters",
        "render",
        "verify",
        "view",
    },
    "pipeline": {
        "code_files",
        "examples",
        "customization",
        "name_notes",
        "state_warnings",
        "load",
        "loading",
        "cache",
        "diagnostic",
        "faults",
        "forks",
        "formatters",
        "incremental",
        "inputs",
        "conventions",
        "source",
        "bundle",
        "swagger",
        "select",
        "check",
        "parse",
        "refusals",
        "bind",
        "ir",
        "view",
        "docs",
        "trust",
    },
    "cli": {
        "values",
        "import_path",
        "explanations",
        "settings",
        "settings_file",
        "customization",
        "load",
        "manifest",
        "spec",
        "cache",
        "changes",
        "git",
        "surface",
        "loading",
        "plain",
        "source",
        "traffic",
        "upstream",
        "comparison",
        "diagnostic",
        "faults",
        "formatters",
        "config",
        "docs",
        "git",
        "inputs",
        "manifest",
        "changes",
        "merging",
        "originals",
        "conventions",
        "output",
        "provenance",
        "vendored",
        "pipeline",
        "project",
        "records",
        "report",
        "select",
        "summary",
        "surface",
        "trust",
        "watching",
        "clientcast",
    },
    "summary": {"comparison", "config", "diagnostic", "report"},
    # shared modules
    "clientcast": set(),
    "values": set(),
    "plain": set(),
    "openapi": set(),
    "enum_extensions": {"plain"},
    "client_option": set(),
    "state_options": {"client_option"},
    "client_options": {"client_option", "state_options"},
    "paging_vocabulary": set(),
    "grammar": {"client_options"},
    "explanations": set(),
    "faults": set(),
    "diagnostic": set(),
    "references": {"plain"},
    "components": {"diagnostic", "plain", "references"},
    "route": {"openapi"},
    "code": set(),
    "ir": set(),
    "json_types": {"ir"},
    "view": {"code", "fake_view", "resource_attribute", "webhooks_view"},
    "assets": set(),
    "flushing": set(),
    "swap": {"flushing"},
    "filenames": set(),
    "manifest": {"plain"},
    "package_files": {"diagnostic"},
    "name_notes": {"bind", "diagnostic", "places", "source"},
    "state_warnings": {"diagnostic", "places", "source", "view"},
    "provenance": {"conventions", "plain"},
    "git": set(),
    "originals": {"assets", "cache", "comparison", "git", "manifest"},
    "merging": {"comparison", "git", "manifest", "originals"},
    "vendored": {
        "assets",
        "comparison",
        "diagnostic",
        "docs",
        "manifest",
        "provenance",
    },
    "comparison": {"filenames", "manifest"},
    "customization": set(),
    "customization_settings": {"customization", "plain", "settings"},
    "overlay": {
        "customization",
        "diagnostic",
        "openapi",
        "plain",
        "references",
        "source",
    },
    "config": {
        "customization",
        "customization_settings",
        "plain",
        "diagnostic",
        "filenames",
        "formatters",
        "import_path",
        "load",
        "conventions",
        "settings",
        "spec",
        "trust",
    },
    "spec": set(),
    "load": {"plain", "diagnostic", "inputs", "spec"},
    "settings": {"plain", "diagnostic"},
    "settings_file": {"plain", "settings"},
    "formatters": set(),
    "forks": set(),
    "conventions": set(),
    "cache": set(),
    "inputs": set(),
    "watching": {"inputs"},
    "identity": {"assets"},
    "records": {"values", "load", "cache", "config", "identity", "inputs", "report"},
    "report": {"diagnostic"},
    "trust": {"openapi", "plain"},
    "__main__": {"cli"},
}

THIRD_PARTY_OWNERS = {
    # third-party packages
    "yaml": "source",
    "openapi_spec_validator": "validation",
    "openapi_schema_validator": "validation",
    "pathable": "validation",
    "jsonschema": "validation",
    "jsonschema_path": "validation",
    "jsonschema_rs": "validation",
    "anyascii": "bind",
    "jinja2": "render",
    "black": "render",
    "ruff": "render",
    "griffe": "docs",
    "markdown": "docs",
    "markdown_it": "docs",
    "pygments": "docs",
    "packaging": "project",
    "tomlkit": "project",
    "watchfiles": "watching",
    "httpx2": "load",
    "jsonpath": "overlay",
    "click": "cli",
    # access to files, processes and the environment
    "subprocess": "check",
    "shutil": "output",
    "fcntl": "swap",
    "msvcrt": "swap",
    "ctypes": "swap",
}
SHARED_THIRD_PARTY_OWNERS = {
    ("jsonschema_rs", "examples.patterns"),
    ("ctypes", "flushing"),
    ("shutil", "swap"),
    ("shutil", "project.writing"),
    ("subprocess", "docs.site"),
    ("subprocess", "load.application"),
    ("tomlkit", "settings_file"),
    ("subprocess", "render.formatting"),
    ("subprocess", "git"),
}

FORBIDDEN_MODULES = {
    "socket",
    "ssl",
    "http",
    "httpx2",
    "asyncio",
    "pickle",
    "runpy",
    "tempfile",
}
FORBIDDEN_EXCEPTIONS = {
    ("httpx2", "load.url"),
    ("socket", "load.addresses"),
    ("tempfile", "check.validator"),
    ("tempfile", "docs.site"),
    ("tempfile", "load.application"),
    ("tempfile", "render.formatting"),
    ("tempfile", "git"),
}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "import_module"}

PRINTERS = {
    "validation.program",
    "load.application_child",
}  # which write to their parents
WRITERS = {
    "cache",
    "output",
    "project.writing",
    "settings_file",
    "flushing",
    "swap",
    # in a folder that is gone after it
    "check.validator",
    "docs.site",
    "load.application_child",
    "render.formatting",
    "git",
    # into a pipe to the parent
    "forks",
}

PRINTS = {"print", "echo", "secho", "stdout", "stderr", "__stdout__", "__stderr__"}
WRITES_A_PATH = [
    "write_text",
    "write_bytes",
    "mkdir",
    "touch",
    "unlink",
    "rmdir",
    "rename",
    "chmod",
    "symlink_to",
    "hardlink_to",
]
READS_OF_OS = {
    "PathLike",
    "curdir",
    "environ",
    "fspath",
    "getcwd",
    "listdir",
    "lstat",
    "path",
    "scandir",
    "sep",
    "strerror",
}

MAX_LINES = 400


def modules() -> dict[str, Path]:
    """Return the paths of the modules by name: `check.rules`; `cli` for a package."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        found[name or "clientcast"] = path
    return found


MODULES = modules()
each_module = pytest.mark.parametrize("name", MODULES)


def syntax_tree(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def package_part(name: str) -> str:
    """Return the stage or shared module that a module belongs to."""
    return name.partition(".")[0]


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the full name of every imported module, also in functions."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(level=0, module=str(module), names=names):
                if module == "clientcast":
                    yield from (f"clientcast.{alias.name}" for alias in names)
                else:
                    yield module
            case ast.ImportFrom():
                yield "."


def own_imports(tree: ast.AST) -> set[str]:
    """Return the imported stages and shared modules."""
    found = set()
    for module in imports(tree):
        first, _, rest = module.partition(".")
        if first == "clientcast":
            name = package_part(rest)
            found.add(name if name in ALLOWED_IMPORTS else "clientcast")
    return found


def third_party_imports(tree: ast.AST) -> set[str]:
    """Return the imported packages outside the generator."""
    return {module.partition(".")[0] for module in imports(tree)} - {"clientcast"}


def called_names(tree: ast.AST) -> set[str]:
    """Return the last names of all callees."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) | ast.Call(
                func=ast.Attribute(attr=name)
            ):
                found.add(name)
    return found


def printing_names(tree: ast.AST) -> set[str]:
    found = called_names(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="sys"), attr=name):
                found.add(name)
            case ast.ImportFrom(module="sys", names=names):
                found.update(alias.name for alias in names)
    return found & PRINTS


def writing_names(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="open") | ast.Attribute(attr="open")):
                if not set(open_modes(node)) <= set("rbt"):
                    found.add("open")
            case ast.Call(func=ast.Attribute(attr=name)) if name in WRITES_A_PATH:
                found.add(name)
            case ast.Attribute(value=ast.Name(id="os"), attr=name):
                found |= {f"os.{name}"} - {f"os.{read}" for read in READS_OF_OS}
            case ast.ImportFrom(module="os", names=names):
                found |= {f"os.{alias.name}" for alias in names} - {
                    f"os.{read}" for read in READS_OF_OS
                }
    return found


def open_modes(call: ast.Call) -> str:
    """Return the mode of `open(file, mode)` or `path.open(mode)`; `?` if it is not a literal."""
    place = 1 if isinstance(call.func, ast.Name) else 0
    given = [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
    for argument in (*call.args[place : place + 1], *given):
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            return argument.value
        return "?"
    return "r"


def test_import_rules_name_every_module() -> None:
    assert {package_part(name) for name in MODULES} == ALLOWED_IMPORTS.keys()


def test_allowed_imports_follow_the_order() -> None:
    for place, step in enumerate(IMPORT_ORDER):
        assert not ALLOWED_IMPORTS[step] & set(IMPORT_ORDER[place + 1 :]), step
    for name in ALLOWED_IMPORTS.keys() - set(IMPORT_ORDER) - {"__main__"}:
        assert not ALLOWED_IMPORTS[name] & set(IMPORT_ORDER), name


@each_module
def test_module_imports_only_what_is_allowed(name: str) -> None:
    part = package_part(name)
    assert own_imports(syntax_tree(name)) - {part} <= ALLOWED_IMPORTS[part]


@each_module
def test_third_party_package_is_imported_by_its_owner_only(name: str) -> None:
    found = third_party_imports(syntax_tree(name)) - {"msgspec"}
    assert found <= sys.stdlib_module_names | THIRD_PARTY_OWNERS.keys()
    away = {
        package
        for package in found & THIRD_PARTY_OWNERS.keys()
        if THIRD_PARTY_OWNERS[package] != package_part(name)
        and (package, name) not in SHARED_THIRD_PARTY_OWNERS
    }
    assert not away


@pytest.mark.parametrize(
    "package",
    ["yaml", "openapi_spec_validator", "jinja2", "black", "griffe", "click"],
)
def test_third_party_owner_imports_its_package(package: str) -> None:
    homes = {
        package_part(name)
        for name in MODULES
        if package in third_party_imports(syntax_tree(name))
    }
    assert homes == {THIRD_PARTY_OWNERS[package]}


def test_pipeline_imports_no_package_that_few_documents_need() -> None:
    program = (
        "import sys, clientcast.pipeline;"
        "print({'black', 'griffe', 'jsonpath', 'yaml'} & {*sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


@each_module
def test_module_uses_no_network_and_executes_no_text(name: str) -> None:
    tree = syntax_tree(name)
    found = {
        (package, name) for package in third_party_imports(tree) & FORBIDDEN_MODULES
    }
    assert found <= FORBIDDEN_EXCEPTIONS
    if name != "load.url":
        assert "urllib.request" not in imports(tree)
    plain = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not plain & FORBIDDEN_CALLS


@pytest.mark.parametrize(
    "name",
    sorted(name for name in MODULES.keys() - PRINTERS if package_part(name) != "cli"),
)
def test_only_the_command_line_prints(name: str) -> None:
    assert not printing_names(syntax_tree(name))


@pytest.mark.parametrize("name", sorted(MODULES.keys() - WRITERS))
def test_only_output_writes(name: str) -> None:
    assert not writing_names(syntax_tree(name))


@each_module
def test_module_has_at_most_max_lines(name: str) -> None:
    assert len(MODULES[name].read_text(encoding="utf-8").splitlines()) <= MAX_LINES


@each_module
def test_module_begins_with_a_docstring(name: str) -> None:
    docstring = ast.get_docstring(syntax_tree(name)) or ""
    assert docstring.partition("\n\n")[0].endswith("."), name


@pytest.mark.parametrize(
    "line",
    [
        "print('x')",
        "click.echo('x')",
        "sys.stdout.write('x')",
        "print_ = sys.stderr",
        "from sys import stdout",
    ],
)
def test_printing_is_detected(line: str) -> None:
    assert printing_names(ast.parse(line))


@pytest.mark.parametrize(
    "line",
    [
        "open(path, 'w')",
        "open(path, mode='ab')",
        "open(path, mode)",
        "path.open('x')",
        "path.write_text('x')",
        "path.mkdir()",
        "os.replace(a, b)",
        "from os import rename",
    ],
)
def test_writing_is_detected(line: str) -> None:
    assert writing_names(ast.parse(line))


@pytest.mark.parametrize("line", ["open(path)", "path.open('rb')", "os.environ['A']"])
def test_reading_is_not_reported_as_writing(line: str) -> None:
    assert not writing_names(ast.parse(line))


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("from clientcast.cli import main", "cli"),
        ("from clientcast import ir", "ir"),
        ("from clientcast import __version__", "clientcast"),
        ("import clientcast.check.walk", "check"),
        ("def f():\n    from clientcast.output import write", "output"),
    ],
)
def test_import_is_detected(line: str, part: str) -> None:
    assert own_imports(ast.parse(line)) == {part}


@pytest.mark.parametrize(
    "name", [name for name in MODULES if package_part(name) == "bind"]
)
def test_bind_prints_code_only_for_docstrings_and_metadata(name: str) -> None:
    is_printing = "to_source" in called_names(syntax_tree(name))
    assert is_printing == (name in {"bind.examples", "bind.metadata"})
