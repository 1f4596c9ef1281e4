"""Folders of the project, and of the shared material beside it."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "generated"
SHARED = ROOT.parent / "shared"
"""Third-party documents and recordings. Tests that need them are skipped if it is missing."""

HOME_SPECS = [p for p in sorted((ROOT / "specs").glob("*.yaml")) if "." not in p.stem]
"""The specs of the checked-in clients, without the records beside them."""
