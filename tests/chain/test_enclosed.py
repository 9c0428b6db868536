"""What "the entire pocket" means: the ground that control itself has cut off on the day before."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime

import pytest

from tenure.pipeline import build_study, init_study
from tenure.store import ReadStore

NOW = datetime(2031, 6, 1, tzinfo=UTC)
NAMES = (
    *(
        "Arvel",
        "Besko",
        "Corim",
        "Dastra",
        "Elmor",
        "Fenwick",
        "Galdra",
        "Hovarth",
        "Ilmsen",
        "Jorvale",
        "Keldra",
        "Lormand",
    ),
    *("Mistra", "Norvale", "Ostrim", "Pelgrad", "Quarn", "Rostel", "Sarvik", "Tolmer", "Ulvane", "Vestrik", "Wendar"),
    *("Yalmora", "Zorvek"),
)
SIDE = 5
SHUT = {"p11", "p12", "p16", "p17"}
"""Places of the pocket: of five rows of five, counted from 0."""


MIDDLE = ((-18.85, -38.48), (-18.65, -38.48), (-18.65, -38.32), (-18.85, -38.32), (-18.85, -38.48))
RIM = ((-18.99, -38.69), (-18.41, -38.69), (-18.41, -38.61), (-18.99, -38.61), (-18.99, -38.69))


def outline(area_id, ring):
    properties = {"area_id": area_id, "name": area_id.title(), "level": 1}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def write(folder, reports):
    """A square of 25 places of which four in its middle are the council's, with reports by id: (date, text)."""
    init_study(folder)
    for old in (folder / "reports").iterdir():
        old.unlink()
    rows, held = [], []
    for i, name in enumerate(NAMES):
        lon, lat = -18.9 + 0.1 * (i % SIDE), -38.6 + 0.08 * (i // SIDE)
        rows.append(f"p{i},{name},,{lon:.2f},{lat:.2f},settlement,,,,,XV,{'mid' if f'p{i}' in SHUT else 'rim'},")
        held.append(f"p{i},{name},{'council' if f'p{i}' in SHUT else 'gov'},2014-03-01,a map")
    rows.append("hamlet,Ostrel,,,,settlement,,,,,XV,mid,")  # known only to lie somewhere in the middle
    held += ["hamlet,Ostrel,council,2014-03-01,a map"]
    header = (folder / "places.csv").read_text("utf-8").splitlines()[0]
    (folder / "places.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
    (folder / "initial.csv").write_text("place_id,name,controller,date,source\n" + "\n".join(held) + "\n", "utf-8")
    (folder / "zones.geojson").write_text('{"type": "FeatureCollection", "features": []}', "utf-8")
    square = [[-19.0, -38.7], [-18.4, -38.7], [-18.4, -38.2], [-19.0, -38.2], [-19.0, -38.7]]
    area = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [square]}}
    (folder / "area.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [area]}), "utf-8")
    outlines = [outline("mid", MIDDLE), outline("rim", RIM)]
    (folder / "areas.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": outlines}), "utf-8")
    study = (folder / "study.toml").read_text("utf-8")
    study = re.sub(r'(?m)^area = "[^"]*"', 'area = "area.geojson"', study)
    (folder / "study.toml").write_text(re.sub(r"(?m)^samples = \d+", "samples = 20", study), "utf-8")
    for name, (day, text) in reports.items():
        lines = {"id": name, "published_at": day, "title": name, "text": text, "source": "monitor"}
        (folder / "reports" / f"{name}.json").write_text(json.dumps(lines), "utf-8")
    return build_study(folder, now=NOW).folder


def rows_of(folder, table):
    with ReadStore.open(folder) as store:
        return store.table(table).to_pylist()


def holders(folder, place_id):
    """The holder of a place by the first day of each of its spells."""
    return {s["start"]: s["controller"] for s in rows_of(folder, "spells") if s["place_id"] == place_id}


@pytest.mark.parametrize(
    "text",
    [
        "The army captured the entire pocket on 20 March 2014.",
        "The army captured the Northern Council pocket on 20 March 2014, the Monitor said.",
        "Government forces took control of the whole pocket of the Northern Council on 20 March 2014.",
    ],
)
def test_a_pocket_means_the_ground_that_is_cut_off(tmp_path, text):
    folder = write(tmp_path / "s", {"a": ("2014-03-21", text)})
    assert {r["place_id"] for r in rows_of(folder, "evidence") if r["verb"] == "took"} == SHUT | {"hamlet"}
    spells = holders(folder, "p12")
    assert spells[min(spells)] == "council"
    assert spells[max(spells)] == "gov"
    assert date(2014, 3, 18) <= max(spells) <= date(2014, 3, 22)


def test_a_pocket_where_none_is_cut_off_bears_no_weight_and_is_listed(tmp_path):
    folder = write(
        tmp_path / "s",
        {
            "a": ("2014-03-11", "The army captured Mistra, Lormand, Rostel and Quarn on 10 March 2014."),
            "b": ("2014-05-21", "The army captured the entire pocket on 20 May 2014."),
        },
    )
    assert "b" not in {r["story"] for r in rows_of(folder, "evidence")}
    assert "unplaced" in {r["reason"] for r in rows_of(folder, "exclusions")}
