"""What is found in raw text of several languages: names with small words in them, cases, endings, words glued to names."""

# ruff: noqa: RUF001 - the sentences are in their own letters

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from tenure.model import FeatureClass, Place
from tenure.places import Locator, build_gazetteer

from .conftest import report


def town(place_id: str, name: str, point: tuple[float, float], *other: str, people: int = 60_000) -> Place:
    return Place(place_id, name, other, *point, FeatureClass.SETTLEMENT, country=place_id[:2], population=people)


TOWNS = [
    town("SY1", "Abu al-Duhur", (37.05, 35.73)),
    town("SY2", "Aleppo", (37.16, 36.2), "Halep", "Alep", people=2_000_000),
    town("SY3", "Tall Rifat", (37.09, 36.47), "Tel Rıfat"),
    town("SY4", "Deir ez Zor", (40.14, 35.33), people=300_000),
    town("MZ1", "Mocimboa da Praia", (40.35, -11.35)),
    town("CV1", "Praia", (-23.5, 14.9), people=130_000),
    town("NE1", "Birni N'Gaouré", (2.9, 13.1)),
    town("CD1", "Uvira", (29.14, -3.4), people=300_000),
    town("YE1", "Taiz", (44.02, 13.58), "تعز", people=900_000),
    town("YE2", "Marib", (45.33, 15.46), "مأرب"),
    town("UA1", "Chuhuiv", (36.69, 49.84), "Чугуїв"),
    town("UA2", "Volnovakha", (37.5, 47.6), "Волноваха"),
    town("UA3", "Kupiansk", (37.6, 49.7), "Куп'янськ", people=27_000),
    town("RU1", "Grozny", (45.7, 43.3), "Грозный", people=300_000),
]
ABROAD = [
    town("NZ1", "Whitianga", (175.7, -36.8), "وتعز", people=6_000),
    town("CO1", "Neiva", (-75.3, 2.9), "عنيفة", people=300_000),
]


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator(build_gazetteer(TOWNS, [], added=ABROAD, world=False))


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "The army took two hills east of Abu al-Duhur.", {"Abu al-Duhur": "SY1"}),
        ("en", "Gunmen burned houses in Mocimboa da Praia on Friday.", {"Mocimboa da Praia": "MZ1"}),
        ("en", "Trucks reached Deir ez Zor and Aleppo.", {"Deir ez Zor": "SY4", "Aleppo": "SY2"}),
        ("tr", "Ordu birlikleri Halep'te ve Tel Rıfat'ın kuzeyinde ilerledi.", {"Halep": "SY2", "Tel Rıfat": "SY3"}),
        ("fr", "Les troupes venues d'Alep et d’Uvira sont rentrées.", {"Alep": "SY2", "Uvira": "CD1"}),
        ("ar", "هدأت المعارك حول مأرب وتعز", {"مأرب": "YE2", "تعز": "YE1"}),
        ("uk", "Колона рушила до Чугуєва, бої біля Куп'янська.", {"Чугуєва": "UA1", "Куп'янська": "UA3"}),
        ("uk", "У Волновасі зникло світло.", {"Волновасі": "UA2"}),
        ("ru", "Взрыв произошёл под Грозным.", {"Грозным": "RU1"}),
    ],
)
def test_names_stand_in_the_text_without_what_the_language_adds(
    locator: Locator, language: str, text: str, expected: dict[str, str]
) -> None:
    found = locator.locate(replace(report(text), language=language))
    assert {p.name: p.place_id for p in found} == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "اندلعت معارك عنيفة ليلا"),
        ("uk", "Бійці тримають оборону, втрати уточнюються."),
        ("tr", "Bakan dün akşam açıklama yaptı."),
        ("fr", "Le porte-parole n'a pas souhaité répondre."),
    ],
)
def test_a_sentence_without_places_has_none(locator: Locator, language: str, text: str) -> None:
    assert locator.locate(replace(report(text), language=language)) == ()


@dataclass
class Entity:
    start_char: int
    end_char: int
    label_: str


@dataclass
class Parsed:
    ents: list[Entity] = field(default_factory=list)


class Reader:
    """A parser that takes every given name for a person."""

    def __init__(self, *names: str) -> None:
        self.names, self.asked = names, 0

    def __call__(self, text: str) -> Parsed:
        self.asked += 1
        at = [(text.find(name), name) for name in self.names]
        return Parsed([Entity(start, start + len(name), "PERSON") for start, name in at if start >= 0])


def test_a_name_that_no_gazetteer_has_is_counted_as_unresolved(locator: Locator) -> None:
    reading = replace(locator, parser=lambda: Reader("Umm Sidra"))
    text = "Fighters reached the village of Umm Sidra, people in Aleppo said."
    found = {p.name: p for p in reading.locate(replace(report(text), language="en"))}
    assert found["Umm Sidra"].reason is not None
    assert found["Umm Sidra"].reason.value == "no_candidate"
    assert found["Aleppo"].place_id == "SY2"


def test_a_name_after_a_verb_of_taking_is_a_place(locator: Locator) -> None:
    reading = replace(locator, parser=lambda: Reader("Kirdali"))
    found = reading.locate(replace(report("Militants overran Kirdali on Sunday."), language="en"))
    assert [(p.name, p.place_id) for p in found] == [("Kirdali", None)]


def test_only_english_is_given_to_the_parser(locator: Locator) -> None:
    reader = Reader()
    reading = replace(locator, parser=lambda: reader)
    reading.locate(replace(report("Des combats près d'Alep."), language="fr"))
    assert reader.asked == 0
    reading.locate(replace(report("Fighting near Aleppo."), language="en"))
    assert reader.asked == 1


def test_small_words_inside_names_are_learned_from_the_gazetteer(locator: Locator) -> None:
    assert {"da", "ez"} <= locator.gazetteer.joints
    assert "burned" not in locator.gazetteer.joints
