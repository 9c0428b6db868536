"""Ways over cells: the most probable path, the cells that it cannot do without, and how narrow it gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tenure.grid import Cells

__all__ = ["Way", "articulation_points", "min_cut_km", "most_probable_way", "pinch_points"]

_PER_KM = 1e-4  # cost of a kilometre: decides only between ways that are equally probable
_METRES = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """Cells from origin to destination, both ends included, the length from place to place, and the joint probability."""

    cells: tuple[int, ...]
    km: float
    p: float


def most_probable_way(
    cells: Cells, p_pass: NDArray[np.float64], origin: NDArray[np.bool_], destination: NDArray[np.bool_]
) -> Way | None:
    """Return the way from any origin cell to any destination cell with the greatest product of `p_pass` (places,) between.

    Entering a cell costs -log p_pass of it (the destination is free), so cells of probability 0 are never entered; between
    equals the shorter way wins. None when there is no way, or an end has no cell.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    if not origin.any() or not destination.any():
        return None
    one = np.concatenate((cells.edges[:, 0], cells.edges[:, 1]))
    other = np.concatenate((cells.edges[:, 1], cells.edges[:, 0]))
    km = _km(cells, one, other)
    p = np.where(destination | origin, 1.0, np.clip(p_pass, 0.0, 1.0))
    kept = p[other] > 0
    cost = -np.log(p[other[kept]]) + _PER_KM * km[kept]
    graph = coo_matrix((np.maximum(cost, 1e-12), (one[kept], other[kept])), shape=(len(p), len(p))).tocsr()
    starts = np.flatnonzero(origin)
    distance, before, _ = dijkstra(graph, indices=starts, return_predecessors=True, min_only=True)
    ends = np.flatnonzero(destination)
    end = int(ends[distance[ends].argmin()])
    if not np.isfinite(distance[end]):
        return None
    path = [end]
    while before[path[-1]] >= 0:
        path.append(int(before[path[-1]]))
    path.reverse()
    steps = np.array(path)
    return Way(tuple(path), float(_km(cells, steps[:-1], steps[1:]).sum()), float(np.prod(p[steps])))


def _km(cells: Cells, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the distance between the places of cells; 0 where one is known only by its area."""
    return np.nan_to_num(np.hypot(cells.x_km[one] - cells.x_km[other], cells.y_km[one] - cells.y_km[other]))


def articulation_points(edges: NDArray[np.int64], nodes: int) -> NDArray[np.bool_]:
    """Return which nodes, taken away, leave their component in more pieces, (nodes,); edges (edges, 2) undirected.

    Depth-first search with low links (Hopcroft and Tarjan, 1973), without recursion.

    >>> articulation_points(np.array([[0, 1], [1, 2]]), 3).tolist()
    [False, True, False]
    """
    ends = np.concatenate((edges, edges[:, ::-1]))
    order = np.argsort(ends[:, 0], kind="stable")
    near = ends[order, 1].tolist()
    starts = np.searchsorted(ends[order, 0], np.arange(nodes + 1)).tolist()
    seen, low = [-1] * nodes, [0] * nodes
    cut = np.zeros(nodes, np.bool_)
    clock = 0
    for root in range(nodes):
        if seen[root] >= 0:
            continue
        seen[root] = low[root] = clock
        clock, children = clock + 1, 0
        stack, at = [(root, -1)], list(starts)
        while stack:
            node, parent = stack[-1]
            if at[node] < starts[node + 1]:
                to = near[at[node]]
                at[node] += 1
                if seen[to] < 0:
                    seen[to] = low[to] = clock
                    clock += 1
                    stack.append((to, node))
                elif to != parent:
                    low[node] = min(low[node], seen[to])
            else:
                stack.pop()
                if parent >= 0:
                    low[parent] = min(low[parent], low[node])
                    children += parent == root
                    cut[parent] |= parent != root and low[node] >= seen[parent]
        cut[root] = children > 1
    return cut


def pinch_points(
    cells: Cells, open_cells: NDArray[np.bool_], origin: NDArray[np.bool_], destination: NDArray[np.bool_], way: Way
) -> tuple[int, ...]:
    """Return the cells of a way, without its ends, that every way over the open cells must use, in the way's order."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    count = len(open_cells)
    # both ends become one node each, so that only what lies between can be indispensable
    node = np.arange(count)
    node[origin], node[destination] = count, count + 1
    usable = open_cells | origin | destination
    ends = node[cells.edges[usable[cells.edges].all(axis=1)]]
    ends = np.unique(np.sort(ends[ends[:, 0] != ends[:, 1]], axis=1), axis=0)
    cut = articulation_points(ends, count + 2)
    out = []
    for cell in way.cells:
        if origin[cell] or destination[cell] or not cut[cell]:
            continue
        left = ends[(ends != cell).all(axis=1)]
        graph = coo_matrix((np.ones(len(left), np.int8), (left[:, 0], left[:, 1])), shape=(count + 2, count + 2))
        part = connected_components(graph, directed=False)[1]
        if part[count] != part[count + 1]:
            out.append(cell)
    return tuple(out)


def min_cut_km(
    cells: Cells, open_cells: NDArray[np.bool_], origin: NDArray[np.bool_], destination: NDArray[np.bool_]
) -> float:
    """Return the least total length in km of borders that, closed, part origin from destination over the open cells.

    Borders are rounded to metres. 0 when they are parted already; infinite when origin and destination share a cell.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import maximum_flow

    if (origin & destination).any():
        return float("inf")
    count = len(open_cells)
    node = np.arange(count)
    node[origin], node[destination] = count, count + 1
    usable = open_cells | origin | destination
    kept = usable[cells.edges].all(axis=1)
    ends = node[cells.edges[kept]]
    metres = np.rint(cells.border_km[kept] * _METRES).astype(np.int64)
    crossing = ends[:, 0] != ends[:, 1]
    ends, metres = ends[crossing], metres[crossing]
    row = np.concatenate((ends[:, 0], ends[:, 1]))
    column = np.concatenate((ends[:, 1], ends[:, 0]))
    graph = coo_matrix((np.tile(metres, 2), (row, column)), shape=(count + 2, count + 2)).tocsr()
    graph.sum_duplicates()
    return float(maximum_flow(graph.astype(np.int32), count, count + 1).flow_value) / _METRES
