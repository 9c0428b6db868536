from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.model import FeatureClass, Place
from tenure.places import Locator, build_gazetteer
from tenure.places.toponyms.scripts import is_foreign, nominatives, without_proclitic

from .conftest import report, span


def town(place_id: str, name: str, other: str, point: tuple[float, float], country: str) -> Place:
    return Place(place_id, name, (other,), *point, FeatureClass.SETTLEMENT, country=country, population=60_000)


TOWNS = [
    town("SD1", "Wad Medani", "ود مدني", (33.52, 14.4), "SD"),
    town("SD2", "El Fasher", "الفاشر", (25.35, 13.63), "SD"),
    town("SD3", "Nyala", "نيالا", (24.88, 12.05), "SD"),
    town("SD4", "Khartoum", "الخرطوم", (32.53, 15.55), "SD"),
    town("AZ1", "Shusha", "Шуша", (46.75, 39.76), "AZ"),
    town("AZ2", "Aghdam", "Агдам", (46.93, 39.99), "AZ"),
    town("UA1", "Kupiansk", "Купянск", (37.61, 49.71), "UA"),
    town("UA2", "Balakliia", "Балаклея", (36.86, 49.46), "UA"),
    town("UA3", "Mariupol", "Мариуполь", (37.54, 47.1), "UA"),
]


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator(build_gazetteer(TOWNS, [], world=False), countries=("SD", "AZ", "UA"))


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Бои идут под Агдамом.", "Агдамом", "AZ2"),
        ("Войска заняли Шушу.", "Шушу", "AZ1"),
        ("Взрывы слышны в Купянске.", "Купянске", "UA1"),
        ("Войска вошли в Балаклею.", "Балаклею", "UA2"),
        ("До Мариуполя осталось 20 км.", "Мариуполя", "UA3"),
        ("قصف الجيش نيالا والفاشر", "والفاشر", "SD2"),
        ("تقدمت القوات للخرطوم", "للخرطوم", "SD4"),
    ],
)
def test_a_declined_or_glued_name_resolves(locator: Locator, text: str, name: str, expected: str) -> None:
    assert locator.locate(report(text), [span(text, name)])[0].place_id == expected


def test_names_of_a_script_without_capitals_are_found_in_raw_text(locator: Locator) -> None:
    text = "سيطرت القوات على مدينة ود مدني بعد اشتباكات في الخرطوم وقصف الجيش نيالا والفاشر"
    placed = {p.name: p.place_id for p in locator.locate(report(text))}
    assert placed == {"ود مدني": "SD1", "الخرطوم": "SD4", "نيالا": "SD3", "الفاشر": "SD2"}


def test_declined_names_are_found_in_raw_text(locator: Locator) -> None:
    text = "Украинские войска вошли в Балаклею, в Купянске слышны взрывы."
    assert {p.place_id for p in locator.locate(report(text))} == {"UA1", "UA2"}


def test_a_headline_in_capitals_has_its_names(locator: Locator) -> None:
    text = "REBELS NEAR NYALA AS ARMY LEAVES KHARTOUM\n\nThe army left Khartoum for Nyala on Friday."
    assert [p.name for p in locator.locate(report(text))].count("KHARTOUM") == 1


def test_an_abbreviation_has_no_other_script(locator: Locator) -> None:
    assert is_foreign("على")
    assert locator.locate(report("جلس على الارض"), [(4, 7)])[0].place_id is None


@given(st.text(max_size=12))
def test_forms_of_any_text_are_safe(name: str) -> None:
    assert name not in nominatives(name)
    bare = without_proclitic(name)
    assert bare is None or bare[0] == 1
