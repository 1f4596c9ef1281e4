"""Tests of the modules of fakes: formatters leave them as they are."""

from pathlib import Path

import pytest
from clientcast.code import Attribute, Constant, Import, Imports, Name
from clientcast.conventions import Conventions
from clientcast.fake_view import FakeModule, FakeOperation, FakeResource
from clientcast.formatters import Formatter
from clientcast.pipeline import bind_document
from clientcast.render import render
from clientcast.render.fake_modules import fake_module, is_laid_out
from clientcast.render.formatting import format_modules
from msgspec.structs import replace

from tests.benchmarks.documents import document

LENGTHS = range(1, 90)


def module_of(length: int) -> FakeModule:
    """Return a module whose names have a length."""
    name, class_name = "a" * length, "A" * length
    kind = Name("OperationFake", Import("._runtime.testing.operation", "OperationFake"))
    class_ = Name(class_name, Import(".client", class_name))
    other = Import(".client", f"{class_name}B")
    imports = frozenset({kind.source, class_.source, other})
    resource = FakeResource(
        name=f"Fake{class_name}",
        docstring='"""Fakes of the operations.\n\nOf a resource."""',
        operations=(
            FakeOperation(
                attribute=name,
                kind=kind,
                path=Constant(f"things.{name}"),
                method=Attribute(class_, name),
            ),
            FakeOperation(
                attribute=name,
                kind=kind,
                path=Constant("things.get"),
                method=Attribute(class_, "get"),
            ),
        ),
        children=(),
    )
    docstring = '"""Fakes of the operations of things."""'
    return FakeModule(
        name="",
        docstring=docstring,
        imports=Imports(frozenset(i for i in imports if i is not None), "testing"),
        resources=(resource, resource),
    )


@pytest.mark.parametrize("formatter", ["ruff", "black"])
def test_formatters_leave_names_of_each_length_as_they_are(
    formatter: Formatter,
) -> None:
    texts = {f"{n}.py": fake_module(module_of(n)) for n in LENGTHS}
    laid_out = {path: text for path, text in texts.items() if is_laid_out(text)}
    assert format_modules(laid_out, formatter) == laid_out
    forms = {text.count("\n") for text in laid_out.values()}
    assert len(forms) > 3 and len(laid_out) < len(texts)


def test_module_with_a_line_without_room_is_formatted(tmp_path: Path) -> None:
    spec = tmp_path / "api.json"
    spec.write_text(document(5), encoding="utf-8")
    package = bind_document(
        spec, spec.name, conventions=Conventions(testing=True)
    ).package
    assert package is not None and package.testing is not None
    (module,) = package.testing.modules
    long = replace(
        module,
        resources=tuple(
            replace(resource, name=f"{resource.name}{'s' * 90}")
            for resource in module.resources
        ),
    )
    changed = replace(package, testing=replace(package.testing, modules=(long,)))
    assert not is_laid_out(fake_module(long))
    path = "testing/resources.py"
    formatted = format_modules({path: fake_module(long)})
    assert render(changed)[path] == formatted[path]
