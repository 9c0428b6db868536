# ruff: noqa: RUF001 - names stand in their own scripts
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.places.gazetteer.names import MAX_NAME, normalise, normalise_all, skeletons_of, sound_of, sounds_all, variants_of

SPELLINGS = [
    ("Ma'arrat al-Nu'man", "Maarat an Numan"),
    ("Khirbet Ghazala", "Khirba Ghazalah"),
    ("Abol Kosoor", "Abu al-Kusur"),
    ("Kafr Ze'eetah", "Kafr Zita"),
    ("Salhiyeh Mala Khader", "Salhiyet Mala Khader"),
    ("Bab Elhawa", "Bab al-Hawa"),
]


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_press_spellings_of_one_name_share_a_skeleton(one: str, other: str) -> None:
    assert skeletons_of([sound_of(normalise(one))])[1] == skeletons_of([sound_of(normalise(other))])[1]


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("U.S.", "us"),
        ("St.Petersburg", "saint petersburg"),
        ("\u200fحلب\u200e", "hlb"),
        ("Сєвєродонецьк", "syevyerodonetsk"),
        ("İskenderun", "iskenderun"),
        ("Kırıkhan", "kirikhan"),
        ("  ", ""),
        ("\u0640", ""),
    ],
)
def test_normal_forms(name: str, normal: str) -> None:
    assert normalise(name) == normal


def test_arabic_meets_its_romanisation_by_consonants() -> None:
    arabic, latin = (skeletons_of([sound_of(normalise(name))])[0] for name in ("معرة النعمان", "Ma'arrat al-Nu'man"))
    assert arabic == latin


@given(st.lists(st.text(max_size=30), max_size=20))
@settings(max_examples=60, deadline=None)
def test_many_names_are_normalised_as_one_by_one(names: list[str]) -> None:
    assert normalise_all(names) == [normalise(name) for name in names]


@given(st.lists(st.text(alphabet="abcdehiklmnoqrstuwyz '-", max_size=20), min_size=1, max_size=20))
@settings(max_examples=60, deadline=None)
def test_sounds_of_many_are_those_of_each(names: list[str]) -> None:
    normals = [normalise(name) for name in names]
    assert sounds_all(normals) == [sound_of(normal) for normal in normals]


@given(st.text(alphabet="абвгдежзиклмнопрстуфхцчшщыэюяAbCdÉ", max_size=30))
@settings(max_examples=60, deadline=None)
def test_normalising_twice_changes_nothing(name: str) -> None:
    assert normalise(normalise(name)) == normalise(name)


def test_nothing_gives_nothing() -> None:
    assert sounds_all([]) == []
    assert skeletons_of([]) == ([], [])


def test_a_name_of_ten_thousand_characters_is_cut() -> None:
    assert len(normalise("a" * 10_000)) == MAX_NAME


def test_a_translated_qualifier_is_a_variant() -> None:
    assert "mala marz kabir" in variants_of("big mala marz")
