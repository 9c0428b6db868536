"""The interval grammar: a table of expressions, and properties that hold for any text and any date."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.claims.packs import load_pack
from tenure.claims.text.dates import Interval, find_dates, resolve

EN = load_pack("en")
PUBLISHED = date(2018, 2, 9)  # a Friday
RUNNING = Interval(date(2017, 11, 21), date(2017, 11, 22))

TABLE = [
    ("early on Friday", "2018-02-09", "2018-02-09"),
    ("on Thursday", "2018-02-08", "2018-02-08"),
    ("last Friday", "2018-02-02", "2018-02-02"),
    ("next Monday", "2018-02-12", "2018-02-12"),
    ("yesterday", "2018-02-08", "2018-02-08"),
    ("tomorrow", "2018-02-10", "2018-02-10"),
    ("in the last week", "2018-02-02", "2018-02-09"),
    ("overnight on Sunday", "2018-02-04", "2018-02-05"),
    ("eight days ago", "2018-02-01", "2018-02-01"),
    ("On 9 October 2017", "2017-10-09", "2017-10-09"),
    ("October 9, 2017", "2017-10-09", "2017-10-09"),
    ("On Dec. 6th", "2017-12-06", "2017-12-06"),
    ("2018-01-05", "2018-01-05", "2018-01-05"),
    ("on 05.01.2018", "2018-01-05", "2018-01-05"),
    ("In October 2017", "2017-10-01", "2017-10-31"),
    ("in early October 2017", "2017-10-01", "2017-10-10"),
    ("since early 2011", "2011-01-01", "2018-02-09"),
    ("since 22 October", "2017-10-22", "2018-02-09"),
    ("between 3 and 5 December", "2017-12-03", "2017-12-05"),
    ("between 1 November and 24 December", "2017-11-01", "2017-12-24"),
    ("from 3 to 5 December 2016", "2016-12-03", "2016-12-05"),
    ("9-10 December", "2017-12-09", "2017-12-10"),
    ("by 28 October", "2017-10-28", "2017-10-28"),
    ("the following day", "2017-11-22", "2017-11-22"),
    ("two days later", "2017-11-23", "2017-11-23"),
    ("on the same day", "2017-11-21", "2017-11-21"),
    ("over the previous 48 hours", "2017-11-19", "2017-11-21"),
    ("Over the next two weeks", "2017-11-21", "2017-12-05"),
    ("on May 4", "2017-05-04", "2017-05-04"),
    ("in 2016 it", "2016-01-01", "2016-12-31"),
    ("on the 9th", "2017-11-09", "2017-11-09"),
    ("last month", "2018-01-01", "2018-01-31"),
    ("this week", "2018-02-05", "2018-02-09"),
    ("last year", "2017-01-01", "2017-12-31"),
    ("last night", "2018-02-08", "2018-02-09"),
    ("three weeks ago", "2018-01-16", "2018-01-22"),
    ("almost four years ago", "2013-08-11", "2014-08-10"),
    ("more than a year ago", "2016-02-11", "2017-02-09"),
    ("months ago", "2017-03-09", "2018-01-08"),
    ("since the start of the year", "2018-01-01", "2018-02-09"),
    ("on 05.01.18", "2018-01-05", "2018-01-05"),
]


@pytest.mark.parametrize(("text", "first", "last"), TABLE)
def test_expression_means_its_interval(text, first, last):
    spans = find_dates(text, EN)
    assert len(spans) == 1
    got = resolve(spans[0], PUBLISHED, RUNNING, EN)
    assert got is not None
    assert (got.start.isoformat(), got.last.isoformat()) == (first, last)


def test_months_without_narrative_end_at_publication():
    span = find_dates("in three months", EN)[0]
    assert resolve(span, PUBLISHED, None, EN) == Interval(date(2017, 11, 9), date(2018, 2, 10))


@pytest.mark.parametrize("text", ["31 February", "on 2018-02-31", "30.02.2018", "32 May 2017"])
def test_day_that_does_not_exist_is_no_date(text):
    assert all(
        resolve(s, PUBLISHED, None, EN) is None or s.rule == "month" for s in find_dates(text, EN) if s.rule != "month"
    )


@pytest.mark.parametrize(
    "text", ["5 fighters in 3 villages", "They may withdraw.", "a five-day ceasefire", "hours after it fell", ""]
)
def test_text_without_date_has_none(text):
    assert find_dates(text, EN) == []


@given(
    st.dates(date(1990, 1, 1), date(2035, 12, 31)),
    st.sampled_from(["{d} {m} {y}", "{m} {d}, {y}", "on {d} {m} {y}", "{y}-{n:02d}-{d:02d}"]),
)
def test_every_full_date_is_read_back(day, form):
    text = form.format(d=day.day, m=day.strftime("%B"), y=day.year, n=day.month)
    spans = find_dates(text, EN)
    assert [resolve(s, PUBLISHED, None, EN) for s in spans] == [Interval(day, day + timedelta(days=1))]


@given(st.dates(date(1990, 1, 1), date(2035, 12, 31)), st.dates(date(1990, 1, 1), date(2035, 12, 31)))
def test_date_without_year_is_the_last_one_not_long_after_publication(day, published):
    span = find_dates(f"{day.day} {day.strftime('%B')}", EN)[0]
    got = resolve(span, published, None, EN)
    if got is not None:
        assert (got.start.month, got.start.day) == (day.month, day.day)
        assert -366 - 31 <= (got.start - published).days <= 31 + 3


@settings(max_examples=60, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from(
            list("on the by since May June 2017 31 30 february later days week ago last next 9 and to-.,")
        ),
        max_size=80,
    )
)
def test_any_text_gives_ordered_spans_and_proper_intervals(text):
    spans = find_dates(text, EN)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    for span in spans:
        got = resolve(span, PUBLISHED, RUNNING, EN)
        assert got is None or got.start < got.end
