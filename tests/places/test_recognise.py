from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from tenure.places import Gazetteer, Locator

from .conftest import report

if TYPE_CHECKING:
    from tenure.model import Placement


def found(locator: Locator, text: str) -> dict[str, Placement]:
    return {placed.name: placed for placed in locator.locate(report(text))}


@pytest.fixture(scope="module")
def locator(world_gazetteer: Gazetteer) -> Locator:
    return Locator(world_gazetteer)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The United States sent envoys to Kyiv and Paris.", "United States"),
        ("Talks between the Ukraine delegation and London began.", "Ukraine"),
        ("He flew from Kyiv to Paris. France said nothing of Kyiv's offer.", "Kyiv"),
        ("She was born in Bakersfield, Calif., and died in London.", "Calif."),
        ("Officials in Toronto and in Ottawa spoke of Ontario.", "Ontario"),
    ],
)
def test_a_name_is_found_without_the_words_and_signs_beside_it(locator: Locator, text: str, name: str) -> None:
    assert name in found(locator, text)


def test_people_are_no_place(locator: Locator) -> None:
    assert "Ukrainians" not in found(locator, "Many Ukrainians left for Paris and for London that winter.")


def test_an_article_of_the_parser_is_cut_off(locator: Locator) -> None:
    text = "On Friday the United States spoke with Paris."
    start = text.index("the United")
    entity = SimpleNamespace(start_char=start, end_char=start + len("the United States"), label_="GPE")
    parsed = SimpleNamespace(ents=[entity])
    names = {p.name for p in Locator(locator.gazetteer, parser=lambda: lambda _: parsed).locate(report(text))}
    assert "United States" in names


def test_a_document_speaks_for_a_doubtful_name(locator: Locator) -> None:
    alone = found(locator, "Victoria said so.")
    among = found(locator, "Ottawa and Toronto agreed. Victoria said so. Canada, from Vancouver to Montreal, heard it.")
    assert "Victoria" not in alone
    assert len(among) >= 5


def test_a_text_without_names_has_no_mention(locator: Locator) -> None:
    assert locator.locate(report("nothing was said of it, and nobody asked.")) == ()
