"""The weights and thresholds by which names are matched, resolved and placed."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["weights"]


@cache
def weights() -> dict[str, Any]:
    """Return the weights and thresholds of data/weights.toml."""
    return tomllib.loads(files("tenure.places").joinpath("data/weights.toml").read_text(encoding="utf-8"))
