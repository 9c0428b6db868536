"""docs/reference/study.md names every key of every study file, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tenure.config.added import _GazetteerEntry
from tenure.config.agreements import _AreaEntry, _ZoneEntry
from tenure.config.gazetteer import PLACE_COLUMNS, STATEMENT_COLUMNS
from tenure.config.parties import _ActorEntry, _LicenceEntry, _RelationEntry, _SourceEntry
from tenure.config.review import _DecisionEntry
from tenure.config.settings import DEFAULT_FILES, Settings
from tenure.model import ActorKind, Event, FeatureClass, RelationKind, ReviewAction, SourceKind

PAGE = (Path(__file__).parents[2] / "docs/reference/study.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, flags=re.MULTILINE | re.DOTALL))
MODELS = {
    "study.toml": Settings,
    "actors.toml: [[actor]]": _ActorEntry,
    "actors.toml: [[relation]]": _RelationEntry,
    "sources.toml: [[source]]": _SourceEntry,
    "areas.geojson: properties": _AreaEntry,
    "zones.geojson: properties": _ZoneEntry,
    "licences.toml: [[licence]]": _LicenceEntry,
    "gazetteers/NAME.toml": _GazetteerEntry,
    "decisions.jsonl: a line": _DecisionEntry,
}
COLUMNS = {"places.csv": PLACE_COLUMNS, "initial.csv": STATEMENT_COLUMNS}


def rows(section):
    table = re.findall(r"^\| `(\w+)` \|(.*?)\|(.*?)\|(.*?)\|$", SECTIONS[section], flags=re.MULTILINE)
    return {key: (value.strip(), default.strip(), what.strip()) for key, value, default, what in table}


def test_every_section_is_checked():
    assert set(SECTIONS) == set(MODELS) | set(COLUMNS)


@pytest.mark.parametrize("section", MODELS)
def test_keys_are_those_of_the_code(section):
    assert set(rows(section)) == set(MODELS[section].model_fields)


@pytest.mark.parametrize("section", MODELS)
def test_needed_keys_are_those_that_the_code_requires(section):
    needed = {key for key, (_, default, _) in rows(section).items() if default == "needed"}
    required = {key for key, field in MODELS[section].model_fields.items() if field.is_required()}
    assert needed | {"area_id"} & required == required


@pytest.mark.parametrize("section", COLUMNS)
def test_columns_are_those_of_the_code(section):
    required, optional = COLUMNS[section]
    table = rows(section)
    assert set(table) == {*required, *optional}
    assert {key for key, (_, default, _) in table.items() if default == "needed"} == set(required)


def test_stated_defaults_are_those_of_the_code():
    table = rows("study.toml")
    for key in ("embargo_days", "seed", "samples"):
        assert int(table[key][1]) == Settings.model_fields[key].default
    for key in ("worldview", "language_model"):
        assert table[key][1].strip('`"') == Settings.model_fields[key].default
    for key, name in DEFAULT_FILES.items():
        assert table[key][1] == f"`{name}`"


def test_closed_lists_are_complete():
    lists = [
        ("actors.toml: [[actor]]", "kind", [k.name.lower() for k in ActorKind]),
        ("actors.toml: [[relation]]", "kind", list(RelationKind)),
        ("sources.toml: [[source]]", "kind", list(SourceKind)),
        ("places.csv", "feature", list(FeatureClass)),
        ("zones.geojson: properties", "prohibited", list(Event)),
        ("decisions.jsonl: a line", "action", list(ReviewAction)),
    ]
    for section, key, words in lists:
        text = " ".join(rows(section)[key])
        assert all(word in text for word in words), (section, key)
