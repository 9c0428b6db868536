"""Date expressions found in a sentence: the grammar over the date words of a pack."""

# ruff: noqa: RUF001 - the patterns and tests mean typographic quotes and dashes

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenure.claims.packs import LanguagePack

__all__ = ["DateSpan", "Grammar", "Interval", "find_dates", "grammar_of"]


_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """Days [start, end); `explicit` when the text names a calendar date.

    `relative` when it hangs on the narrative's date.
    """

    start: date
    end: date
    explicit: bool = True

    @property
    def last(self) -> date:
        """The last day of the interval."""
        return self.end - _DAY


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date expression at [start, end) of a string: the rule that read it and its named parts."""

    start: int
    end: int
    rule: str
    parts: tuple[tuple[str, str], ...]

    def part(self, name: str) -> str:
        """Return a named part, empty when absent."""
        return dict(self.parts).get(name, "")


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """The rules of a pack in their order, a quick test for any of them, and its words."""

    rules: tuple[tuple[str, re.Pattern[str]], ...]
    quick: re.Pattern[str]
    months: dict[str, int]
    weekdays: dict[str, int]
    numbers: dict[str, int]
    units: dict[str, float]


def _words(values: object) -> str:
    return "(?:" + "|".join(sorted((re.escape(str(v)) for v in values), key=lambda w: (-len(w), w))) + ")"  # type: ignore[attr-defined] # any iterable of words


@cache
def grammar_of(pack: LanguagePack) -> Grammar:
    """Return the compiled grammar of a pack."""
    d = pack.dates
    months = {m: i + 1 for i, m in enumerate(d["months"])} | dict(d["short_months"])
    weekdays = {w: i for i, w in enumerate(d["weekdays"])}
    month = rf"(?:{_words(d['months'])}|{_words(d['short_months'])}\b\.?)"
    full_month = _words(d["months"]) + r"\b"
    weekday = _words(weekdays)
    number = r"(?:\d{1,3}|" + _words(d["numbers"]) + ")"
    unit = _words(d["units"])
    part = r"(?:(?P<part>early|late|mid|the beginning of|the end of|beginning of|end of)[ -])?"
    hour = r"(?:(?:early|late|later|overnight|shortly|on the (?:night|morning|evening|afternoon) of|in the (?:early (?:morning )?hours|morning|evening|night|afternoon) of|at (?:early hours|dawn|night)(?: of)?|the early hours of|starting|beginning)[ ,]+)?(?:in the (?:morning|evening) )?"  # noqa: E501 - one rule, one line
    lead = hour + r"(?:on |during |in |at |of |from |as of )?(?:the )?"
    wd = rf"(?:(?:on )?{weekday},? )?"
    day = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    dm = rf"{day}(?: of)? (?P<month>{month})(?:,? (?P<year>\d{{4}})\b)?"
    md = rf"(?P<month>{month}) {day}\b(?!,\d)(?:,? (?P<year>\d{{4}})\b)?"
    one = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {month}(?:,? \d{{4}}\b)?|{month} \d{{1,2}}\b(?:st|nd|rd|th)?(?:,? \d{{4}}\b)?|{full_month},? \d{{4}}\b|\d{{1,2}}(?:st|nd|rd|th)?|{weekday}|{full_month}|(?:19|20)\d\d)"  # noqa: E501 - one rule, one line
    raw = (
        ("between", rf"(?:between|from)(?: the)? (?P<a>{one})(?: and| to| until| till|–|-)(?: the)? (?P<b>{one})\b"),
        ("between", rf"(?:on |during )?(?:the )?(?P<a>\d{{1,2}})(?:st|nd|rd|th)?(?: ?[–-] ?| and | to | or )(?P<b>\d{{1,2}}(?:st|nd|rd|th)? {month}(?:,? \d{{4}}\b)?)"),  # noqa: E501 - one rule, one line
        ("between", rf"(?:on |during )?(?P<a>{month} \d{{1,2}}) ?(?:[–-]| and | to ) ?(?P<b>\d{{1,2}}\b(?:,? \d{{4}}\b)?)"),
        ("since", rf"(?:ever )?since (?:the )?(?:(?P<part>early|late|mid)[ -])?(?P<a>{one})\b"),
        ("opening", r"(?:ever )?(?:since|from) the (?:start|beginning|outset) of (?:the|this) (?P<unit>year|month|week)\b|so far this (?P<unit2>year|month|week)\b"),  # noqa: E501 - one rule, one line
        ("since", rf"(?:starting|beginning) (?:on|from|in) (?:the )?(?P<a>{one})\b"),
        ("by", rf"\bby (?:early |late )?(?:the )?(?P<a>{one})\b"),
        ("until", rf"\b(?:until|till|up to|before|prior to) (?:the )?(?P<a>{one})\b"),
        ("iso", rf"{lead}(?P<year>\d{{4}})-(?P<m>\d\d)-(?P<day>\d\d)\b"),
        ("numeric", rf"{lead}(?P<day>\d{{1,2}})(?P<s>[./])(?P<m>\d{{1,2}})(?P=s)(?P<year>\d{{4}}|\d\d)\b"),
        ("day", rf"{lead}{wd}(?:the )?{dm}"),
        ("day", rf"{lead}{wd}{md}(?:st|nd|rd|th)?"),
        ("ordinal", r"(?:on|by|from|until) the (?P<day>\d{1,2})(?:st|nd|rd|th)\b(?! \w*(?:brigade|division|army|regiment|battalion|century|anniversary|corps|of|day|time))"),  # noqa: E501 - one rule, one line
        ("month", rf"(?:in |during |over |throughout |of )?(?:the )?{part}(?P<month>{full_month}),? (?P<year>\d{{4}})\b"),
        ("month", rf"(?:in|during|throughout|of|early|late|last|this past|mid)[ -](?:{part})(?P<month>{full_month})(?! \d)"),
        ("year", rf"(?:in|during|throughout|of) {part}(?P<year>(?:19|20)\d\d)\b(?! \w*(?:people|fighters|troops|soldiers|villages))"),  # noqa: E501 - one rule, one line
        ("overnight", rf"overnight(?: on| into)? (?P<weekday>{weekday})\b|(?:on )?(?P<weekday2>{weekday}) night"),
        ("weekday", rf"{lead}(?:(?P<which>last|next|this|past) )?(?P<weekday>{weekday})\b(?: (?:morning|afternoon|evening|dawn))?"),  # noqa: E501 - one rule, one line
        ("ago", rf"(?:(?P<which>about|around|some|only|just|nearly|almost|roughly|more than|over|less than|under) )?(?:(?P<n>{number}|a few|several|a couple of|many)[ -])?(?P<unit>{unit}) ago\b"),  # noqa: E501 - one rule, one line
        ("later", rf"(?:(?:about|just|only|nearly) )?(?P<n>{number}|a few|several)?[ -]?(?P<unit>{unit}) (?P<dir>later|afterwards?|earlier|(?:before|after)(?=\s*(?:[,.;:)]|$|and\b|but\b|when\b|while\b)))\b"),  # noqa: E501 - one rule, one line
        ("next", r"(?:(?:early|late|later|on|during|in|by) )*(?:the|that|this) (?P<which>following|next|previous|same|very same|preceding) (?P<unit>day|night|morning|week|month|evening|afternoon)\b"),  # noqa: E501 - one rule, one line
        ("next", r"(?:(?:early|late|later|on|in|during) )+(?:the|that) (?P<which>)(?P<unit>day|night|evening|afternoon|morning)\b"),  # noqa: E501 - one rule, one line
        ("next", r"\bby (?:the )?(?P<which>)(?P<unit>nightfall|dusk|dawn|noon|midday|midnight|morning|evening|afternoon|night)\b"),  # noqa: E501 - one rule, one line
        ("next", r"\b(?:on )?that (?P<which>)(?P<unit>day|night|evening|morning)\b|\bat the (?P<which2>same) time\b|\bat the (?P<which3>time)\b"),  # noqa: E501 - one rule, one line
        ("past", rf"(?:over|in|during|within|for|throughout|across) (?:the )?(?P<which>past|last|previous|preceding) (?:(?P<n>{number}|few|several|couple of) )?(?P<unit>{unit})\b"),  # noqa: E501 - one rule, one line
        ("past", rf"(?:in|during|over|within) (?:the )?(?P<which>next|following|coming|ensuing|subsequent) (?:(?P<n>{number}|few|several|couple of) )?(?P<unit>{unit})\b"),  # noqa: E501 - one rule, one line
        ("within", rf"(?:in(?: only| just| less than| under)?|within|over)(?: the (?:space|course) of)? (?P<n>{number}|a few|several) (?P<unit>day|days|week|weeks|month|months|year|years)\b"),  # noqa: E501 - one rule, one line
        ("for", rf"for (?:the )?(?:(?:more than|over|about|nearly|almost) )?(?P<n>{number}|several) (?P<unit>day|days|week|weeks|month|months|year|years)\b"),  # noqa: E501 - one rule, one line
        ("last", r"\b(?:(?:earlier|late|later|early) )?(?P<which>last|this|next|past) (?P<unit>week|month|year|weekend|night|morning|afternoon|evening)\b(?: at dawn)?"),  # noqa: E501 - one rule, one line
        ("word", r"(?:(?:early|late|later|earlier|on) )?(?P<word>today|yesterday|tomorrow|tonight|overnight|at dawn)\b(?: \[\w+\])?(?: (?:morning|afternoon|evening|night|at dawn))?"),  # noqa: E501 - one rule, one line
    )  # fmt: skip
    quick = rf"\d|\b(?:{weekday}|{full_month}|today|yesterday|tomorrow|tonight|overnight|dawn|day|time|dusk|noon|midday|midnight|nightfall|night|morning|evening|afternoon|{unit})\b"  # noqa: E501 - one rule, one line
    return Grammar(
        tuple((name, re.compile(r"(?<![\w-])" + rule, re.IGNORECASE)) for name, rule in raw),
        re.compile(quick, re.IGNORECASE),
        months,
        weekdays,
        dict(d["numbers"]),
        dict(d["units"]),
    )


def find_dates(text: str, pack: LanguagePack) -> list[DateSpan]:
    """Return the date expressions of a sentence in order, the longest where they overlap.

    >>> from tenure.claims.packs import load_pack
    >>> [s.rule for s in find_dates("It fell on 9 October; two days later nobody was left.", load_pack("en"))]
    ['day', 'later']
    """
    grammar = grammar_of(pack)
    if not grammar.quick.search(text):
        return []
    found = []
    for order, (name, rule) in enumerate(grammar.rules):
        for mark in rule.finditer(text):
            parts = tuple((k.rstrip("23"), v) for k, v in mark.groupdict().items() if v is not None)
            start = mark.start() + len(mark.group()) - len(mark.group().lstrip(" ,"))
            found.append((start, -mark.end(), order, DateSpan(start, mark.end(), name, parts)))
    out: list[DateSpan] = []
    for *_, span in sorted(found, key=lambda f: (f[1] + f[0], f[2])):  # longest first
        if all(span.end <= o.start or span.start >= o.end for o in out):
            out.append(span)
    return sorted(out, key=lambda s: s.start)
