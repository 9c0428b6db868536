import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import date, timedelta

import pytest

from tenure import territory
from tenure.model import from_table, to_table
from tenure.publish.report.chart import bar_chart, line_chart
from tenure.territory import areas_by_actor, change_between, find_pockets, front_lines, weekly_change
from tenure.territory.grouping import whole_area

FIRST = date(2018, 1, 1)


def study(maps, rows):
    make_cells, make_posterior, make_samples = maps
    cells = make_cells(4, 1)
    posterior = make_posterior(cells, rows, sure=0.95)
    return posterior, make_samples(posterior, posterior.dates, 20), cells


def test_weeks_run_from_the_first_date_and_add_up_to_the_whole(maps):
    rows = ["aaaa"] * 3 + ["aaab"] * 7 + ["aabb"] * 6
    posterior, samples, cells = study(maps, rows)
    weeks = weekly_change(samples, cells, posterior.dates[0], posterior.dates[-1])
    net = [m for m in weeks if (m.name, m.actor) == ("net_km2", "b")]
    assert [m.since for m in net] == [FIRST, FIRST + timedelta(days=7), FIRST + timedelta(days=14)]
    assert [m.group for m in net] == [m.since.isoformat() for m in net]
    whole = change_between(posterior, samples, cells, posterior.dates[0], posterior.dates[-1]).measures
    total = next(m.value for m in whole if (m.name, m.actor) == ("net_km2", "b"))
    assert sum(m.value for m in net) == pytest.approx(total)
    grouped = weekly_change(samples, cells, FIRST, posterior.dates[-1], grouping=whole_area(cells))
    assert {m.group for m in grouped} == {""}


def test_charts_are_well_formed_and_say_what_they_show(maps):
    posterior, samples, cells = study(maps, ["aaaa", "aaab", "aabb"])
    areas = [m for m in areas_by_actor(posterior, samples, cells, posterior.dates) if m.name == "area_km2"]
    lines = line_chart(areas, title="Held <by> side", colours={"a": "#0072b2"})
    root = ET.fromstring(lines)  # noqa: S314 - our own text
    assert root.find("{http://www.w3.org/2000/svg}title").text == "Held <by> side"
    assert lines.count("<polyline") == 5
    assert lines.count("<polygon") == 5
    assert lines == line_chart(areas[::-1], title="Held <by> side", colours={"a": "#0072b2"})
    weekly = [m for m in change_between(posterior, samples, cells, *posterior.dates[::2]).measures if m.name == "net_km2"]
    bars = bar_chart(weekly, title="Net", colours={})
    ET.fromstring(bars)  # noqa: S314 - our own text
    assert bars.count("<rect") == len(weekly)


def test_charts_of_nothing_and_of_one_value_are_drawn(maps):
    for chart in (line_chart, bar_chart):
        ET.fromstring(chart([], title="None", colours={}))  # noqa: S314 - our own text
    posterior, _, cells = study(maps, ["aaaa"])
    ET.fromstring(line_chart(areas_by_actor(posterior, None, cells, FIRST)[:1], title="One", colours={}))  # noqa: S314 - as above


def test_findings_go_into_tables_and_back(maps):
    make_cells, make_posterior, make_samples = maps
    cells = make_cells(5, 3)
    posterior = make_posterior(cells, ["bbbbb" + "bbaab" + "bbbbb"])
    samples = make_samples(posterior, posterior.dates)
    pockets = find_pockets(posterior, samples, cells)
    assert tuple(from_table(territory.Pocket, to_table(territory.Pocket, pockets))) == pockets
    fronts = front_lines(posterior, cells, FIRST, samples=samples)
    assert tuple(from_table(territory.Front, to_table(territory.Front, fronts))) == fronts
    assert json.loads(pockets[0].geometry)["type"] in ("Polygon", "MultiPolygon")
    empty = (
        territory.Capture, territory.Corridor, territory.Check, territory.Flip, territory.Incident,
        territory.IncidentCount, territory.Movement,
    )  # fmt: skip
    for record in empty:
        assert to_table(record, ()).num_rows == 0


def test_every_public_name_can_be_had_and_no_other():
    for name in territory.__all__:
        assert getattr(territory, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        territory.nothing  # noqa: B018 - the access is what is tested


def test_importing_the_stage_is_cheap():
    names = "{'shapely', 'scipy', 'pyproj', 'numpy'}"
    heavy = f"import sys, tenure.territory, tenure.grid; print(sorted({names} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
