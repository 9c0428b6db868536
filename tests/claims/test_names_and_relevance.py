"""Names found before parsing, and the cheap pass."""

# ruff: noqa: RUF001 - the patterns and tests mean typographic quotes and dashes

from __future__ import annotations

import pytest

from tenure.claims.packs import inflect, load_pack
from tenure.claims.text.names import NameFinder
from tenure.claims.text.relevance import select

EN = load_pack("en")
FINDER = NameFinder(EN, actors=["Black Lions"], places=["Karvat el Gharbi"], media=["Velm Wire"])


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("in the village of Tell al-Karvat today", "Tell al-Karvat", "place"),
        ("by the 25th Special Brigade of", "25th Special Brigade", "actor"),
        ("with Jaysh al-Velm fighters", "Jaysh al-Velm", "actor"),
        ("the Veshk Democratic Forces (VDF) said", "Veshk Democratic Forces (VDF)", "actor"),
        ("said Colonel Adan Velik of", "Adan Velik", "person"),
        ("near Dolmin airbase on", "Dolmin airbase", "place"),
        ("in Ostrava Oblast yesterday", "Ostrava Oblast", "place"),
        ("the rebel-held town", "rebel-held", "held"),
        ("the Black Lions took", "Black Lions", "actor"),
        ("at Karvat el Gharbi the", "Karvat el Gharbi", "place"),
        ("told Velm Wire that", "Velm Wire", "media"),
        ("in neighborhoods 1 and 2 of", "neighborhoods 1 and 2", "place"),
        ("in Karvat’s east", "Karvat", "unknown"),
    ],
)
def test_name_is_found_with_its_kind(text, name, kind):
    assert (name, kind) in [(text[s.start : s.end], s.kind) for s in FINDER.find(text)]


def test_sentence_in_capitals_has_no_names():
    assert FINDER.find("THE WHOLE TEXT IS WRITTEN LIKE THIS TODAY") == []


def test_first_word_of_a_sentence_is_left_to_the_parser():
    assert FINDER.find("Artillery was heard.") == []


def test_peaceful_news_is_not_parsed():
    news = [
        "The council took control of the budget.",
        "Shares fell 3%.",
        "The team captured the cup.",
        "Police held a man.",
        "A fire hit the mill.",
    ]
    assert select(news, EN) == []


def test_sentences_near_armed_people_are_parsed():
    assert select(["Prices rose.", "The rebels came.", "They took Karvat.", "Nothing else.", "He left."], EN) == [1, 2]


def test_study_actor_is_enough_of_a_cue():
    texts = ["Nothing.", "The Black Lions arrived.", "Karvat fell.", "More of it."]
    assert select(texts, EN) == []
    assert select(texts, EN, FINDER.actors) == [1, 2]


@pytest.mark.parametrize(
    ("lemma", "forms"),
    [
        ("seize", {"seized", "seizing", "seizes"}),
        ("carry", {"carried", "carries", "carrying"}),
        ("push", {"pushes", "pushed"}),
    ],
)
def test_forms_are_derived(lemma, forms):
    assert forms <= set(inflect(lemma, {}))
