import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from tenure.errors import InputError
from tenure.grid import build_cells, read_outline, to_geojson
from tenure.model import Area, FeatureClass, Place

GEOD = Geod(ellps="WGS84")


def box(west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def with_hole(west, south, east, north):
    rings = [json.loads(b)["coordinates"][0] for b in (box(36.0, 35.0, 37.0, 36.0), box(west, south, east, north))]
    return json.dumps({"type": "Polygon", "coordinates": [rings[0], rings[1][::-1]]})


def towns(points, **more):
    return [Place(f"p{i:03d}", "", (), lon, lat, FeatureClass.SETTLEMENT, **more) for i, (lon, lat) in enumerate(points)]


def geodesic_km2(geojson):
    return sum(abs(GEOD.geometry_area_perimeter(p)[0]) for p in shapely.get_parts(shapely.from_geojson(geojson))) / 1e6


AREA = box(36.0, 35.0, 37.0, 36.0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(35.5, 37.5), st.floats(34.5, 36.5)), min_size=0, max_size=25), st.booleans())
def test_cells_and_unpopulated_ground_add_up_to_the_area(points, radius):
    cells = build_cells(towns(points), (), AREA, populated_within_km=20.0 if radius else None)
    assert cells.area_km2.sum() + cells.unpopulated_km2 == pytest.approx(cells.study_area_km2, rel=1e-9)
    assert cells.unpopulated.area == pytest.approx(cells.unpopulated_km2, abs=1e-3)
    assert (cells.area_km2 >= 0).all()


def test_area_by_label_is_the_geodesic_area_of_the_same_polygons():
    rng = np.random.default_rng(5)
    for west, south, width in ((22.0, 44.0, 18.0), (36.0, 33.0, 1.0), (-75.0, -20.0, 6.0), (20.0, 66.0, 10.0)):
        points = np.column_stack((rng.uniform(west, west + width, 300), rng.uniform(south, south + 4, 300)))
        cells = build_cells(towns(points.tolist()), (), box(west, south, west + width, south + 4))
        for label in range(3):
            mine = np.arange(300) % 3 == label
            exact = sum(geodesic_km2(to_geojson(p, cells.projection, decimals=12)) for p in cells.polygons[mine])
            assert cells.area_km2[mine].sum() == pytest.approx(exact, rel=1e-5)


def test_a_point_of_the_area_lies_in_the_cell_of_the_nearest_place():
    rng = np.random.default_rng(6)
    cells = build_cells(towns(rng.uniform((36, 35), (37, 36), (80, 2)).tolist()), (), AREA)
    asked = shapely.get_coordinates(cells.study_area).mean(axis=0) + rng.uniform(-40, 40, (300, 2))
    nearest = np.hypot(asked[:, 0, None] - cells.x_km, asked[:, 1, None] - cells.y_km).argmin(axis=1)
    for point, owner in zip(asked, nearest, strict=True):
        if shapely.intersects_xy(cells.study_area, *point):
            assert shapely.distance(cells.polygons[owner], shapely.Point(point)) < 1e-9


def test_borders_are_what_the_polygons_share():
    rng = np.random.default_rng(7)
    hole = with_hole(36.3, 35.3, 36.6, 35.6)
    cells = build_cells(towns(rng.uniform((36, 35), (37, 36), (40, 2)).tolist()), (), hole)
    edge = {tuple(e): km for e, km in zip(cells.edges.tolist(), cells.border_km, strict=True)}
    for i in range(40):
        for j in range(i + 1, 40):
            # a buffer of a centimetre makes the shared line robust; its length is that of the overlap's half perimeter
            overlap = shapely.intersection(shapely.buffer(cells.polygons[i], 1e-5), shapely.buffer(cells.polygons[j], 1e-5))
            assert overlap.length / 2 == pytest.approx(edge.get((i, j), 0.0), abs=1e-3)


def test_the_boundary_of_a_hole_is_no_way_out():
    lake = with_hole(36.4, 35.4, 36.6, 35.6)
    ring = [(36.5 + 0.15 * np.cos(a), 35.5 + 0.15 * np.sin(a)) for a in np.linspace(0, 6, 7)]
    outer = [
        (x, y)
        for x in (36.02, 36.25, 36.5, 36.75, 36.98)
        for y in (35.02, 35.25, 35.5, 35.75, 35.98)
        if (x, y) != (36.5, 35.5)
    ]
    cells = build_cells(towns(ring + outer), (), lake)
    assert (cells.outside_km[:7] == 0).all()
    perimeter = shapely.get_exterior_ring(cells.study_area).length
    assert cells.outside_km.sum() == pytest.approx(perimeter)
    assert cells.study_area_km2 == pytest.approx(geodesic_km2(lake), rel=1e-5)


