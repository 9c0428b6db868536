"""The reference says what the code does."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from tenure.publish.files.datapackage import codebook
from tenure.publish.files.formats import SUFFIXES
from tenure.publish.files.panel import panel_columns
from tenure.publish.tables import columns_of, table_names

ROOT = Path(__file__).parents[2]
OUTPUTS = (ROOT / "docs/reference/outputs.md").read_text(encoding="utf-8")


def test_every_table_and_column_is_described_as_the_code_has_it():
    assert codebook(level=3) in OUTPUTS


@pytest.mark.parametrize("name", table_names())
def test_every_column_has_a_meaning_and_every_number_a_unit(name):
    for column in columns_of(name):
        assert column.meaning.endswith("."), column.name
        assert column.type in {"string", "integer", "number", "boolean", "date", "datetime"}
        if column.type == "number":
            assert column.unit, (name, column.name)


def test_every_suffix_is_described():
    assert {f"`{s}`" for s in SUFFIXES} <= set(re.findall(r"`\.\w+`", OUTPUTS))


def test_panel_columns_are_described(released):
    for column in panel_columns(released.publication.posterior):
        assert f"`{column}`" in OUTPUTS or column.startswith("p_")


def test_address_keys_are_those_of_the_page():
    script = files("tenure.publish").joinpath("templates/map/30-state.js").read_text(encoding="utf-8")
    keys = set(re.findall(r'out\.set\("(\w+)"', script))
    described = OUTPUTS.split("## The situation report")[0]
    assert keys == set(re.findall(r"^\| `(\w+)` \|", described, re.MULTILINE))
    layers = re.findall(r'^  \["(\w+)", "', script, re.MULTILINE)
    assert f"of {', '.join(layers)}, joined by commas" in described


def test_rule_of_release_is_described_with_its_figures():
    text = (ROOT / "docs/theory/responsibility.md").read_text(encoding="utf-8")
    assert "280 characters" in text
    assert "0.001 degrees" in text
