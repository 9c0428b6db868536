"""What a reader of four languages does with text that is not as it should be."""

from datetime import UTC, date, datetime

import pytest

from tenure.claims import Extractor
from tenure.claims.shallow.days import days_in
from tenure.claims.shallow.folding import fold
from tenure.claims.shallow.packs import compile_words_pack, load_words_pack
from tenure.claims.shallow.scripts import readable_as
from tenure.errors import InputError
from tenure.model import Actor, ActorKind, Report, Source, SourceKind

PUBLISHED = datetime(2021, 6, 9, tzinfo=UTC)  # a Wednesday


def read(text, language, **lists):
    (out,) = Extractor(**lists).extract([Report("r", text, PUBLISHED, "day", language=language)])
    return out


def test_right_to_left_marks_and_presentation_forms_do_not_hide_a_claim():
    plain = "سيطرت قوات النظام على مدينة تدمر."
    marked = "\u200fسيطرت قوات النـــظام على مَدِينة\u200e تدمر."
    one, two = (read(t, "ar").claims[0] for t in (plain, marked))
    assert (one.event, one.places[0].name) == (two.event, two.places[0].name)
    assert marked[two.places[0].start_char : two.places[0].end_char] == two.places[0].name
    assert marked[two.start_char : two.end_char] == two.quote
    assert fold("ﻻ").low == "لا"


def test_mark_of_another_language_is_not_believed():
    text = "Підрозділи ЗСУ звільнили селище Грушівка."
    assert [c.language for mark in ("ru", "en", "und", "uk") for c in read(text, mark).claims] == ["uk"] * 4


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fa", "نیروهای دولتی شهر را گرفتند و این خبر تایید شد که ارتش پیشروی می کند."),
        ("ar", "نیروهای دولتی شهر هرات را گرفتند و گفته می شود که ارتش پیشروی کرده است."),
        ("ckb", "هێزەکانی پێشمەرگە شارەکەیان گرتەوە و ڕێگاکە کراوەیە."),
        ("ar", "هێزەکانی پێشمەرگە شارەکەیان گرتەوە و ڕێگاکە کراوەیە."),
    ],
)
def test_persian_and_kurdish_are_not_read_and_say_so(language, text):
    out = read(text, language)
    assert (out.status, out.claims) == ("no_language_pack", ())


def test_transliteration_is_no_report_in_its_language():
    assert readable_as("ru", "Voyska zanyali gorod i zakrepilis na okrainakh.") == "en"
    assert read("Voyska zanyali gorod.", "ru").claims == ()


def test_two_scripts_in_one_report_are_read_by_the_one_that_prevails():
    out = read("Российские войска взяли под контроль Ольховку (Olkhovka, source: Telegram channel).", "ru")
    assert [p.name for c in out.claims for p in c.places] == ["Ольховку"]


def test_empty_text_and_text_without_letters_give_nothing():
    assert [read(t, "tr").claims for t in ("", "…", "\u200f", "1234 5678")] == [(), (), (), ()]


def test_long_runs_end():
    for text in ("взяли " * 4000, "А, " * 4000, "سيطرت على " * 3000, "Kenti'nde " * 3000):
        assert read(text, readable_as("und", text)).status in {"extracted", "no_language_pack"}


def test_pack_without_predicates_is_refused_in_one_line():
    with pytest.raises(InputError, match="no predicate") as caught:
        compile_words_pack(b'language = "xx"\nfamily = "slavic"\n')
    assert "\n" not in str(caught.value)


def test_pack_that_says_a_verb_twice_is_refused_in_one_line():
    entry = '[[predicate]]\nevent = "{}"\nframe = "act"\nwords = ["took"]\n'
    with pytest.raises(InputError, match="took") as caught:
        compile_words_pack(('language = "xx"\nfamily = "slavic"\n' + entry.format("gain") + entry.format("loss")).encode())
    assert "\n" not in str(caught.value)


def test_pack_of_no_language_is_refused():
    with pytest.raises(InputError, match="tlh"):
        load_words_pack("tlh")


def test_names_of_the_study_are_found_declined():
    army = Actor("army", "Army", ("Армия Роланда", "جيش النصر"), ActorKind.STATE_FORCES, "#112233", "a")
    paper = Source("paper", ("Сухая Лоза",), (), None, SourceKind.MEDIA)
    lists = {"actors": [army], "sources": [paper], "place_names": ["Кривополье"]}
    (claim,) = read("Армией Роланда захвачено Кривополье, сообщили в «Сухой Лозе».", "ru", **lists).claims
    assert (claim.actor_ids, claim.places[0].name, claim.speaker_id) == (("army",), "Кривополье", "paper")
    (claim,) = read("سيطر جيش النصر على بلدة مورك.", "ar", **lists).claims
    assert claim.actor_ids == ("army",)


@pytest.mark.parametrize(
    ("language", "text", "first", "after"),
    [
        ("ru", "взяли за последние сутки", date(2021, 6, 8), date(2021, 6, 10)),
        ("ru", "взяли во вторник", date(2021, 6, 8), date(2021, 6, 9)),
        ("uk", "звільнили 3 травня", date(2021, 5, 3), date(2021, 5, 4)),
        ("uk", "звільнили протягом доби", date(2021, 6, 8), date(2021, 6, 10)),
        ("tr", "dün ele geçirdi", date(2021, 6, 8), date(2021, 6, 9)),
        ("tr", "son 24 saatte", date(2021, 6, 8), date(2021, 6, 10)),
        ("ar", "خلال الـ٢٤ ساعة الماضية", date(2021, 6, 8), date(2021, 6, 10)),
        ("ar", "يوم ٢ مايو ٢٠٢٠", date(2020, 5, 2), date(2020, 5, 3)),
        ("ar", "قبل ثلاثة أيام", date(2021, 6, 6), date(2021, 6, 7)),
    ],
)
def test_days_are_read(language, text, first, after):
    pack = load_words_pack(language)
    found = days_in(fold(text, turkic=language == "tr").low, PUBLISHED.date(), pack)
    assert [(d.first, d.after) for d in found] == [(first, after)]


def test_day_that_does_not_exist_or_is_to_come_is_none():
    pack = load_words_pack("ru")
    assert days_in("взяли 31 февраля 2021 года", PUBLISHED.date(), pack) == []
    assert days_in("возьмут 12 июля 2024 года", PUBLISHED.date(), pack) == []


def test_packs_load_only_when_a_report_needs_them():
    load_words_pack.cache_clear()
    list(Extractor().extract([]))
    assert load_words_pack.cache_info().currsize == 0


def test_build_says_by_language_what_is_read_what_not_and_why(caplog):
    from tenure.pipeline.engine import count_read, count_unread

    texts = {"a": "ru", "b": "fa", "c": "de", "d": "ru"}
    reports = [Report(key, "x", PUBLISHED, "day", language=language) for key, language in texts.items()]
    statuses = {"a": "extracted", "b": "no_language_pack", "c": "not_in_languages", "d": "extracted"}
    with caplog.at_level("INFO"):
        assert count_unread(reports, statuses) == 2
    assert "fa 1 (no pack" in caplog.text
    assert "de 1 (not in the study's" in caplog.text
    assert count_read(reports, statuses) == {"read in ru": 2}
