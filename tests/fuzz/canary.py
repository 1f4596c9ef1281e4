"""Program that imports packages and reports their side effects.

Each line of the input is JSON: the texts of the modules and data files of a package, by path.
Each line of the output is a JSON list of side effects. Only the runtime is read from disk.
"""

import importlib
import importlib.abc
import importlib.machinery
import inspect
import json
import sys
import typing
from collections.abc import Mapping, Sequence
from types import CodeType, ModuleType
from typing import Any

import msgspec
from _runtime.codec.conversion import convert
from _runtime.codec.msgspec_decoders import contains_type, msgspec_decoder
from _runtime.testing.building import BuilderDescription

from tests.support.project import ROOT

NAME = "fuzzed"
_HARMLESS = {
    *("object.__getattr__", "object.__setattr__", "object.__delattr__", "id"),
    *("sys._getframe", "cpython._PySys_ClearAuditHooks", "builtins.id"),
}


class Canary:
    """Audit hook that records the side effects of code that should only declare names."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.is_armed = False
        self.may_evaluate = False
        self.codes: set[CodeType] = set()
        sys.addaudithook(self._record)

    def _record(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.is_armed or event in _HARMLESS:
            return
        if event == "import" and (args[0].startswith(NAME) or args[0] in sys.modules):
            return
        if event == "exec" and (args[0] in self.codes or self.may_evaluate):
            return
        if event == "compile" and self.may_evaluate:
            return
        self.is_armed = False
        self.found.append(f"{event} {args!r}"[:300])
        self.is_armed = True


class Modules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Import finder and loader of the modules of one package."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.codes: dict[str, CodeType] = {}
        self.packages: set[str] = set()
        self._files = files
        for path, text in files.items():
            if not path.endswith(".py"):
                continue
            parts = [NAME, *path.removesuffix(".py").split("/")]
            if parts[-1] == "__init__":
                parts.pop()
                self.packages.add(".".join(parts))
            self.codes[".".join(parts)] = compile(text, path, "exec")

    def find_spec(
        self, fullname: str, path: Any, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname not in self.codes:
            return None
        return importlib.machinery.ModuleSpec(
            fullname, self, is_package=fullname in self.packages
        )

    def exec_module(self, module: ModuleType) -> None:
        exec(self.codes[module.__name__], module.__dict__)

    def get_resource_reader(self, fullname: str) -> "_Data":
        """Return the reader of the data files of a package."""
        return _Data(self._files, "/".join(fullname.split(".")[1:]))


class _Data:
    """The data files of a package, of which `importlib.resources` needs this much."""

    def __init__(self, files: Mapping[str, str], path: str) -> None:
        self._files = files
        self._path = path

    def files(self) -> "_Data":
        return self

    def joinpath(self, name: str) -> "_Data":
        return _Data(self._files, f"{self._path}/{name}")

    def read_bytes(self) -> bytes:
        return self._files[self._path].encode("utf-8")


def _import(files: Mapping[str, str], canary: Canary) -> None:
    """Import a package, and evaluate its annotations."""
    modules = Modules(files)
    canary.codes = set(modules.codes.values())
    sys.meta_path.insert(0, modules)
    try:
        canary.is_armed = True
        loaded = [importlib.import_module(name) for name in sorted(modules.codes)]
        canary.may_evaluate = True
        for module in loaded:
            for value in list(vars(module).values()):
                if inspect.isclass(value) and value.__module__ == module.__name__:
                    _evaluate(value)
    finally:
        canary.is_armed = canary.may_evaluate = False
        sys.meta_path.remove(modules)
        for name in [n for n in sys.modules if n.split(".")[0] == NAME]:
            if not name.startswith(f"{NAME}._runtime"):
                del sys.modules[name]


def _evaluate(class_: type) -> None:
    if issubclass(class_, msgspec.Struct) and not contains_type(class_, _is_sent):
        msgspec_decoder(class_)
        convert({}, class_)
    for name, method in vars(class_).items():
        if inspect.isfunction(method) and not name.startswith("_"):
            typing.get_type_hints(method, {**method.__globals__, "Any": Any})


def _is_sent(type_: Any) -> bool:
    """Return whether a type is only used for arguments, so that no decoder exists."""
    return typing.get_origin(type_) in (Mapping, Sequence)


def _share_runtime() -> None:
    """Share one runtime among all packages, which the verification compares with ours."""
    folder = ROOT / "templates" / "_runtime"
    for path in sorted(folder.rglob("*.py")):
        if not path.name.startswith(("test_", "conftest", "__init__")):
            module = path.relative_to(folder.parent).with_suffix("")
            importlib.import_module(".".join(module.parts))
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "_runtime":
            sys.modules[f"{NAME}.{name}"] = module


def main() -> None:
    _share_runtime()
    msgspec.json.Decoder(BuilderDescription)  # evaluates its annotations
    canary = Canary()
    for line in sys.stdin:
        canary.found = []
        try:
            _import(json.loads(line), canary)
        except Exception as error:
            canary.found.append(f"{type(error).__name__}: {error}"[:300])
        print(json.dumps(canary.found), flush=True)


if __name__ == "__main__":
    main()
