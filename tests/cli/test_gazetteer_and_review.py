"""The commands as a shell sees them: one line and exit code 1 for what is wrong, and nothing changed."""

from __future__ import annotations

import pytest

from tenure.pipeline import init_study


@pytest.fixture
def study(tmp_path):
    init_study(tmp_path / "study")
    return tmp_path / "study"


def assert_one_line(done, *parts):
    assert (done.returncode, done.stdout) == (1, ""), done
    line = done.stderr.strip()
    assert line.startswith("tenure: ")
    assert "\n" not in line
    assert all(part in line for part in parts), line


def test_a_bad_gazetteer_is_one_line_and_leaves_no_trace(tenure, study, tmp_path):
    (tmp_path / "twice.csv").write_text("id,name\n1,a\n1,b\n", encoding="utf-8")
    assert_one_line(
        tenure("gazetteer", "add", tmp_path / "twice.csv", "--study", study), "two places with one id", "twice.csv"
    )
    assert not (study / "gazetteers").exists()


def test_a_server_that_cannot_be_reached_is_one_line(tenure, study):
    done = tenure("gazetteer", "add", "geonames:SY", "--study", study, "--offline")
    assert_one_line(done, "network is off", "SY.zip")


def test_a_folder_that_is_no_study_is_told(tenure, tmp_path):
    assert_one_line(tenure("gazetteer", "add", "geonames:SY", "--study", tmp_path), "no study.toml")


@pytest.mark.parametrize("arguments", [("gazetteer", "coverage"), ("review",)], ids=" ".join)
def test_a_study_that_is_not_built_says_what_to_do(tenure, study, arguments):
    assert_one_line(tenure(*arguments, study), "not built", "tenure build")


def test_a_bad_decision_stops_the_build_with_its_line(tenure, study):
    (study / "decisions.jsonl").write_text('{"claim": "c1"}\n', encoding="utf-8")
    assert_one_line(tenure("build", study), "decisions.jsonl line 1", "lacks the key")
