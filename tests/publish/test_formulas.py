"""No cell of a table runs as a formula, whatever stands before its sign; numbers stay numbers."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from tenure.cli.show import show_rows
from tenure.publish.files.panel import panel_csv
from tenure.publish.tables import cell_text

HOSTILE = [
    "=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "-A1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "  \n -A1",
    "\ufeff=1", "\u200b=1", "\uff1d1", "\u22121+A1", "--", "\ttext", "\ntext",
]  # fmt: skip
HARMLESS = ["", "-2.5", "+3", "-1e-05", "1e6", "text = 1", "a-b", "Kafr -Nabl", "2018-02-09", "'quoted"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_that_would_run_is_text(text):
    assert cell_text(text) == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_a_cell_that_would_not_run_is_left_alone(text):
    assert cell_text(text) == text


def test_the_terminal_s_csv_is_guarded_too_and_its_numbers_are_numbers(capsys):
    rows = [{"place": "=HYPERLINK(1)", "km2": -12.5, "quote": "\n-cmd", "count": -3, "none": None, "@head": "x"}]
    show_rows(rows, "csv")
    (head, row) = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert row == ["'=HYPERLINK(1)", "-12.5", "'\n-cmd", "-3", "", "x"]
    assert len(head) == len(row)


def test_ids_in_the_panel_are_guarded(released):
    posterior = released.publication.posterior
    ids = ("=p0", *posterior.place_ids[1:])
    changed = replace(released, publication=replace(released.publication, posterior=replace(posterior, place_ids=ids)))
    assert "'=p0," in panel_csv(changed, step="week").decode()
