"""A built study under review: what is listed, what a decision writes, and what the next build makes of it."""

from __future__ import annotations

import builtins
import json
import shutil
from datetime import UTC, date, datetime

import pytest
from typer.testing import CliRunner

from tenure.cli import app
from tenure.cli.review import _loop
from tenure.commands import (
    GazetteerRequest,
    OpenReview,
    ReviewRequest,
    add_gazetteer,
    coverage_lines,
    gazetteer_coverage,
    parse_changes,
)
from tenure.commands.coverage import NOT_IN_STUDY
from tenure.errors import InputError, StudyError, TenureError
from tenure.model import Change, ReviewAction
from tenure.pipeline import build_study, init_study
from tenure.pipeline import study as loading
from tenure.pipeline.built import open_built
from tenure.pipeline.decisions import REJECTED
from tenure.store import DATABASE, ReadStore

NOW = datetime(2031, 6, 1, 9, 30, 15, 5, tzinfo=UTC)
REPORT = """---
title: Two villages change hands
published_at: 2014-04-02
publisher: Valley Wire
---

Government forces captured the village of Nowherel on Tuesday, residents said. Government forces captured the village of
Outerby on Tuesday, residents said.
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The starting study with one more report and a gazetteer beside it, built without the world's places."""
    patch = pytest.MonkeyPatch()
    compiled = loading._gazetteer
    patch.setattr(loading, "_gazetteer", lambda *a, **o: compiled(*a, **{**o, "world": False}))
    folder = tmp_path_factory.mktemp("review") / "study"
    init_study(folder)
    (folder / "reports" / "villages.md").write_text(REPORT, encoding="utf-8")
    at = next(p for p in loading.load_study(folder).places if p.lon is not None)
    listed = folder.parent / "list.csv"
    listed.write_text(f"id,name,lat,lon\nx1,Outerby,{at.lat + 0.02},{at.lon + 0.02}\n", encoding="utf-8")
    add_gazetteer(GazetteerRequest(str(listed), folder))
    build_study(folder, now=NOW)
    yield folder
    patch.undo()


@pytest.fixture
def study(built, tmp_path):
    return shutil.copytree(built, tmp_path / "study")


def tables(folder, *names):
    with ReadStore.open(folder) as store:
        return [store.table(name).to_pylist() for name in names]


def decide(folder, claim_id, action="reject", **options):
    request = ReviewRequest(claim_id, ReviewAction(action), "R. Eader", "because", **options)
    return OpenReview(folder).decide(request, now=NOW)


def evidential(folder):
    """Return the id of a claim that is evidence, and its first placement's name."""
    evidence, claims = tables(folder, "evidence", "claims")
    asserted = {c["claim_id"] for c in claims if c["stance"] == "asserted"}
    claim_id = next(e["claim_id"] for e in evidence if e["claim_id"] in asserted)
    return claim_id, OpenReview(folder).names(claim_id)[0]


def test_claims_are_listed_by_rising_confidence_with_their_quotes(study):
    rows = OpenReview(study).rows()
    assert [r["confidence"] for r in rows] == sorted(r["confidence"] for r in rows)
    assert all(r["quote"] for r in rows)
    middle = rows[len(rows) // 2]["confidence"] + 0.001  # rows are rounded
    assert 0 < len(OpenReview(study).rows(below=middle)) < len(rows)
    assert all(r["confidence"] < middle for r in OpenReview(study).rows(below=middle))


def test_what_is_decided_is_no_longer_listed_but_with_all(study):
    claim_id, _ = evidential(study)
    decide(study, claim_id)
    ids = [r["claim_id"] for r in OpenReview(study).rows()]
    everything = {r["claim_id"]: r["decision"] for r in OpenReview(study).rows(everything=True)}
    assert claim_id not in ids
    assert everything[claim_id] == "reject"
    decide(study, claim_id, "withdraw")
    assert claim_id in [r["claim_id"] for r in OpenReview(study).rows()]


def test_a_line_says_who_when_why_and_what_before_and_after(study):
    claim_id, _ = evidential(study)
    decide(study, claim_id, "correct", changes=parse_changes(["stance=denied"]))
    row = json.loads((study / "decisions.jsonl").read_text(encoding="utf-8"))
    assert (row["claim"], row["by"], row["why"], row["at"]) == (claim_id, "R. Eader", "because", "2031-06-01T09:30:15Z")
    assert (row["before"]["stance"], row["after"]["stance"]) == ("asserted", "denied")
    assert row["extracted"]["stance"] == "asserted"


def test_decisions_are_appended_and_earlier_lines_stay_as_a_hand_left_them(study):
    claim_id, _ = evidential(study)
    decide(study, claim_id)
    path = study / "decisions.jsonl"
    by_hand = path.read_bytes().replace(b"because", b"by hand").rstrip(b"\n")
    path.write_bytes(by_hand)
    decide(study, claim_id, "accept")
    assert path.read_bytes().startswith(by_hand + b"\n")
    assert [r["outcome"] for r in OpenReview(study).history()] == ["superseded", "applied"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"claim_id": "absent"}, "no such claim: absent"),
        ({"place": "Absentia"}, "no such placement: Absentia"),
        ({"changes": (Change("event", ("gian",)),)}, "did you mean gain"),
        ({"changes": (Change("actor_ids", ("nobody",)),)}, "unknown actor_ids: nobody"),
        ({"changes": (Change("end", ("1999-01-01",)),)}, "cannot be applied: bad_interval"),
    ],
)
def test_a_decision_that_cannot_hold_is_refused_and_not_written(study, options, told):
    claim_id, _ = evidential(study)
    action = "correct" if "changes" in options else "reject"
    with pytest.raises(TenureError, match=told):
        decide(study, options.pop("claim_id", claim_id), action, **options)
    assert not (study / "decisions.jsonl").exists()


