"""What changed between two dates: transfers, gross and net, by actor and by pair, captures and flips by place."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from tenure.errors import InputError
from tenure.territory.findings import Capture, ChangeBetween, Flip
from tenure.territory.grouping import whole_area
from tenure.territory.interval import tally, to_measure
from tenure.territory.labels import drawn_on, is_actor, label_steps, labels_on, names_of, probability_on, sampled_dates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tenure.grid import Cells
    from tenure.model import ControlSamples, Measure, Posterior
    from tenure.territory.grouping import Grouping

__all__ = ["captures_between", "change_between", "net_between"]


def change_between(
    posterior: Posterior,
    samples: ControlSamples,
    cells: Cells,
    since: date,
    until: date,
    *,
    grouping: Grouping | None = None,
) -> ChangeBetween:
    """Return what changed between two dates, both included; the measures' span is [since, until + 1 day).

    Per group and actor: ``gain``, ``loss`` and ``net`` (state on the one date against the other) in ``_km2`` and
    ``_places``. For the whole area also ``transfer_*`` by pair (`actor` gains, `group` loses) and ``gross_gain_*``: every
    capture counts, also what was lost again, as far as the sampled dates between show it. All values are means over the
    joint samples. Raises InputError when `until` is before `since` or a date was not sampled.

    A place that is contested on a date is held by ``contested`` then: passing from an actor to contested is a transfer too.
    """
    if until < since:
        raise InputError("the span ends before it starts", value=f"{since} to {until}", remedy="swap the dates")
    span = (since, until + timedelta(days=1))
    before, after = drawn_on(samples, cells, since), drawn_on(samples, cells, until)
    names, groups = names_of(samples), whole_area(cells) if grouping is None else grouping
    out: list[Measure] = []
    for unit, weights in (("km2", groups.km2), ("places", groups.counted.astype(np.float64))):
        for g, group in enumerate(groups.names):
            moved = _transfers(before, after, len(names), weights[g])
            out += _by_actor(moved, unit, names, span, (samples.method, group))
            if grouping is None:
                out += _by_pair(moved, f"transfer_{unit}", names, span, samples.method)
        if grouping is None:
            gross = _gross(samples, cells, (since, until), weights[0])
            out += _by_pair(gross, f"gross_gain_{unit}", names, span, samples.method)
    captures = captures_between(posterior, cells, since, until)
    return ChangeBetween(*span, tuple(out), captures, _flips(captures))


def net_between(
    samples: ControlSamples, cells: Cells, since: date, until: date, *, grouping: Grouping | None = None
) -> tuple[Measure, ...]:
    """Return ``gain``, ``loss`` and ``net`` of `change_between`, without what happened on the days between."""
    span = (since, until + timedelta(days=1))
    before, after = drawn_on(samples, cells, since), drawn_on(samples, cells, until)
    names, groups = names_of(samples), whole_area(cells) if grouping is None else grouping
    out: list[Measure] = []
    for unit, weights in (("km2", groups.km2), ("places", groups.counted.astype(np.float64))):
        for g, group in enumerate(groups.names):
            out += _by_actor(_transfers(before, after, len(names), weights[g]), unit, names, span, (samples.method, group))
    return tuple(out)


def _transfers(
    before: NDArray[np.int16], after: NDArray[np.int16], count: int, weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return (draws, from, to) sums of weights, nothing on the diagonal."""
    moved = tally(before * count + after, count * count, weights).reshape(len(before), count, count)
    moved[:, np.arange(count), np.arange(count)] = 0.0
    return moved


def _by_actor(
    moved: NDArray[np.float64], unit: str, names: Sequence[str], span: tuple[date, date], made: tuple[str, str]
) -> list[Measure]:
    gain, loss = moved.sum(axis=1), moved.sum(axis=2)
    out = []
    for kind, draws in (("gain", gain), ("loss", loss), ("net", gain - loss)):
        for s, actor in enumerate(names):
            mean = float(draws[:, s].mean())
            name = f"{kind}_{unit}"
            out.append(to_measure(name, actor, span, value=mean, draws=draws[:, s], method=made[0], group=made[1]))
    return out


def _by_pair(
    moved: NDArray[np.float64], name: str, names: Sequence[str], span: tuple[date, date], method: str
) -> list[Measure]:
    out = []
    for a, loser in enumerate(names):
        for b, gainer in enumerate(names):
            draws = moved[:, a, b]
            if draws.any():
                mean = float(draws.mean())
                out.append(to_measure(name, gainer, span, value=mean, draws=draws, method=method, group=loser))
    return out


def _gross(
    samples: ControlSamples, cells: Cells, between: tuple[date, date], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return (draws, from, to) sums over all captures between actors on the sampled dates."""
    names = names_of(samples)
    actor = np.array([is_actor(n) for n in names], np.bool_)
    dates = sampled_dates(samples, *between)
    held = drawn_on(samples, cells, dates[0])
    total = np.zeros((len(held), len(names), len(names)))
    for day in dates[1:]:
        now = drawn_on(samples, cells, day)
        # ground that is contested or unknown for a while still counts from its last holder
        now = np.where(actor[now], now, held)
        moved = _transfers(held, now, len(names), weights)
        moved[:, ~actor, :] = 0.0
        total += moved
        held = now
    return total


def captures_between(posterior: Posterior, cells: Cells, since: date, until: date) -> tuple[Capture, ...]:
    """Return every change of the most probable actor after `since` and up to `until`, by day and place."""
    names = names_of(posterior)
    first, last = posterior.index_of(since), posterior.index_of(until)
    held = labels_on(posterior, cells, since)
    out = []
    for day, members, new in label_steps(posterior, cells):
        if day <= first or day > last:
            continue
        on = posterior.first_day + timedelta(days=day)
        taken = [(i, h) for i, h in zip(members.tolist(), new.tolist(), strict=True) if is_actor(names[h])]
        seized = [(i, h) for i, h in taken if h != held[i] and is_actor(names[held[i]])]
        p = probability_on(posterior, cells, on) if seized else np.empty((0, 0))
        out += [Capture(cells.places[i].place_id, on, names[held[i]], names[h], float(p[i, h])) for i, h in seized]
        for i, h in taken:
            held[i] = h
    return tuple(sorted(out, key=lambda c: (c.day, c.place_id)))


def _flips(captures: Sequence[Capture]) -> tuple[Flip, ...]:
    at: dict[str, list[Capture]] = {}
    for capture in captures:
        at.setdefault(capture.place_id, []).append(capture)
    return tuple(
        Flip(place_id, len(c), (c[0].loser, *(x.gainer for x in c)), c[0].day, c[-1].day)
        for place_id, c in sorted(at.items())
        if len(c) > 1
    )
