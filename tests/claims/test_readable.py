"""Text as it comes: wrapped lines, bullets, invisible characters; offsets are those of the report as it was written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tenure.claims.frames.timeline import published_day
from tenure.claims.text.segments import readable, split_sentences
from tenure.model import Report


def sentences(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("The army took Karvat\nand Dolmin.", 1),
        ("The army took the village of\nKarvat.", 1),
        ("The army took these villages:\n- Karvat\n- Dolmin", 1),
        ("The army took Karvat.\nRebels held Dolmin.", 2),
        ("Army takes Karvat\nRebels held Dolmin on Monday.", 2),
        ("Weather\n- Rain\n- Snow", 3),
        ("The army took the towns of Um\nKarvat, Dolmin and Ustra in western\nSelim on Thursday.", 1),
    ],
)
def test_line_breaks_end_sentences_only_where_no_line_is_wrapped(text, count):
    assert len(sentences(text)) == count


def test_characters_that_nobody_sees_change_neither_claims_nor_offsets(claims_of):
    plain = "The army captured Karvat on 3 June."
    text = "The army cap\u00adtured Kar\u00advat on\u00a03\u202fJune."
    (claim,), (other,) = claims_of(text), claims_of(plain)
    assert (claim.start, claim.end) == (other.start, other.end)
    assert text[claim.places[0].start_char : claim.places[0].end_char] == claim.places[0].name == "Kar\u00advat"
    assert text[claim.start_char : claim.end_char] == claim.quote


def test_wrapped_name_is_quoted_as_it_was_written(claims_of):
    text = "The army captured the villages of Abu\nal-Karvat and Dolmin."
    (claim,) = claims_of(text)
    assert [p.name for p in claim.places] == ["Abu\nal-Karvat", "Dolmin"]
    assert all(text[p.start_char : p.end_char] == p.name for p in claim.places)


def test_readable_keeps_the_place_of_every_character():
    text = "a\u00adb\u200b\u00a0c"
    plain, index = readable(text)
    assert plain == "ab c"
    assert index is not None
    assert [text[i] for i in index[:-1]] == ["a", "b", "\u00a0", "c"]


@pytest.mark.parametrize(
    ("stamp", "country", "day"),
    [
        ("2018-01-20T22:30:00+00:00", "SY", 21),
        ("2018-01-20T22:30:00+00:00", None, 20),
        ("2018-01-21T01:00:00+03:00", None, 21),
        ("2018-01-20T22:30:00+00:00", "US", 20),
    ],
)
def test_day_of_publication_is_that_of_the_stamp_or_the_theatre(stamp, country, day):
    report = Report("a", "", datetime.fromisoformat(stamp), "time", country=country)
    assert published_day(report).day == day


def test_day_without_a_time_is_no_time_of_any_zone():
    assert published_day(Report("a", "", datetime(2018, 1, 20, tzinfo=UTC), "day", country="SY")).day == 20
