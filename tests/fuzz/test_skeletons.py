"""Texts of a document change only names and literals of its package."""

from pathlib import Path

import pytest
from clientcast.diagnostic import Severity
from clientcast.pipeline import Cast

from tests.fuzz.casting import generate
from tests.fuzz.skeletons import difference, skeleton
from tests.fuzz.slots import FRAGMENTS, benign_filler, fill_slots, hostile_filler
from tests.fuzz.templating import replace_texts
from tests.support.casting import SPECS
from tests.support.selection import first_of_each

DOCUMENTS = sorted({path.stem for path in (SPECS / "ok").glob("*.yaml")} - {"mistakes"})
"""All valid documents except `mistakes`, whose texts are corrected."""
TEXTS = [
    FRAGMENTS[:20],
    FRAGMENTS[20:40],
    FRAGMENTS[40:],
    ["\\", '"', "]] = None; open('PWNED', 'w') #", '\\", "]] | X[[ \\', '"""', "\n"],
]


def accepted(document: object, folder: Path) -> Cast:
    result = generate(document, folder)
    errors = [str(d) for d in result.diagnostics if d.severity is Severity.ERROR]
    assert not errors, errors
    return result


@pytest.mark.parametrize("name", first_of_each(DOCUMENTS))
def test_texts_do_not_change_the_syntax_tree(name: str, tmp_path: Path) -> None:
    document = replace_texts(SPECS / "ok" / f"{name}.yaml")
    for texts in TEXTS:
        first = accepted(fill_slots(document, benign_filler(texts)), tmp_path)
        second = accepted(fill_slots(document, hostile_filler(texts)), tmp_path)
        assert first.files is not None and second.files is not None
        assert not difference(skeleton(first.files), skeleton(second.files))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("x = A(1)", "x = A('1')"),
        ("x = A(1)", "x = A(1, 1)"),
        ("x: A | B", "x: A"),
        ("x: list[A]", "x: dict[A]"),
        ("class A(Model): x: A", "class A(Model): x: A = None"),
        ("x = A", "x = A\nopen(1)"),
        ("from typing import Any", "from typing import Literal"),
        ("from .models import A", "from .models import A, B"),
    ],
)
def test_skeletons_of_different_structure_differ(first: str, second: str) -> None:
    assert difference(skeleton({"a.py": first}), skeleton({"a.py": second}))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("x = A('a')", "y = B('b')"),
        ("class A: x: B = field(name='x')", "class B: y: C = field(name='y')"),
        ("'doc'\nx = 1", "x = 2"),
        (
            "from .a import A\nfrom typing import Any",
            "from typing import Any\nfrom .b import C",
        ),
    ],
)
def test_skeletons_ignore_names_and_literals(first: str, second: str) -> None:
    assert not difference(skeleton({"a.py": first}), skeleton({"a.py": second}))
