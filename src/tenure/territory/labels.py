"""Who holds each cell: the posterior and its samples brought into the order of the cells.

Everywhere in this stage a holder is an index into `names_of(...)`: the posterior's states (actors, then ``contested``)
and, last, ``unknown``. A cell is unknown where no evidence bears on it, where its place is not in the posterior, and
where two states are exactly as probable: a tie says nothing, and breaking it by name would let a name decide.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from tenure.errors import InputError
from tenure.model import CONTESTED, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from tenure.grid import Cells
    from tenure.model import ControlSamples, Posterior

__all__ = ["drawn_on", "label_steps", "labels_on", "names_of", "probability_on", "sampled_dates", "steps_with"]

_TIE = 1e-9  # probabilities closer than rounding are equal


def names_of(posterior: Posterior | ControlSamples) -> tuple[str, ...]:
    """Return the states of the posterior and, last, ``unknown``."""
    return (*posterior.states, UNKNOWN)


def is_actor(name: str) -> bool:
    """Return whether a holder's name is an actor and not ``contested`` or ``unknown``."""
    return name not in (CONTESTED, UNKNOWN)


def probability_on(posterior: Posterior, cells: Cells, on: date) -> NDArray[np.float64]:
    """Return P(holder) of every cell on a date, (places, names); rows sum to 1, uninformed cells are all unknown."""
    where = cells.align(posterior.place_ids)
    out = np.zeros((len(where), len(posterior.states) + 1))
    found = where >= 0
    informed = np.zeros(len(where), np.bool_)
    if found.any():
        informed[found] = posterior.informed_on(on)[where[found]]
        out[found, :-1] = posterior.on(on)[where[found]]
    out[~informed] = 0.0
    out[~informed, -1] = 1.0
    return out


def labels_on(posterior: Posterior, cells: Cells, on: date) -> NDArray[np.int64]:
    """Return the most probable holder of every cell on a date, (places,), an index into `names_of(posterior)`."""
    return _most_probable(probability_on(posterior, cells, on))


def _most_probable(p: NDArray[np.float64]) -> NDArray[np.int64]:
    best = p.max(axis=1, initial=0.0)
    label = p.argmax(axis=1) if p.shape[1] else np.zeros(len(p), np.int64)
    label[(p >= best[:, None] - _TIE).sum(axis=1) > 1] = p.shape[1] - 1
    return label.astype(np.int64)


def label_steps(posterior: Posterior, cells: Cells) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64]]]:
    """Yield (day number, cells that change on it, their new holders), day 0 first with all cells.

    Days without a change of the most probable holder are left out: the step function is complete without them.
    """
    where = cells.align(posterior.place_ids)
    unknown = len(posterior.states)
    padded = np.concatenate((posterior.p, np.zeros((len(posterior.p), 1))), axis=1)
    knot = _most_probable(padded)
    knot[~posterior.informed] = unknown
    place = np.repeat(np.arange(len(posterior.place_ids)), np.diff(posterior.offsets))
    changed = np.ones(len(knot), np.bool_)
    changed[1:] = (knot[1:] != knot[:-1]) | (place[1:] != place[:-1])
    first = np.zeros(len(knot), np.bool_)
    first[posterior.offsets[:-1]] = True
    start = np.full(len(where), unknown, np.int64)
    found = where >= 0
    start[found] = knot[posterior.offsets[:-1]][where[found]]
    yield 0, np.arange(len(where)), start
    cell_of = np.full(len(posterior.place_ids), -1, np.int64)
    cell_of[where[found]] = np.flatnonzero(found)
    later = np.flatnonzero(changed & ~first & (cell_of[place] >= 0))
    order = later[np.argsort(posterior.day[later], kind="stable")]
    days, starts = np.unique(posterior.day[order], return_index=True)
    for i, day in enumerate(days):
        rows = order[starts[i] : starts[i + 1] if i + 1 < len(days) else len(order)]
        yield int(day), cell_of[place[rows]], knot[rows]


def steps_with(
    posterior: Posterior, cells: Cells, days: Sequence[int]
) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the label steps, and empty steps on the other days among `days` (ascending)."""
    none = np.empty(0, np.int64)
    left = deque(days)
    for day, members, new in label_steps(posterior, cells):
        while left and left[0] <= day:
            other = left.popleft()
            if other < day:
                yield other, none, none
        yield day, members, new
    for other in left:
        yield other, none, none


def sampled_dates(samples: ControlSamples, since: date, until: date) -> tuple[date, ...]:
    """Return the dates of the samples in [since, until], both included."""
    return tuple(d for d in samples.dates if since <= d <= until)


def drawn_on(samples: ControlSamples, cells: Cells, on: date, among: NDArray[np.int64] | None = None) -> NDArray[np.int16]:
    """Return the holder of every cell in every joint draw of a date, (samples, places); `among` some cells, of these only.

    Raises InputError when the samples do not hold that date: an interval of another day would be passed off as this one's.
    """
    if on not in samples.dates:
        raise InputError("no joint samples drawn for the date", value=on, remedy="draw samples for it")
    state = samples.state[:, samples.dates.index(on), :].astype(np.int16)  # room for the number of a pair of holders
    if cells.place_ids != samples.place_ids:
        where = cells.align(samples.place_ids)
        state = np.pad(state, ((0, 0), (0, 1)), constant_values=-1)[:, where]  # -1, of no place, is the column added last
    state = state if among is None else state[:, among]
    state[state < 0] = len(samples.states)
    return state
