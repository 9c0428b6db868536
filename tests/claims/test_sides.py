"""Who gained or held a place where the claim names nobody: what the speaker's side, a flag or the other side tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tenure.claims import Extractor
from tenure.claims.identities import match_actor
from tenure.model import Actor, ActorKind, Report, Source, SourceKind

PARTIES = (
    Actor("orla", "Orla", ("Orlan forces", "Orlan troops", "Orlan"), ActorKind.STATE_FORCES, "#000000", "orla"),
    Actor("vesk", "Vesk", ("Veskan forces", "Veskan troops", "Veskan"), ActorKind.STATE_FORCES, "#ffffff", "vesk"),
)
SPEAKERS = (
    Source("orlamod", ("Orlan Defence Ministry",), (), side="orla", kind=SourceKind.OFFICIAL),
    Source("veskmod", ("Veskan Defence Ministry",), (), side="vesk", kind=SourceKind.OFFICIAL),
    Source("wire", ("Daily Wire",), (), None, kind=SourceKind.WIRE),
)


def of(text, parties=PARTIES, source_id=None):
    at = datetime(2020, 6, 19, tzinfo=UTC)
    report = replace(Report("r1", text, at, "day", language="en"), source_id=source_id)
    claims = next(iter(Extractor(actors=parties, sources=SPEAKERS).extract([report]))).claims
    return [(c.event.value, c.stance.value, c.actor_ids) for c in claims]


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Karvat and Dolmin have been liberated, the Orlan Defence Ministry said.", ("orla",)),
        ("The Veskan Defence Ministry said that its forces had captured Karvat.", ("vesk",)),
        ("The Orlan flag was raised over Karvat on Monday.", ("orla",)),
        ("Karvat was captured from Veskan troops on Monday.", ("orla",)),
    ],
)
def test_who_is_meant_where_nobody_is_named(text, who):
    assert [w for event, _, w in of(text) if event == "gain"] == [who]


def test_outlet_of_a_side_speaks_for_it_where_no_speaker_is_named():
    assert of("Karvat has been freed.", source_id="orlamod") == [("gain", "asserted", ("orla",))]


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Karvat is under our control, the Veskan Defence Ministry said on Monday.", "hold"),
        ("Karvat remains in our hands, the Veskan Defence Ministry said.", "hold"),
    ],
)
def test_our_control_is_the_speakers(text, event):
    assert of(text) == [(event, "asserted", ("vesk",))]


@pytest.mark.parametrize(
    "text",
    [
        "Karvat has been liberated, the Daily Wire reported.",  # of no side
        "Karvat has been captured, the Orlan Defence Ministry said.",  # by them, or an admission
    ],
)
def test_nobody_is_guessed_where_the_words_do_not_tell(text):
    assert [w for _, _, w in of(text)] == [()]


def test_three_sides_leave_the_taker_open():
    third = Actor("mirr", "Mirr", ("Mirran militia",), ActorKind.REBEL_GROUPS, "#777777", "mirr")
    assert of("Karvat was captured from Veskan troops on Monday.", (*PARTIES, third)) == [("gain", "asserted", ())]


def test_a_people_s_other_troops_are_its_actor_s_where_no_other_has_the_word():
    red = Actor("red", "Ruritania", ("Ruritanian forces", "Ruritanian army"), ActorKind.STATE_FORCES, "#111111", "red")
    blue = Actor("blue", "League", ("League fighters",), ActorKind.REBEL_GROUPS, "#222222", "blue")
    free = Actor("free", "Free Ruritanian Army", (), ActorKind.REBEL_GROUPS, "#333333", "free")
    assert match_actor("Ruritanian marines", [red, blue]) == "red"
    assert match_actor("the Ruritanian", [red, blue]) == "red"
    # two actors have the word, or only one name begins with it
    assert match_actor("Ruritanian marines", [red, blue, free]) is None
    assert match_actor("League of the South", [red, replace(blue, name="The Alliance")]) is None


@pytest.mark.parametrize(
    "text",
    [
        "The 35th Brigade of the Orlan army captured Karvat on Monday.",
        "Troops of the Orlan army's 35th Brigade captured Karvat from Veskan forces.",
        "The 35th Brigade of the Orlan army crossed the river. On Monday the 35th Brigade captured Karvat.",
    ],
)
def test_a_named_unit_is_whose_the_report_says_it_is(text):
    parties = (replace(PARTIES[0], aliases=(*PARTIES[0].aliases, "Orlan army")), PARTIES[1])
    (who,) = [w for event, _, w in of(text, parties) if event == "gain"]
    assert who == ("orla",)


def test_a_unit_of_nobody_named_is_nobody_s():
    assert of("The 35th Brigade captured Karvat on Monday.") == [("gain", "asserted", ())]
