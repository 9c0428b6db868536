"""The folder of reports: a misspelt one is told, and nothing outside the study is read through a link."""

from __future__ import annotations

import pytest

from tenure.errors import StudyError
from tenure.reports import read_documents as parse
from tenure.store import read_documents, read_study_files


def test_a_misspelt_folder_is_named_with_those_that_are_there(tmp_path):
    (tmp_path / "reports").mkdir()
    with pytest.raises(StudyError, match=r"not there: report; .*the study has reports"):
        list(read_documents(tmp_path, "report"))
    assert list(read_documents(tmp_path, "report", new=True)) == []


def test_the_usual_folder_may_be_absent_and_a_file_is_no_folder(tmp_path):
    assert list(read_documents(tmp_path, "reports")) == []
    (tmp_path / "reports").write_text("x", encoding="utf-8")
    with pytest.raises(StudyError, match="is a file"):
        list(read_documents(tmp_path, "reports"))


def test_links_out_of_the_study_are_quarantined_by_name(tmp_path):
    study = tmp_path / "study"
    (study / "reports").mkdir(parents=True)
    (tmp_path / "secret.md").write_text("---\ndate: 2021-05-07\n---\nThe secret of the house.", encoding="utf-8")
    (study / "reports" / "a.md").write_text("---\ndate: 2021-05-07\n---\nThe army took Karvat.", encoding="utf-8")
    (study / "reports" / "b.md").symlink_to(tmp_path / "secret.md")
    (study / "reports" / "c.md").symlink_to(study / "reports" / "a.md")
    result = parse(read_documents(study, "reports"))
    assert [(q.origin, q.reason) for q in result.quarantined if q.reason != "duplicate_id"] == [("b.md", "unread")]
    assert "secret" not in "".join(r.text for r in result.reports)


def test_a_folder_of_reports_that_is_a_link_out_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "reports").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StudyError, match="a link out of the study"):
        list(read_documents(tmp_path / "study", "reports"))


def test_an_added_gazetteer_that_is_a_link_out_is_no_file_of_the_study(tmp_path):
    study = tmp_path / "study"
    (study / "gazetteers").mkdir(parents=True)
    (study / "study.toml").write_text('name = "x"\nstart = 2021-01-01\nend = 2021-02-01\n', encoding="utf-8")
    (tmp_path / "list.csv").write_text("place_id,name\n", encoding="utf-8")
    (study / "gazetteers" / "list.csv").symlink_to(tmp_path / "list.csv")
    assert set(read_study_files(study)) == {"study.toml"}
