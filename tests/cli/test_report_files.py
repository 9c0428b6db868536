"""Every file in the reports folder becomes reports or is quarantined with its reason; none is passed over."""

from __future__ import annotations

import pytest

from tenure.reports import read_documents as parse
from tenure.store import read_documents

TEXT = "---\npublished_at: 2031-03-04\n---\n\nThe army captured a town on Tuesday."


@pytest.mark.parametrize("name", ["a.txt", "a.text", "a.md", "a.markdown", "deep/er/a.MD", "no-suffix"])
def test_text_is_read_whatever_its_suffix(tmp_path, name):
    (tmp_path / "reports" / name).parent.mkdir(parents=True)
    (tmp_path / "reports" / name).write_text(TEXT, encoding="utf-8")
    assert len(parse(read_documents(tmp_path, "reports")).reports) == 1


def test_a_json_array_is_read(tmp_path):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.json").write_text(
        '[{"published_at": "2031-03-04", "text": "The army left."}]', encoding="utf-8"
    )
    assert len(parse(read_documents(tmp_path, "reports")).reports) == 1


def test_what_is_no_report_is_quarantined_by_name(tmp_path):
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "scan.pdf").write_bytes(b"%PDF-1.4\n\x00\x01\x02" + bytes(range(256)))
    (bad,) = parse(read_documents(tmp_path, "reports")).quarantined
    assert bad.origin.startswith("scan.pdf")


def test_hidden_files_of_the_system_are_no_reports(tmp_path):
    (tmp_path / "reports" / ".git").mkdir(parents=True)
    (tmp_path / "reports" / ".DS_Store").write_bytes(b"\x00")
    (tmp_path / "reports" / ".git" / "HEAD").write_text("ref", encoding="utf-8")
    assert list(read_documents(tmp_path, "reports")) == []
