"""Lists of places: members with their areas, dates and marks, given back to the tree in the order of the text."""

from __future__ import annotations

import pytest

from tenure.claims import load_pack
from tenure.claims.syntax.parse import mark
from tenure.claims.text.dates import find_dates
from tenure.claims.text.names import NameFinder
from tenure.claims.text.series import find_series

EN = load_pack("en")
FINDER = NameFinder(EN)


def members(text: str) -> list[tuple[str, str]]:
    dates = find_dates(text, EN)
    names = [n for n in FINDER.find(text) if not any(d.start < n.end and n.start < d.end for d in dates)]
    return [(text[m.name.start : m.name.end], m.link) for s in find_series(text, names, dates, EN) for m in s.members]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("They took Karvat and Dolmin.", []),
        ("They took Karvat, Dolmin and Ustra.", [("Karvat", ""), ("Dolmin", ""), ("Ustra", "")]),
        ("They took Karvat, Selim.", []),
        ("In Karvat, Dolmin and Ustra, all was quiet.", []),
        ("They took Karvat, Dolmin, and Ustra fell to others.", []),
        ("They took Karvat, the seat of Selim District, from the militia.", [("Karvat", "")]),
        ("They took Karvat (in Selim), Dolmin.", [("Karvat", ""), ("Selim", "in"), ("Dolmin", "")]),
        ("They took Karvat to the north of Selim, and Dolmin.", [("Karvat", ""), ("Selim", "near"), ("Dolmin", "")]),
    ],
)
def test_list_has_its_members(text, wanted):
    assert members(text) == wanted


def test_list_of_four_hundred_villages_is_one_claim_with_all_of_them(claims_of):
    names = [f"Karv{chr(97 + k % 20)}t{chr(97 + k // 20)}" for k in range(400)]
    (claim,) = claims_of(f"The army captured {', '.join(names[:-1])} and {names[-1]} on Thursday.")
    assert [p.name for p in claim.places] == names
    assert {p.role.value for p in claim.places} == {"at"}


def test_list_is_one_word_to_the_parser_however_long():
    text = "Rebels took " + ", ".join(f"Karvat{chr(97 + k)}" for k in range(20)) + " and Ustra."
    (series,) = mark(text, EN, FINDER).series
    assert text[series.start : series.end].startswith("Karvata,")
    assert text[series.start : series.end].endswith("Ustra")


def test_date_behind_a_member_is_its_own_and_of_those_before_it():
    text = "Rebels took Karvat and Dolmin on 3 May, Ustra on 5 May."
    (series,) = find_series(text, FINDER.find(text), find_dates(text, EN), EN)
    days = [m.date.part("day") for m in series.members if m.date is not None]
    assert days == ["3", "3", "5"]
