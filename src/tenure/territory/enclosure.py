"""Which ground is shut in: components of the cells' graph under the holders of one day.

Rules, for an actor A whose allies on the day are known:
 - a component is a largest set of cells of one holder that are joined by shared borders;
 - A's components are joined further through its allies' components, and through unknown ground, since nothing shows it
   closed. Contested ground is no way: an enemy can prevent its use;
 - what is joined so has a way out when part of it lies on the outer boundary of the study area. A main body that reaches
   the boundary is thereby a refuge; one that does not is as shut in as the rest;
 - where the boundary is told to be closed (an island), what holds the main body (the largest component) of A or of an
   ally has a way out instead;
 - A's ground that has no way out is cut off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tenure.territory.labels import is_actor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from tenure.grid import Cells

__all__ = ["Components", "Enclosed", "components_of", "enclosed", "joined_cells"]


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """`of` (places,) component of each cell, -1 without ground; per component `holder`, `area_km2`, `outside`, `first` cell.

    `links` (links, 2) are pairs of components that meet, lower first.
    """

    of: NDArray[np.int64]
    holder: NDArray[np.int64]
    area_km2: NDArray[np.float64]
    outside: NDArray[np.bool_]
    links: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Enclosed:
    """Ground of one actor (and of the allies shut in with it), as component numbers."""

    actor: int
    components: tuple[int, ...]
    around: tuple[int, ...]
    """Holders of the ground that surrounds the enclosure, ascending."""
    main_body: bool
    """Whether the actor's largest component is among them."""


def joined_cells(cells: Cells, joined: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the component of every cell in every map, (maps * places,), where `joined` (maps, edges) edges join cells."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    places, total = len(cells.places), len(joined) * len(cells.places)
    number, edge = np.nonzero(joined)
    # edges are sorted by their lower end: the rows of the matrix are there already
    one = number * places + cells.edges[edge, 0]
    other = (number * places + cells.edges[edge, 1]).astype(np.int32)
    rows = np.searchsorted(one, np.arange(total + 1)).astype(np.int32)
    graph = csr_matrix((np.ones(len(other), np.int8), other, rows), shape=(total, total))
    part: NDArray[np.int64] = connected_components(graph, directed=False)[1].astype(np.int64)
    return part


def components_of(holder: NDArray[np.int64], cells: Cells) -> Components:
    """Return the components of the cells' graph under the holders (places,) of a day."""
    one, other = cells.edges[:, 0], cells.edges[:, 1]
    same = holder[one] == holder[other]
    of = joined_cells(cells, same[None])
    grounded = cells.area_km2 > 0
    used = np.bincount(of[grounded], minlength=int(of.max(initial=-1)) + 1) > 0
    number = np.where(used, np.cumsum(used) - 1, -1)
    of = np.where(grounded, number[of], -1).astype(np.int64)
    total = int(used.sum())
    held = np.zeros(total, np.int64)
    held[of[grounded]] = holder[grounded]
    area = np.bincount(of[grounded], cells.area_km2[grounded], minlength=total).astype(np.float64)
    outside = np.bincount(of[grounded], cells.outside_km[grounded], minlength=total) > 0
    pairs = np.sort(np.column_stack((of[one[~same]], of[other[~same]])), axis=1)
    key = np.unique(pairs[:, 0] * max(total, 1) + pairs[:, 1])
    links = np.column_stack(np.divmod(key, max(total, 1)))
    return Components(of, held, area, outside, links)


def enclosed(
    parts: Components,
    names: Sequence[str],
    *,
    allies: Mapping[str, frozenset[str]],
    border_is_outside: bool = True,
) -> tuple[Enclosed, ...]:
    """Return the enclosures of all actors, by actor and first component; the module's head gives the rules."""
    outside = parts.outside if border_is_outside else np.zeros_like(parts.outside)
    joined = {a: _joined(parts, names, a, allies) for a in range(len(names)) if is_actor(names[a])}
    mains = {a: _main_body(parts, a) for a in joined}
    ways = {a: _exits(group, outside) for a, group in joined.items()}
    near = _Adjacent.of(parts)
    out: list[Enclosed] = []
    for a, group in joined.items():
        mine = np.flatnonzero(parts.holder == a)
        friends = {a, *(names.index(x) for x in allies.get(names[a], ()) if x in names)}
        free = ways[a]
        for friend in () if border_is_outside else friends:
            if mains[friend] >= 0:
                free[group[mains[friend]]] = True
        shut = np.unique(group[mine[~free[group[mine]]]])
        if len(shut):
            out += _enclosures(parts, near, (a, group, shut), friends, mains[a])
    return tuple(out)


@dataclass(frozen=True, slots=True, eq=False)
class _Adjacent:
    """Neighbours of every component: `to[starts[c]:starts[c + 1]]`."""

    starts: NDArray[np.int64]
    to: NDArray[np.int64]

    @classmethod
    def of(cls, parts: Components) -> _Adjacent:
        ends = np.concatenate((parts.links, parts.links[:, ::-1]))
        ends = ends[np.argsort(ends[:, 0], kind="stable")]
        return cls(np.searchsorted(ends[:, 0], np.arange(len(parts.holder) + 1)), ends[:, 1])


def _exits(group: NDArray[np.int64], outside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which groups lie on the outer boundary, (groups,)."""
    free = np.zeros(int(group.max(initial=-1)) + 1, np.bool_)
    free[group[(group >= 0) & outside]] = True
    return free


def _enclosures(
    parts: Components,
    near: _Adjacent,
    shut_in: tuple[int, NDArray[np.int64], NDArray[np.int64]],
    friends: set[int],
    main: int,
) -> list[Enclosed]:
    """Return one enclosure a group of components that has no way out."""
    actor, group, shut = shut_in
    order = np.argsort(group, kind="stable")
    ranked = group[order]
    low, high = np.searchsorted(ranked, shut), np.searchsorted(ranked, shut, side="right")
    holder = parts.holder
    out = []
    for number, start, stop in zip(shut.tolist(), low.tolist(), high.tolist(), strict=True):
        inside = order[start:stop].tolist()
        rim = [to for c in inside for to in near.to[near.starts[c] : near.starts[c + 1]].tolist() if group[to] != number]
        around = tuple(sorted({int(holder[c]) for c in rim}))
        out.append(Enclosed(actor, tuple(c for c in inside if holder[c] in friends), around, main in inside))
    return out


def _joined(parts: Components, names: Sequence[str], actor: int, allies: Mapping[str, frozenset[str]]) -> NDArray[np.int64]:
    """Return for every component the group that it forms with others that the actor may pass, -1 where it may not."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    friendly = [names.index(x) for x in sorted(allies.get(names[actor], ())) if x in names]
    may = np.zeros(len(names), np.bool_)
    may[[actor, *friendly, len(names) - 1]] = True
    passable = may[parts.holder]
    total = len(parts.holder)
    links = parts.links[passable[parts.links].all(axis=1)] if len(parts.links) else parts.links
    graph = coo_matrix((np.ones(len(links), np.int8), (links[:, 0], links[:, 1])), shape=(total, total))
    _, group = connected_components(graph, directed=False)
    return np.where(passable, group, -1).astype(np.int64)


def _main_body(parts: Components, actor: int) -> int:
    """Return the largest component of an actor, -1 when it has none."""
    mine = np.flatnonzero(parts.holder == actor)
    return int(mine[parts.area_km2[mine].argmax()]) if len(mine) else -1
