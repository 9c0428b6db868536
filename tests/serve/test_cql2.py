"""Filters select what they say: against a brute-force reading, the standard's own examples, and hostile input."""

from __future__ import annotations

import contextlib
import string
from datetime import date, datetime

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.errors import InputError
from tenure.serve.cql2 import parse_cql2
from tenure.serve.selection import Selection, select


@pytest.fixture(scope="session")
def control(edition):
    return edition.collections["control"]


@pytest.fixture(scope="session")
def rows(control):
    table = control.data.to_pylist()
    return [row | {"geometry": control.shape(i)} for i, row in enumerate(table)]


def chosen(collection, text):
    return select(collection, Selection(filter=parse_cql2(text))).tolist()


def where(rows, test):
    return [i for i, row in enumerate(rows) if test(row)]


CASES = [
    ("controller = 'gov'", lambda r: r["controller"] == "gov"),
    ("'gov' = controller", lambda r: r["controller"] == "gov"),
    ("controller <> 'gov'", lambda r: r["controller"] != "gov"),
    ("p > 0.75", lambda r: r["p"] > 0.75),
    ("p>=0.8 AND p<0.9", lambda r: 0.8 <= r["p"] < 0.9),
    ("p BETWEEN 0.75 AND 0.85", lambda r: 0.75 <= r["p"] <= 0.85),
    ("p NOT BETWEEN 0.75 AND 0.85", lambda r: not 0.75 <= r["p"] <= 0.85),
    ("sources IN (1, 3)", lambda r: r["sources"] in (1, 3)),
    ("controller NOT IN ('gov','reb')", lambda r: r["controller"] not in ("gov", "reb")),
    ("name LIKE 'Tell%'", lambda r: r["name"].startswith("Tell")),
    ("name NOT LIKE 'Tell%'", lambda r: not r["name"].startswith("Tell")),
    ("name LIKE 'Ma''arra _'", lambda r: r["name"].startswith("Ma'arra") and len(r["name"]) == 9),
    (r"name LIKE '%\%\_'", lambda r: r["name"].endswith("%_")),
    ("CASEI(name) LIKE CASEI('TELL%')", lambda r: r["name"].startswith("Tell")),
    ("CASEI(name) = casei('tell harran 4')", lambda r: r["name"] == "Tell Harran 4"),
    ("ACCENTI(name) = ACCENTI('Téll Harrán 4')", lambda r: r["name"] == "Tell Harran 4"),
    ("start = DATE('2021-03-01')", lambda r: r["start"] == date(2021, 3, 1)),
    ("start > DATE('2021-03-10') AND \"end\" <= DATE('2021-04-01')",
     lambda r: r["start"] > date(2021, 3, 10) and r["end"] <= date(2021, 4, 1)),
    ("known_from < TIMESTAMP('2021-03-10T06:00:00Z')",
     lambda r: r["known_from"] < datetime.fromisoformat("2021-03-10T06:00Z")),
    ("last_evidence IS NULL", lambda r: r["last_evidence"] is None),
    ("last_evidence IS NOT NULL", lambda r: r["last_evidence"] is not None),
    ("geometry IS NULL", lambda _: False),
    ("last_evidence = start", lambda r: r["last_evidence"] == r["start"]),
    ("NOT last_evidence = start", lambda _: False),
    ("NOT (controller = 'gov' OR controller = 'reb')", lambda r: r["controller"] == "contested"),
    ("controller = 'gov' OR controller = 'reb' AND p > 0.95", lambda r: r["controller"] == "gov"),
    ("(controller = 'gov' OR controller = 'reb') AND p > 0.85", lambda r: r["controller"] == "reb"),
    ("TRUE", lambda _: True),
    ("NOT TRUE OR FALSE", lambda _: False),
    ("'a' = 'a'", lambda _: True),
    ("1 > 2", lambda _: False),
    ("T_AFTER(start, DATE('2021-04-01'))", lambda r: r["start"] > date(2021, 4, 1)),
    ("T_BEFORE(start, DATE('2021-03-10'))", lambda r: r["start"] < date(2021, 3, 10)),
    ("T_EQUALS(start, DATE('2021-03-01'))", lambda r: r["start"] == date(2021, 3, 1)),
    ("T_AFTER(last_evidence, DATE('2021-04-01'))",
     lambda r: r["last_evidence"] is not None and r["last_evidence"] > date(2021, 4, 1)),
    ("T_DURING(INTERVAL(start, end), INTERVAL('2021-03-05', '2021-03-20'))",
     lambda r: r["start"] > date(2021, 3, 5) and r["end"] < date(2021, 3, 20)),
    ("T_INTERSECTS(INTERVAL(start, end), INTERVAL('..', '2021-03-05T00:00:00Z'))", lambda r: r["start"] <= date(2021, 3, 5)),
    ("T_DISJOINT(INTERVAL(start, end), INTERVAL('2021-03-05', '..'))", lambda r: r["end"] < date(2021, 3, 5)),
    ("T_CONTAINS(INTERVAL(start, end), INTERVAL('2021-03-05', '2021-03-06'))",
     lambda r: r["start"] < date(2021, 3, 5) and r["end"] > date(2021, 3, 6)),
    ("T_MEETS(INTERVAL(start, end), INTERVAL('2021-03-07', '2021-03-08'))", lambda r: r["end"] == date(2021, 3, 7)),
    ("T_METBY(INTERVAL(start, end), INTERVAL('2021-03-01', '2021-03-02'))", lambda r: r["start"] == date(2021, 3, 2)),
    ("T_STARTS(INTERVAL(start, end), INTERVAL('2021-03-01', '2021-04-01'))",
     lambda r: r["start"] == date(2021, 3, 1) and r["end"] < date(2021, 4, 1)),
    ("T_STARTEDBY(INTERVAL(start, end), INTERVAL('2021-03-01', '2021-03-03'))",
     lambda r: r["start"] == date(2021, 3, 1) and r["end"] > date(2021, 3, 3)),
    ("T_FINISHES(INTERVAL(start, end), INTERVAL('2021-03-03', '2021-05-30'))",
     lambda r: r["start"] > date(2021, 3, 3) and r["end"] == date(2021, 5, 30)),
    ("T_FINISHEDBY(INTERVAL(start, end), INTERVAL('2021-04-10', '2021-05-30'))",
     lambda r: r["start"] < date(2021, 4, 10) and r["end"] == date(2021, 5, 30)),
    ("T_OVERLAPS(INTERVAL(start, end), INTERVAL('2021-03-05', '2021-03-20'))",
     lambda r: r["start"] < date(2021, 3, 5) < r["end"] < date(2021, 3, 20)),
    ("T_OVERLAPPEDBY(INTERVAL(start, end), INTERVAL('2021-03-05', '2021-03-20'))",
     lambda r: date(2021, 3, 5) < r["start"] < date(2021, 3, 20) < r["end"]),
    ("S_INTERSECTS(geometry, POINT(36.1 35.1))", lambda r: r["geometry"].intersects(shapely.Point(36.1, 35.1))),
    ("S_INTERSECTS(BBOX(36.05,35.05,36.3,35.1), geometry)",
     lambda r: r["geometry"].intersects(shapely.box(36.05, 35.05, 36.3, 35.1))),
    ("S_DISJOINT(geometry, POINT(36.1 35.1))", lambda r: r["geometry"].disjoint(shapely.Point(36.1, 35.1))),
    ("S_WITHIN(geometry, POLYGON((36 35, 36.4 35, 36.4 35.4, 36 35.4, 36 35)))",
     lambda r: r["geometry"].within(shapely.box(36, 35, 36.4, 35.4))),
    ("S_CONTAINS(geometry, POINT(36.1 35.1))", lambda r: r["geometry"].contains(shapely.Point(36.1, 35.1))),
    ("S_CONTAINS(BBOX(36,35,36.4,35.4), geometry)", lambda r: r["geometry"].within(shapely.box(36, 35, 36.4, 35.4))),
    ("S_CROSSES(geometry, LINESTRING(35 35.1, 36.1 35.1))",
     lambda r: r["geometry"].crosses(shapely.LineString([(35, 35.1), (36.1, 35.1)]))),
    ("S_TOUCHES(geometry, LINESTRING(35 35, 36 35))",
     lambda r: r["geometry"].touches(shapely.LineString([(35, 35), (36, 35)]))),
    ("S_OVERLAPS(geometry, BBOX(36.1,35.1,36.3,35.3))",
     lambda r: r["geometry"].overlaps(shapely.box(36.1, 35.1, 36.3, 35.3))),
    ("S_EQUALS(geometry, BBOX(36,35,36.2,35.2))", lambda r: r["geometry"].equals(shapely.box(36, 35, 36.2, 35.2))),
    ("S_EQUALS(geometry, geometry)", lambda _: True),
    ("S_INTERSECTS(POINT(0 0), MULTIPOINT((0 0), (1 1)))", lambda _: True),
    ("S_INTERSECTS(geometry, BBOX(170,35,-170,36))", lambda _: False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "test"), CASES, ids=[text for text, _ in CASES])
