from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.errors import InputError
from tenure.territory import by_polygon, captures_between, change_between

FIRST = date(2018, 1, 1)
WEST = '{"type":"Polygon","coordinates":[[[35,34],[36.2,34],[36.2,37],[35,37],[35,34]]]}'


def found(change, name, actor, group=""):
    return next((m.value for m in change.measures if (m.name, m.actor, m.group) == (name, actor, group)), 0.0)


def study(maps, rows, columns=4, count=20):
    make_cells, make_posterior, make_samples = maps
    cells = make_cells(columns, len(rows[0]) // columns)
    posterior = make_posterior(cells, rows)
    return posterior, make_samples(posterior, posterior.dates, count), cells


def test_gain_of_the_one_is_loss_of_the_other(maps):
    posterior, samples, cells = study(maps, ["aaaabbbb", "aaabbbbb", "aabbbbbb"])
    change = change_between(posterior, samples, cells, *posterior.dates[::2])
    assert (change.since, change.until) == (FIRST, FIRST + timedelta(days=3))
    moved = cells.area_km2[[2, 3]].sum()
    for name, actor, expected in (("gain", "b", moved), ("loss", "a", moved), ("net", "b", moved), ("net", "a", -moved)):
        assert found(change, f"{name}_km2", actor) == pytest.approx(expected)
    assert found(change, "transfer_places", "b", "a") == 2
    assert found(change, "gain_places", "a") == 0


def test_what_was_lost_again_counts_gross_and_not_net(maps):
    posterior, samples, cells = study(maps, ["aaaa", "aaab", "aaaa"])
    change = change_between(posterior, samples, cells, *posterior.dates[::2])
    assert found(change, "net_places", "b") == 0
    assert found(change, "gross_gain_places", "b", "a") == 1
    assert found(change, "gross_gain_places", "a", "b") == 1
    assert [(f.place_id, f.times, f.holders) for f in change.flips] == [("00.03", 2, ("a", "b", "a"))]
    assert (change.flips[0].first_day, change.flips[0].last_day) == (FIRST + timedelta(days=1), FIRST + timedelta(days=2))


def test_contested_days_between_are_passed_over(maps):
    posterior, samples, cells = study(maps, ["aaaa", "aaax", "aaab", "xaab"])
    change = change_between(posterior, samples, cells, posterior.dates[0], posterior.dates[-1])
    assert [(c.place_id, c.loser, c.gainer, c.day) for c in change.captures] == [
        ("00.03", "a", "b", FIRST + timedelta(days=2))
    ]
    assert change.captures[0].p == 1
    assert found(change, "transfer_places", "contested", "a") == 1
    assert found(change, "gross_gain_places", "b", "a") == 1
    assert change.flips == ()


def test_captures_lie_after_the_first_and_up_to_the_last_date(maps):
    posterior, _, cells = study(maps, ["aaaa", "aaab", "aabb", "abbb"])
    days = [c.day for c in captures_between(posterior, cells, posterior.dates[1], posterior.dates[2])]
    assert days == [posterior.dates[2]]


def test_ground_that_was_unknown_is_no_capture(maps):
    posterior, samples, cells = study(maps, ["aaa?", "aaab"])
    change = change_between(posterior, samples, cells, *posterior.dates)
    assert change.captures == ()
    assert found(change, "transfer_places", "b", "unknown") == 1


def test_groups_hold_only_their_own_change(maps):
    posterior, samples, cells = study(maps, ["aaaa", "abab"])
    change = change_between(posterior, samples, cells, *posterior.dates, grouping=by_polygon(cells, {"west": WEST}))
    assert {m.group for m in change.measures} == {"west"}
    assert found(change, "gain_places", "b", "west") == 1
    assert found(change, "gain_km2", "b", "west") == pytest.approx(cells.area_km2[1], rel=1e-3)


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.text("abcx?", min_size=4, max_size=4), min_size=2, max_size=5))
def test_net_is_gain_less_loss_and_nets_add_up_to_nothing(maps, rows):
    posterior, samples, cells = study(maps, rows, count=3)
    change = change_between(posterior, samples, cells, posterior.dates[0], posterior.dates[-1])
    nets = {m.actor: m.value for m in change.measures if m.name == "net_km2"}
    assert sum(nets.values()) == pytest.approx(0, abs=1e-6)
    for actor, net in nets.items():
        assert net == pytest.approx(found(change, "gain_km2", actor) - found(change, "loss_km2", actor))
        transfers = sum(m.value for m in change.measures if m.name == "transfer_km2" and m.actor == actor)
        assert found(change, "gain_km2", actor) == pytest.approx(transfers)
    gross = sum(m.value for m in change.measures if m.name == "gross_gain_places")
    captured = captures_between(posterior, cells, posterior.dates[0], posterior.dates[-1])
    assert gross == pytest.approx(len(captured)) or "?" in "".join(rows) or "x" in "".join(rows)


def test_dates_in_the_wrong_order_are_refused(maps):
    posterior, samples, cells = study(maps, ["aaaa", "aaab"])
    with pytest.raises(InputError, match="ends before it starts"):
        change_between(posterior, samples, cells, posterior.dates[1], posterior.dates[0])


def test_the_interval_holds_the_mean(maps):
    make_cells, make_posterior, make_samples = maps
    cells = make_cells(4, 4)
    posterior = make_posterior(cells, ["a" * 16, "a" * 8 + "b" * 8], sure=0.8)
    change = change_between(posterior, make_samples(posterior, posterior.dates, 200), cells, *posterior.dates)
    for m in change.measures:
        assert m.lo90 <= m.lo50 <= m.value <= m.hi50 <= m.hi90
    assert np.isfinite([m.hi90 for m in change.measures]).all()
