"""How much of an area a clause speaks of."""

from __future__ import annotations

import pytest

from tenure.claims import load_pack
from tenure.claims.text.extent import extent_of
from tenure.model import Extent

CASES = [
    ("Its fighters took the whole of Jalta district on Monday.", "Jalta district", Extent.WHOLE),
    ("The entire Jalta district is under their control.", "Jalta district", Extent.WHOLE),
    ("They cleared all the remaining villages in Jalta district.", "Jalta district", Extent.WHOLE),
    ("They have full control of Jalta district.", "Jalta district", Extent.WHOLE),
    ("Jalta district was taken in its entirety.", "Jalta district", Extent.WHOLE),
    ("They seized most of Jalta province.", "Jalta province", Extent.MOST),
    ("They seized nearly all of Jalta province.", "Jalta province", Extent.MOST),
    ("They seized parts of Jalta province.", "Jalta province", Extent.PART),
    ("They took several villages in Jalta province.", "Jalta province", Extent.PART),
    ("They took a hill in the rugged north of Jalta province.", "Jalta province", Extent.PART),
    ("They freed all prisoners in Jalta province.", "Jalta province", Extent.PART),
    ("They stormed the last base in Jalta province.", "Jalta province", Extent.PART),
    ("The army captured Jalta district.", "Jalta district", Extent.PLAIN),
    ("Jalta district was handed over on Tuesday.", "Jalta district", Extent.PLAIN),
    ("They took the whole of the eastern Jalta countryside.", "eastern Jalta countryside", Extent.PART),
    ("They hold northern Jalta.", "northern Jalta", Extent.PART),
    ("All of it is quiet, and the army captured Jalta district.", "Jalta district", Extent.PLAIN),
    ("They hold the whole of Sirin; Jalta district fell to them.", "Jalta district", Extent.PLAIN),
]


@pytest.mark.parametrize(("text", "name", "extent"), CASES)
def test_the_extent_of_an_area(text, name, extent):
    start = text.index(name)
    assert extent_of(text, (start, start + len(name)), (0, len(text)), load_pack("en")) is extent


def test_words_before_another_place_of_the_claim_are_not_the_area_s():
    text = "They took the whole right bank of the Oder in Jalta region."
    start, other = text.index("Jalta"), text.index("Oder")
    span = (start, start + len("Jalta region"))
    assert extent_of(text, span, (other + 4, len(text)), load_pack("en")) is Extent.PART


def test_words_before_the_clause_still_say_where_something_lies():
    text = "Villages in Jalta province fell on Thursday after they had been abandoned."
    start = text.index("Jalta")
    assert extent_of(text, (start, start + len("Jalta province")), (0, len(text)), load_pack("en")) is Extent.PART


@pytest.mark.parametrize("text", ["", "   ", "\n", "in "])
def test_a_name_without_words_is_the_area_itself(text):
    assert extent_of(text, (0, len(text.rstrip()) and 2), (0, len(text)), load_pack("en")) is Extent.PLAIN
