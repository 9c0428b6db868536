from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tenure.errors import InputError
from tenure.model import PlacementStatus, UnresolvedReason
from tenure.publish.release import release
from tenure.publish.report.document import Heading, Items, Paragraph, TableBlock, to_html, to_markdown
from tenure.publish.report.picture import change_picture, control_picture, states_on
from tenure.publish.report.situation import report_pictures, situation_report

FIRST = date(2021, 3, 1)
NASTY = "<b>x</b> | [y](z) `q`"


@pytest.fixture(scope="module")
def markdown(released):
    return situation_report(released, form="markdown").decode()


def test_report_is_the_same_twice(released):
    for form in ("html", "markdown"):
        assert situation_report(released, form=form) == situation_report(released, form=form)


def test_report_has_every_part(markdown):
    wanted = [
        "Headline",
        "The map",
        "Who holds what",
        "Week by week",
        "Pockets",
        "Corridors",
        "Incidents in agreed zones",
        "Reported and measured",
        "Sources",
        "Gaps in the evidence",
        "Place names",
        "Method and limits",
    ]
    assert re.findall(r"^## (.*)$", markdown, re.MULTILINE) == wanted


def test_place_names_are_counted_with_those_that_most_claims_hang_on(publication, markdown):
    known = sum(p.status.value != "unresolved" for p in publication.placements)
    assert f"{known} of {len(publication.placements)} place names in claims" in markdown
    first, second, *_ = (p for p in publication.placements if p.claim_id)
    bare = {"status": PlacementStatus.UNRESOLVED, "place_id": None, "lon": None, "lat": None, "p": 0.0}
    lost = replace(first, name="Wadi Nowhere", reason=UnresolvedReason.NO_CANDIDATE, **bare)
    abroad = replace(second, name="Port Elsewhere", reason=UnresolvedReason.OUTSIDE_AREA, **bare)
    some = replace(publication, placements=(lost, abroad, replace(second, place_id="geonames:1")), listed_places=("p1",))
    text = situation_report(release(some, now=date(2030, 1, 1)), form="markdown").decode()
    assert "1 of 3 place names in claims (33.3%) have a place or an area; 1 lie outside the study area. 3 names" in text
    assert re.search(r"\| Wadi Nowhere \| no gazetteer has it \| \d+ \| 1 \|", text)
    assert "| Port Elsewhere | outside the study area |" in text
    assert "| not among the study's places |" in text


def test_headline_gives_the_gain_with_its_interval(markdown):
    assert "Government took 17 (15 to 19) places and 1,260 (1,100 to 1,400) km² from Opposition." in markdown


def test_other_days_give_counted_changes_without_interval(released):
    text = situation_report(released, form="markdown", since=FIRST, until=FIRST + timedelta(days=50)).decode()
    assert "no interval was measured" in text
    assert "| Opposition | Government |" in text
    same = situation_report(released, form="markdown", since=FIRST, until=FIRST).decode()
    assert "No place changed hands." in same


def test_checks_say_who_says_so_and_the_verdict(markdown):
    assert re.search(r"area gained by Government \| 2021-03-06 to 2021-06-04 \| [^|]+ \| 3,035 km² \|", markdown)
    assert "| disputed |" in markdown


def test_markdown_links_to_the_pictures_that_come_with_it(released, markdown):
    assert set(re.findall(r"\]\(([^)]+\.svg)\)", markdown)) == set(report_pictures(released))


