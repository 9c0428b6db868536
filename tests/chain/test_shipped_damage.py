"""The shipped study with a reviewer's decision: killed, out of room and damaged, it ends as if nothing had happened."""

from __future__ import annotations

import errno
import hashlib
import multiprocessing
import os
import shutil
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tenure.commands import OpenReview, ReviewRequest, check_study
from tenure.errors import StoreError
from tenure.model import ReviewAction
from tenure.pipeline import build_study
from tenure.serve import StudyFeed
from tenure.store import CARRIED, DATABASE, ReadStore, content_digest

NOW = datetime(2026, 1, 1, tzinfo=UTC)

pytestmark = pytest.mark.slow


def digests(folder: Path) -> dict[str, str]:
    """Return digests of files and tables. What is carried from build to build names the run that extracted it: left out."""
    with ReadStore.open(folder) as store:
        tables = {name: repr(store.table(name).to_pylist()) for name in store.names() if name not in CARRIED}
    out = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in tables.items()}
    for name in ("site", "out", "reports"):
        for path in sorted((folder / name).rglob("*")):
            if path.is_file():
                out[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    out["decisions.jsonl"] = hashlib.sha256((folder / "decisions.jsonl").read_bytes()).hexdigest()
    return out


@pytest.fixture(scope="module")
def decided(shipped, tmp_path_factory):
    """The shipped study, built with one claim rejected, and what it looks like."""
    folder = tmp_path_factory.mktemp("decided") / "study"
    shutil.copytree(shipped.folder, folder)
    opened = OpenReview(folder)
    claim_id = opened.claims[0].claim_id
    opened.decide(ReviewRequest(claim_id, ReviewAction.REJECT, "a reader", "said of another place"), now=NOW)
    build_study(folder, now=NOW)
    return folder, digests(folder)


@pytest.fixture
def study(decided, tmp_path):
    shutil.copytree(decided[0], tmp_path / "study")
    return tmp_path / "study"


def read_all(folder: Path) -> str:
    """Read every table: nothing, or the error's words."""
    try:
        content_digest(folder)
    except StoreError as error:
        return str(error)
    return ""


def edition(folder: Path) -> tuple[str, tuple[str, ...]]:
    """What the service shows: the edition's key and its collections."""
    made = StudyFeed(folder, now=lambda: NOW).edition()
    return made.key, tuple(made.collections)


def test_a_decision_outlives_a_damaged_store(decided, study):
    before = edition(study)
    whole = (study / DATABASE).read_bytes()
    for share in (0.0, 0.4):
        at = int(share * len(whole))
        (study / DATABASE).write_bytes(whole[:at] + bytes(200_000) + whole[at + 200_000 :])
        told = read_all(study)
        assert "damaged" in told or share > 0, "elsewhere the bytes may be of no table"
        assert "run `tenure build`" in told or not told
        result = build_study(study, now=NOW)
        assert result.failures == ()
        assert result.counts["decisions"] == 1
        assert digests(study) == decided[1]
        assert edition(study) == before


def test_a_full_disk_while_publishing_leaves_edition_and_decisions(decided, study, monkeypatch):
    before = edition(study)
    plain = Path.write_bytes

    def full(path, content):
        if path.name == "report.html":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return plain(path, content)

    more = study / "reports" / "one-more.txt"
    more.write_text("2018-01-02\n\nRebels captured a village on 1 January 2018.", encoding="utf-8")
    with monkeypatch.context() as patch, pytest.raises(StoreError, match=r"No space left.*nothing was changed"):
        patch.setattr(Path, "write_bytes", full)
        build_study(study, now=NOW)
    more.unlink()
    assert digests(study) == decided[1]
    assert edition(study) == before
    assert check_study(study, now=NOW)


def test_a_kill_between_two_renames_loses_nothing_and_the_next_build_is_the_same(decided, study):
    (study / "out" / "letter.txt").write_text("mine", encoding="utf-8")
    process = multiprocessing.get_context("fork").Process(target=_die_at_rename, args=(study, 4))
    process.start()
    process.join(600)
    assert process.exitcode == -signal.SIGKILL
    assert not (study / "out").exists(), "it was killed where the old folder is away and the new one is not there"
    assert build_study(study, now=NOW).counts["decisions"] == 1
    assert (study / "out" / "letter.txt").read_text(encoding="utf-8") == "mine"
    (study / "out" / "letter.txt").unlink()
    assert digests(study) == decided[1]


def _die_at_rename(folder: Path, count: int) -> None:
    plain, seen = Path.replace, []

    def replacing(path, target):
        if Path(target).name in {"site", "out", ".site.old", ".out.old", DATABASE}:
            seen.append(path)
            if len(seen) == count:
                os.kill(os.getpid(), signal.SIGKILL)
        return plain(path, target)

    Path.replace = replacing
    build_study(folder, now=NOW)
