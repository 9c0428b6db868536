"""The study folder on disk: what the build makes replaces only what a build made."""

from __future__ import annotations

import pytest

from tenure.errors import StoreError
from tenure.store import replace_folder


def test_a_folder_holds_exactly_the_new_files(tmp_path):
    replace_folder(tmp_path / "out", {"a.csv": b"1", "b/c.csv": b"2"})
    replace_folder(tmp_path / "out", {"a.csv": b"3"})
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").rglob("*")} == {"a.csv": b"3"}
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_is_a_link_is_refused_and_what_it_leads_to_is_kept(tmp_path):
    kept, study = tmp_path / "elsewhere", tmp_path / "study"
    kept.mkdir()
    study.mkdir()
    (kept / "letter.txt").write_text("mine", encoding="utf-8")
    (study / "out").symlink_to(kept)
    with pytest.raises(StoreError, match="is a link"):
        replace_folder(study / "out", {"a.csv": b"1"})
    assert [p.name for p in kept.iterdir()] == ["letter.txt"]


def test_a_link_left_in_the_way_is_removed_and_not_followed(tmp_path):
    kept = tmp_path / "elsewhere"
    kept.mkdir()
    (kept / "letter.txt").write_text("mine", encoding="utf-8")
    (tmp_path / ".out.old").symlink_to(kept)
    replace_folder(tmp_path / "out", {"a.csv": b"1"})
    replace_folder(tmp_path / "out", {"a.csv": b"2"})
    assert (tmp_path / "out" / "a.csv").read_bytes() == b"2"
    assert [p.name for p in kept.iterdir()] == ["letter.txt"]
