"""The same input gives the same bytes: whatever the number of threads, the order of claims, and what was fused before."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from tenure.control import fuse

SCRIPT = """
import hashlib, sys
from datetime import date, timedelta
import numpy as np, pyarrow as pa
from tenure.control import draw_samples, fuse

def study(order):
    rng = np.random.default_rng(8)
    n, places, days = 400, 60, 90
    xy = rng.uniform(0, 30, (places, 2))
    day = rng.integers(0, days, n)
    first = np.datetime64("2031-01-01") + day
    claims = pa.table({
        "claim_id": np.arange(n).astype(str), "source": np.array(["a", "b", "c", "d"])[rng.integers(0, 4, n)],
        "side": np.array(["A", "B", ""])[rng.integers(0, 3, n)], "kind": np.full(n, "unknown"),
        "verb": np.array(["took", "lost", "held", "clash"])[rng.integers(0, 4, n)],
        "actor": np.array(["A", "B"])[rng.integers(0, 2, n)], "place_id": rng.integers(0, places, n).astype(str),
        "t0": first, "t1": first + rng.integers(1, 9, n), "pub": (first + rng.integers(0, 9, n)).astype("datetime64[s]"),
        "p_place": rng.choice([1.0, 0.5, 0.3], n),
        "stance": np.array(["asserted", "possible", "denied"])[rng.integers(0, 3, n)],
        "story": rng.integers(0, 300, n).astype(str),
    })
    ids = np.arange(places).astype(str)
    where = pa.table({"place_id": ids, "x": xy[:, 0], "y": xy[:, 1], "area_km2": np.ones(places)})
    initial = pa.table({"place_id": ids, "state": np.array(["A", "B"])[(xy[:, 0] > 15).astype(int)]})
    order = np.arange(n) if order is None else np.random.default_rng(order).permutation(n)
    return claims.take(pa.array(order)), where, initial, date(2031, 1, 1), date(2031, 1, 1) + timedelta(days=days)

def digest(reading, order=None):
    claims, where, initial, start, end = study(order)
    fused = fuse(claims, where, initial=initial, start=start, end=end, reading=reading)
    total = hashlib.sha256()
    for part in (fused.posterior.p, fused.posterior.day, fused.posterior.offsets, fused.posterior.informed):
        total.update(np.ascontiguousarray(part).tobytes())
    total.update(draw_samples(fused, [start + timedelta(days=40)], count=5, seed=1).state.tobytes())
    total.update(repr([fused.spells, fused.reliabilities, fused.excluded, fused.method]).encode())
    return total.hexdigest()
"""
RUN = SCRIPT + "\nprint(digest(sys.argv[1]))\n"
here: dict = {}
exec(SCRIPT, here)  # noqa: S102 - the same text runs in other processes


def in_process(reading: str, threads: int) -> str:
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS", "ARROW_NUM_THREADS")
    env = os.environ | dict.fromkeys(names, str(threads)) | {"PYTHONHASHSEED": str(threads)}
    found = subprocess.run([sys.executable, "-c", RUN, reading], env=env, capture_output=True, text=True, check=True)
    return found.stdout.strip()


@pytest.mark.slow
@pytest.mark.parametrize("threads", [1, 2])
def test_bytes_do_not_depend_on_the_number_of_threads_or_the_hash_seed(threads):
    assert in_process("hindsight", threads) == here["digest"]("hindsight")


@pytest.mark.parametrize("reading", ["hindsight", "filtered"])
def test_bytes_do_not_depend_on_the_order_of_claims(reading):
    assert {here["digest"](reading, order) for order in (1,)} == {here["digest"](reading)}


def test_bytes_of_a_place_do_not_depend_on_how_other_places_are_numbered():
    claims, places, initial, start, end = here["study"](None)
    straight = fuse(claims, places, initial=initial, start=start, end=end)
    turned = fuse(claims, places.take(pa.array(np.arange(places.num_rows)[::-1])), initial=initial, start=start, end=end)
    # sums over places run in another order: equal to rounding, not to the bit
    for day in (0, 30, 89):
        on = straight.posterior.dates[day]
        np.testing.assert_allclose(straight.posterior.on(on), turned.posterior.on(on)[::-1], atol=1e-6)
