"""The shipped study through the whole chain: what a user is shown must be there, and every file opens in its tool."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tenure.cli import app
from tenure.cli.show import show_build
from tenure.pipeline import build_study, release_built

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[2] / "docs" / "howto" / "use-the-files.md"


@pytest.fixture(scope="module")
def built(shipped):
    return shipped


def tenure(*arguments):
    done = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_report_is_read_and_copies_are_one_witness(built):
    assert built.counts["reports"] >= 80
    assert built.counts["copies"] >= 2
    assert built.counts["quarantined"] == 0
    assert built.counts["claims"] > 2 * built.counts["reports"] * 0.8
    assert built.counts["unresolved"] <= 0.1 * built.counts["placements"]


def test_the_headline_tells_who_gained_with_intervals(built):
    title, rows = next(iter(built.tables.items()))
    assert "2017-11-09 to 2018-02-09" in title
    by = {r["actor"]: r for r in rows}
    assert {"government", "opposition", "isil"} <= by.keys()
    assert all("[" in by["government"][k] for k in ("gain_places", "gain_km2", "net_km2"))


def test_the_reported_figures_of_the_article_are_checked(built):
    rows = tenure("check", built.folder)
    reported = [(r["reported"], r["verdict"]) for r in rows]
    for figure in ("3,035 km2", "100 villages", "80 villages", "4 villages", "250 km2"):
        assert any(figure in what for what, _ in reported), figure
    assert {v for _, v in reported} <= {"supported", "disputed", "cannot tell"}
    assert all(r["reason"] for r in rows)


def test_both_passages_of_the_article_are_found_as_corridors(built):
    rows = [r for r in next(v for k, v in built.tables.items() if k.startswith("corridors")) if r["actor"] == "isil"]
    for first, last in (("2017-10-01", "2017-10-31"), ("2018-02-05", "2018-02-13")):
        assert any(first <= r["day"] <= last and r["p"] >= 0.5 and r["claims"] for r in rows), rows


def test_a_pocket_of_isil_is_found_while_it_was_encircled(built):
    rows = next(v for k, v in built.tables.items() if k.startswith("pockets"))
    assert any(r["actor"] == "isil" and r["from"] < "2018-02-09" and r["to"] >= "2018-01-20" for r in rows), rows
    # "the entire pocket" was captured on 9 February, four reports say: none of its places is the group's then
    largest = max((r for r in rows if r["actor"] == "isil" and r["from"] < "2018-02-01"), key=lambda r: r["area_km2"])
    assert largest["to"] <= "2018-02-10", largest


def test_zone_incidents_are_told_with_tier_and_what_only_one_side_says_is_said_so(built):
    rows = tenure("watch", built.folder)
    assert len(rows) > 20
    assert {"assessed", "claimed"} <= {r["tier"] for r in rows}
    told = {r["standing"] for r in rows if not r["standing"].startswith("inferred by the model")}
    assert told <= {"exempt", "alleged by one side", "reported independently"}
    assert not [r for r in rows if r["standing"] == "reported independently" and r["tier"] == "claimed"]


def test_why_shows_the_claim_and_the_denial_and_what_they_did(built):
    (disputed,) = tenure("why", built.folder, "Abu al-Duhur", "--on", "2018-01-20")
    stances = {c.get("stance") for c in disputed["claims"]}
    assert {"asserted", "denied"} <= stances
    assert any(c["stance"] == "denied" and c["log_odds"] < 0 and c["state"] == "government" for c in disputed["claims"])
    (settled,) = tenure("why", built.folder, "Abu al-Duhur", "--on", "2018-01-30")
    assert settled["controller"] == "government"
    assert settled["posterior"]["government"] > 0.9
    record = settled["track_record"]
    assert record["near"]
    assert record["p_from"] <= settled["posterior"]["government"] <= record["p_to"]
    assert f"{record['days']:,} days" in record["words"]


def test_places_that_hang_on_one_source_are_listed(built):
    rows = tenure("why", built.folder, "--without", "sohr")
    assert rows
    assert all(r["with"] != r["without"] for r in rows)
    assert [r["day"] for r in rows] == sorted(r["day"] for r in rows)
    (one,) = tenure("why", built.folder, rows[0]["place_id"], "--on", rows[0]["day"], "--without", "sohr")
    assert (one["controller"], one["without"]["controller"]) == (rows[0]["with"], rows[0]["without"])


def test_measures_by_admin_unit_add_up_and_weeks_are_a_series(built):
    whole = {
        r["actor"]: r["value"]
        for r in tenure("measure", built.folder)
        if r["name"] == "area_km2" and r["since"] == "2018-02-09"
    }
    rows = tenure("measure", built.folder, "--by", "admin1")
    parts: dict[str, float] = {}
    for row in rows:
        if row["name"] == "area_km2" and row["since"] == "2018-02-09":
            parts[row["actor"]] = parts.get(row["actor"], 0.0) + row["value"]
    for actor in ("government", "opposition", "isil"):
        assert parts[actor] == pytest.approx(whole[actor], rel=0.02)
    weeks = {r["since"] for r in tenure("measure", built.folder, "--by", "week")}
    assert len(weeks) >= 13


def test_a_build_without_changes_extracts_nothing_again_and_makes_the_same_files(built, now):
    before = {
        p: p.read_bytes() for p in sorted(built.folder.rglob("*")) if p.is_file() and p.parts[-2] in {"site", "out", "data"}
    }
    again = build_study(built.folder, now=now)
    assert again.run_id == built.run_id
    assert {p: p.read_bytes() for p in before} == before


def test_the_commands_show_tables_to_people(built):
    for command in (["check"], ["watch"], ["measure"]):
        done = CliRunner().invoke(app, [*command, str(built.folder), "--format", "table"], catch_exceptions=False)
        assert done.exit_code == 0
        assert "government" in done.stdout
    why = ["why", str(built.folder), "Sinjar", "--on", "2018-01-20", "--format", "table"]
    said = CliRunner().invoke(app, why, catch_exceptions=False).stdout
    assert "P(government)" in said
    assert "campaigns" in said
    show_build(built)


def test_a_study_opens_from_python(built, now):
    import tenure

    study = tenure.open(built.folder, now=now)
    on = study.control_on("2018-02-09")
    assert (on.filter(like="p_").sum(axis=1) - 1).abs().max() < 1e-9
    assert on.crs.to_epsg() == 4326
    assert set(on.controller) >= {"government", "opposition"}
    assert {"claims", "pockets"} <= set(study.tables)
    assert len(study.pandas("claims")) == study.arrow("claims").num_rows > 0
    assert study.geopandas("zones").geometry.notna().all()
    assert all(len(table) for table in (study.measure(), study.check(), study.watch()))
    assert study.why("Sinjar", "2018-01-20")["claims"]


def test_an_embargo_withholds_what_is_newer_from_every_output(built):
    early = datetime(2018, 1, 20, tzinfo=UTC)
    released = release_built(built.folder, now=early)
    assert released.cutoff == date(2018, 1, 6)
    assert max(r.published_at.date() for r in released.publication.reports) <= released.cutoff
    assert released.last_day <= released.cutoff
    published = {c.claim_id for c in released.publication.claims}
    assert {w.claim_id for w in released.publication.weights} <= published


def test_exports_open_in_the_tools_of_their_users(built, tmp_path):
    import duckdb
    import geopandas
    import pandas as pd
    import pyogrio

    for name in ("control.geojson", "control.parquet", "control.gpkg", "control.fgb", "panel.csv", "acled.csv"):
        schema = "acled" if name == "acled.csv" else "tenure"
        tenure(
            "export",
            built.folder,
            "--to",
            tmp_path / name,
            "--schema",
            schema,
            *(["--daily"] if name == "panel.csv" else []),
        )
    frame = geopandas.read_parquet(tmp_path / "control.parquet")
    assert frame.crs.to_epsg() == 4326 or "CRS84" in str(frame.crs)
    assert len(geopandas.read_file(tmp_path / "control.geojson")) == len(frame)
    assert len(pyogrio.read_dataframe(tmp_path / "control.fgb")) == len(frame)
    assert "control" in {layer for layer, _ in pyogrio.list_layers(tmp_path / "control.gpkg")}
    panel = pd.read_csv(tmp_path / "panel.csv")
    shares = panel.filter(like="p_").sum(axis=1)
    assert shares.sub(1).abs().max() < 0.002
    count = duckdb.sql(f"select count(*) from '{tmp_path / 'control.parquet'}'").fetchall()[0][0]  # noqa: S608 - own path
    assert count == len(frame)
    assert {"event_date", "actor1", "latitude", "geo_precision"} <= set(pd.read_csv(tmp_path / "acled.csv").columns)


def test_the_database_answers_to_plain_sql(built):
    import duckdb

    with duckdb.connect(str(built.folder / "tenure.duckdb"), read_only=True) as connection:
        missing = connection.sql(
            "select count(*) from claims where known_from is null or run_id is null or method is null"
        ).fetchall()
        assert missing == [(0,)]
        rows = connection.sql("select min(p_government + p_opposition + p_isil + p_contested) from control").fetchall()
        assert rows[0][0] == pytest.approx(1.0)


def test_published_spells_tile_each_place_s_time_and_tell_who_is_besieged(built):
    import duckdb

    with duckdb.connect(str(built.folder / "tenure.duckdb"), read_only=True) as connection:
        gaps = connection.sql("""select count(*) from
            (select "end", lead(start) over (partition by place_id order by start) as next from published_spells)
            where next is not null and next != "end" """).fetchall()
        assert gaps == [(0,)]
        besieged = connection.sql("""select distinct s.controller from published_spells s where status = 'besieged'
            and not exists (select 1 from pockets p where p.besieged_by != '' and p.p >= 0.5
                and s.controller in (select unnest(p.holders)) and p.start <= s.start and s."end" <= p."end")""").fetchall()
        assert besieged == []
        assert connection.sql("select count(*) > 0 from published_spells where status = 'besieged'").fetchall() == [(True,)]


def test_the_notebook_of_the_docs_runs(built):
    import nbformat
    from nbclient import NotebookClient

    path = Path(__file__).parents[2] / "docs" / "tutorial" / "notebook.ipynb"
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(built.folder.parent)}}).execute()
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert all(outputs)


def _blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_the_code_of_the_page_on_files_runs(built, tmp_path, monkeypatch, capsys):
    import duckdb

    shutil.copytree(built.folder, tmp_path / "my-study")
    monkeypatch.chdir(tmp_path)
    for line in re.findall(r"^    tenure (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE):
        words, _, target = line.partition(" > ")
        done = CliRunner().invoke(app, words.split(), catch_exceptions=False)
        assert done.exit_code == 0, (line, done.output)
        if target:
            Path(target).write_text(done.stdout, encoding="utf-8")
    for query in (q for block in _blocks("sql") for q in block.split(";") if q.strip()):
        assert duckdb.sql(query).fetchall()
    for code in _blocks("python"):
        exec(compile(code, str(PAGE), "exec"), {})  # noqa: S102 - the page's own code
    assert "government" in capsys.readouterr().out
