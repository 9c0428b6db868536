"""Geometries of one layer are of one kind, so that a client which looks at the first is right about all."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from tenure.publish.geometry import simplified, simplified_cover, uniform

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


def strip(x: float) -> shapely.Geometry:
    """A cell with a border of many small steps, which a simplification straightens."""
    edge = [(x + 1 + 0.0001 * (k % 2), k / 20) for k in range(21)]
    back = [(x + 0.0001 * (k % 2), k / 20) for k in range(20, -1, -1)]
    return shapely.Polygon(edge + back)


SPIKE = shapely.Polygon([(9, 0), (10, 0), (9, 0), (9, 0)])


@pytest.mark.parametrize("at", [0, 1, 3, 6])
def test_a_cell_that_cannot_be_simplified_stays_and_the_others_share_their_borders(at):
    cells = [strip(float(x)) for x in range(6)]
    given = np.array([*cells[:at], SPIKE, *cells[at:]], dtype=object)
    with pytest.raises(shapely.errors.GEOSException):
        shapely.coverage_simplify(given, 0.01)
    out = simplified_cover(given, 0.01)
    assert shapely.equals(out[at], SPIKE)
    others = [g for i, g in enumerate(out) if i != at]
    assert shapely.get_num_coordinates(others).sum() < shapely.get_num_coordinates(cells).sum() / 2
    assert shapely.coverage_is_valid(others)


def test_a_shape_is_simplified_or_kept():
    assert shapely.get_num_coordinates(simplified(strip(0.0), 0.01)) < 10
    assert simplified(SPIKE, 0.001).geom_type == "Polygon"
