"""Bad input gets one clear line and exit code 1, or a quarantined report with its reason; never a traceback."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tenure.pipeline import init_study
from tenure.pipeline.study import load_study, study_file
from tenure.reports import read_documents as parse
from tenure.store import read_documents


@pytest.fixture
def study(tmp_path):
    init_study(tmp_path / "study")
    return tmp_path / "study"


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def assert_one_line(done, *parts):
    assert done.returncode == 1, done
    assert done.stdout == ""
    line = done.stderr.strip()
    assert "\n" not in line, line
    assert line.startswith("tenure: ")
    for part in parts:
        assert part in line


def test_the_module_is_the_command_in_a_shell_too(tmp_path):
    command = [sys.executable, "-m", "tenure", "build", str(tmp_path)]
    assert_one_line(subprocess.run(command, capture_output=True, text=True, check=False), "no study.toml", "tenure init")


@pytest.mark.parametrize("name", ["places.csv", "initial.csv"])
def test_a_table_that_is_cut_off_in_a_row_is_told(tenure, study, name):
    path = study / name
    text = path.read_text(encoding="utf-8").rstrip("\n")
    path.write_text(text.rpartition(",")[0], encoding="utf-8")
    assert_one_line(tenure("build", study), name, "stops after", "cut off")


def test_a_folder_without_study_toml(tenure, tmp_path):
    assert_one_line(tenure("build", tmp_path), "no study.toml", "tenure init")


def test_a_folder_that_is_not_there(tenure, tmp_path):
    assert_one_line(tenure("build", tmp_path / "absent"), "no such study folder", "absent")


def test_an_unknown_key_names_the_nearest_known_one(tenure, study):
    edit(study / "study.toml", "embargo_days", "embargo_day")
    assert_one_line(tenure("build", study), "embargo_day", "embargo_days")


def test_an_alias_claimed_by_two_actors(tenure, study):
    text = (study / "actors.toml").read_text(encoding="utf-8")
    twice = (
        '\n[[actor]]\nid = "{0}"\nname = "{0}"\naliases = ["the same band"]\nkind = 2\ncolour = "#112233"\nside = "{0}"\n'
    )
    (study / "actors.toml").write_text(text + twice.format("one_band") + twice.format("two_band"), encoding="utf-8")
    assert_one_line(tenure("build", study), "the same band", "one_band", "two_band")


def test_a_place_with_latitude_95(tenure, study):
    path = study / "places.csv"
    header, first, *rest = path.read_text(encoding="utf-8").splitlines()
    values = dict(zip(header.split(","), first.split(","), strict=False))
    path.write_text("\n".join([header, first.replace(values["lat"], "95"), *rest]), encoding="utf-8")
    assert_one_line(tenure("build", study), "places.csv", "95")


def test_two_places_with_one_id(tenure, study):
    path = study / "places.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]), encoding="utf-8")
    assert_one_line(tenure("build", study), "places.csv", lines[1].split(",")[0])


def test_a_zone_that_is_not_a_polygon(tenure, study):
    (study / "zones.geojson").write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"zone_id":"z","name":"Z",'
        '"valid_from":"2031-01-01","parties":[],"guarantors":[],"prohibited":["strike"],"source":"x"},'
        '"geometry":{"type":"Point","coordinates":[36,35]}}]}',
        encoding="utf-8",
    )
    assert_one_line(tenure("build", study), "zones.geojson", "Point")


def test_a_study_that_is_not_built(tenure, study):
    assert_one_line(tenure("why", study, "anywhere", "--on", "2031-01-01"), "not built", "tenure build")


@pytest.mark.parametrize("options", [[], ["Sinjar"], ["--on", "2018-01-20"], ["--on", "2018-01-20", "--without", "x"]])
def test_half_a_question_is_wrong_usage(tenure, study, options):
    assert tenure("why", study, *options).returncode == 2


def test_a_parquet_file_that_is_none(tenure, tmp_path):
    (tmp_path / "claims.parquet").write_bytes(b"place_id,date\n")
    done = tenure("fuse", tmp_path / "claims.parquet", tmp_path / "claims.parquet", "--out", tmp_path / "out.parquet")
    assert_one_line(done, "not a Parquet file", "claims.parquet")


def test_an_unknown_option_is_wrong_usage(tenure, tmp_path):
    assert tenure("build", tmp_path, "--no-such-option").returncode == 2


REPORT = "---\ntitle: A town\npublished_at: {date}\n---\n\nThe army captured a town."


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("undated.md", b"---\ntitle: A town\n---\n\nThe army captured a town.", "no_date"),
        ("empty.txt", b"", "empty"),
        ("binary.txt", bytes(range(256)) * 64, "binary"),
        ("year0.md", REPORT.format(date="0000-01-01").encode(), "bad_date"),
        ("one-line.txt", b"2031-03-04 " + b"word " * 10_000_000, ""),
    ],
    ids=["undated", "empty", "binary", "year 0", "50 MB of one line"],
)
def test_a_bad_report_is_quarantined_with_its_reason_and_the_rest_goes_on(study, name, content, reason):
    folder = study / study_file(load_study(study), "reports")
    before = len(parse(read_documents(study, folder.name)).reports)
    (folder / name).write_bytes(content)
    result = parse(read_documents(study, folder.name))
    (bad,) = [q for q in result.quarantined if q.origin.startswith(name)]
    assert bad.reason == reason or (not reason and bad.reason)
    assert "\n" not in bad.detail
    assert len(result.reports) == before


def test_an_error_of_the_study_s_files_is_nothing_but_its_line(tenure, study):
    edit(study / "study.toml", "samples = 400", "samples = 5")
    done = tenure("build", study)
    assert done.stderr.startswith("tenure: study.toml")
    assert done.stderr.count("\n") == 1


def test_a_suffix_that_no_export_has_names_those_that_there_are(tenure, study):
    assert_one_line(tenure("export", study, "--to", study / "x.exe"), "x.exe", ".geojson", ".html", ".md")


def test_a_file_that_cannot_be_written(tenure, tmp_path):
    (tmp_path / "lines.jsonl").write_text("no json\n", encoding="utf-8")
    (tmp_path / "file").write_bytes(b"")
    done = tenure("extract", tmp_path / "lines.jsonl", "--out", tmp_path / "file" / "out.jsonl")
    assert_one_line(done, "cannot write", "out.jsonl")


def test_what_nobody_foresaw_is_one_line_too_and_shown_whole_when_asked_for(monkeypatch, capsys):
    import tenure.cli

    def broken():
        raise ZeroDivisionError("a line\nof two")

    monkeypatch.setattr(tenure.cli, "app", broken)
    monkeypatch.delenv("TENURE_DEBUG", raising=False)
    with pytest.raises(SystemExit) as end:
        tenure.cli.main()
    assert end.value.code == 1
    assert capsys.readouterr().err == (
        "tenure: unexpected ZeroDivisionError: a line of two; run again with TENURE_DEBUG=1 and report what it shows\n"
    )
    monkeypatch.setenv("TENURE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        tenure.cli.main()


def test_an_empty_study_says_what_it_needs(tmp_path, tenure):
    made = tenure("init", tmp_path / "mine", "--empty")
    assert made.returncode == 0, made.stderr
    assert "fill in study.toml" in made.stdout
    assert not (tmp_path / "mine" / "reports").exists(), "no made-up reports"
    assert_one_line(tenure("build", tmp_path / "mine"), "study.toml", "start")
