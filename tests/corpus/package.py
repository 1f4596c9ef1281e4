"""Inspection of a generated package: its operations, modules and models."""

import ast
import importlib
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import ModuleType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import msgspec

RUNTIME = "_runtime"

SAMPLE_VALUES: dict[Any, Any] = {
    Any: {"any": [1, None]},
    NoneType: None,
    str: "text",
    int: 3,
    float: 2.5,
    bool: True,
    bytes: b"bytes",
    Decimal: Decimal("1.5"),
    UUID: UUID(int=1),
    date: date(2026, 1, 2),
    time: time(3, 4, 5),
    timedelta: timedelta(minutes=6),
    datetime: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    msgspec.UnsetType: msgspec.UNSET,
}


@dataclass(frozen=True, slots=True)
class Package:
    """A generated package in a folder on the import path."""

    folder: Path
    name: str

    @property
    def files(self) -> list[Path]:
        """Files of its modules, without the runtime."""
        root = self.folder / self.name
        return [
            path
            for path in sorted(root.rglob("*.py"))
            if RUNTIME not in path.relative_to(root).parts
        ]

    @property
    def lines(self) -> int:
        """Number of lines of its modules."""
        return sum(path.read_bytes().count(b"\n") for path in self.files)

    def compile(self) -> None:
        """Compile each module; a warning of the compiler is raised."""
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for path in self.files:
                compile(path.read_bytes(), path.name, "exec", dont_inherit=True)

    def load(self) -> list[ModuleType]:
        """Import each module."""
        root = self.folder
        names = [path.relative_to(root).with_suffix("").parts for path in self.files]
        return [
            importlib.import_module(".".join(parts).removesuffix(".__init__"))
            for parts in names
        ]

    def routes(self) -> Counter[str]:
        """Count the methods of the client, in both modes, of each route.

        They are read from expressions such as `Call("GET", "/pets")`.
        """
        modes: dict[bool, Counter[str]] = {False: Counter(), True: Counter()}
        for path in self.files:
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.ClassDef):
                    modes[_is_async(node)].update(_routes(node))
        return modes[False] & modes[True]


def _is_async(class_: ast.ClassDef) -> bool:
    bases = [base.id for base in class_.bases if isinstance(base, ast.Name)]
    return any(base.startswith("Async") for base in bases)


def _routes(class_: ast.ClassDef) -> Iterator[str]:
    for node in ast.walk(class_):
        match node:
            case ast.Call(
                func=ast.Name(id="Call") | ast.Subscript(value=ast.Name(id="Call")),
                args=[
                    ast.Constant(value=str(method)),
                    ast.Constant(value=str(route)),
                    *_,
                ],
            ):
                yield f"{method} {route}"
            case _:
                pass


class ModelBuilder:
    """Constructor of models and sample values of types."""

    def __init__(self) -> None:
        self._minimal: dict[Any, Any] = {}

    def construct(self, module: ModuleType) -> int:
        """Construct and encode each model of a module: with required fields, and with all.

        Returns:
            The number of models and enums.
        """
        found = 0
        for class_ in list(vars(module).values()):
            if not _is_declared(class_, module):
                continue
            if issubclass(class_, msgspec.Struct):
                msgspec.json.encode(self._minimal_model(class_))
                msgspec.json.encode(self._full_model(class_))
            elif issubclass(class_, Enum):
                members = [class_(member.value) for member in class_]
                if issubclass(class_, str):
                    members.append(class_("a value of next year"))
                msgspec.json.encode(members)
            else:
                continue
            found += 1
        return found

    def value(self, type_: Any) -> Any:
        """Return a value of a type.

        Raises:
            TypeError: If no sample value of the type is known.
        """
        origin, arguments = get_origin(type_), get_args(type_)
        if origin is Annotated:
            return self.value(arguments[0])
        if origin in (Union, UnionType):
            alternatives = [
                a for a in arguments if a not in (NoneType, msgspec.UnsetType)
            ]
            return self.value(alternatives[0] if alternatives else arguments[0])
        if origin is Literal:
            return arguments[0]
        if origin in (list, Sequence):
            return [self.value(arguments[0])]
        if origin in (dict, Mapping):
            return {"key": self.value(arguments[1])}
        if origin is tuple:
            return tuple(self.value(a) for a in arguments if a is not ...)
        if type_ in (list, dict):
            return type_()
        if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
            return self._minimal_model(type_)
        if isinstance(type_, type) and issubclass(type_, Enum):
            first = next(iter(type_), None)
            return type_("text") if first is None else first
        if isinstance(type_, type) and hasattr(type_, "definition"):
            return None  # A recursive alias; null is accepted in its place.
        if type_ in SAMPLE_VALUES:
            return SAMPLE_VALUES[type_]
        raise TypeError(f"no value is known of the type {type_!r}")

    @property
    def models(self) -> list[Any]:
        """The models that were constructed."""
        return list(self._minimal)

    def _minimal_model(self, class_: Any) -> Any:
        if class_ not in self._minimal:
            # A model that requires itself has no finite JSON: null ends the recursion.
            self._minimal[class_] = None
            self._minimal[class_] = class_(
                **{f.name: self.value(f.type) for f in _fields(class_) if f.required}
            )
        return self._minimal[class_]

    def _full_model(self, class_: Any) -> Any:
        return class_(**{f.name: self.value(f.type) for f in _fields(class_)})


def _fields(class_: Any) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(class_)


def _is_declared(value: Any, module: ModuleType) -> bool:
    return isinstance(value, type) and value.__module__ == module.__name__
