"""Time stamps as outlets print them, in eight languages."""

# ruff: noqa: RUF001 - the texts are in their own scripts
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.errors import ReportError
from tenure.reports.dates import day_first_language, is_yearless, parse_printed, read_stamp, read_zone
from tenure.reports.folding import data

MOMENT = datetime(2018, 2, 9, 16, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "16:16 - 9/02/2018 Cuma",
        "2018-02-09T16:16:00Z",
        "2018-02-09 16:16",
        "20180209T161600Z",
        "2018-02-09T19:16:00.123+03:00",
        "Fri, 09 Feb 2018 16:16:00 GMT",
        "Friday, February 9th, 2018 at 4:16 PM",
        "Feb. 9, 2018, 4:16 p.m.",
        "9 February 2018 16:16 UTC",
        "09.02.2018, 16:16 Uhr",
        "Freitag, 9. Februar 2018, 16:16 Uhr",
        "le 9 février 2018 à 16h16",
        "viernes, 9 de febrero de 2018 - 16:16",
        "9 февраля 2018 г., 16:16",
        "9 лютого 2018, 16:16",
        "9 Şubat 2018 Cuma 16:16",
        "الجمعة ٩ شباط ٢٠١٨ ١٦:١٦",
        "9 فبراير 2018، 4:16 مساءً",
        "11:16 AM EST, February 9, 2018",
        "February 9, 2018 19:16 (GMT+3)",
    ],
)
def test_moment_is_read_from_what_outlets_print(text: str) -> None:
    stamp = read_stamp(text)
    assert abs(stamp.at - MOMENT) < timedelta(seconds=1)
    assert stamp.precision == "time"


@pytest.mark.parametrize(
    "text", ["2018-02-09", "9 Feb 2018", "Cuma 9/2/2018", "9.2.2018", "2018/02/09", "2018-02-09T00:00:00+03:00"]
)
def test_day_without_an_hour_is_a_day(text: str) -> None:
    stamp = read_stamp(text)
    assert (stamp.at, stamp.precision) == (datetime(2018, 2, 9, tzinfo=UTC), "day")


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.data())
def test_weekday_settles_the_order_of_day_and_month(day: date, choose: st.DataObject) -> None:
    names = choose.draw(st.sampled_from(sorted(data("calendar")["weekdays"])))
    weekday = data("calendar")["weekdays"][names][day.weekday()][0]
    numeric = choose.draw(st.sampled_from([f"{day.day}/{day.month}/{day.year}", f"{day.month}/{day.day}/{day.year}"]))
    printed = parse_printed(f"{numeric} {weekday}")
    assert printed is not None
    assert day in printed.days
    assert all(d.weekday() == day.weekday() for d in printed.days)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)), st.sampled_from(sorted(data("calendar")["months"])))
def test_every_day_is_read_in_every_language(day: date, language: str) -> None:
    for name in data("calendar")["months"][language][day.month - 1]:
        assert read_stamp(f"{day.day} {name} {day.year}").at.date() == day
        assert read_stamp(f"{name} {day.day}, {day.year}").at.date() == day


@pytest.mark.parametrize("text", ["9/2/2018", "9-2-2018", "02/09/2018 16:16"])
def test_ambiguous_day_is_refused_unless_custom_decides(text: str) -> None:
    with pytest.raises(ReportError) as caught:
        read_stamp(text)
    assert caught.value.reason == "ambiguous_date"
    assert {read_stamp(text, day_first=True).at.month, read_stamp(text, day_first=False).at.month} == {2, 9}


@pytest.mark.parametrize(
    "text", ["0000-02-09", "2018-02-30", "31/02/2018", "1899-12-31", "2201-01-01", "13.13.2018", "2018-00-10"]
)
def test_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ReportError) as caught:
        read_stamp(text)
    assert caught.value.reason == "bad_date"
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["yesterday", "February 2018", "2018", "9 Feb", "on 9 February 2018 the army came", "", "99:99"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ReportError, match="not a date"):
        read_stamp(text)


def test_impossible_clock_leaves_the_day() -> None:
    printed = parse_printed("9 Feb 2018 25:61")
    assert printed is not None
    assert printed.clock is None


def test_zone_of_the_caller_holds_when_none_is_printed() -> None:
    istanbul = read_zone("Europe/Istanbul")
    assert istanbul is not None
    assert read_stamp("2018-02-09 16:16", zone=istanbul).at == datetime(2018, 2, 9, 13, 16, tzinfo=UTC)
    assert read_stamp("2018-02-09 16:16 UTC", zone=istanbul).at == MOMENT


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("+03:00", 180), ("-0530", -330), ("UTC", 0), ("GMT+3", 180), ("eet", 120), ("+3", 180), ("\u22125:00", -300)],
)
def test_zone_is_read_from_an_offset_or_an_abbreviation(text: str, minutes: int) -> None:
    assert read_zone(text) == timezone(timedelta(minutes=minutes))


@pytest.mark.parametrize("text", ["", "Mars/Olympus", "soon", "+99:99", "../../etc/passwd", "IST"])
def test_zone_that_does_not_exist_or_means_several_is_none(text: str) -> None:
    assert read_zone(text) is None


@pytest.mark.parametrize(
    ("text", "label", "rest"),
    [
        ("Update: 16:26 - 9/02/2018 Cuma", "updated", ""),
        ("Last Updated: 9 Feb 2018", "updated", ""),
        ("Son Güncelleme: 09.02.2018", "updated", ""),
        ("Обновлено 9 февраля 2018", "updated", ""),
        ("آخر تحديث: 9 شباط 2018", "updated", ""),
        ("Published 9 Feb 2018", "published", ""),
        ("Retrieved 9 Feb 2018", "retrieved", ""),
        ("Jane Roe, 9 Feb 2018", None, "Jane Roe"),
        ("Jane Roe | 9 Feb 2018", None, "Jane Roe"),
    ],
)
def test_label_and_rest_of_a_stamp_are_told_apart(text: str, label: str | None, rest: str) -> None:
    printed = parse_printed(text)
    assert printed is not None
    assert (printed.label, printed.rest) == (label, rest)


def test_line_without_a_year_is_no_stamp_but_a_day() -> None:
    assert parse_printed("16:16 - Cuma") is None
    assert is_yearless("29 February")
    assert is_yearless("21 ЯНВ, 12:34")
    assert not is_yearless("12:34")
    assert not is_yearless("21 soldiers")


def test_custom_of_a_language_settles_day_and_month() -> None:
    assert day_first_language("tr") is True
    assert day_first_language("en") is None
    assert day_first_language("und") is None


@given(st.text(max_size=80))
def test_any_line_is_read_without_failing(text: str) -> None:
    parse_printed(text)
    is_yearless(text)
