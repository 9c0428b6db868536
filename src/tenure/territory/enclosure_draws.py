"""Which ground is cut off in many draws at once: the rules of `enclosure`, as one graph of all draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tenure.territory.enclosure import joined_cells
from tenure.territory.labels import is_actor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from tenure.grid import Cells

__all__ = ["cut_off"]

_NODES = 100_000  # cells of the draws that are looked at together: more gain nothing and take memory


def cut_off(
    held: NDArray[np.integer[Any]],
    cells: Cells,
    names: Sequence[str],
    *,
    allies: Mapping[str, frozenset[str]],
    border_is_outside: bool = True,
) -> NDArray[np.int64]:
    """Return the actor in whose enclosure each cell lies, -1 where it has a way out, (draws, places).

    `held` (draws, places) are holders as indices into `names`. What two allies share is the first one's, as in `snapshots`.
    No draws or no cells give an empty array.
    """
    draws, places = held.shape
    out = np.full((draws, places), -1, np.int64)
    step = max(_NODES // max(places, 1), 1)
    for start in range(0, draws, step):
        out[start : start + step] = _block(
            held[start : start + step].astype(np.int64), cells, names, allies, border_is_outside
        )
    return out


def _block(
    held: NDArray[np.int64],
    cells: Cells,
    names: Sequence[str],
    allies: Mapping[str, frozenset[str]],
    border_is_outside: bool,  # noqa: FBT001 - passed on
) -> NDArray[np.int64]:
    shape = held.shape
    out = np.full(held.size, -1, np.int64)
    number, sizes = np.full(held.size, -1, np.int64), np.empty(0, np.int64)  # enclosures seen so far
    grounded = np.broadcast_to(cells.area_km2 > 0, shape).ravel()
    mains = {} if border_is_outside else dict(_main_bodies(held, cells, names))
    for actor, name in enumerate(names):
        if not is_actor(name):
            continue
        friends = {actor, *(names.index(x) for x in allies.get(name, ()) if x in names)}
        own = np.isin(held, sorted(friends)).ravel()
        group, free = _ways_out(cells, own.reshape(shape) | (held == len(names) - 1), border_is_outside)
        for friend in () if border_is_outside else friends:
            free[group[mains[friend]]] = True
        shut = np.zeros(len(free), np.bool_)
        shut[group[(held.ravel() == actor) & grounded]] = True
        members = np.flatnonzero(own & grounded & (shut & ~free)[group])
        if not len(members):
            continue
        _, of = np.unique(group[members], return_inverse=True)
        fresh, counted = _unseen(of, number[members], sizes)
        mine = members[fresh[of]]
        out[mine] = actor
        number[mine] = len(sizes) + of[fresh[of]]
        sizes = np.concatenate((sizes, counted))
    return out.reshape(shape)


def _unseen(
    of: NDArray[np.int64], before: NDArray[np.int64], sizes: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Return which enclosures hold other cells than one that is known already, and how many cells each holds."""
    counted = np.bincount(of)
    order = np.argsort(of, kind="stable")
    starts = np.concatenate(([0], np.cumsum(counted)[:-1]))
    low, high = np.minimum.reduceat(before[order], starts), np.maximum.reduceat(before[order], starts)
    known = (low == high) & (low >= 0)
    known[known] = sizes[low[known]] == counted[known]
    return ~known, counted


def _ways_out(
    cells: Cells,
    passable: NDArray[np.bool_],
    border_is_outside: bool,  # noqa: FBT001 - passed on
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the group of every cell, (draws * places,), and which groups lie on the outer boundary, (groups,)."""
    group = joined_cells(cells, passable[:, cells.edges[:, 0]] & passable[:, cells.edges[:, 1]])
    free = np.zeros(int(group.max(initial=-1)) + 1, np.bool_)
    if border_is_outside:
        free[group[(passable & (cells.outside_km > 0)).ravel()]] = True
    return group, free


def _main_bodies(held: NDArray[np.int64], cells: Cells, names: Sequence[str]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield every actor with a cell of its largest component in every draw that it holds some ground in."""
    part = joined_cells(cells, held[:, cells.edges[:, 0]] == held[:, cells.edges[:, 1]])
    ground = np.broadcast_to(cells.area_km2, held.shape).ravel()
    area = np.bincount(part, ground)[part].reshape(held.shape)
    for actor, name in enumerate(names):
        if is_actor(name):
            mine = np.where((held == actor) & (cells.area_km2 > 0), area, -1.0)
            there = np.flatnonzero(mine.max(axis=1, initial=-1.0) >= 0)
            yield actor, there * held.shape[1] + mine[there].argmax(axis=1)
