"""What a study's files may say, and what is said when they say something else."""

from __future__ import annotations

import json
from datetime import date

import pytest

from tenure.config import parse_study, study_file_names, study_template
from tenure.errors import StudyError
from tenure.model import ActorKind, Event, FeatureClass, RelationKind

HEAD = 'name = "x"\nstart = 2017-10-01\nend = 2018-02-13\n'
ACTORS = """
[[actor]]
id = "gov"
name = "Government"
aliases = ["the army"]
kind = 1
colour = "#0072B2"
side = "loyal"
[[actor]]
id = "reb"
name = "Rebels"
kind = "Rebel Groups"
[[actor]]
id = "air"
name = "Air force"
kind = 8
side = "loyal"
holds_ground = false
"""
SQUARE = {"type": "Polygon", "coordinates": [[[36, 35], [37, 35], [37, 36], [36, 36], [36, 35]]]}
BOWTIE = {"type": "Polygon", "coordinates": [[[36, 35], [37, 36], [37, 35], [36, 36], [36, 35]]]}
PLACES = "place_id,name,lon,lat\np1,Sinjar,36.5,35.5\n"


def collection(*features):
    rows = [{"type": "Feature", "properties": p, "geometry": g} for p, g in features]
    return json.dumps({"type": "FeatureCollection", "features": rows}).encode()


def study(**texts):
    files = {"study.toml": HEAD, "actors.toml": ACTORS, "places.csv": PLACES}
    names = {"study": "study.toml", "actors": "actors.toml", "sources": "sources.toml", "licences": "licences.toml"}
    names |= {"places": "places.csv", "initial": "initial.csv", "areas": "areas.geojson", "zones": "zones.geojson"}
    files |= {names[key]: value for key, value in texts.items()}
    return parse_study({name: t if isinstance(t, bytes) else t.encode() for name, t in files.items()})


def complaint(**texts):
    with pytest.raises(StudyError) as caught:
        study(**texts)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_smallest_study_has_every_default():
    result = study()
    config = result.config
    assert (config.start, config.end) == (date(2017, 10, 1), date(2018, 2, 14))
    assert (config.title, config.embargo_days, config.languages, config.country) == ("x", 14, ("en",), "ZZ")
    assert dict(config.files)["reports"] == "reports"
    assert result.sources == result.zones == result.initial == result.areas == ()


def test_country_is_taken_from_the_places_where_the_study_gives_none():
    rows = "place_id,name,lon,lat,country\na,A,36,35,SY\nb,B,36,35,SY\nc,C,36,35,TR\n"
    assert study(places=rows).config.country == "SY"


def test_actor_defaults_are_its_own_side_and_a_colour_of_the_palette():
    gov, reb, air = study().actors
    assert (gov.kind, gov.side, gov.colour) == (ActorKind.STATE_FORCES, "loyal", "#0072b2")
    assert (reb.kind, reb.side, reb.holds_ground) == (ActorKind.REBEL_GROUPS, "reb", True)
    assert reb.colour.startswith("#")
    assert not air.holds_ground


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("embargo_day = 3", ["embargo_day", "did you mean embargo_days?"]),
        ("embargo_days = -1", ["embargo_days", "-1"]),
        ("embargo_days = 3.5", ["embargo_days", "3.5"]),
        ("embargo_days = true", ["embargo_days", "True"]),
        ("samples = 1", ["samples", "1"]),
        ("country = 'Syria'", ["country", "Syria"]),
        ("languages = []", ["languages", "ISO 639"]),
        ("languages = ['English']", ["languages", "ISO 639"]),
        ("places = '../secret.csv'", ["places", "inside the study folder"]),
        ("places = '/etc/passwd'", ["places", "inside the study folder"]),
        ("places = 'c:\\x.csv'", ["places", "inside the study folder"]),
        ("area = '../a.geojson'", ["area", "inside the study folder"]),
        ("area = ['A', '']", ["area"]),
        ("report_since = 2016-01-01", ["report_since", "2016-01-01"]),
        ("report_since = 2018-02-01\nreport_until = 2018-01-01", ["report_until 2018-01-01"]),
        ("report_since = 2018-02-01T00:00:00Z", ["report_since", "without a time"]),
        ("report_since = 'soon'", ["report_since", "YYYY-MM-DD"]),
        ("report_since = 0000-01-01", ["TOML"]),
        ("report_since = '1066-10-14'", ["report_since", "1800-01-01"]),
        ("places = 'actors.toml'", ["actors.toml", "actors", "places"]),
        ("zones = 'agreements.geojson'", ["zones", "agreements.geojson"]),
        ("areas = 'missing.geojson'", ["areas", "missing.geojson"]),
        ("area = 'missing.geojson'", ["area", "missing.geojson"]),
        ("area = 'QQ'", ["area", "QQ"]),
        ("name = 'twice'", ["TOML"]),
        ("x = ", ["TOML"]),
    ],
)
def test_bad_study_key_is_named_with_its_value(line, words):
    message = complaint(study=HEAD + line + "\n")
    assert all(word in message for word in words), message


