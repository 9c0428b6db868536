"""Tenure: who holds which place, since when, and who says so.

Turns public reports of an armed conflict into a dated, sourced, measured record of territorial control.
Importing this package loads nothing heavy; each stage is imported where it is used.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
