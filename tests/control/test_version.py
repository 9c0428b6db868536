"""The method's name says which model made a number: when results move, the version in it must rise."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from tenure.control import ControlSettings, fuse
from tenure.model import Evidence, SourceKind, Stance, Verb, to_table

GOLDEN = Path(__file__).with_name("golden_version.json")
START = date(2031, 1, 1)


def fused(reading="hindsight", **settings):
    rows = []
    for n in range(24):
        day = START + timedelta(days=10 + n)
        rows.append(Evidence(
            claim_id=f"c{n:02d}", source=f"s{n % 3}", side=(None, "A", "B")[n % 3], kind=SourceKind.MEDIA,
            verb=(Verb.TOOK, Verb.HELD, Verb.CLASH, Verb.LOST)[n % 4], actor="AB"[n // 4 % 2], place_id=f"p{n % 6}",
            t0=day, t1=day + timedelta(days=1 + n % 3), pub=datetime(2031, 1, 12, tzinfo=UTC) + timedelta(days=n),
            p_place=1.0 - 0.02 * n, stance=(Stance.ASSERTED, Stance.ASSERTED, Stance.POSSIBLE, Stance.DENIED)[n % 5 % 4],
            story=f"t{n}",
        ))  # fmt: skip
    places = pa.table({"place_id": [f"p{i}" for i in range(8)], "x": [float(i % 4) * 3 for i in range(8)],
                       "y": [float(i // 4) * 3 for i in range(8)]})  # fmt: skip
    initial = pa.table({"place_id": [f"p{i}" for i in range(6)], "state": list("AABBAB")})
    return fuse(to_table(Evidence, rows), places, initial=initial, start=START, end=START + timedelta(days=50),
                reading=reading, settings=ControlSettings(**settings))  # fmt: skip


def numbers():
    """Return the model's version and its posterior on some days, as the golden file has them."""
    out = {"version": fused().method.split("/")[1].split(".")[0]}
    for reading in ("hindsight", "filtered"):
        posterior = fused(reading).posterior
        out[reading] = [
            [round(float(x), 9) for x in posterior.on(START + timedelta(days=d)).ravel()] for d in (0, 20, 35, 49)
        ]
    return out


def test_results_move_only_with_the_version_in_the_methods_name():
    golden, now = json.loads(GOLDEN.read_text(encoding="utf-8")), numbers()
    remedy = "results moved: raise _VERSION in control/settings.py, then python tests/control/test_version.py"
    for reading in ("hindsight", "filtered"):
        for old, new in zip(golden[reading], now[reading], strict=True):
            assert new == pytest.approx(old, abs=1e-6), remedy
    assert now["version"] == golden["version"], "the version rose: python tests/control/test_version.py"


def test_the_method_names_the_reading_and_every_setting():
    methods = [fused().method, fused("filtered").method, fused(absence=0.5).method,
               fused(overrides=(("chain.stay_cost", 0.5),)).method]  # fmt: skip
    assert len(set(methods)) == 4
    assert fused().method == methods[0]


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(numbers(), indent=1) + "\n", encoding="utf-8")