def test_study_without_dates_lacks_them_by_name():
    assert "start" in complaint(study='name = "x"\n')
    assert "swap" in complaint(study='name = "x"\nstart = 2018-02-13\nend = 2017-10-01\n')


def test_missing_study_toml_says_what_to_run():
    with pytest.raises(StudyError, match=r"no study\.toml.*tenure init"):
        parse_study({})


def test_missing_actors_are_asked_for():
    with pytest.raises(StudyError, match=r"actors.*actors\.toml"):
        parse_study({"study.toml": HEAD.encode()})
    assert "no actor" in complaint(actors="")


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ('[[actor]]\nid = "b"\nname = "B"\nkind = 2\naliases = ["The  Army"]', ["The Army", "gov", "and b"]),
        ('[[actor]]\nid = "GOV"\nname = "B"\nkind = 2', ["two actors with one id", "GOV"]),
        ('[[actor]]\nid = "contested"\nname = "B"\nkind = 2', ["contested", "reserved"]),
        ('[[actor]]\nid = "unknown"\nname = "B"\nkind = 2', ["unknown", "reserved"]),
        ('[[actor]]\nid = "a b"\nname = "B"\nkind = 2', ["a b", "letters"]),
        ('[[actor]]\nid = "b"\nname = "B"\nkind = 9', ["kind", "9"]),
        ('[[actor]]\nid = "b"\nname = "B"\nkind = "rebels"', ["kind", "rebel_groups"]),
        ('[[actor]]\nid = "b"\nname = "B"\nkind = true', ["kind"]),
        ('[[actor]]\nid = "b"\nname = "B"\nkind = 2\ncolour = "red"', ["colour", "red", "#rrggbb"]),
        ('[[actor]]\nid = "b"\nname = "B"\nkind = 2\ncolor = "#ff0000"', ["color", "colour"]),
        ('[[actor]]\nid = "b"\nname = "B"', ["(b)", "kind"]),
        ('[[actor]]\nid = "b"\nname = ""\nkind = 2', ["name"]),
        ('[[relation]]\nkind = "alliance"\nactors = ["gov", "rab"]\nsource = "s"', ["rab", "did you mean reb?"]),
        ('[[relation]]\nkind = "alliance"\nactors = ["gov", "gov"]\nsource = "s"', ["twice"]),
        ('[[relation]]\nkind = "alliance"\nactors = ["gov"]\nsource = "s"', ["actors"]),
        ('[[relation]]\nkind = "friends"\nactors = ["gov", "reb"]\nsource = "s"', ["friends"]),
        (
            '[[relation]]\nkind = "alliance"\nactors = ["gov", "reb"]\nsource = "s"\nstart = 2018-01-02\nend = 2018-01-01',
            ["end lies before start"],
        ),
        ('[[actors]]\nid = "b"', ["actors", "did you mean actor?"]),
        ('[relation]\nkind = "alliance"', ["[[relation]]"]),
    ],
)
def test_bad_actor_or_relation_is_named(extra, words):
    message = complaint(actors=ACTORS + extra)
    assert all(word in message for word in words), message


