from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.model import Actor, ActorKind, Claim, ClaimPlace, Event, PlaceRole, Report, Stance
from tenure.places import Gazetteer, Locator, build_gazetteer
from tenure.places.toponyms.fighting import Fighting, Mention, Vote, learn_front
from tenure.places.toponyms.setting import Setting

from .conftest import village

FIRST = date(2021, 3, 1)
NAMES = [a + b for a in ("Bara", "Dolu", "Gemi", "Kosha", "Lefu") for b in ("shem", "nadi", "ruk", "tolla", "wendi")]
# Two clusters of villages 200 km apart, one in each with the name that the tests ask for.
EAST = [village(f"E{i}", name, 36.0 + 0.02 * (i % 5), 35.0 + 0.02 * (i // 5)) for i, name in enumerate(NAMES)]
WEST = [village(f"W{i}", f"{name}at", 34.0 + 0.02 * (i % 5), 35.0 + 0.02 * (i // 5)) for i, name in enumerate(NAMES)]
TWINS = [village("TE", "Zarifa", 36.04, 35.05), village("TW", "Zarifa", 34.04, 35.05)]


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return build_gazetteer([*EAST, *WEST, *TWINS], [], world=False)


def told(
    number: int, day: int, name: str, *, event: Event = Event.CLASH, sides: tuple[str, ...] = ()
) -> tuple[Report, Claim]:
    text = f"There was fighting in {name} that day."
    when = datetime(2021, 3, 1, tzinfo=UTC) + timedelta(days=day)
    at = text.index(name)
    report = Report(f"r{number}", text, when, "day", story_id=f"s{number}")
    place = ClaimPlace(name, PlaceRole.AT, at, at + len(name))
    start = FIRST + timedelta(days=day)
    return report, Claim(
        f"c{number}", report.report_id, text, 0, len(text), event, Stance.ASSERTED, sides, (), sides, (), (place,), start,
        start + timedelta(days=1), None, None, (), 1.0, "test", when,
    )  # fmt: skip


def learned(gazetteer: Gazetteer, pairs: list[tuple[Report, Claim]], **more: object) -> Locator:
    locator = Locator(gazetteer, countries=("SY",), **more)  # type: ignore[arg-type] - the test's own options
    return locator.learn_front([r for r, _ in pairs], [[c] for _, c in pairs])


def best(locator: Locator, pair: tuple[Report, Claim]) -> dict[str, float]:
    (placed,) = locator.place_claims(pair[0], [pair[1]])
    return {candidate.place_id: candidate.p for candidate in placed.candidates}


def moving() -> list[tuple[Report, Claim]]:
    """Seventy days of fighting: the first thirty-five in the west, the others in the east."""
    return [told(i, i, f"{NAMES[i % 25]}at" if i < 35 else NAMES[i % 25]) for i in range(70)]


def test_a_homonym_near_the_days_fighting_is_likelier(gazetteer: Gazetteer) -> None:
    pairs = moving()
    locator = learned(gazetteer, pairs)
    early, late = best(locator, told(99, 30, "Zarifa")), best(locator, told(99, 68, "Zarifa"))
    assert early["TW"] > 0.8
    assert late["TE"] > 0.8


def test_a_homonym_never_loses_its_candidates(gazetteer: Gazetteer) -> None:
    assert set(best(learned(gazetteer, moving()), told(99, 15, "Zarifa"))) == {"TE", "TW"}


def test_without_the_front_the_homonyms_are_alike(gazetteer: Gazetteer) -> None:
    p = best(Locator(gazetteer, countries=("SY",)), told(99, 15, "Zarifa"))
    assert p["TE"] == pytest.approx(p["TW"], abs=0.01)


def test_what_is_published_later_says_nothing_of_an_earlier_day(gazetteer: Gazetteer) -> None:
    pairs = moving()
    mention = told(99, 30, "Zarifa")
    until = [pair for pair in pairs if pair[0].published_at <= mention[0].published_at]
    front, earlier = learned(gazetteer, pairs).front, learned(gazetteer, pairs[:40]).front
    assert front is not None
    assert earlier is not None
    setting = Setting.of(gazetteer, area=None, countries=("SY",))
    rows = np.array([gazetteer.row_of("TE"), gazetteer.row_of("TW")], dtype=np.int64)
    heard = Mention(Event.CLASH, FIRST.toordinal() + 30, FIRST.toordinal() + 30, "s99", "zarifa")
    some = front.told(setting.xyz, rows, heard)[1]
    assert 0 < some <= len(until)
    before = Mention(Event.CLASH, FIRST.toordinal(), FIRST.toordinal() - 1, "s99", "zarifa")
    assert front.told(setting.xyz, rows, before)[1] == 0.0
    assert (front.log_odds(setting.xyz, rows, before) == 0.0).all()


def votes(gazetteer: Gazetteer, count: int, *, story: str = "s{}") -> list[Vote]:
    out = []
    for i in range(count):
        day = FIRST.toordinal() + i // 3
        row = gazetteer.row_of(f"E{i % 25}")
        assert row is not None
        out.append(Vote(Mention(Event.CLASH, day, day, story.format(i), NAMES[i % 25].lower()), row, 0.95))
    return out


def front_of(gazetteer: Gazetteer, heard: list[Vote]) -> tuple[Fighting, Setting]:
    setting = Setting.of(gazetteer, area=None, countries=("SY",))
    front = learn_front(heard, setting.xyz, np.flatnonzero(setting.local & setting.points))
    assert front is not None
    return front, setting


def test_neither_its_story_nor_its_name_nor_its_own_places_vote_for_a_mention(gazetteer: Gazetteer) -> None:
    front, setting = front_of(gazetteer, votes(gazetteer, 60))
    rows = np.array([gazetteer.row_of("TE")], dtype=np.int64)
    day = FIRST.toordinal() + 20
    stranger = Mention(Event.CLASH, day, day, "other", "zarifa")
    everything = front.told(setting.xyz, rows, stranger)[1]
    same_story = Mention(Event.CLASH, day, day, "s59", "zarifa")
    same_name = Mention(Event.CLASH, day, day, "other", NAMES[0].lower())
    own_row = np.array([gazetteer.row_of("E0")], dtype=np.int64)
    assert front.told(setting.xyz, rows, same_story)[1] < everything
    assert front.told(setting.xyz, rows, same_name)[1] < everything
    assert front.told(setting.xyz, own_row, stranger)[1] < everything


def test_with_few_votes_there_is_no_front(gazetteer: Gazetteer) -> None:
    setting = Setting.of(gazetteer, area=None, countries=("SY",))
    places = np.flatnonzero(setting.local & setting.points)
    assert learn_front(votes(gazetteer, 19), setting.xyz, places) is None
    assert learn_front([], setting.xyz, places) is None
    assert learn_front(votes(gazetteer, 60), setting.xyz, places[:0]) is None
    assert learned(gazetteer, moving()[:5]).front is None


def test_a_front_of_few_votes_is_not_heard_yet(gazetteer: Gazetteer) -> None:
    p = best(learned(gazetteer, moving()), told(99, 5, "Zarifa"))
    assert p["TE"] == pytest.approx(p["TW"], abs=0.01)


def test_copies_of_a_story_are_one_voice(gazetteer: Gazetteer) -> None:
    once = votes(gazetteer, 40)
    front, _ = front_of(gazetteer, [*once, *once])
    assert len(front.weight) == len(once)


def test_the_order_of_the_reports_does_not_matter(gazetteer: Gazetteer) -> None:
    pairs = moving()
    assert learned(gazetteer, pairs).method == learned(gazetteer, pairs[::-1]).method
    assert learned(gazetteer, pairs).method != Locator(gazetteer, countries=("SY",)).method


def test_fighting_without_a_front_says_little(gazetteer: Gazetteer) -> None:
    rng = np.random.default_rng(3)
    spread = [told(i, i // 2, NAMES[rng.integers(25)] + ("at" if rng.random() < 0.5 else "")) for i in range(120)]
    p = best(learned(gazetteer, spread), told(999, 55, "Zarifa"))
    assert abs(p["TE"] - p["TW"]) < 0.35


def test_another_pair_of_sides_has_another_front(gazetteer: Gazetteer) -> None:
    actors = [Actor(name, name.title(), (), ActorKind.REBEL_GROUPS, "#000000", name) for name in ("army", "north", "south")]
    pairs = []
    for i in range(60):
        west = i % 2 == 0
        name = f"{NAMES[i * 7 % 25]}at" if west else NAMES[i * 7 % 25]
        pairs.append(told(i, i // 4, name, sides=("army", "north") if west else ("army", "south")))
    locator = learned(gazetteer, pairs, actors=actors)
    assert best(locator, told(99, 14, "Zarifa", sides=("army", "north")))["TW"] > 0.6
    assert best(locator, told(99, 14, "Zarifa", sides=("army", "south")))["TE"] > 0.6


@pytest.fixture(scope="module")
def sixty(gazetteer: Gazetteer) -> tuple[Fighting, Setting]:
    return front_of(gazetteer, votes(gazetteer, 60))


@given(day=st.integers(-30, 60), event=st.sampled_from(list(Event)))
def test_the_log_odds_are_finite_and_bounded_below(sixty: tuple[Fighting, Setting], day: int, event: Event) -> None:
    front, setting = sixty
    mention = Mention(event, FIRST.toordinal() + day, FIRST.toordinal() + day, "x", "zarifa")
    log_odds = front.log_odds(setting.xyz, np.arange(len(setting.xyz)), mention)
    assert np.isfinite(log_odds).all()
    assert (log_odds >= np.log(0.05) - 1e-9).all()
    assert all(0.0 <= share <= 0.95 for share in front.shares.values())
