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
    forms = [week[day.weekday()] for week in data("calendar")["weekdays"].values() if week[day.weekday()]]
    weekday = choose.draw(st.sampled_from(forms))[0]
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
    with pytest.raises(ReportError, match="write published_at as YYYY-MM-DD") as caught:
        read_stamp(text)
    assert caught.value.reason == "bad_date"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Tue Mar 13 10:05:00 +0000 2018", "2018-03-13T10:05:00"),
        ("Tue Mar 13 10:05:00 2018", "2018-03-13T10:05:00"),
        ("Tue Mar 13 2018 13:05:00 GMT+0300 (Arabian Standard Time)", "2018-03-13T10:05:00"),
        ("Tue, 13 Mar 18 10:05:00 GMT", "2018-03-13T10:05:00"),
        ("Tuesday, 13-Mar-18 10:05:00 GMT", "2018-03-13T10:05:00"),
        ("2018-03-13T13:05:00+03:00[Asia/Baghdad]", "2018-03-13T10:05:00"),
        ("2018-03-13T13:05Asia/Baghdad", "2018-03-13T10:05:00"),
        ("13 Mar 2018 13:05 (Baghdad time)", "2018-03-13T10:05:00"),
        ("6:05 AM ET, Tue March 13, 2018", "2018-03-13T10:05:00"),
        ("1520935500", "2018-03-13T10:05:00"),
        ("1520935500000", "2018-03-13T10:05:00"),
        ("20180313100500", "2018-03-13T10:05:00"),
        ("131005Z MAR 18", "2018-03-13T10:05:00"),
        ("13/Mar/2018:10:05:00 +0000", "2018-03-13T10:05:00"),
        ("13.03.18 10:05", "2018-03-13T10:05:00"),
        ("13 mars 2018 à 10 h 05", "2018-03-13T10:05:00"),
        ("Updated 1005 GMT (1805 HKT) March 13, 2018", "2018-03-13T10:05:00"),
        ("2018-03-12T24:00:00Z", "2018-03-13T00:00:00"),
        ("Sal, 13 Mar 2018 10:05", "2018-03-13T10:05:00"),
    ],
)
def test_moments_as_programs_and_people_write_them_keep_their_zone(text: str, moment: str) -> None:
    stamp = read_stamp(text)
    assert (stamp.at.replace(tzinfo=None).isoformat(), stamp.precision) == (moment, "time")


@pytest.mark.parametrize(
    "text",
    [
        "13 آذار/مارس 2018",
        "13 آذار (مارس) 2018",
        "\u202b13 مارس\u060c 2018\u202c",
        "١٣ آذار ٢٠١٨",
        "13 III 2018",
        "2018. 3. 13.",
        "2018년 3월 13일",
        "2018-W11-2",
        "March 13th 2018",
        "13 marca 2018",
        "13 במרץ 2018",
        "13.03.2018 - Updated: 14.03.2018",
        "13\u00a0Mar\u00a02018",
    ],
)
def test_days_in_further_scripts_and_orders_are_read(text: str) -> None:
    assert read_stamp(text).at == datetime(2018, 3, 13, tzinfo=UTC)


def test_numbered_and_western_months_of_arabic_are_read() -> None:
    assert read_stamp("5 تشرين 2 2017").at.month == 11
    assert read_stamp("5 كانون ٢ 2018").at.month == 1
    assert read_stamp("5 أوت 2017").at.month == 8


def test_digits_of_arabic_put_the_day_first() -> None:
    assert read_stamp("٣/٤/٢٠١٨").at.month == 4


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("12 رمضان 1439", "Islamic"),
        ("۱۲ خرداد ۱۳۹۷", "Persian"),
        ("1397-03-12", "Persian"),
        ("3 hours ago", "an age"),
        ("12-14 March 2018", "a span of days"),
        ("12 March, 10:00", "without a year"),
        ("March 2018", "without a day"),
        ("43172", "write 2018-03-13"),
        ("13 Mar 2018 10:00 IST", "+05:30"),
        ("3/4/2018 1:00 PM", "write 2018-04-03 or 2018-03-04"),
        ("18-03-09", "2018-03-09"),
    ],
)
def test_what_cannot_be_told_is_refused_in_words_that_help(text: str, says: str) -> None:
    with pytest.raises(ReportError) as caught:
        read_stamp(text)
    assert says in str(caught.value)


def test_a_zone_of_several_in_a_story_is_no_fault_of_the_story() -> None:
    printed = parse_printed("The gates opened at 10:30 IST on 9 February 2018, he said")
    assert printed is not None
    assert printed.rest


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


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("2023-05-03T00:40:00+02:00", UTC, date(2023, 5, 3)),
        ("2023-05-02 23:40 -05:00", UTC, date(2023, 5, 2)),
        ("2023-05-03 00:40", timezone(timedelta(hours=2)), date(2023, 5, 3)),
        ("2023-05-02T22:40:00Z", timezone(timedelta(hours=2)), None),
        ("2023-05-03", timezone(timedelta(hours=2)), None),
    ],
)
def test_stamp_keeps_the_day_of_its_own_zone(text: str, zone: timezone, day: date | None) -> None:
    assert read_stamp(text, zone=zone).local_day == day
