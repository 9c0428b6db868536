"""What a build makes is put in place in one step, and what others put beside it stays."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pyarrow as pa
import pytest

from tenure.errors import StoreError
from tenure.store import DATABASE, BuildStore, ReadStore, check_made_folders, finish_build
from tenure.store.made import MANIFEST


def build(folder: Path, value: int, made: dict[str, dict[str, bytes]]) -> tuple[str, ...]:
    with BuildStore.open(folder) as store:
        store.put("t", pa.table({"a": [value]}))
        return finish_build(store, folder, made)


def held(folder: Path) -> dict[str, bytes]:
    found = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.name != MANIFEST)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


def value(folder: Path) -> list[int]:
    with ReadStore.open(folder) as store:
        return store.table("t")["a"].to_pylist()


def test_a_build_replaces_what_the_last_one_made(tmp_path):
    build(tmp_path, 1, {"out": {"a.csv": b"1", "data/b.csv": b"2"}})
    build(tmp_path, 2, {"out": {"a.csv": b"3"}})
    assert held(tmp_path / "out") == {"a.csv": b"3"}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out", DATABASE]


def test_files_of_the_user_stay_wherever_they_are(tmp_path):
    build(tmp_path, 1, {"out": {"a.csv": b"1"}, "site": {"index.html": b"map"}})
    (tmp_path / "out" / "letter.txt").write_bytes(b"mine")
    (tmp_path / "out" / "drafts").mkdir()
    (tmp_path / "out" / "drafts" / "one.txt").write_bytes(b"mine too")
    (tmp_path / "site" / "CNAME").write_bytes(b"example.org")
    assert build(tmp_path, 2, {"out": {"a.csv": b"2"}, "site": {"index.html": b"new map"}}) == ()
    assert held(tmp_path / "out") == {"a.csv": b"2", "letter.txt": b"mine", "drafts/one.txt": b"mine too"}
    assert held(tmp_path / "site") == {"index.html": b"new map", "CNAME": b"example.org"}


def test_a_made_file_that_the_user_changed_is_kept_beside_the_new_one(tmp_path):
    build(tmp_path, 1, {"out": {"report.md": b"made", "old.csv": b"made"}})
    (tmp_path / "out" / "report.md").write_bytes(b"made, with my notes")
    (tmp_path / "out" / "old.csv").write_bytes(b"with my column")
    assert build(tmp_path, 2, {"out": {"report.md": b"made again"}}) == ("out/report.md.kept",)
    assert held(tmp_path / "out") == {
        "report.md": b"made again",
        "report.md.kept": b"made, with my notes",
        "old.csv": b"with my column",
    }
    (tmp_path / "out" / "report.md").write_bytes(b"other notes")
    assert build(tmp_path, 3, {"out": {"report.md": b"3"}}) == ("out/report.md.kept2",)


def test_a_folder_that_a_user_had_before_the_first_build_is_not_lost(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "report.md").write_bytes(b"written by hand")
    assert build(tmp_path, 1, {"out": {"report.md": b"made"}}) == ("out/report.md.kept",)
    assert held(tmp_path / "out")["report.md.kept"] == b"written by hand"


def test_a_folder_of_a_build_without_a_list_is_taken_over(tmp_path):
    build(tmp_path, 1, {"out": {"a.csv": b"1"}})
    (tmp_path / "out" / MANIFEST).unlink()
    (tmp_path / "out" / "letter.txt").write_bytes(b"mine")
    assert build(tmp_path, 2, {"out": {"a.csv": b"2"}}) == ()
    assert held(tmp_path / "out") == {"a.csv": b"2", "letter.txt": b"mine"}


def test_a_user_s_file_where_the_build_makes_a_folder_is_kept_beside_it(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "data").write_bytes(b"a file of mine")
    build(tmp_path, 1, {"out": {"data/a.csv": b"1"}})
    assert held(tmp_path / "out") == {"data/a.csv": b"1", "data.kept": b"a file of mine"}


@pytest.mark.parametrize("name", ["site", "out"])
def test_a_file_or_a_link_where_a_folder_goes_is_told_and_stays(tmp_path, name):
    (tmp_path / name).write_bytes(b"mine")
    with pytest.raises(StoreError, match=f"a file where the build makes a folder: .*{name}; move"):
        check_made_folders(tmp_path, ("site", "out"))
    (tmp_path / name).rename(tmp_path / "elsewhere")
    (tmp_path / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="is a link"):
        build(tmp_path, 1, {name: {"a.csv": b"1"}})
    assert (tmp_path / "elsewhere").read_bytes() == b"mine"


def refuse_at(monkeypatch, target, method, count):
    """Let a method of the disk fail for want of room at its so-many-th call."""
    plain, calls = getattr(target, method), []

    def refusing(*arguments, **options):
        calls.append(1)
        if len(calls) == count:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(arguments[0]))
        return plain(*arguments, **options)

    monkeypatch.setattr(target, method, refusing)
    return calls


def attempt(store, folder, made) -> str:
    """Finish a build: nothing, or the error's words."""
    try:
        finish_build(store, folder, made)
    except StoreError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("method", ["write_bytes", "mkdir", "replace"])
def test_a_disk_that_refuses_at_any_step_leaves_all_as_it_was(tmp_path, method):
    old = {"out": {"a.csv": b"1", "data/b.csv": b"1"}, "site": {"index.html": b"1"}}
    new = {"out": {"a.csv": b"2", "c.csv": b"2"}, "site": {"index.html": b"2"}}
    build(tmp_path, 1, old)
    (tmp_path / "out" / "mine.txt").write_bytes(b"mine")
    before, refused = held(tmp_path), 0
    for count in range(1, 12):
        with BuildStore.open(tmp_path) as store, pytest.MonkeyPatch.context() as patch:
            store.put("t", pa.table({"a": [2]}))
            calls = refuse_at(patch, Path, method, count)
            told = attempt(store, tmp_path, new)
        if not told:
            assert len(calls) < count
            break
        assert "No space left" in told
        assert "nothing was changed" in told
        refused += 1
        after = held(tmp_path)
        assert {k: v for k, v in after.items() if not k.startswith(DATABASE)} == {
            k: v for k, v in before.items() if not k.startswith(DATABASE)
        }
        assert value(tmp_path) == [1]
    assert refused > 1
    assert value(tmp_path) == [2]
    assert held(tmp_path / "out") == {"a.csv": b"2", "c.csv": b"2", "mine.txt": b"mine"}


def test_a_build_killed_between_two_renames_loses_no_file_of_the_user(tmp_path):
    build(tmp_path, 1, {"out": {"a.csv": b"1"}})
    (tmp_path / "out" / "mine.txt").write_bytes(b"mine")
    (tmp_path / "out").rename(tmp_path / ".out.old")
    build(tmp_path, 2, {"out": {"a.csv": b"2"}})
    assert held(tmp_path / "out") == {"a.csv": b"2", "mine.txt": b"mine"}


def test_a_link_left_in_the_way_is_removed_and_not_followed(tmp_path):
    kept = tmp_path / "elsewhere"
    kept.mkdir()
    (kept / "letter.txt").write_text("mine", encoding="utf-8")
    (tmp_path / ".out.old").symlink_to(kept)
    build(tmp_path, 1, {"out": {"a.csv": b"1"}})
    build(tmp_path, 2, {"out": {"a.csv": b"2"}})
    assert held(tmp_path / "out") == {"a.csv": b"2"}
    assert held(kept) == {"letter.txt": b"mine"}
