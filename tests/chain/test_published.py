"""What a build keeps of its publication is what it published: every field comes back, and every table has its rows."""

from __future__ import annotations

import csv
from dataclasses import fields
from datetime import UTC, datetime

import numpy as np
import pytest
from typer.testing import CliRunner

import tenure
from tenure.cli import app
from tenure.config import study_template
from tenure.pipeline import build_study, publication
from tenure.pipeline.stored import load_publication
from tenure.pipeline.study import load_study
from tenure.serve import StudyFeed
from tenure.store import ReadStore, write_new_folder

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ARRAYS = ("offsets", "day", "p", "informed")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The template study, built, with the publications that its build made."""
    folder = tmp_path_factory.mktemp("published") / "study"
    write_new_folder(folder, study_template("valley"))
    made, make = [], publication.publication_of

    def noting(*arguments, **options):
        made.append(make(*arguments, **options))
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publication, "publication_of", noting)
        build_study(folder, now=NOW)
    return folder, made[0]


def test_a_stored_publication_equals_the_one_that_was_made_field_by_field(built):
    folder, made = built
    with ReadStore.open(folder) as store:
        loaded = load_publication(store, load_study(folder))
    others = [f.name for f in fields(made) if f.name not in {"posterior", "filtered"}]
    assert [name for name in others if not _equal(getattr(made, name), getattr(loaded, name))] == []
    for name in ("posterior", "filtered"):
        before, after = getattr(made, name), getattr(loaded, name)
        for field in fields(before):
            same = np.array_equal if field.name in ARRAYS else lambda a, b: a == b
            assert same(getattr(before, field.name), getattr(after, field.name)), field.name


def _equal(before, after):
    """Tell whether two values are the same, also where a number in them was not measured, which equals nothing."""
    return type(before) is type(after) and (before == after or repr(before) == repr(after))


@pytest.mark.parametrize("name", ["weekly", "compliance"])
def test_weeks_and_compliance_have_rows_wherever_tables_are_given(built, tmp_path, name):
    folder, made = built
    rows = len(getattr(made, name))
    assert rows > 0
    assert tenure.open(folder).pandas(name).shape[0] == rows
    file = tmp_path / f"{name}.csv"
    assert CliRunner().invoke(app, ["export", str(folder), "--table", name, "--to", str(file)]).exit_code == 0
    assert len(list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))) == rows
    feed = StudyFeed(folder, now=lambda: NOW, draw_map=False, weigh=False)
    assert feed.edition().collections[name].size == rows
