"""Compiled things: where they are kept, and how many of them."""

from __future__ import annotations

import os

import pytest

from tenure.store import AnswerFolder, cache_folder, map_cached, write_cached


def test_a_study_keeps_its_own_and_only_the_last(tmp_path, monkeypatch):
    monkeypatch.delenv("TENURE_CACHE", raising=False)
    folder = cache_folder(tmp_path)
    assert folder == tmp_path / ".tenure"
    for n in range(3):
        write_cached(folder, f"index-{n}.bin", b"%d" % n, kind="index")
    write_cached(folder, "other-1.bin", b"x", kind="other")
    assert sorted(p.name for p in folder.iterdir()) == ["index-2.bin", "other-1.bin"]
    assert bytes(map_cached(folder, "index-2.bin")) == b"2"
    assert map_cached(folder, "index-1.bin") is None


def test_without_a_study_the_user_s_cache_is_used(tmp_path, monkeypatch):
    monkeypatch.delenv("TENURE_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "tenure"


def test_a_folder_that_studies_share_keeps_the_eight_written_last(tmp_path, monkeypatch):
    monkeypatch.setenv("TENURE_CACHE", f"{tmp_path}/shared/")
    folder = cache_folder(tmp_path / "study")
    assert folder == cache_folder() == tmp_path / "shared"
    for n in range(11):
        write_cached(folder, f"index-{n:02d}.bin", b"x", kind="index")
        os.utime(folder / f"index-{n:02d}.bin", (n, n))
    assert sorted(p.name for p in folder.iterdir()) == [f"index-{n:02d}.bin" for n in range(3, 11)]


def damage(path, at):
    whole = bytearray(path.read_bytes())
    whole[at] ^= 1
    path.write_bytes(whole)


@pytest.mark.parametrize("at", [0, 7, 500, -1, -20, -40])
def test_one_bit_that_turned_makes_a_file_none(tmp_path, caplog, at):
    write_cached(tmp_path, "index-1.bin", bytes(range(256)) * 4, kind="index")
    assert bytes(map_cached(tmp_path, "index-1.bin")) == bytes(range(256)) * 4
    damage(tmp_path / "index-1.bin", at)
    assert map_cached(tmp_path, "index-1.bin") is None
    assert "index-1.bin is damaged" in caplog.text


@pytest.mark.parametrize("size", [0, 1, 30, 46, 200])
def test_a_file_that_is_cut_off_is_none(tmp_path, size):
    write_cached(tmp_path, "index-1.bin", bytes(1000), kind="index")
    os.truncate(tmp_path / "index-1.bin", size)
    assert map_cached(tmp_path, "index-1.bin") is None


def test_a_damaged_answer_is_asked_for_again(tmp_path, caplog):
    answers = AnswerFolder(tmp_path / "answers")
    answers["a"], answers["b"] = b'{"claims": []}', b""
    assert dict(answers) == {"a": b'{"claims": []}', "b": b""}
    damage(tmp_path / "answers" / "a.answer", 3)
    with pytest.raises(KeyError):
        answers["a"]
    assert "is damaged" in caplog.text
    assert "a" not in answers
    answers["a"] = b"again"
    assert answers["a"] == b"again"
