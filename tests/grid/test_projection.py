import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

from tenure.errors import InputError
from tenure.grid import Projection, project


def test_centre_is_the_middle_of_the_extent():
    assert project([36.0, 38.0], [35.0, 36.0]) == Projection(37.0, 35.5)


def test_extent_across_the_antimeridian_stays_whole():
    assert project([179.0, -179.0, 178.0], [-17.0, -18.0, -16.0]) == Projection(179.5, -17.0)


def test_no_position_and_missing_positions_give_the_origin():
    assert project([], []) == Projection(0.0, 0.0)
    assert project([np.nan], [35.0]) == Projection(0.0, 0.0)


def test_latitude_beyond_the_pole_is_refused():
    with pytest.raises(InputError, match="latitude out of range: 95"):
        project([36.0], [95.0])


def test_missing_coordinates_stay_missing_both_ways():
    x, y = Projection(36.0, 35.0).forward([36.0, np.nan], [35.0, 35.0])
    assert np.isnan(x[1])
    assert np.isnan(y[1])
    lon, lat = Projection(36.0, 35.0).inverse(x, y)
    assert lon[0] == pytest.approx(36.0)
    assert np.isnan(lat[1])


def test_crs_names_the_projection_for_other_tools():
    assert Projection(36.5, 35.0).crs == "+proj=laea +lat_0=35.0 +lon_0=36.5 +ellps=WGS84 +units=km"


@settings(deadline=None)
@given(st.floats(-180, 180), st.floats(-80, 80), st.floats(-3, 3), st.floats(-3, 3))
def test_there_and_back_again(lon, lat, east, north):
    projection = project([lon], [lat])
    x, y = projection.forward([lon + east], [lat + north])
    back_lon, back_lat = projection.inverse(x, y)
    _, _, metres = Geod(ellps="WGS84").inv(lon + east, lat + north, back_lon[0], back_lat[0])
    assert metres < 0.01
