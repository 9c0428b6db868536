"""The last step of a build does not lose the first ones: what fails is named, the rest is made, the store answers."""

from __future__ import annotations

import errno
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import shapely

from tenure.cli import main
from tenure.commands import check_study, explain_place, watch_zones
from tenure.config import study_template
from tenure.errors import StoreError
from tenure.pipeline import build_study, release_built
from tenure.pipeline.attempts import Failure
from tenure.store import ReadStore, content_digest, write_new_folder

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "small"
    write_new_folder(folder, study_template("small"))
    return folder


def broken(*_, **__):
    raise shapely.errors.GEOSException("a ring without\nground")


def made(folder):
    return {f"{d}/{p.relative_to(folder / d).as_posix()}" for d in ("site", "out") for p in (folder / d).rglob("*.*")}


def test_a_finding_that_fails_is_named_and_the_others_are_made(study, monkeypatch):
    whole = build_study(study, now=NOW)
    monkeypatch.setattr("tenure.territory.find_corridors", broken)
    monkeypatch.setattr("tenure.territory.zone_incidents", broken)
    result = build_study(study, now=NOW)
    assert result.failures == (
        Failure("corridors", "GEOSException: a ring without ground"),
        Failure("incidents", "GEOSException: a ring without ground"),
    )
    assert result.outputs == whole.outputs
    assert result.tables.keys() < whole.tables.keys()
    assert not any("corridors" in title or "incidents" in title for title in result.tables)
    report = (study / "out" / "report.md").read_text(encoding="utf-8")
    assert report.count("Could not be worked out in this build.") == 2
    assert "No corridor was found" not in report
    assert "Could not be worked out, and is missing: corridors, incidents." in report
    assert "missing: corridors, incidents." in (study / "out" / "data" / "datapackage.json").read_text(encoding="utf-8")
    monkeypatch.undo()
    with pytest.raises(StoreError, match="could not make incidents: GEOSException"):
        watch_zones(study, now=NOW)
    assert check_study(study, now=NOW)
    assert release_built(study, now=NOW).publication.lacking == ("corridors", "incidents")
    assert build_study(study, now=NOW).failures == ()
    assert watch_zones(study, now=NOW)


def test_a_file_or_a_picture_that_fails_is_named_and_the_others_are_made(study, monkeypatch):
    whole = build_study(study, now=NOW)
    monkeypatch.setattr("tenure.publish.report.situation.change_picture", broken)
    monkeypatch.setattr("tenure.publish.to_geoparquet", broken)
    monkeypatch.setattr("tenure.publish.map.page.make_parts", broken)
    plain = __import__("tenure.publish.files.datapackage", fromlist=["to_csv"]).to_csv
    monkeypatch.setattr(
        "tenure.publish.files.datapackage.to_csv",
        lambda released, name: broken() if name == "claims" else plain(released, name),
    )
    result = build_study(study, now=NOW)
    lost = {"site/index.html", "out/control.parquet", "out/data/claims.csv", "out/map-change.svg"}
    assert {f.what for f in result.failures} == lost
    assert set(whole.outputs) - set(result.outputs) == lost
    assert not {f for f in lost if (study / f).exists()}, "what was made of an older state must not stand beside a newer one"
    assert "map-change.svg" not in (study / "out" / "report.md").read_text(encoding="utf-8")
    assert explain_place(study, "Tavesh", on="2014-04-10", now=NOW)["posterior"]


def test_a_release_that_fails_leaves_what_was_measured(study, monkeypatch, capsys):
    monkeypatch.setattr("tenure.publish.release.release", broken)
    monkeypatch.setattr("sys.argv", ["tenure", "build", str(study)])
    with pytest.raises(SystemExit) as end:
        main()
    told = capsys.readouterr().err
    assert end.value.code == 1
    assert "tenure: not made: map, files and report; GEOSException: a ring without ground" in told
    assert "unexpected" not in told
    monkeypatch.undo()
    with ReadStore.open(study) as store:
        assert store.table("control").num_rows > 0
    assert release_built(study, now=NOW).publication.spells


def test_control_that_fails_leaves_the_last_build(study, monkeypatch):
    build_study(study, now=NOW)
    before = content_digest(study), made(study)
    monkeypatch.setattr("tenure.pipeline.assessment.fuse_study", broken)
    with pytest.raises(shapely.errors.GEOSException):
        build_study(study, now=NOW)
    assert (content_digest(study), made(study)) == before


@pytest.mark.parametrize("name", ["out", "site"])
def test_a_file_where_a_folder_goes_is_told_before_anything_is_done(study, name):
    (study / name).write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError, match="a file where the build makes a folder"):
        build_study(study, now=NOW)
    assert not list(study.glob("tenure.duckdb*"))
    assert (study / name).read_text(encoding="utf-8") == "mine"


def test_a_disk_that_is_full_while_publishing_changes_nothing(study, monkeypatch):
    build_study(study, now=NOW)
    (study / "decisions.jsonl").write_bytes(b"")
    before = content_digest(study), {n: (study / n).read_bytes() for n in made(study)}
    shutil.copy(next((study / "reports").glob("*rovik*")), study / "reports" / "2014-05-20-again.md")
    plain = Path.write_bytes

    def full(path, content):
        if path.name == "report.html":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return plain(path, content)

    with monkeypatch.context() as patch, pytest.raises(StoreError, match=r"No space left.*nothing was changed"):
        patch.setattr(Path, "write_bytes", full)
        build_study(study, now=NOW)
    assert (content_digest(study), {n: (study / n).read_bytes() for n in made(study)}) == before
    assert (study / "decisions.jsonl").read_bytes() == b""
    build_study(study, now=NOW)
    assert content_digest(study) != before[0]
    assert not [p for p in study.iterdir() if p.name.startswith(".") and p.name != ".tenure"]