def test_filter_selects_what_a_plain_reading_selects(control, rows, text, test):
    assert chosen(control, text) == where(rows, test)


def test_empty_cells_are_neither_so_nor_not_so(control):
    equal, unequal, empty = (
        len(chosen(control, t)) for t in ("last_evidence = start", "last_evidence <> start", "last_evidence IS NULL")
    )
    assert empty > 0
    assert equal + unequal + empty == control.size


def test_open_end_of_an_interval_has_no_end(edition):
    zones = edition.collections["zones"]
    assert chosen(zones, "T_INTERSECTS(INTERVAL(valid_from, valid_to), DATE('2199-01-01'))") == [0]
    assert chosen(zones, "valid_to IS NULL") == [0]
    assert chosen(zones, "approximate") == chosen(zones, "approximate = TRUE") == [0]


def test_features_without_geometry_stand_in_no_spatial_relation(edition):
    claims = edition.collections["claims"]
    assert chosen(claims, "S_INTERSECTS(geometry, BBOX(-180,-90,180,90))") == []
    assert chosen(claims, "S_DISJOINT(geometry, POINT(0 0))") == []
    assert len(chosen(claims, "geometry IS NULL")) == claims.size


def test_geometry_literals_are_read_in_their_reference_system(control):
    tree = parse_cql2("S_INTERSECTS(geometry, POINT(35.1 36.1))")
    rows = select(control, Selection(filter=tree, filter_crs="http://www.opengis.net/def/crs/EPSG/0/4326"))
    assert rows.tolist() == chosen(control, "S_INTERSECTS(geometry, POINT(36.1 35.1))")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "controller", "controller =", "= 'gov'", "controller == 'gov'", "controller = 'gov", "p > ",
        "p > x y", "AND", "NOT",
        "(p > 1", "p > 1)", "p > 1 OR", "p BETWEEN 1", "p BETWEEN 1 AND", "p IN ()", "p IN (1", "p IN 1", "name LIKE",
        "name LIKE name",
        "name LIKE 3", "p IS", "p IS NOT", "nothing = 1", "p = 'x'", "name > 3", "start = 'x'", "DATE('2021-13-01') = start",
        "DATE('yesterday') = start", "DATE(2021) = start", "TIMESTAMP('2021-01-01') = start",
        "DATE('2021-01-01T00:00:00Z') = start",
        "S_NEAR(geometry, POINT(1 1))", "S_INTERSECTS(geometry)", "S_INTERSECTS(geometry, name)",
        "S_INTERSECTS(name, POINT(1 1))",
        "S_INTERSECTS(geometry, POINT(1))", "S_INTERSECTS(geometry, POINT(a b))",
        "S_INTERSECTS(geometry, POLYGON((0 0, 1 1, 0 1, 1 0, 0 0)))",
        "S_INTERSECTS(geometry, POINT(1e400 1))", "S_INTERSECTS(geometry, BBOX(1,2,3))",
        "S_INTERSECTS(geometry, BBOX(1,9,3,4))",
        "S_INTERSECTS(geometry, BBOX(1 2 3 4))", "S_INTERSECTS(geometry, POINT EMPTY)", "S_INTERSECTS(geometry, POINT(1 1)",
        "T_SOON(start, DATE('2021-01-01'))", "T_AFTER(start, 3)", "T_AFTER(p, DATE('2021-01-01'))", "T_AFTER(start, 'x')",
        "T_DURING(INTERVAL(start), INTERVAL('..','..'))", "T_DURING(INTERVAL('a','b'), start)",
        "T_AFTER(start, INTERVAL(1,2))",
        "sin(p) = 1", "CASEI(p) = 'x'", "CASEI('x'", '"p = 1', "p = 1; DROP TABLE control", "p = 1 -- x",
        "p\u0000 = 1", "TRUE > FALSE",
        "(" * 100 + "p = 1" + ")" * 100, "CASEI(" * 100 + "name" + ")" * 100 + " = 'x'",
        "p = 1" + " OR p = 1" * 400, "x" * 5000,
        "S_INTERSECTS(geometry, LINESTRING(" + ",".join(["1 1"] * 1500) + "))", "name LIKE 'x\\", "p = 1e999 OR p = -",
    ],
)  # fmt: skip
def test_what_is_no_filter_is_told_in_one_line(control, text):
    with pytest.raises(InputError) as caught:
        chosen(control, text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 700


def test_double_negation_and_long_chains_are_read(control):
    everything = control.size
    assert len(chosen(control, "NOT NOT " * 50 + "p > 0")) == everything
    assert len(chosen(control, " AND ".join(["p > 0"] * 100))) == everything
    assert len(chosen(control, " OR ".join(f"p = {i}" for i in range(200)))) == 0


def test_pattern_of_many_wildcards_is_answered_at_once(control):
    assert chosen(control, "name LIKE '" + "%a" * 500 + "'") == []


WORDS = [
    *"(),=<>'\"",
    "<>",
    ">=",
    "AND",
    "OR",
    "NOT",
    "LIKE",
    "IN",
    "BETWEEN",
    "IS",
    "NULL",
    "TRUE",
    "p",
    "name",
    "start",
    "geometry",
]
WORDS += [
    "'gov'",
    "'%'",
    "1",
    "-2.5",
    "DATE('2021-03-05')",
    "POINT(36 35)",
    "BBOX(1,2,3,4)",
    "S_INTERSECTS(",
    "T_AFTER(",
    "INTERVAL(",
    "CASEI(",
]


@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)
    | st.text(string.printable + "é\u0000\ud7ff", max_size=60)
)
def test_any_text_is_a_filter_or_a_complaint(control, text):
    try:
        found = chosen(control, text)
    except InputError as error:
        found = []
        message = str(error)
    else:
        message = ""
    assert "\n" not in message
    assert np.all(np.diff(found) > 0)


