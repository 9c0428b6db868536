"""Small maps made by hand: a row or a square of equal cells, with a posterior that follows a list of labels by day."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest

from tenure.grid import build_cells
from tenure.model import ControlSamples, FeatureClass, Place, Posterior

FIRST = date(2018, 1, 1)
STATES = ("a", "b", "c", "contested")


def make_cells(columns, rows, *, lon=36.0, lat=35.0, step=0.1, **options):
    places = [
        Place(f"{r:02d}.{c:02d}", f"r{r}c{c}", (), lon + (c + 0.5) * step, lat + (r + 0.5) * step, FeatureClass.SETTLEMENT)
        for r in range(rows)
        for c in range(columns)
    ]
    east, north = lon + columns * step, lat + rows * step
    ring = [[lon, lat], [east, lat], [east, north], [lon, north], [lon, lat]]
    return build_cells(places, (), json.dumps({"type": "Polygon", "coordinates": [ring]}), **options)


def make_posterior(cells, days, *, states=STATES, sure=1.0, first=FIRST):
    """`days` is a list of strings, a letter a place: a, b, c, x contested, ? unknown, a blank for as before."""
    letters = {**{s[0]: i for i, s in enumerate(states[:-1])}, "x": len(states) - 1}
    count = len(cells.places)
    knots = []
    offsets = [0]
    for place in range(count):
        before = None
        for day, row in enumerate(days):
            letter = row[place]
            if letter != before:
                p = np.full(len(states), (1 - sure) / (len(states) - 1))
                if letter == "?":
                    p[:] = 1 / len(states)
                else:
                    p[letters[letter]] = sure
                knots.append((day, p, letter != "?"))
                before = letter
        offsets.append(len(knots))
    return Posterior(
        cells.place_ids,
        states,
        first,
        len(days),
        np.array(offsets, np.int64),
        np.array([k[0] for k in knots], np.int32),
        np.array([k[1] for k in knots]).reshape(len(knots), len(states)),
        np.array([k[2] for k in knots], np.bool_),
        "by hand",
    )


def make_samples(posterior, dates, count=50, seed=1):
    """Independent draws from the posterior."""
    rng = np.random.default_rng(seed)
    out = np.empty((count, len(dates), len(posterior.place_ids)), np.int8)
    for d, on in enumerate(dates):
        edges = np.cumsum(posterior.on(on), axis=1)
        out[:, d] = (rng.random((count, len(edges), 1)) > edges[None]).sum(axis=2)
        out[:, d][:, ~posterior.informed_on(on)] = -1
    return ControlSamples(posterior.place_ids, posterior.states, tuple(dates), out, "by hand")


@pytest.fixture(scope="session")
def maps():
    """The three makers."""
    return make_cells, make_posterior, make_samples
