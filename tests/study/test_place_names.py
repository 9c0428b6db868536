"""A place asked for by a part of its name: meant where only one bears it, offered where several do."""

from __future__ import annotations

import pytest

from tenure.commands.named_place import find_place
from tenure.errors import StudyError, UnknownPlaceError
from tenure.pipeline import init_study, load_study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("names") / "study"
    init_study(folder)
    return load_study(folder)


@pytest.mark.parametrize(
    ("asked", "meant"), [("Harun", "Bel Harun"), ("bel harun", "Bel Harun"), ("Imra", "Port Imra"), ("mara", "Dunmara")]
)
def test_a_word_of_one_name_means_its_place(study, asked, meant):
    assert find_place(study, asked).name == meant


@pytest.mark.parametrize(("asked", "offered"), [("Tavash village", "Tavesh (v0"), ("imra harbour", "Port Imra (v01)")])
def test_a_part_of_a_name_is_answered_with_the_nearest_names(study, asked, offered):
    with pytest.raises(UnknownPlaceError, match="did you mean") as raised:
        find_place(study, asked)
    assert offered in str(raised.value)


def test_what_resembles_nothing_is_told_where_ids_stand(study):
    with pytest.raises(UnknownPlaceError, match=r"Zzzz; give its id from places\.csv"):
        find_place(study, "Zzzz")


def test_an_end_before_the_start_is_told_in_words(tmp_path):
    folder = tmp_path / "study"
    init_study(folder)
    text = (folder / "study.toml").read_text(encoding="utf-8")
    lines = ["end = 2013-01-01" if line.startswith("end") else line for line in text.splitlines()]
    (folder / "study.toml").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(StudyError) as raised:
        load_study(folder)
    assert str(raised.value) == "study.toml: end 2013-01-01 lies before start 2014-03-01; swap them"