def test_relation_ends_on_the_day_after_its_last():
    extra = '[[relation]]\nkind = "operations room"\nactors = ["gov", "reb"]\nsource = "s"\nend = 2018-02-28\n'
    (relation,) = study(actors=ACTORS + extra).relations
    assert (relation.kind, relation.start, relation.end) == (RelationKind.OPERATIONS_ROOM, None, date(2018, 3, 1))


def source(**keys):
    return "[[source]]\n" + "\n".join(f"{k} = {json.dumps(v)}" for k, v in keys.items()) + "\n"


def test_source_without_side_is_non_partisan():
    text = source(id="a", names=["A"], domains=["www.A.example"]) + source(id="b", names=["B"], side="none")
    first, second = study(sources=text + source(id="c", names=["C"], side="loyal")).sources[:2]
    assert first.side is None
    assert second.side is None
    assert first.domains == ("a.example",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (source(id="a", names=["A"], side="royal"), ["royal", "did you mean loyal?"]),
        (source(id="a", names=["A"]) + source(id="A", names=["B"]), ["two sources with one id"]),
        (source(id="a", names=["A"]) + source(id="b", names=["a"]), ["name", "a and b"]),
        (
            source(id="a", names=["A"], domains=["x.org"]) + source(id="b", names=["B"], domains=["x.org"]),
            ["domain", "x.org"],
        ),
        (source(id="a", names=["A"], domains=["https://x.org/"]), ["bare domain"]),
        (source(id="a", names=[]), ["names"]),
        (source(id="a", names=["A"], kind="press"), ["kind"]),
        (source(id="a", names=["A"], kinds="media"), ["kinds", "kind"]),
        ("source = 3", ["[[source]]"]),
    ],
)
def test_bad_source_is_named(text, words):
    message = complaint(sources=text)
    assert all(word in message for word in words), message


def test_licences_are_carried_on_one_line():
    (entry,) = study(licences='[[licence]]\nwhat = "places.csv"\nlicence = "ODbL-1.0"\ncredit = """A\nB"""\n').attributions
    assert entry.credit == "A B"
    assert "licence" in complaint(licences='[[license]]\nwhat = "x"\n')


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_places_saved_by_any_spreadsheet_read_alike(encoding, newline, delimiter):
    rows = [
        ["place_id", "Name", "alternate_names", "lon", "lat", "population"],
        ["p1", "سنجار", "Sinjar|Sinjār|Sinjar", "36.5", "35.25", "5000"],
    ]
    text = newline.join(delimiter.join(row) for row in [*rows, [""] * 6]) + newline
    (place,) = study(places=text.encode(encoding)).places
    assert (place.name, place.alternate_names, place.lon, place.lat) == ("سنجار", ("Sinjar", "Sinjār"), 36.5, 35.25)
    assert (place.population, place.feature, place.gazetteer) == (5000, FeatureClass.SETTLEMENT, "study")


