import networkx as nx
import numpy as np
import pytest
from scipy.spatial import Delaunay

from tenure.grid import delaunay_neighbours


def test_random_points_have_the_edges_of_the_triangulation():
    rng = np.random.default_rng(3)
    points = rng.random((200, 2)) * 100
    edges, km = delaunay_neighbours(points[:, 0], points[:, 1])
    expected = {tuple(sorted(s)) for t in Delaunay(points).simplices for s in ((t[0], t[1]), (t[1], t[2]), (t[0], t[2]))}
    assert {tuple(e) for e in edges.tolist()} == expected
    assert len(edges) == len(expected)
    assert (edges[:, 0] < edges[:, 1]).all()
    assert km == pytest.approx(np.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1))


def test_points_on_a_line_are_joined_in_their_order():
    edges, km = delaunay_neighbours([0.0, 4.0, 1.0, 9.0], [0.0, 8.0, 2.0, 18.0])
    assert edges.tolist() == [[0, 2], [1, 2], [1, 3]]
    assert km == pytest.approx(np.sqrt(5) * np.array([1, 3, 5]))


def test_coinciding_points_hang_together_and_the_graph_stays_connected():
    x = [0.0, 10.0, 0.0, 5.0, 0.0, np.nan]
    y = [0.0, 0.0, 10.0, 4.0, 0.0, 1.0]
    edges, km = delaunay_neighbours(x, y)
    graph = nx.Graph(edges.tolist())
    assert nx.is_connected(graph)
    assert set(graph) == {0, 1, 2, 3, 4}
    assert [0, 4] in edges.tolist()
    assert km[edges.tolist().index([0, 4])] == 0


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_points_have_no_neighbour(count):
    edges, km = delaunay_neighbours([1.0] * count, [1.0] * count)
    assert edges.shape == (0, 2)
    assert km.shape == (0,)


def test_all_points_in_one_spot_form_a_chain():
    edges, km = delaunay_neighbours([1.0] * 4, [2.0] * 4)
    assert edges.tolist() == [[0, 1], [1, 2], [2, 3]]
    assert km.tolist() == [0, 0, 0]


def test_a_square_grid_of_points_is_no_trouble():
    x, y = (a.ravel() for a in np.meshgrid(np.arange(10.0), np.arange(10.0)))
    edges, _ = delaunay_neighbours(x, y)
    assert nx.is_connected(nx.Graph(edges.tolist()))
