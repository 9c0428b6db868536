"""Geometries of one layer are of one kind, so that a client which looks at the first is right about all."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from tenure.publish.geometry import uniform

SQUARE, FAR = shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)
BOTH = shapely.MultiPolygon([SQUARE, FAR])
LINE = shapely.LineString([(0, 0), (1, 1)])


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        ([SQUARE, BOTH, None, FAR], ["MultiPolygon", "MultiPolygon", None, "MultiPolygon"]),
        ([LINE, shapely.MultiLineString([LINE, [(2, 2), (3, 3)]])], ["MultiLineString", "MultiLineString"]),
        ([SQUARE, FAR], ["Polygon", "Polygon"]),
        ([BOTH], ["MultiPolygon"]),
        ([SQUARE, LINE, BOTH], ["Polygon", "LineString", "MultiPolygon"]),
        ([shapely.Point(1, 1), None], ["Point", None]),
        ([None], [None]),
        ([], []),
    ],
)
def test_single_and_multi_parts_become_multi_and_keep_their_ground(given, kinds):
    shapes = np.array([*given, None], dtype=object)[:-1]
    out = uniform(shapes)
    assert [None if g is None else g.geom_type for g in out] == kinds
    assert all(a is b or shapely.equals(a, b) for a, b in zip(given, out, strict=True))
