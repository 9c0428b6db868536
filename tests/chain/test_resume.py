"""A build that is killed leaves the last good state, and the next one ends with the same bytes as an undisturbed one."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tenure.config import study_template
from tenure.store import ReadStore, content_digest, write_new_folder

NOW = "2026-01-01T00:00:00+00:00"
BUILD = (
    "import sys\nfrom datetime import datetime\nfrom pathlib import Path\nfrom tenure.pipeline import build_study\n"
    f"build_study(Path(sys.argv[1]), now=datetime.fromisoformat({NOW!r}))\n"
)
KILLS = 10


def _small_study(folder: Path) -> Path:
    """The study that `tenure init` writes: every stage of a large one, and a build of seconds to be killed in."""
    write_new_folder(folder, study_template("small"))
    return folder


def _build(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", BUILD, str(folder)], stderr=subprocess.PIPE, env={**os.environ})


def _digests(folder: Path) -> dict[str, str]:
    out = {"tenure.duckdb": content_digest(folder)}
    for made in ("site", "out"):
        for path in sorted((folder / made).rglob("*")):
            if path.is_file():
                out[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return out


@pytest.mark.slow
def test_a_build_killed_at_ten_random_moments_ends_with_the_same_bytes(tmp_path):
    for name in ("first", "undisturbed"):  # the first compiles the gazetteer: the others' time is that of the stages
        undisturbed = _small_study(tmp_path / name)
        start = time.monotonic()
        with _build(undisturbed) as process:
            _, errors = process.communicate()
        assert process.returncode == 0, errors.decode()
        whole = time.monotonic() - start
    expected = _digests(undisturbed)
    assert any(name.startswith("site/") for name in expected)

    killed = _small_study(tmp_path / "killed")
    rng = random.Random(20180209)  # noqa: S311 - moments, no secrets
    for _ in range(KILLS):
        with _build(killed) as process:
            time.sleep(rng.uniform(0.05, 0.95) * whole)
            process.send_signal(signal.SIGKILL)
        if (killed / "tenure.duckdb").exists():
            with ReadStore.open(killed) as store:
                assert store.has("control")
    with _build(killed) as process:
        _, errors = process.communicate()
    assert process.returncode == 0, errors.decode()
    assert _digests(killed) == expected
