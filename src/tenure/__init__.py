"""Tenure: who holds which place, since when, and who says so.

Turns public reports of an armed conflict into a dated, sourced, measured record of territorial control.
Importing this package loads nothing heavy; each stage is imported where it is used.

`tenure.open("my-study")` opens a built study: its tables as Arrow, pandas or GeoPandas, `control_on(date)`, `measure(...)`,
`why(...)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.pipeline.door import open_study as open  # noqa: A004 - read as tenure.open

__version__ = "0.1.0"

__all__ = ["__version__", "open"]


def __getattr__(name: str) -> object:
    """Load the door where it is opened."""
    if name == "open":
        from tenure.pipeline.door import open_study

        return open_study
    raise AttributeError(f"module 'tenure' has no attribute {name!r}")
