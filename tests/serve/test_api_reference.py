"""docs/reference/api.md names what the service offers, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tenure.serve.collection import collection_names
from tenure.serve.cql2 import MAX_CHARACTERS, MAX_DEPTH, MAX_POINTS, MAX_TOKENS, parse_cql2
from tenure.serve.extent import CRS84, CRS_LIST
from tenure.serve.guard import MAX_PATH, MAX_QUERY
from tenure.serve.handlers import HANDLERS
from tenure.serve.openapi import openapi
from tenure.serve.query import DEFAULT_LIMIT, ITEM_PARAMETERS, MAX_LIMIT
from tenure.serve.selection import Selection, select
from tenure.serve.tree import SPATIAL, TEMPORAL

PAGE = (Path(__file__).parents[2] / "docs/reference/api.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, flags=re.MULTILINE | re.DOTALL))


def keys(section):
    return re.findall(r"^\| `?([^`|]+?)`? \|", SECTIONS[section], flags=re.MULTILINE)


def test_addresses_are_those_of_the_routes():
    paths = {re.sub(r"\{collection\}", "{id}", path).replace("{feature}", "{featureId}") for path in HANDLERS}
    assert set(keys("Addresses")) - {"address", "---"} == paths | {"/collections/{id}/items", "/map/"}


def test_collections_are_those_of_the_catalogue():
    assert [k for k in keys("Collections") if k not in ("id", "---")] == list(collection_names())


def test_parameters_are_those_that_are_read():
    named = [k for k in keys("Parameters of `items`") if k not in ("parameter", "---", "a column's name")]
    assert named == list(ITEM_PARAMETERS)
    assert f"1 to {MAX_LIMIT}, default {DEFAULT_LIMIT}" in PAGE


def test_errors_are_those_of_the_definition(edition):
    stated = {k for k in keys("Errors") if k.isdigit()}
    assert set(openapi(edition, "http://x")["components"]["responses"]) <= stated


def test_functions_and_limits_are_those_of_the_parser():
    text = SECTIONS["Filters"]
    assert set(re.findall(r"\bT_([A-Z]+)", text)) == {name.upper() for name in TEMPORAL}
    assert set(re.findall(r"\bS_([A-Z]+)", text)) == {name.upper() for name in SPATIAL}
    assert f"{MAX_CHARACTERS} characters, {MAX_TOKENS} words, {MAX_DEPTH} levels of brackets, {MAX_POINTS} points" in text
    assert f"{MAX_QUERY} characters of parameters, or {MAX_PATH} of path" in PAGE
    assert CRS84 in PAGE
    assert all(crs.rsplit("/", 1)[1] in PAGE for crs in CRS_LIST)


@pytest.mark.parametrize("text", re.findall(r"^    (.+)$", SECTIONS["Filters"], flags=re.MULTILINE))
def test_filters_of_the_page_are_understood(edition, text):
    select(edition.collections["control"], Selection(filter=parse_cql2(text)))
