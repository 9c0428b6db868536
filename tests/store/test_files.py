"""Files of the study folder: appended lines are there whole or not at all."""

from __future__ import annotations

import errno
import io
import os

import pytest

from tenure.errors import StoreError
from tenure.store import append_file, write_file


def test_a_line_that_the_disk_has_no_room_for_leaves_no_part_of_itself(tmp_path, monkeypatch):
    path = tmp_path / "notes.jsonl"
    append_file(path, b'{"n": 1}')
    written = io.FileIO.write

    class Filling(io.FileIO):
        def write(self, content):
            if len(content) < 6:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            return written(self, bytes(content)[:5])

    with monkeypatch.context() as patch, pytest.raises(StoreError, match="No space left"):
        patch.setattr("pathlib.Path.open", lambda self, *_, **__: Filling(self, "a+"))
        append_file(path, b'{"n": 22222}')
    assert path.read_bytes() == b'{"n": 1}\n'


def test_a_line_after_one_without_its_end_begins_a_new_one(tmp_path):
    path = tmp_path / "notes.jsonl"
    path.write_bytes(b"first")
    append_file(path, b"second")
    assert path.read_bytes() == b"first\nsecond\n"


def test_a_file_that_cannot_be_written_leaves_the_old_one_and_no_neighbour(tmp_path, monkeypatch):
    write_file(tmp_path / "a.txt", b"old")

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        write_file(tmp_path / "a.txt", b"new")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a.txt": b"old"}
