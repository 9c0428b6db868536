"""What the shipped study promises: enough reports and places, nothing dangling, conflicts kept, sources credited."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import shapely

from tenure.config import Study
from tenure.model import Report

SHARED = Path(__file__).parents[2].parent / "shared"
SOURCES = ("data/idlib-2018/campaign.md", "seeds/000_60756b8fe05db73b.txt")
LONGEST_SHARED_RUN = 7  # words: names in their order reach that, sentences go beyond


def body(report: Report) -> str:
    return report.text


def test_study_has_at_least_eighty_reports_with_front_matter(reports: dict[str, Report]):
    assert len(reports) >= 80
    for report in reports.values():
        assert report.title, report.report_id
        assert report.publisher, report.report_id
        assert report.publisher.endswith("(paraphrased)"), report.report_id
        assert (report.country, report.language) == ("SY", "en"), report.report_id
        assert report.tags, report.report_id


def test_every_report_says_that_it_paraphrases_and_names_the_page(reports: dict[str, Report]):
    for report in reports.values():
        assert re.match(r"paraphrase of the public record: \S.{8,}", report.provenance or ""), report.report_id
    named = Counter("Wikipedia, Northwestern Syria campaign" in (r.provenance or "") for r in reports.values())
    assert named[True] >= 80


def test_file_name_is_the_id_and_starts_with_the_day_of_publication(folder: Path, reports: dict[str, Report]):
    assert {path.stem for path in (folder / "reports").iterdir()} == set(reports)
    for report in reports.values():
        stated = re.search(
            r"(?m)^published_at: (\S{10})", (folder / "reports" / f"{report.report_id}.md").read_text("utf-8")
        )
        assert stated, report.report_id
        assert report.report_id.startswith(stated[1])


def test_reports_lie_in_the_time_of_the_study(study: Study, reports: dict[str, Report]):
    days = sorted(report.published_at.date() for report in reports.values())
    assert study.config.start <= days[0]
    assert days[-1] <= study.config.end
    months = Counter((day.year, day.month) for day in days)
    assert min(months[month] for month in [(2017, 10), (2017, 11), (2017, 12), (2018, 1), (2018, 2)]) >= 10


def test_every_report_comes_from_a_source_of_the_study(study: Study, reports: dict[str, Report]):
    known = {source.source_id for source in study.sources}
    used = {report.source_id for report in reports.values()}
    assert used <= known
    kinds = Counter(source.kind.value for source in study.sources if source.source_id in used)
    assert set(kinds) >= {"observatory", "state_media", "official", "wire", "activist", "un", "armed_group", "curated"}


def test_sources_have_the_sides_of_actors(study: Study):
    sides = {actor.side for actor in study.actors}
    assert {source.side for source in study.sources} - {None} <= sides
    assert {"government", "opposition", "isil"} <= sides


def test_reports_are_short_prose(reports: dict[str, Report]):
    lengths = [len(body(report).split()) for report in reports.values()]
    assert min(lengths) >= 25
    assert max(lengths) <= 160


def test_there_are_places_enough_inside_the_area(study: Study):
    area = shapely.from_geojson(study.area).buffer(0.01)
    areas = {entry.area_id for entry in study.areas}
    assert len(study.places) >= 400
    located = [place for place in study.places if place.lon is not None]
    assert len(located) >= 400
    for place in study.places:
        assert place.area_id in areas, place.place_id
        if place.lon is not None and place.lat is not None:
            assert shapely.contains_xy(area, place.lon, place.lat), place.place_id


def test_no_place_is_finer_than_its_source(study: Study):
    kinds = Counter(place.gazetteer for place in study.places)
    assert set(kinds) == {"osm", "geonames", "pcode"}
    for place in study.places:
        assert (place.lon is None) == (place.gazetteer == "pcode"), place.place_id
    base = next(place for place in study.places if place.feature.value == "base")
    assert base.radius_km >= 5


def test_villages_of_the_campaign_are_known_by_the_names_of_the_reports(study: Study):
    names = {name for place in study.places for name in (place.name, *place.alternate_names)}
    wanted = """Rahjan;Al-Rashadiyah;Al-Shakusiyah;Sarha;Qasr Ali;Ithriya;Balil;Rasm Hammam;Al-Ramleh;Ruwaydah;Maar Shurin;
    Abu Dali;Mushayrifah;Hamadaniyeh;Atshan;Abu Omar;Al-Jadouyah;Umm Elkhalayel;Niha;Hawa;Ard az-Zurzur;
    Dreibiyeh;Umm Sehrij;Al-Nasiriya;Lweibdeh Sharki;Lweibdeh Shamaliyah;Sheikh Barakeh;Sinjar;Darat Izza;
    Tell Silmo;Zafar Saghir;Zafar al-Kabir;Rasm Abed;Um Myal;Khan al-Sabil;Tell Maraq;Khwein al-Kabir;Qaytil;
    Tell-Debes;Suruj;Saraqeb;Abu al-Duhur;Maarat al-Numan;Hunayfis;Salamiyah;Khanasir"""
    assert {name.strip() for name in wanted.split(";")} <= names


def test_no_id_or_alias_is_used_twice(study: Study):
    ids = Counter(place.place_id for place in study.places)
    assert max(ids.values()) == 1
    aliases: dict[str, str] = {}
    for actor in study.actors:
        for word in {name.casefold() for name in (actor.actor_id, actor.name, *actor.aliases)}:
            assert aliases.setdefault(word, actor.actor_id) == actor.actor_id, word


def test_three_sides_hold_ground_and_every_other_fighter_belongs_to_one(study: Study):
    holders = {actor.actor_id for actor in study.actors if actor.holds_ground}
    assert holders == {"government", "opposition", "isil"}
    colours = [actor.colour for actor in study.actors if actor.holds_ground]
    assert len(set(colours)) == len(colours)
    led = {child for relation in study.relations if relation.kind.value == "parent" for child in relation.actors[1:]}
    allied = {a for relation in study.relations if relation.kind.value == "alliance" for a in relation.actors}
    assert {actor.actor_id for actor in study.actors} == holders | led | allied


def test_dated_ties_are_there(study: Study):
    rooms = {(r.start, len(r.actors)) for r in study.relations if r.kind.value == "operations_room"}
    assert rooms == {(date(2018, 1, 11), 4), (date(2018, 2, 3), 3)}
    understandings = [r for r in study.relations if r.kind.value == "understanding"]
    assert {r.actors for r in understandings} == {("government", "isil")}
    assert all(r.start and r.end and r.source for r in understandings)


def test_start_is_stated_with_sources(study: Study):
    sources = {source.source_id for source in study.sources}
    assert {statement.source for statement in study.initial} <= sources
    assert {statement.controller for statement in study.initial} == {"government", "opposition", "isil"}
    assert {statement.date for statement in study.initial} == {study.config.start}
    assert max(Counter(statement.place_id for statement in study.initial).values()) == 1


def test_zone_is_that_of_may_2017_and_says_that_it_is_approximate(study: Study):
    (zone,) = study.zones
    assert zone.valid_from == date(2017, 5, 4)
    assert set(zone.guarantors) == {"russia", "turkey", "iran"}
    assert set(zone.exemptions) == {"isil", "hts"}
    assert zone.approximate
    outline = shapely.from_geojson(zone.geometry)
    assert outline.is_valid
    base = next(place for place in study.places if place.feature.value == "base")
    assert outline.contains(shapely.Point(base.lon, base.lat))


def test_areas_are_small_valid_and_nested(study: Study, folder: Path):
    assert (folder / "areas.geojson").stat().st_size < 500_000
    by_id = {area.area_id: area for area in study.areas}
    for area in study.areas:
        assert shapely.from_geojson(area.geometry).is_valid, area.area_id
        if area.level > 1:
            assert area.parent in by_id, area.area_id


CONFLICTS = [
    (
        "2018-01-11-rebels-say-fifteen-villages",
        "15 villages",
        "2018-01-11-observatory-nine-villages",
        "nine villages and two farms",
    ),
    ("2018-01-20-army-enters-airbase", "entered the Abu al-Duhur airbase", "2018-01-20-airbase-denied", "denied"),
    (
        "2018-01-20-observatory-airbase",
        "captured the Abu al-Duhur airbase",
        "2018-01-22-airbase-taken-on-monday",
        "only on Monday",
    ),
    (
        "2018-01-24-abu-al-duhur-town",
        "has been captured",
        "2018-01-26-abu-al-duhur-still-rebel",
        "under the control of the rebels",
    ),
    ("2018-02-10-corridor-opposition", "opened a corridor", "2018-02-11-umm-sehrij-and-denial", "were fake"),
]


@pytest.mark.parametrize(("first", "says", "second", "differs"), CONFLICTS)
def test_conflicting_accounts_are_kept_apart(reports: dict[str, Report], first: str, says: str, second: str, differs: str):
    assert says in body(reports[first])
    assert differs in body(reports[second])
    assert reports[first].source_id != reports[second].source_id
    assert reports[first].story_id != reports[second].story_id


def test_gap_of_thirteen_kilometres_is_an_accusation_by_an_activist(reports: dict[str, Report]):
    text = body(reports["2017-10-09-isil-crosses-into-northern-hama"])
    assert re.search(r"An opposition activist said government forces .* gap of 13 kilometres", text)


def test_republished_wire_stories_are_copies_and_nothing_else_is(reports: dict[str, Report]):
    copies = {report.report_id: report.copy_of for report in reports.values() if report.copy_of}
    assert copies == {
        "2018-01-08-regional-daily-sinjar": "2018-01-08-observatory-director-sinjar",
        "2018-01-11-gulf-daily-fifteen-villages": "2018-01-11-rebels-say-fifteen-villages",
    }


def test_figures_of_the_article_are_told(reports: dict[str, Report]):
    told = " ".join(body(report) for report in reports.values())
    for figure in [
        "3,035 square kilometres",
        "more than 100 villages",
        "80 villages",
        "four towns",
        "250 square kilometres",
    ]:
        assert figure in told
    for fact in ["around 200 Daesh militants", "six armoured vehicles", "Hunayfis", "4 May 2017"]:
        assert fact in told


def test_licences_are_stated_for_people_and_machines(study: Study, folder: Path):
    text = (folder / "LICENCES.md").read_text("utf-8")
    for credit in ["OpenStreetMap", "OCHA", "IOM", "GeoNames", "geoBoundaries"]:
        assert credit in text
        assert any(credit in a.credit for a in study.attributions), credit


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def shared_runs(text: str, sources: set[tuple[str, ...]], length: int) -> list[str]:
    found = words(text)
    runs = (tuple(found[i : i + length]) for i in range(len(found) - length + 1))
    return [" ".join(run) for run in runs if run in sources]


@pytest.mark.skipif(not all((SHARED / name).exists() for name in SOURCES), reason=f"needs {SHARED}: {', '.join(SOURCES)}")
def test_no_sentence_is_carried_over(reports: dict[str, Report]):
    length = LONGEST_SHARED_RUN + 1
    sources: set[tuple[str, ...]] = set()
    for name in SOURCES:
        found = words((SHARED / name).read_text("utf-8"))
        sources |= {tuple(found[i : i + length]) for i in range(len(found) - length + 1)}
    carried = {report.report_id: runs for report in reports.values() if (runs := shared_runs(report.text, sources, length))}
    assert carried == {}, json.dumps(carried, indent=1)