@pytest.mark.parametrize("south", [-60.0, -30.0, 0.0, 30.0, 60.0])
def test_moving_the_study_along_the_globe_keeps_areas_and_neighbours(south):
    def study(lon, lat):
        """The same figure in metres on the ellipsoid around another centre."""
        rng = np.random.default_rng(8)
        away, bearing = 40_000 * np.sqrt(rng.random(60)), rng.uniform(0, 360, 60)
        x, y, _ = GEOD.fwd(np.full(60, lon), np.full(60, lat), bearing, away)
        angle = np.linspace(0, 360, 73)[:-1]
        ring_x, ring_y, _ = GEOD.fwd(np.full(72, lon), np.full(72, lat), angle, np.full(72, 50_000))
        unwrapped = lon + (np.array(ring_x) - lon + 180) % 360 - 180
        ring = [*zip(unwrapped, ring_y, strict=True)]
        return build_cells(
            towns(list(zip(x, y, strict=True))), (), json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})
        )

    here, there = study(36.7, 35.5), study(179.9, south)
    assert there.area_km2 == pytest.approx(here.area_km2, rel=1e-4)
    assert there.study_area_km2 == pytest.approx(here.study_area_km2, rel=1e-4)
    assert there.border_km.sum() == pytest.approx(here.border_km.sum(), rel=1e-3)


def test_an_area_cut_at_the_antimeridian_is_one_area():
    halves = {
        "type": "MultiPolygon",
        "coordinates": [
            [[[179, -18], [180, -18], [180, -17], [179, -17], [179, -18]]],
            [[[-180, -18], [-179, -18], [-179, -17], [-180, -17], [-180, -18]]],
        ],
    }
    points = [(179.5, -17.5), (-179.5, -17.5)]
    cells = build_cells(towns(points), (), json.dumps(halves))
    whole = build_cells(towns(points), (), box(179, -18, 181, -17))
    assert cells.study_area.geom_type == "Polygon"
    assert cells.study_area_km2 == pytest.approx(whole.study_area_km2, rel=1e-8)
    assert cells.border_km == pytest.approx([111], abs=1)
    east = json.loads(to_geojson(shapely.union_all(cells.polygons), cells.projection))
    assert east["type"] == "MultiPolygon"
    longitudes = shapely.get_coordinates(shapely.from_geojson(json.dumps(east)))[:, 0]
    assert (np.abs(longitudes) <= 180).all()
    line = json.loads(to_geojson(shapely.LineString([(-50, 0), (50, 0)]), cells.projection))
    assert line["type"] == "MultiLineString"


def test_no_place_leaves_all_ground_unpopulated():
    cells = build_cells([], (), AREA)
    assert cells.area_km2.shape == (0,)
    assert cells.unpopulated_km2 == cells.study_area_km2
    assert cells.edges.shape == (0, 2)
    assert cells.union(np.zeros(0, bool)).is_empty


def test_one_place_owns_everything():
    cells = build_cells(towns([(36.5, 35.5)]), (), AREA)
    assert cells.area_km2 == pytest.approx([cells.study_area_km2])
    assert len(cells.edges) == 0
    assert cells.outside_km[0] == pytest.approx(cells.study_area.length)


def test_places_on_a_line_get_slices():
    cells = build_cells(towns([(36.1, 35.5), (36.5, 35.5), (36.9, 35.5)]), (), AREA)
    assert cells.edges.tolist() == [[0, 1], [1, 2]]
    assert (cells.area_km2 > 0).all()


def test_coinciding_places_part_their_cell():
    alone = build_cells(towns([(36.3, 35.5), (36.7, 35.5)]), (), AREA)
    cells = build_cells(towns([(36.3, 35.5), (36.7, 35.5), (36.3, 35.5), (36.3, 35.5)]), (), AREA)
    assert cells.area_km2[[0, 2, 3]].sum() == pytest.approx(alone.area_km2[0], rel=1e-3)
    assert (cells.area_km2 > 0).all()
    assert {(0, 2), (0, 3), (2, 3)} <= {tuple(e) for e in cells.edges.tolist()}