def test_decimal_comma_and_separator_line_of_a_spreadsheet_are_read():
    (place,) = study(places="sep=;\nplace_id;name;lon;lat\np1;A;36,5;35,25\n").places
    assert (place.lon, place.lat) == (36.5, 35.25)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("p1,A,36,95", ["line 2", "lat", "95", "-90 to 90"]),
        ("p1,A,236,35", ["line 2", "lon", "236"]),
        ("p1,A,nan,35", ["line 2", "lon"]),
        ("p1,A,thirty,35", ["line 2", "lon is not a number", "thirty"]),
        ("p1,A,36,35\n\np2,B,36,35\np1,C,36,35", ["line 5", "two places with one id", "p1 (lines 2 and 5)"]),
        ('p1,"A\nB",36,35\np1,C,36,35', ["two places with one id", "lines 2 and 4"]),
        ("p1,,36,35", ["line 2", "name is empty"]),
        (",A,36,35", ["line 2", "place_id is empty"]),
        ("p1,A,36,", ["line 2", "lon without lat"]),
        ("p1,A,,35", ["line 2", "lat without lon"]),
        ("p1,A,,", ["line 2", "neither coordinates nor area_id"]),
        ("p1,A,36,35,extra", ["line 2", "more cells"]),
        ('p1,"A,36,35', ["line 2", "CSV"]),
    ],
)
def test_bad_place_names_its_line(rows, words):
    message = complaint(places=f"place_id,name,lon,lat\n{rows}\n")
    assert all(word in message for word in words), message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["places.csv is empty"]),
        ("name,lon,lat\nA,36,35\n", ["lacks a column", "place_id"]),
        ("place_id,name,lon,lat,latitude\n", ["unknown column", "latitude"]),
        ("place_id,name,lon,lat,lat\n", ["column twice", "lat"]),
        ("place_id,name,lon,lat,area_id\np,A,,,SY99\n", ["line 2", "area_id", "SY99"]),
        ("place_id,name,lon,lat,feature\np,A,36,35,vilage\n", ["line 2", "feature", "vilage"]),
        ("place_id,name,lon,lat,country\np,A,36,35,Syria\n", ["line 2", "country", "Syria"]),
        ("place_id,name,lon,lat,population\np,A,36,35,-4\n", ["line 2", "population", "-4"]),
        ("place_id,name,lon,lat\np,Ä,36,35\n".encode("latin-1"), ["line 2", "UTF-8"]),
        (b"\x00\x01\x02", ["places.csv"]),
    ],
)
def test_bad_table_of_places_is_named(text, words):
    message = complaint(places=text)
    assert all(word in message for word in words), message


AREA = {"area_id": "SY07", "name": "Idleb", "level": 1, "country": "SY", "alternate_names": "Idlib|Edlib"}


def test_place_known_only_by_its_area_is_kept():
    result = study(areas=collection((AREA, SQUARE)), places="place_id,name,area_id\np,A,SY07\n")
    assert (result.places[0].lon, result.places[0].area_id) == (None, "SY07")
    assert result.areas[0].alternate_names == ("Idlib", "Edlib")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (collection((AREA, {"type": "Point", "coordinates": [36, 35]})), ["(Idleb)", "not a polygon", "Point"]),
        (collection((AREA, None)), ["not a polygon"]),
        (collection((AREA, SQUARE), (AREA, SQUARE)), ["two areas with one id", "SY07"]),
        (collection((AREA | {"levels": 2}, SQUARE)), ["levels", "level"]),
        (collection((AREA | {"level": 12}, SQUARE)), ["level", "12"]),
        (collection((AREA | {"parent": "SY07"}, SQUARE)), ["inside itself"]),
        (collection((AREA, BOWTIE)), ["not a valid polygon"]),
        (collection((AREA, {"type": "Polygon", "coordinates": []})), ["empty"]),
        (collection((AREA, {"type": "Polygon", "coordinates": [[[1, 2]]]})), ["malformed"]),
        (collection((AREA, {"type": "Polygon", "coordinates": "x"})), ["malformed"]),
        (collection((AREA, {"type": "Polygon", "coordinates": [[[0, 0], [900, 0], [900, 9], [0, 0]]]})), ["degrees"]),
        (b"[1]", ["GeoJSON"]),
        (b"{", ["GeoJSON"]),
        (b'{"type": "FeatureCollection"}', ["features"]),
        (b'{"type": "FeatureCollection", "features": [3]}', ["feature 1"]),
        (b'{"type": "FeatureCollection", "features": [], "crs": {"name": "EPSG:3857"}}', ["WGS 84"]),
        (b'{"type": "Feature", "properties": [1], "geometry": null}', ["properties"]),
    ],
)
def test_bad_area_is_named(content, words):
    message = complaint(areas=content)
    assert all(word in message for word in words), message


def test_slightly_crossed_outline_of_an_area_is_mended():
    spike = {
        "type": "Polygon",
        "coordinates": [[[36, 35], [37, 35], [37, 36], [36, 36], [36, 35.5], [35.999, 35.5], [36, 35.5], [36, 35]]],
    }
    assert json.loads(study(areas=collection((AREA, spike))).areas[0].geometry)["type"] == "Polygon"


