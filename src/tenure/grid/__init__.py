"""The ground under the places: a local equal-area projection, neighbours, and one cell of ground a place.

Areas are measured in a Lambert azimuthal equal-area projection whose centre is chosen from the extent (kilometres);
never in degrees. Everything here is pure geometry: who holds the ground is said elsewhere.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.grid.build import POINT_FEATURES, build_cells
    from tenure.grid.cells import Cells
    from tenure.grid.neighbours import delaunay_neighbours
    from tenure.grid.outline import project_geojson, read_outline, to_geojson
    from tenure.grid.projection import Projection, project

__all__ = [
    "POINT_FEATURES",
    "Cells",
    "Projection",
    "build_cells",
    "delaunay_neighbours",
    "project",
    "project_geojson",
    "read_outline",
    "to_geojson",
]

_HOME = {
    "POINT_FEATURES": "build",
    "Cells": "cells",
    "Projection": "projection",
    "build_cells": "build",
    "delaunay_neighbours": "neighbours",
    "project": "projection",
    "project_geojson": "outline",
    "read_outline": "outline",
    "to_geojson": "outline",
}


def __getattr__(name: str) -> object:
    """Load shapely, scipy and pyproj where they are first used."""
    if name in _HOME:
        return getattr(import_module(f"tenure.grid.{_HOME[name]}"), name)
    raise AttributeError(f"module 'tenure.grid' has no attribute {name!r}")
