from datetime import date, timedelta

import numpy as np
import pytest

from tenure.model import Relation, RelationKind
from tenure.territory import Stay, find_pockets, follow_pockets
from tenure.territory.allies import allies_on
from tenure.territory.pocket import pocket_days

FIRST = date(2018, 1, 1)
OPEN = "bbbbb" + "aaaab" + "bbbbb" + "bbbbb"
SHUT = "bbbbb" + "abaab" + "bbbbb" + "bbbbb"
GONE = "bbbbb" + "abbbb" + "bbbbb" + "bbbbb"


def study(maps, rows, columns=5, **options):
    make_cells, make_posterior, make_samples = maps
    cells = make_cells(columns, len(rows[0]) // columns)
    posterior = make_posterior(cells, rows, **options)
    return posterior, make_samples(posterior, posterior.dates, 40), cells


def day(number):
    return FIRST + timedelta(days=number)


def test_a_cut_corridor_makes_a_pocket(maps):
    posterior, samples, cells = study(maps, [OPEN, OPEN, SHUT, SHUT, GONE])
    (pocket,) = find_pockets(posterior, samples, cells)
    assert (pocket.actor, pocket.holders, pocket.besieged_by, pocket.adversaries) == ("a", ("a",), "b", ("b",))
    assert (pocket.start, pocket.end, pocket.last_connected) == (day(2), day(4), day(1))
    assert pocket.places == ("01.02", "01.03")
    assert pocket.area_km2 == pytest.approx(cells.area_km2[[7, 8]].sum())
    assert (pocket.p, pocket.main_body) == (1.0, True)  # two cells against the one that is left outside
    assert (pocket.population, pocket.population_unknown) == (0, 2)


def test_each_place_stays_in_a_pocket_on_the_days_on_which_it_is_cut_off(maps):
    larger = "bbbbb" + "abaab" + "bbabb" + "bbbbb"
    posterior, samples, cells = study(maps, [OPEN, SHUT, larger, larger, SHUT, larger, GONE])
    pockets, stays = follow_pockets(posterior, samples, cells)
    assert pockets == find_pockets(posterior, samples, cells)
    (pocket,) = pockets
    assert stays == (
        Stay(pocket.pocket_id, "01.02", day(1), day(6)),
        Stay(pocket.pocket_id, "01.03", day(1), day(6)),
        Stay(pocket.pocket_id, "02.02", day(2), day(4)),
        Stay(pocket.pocket_id, "02.02", day(5), day(6)),
    )


def test_a_pocket_whose_largest_day_was_not_drawn_is_tested_on_the_nearest_that_was(maps):
    make_cells, make_posterior, make_samples = maps
    cells = make_cells(5, 4)
    posterior = make_posterior(cells, [OPEN, SHUT, SHUT, GONE])
    (pocket,) = find_pockets(posterior, make_samples(posterior, (day(0), day(2)), 40), cells)
    assert (pocket.on, pocket.p) == (day(1), 1.0)
    (untested,) = find_pockets(posterior, make_samples(posterior, (day(0), day(3)), 40), cells)
    assert np.isnan(untested.p)


def test_a_pocket_is_told_as_it_was_on_the_day_asked_for(maps):
    posterior, samples, cells = study(maps, [SHUT, SHUT, GONE])
    assert len(find_pockets(posterior, samples, cells, on=day(1))) == 1
    assert find_pockets(posterior, samples, cells, on=day(2)) == ()
    (pocket,) = find_pockets(posterior, None, cells, on=day(0))
    assert np.isnan(pocket.p)
    assert pocket.last_connected is None
    assert find_pockets(posterior, None, cells, on=day(0), min_places=3) == ()


def test_an_actor_that_is_shut_in_as_a_whole_is_told_so(maps):
    posterior, samples, cells = study(maps, ["bbbbb" + "bbaab" + "bbbbb"])
    (pocket,) = find_pockets(posterior, samples, cells)
    assert pocket.main_body
    assert pocket.last_connected is None
    assert find_pockets(posterior, samples, cells, border_is_outside=False) == ()


def test_what_is_uncertain_is_a_pocket_with_less_than_certainty(maps):
    posterior, samples, cells = study(maps, [SHUT], sure=0.8)
    (pocket,) = find_pockets(posterior, samples, cells)
    assert 0.2 < pocket.p < 1.0


def test_two_adversaries_besiege_nobody_alone_unless_they_are_allies(maps):
    rows = ["bbbbb" + "abaab" + "ccccc" + "ccccc"]
    posterior, samples, cells = study(maps, rows)
    assert find_pockets(posterior, samples, cells)[0].besieged_by == ""
    room = Relation(RelationKind.OPERATIONS_ROOM, ("b", "c"), FIRST, None, "")
    assert find_pockets(posterior, samples, cells, relations=(room,))[0].besieged_by == "b + c"


def test_an_alliance_opens_a_way_while_it_lasts(maps):
    rows = ["bbbbb" + "acaab" + "bcbbb" + "bbbbb"] * 4
    posterior, _, cells = study(maps, rows)
    pact = Relation(RelationKind.ALLIANCE, ("a", "c"), day(1), day(3), "")
    spells = [(p.actor, p.start, p.end) for p in find_pockets(posterior, None, cells, relations=(pact,))]
    assert ("a", day(0), day(1)) in spells
    assert ("a", day(3), day(4)) in spells
    assert all(end <= day(1) or start >= day(3) for actor, start, end in spells if actor == "a")
    understanding = Relation(RelationKind.UNDERSTANDING, ("a", "c"), FIRST, None, "")
    assert len([p for p in find_pockets(posterior, None, cells, relations=(understanding,)) if p.actor == "a"]) == 1


def test_allies_shut_in_together_are_one_pocket(maps):
    posterior, _, cells = study(maps, ["bbbbb" + "bacbb" + "bbbbb"])
    pact = Relation(RelationKind.ALLIANCE, ("a", "c"), None, None, "")
    (pocket,) = find_pockets(posterior, None, cells, relations=(pact,))
    assert pocket.holders == ("a", "c")
    assert len(pocket.places) == 2


def test_unknown_ground_may_be_a_way_and_contested_ground_is_none(maps):
    assert find_pockets(*_without_samples(study(maps, ["bbbbb" + "a?aab" + "bbbbb"]))) == ()
    (pocket,) = find_pockets(*_without_samples(study(maps, ["bbbbb" + "axaab" + "bbbbb"])))
    assert pocket.besieged_by == "b"


def _without_samples(parts):
    return parts[0], None, parts[2]


def test_a_split_pocket_inherits_its_last_connected_day(maps):
    whole = "bbbbbbb" + "abaaaab" + "bbbbbbb"
    split = "bbbbbbb" + "abaabab" + "bbbbbbb"
    posterior, _, cells = study(maps, ["bbbbbbb" + "aaaaaab" + "bbbbbbb", whole, split], columns=7)
    found = find_pockets(posterior, None, cells)
    assert [(p.start, p.last_connected, len(p.places)) for p in found] == [(day(1), day(0), 4), (day(2), day(0), 1)]


def test_ground_that_arises_cut_off_was_never_connected(maps):
    posterior, _, cells = study(maps, ["bbbbb" * 3, "bbbbb" + "bbabb" + "bbbbb"])
    (pocket,) = find_pockets(posterior, None, cells)
    assert pocket.last_connected is None


def test_relabelling_actors_permutes_pockets(maps):
    swap = str.maketrans("ab", "ba")
    one = find_pockets(*_without_samples(study(maps, [OPEN, SHUT])))
    other = find_pockets(*_without_samples(study(maps, [OPEN.translate(swap), SHUT.translate(swap)])))
    assert [(p.actor, p.places) for p in one] == [("a", o.places) for o in other if o.actor == "b"]


@pytest.mark.parametrize("row", ["", "a", "aaaa", "?", "xxxx"])
def test_nothing_one_place_and_one_holder_have_no_pocket(maps, row):
    make_cells, make_posterior, _ = maps
    cells = make_cells(len(row) or 1, 1)
    posterior = make_posterior(cells, [row or "?"])
    assert find_pockets(posterior, None, cells) == ()


def test_days_without_a_change_are_not_looked_at(maps):
    posterior, _, cells = study(maps, [OPEN, OPEN, SHUT, SHUT, SHUT])
    assert [number for number, _, _ in pocket_days(posterior, cells)] == [0, 2]


def test_relations_end_before_their_last_day_is_over():
    pact = Relation(RelationKind.ALLIANCE, ("a", "b"), day(1), day(3), "")
    assert [bool(allies_on((pact,), day(n))) for n in range(4)] == [False, True, True, False]