ZONE = {"zone_id": "z", "name": "Zone", "valid_from": "2017-05-04", "parties": ["gov", "reb"], "prohibited": "clash|strike"}


def test_zone_without_end_is_open_and_one_with_a_last_day_ends_after_it():
    text = collection((ZONE, SQUARE), (ZONE | {"zone_id": "y", "valid_to": "2018-01-31", "parent": "z"}, SQUARE))
    first, second = study(zones=text).zones
    assert (first.valid_from, first.valid_to, second.valid_to) == (date(2017, 5, 4), None, date(2018, 2, 1))
    assert first.prohibited == (Event.CLASH, Event.STRIKE)


def test_zone_gets_its_id_from_the_feature_or_its_name():
    nameless = {k: v for k, v in ZONE.items() if k != "zone_id"}
    feature = {"type": "Feature", "id": 7, "properties": nameless, "geometry": SQUARE}
    assert study(zones=json.dumps(feature)).zones[0].zone_id == "7"
    assert study(zones=collection((nameless | {"name": "Zone of Idlib"}, SQUARE))).zones[0].zone_id == "zone-of-idlib"


@pytest.mark.parametrize(
    ("change", "geometry", "words"),
    [
        ({}, {"type": "LineString", "coordinates": [[36, 35], [37, 35]]}, ["zones.geojson", "not a polygon", "LineString"]),
        ({}, BOWTIE, ["not a valid polygon", "Self-intersection"]),
        ({"valid_from": "2017-13-04"}, SQUARE, ["valid_from", "2017-13-04"]),
        ({"valid_to": "2016-01-01"}, SQUARE, ["valid_to", "swap"]),
        ({"prohibited": ["clashes"]}, SQUARE, ["clashes", "clash"]),
        ({"parties": ["gov", "rebs"]}, SQUARE, ["parties", "rebs", "reb"]),
        ({"guarantors": ["RU"]}, SQUARE, ["guarantors", "RU"]),
        ({"exemptions": "hts"}, SQUARE, ["exemptions", "hts"]),
        ({"parent": "q"}, SQUARE, ["parent", "q"]),
        ({"partys": ["gov"]}, SQUARE, ["partys", "parties"]),
        ({"approximate": "yes"}, SQUARE, ["approximate"]),
    ],
)
def test_bad_zone_is_named(change, geometry, words):
    message = complaint(zones=collection((ZONE | change, geometry)))
    assert all(word in message for word in words), message


INITIAL = "place_id,name,controller,date,source\n"


def test_initial_statement_may_be_about_a_place_an_area_or_another_gazetteer():
    rows = "p1,Sinjar,gov,2017-10-01,map\nSY07,,contested,2017-10-01,map\ngeonames:1,,reb,2017-10-01,map\n"
    result = study(initial=INITIAL + rows, areas=collection((AREA, SQUARE)))
    assert [s.controller for s in result.initial] == ["gov", "contested", "reb"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("p2,Sinjar,gov,2017-10-01,map", ["line 2", "unknown place", "p2", "p1"]),
        ("p1,Sinjar,govt,2017-10-01,map", ["line 2", "controller", "govt", "gov"]),
        ("p1,Sinjar,air,2017-10-01,map", ["line 2", "holds no ground", "air"]),
        ("p1,Sinjar,gov,1.10.2017,map", ["line 2", "date", "1.10.2017"]),
        ("p1,Sinjar,gov,2017-10-01,", ["line 2", "source is empty"]),
        ("p1,Sinjar,gov,,map", ["line 2", "date is empty"]),
    ],
)
def test_bad_initial_statement_names_its_line(row, words):
    message = complaint(initial=f"{INITIAL}{row}\n")
    assert all(word in message for word in words), message


def bounds(text):
    import shapely

    return shapely.from_geojson(text).bounds


