from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tenure.places import Locator
from tenure.places.toponyms.theatres import Theatres, learn_theatres

from .conftest import report

if TYPE_CHECKING:
    from tenure.model import Report
    from tenure.places import Gazetteer

CANADA = [
    "Toronto and Ottawa were quiet.",
    "Roads from Winnipeg to Regina are open.",
    "He left Calgary for Edmonton.",
    "Halifax.",
]


def lines(texts: list[str], publisher: str | None = None) -> list[Report]:
    return [
        replace(report(text), report_id=f"{publisher}{i}", story_id=f"{publisher}{i}", publisher=publisher)
        for i, text in enumerate(texts)
    ]


def p_of_country(locator: Locator, reports: list[Report], code: str) -> float:
    *_, last = locator.locate_all(reports, [None] * (len(reports) - 1) + [[(9, 15)]])
    gazetteer = locator.gazetteer
    rows = [(gazetteer.row_of(c.place_id), c.p) for c in last[0].candidates]
    return sum(p for row, p in rows if row is not None and gazetteer.place(row).country == code)


def test_the_other_lines_country_speaks_for_a_name(world_gazetteer: Gazetteer) -> None:
    locator, asked = Locator(world_gazetteer), "Fires in London burned."
    alone = p_of_country(locator, lines([asked]), "CA")
    among = p_of_country(locator, lines([*CANADA, asked]), "CA")
    assert among > alone


def test_an_outlets_own_country_goes_before_that_of_all_lines(world_gazetteer: Gazetteer) -> None:
    gazetteer = world_gazetteer
    number = {code: i for i, code in enumerate(gazetteer.countries)}
    told = [(line, {number["CA"]: 1.0}) for line in lines(["a", "b", "c", "d"], "North")]
    told += [(line, {number["FR"]: 1.0}) for line in lines(["a", "b", "c", "d", "e", "f", "g", "h", "i"], "South")]
    theatres = learn_theatres(told)
    assert theatres.of(told[0][0]) == (number["CA"], 1.0)
    stranger = replace(report("x"), report_id="z", story_id="z")
    country, share = theatres.of(stranger) or (-1, 0.0)
    assert (country, round(share, 2)) == (number["FR"], 0.69)


def test_mixed_news_has_no_theatre() -> None:
    told = [(line, {i % 4: 1.0}) for i, line in enumerate(lines(["a"] * 12))]
    assert learn_theatres(told).of(told[0][0]) is None


def test_a_story_does_not_vote_for_itself_and_few_lines_have_no_theatre() -> None:
    told = [(line, {7: 1.0}) for line in lines(["a", "b", "c"])]
    assert learn_theatres(told).of(told[0][0]) is None
    assert learn_theatres([]).of(told[0][0]) is None
    assert learn_theatres(told).digest != Theatres({}, {}).digest
