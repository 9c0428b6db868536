"""Tenure: who holds which place, since when, and who says so.

Turns public reports of an armed conflict into a dated, sourced, measured record of territorial control.
Importing this package loads nothing heavy; each stage is imported where it is used.

`tenure.open("my-study")` opens a built study: its tables as Arrow, pandas or GeoPandas, `control_on(date)`, `measure(...)`,
`why(...)`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from tenure.version import __version__

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from tenure.commands.open import OpenStudy

__all__ = ["__version__", "open"]


def open(folder: str | Path, *, now: datetime | None = None) -> OpenStudy:  # noqa: A001 - read as tenure.open
    """Open a built study; `now` (default: the clock) is what the embargo counts from. NotBuiltError when it is not built."""
    door = import_module("tenure.commands.open")  # by name: nothing that imports this package must depend on the pipeline
    opened: OpenStudy = door.open_study(folder, now=now)
    return opened
