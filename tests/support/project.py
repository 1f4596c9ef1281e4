"""Folders of the project, and of the material beside it."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "generated"
SHARED = ROOT.parent / "shared"
"""Documents and recordings of others. Tests that need them skip where it is absent."""
