"""Boxes, spans and knowledge days select what a plain reading of every feature selects, alone and together."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.errors import InputError
from tenure.serve.extent import parse_box, parse_span
from tenure.serve.instant import parse_day, parse_instant
from tenure.serve.selection import Selection, select

DAYS = st.integers(-5, 100).map(lambda n: date(2021, 3, 1) + timedelta(days=n))
SPANS = st.tuples(st.none() | DAYS, st.none() | DAYS).filter(lambda s: None in s or s[0] <= s[1])
BOXES = st.tuples(st.floats(35.8, 37.3), st.floats(34.8, 35.9), st.floats(0, 0.7), st.floats(0, 0.7))
NAMES = st.sampled_from(
    ["control", "places", "events", "claims", "fronts", "pockets", "corridors", "zones", "incidents", "weekly", "compliance"]
)


def holds(row, start, end, span):
    first, last = span
    begins = last is None or row[start] <= last
    return begins and (first is None or row[end] is None or row[end] > first)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=NAMES, box=st.none() | BOXES, span=st.none() | SPANS, known_on=st.none() | DAYS)
def test_selection_is_what_every_feature_says_of_itself(edition, name, box, span, known_on):
    collection = edition.collections[name]
    shape = None if box is None else shapely.box(box[0], box[1], box[0] + box[2], box[1] + box[3])
    expected = []
    for i, row in enumerate(collection.data.to_pylist()):
        own = collection.shape(i)
        inside = shape is None or own is None or own.intersects(shape)
        now = span is None or collection.start is None or holds(row, collection.start, collection.end, span)
        known = known_on is None or "known_from" not in row or row["known_from"].date() <= known_on
        if inside and now and known:
            expected.append(i)
    assert select(collection, Selection(box=shape, span=span, known_on=known_on)).tolist() == expected


def test_days_of_one_collection_partition_its_spells(edition):
    """Half-open spells: on each day every place is in exactly one."""
    control = edition.collections["control"]
    for n in range(90):
        day = date(2021, 3, 1) + timedelta(days=n)
        rows = select(control, Selection(span=(day, day)))
        assert sorted(control.data["place_id"].take(rows).to_pylist()) == [f"p{i:02d}" for i in range(24)]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.text(max_size=30)
    | st.sampled_from(["2021-03-01", "..", "", "T00:00:00Z", "/"]).flatmap(lambda a: st.just(a + "/" + a))
)
def test_any_text_is_a_span_or_a_complaint(text):
    for parse in (parse_span, parse_box, parse_instant):
        message = ""
        try:
            parse(text)
        except InputError as error:
            message = str(error)
        assert "\n" not in message


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2018-01-20", date(2018, 1, 20)),
        ("2018-01-20T23:59:59Z", date(2018, 1, 20)),
        ("2018-01-20T23:30:00-02:00", date(2018, 1, 21)),
        ("2018-01-20T00:30:00.5+02:00", date(2018, 1, 19)),
        (" 2018-01-20t10:00:00z ", date(2018, 1, 20)),
        ("2018-01-20T", date(2018, 1, 20)),
    ],
)
def test_times_belong_to_their_day_in_utc(text, day):
    assert parse_day(text) == day


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2018-01-20T25:00:00Z", "2018-1-2", "20180120"]
)
def test_times_outside_the_calendar_are_told(text):
    with pytest.raises(InputError):
        parse_instant(text)


def test_times_without_a_zone_are_utc():
    assert parse_instant("2018-01-20T10:00:00") == datetime.fromisoformat("2018-01-20T10:00:00+00:00")


def test_features_of_a_collection_are_of_one_kind_of_geometry():
    """GDAL takes a layer's kind from its first page and stops at the first feature that differs."""
    from tenure.publish.tables import Table, columns_of
    from tenure.serve.collection import make_collection

    square = '{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}'
    two = '{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]]]]}'
    columns = columns_of("pockets")
    row = {c.name: None for c in columns}
    rows = tuple(row | {"pocket_id": str(n), "start": date(2018, 1, 1)} for n in range(3))
    made = make_collection(Table("pockets", columns, rows, (square, None, two)))
    assert [text.startswith(b'{"type":"MultiPolygon"') for text in made.geometries] == [True, True]
