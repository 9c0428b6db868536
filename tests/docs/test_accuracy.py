"""docs/accuracy.md, its pictures and the track record are what gates/accuracy.py makes of the figures that are kept."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def gate():
    sys.path.insert(0, str(ROOT / "gates"))
    try:
        import accuracy
        import figures

        yield accuracy, figures
    finally:
        sys.path.remove(str(ROOT / "gates"))


@pytest.fixture(scope="module")
def files(gate):
    accuracy, figures = gate
    return accuracy.made({name: figures.read(name) for name in accuracy.GATES})


def test_every_file_is_what_the_figures_make(files):
    for name, text in files.items():
        assert (ROOT / name).read_text(encoding="utf-8") == text, f"{name}: run `just accuracy`"


def test_the_page_shows_every_picture_that_is_made(files):
    page = files["docs/accuracy.md"]
    pictures = [name for name in files if name.endswith(".svg")]
    assert len(pictures) == 4
    for name in pictures:
        assert f"]({name.removeprefix('docs/')})" in page
        assert ET.fromstring(files[name]).tag.endswith("svg")  # noqa: S314 - our own picture


def test_a_known_miss_stands_on_the_page_in_words(gate):
    accuracy, figures = gate
    found = {name: figures.read(name) for name in accuracy.GATES}
    campaigns = {**found["campaigns"], "missed": {"iraq-2014-17": ["false: 1"]}}
    page = accuracy.page({**found, "campaigns": campaigns}, accuracy.pooled(campaigns))
    assert "- Iraq, 2014 to 2017: more than one change is shown at places that never changed hands." in page
    none = {**found["campaigns"], "missed": {"iraq-2014-17": []}}
    assert "- Nothing of what the gate asks for." in accuracy.page({**found, "campaigns": none}, accuracy.pooled(none))


def test_record_adds_up_over_campaigns(files):
    record = tomllib.loads(files["src/tenure/data/track_record.toml"])
    for reading in ("hindsight", "filtered"):
        for reach in ("near", "far"):
            table = record[reading][reach]
            assert [sum(days) for days in table["by_campaign"]] == table["days"]
            assert all(right <= days for right, days in zip(table["right"], table["days"], strict=True))
            assert len(table["days"]) == len(record["edges"])


def test_a_figure_that_moved_is_named_and_a_small_move_is_not(gate, tmp_path, monkeypatch):
    _, figures = gate
    monkeypatch.setattr(figures, "FOLDER", tmp_path)
    figures.write("x", {"figures": {"a": {"f1": 0.5, "km2": 1000.0, "none": None, "count": 1}}})
    assert figures.stale("x", {"figures": {"a": {"f1": 0.52, "km2": 1150.0, "none": None, "count": 1}}}) == []
    moved = figures.stale("x", {"figures": {"a": {"f1": 0.56, "km2": 1300.0, "none": 0.5, "count": 2}}})
    assert [line.split()[2] for line in moved] == ["a.count", "a.f1", "a.km2", "a.none"]


def test_bands_hold_every_judged_case(gate):
    _, figures = gate
    bands = figures.bands([(0.05, False), (0.5, True), (0.59, False), (1.0, True)], (0.0, 0.5, 0.9))
    assert bands == {"count": [1, 2, 1], "right": [0, 1, 1], "p": [0.05, pytest.approx(0.545), 1.0]}
