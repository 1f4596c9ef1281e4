"""Changes between packages in folders: what callers of a checked-in client would see."""

from pathlib import Path

from clientcast.changes import (
    Severity,
    change_lines,
    changelog_lines,
    compare_surfaces,
    count_changes,
)
from clientcast.surface import surface_of_folder

from tests.support.project import GENERATED

MODULES = ("__init__.py", "_api.py", "client.py", "models.py")


def edited_copy(folder: Path, edits: dict[str, tuple[str, str]]) -> Path:
    """Copy the Okta client into a folder, with a text of some modules replaced."""
    for name in MODULES:
        text = (GENERATED / "okta" / name).read_text("utf-8")
        old, new = edits.get(name, ("", ""))
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1) if old else text, "utf-8")
    return folder


def test_equal_packages_have_no_changes(tmp_path: Path) -> None:
    old = surface_of_folder(GENERATED / "okta", "okta")
    new = surface_of_folder(edited_copy(tmp_path, {}), "acme/okta")
    assert compare_surfaces(old, new) == ()
    assert count_changes(()) == "none"


def test_each_change_has_a_reason_and_both_places(tmp_path: Path) -> None:
    edits = {
        "client.py": (
            "def refresh(self, session_id: str)",
            "def renew(self, session_id: str)",
        ),
        "models.py": ('    SMS = "sms"\n', ""),
    }
    old = surface_of_folder(edited_copy(tmp_path, edits), "old")
    new = surface_of_folder(GENERATED / "okta", "new")
    changes = compare_surfaces(old, new)
    found = [(c.severity, c.kind, c.subject) for c in changes]
    assert found == [
        (Severity.BREAKING, "method-renamed", "sessions.renew"),
        (Severity.RISKY, "value-added", "AuthenticationMethod.SMS"),
    ]
    assert all(c.reason and c.old and c.new for c in changes)
    text = "\n".join(change_lines(changes))
    assert "breaking: sessions.renew is `sessions.refresh` now: " in text
    assert "old/client.py:" in text and "-> new/client.py:" in text
    assert "* **Breaking:** `sessions.renew` is `sessions.refresh` now." in (
        changelog_lines(changes)
    )
