"""Pockets, articulation points, ways and narrowest widths against networkx on random maps."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import pytest

from tenure.territory.enclosure_draws import cut_off
from tenure.territory.passage import articulation_points, min_cut_km, most_probable_way, pinch_points
from tenure.territory.pocket import snapshots

NAMES = ("a", "b", "c", "contested", "unknown")
ACTORS = ("a", "b", "c")


def graph_of(cells):
    graph = nx.Graph()
    graph.add_nodes_from(range(len(cells.places)))
    for (i, j), km in zip(cells.edges.tolist(), cells.border_km, strict=True):
        graph.add_edge(i, j, km=km)
    return graph


def brute_pockets(held, cells, allies, *, border_is_outside):
    """The rules of enclosure.py, word for word, with networkx: {(actor, cells)}; what allies share only under the first."""
    graph = graph_of(cells)
    outside = set(np.flatnonzero(cells.outside_km > 0)) if border_is_outside else set()

    def parts(names):
        return list(nx.connected_components(graph.subgraph([c for c in graph if NAMES[held[c]] in names])))

    def main_body(actor):
        found = parts({actor})
        return max(found, key=lambda part: (cells.area_km2[list(part)].sum(), -min(part))) if found else set()

    def joined(actor):
        return parts({actor, "unknown", *allies.get(actor, ())})

    seen, out = set(), []
    for actor in ACTORS:
        friends = {actor, *allies.get(actor, ())}
        mains = [] if border_is_outside else [main_body(f) for f in friends]
        for group in joined(actor):
            if not any(NAMES[held[c]] == actor for c in group):
                continue
            if group & outside or any(m and m <= group for m in mains):
                continue
            own = frozenset(c for c in group if NAMES[held[c]] in friends)
            around = {NAMES[held[n]] for c in group for n in graph[c] if n not in group}
            if own not in seen:
                seen.add(own)
                out.append((actor, own, frozenset(around)))
    return set(out)


def random_map(maps, rng):
    make_cells = maps[0]
    columns, rows = rng.integers(2, 8, 2)
    cells = make_cells(int(columns), int(rows))
    weights = rng.dirichlet(np.ones(5) * rng.choice([0.4, 2.0]))
    held = rng.choice(5, len(cells.places), p=weights)
    for _ in range(int(rng.integers(0, 3))):  # grow regions, so that there is more than dust
        i, j = cells.edges[rng.integers(0, len(cells.edges), len(cells.places))].T
        held[i] = held[j]
    pairs = [p for p in (("a", "b"), ("b", "c"), ("a", "c")) if rng.random() < 0.2]
    allies = {x: frozenset(b if a == x else a for a, b in pairs if x in (a, b)) for x in ACTORS}
    return cells, held, {k: v for k, v in allies.items() if v}


def check_map(maps, seed):
    rng = np.random.default_rng(seed)
    cells, held, allies = random_map(maps, rng)
    border = bool(rng.random() < 0.7)
    found = {
        (NAMES[s.actor], frozenset(s.members.tolist()), frozenset(NAMES[h] for h in s.around))
        for s in snapshots(held, cells, NAMES, allies, border_is_outside=border)
    }
    assert found == brute_pockets(held, cells, allies, border_is_outside=border)
    graph = graph_of(cells)
    mine = graph.subgraph([c for c in graph if held[c] == 0])
    kept = (held[cells.edges] == 0).all(axis=1)
    assert set(np.flatnonzero(articulation_points(cells.edges[kept], len(held)))) == set(nx.articulation_points(mine))
    check_way(cells, graph, rng)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_cut_off_in_many_draws_is_what_each_draw_alone_says(maps, seed, monkeypatch):
    rng = np.random.default_rng(1000 + seed)
    cells, _, allies = random_map(maps, rng)
    draws = rng.choice(5, (7, len(cells.places)), p=rng.dirichlet(np.ones(5) * 0.7))
    for held in draws:
        i, j = cells.edges[rng.integers(0, len(cells.edges), len(cells.places))].T
        held[i] = held[j]
    border = bool(rng.random() < 0.7)
    monkeypatch.setattr("tenure.territory.enclosure_draws._NODES", 3 * len(cells.places))
    found = cut_off(draws, cells, NAMES, allies=allies, border_is_outside=border)
    for held, row in zip(draws, found, strict=True):
        alone = np.full(len(held), -1)
        for shot in snapshots(held, cells, NAMES, allies, border_is_outside=border):
            alone[shot.members] = shot.actor
        assert row.tolist() == alone.tolist()


def check_way(cells, graph, rng):
    count = len(cells.places)
    p = rng.choice([0.05, 0.5, 1.0], count)
    label = rng.integers(0, 4, count)
    origin, destination = label == 0, label == 1
    way = most_probable_way(cells, p, origin, destination)
    if not origin.any() or not destination.any():
        assert way is None
        return
    directed = nx.DiGraph()
    for i, j in cells.edges.tolist():
        for u, v in ((i, j), (j, i)):
            km = math.hypot(cells.x_km[u] - cells.x_km[v], cells.y_km[u] - cells.y_km[v])
            directed.add_edge(u, v, cost=(0.0 if label[v] < 2 else -math.log(p[v])) + 1e-4 * km)
    ends = set(np.flatnonzero(destination).tolist())
    lengths = nx.multi_source_dijkstra_path_length(directed, set(np.flatnonzero(origin).tolist()), weight="cost")
    best = min(lengths[e] for e in ends)
    cost = sum(directed[u][v]["cost"] for u, v in zip(way.cells, way.cells[1:], strict=False))
    assert cost == pytest.approx(best, abs=1e-9)
    assert way.p == pytest.approx(math.prod(p[c] for c in way.cells if label[c] >= 2))
    open_cells = p >= min((p[c] for c in way.cells if label[c] >= 2), default=1.0)
    usable = graph.subgraph(np.flatnonzero(open_cells | origin | destination).tolist())
    merged = nx.Graph()
    name = {c: "from" if origin[c] else "to" if destination[c] else c for c in usable}
    merged.add_nodes_from(name.values())
    for u, v, km in usable.edges(data="km"):
        if name[u] != name[v]:
            before = merged.get_edge_data(name[u], name[v], {"km": 0})["km"]
            merged.add_edge(name[u], name[v], km=before + round(km * 1000))
    width, _ = nx.minimum_cut(merged, "from", "to", capacity="km")
    assert min_cut_km(cells, open_cells, origin, destination) == pytest.approx(width / 1000)
    needed = []
    for c in way.cells:
        if label[c] >= 2:
            left = merged.copy()
            left.remove_node(c)
            if not nx.has_path(left, "from", "to"):
                needed.append(c)
    assert list(pinch_points(cells, open_cells, origin, destination, way)) == needed


@pytest.mark.parametrize("seed", range(40))
def test_random_map_equals_networkx(maps, seed):
    check_map(maps, seed)


@pytest.mark.slow
def test_a_thousand_random_maps_equal_networkx(maps):
    for seed in range(1000):
        check_map(maps, seed)
