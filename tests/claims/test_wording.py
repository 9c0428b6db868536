"""What is read does not hang on loaded words: who is called a terrorist, whether a town was freed or occupied."""

from __future__ import annotations

import pytest

PLAIN = (
    "Government forces captured Karvat and Dolmin from the fighters on Thursday.",
    "The fighters captured Karvat, the capital of Selim Province, after the government troops withdrew.",
    "The fighters who captured Karvat in 2015 still hold Dolmin, Ustra and Velm.",
    "Government troops say they have captured three villages near Karvat.",
)
LOADED = (
    {"captured": "liberated"},
    {"captured": "occupied"},
    {"captured": "seized"},
    {"fighters": "terrorists"},
    {"fighters": "militants"},
    {"fighters": "insurgents", "captured": "liberated"},
)


@pytest.mark.parametrize("swaps", LOADED, ids=[" ".join(s.values()) for s in LOADED])
@pytest.mark.parametrize("text", PLAIN)
def test_loaded_words_change_no_event_place_stance_or_day(text, swaps, claims_of):
    loaded = text
    for word, other in swaps.items():
        loaded = loaded.replace(word, other)

    def read(said: str) -> list[tuple[object, ...]]:
        return [(c.event, c.stance, [(p.name, p.role) for p in c.places], c.start, c.end) for c in claims_of(said)]

    assert read(loaded) == read(text)
    assert read(text)