TEXTS = ["'a'", "'A%'", "''", "'\\'", "name", "CASEI(name)", "CASEI('A')", "ACCENTI(CASEI('É'))"]
NUMBERS = ["1", "-2.5", "p", "1e308"]
TIMES = ["DATE('2021-03-09')", "TIMESTAMP('2021-03-09T00:00:00Z')", "start", "known_from"]
PREDICATES = st.one_of(
    st.builds("{} LIKE {}".format, st.sampled_from(TEXTS), st.sampled_from(TEXTS)),
    st.builds("{} NOT LIKE {}".format, st.sampled_from(TEXTS), st.sampled_from(TEXTS)),
    *(
        st.builds("{} {} {}".format, st.sampled_from(kind), st.sampled_from(["=", "<>", "<"]), st.sampled_from(kind))
        for kind in (TEXTS, NUMBERS, TIMES)
    ),
    st.builds("{} BETWEEN {} AND {}".format, *[st.sampled_from(NUMBERS)] * 3),
    st.builds("{} IN ({}, {})".format, *[st.sampled_from(TEXTS)] * 3),
    st.builds("{} IS NULL".format, st.sampled_from(TEXTS + NUMBERS + TIMES)),
    st.builds("T_AFTER({}, {})".format, st.sampled_from(TIMES), st.sampled_from(TIMES)),
    st.builds("S_INTERSECTS({}, {})".format, *[st.sampled_from(["geometry", "POINT(36 35)", "BBOX(36,35,37,36)"])] * 2),
    st.sampled_from(["TRUE", "FALSE", "NOT TRUE"]),
)


@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PREDICATES, min_size=1, max_size=3), st.sampled_from([" AND ", " OR ", " AND NOT "]))
def test_constants_stand_wherever_columns_stand(control, parts, join):
    with contextlib.suppress(InputError):
        rows = select(control, Selection(filter=parse_cql2(join.join(f"({p})" for p in parts))))
        assert set(rows.tolist()) <= set(range(control.size))


@pytest.mark.parametrize(
    ("text", "all_of_them"),
    [
        ("'a' LIKE 'a'", True),
        ("'a' LIKE 'b%'", False),
        ("'a' NOT LIKE 'b'", True),
        ("CASEI('A') LIKE 'a'", True),
        ("1 = 2", False),
    ],
)
def test_a_filter_of_constants_selects_all_or_none(control, text, all_of_them):
    rows = select(control, Selection(filter=parse_cql2(text)))
    assert len(rows) == (control.size if all_of_them else 0)
