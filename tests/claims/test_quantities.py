"""Numbers in words and numerals, with qualifier and range; and what they count in a claim."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.claims.packs import load_pack
from tenure.claims.text.quantities import find_numbers
from tenure.model import Qualifier, QuantityKind

EN = load_pack("en")

TABLE = [
    ("half a dozen villages", 6, Qualifier.EXACT, None),
    ("some 200 fighters", 200, Qualifier.ABOUT, None),
    ("more than a dozen villages", 12, Qualifier.OVER, None),
    ("at least seventeen people", 17, Qualifier.OVER, None),
    ("up to 40 vehicles", 40, Qualifier.UNDER, None),
    ("between six and ten villages", 6, Qualifier.RANGE, 10),
    ("10-20 kilometres", 10, Qualifier.RANGE, 20),
    ("twenty-one villages", 21, Qualifier.EXACT, None),
    ("over a thousand km2", 1000, Qualifier.OVER, None),
    ("3,035 square kilometres", 3035, Qualifier.EXACT, None),
    ("two hundred people", 200, Qualifier.EXACT, None),
    ("1.5 km", 1.5, Qualifier.EXACT, None),
    ("a 13-kilometer gap", 13, Qualifier.EXACT, None),
]


@pytest.mark.parametrize(("text", "value", "qualifier", "high"), TABLE)
def test_number_is_read(text, value, qualifier, high):
    first = find_numbers(text, EN)[0]
    assert (first.value, first.qualifier, first.high) == (value, qualifier, high)


@pytest.mark.parametrize("text", ["dozens of villages", "the 4th Division", "several towns", "hundreds fled", "M5 highway"])
def test_vague_or_ordinal_is_no_number(text):
    assert find_numbers(text, EN) == []


@given(st.integers(0, 10**7))
def test_every_numeral_is_read_back(value):
    assert [n.value for n in find_numbers(f"the {value} villages", EN)] == [value]
    assert [n.value for n in find_numbers(f"the {value:,} villages", EN)] == [value]


def kinds(claims):
    return {(q.kind, q.value) for c in claims for q in c.quantities}


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("The militia captured four villages in Karvat province.", QuantityKind.VILLAGES, 4),
        ("The militia captured 120 square kilometres of land east of Karvat.", QuantityKind.KM2, 120),
        ("The army captured 10 square miles around Karvat.", QuantityKind.KM2, 25.9),
        ("The army advanced to within 5 km of Karvat.", QuantityKind.KM, 5),
        ("The army captured six hills near Karvat.", QuantityKind.OTHER, 6),
        ("Clashes in Karvat between the army and rebels killed 12 people.", QuantityKind.KILLED, 12),
        ("More than 2,000 civilians were displaced from Karvat.", QuantityKind.DISPLACED, 2000),
        ("The army attacked Karvat with 30 tanks.", QuantityKind.VEHICLES, 30),
        ("The militia captured a village near Karvat.", QuantityKind.VILLAGES, 1),
    ],
)
def test_quantity_hangs_on_its_claim(text, kind, value, claims_of):
    assert (kind, value) in kinds(claims_of(text))