def test_a_place_that_no_gazetteer_has_is_refused(study):
    claim_id, name = evidential(study)
    with pytest.raises(InputError, match="no such place: nowhere"):
        decide(study, claim_id, "correct", place=name, changes=(Change("place_id", ("nowhere",)),))


def test_places_are_offered_by_name_and_by_id(study):
    place = loading.load_study(study).places[0]
    opened = OpenReview(study)
    assert opened.choices(place.name)[0][0] == opened.choices(place.place_id)[0][0] == place.place_id


@pytest.mark.slow
def test_the_next_build_takes_decisions_in_and_keeps_what_was_extracted(study):
    claim_id, _ = evidential(study)
    (before,) = tables(study, "claims")
    other, name = next(
        (c["claim_id"], c["places"][0]["name"]) for c in before if c["claim_id"] != claim_id and len(c["places"]) == 1
    )
    target = loading.load_study(study).places[3].place_id
    decide(study, claim_id)
    decide(study, other, "correct", place=name, changes=(Change("place_id", (target,)),))
    with (study / "decisions.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"claim": "gone", "action": "reject", "by": "x", "at": "2018-01-01", "why": "y"}\n')
    result = build_study(study, now=NOW)
    assert (result.counts["decisions"], result.counts["decisions that fit nothing"]) == (3, 1)
    claims, extracted, placements, evidence, exclusions, decisions = tables(
        study, "claims", "extracted", "placements", "evidence", "exclusions", "decisions"
    )
    assert claim_id not in {r["claim_id"] for r in (*claims, *placements, *evidence)}
    assert [r["claim_id"] for r in extracted] == [r["claim_id"] for r in before], "nothing is deleted"
    assert [(r["claim_id"], r["detail"]) for r in exclusions if r["reason"] == REJECTED] == [(claim_id, "R. Eader: because")]
    assert {p["place_id"] for p in placements if p["claim_id"] == other} == {target}
    assert [r["outcome"] for r in decisions] == ["applied", "applied", "unknown_claim"]
    assert json.loads(decisions[0]["before"])["claim_id"] == claim_id
    assert decisions[0]["known_from"].date() <= date(2014, 6, 1)

    made = ("claims", "placed", "placements", "evidence", "exclusions", "decisions", "control")
    rows = tables(study, *made)
    (study / DATABASE).unlink()
    build_study(study, now=NOW)
    assert tables(study, *made) == rows, "decisions survive a deleted database, and the same inputs give the same rows"
    (study / "decisions.jsonl").unlink()
    build_study(study, now=NOW)
    assert tables(study, "claims") == [[{**r, "run_id": open_built(study).run_id} for r in before]]


def test_a_name_that_no_gazetteer_has_is_listed_with_advice(study):
    share, rows = gazetteer_coverage(study)
    assert "place names have a place" in share
    found = {r["name"]: r for r in rows}
    assert found["Nowherel"]["reason"] == "no_candidate"
    assert found["Nowherel"]["control_claims"] == 1
    assert [a for a in coverage_lines(study).advice if a.startswith("Nowherel") and "is in no gazetteer" in a]


def test_a_place_that_only_an_added_gazetteer_has_becomes_a_whole_line(study):
    _, rows = gazetteer_coverage(study)
    (row,) = [r for r in rows if r["reason"] == NOT_IN_STUDY]
    assert (row["name"], row["place_id"], row["control_claims"]) == ("Outerby", "x1", 1)
    (line,) = [r for r in coverage_lines(study).lines if r["place_id"] == "x1"]
    assert line["feature"] == "settlement"
    assert isinstance(line["lat"], float)
    assert len(gazetteer_coverage(study, limit=1)[1]) == 1


def test_the_situation_report_carries_the_counts_of_the_coverage(study):
    share, rows = gazetteer_coverage(study)
    text = (study / "out" / "report.md").read_text(encoding="utf-8")
    total = share.split(" of ")[1].split()[0]
    assert f"of {total} place names in claims ({share.split(' ')[0]})" in text
    assert f"{len(rows)} names tell the study nothing" in text
    assert f"| {rows[0]['name']} |" in text


@pytest.mark.slow
def test_lines_appended_to_places_csv_resolve_in_the_next_build(study):
    def appended():
        with (study / "places.csv").open("a", encoding="utf-8") as sink:
            sink.write(run("gazetteer", "coverage", study, "--lines").stdout)
        build_study(study, now=NOW)
        return {p.name: p for p in open_built(study).placements}

    (study / "places.csv").write_bytes((study / "places.csv").read_bytes().rstrip())  # as an editor may leave it
    placed = appended()
    assert (placed["Outerby"].place_id, placed["Nowherel"].place_id) == ("x1", None)
    assert "x1" in {p.place_id for p in loading.load_study(study).places}
    nowherel = appended()["Nowherel"]  # its report speaks of Lower Selk, where Outerby is
    assert (nowherel.place_id, nowherel.geo_precision) == ("new-nowherel", 2)
    assert not gazetteer_coverage(study)[1]


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_the_command_decides_and_lists(study):
    claim_id, name = evidential(study)
    done = run("review", study, "--claim", claim_id, "--accept", "--by", "R. Eader", "--why", "read it")
    assert done.exit_code == 0, done
    assert json.loads(done.stdout)["action"] == "accept"
    done = run("review", study, "--placement", f"{claim_id}:{name}", "--reject", "--by", "R. Eader", "--why", "another one")
    assert done.exit_code == 0, done
    history = [json.loads(line) for line in run("review", study, "--history").stdout.splitlines()]
    assert [(r["action"], r["place"]) for r in history] == [("accept", None), ("reject", name)]
    assert claim_id not in run("review", study, "--list").stdout
    assert claim_id in run("review", study, "--list", "--all").stdout


@pytest.mark.parametrize(
    "options",
    [
        ["--accept"],
        ["--claim", "c", "--by", "x", "--why", "y"],
        ["--claim", "c", "--accept", "--reject", "--by", "x", "--why", "y"],
        ["--claim", "c", "--accept"],
        ["--claim", "c", "--placement", "c:d", "--accept", "--by", "x", "--why", "y"],
        ["--placement", "c", "--accept", "--by", "x", "--why", "y"],
    ],
)
def test_half_a_decision_is_wrong_usage(built, options):
    assert run("review", built, *options).exit_code == 2


def test_a_correction_without_a_sign_is_told(built):
    done = run("review", built, "--claim", "c", "--set", "event", "--by", "x", "--why", "y")
    assert isinstance(done.exception, InputError)


def test_a_bad_line_in_the_file_stops_the_review(study):
    (study / "decisions.jsonl").write_text("{\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"decisions\.jsonl line 1"):
        OpenReview(study)


def test_the_loop_asks_claim_after_claim_and_keeps_each_answer(study, monkeypatch):
    opened = OpenReview(study)
    rows = opened.rows()
    claim = next(r for r in rows if len(opened.names(r["claim_id"])) == 1)
    others = [r for r in rows if r is not claim]
    place = opened.study.places[0]
    script = (
        f"R. Eader|p|{place.place_id}|1|the other one",
        "a||a|said so",  # no reason, no decision: asked again
        "c|event=nothing|typo|c|event=clash stance=possible|they fought",
        "r|a joke|s|q",
    )
    answers = iter("|".join(script).split("|"))
    monkeypatch.setattr(builtins, "input", lambda *_: next(answers))
    _loop(opened, [claim, *others], None)
    assert [(r["action"], r["outcome"], r["why"]) for r in OpenReview(study).history()] == [
        ("correct", "applied", "the other one"),
        ("accept", "applied", "said so"),
        ("correct", "applied", "they fought"),
        ("reject", "applied", "a joke"),
    ]
    assert next(answers, None) is None


def test_the_gazetteer_commands_print_rows(study):
    info = [json.loads(line) for line in run("gazetteer", "info", study).stdout.splitlines()]
    assert {"gazetteers/list", "study"} <= {r["gazetteer"] for r in info}
    assert "Nowherel" in run("gazetteer", "coverage", study, "--limit", "5").stdout
    assert run("gazetteer", "coverage", study, "--lines", "--format", "csv").stdout.startswith("place_id,name,")
    listed = study.parent / "more.csv"
    listed.write_text("id,name\n7,Marrow\n", encoding="utf-8")
    done = run("gazetteer", "add", listed, "--study", study, "--licence", "CC0-1.0", "--credit", "me")
    assert json.loads(done.stdout)["detail"] == "gazetteers/more.csv; licence: CC0-1.0; credit: me"
