"""What the pipeline makes of the stages' findings before they are published."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest

from tenure.control import SourceReliability
from tenure.model import Posterior
from tenure.pipeline.publication import _fronts, _reliabilities
from tenure.pipeline.stored import control_table

NAN = float("nan")


def learned(verb, *, precision=NAN, agree=NAN, stories=4):
    rates = dict.fromkeys(("coverage", "coverage_lo", "coverage_hi", "false_rate", "false_lo", "false_hi"), NAN)
    return SourceReliability(
        source="wire",
        verb=verb,
        interest="neutral",
        stories=stories,
        precision=precision,
        agree=agree,
        contested=1.0,
        delay_days=NAN,
        **rates,
    )


def published(*rows):
    study = SimpleNamespace(sources=())
    return _reliabilities(SimpleNamespace(study=study, fused=SimpleNamespace(reliabilities=rows)))


def test_a_source_s_reliability_is_a_probability_with_an_interval_around_it():
    rows = (learned("took", precision=0.7, agree=12.0), learned("held", agree=27.0), learned("clash", agree=8.0))
    (row,) = published(*rows)
    assert row.claims == 8
    assert row.p_correct == pytest.approx((0.7 + 27 / 28) / 2)
    assert 0 < row.lo90 < row.p_correct < row.hi90 < 1


def test_a_source_that_only_tells_of_fighting_has_no_reliability():
    assert published(learned("clash", agree=8.0)) == ()


def test_a_posterior_without_places_is_an_empty_table():
    nothing = np.zeros((0, 3))
    empty = np.zeros(0)
    posterior = Posterior(
        place_ids=(),
        states=("north", "south", "contested"),
        first_day=date(2031, 3, 1),
        days=10,
        offsets=np.zeros(1, np.int64),
        day=empty.astype(np.int32),
        p=nothing,
        informed=empty.astype(np.bool_),
        method="m",
    )
    assert control_table(posterior, {}).num_rows == 0


def test_a_study_without_fronts_has_no_front_rows():
    assert _fronts(SimpleNamespace(fronts=())) == ()