def test_places_without_ground_are_kept_in_their_order():
    places = [
        Place("river", "", (), 36.5, 35.5, FeatureClass.RIVER),
        *towns([(36.5, 35.4)]),
        Place("lost", "", (), None, None, FeatureClass.SETTLEMENT),
    ]
    cells = build_cells(places, (), AREA)
    assert cells.place_ids == ("river", "p000", "lost")
    assert cells.area_km2[[0, 2]].tolist() == [0, 0]
    assert np.isnan(cells.x_km[2])
    assert cells.align(["p000", "x"]).tolist() == [-1, 0, -1]


def test_an_admin_area_without_a_located_place_is_carved_out_for_its_places():
    areas = [
        Area("west", "West", 3, None, box(36.0, 35.0, 36.4, 36.0)),
        Area("east", "East", 3, None, box(36.4, 35.0, 37.0, 36.0)),
    ]
    places = [
        *towns([(36.7, 35.3), (36.7, 35.7)]),
        *(
            Place(n, n, (), None, None, FeatureClass.SETTLEMENT, area_id=a)
            for n, a in (("u", "west"), ("v", "west"), ("w", "east"))
        ),
    ]
    cells = build_cells(places, areas, AREA)
    west = geodesic_km2(areas[0].geometry)
    assert cells.area_km2[2:] == pytest.approx([west / 2, west / 2, 0], rel=1e-4)
    assert cells.area_km2.sum() == pytest.approx(cells.study_area_km2, rel=1e-8)
    assert cells.from_area.tolist() == [False, False, True, True, False]
    assert {tuple(e) for e in cells.edges.tolist()} == {(0, 1), (0, 3), (1, 3), (2, 3)}
    border = dict(zip([tuple(e) for e in cells.edges.tolist()], cells.border_km, strict=True))
    assert border[0, 3] + border[1, 3] == pytest.approx(111, abs=1)
    assert cells.outside_km.sum() == pytest.approx(cells.study_area.length, abs=0.01)


def test_ground_in_a_polygon_cuts_cells_at_its_boundary():
    cells = build_cells(towns([(36.25, 35.5), (36.75, 35.5)]), (), AREA)
    half = box(36.0, 35.0, 36.2, 36.0)
    assert cells.ground_in(half) == pytest.approx([geodesic_km2(half), 0], rel=1e-4)
    assert cells.ground_in(AREA) == pytest.approx(cells.area_km2)
    assert cells.within(half).tolist() == [False, False]
    assert cells.within(AREA).tolist() == [True, True]


def test_joint_ground_is_the_sum_of_its_cells():
    rng = np.random.default_rng(9)
    cells = build_cells(towns(rng.uniform((36, 35), (37, 36), (200, 2)).tolist()), (), AREA)
    mine = rng.random(200) < 0.5
    assert cells.union(mine).area == pytest.approx(cells.area_km2[mine].sum(), rel=1e-6)
    assert shapely.from_geojson(cells.geojson_of(mine)).is_valid


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "study area is no GeoJSON"),
        ('{"type":"Point","coordinates":[36,35]}', "study area holds no polygon"),
        ('{"type":"Polygon","coordinates":[]}', "study area holds no polygon"),
    ],
)
def test_an_area_that_is_no_polygon_is_refused(text, said):
    with pytest.raises(InputError, match=said):
        build_cells([], (), text)


def test_an_outline_that_crosses_itself_is_mended():
    bow = '{"type":"Polygon","coordinates":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}'
    assert read_outline(bow).is_valid
    assert read_outline(bow).area == pytest.approx(0.5)


def test_a_feature_collection_is_read():
    feature = {"type": "Feature", "properties": {}, "geometry": json.loads(AREA)}
    assert read_outline(json.dumps({"type": "FeatureCollection", "features": [feature]})).area == pytest.approx(1.0)


@pytest.mark.slow
def test_cells_of_35000_places_add_up():
    rng = np.random.default_rng(10)
    places = towns(rng.uniform((30, 44), (38, 52), (35_000, 2)).tolist())
    cells = build_cells(places, (), box(30, 44, 38, 52))
    assert cells.area_km2.sum() == pytest.approx(cells.study_area_km2, rel=1e-9)