def test_html_holds_its_pictures_and_nothing_from_outside(released):
    text = situation_report(released).decode()
    assert text.count("<svg") == 5
    assert "<script" not in text
    assert set(re.findall(r"https?://[^\s\"'<)]+", text)) <= {"http://www.w3.org/2000/svg"}
    ids = re.findall(r' id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_pictures_are_well_formed_with_hostile_names(released):
    for svg in report_pictures(released).values():
        root = ET.fromstring(svg)  # noqa: S314 - our own bytes
        assert root.tag.endswith("svg")
    assert b"<img" not in b"".join(report_pictures(released).values())


def test_control_picture_colours_cells_by_their_controller(released):
    svg = control_picture(released, FIRST)
    best = states_on(released, FIRST)
    assert svg.count('fill="#b5342c"') >= int((best == 0).sum())
    assert svg.count('fill="#2f7d4f"') >= int((best == 1).sum())


def test_change_picture_draws_only_what_changed(released):
    assert 'fill-opacity="0.9"' not in change_picture(released, FIRST, FIRST)
    assert 'fill-opacity="0.9"' in change_picture(released, FIRST, FIRST + timedelta(days=60))


def test_a_report_that_ends_before_it_starts_is_refused(released):
    with pytest.raises(InputError, match="ends before it starts"):
        situation_report(released, since=FIRST + timedelta(days=9), until=FIRST)
    with pytest.raises(InputError, match="no such form of report: pdf"):
        situation_report(released, form="pdf")


def test_a_study_without_findings_still_reports(publication):
    bare = replace(
        publication,
        fronts=(),
        pockets=(),
        corridors=(),
        incidents=(),
        checks=(),
        gaps=(),
        reliabilities=(),
        series=(),
        changes=(),
        weekly=(),
        compliance=(),
        zones=(),
        measures=(),
        attributions=(),
    )
    text = situation_report(release(bare, now=date(2024, 1, 1)), form="markdown").decode()
    assert "No ground was cut off." in text
    assert "Incidents" not in text


def test_document_escapes_everything():
    blocks = [Heading(NASTY, 1), Paragraph(NASTY), Items((NASTY,)), TableBlock((NASTY,), ((NASTY,),))]
    html = to_html(blocks, title=NASTY)
    assert "<b>x</b>" not in html
    text = to_markdown(blocks)
    assert not re.search(r"(?<!\\)[<`\[]", text)
    assert re.search(r"^\| \\<b", text, re.MULTILINE)


def test_ground_cut_off_again_and_again_is_one_row(publication):
    first = publication.pockets[0]
    again = [
        replace(
            first,
            pocket_id=f"again-{n}",
            start=FIRST + timedelta(days=n),
            end=FIRST + timedelta(days=n + 1),
            p=0.3 + n / 100,
        )
        for n in (20, 30, 40)
    ]
    rare = replace(first, pocket_id="rare", places=("p001",), p=0.01)
    text = situation_report(
        release(replace(publication, pockets=(*again, rare)), now=date(2030, 1, 1)), form="markdown"
    ).decode()
    assert re.search(r"\| 2021-03-21 \| 2021-04-10, 3 times \| [^|]+ \| [^|]+ \| [^|]+ \| 0\.70 \|", text)
    assert "1 more less probable than 0.25" in text


def test_gain_and_loss_of_each_side_are_told_where_they_were_measured(publication):
    from tenure.model import Measure

    since, until = FIRST + timedelta(days=5), FIRST + timedelta(days=99)
    figures = {"gain_places": (12.0, 4.0, 20.0), "gain_km2": (300.0, 90.0, 500.0), "loss_km2": (40.0, 0.0, 90.0)}
    figures["net_km2"] = (260.0, -10.0, 480.0)
    measured = tuple(
        Measure(n, "government", since, until + timedelta(days=1), "", v, n[5:], lo, hi, lo, hi, "m")
        for n, (v, lo, hi) in figures.items()
    )
    some = replace(publication, measures=measured)
    text = situation_report(release(some, now=date(2030, 1, 1)), form="markdown", since=since, until=until).decode()
    assert "| Government | 12 (4 to 20) | 300 (90 to 500) | 40 (0 to 90) | 260 (-10 to 480) |" in text


def test_weeks_are_tables_and_charts(released, markdown):
    section = markdown.split("## Week by week")[1].split("\n## ")[0]
    assert "![Net change of ground by week](weeks-net.svg)" in section
    assert "| 2021-03-01 | 2021-03-08 | " in section
    pictures = report_pictures(released)
    for name in ("weeks-held.svg", "weeks-net.svg"):
        ET.fromstring(pictures[name])  # noqa: S314 - our own text
    assert pictures["weeks-net.svg"].count(b"<rect") >= 2 * 13


def test_incidents_are_counted_by_week_and_tier_beside_the_week_before(markdown):
    section = markdown.split("### Incidents by week")[1].split("\n## ")[0]
    first, second = re.findall(r"^\| 2021-03.*$", section, re.MULTILINE)
    assert [c.strip() for c in first.split("|")[3:-2]] == ["3", "0", "0", "0", "3", "0"]
    assert [c.strip() for c in second.split("|")[3:-2]] == ["0", "0", "0", "1", "1", "3"]


def test_weeks_under_embargo_are_withheld(publication):
    plain = replace(publication, weights=(), spells=())
    cut = release(plain, now=FIRST + timedelta(days=40 + publication.config.embargo_days))
    assert max(w.until for w in cut.publication.weekly) <= FIRST + timedelta(days=40)
    early = release(plain, now=FIRST + timedelta(days=4 + publication.config.embargo_days))
    assert (early.publication.weekly, early.publication.compliance) == ((), ())