def test_study_area_is_the_file_the_country_the_codes_or_the_places_hull():
    shifted = {"type": "Polygon", "coordinates": [[[37, 35], [38, 35], [38, 36], [37, 36], [37, 35]]]}
    other = AREA | {"area_id": "SY05", "name": "Hama"}
    areas = collection((AREA, SQUARE), (other, shifted))
    assert bounds(study(study=HEAD + "area = 'SY07'", areas=areas).area) == (36, 35, 37, 36)
    assert bounds(study(study=HEAD + "area = ['SY07', 'SY05']", areas=areas).area) == (36, 35, 38, 36)
    assert bounds(study(study=HEAD + "area = 'SY'", areas=areas).area) == (36, 35, 38, 36)
    assert bounds(study(study=HEAD + "area = 'areas.geojson'", areas=areas).area) == (36, 35, 38, 36)
    assert bounds(study(places="place_id,name,area_id\np,A,SY07\n", areas=areas).area) == (36, 35, 38, 36)
    west, south, east, north = bounds(study().area)
    assert (west + east) / 2 == pytest.approx(36.5)
    assert (north - south) / 2 == pytest.approx(10 / 111.195, rel=0.01)
    assert (east - west) > (north - south)


def test_study_without_any_ground_says_so():
    assert "no area" in complaint(places="place_id,name,lon,lat\n")
    assert "no polygon" in complaint(study=HEAD + "area = 'areas.geojson'", areas=collection())


def test_digest_depends_on_names_and_bytes_and_on_nothing_else():
    base = study()
    assert study().digest == base.digest
    assert study(places=PLACES + "\n").digest != base.digest
    renamed = {
        "study.toml": (HEAD + "places = 'towns.csv'").encode(),
        "actors.toml": ACTORS.encode(),
        "towns.csv": PLACES.encode(),
    }
    first = parse_study(renamed)
    assert first.digest == parse_study(dict(reversed(list(renamed.items())))).digest
    assert first.digest == parse_study({**renamed, "README.md": b"not a file of the study"}).digest


def test_file_names_are_those_that_the_store_must_read():
    text = HEAD + "area = 'outline.geojson'\nplaces = 'gazetteer/towns.csv'\nreports = 'texts'\n"
    names = study_file_names(text.encode())
    assert names[0] == "actors.toml"
    assert {"gazetteer/towns.csv", "outline.geojson"} <= set(names)
    assert "texts" not in names
    assert "study.toml" not in names


def test_template_is_a_valid_study_with_reports():
    files = study_template("my study")
    result = parse_study(files)
    assert result.config.name == "my study"
    assert len(result.places) == 12
    assert result.zones
    assert result.initial
    assert any(name.startswith("reports/") for name in files)
    assert set(study_file_names(files["study.toml"])) <= set(files)
    with pytest.raises(StudyError, match="name"):
        study_template('a"b')


def test_the_empty_study_makes_nothing_up_and_is_valid_once_days_and_an_actor_are_given():
    files = dict(study_template("my study", empty=True))
    with pytest.raises(StudyError, match="start"):
        parse_study(files)
    files["study.toml"] += b"start = 2020-11-04\nend = 2020-12-24\n"
    with pytest.raises(StudyError, match="no actor"):
        parse_study(files)
    files["actors.toml"] += b'[[actor]]\nid = "gov"\nname = "Government"\nkind = "state_forces"\n'
    with pytest.raises(StudyError, match="no area"):
        parse_study(files)
    files["places.csv"] += b"k1,Humera,,36.61,14.29,settlement,,,,,ET,,\n"
    result = parse_study(files)
    assert result.config.name == "my study"
    assert [place.name for place in result.places] == ["Humera"]
    assert result.config.country == "ET", "the country is the places'"
    assert (result.sources, result.areas, result.zones, result.initial) == ((), (), (), ())
    filled = study_template("my study")
    for table in ("places.csv", "initial.csv"):
        assert files[table].splitlines()[0] == filled[table].splitlines()[0]


def test_importing_the_package_loads_no_heavy_library():
    import subprocess
    import sys

    code = "import sys, tenure.config; sys.exit(any(m in sys.modules for m in ('pydantic', 'shapely', 'numpy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
