"""The embargo counts a report by its last edit, and what is under it teaches nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tenure.config import study_template
from tenure.model import Report
from tenure.pipeline import build_study, release_built
from tenure.places import Locator
from tenure.publish.release import release
from tenure.store import ReadStore, write_new_folder

NOW = datetime(2014, 5, 24, 12, tzinfo=UTC)
CUTOFF = date(2014, 5, 10)
TEXT = """---
id: {id}
published_at: {published}T09:00:00Z
{updated}publisher: Selk Valley Monitor
country: XV
---
Government forces shelled Orlen on 19 April 2014, the Selk Valley Monitor said.
"""
DATES = {
    "early": ("2014-04-20", None),
    "edited-early": ("2014-04-20", "2014-05-10"),
    "edited-late": ("2014-04-21", "2014-05-11"),
    "late": ("2014-05-11", None),
}


@pytest.fixture
def study(tmp_path):
    files = study_template("embargo")
    files = {name: content for name, content in files.items() if not name.startswith("reports/")}
    for name, (published, updated) in DATES.items():
        line = f"updated_at: {updated}T09:00:00Z\n" if updated else ""
        files[f"reports/{name}.md"] = TEXT.format(id=name, published=published, updated=line).encode()
    write_new_folder(tmp_path / "study", files)
    return tmp_path / "study"


def shown(folder, now):
    publication = release_built(folder, now=now).publication
    assert {c.report_id for c in publication.claims} == {r.report_id for r in publication.reports}
    return {r.report_id for r in publication.reports}


def test_a_report_counts_by_its_last_edit(study):
    build_study(study, now=NOW)
    assert shown(study, NOW) == {"early", "edited-early"}
    assert shown(study, NOW + timedelta(days=1)) == set(DATES)
    assert "edited-late" not in (study / "out" / "data" / "claims.csv").read_text(encoding="utf-8")


def test_a_study_that_lies_wholly_under_embargo_says_so(study):
    early = datetime(2014, 3, 2, 12, tzinfo=UTC)  # the study begins on 1 March, its embargo lasts 14 days
    result = build_study(study, now=early)
    assert {"under embargo" in f.reason for f in result.failures} == {True}
    assert "embargo_days (14)" in result.failures[0].reason


def test_what_is_under_embargo_teaches_nothing(study, monkeypatch):
    taught = []
    for name in ("learn_sources", "learn_front"):
        plain = getattr(Locator, name)

        def learn(self, reports, claims, plain=plain):
            taught.append({r.report_id for r in reports})
            return plain(self, reports, claims)

        monkeypatch.setattr(Locator, name, learn)
    build_study(study, now=NOW)
    assert taught == [{"early", "edited-early"}] * 2
    with ReadStore.open(study) as store:
        assert set(store.table("placements")["report_id"].to_pylist()) == set(DATES), "all are placed, to be told later"


def test_a_run_is_another_when_more_may_teach_and_the_same_ever_after(study):
    runs = [build_study(study, now=NOW + timedelta(days=n)).run_id for n in (0, 1, 300)]
    assert runs[0] != runs[1] == runs[2]


def test_the_release_rule_itself_holds_back_what_was_edited_late(study):
    build_study(study, now=NOW)
    publication = release_built(study, now=NOW + timedelta(days=300)).publication
    bare = replace(publication, weights=(), spells=(), filtered=None)
    out = release(bare, now=NOW.date()).publication
    assert {r.report_id for r in out.reports} == {"early", "edited-early"}
    assert {c.report_id for c in out.claims} == {p.report_id for p in out.placements} == {"early", "edited-early"}


def test_an_update_before_the_publication_changes_nothing():
    published = datetime(2014, 5, 1, tzinfo=UTC)
    report = Report("r", "text", published, "day", updated_at=published - timedelta(days=3))
    assert report.readable_from == published
    assert replace(report, updated_at=published + timedelta(days=3)).readable_from == published + timedelta(days=3)
