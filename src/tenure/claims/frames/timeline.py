"""Which date expression of a sentence belongs to which of its claims, and how the narrative date runs on."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tenure.claims.text.dates import Interval, find_dates, resolve

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tenure.claims.frames.draft import Draft
    from tenure.claims.packs import LanguagePack
    from tenure.claims.syntax.parse import Tree, Word
    from tenure.model import Report

__all__ = ["SentenceDates", "continues", "light_date", "published_day"]

_DAY = timedelta(days=1)


def published_day(report: Report) -> date:
    """Return the day of publication where the report was written: in its stamp's own zone, else in its theatre's.

    A day without a time is that day.

    >>> from datetime import UTC, datetime
    >>> from tenure.model import Report
    >>> published_day(Report("a", "", datetime(2018, 1, 20, 22, 30, tzinfo=UTC), "time", country="SY")).day
    21
    """
    stamp = report.published_at
    if report.local_day is not None:
        return report.local_day
    if report.published_precision == "day" or stamp.utcoffset():
        return stamp.date()
    zone = _zones().get((report.country or "").upper())
    return stamp.astimezone(ZoneInfo(zone)).date() if zone else stamp.date()


@cache
def _zones() -> dict[str, str]:
    """Return the time zone of each country's capital by its ISO 3166-1 alpha-2 code."""
    return dict(tomllib.loads(files("tenure.claims").joinpath("data", "zones.toml").read_text(encoding="utf-8"))["zone"])


class SentenceDates:
    """The date expressions of one sentence, and which of them a predicate has."""

    def __init__(
        self, tree: Tree, published: date, running: Interval | None, pack: LanguagePack, *, narrative: bool
    ) -> None:
        """Read the dates of a parsed sentence; `narrative` lets them hang on the date before it."""
        self.published, self.pack, self.tree = published, pack, tree
        self.base = running if narrative else None
        self.words: list[tuple[Word, Interval, str]] = []
        self.running = None
        self.shown: Interval | None = None
        """The day of a footage or photograph that the sentence tells of: what it shows came about by then."""
        current = told = running
        for word in tree.words:
            if word.date is None:
                continue
            if _aside(word, pack) or _counted(word, tree, pack):
                continue
            if _of_publication(word):
                self.shown = resolve(word.date, published, current, pack)
                continue
            anchored = narrative or word.date.rule in {"next", "later", "day", "month", "ordinal"}
            base = told if word.date.rule == "later" else current
            got = resolve(word.date, published, base if anchored else None, pack)
            if got is None:
                continue
            self.words.append((word, got, word.date.rule))
            told = got if word.date.rule not in {"until", "for", "since"} else told
            if word.date.rule not in {"until", "for", "since", "year", "opening"}:
                current = got
                self.running = got

    def of(self, draft: Draft, drafts: Sequence[Draft]) -> tuple[Interval, bool]:
        """Return the interval of a draft and whether the sentence dates it."""
        word = draft.word
        state = draft.event == "hold" and draft.found.frame not in {"repel", "failed", "prevent"}
        if (
            state
            and self.shown is None
            and _now(word)
            and not any(_owner(d, self._homes(drafts)) == word.i for d, _, _ in self.words)
        ):
            return Interval(self.published, self.published + _DAY, explicit=False), False
        best: tuple[int, Interval] | None = None
        for dated, interval, rule in self.words:
            owner = _owner(dated, self._homes(drafts))
            if owner == _NOBODY:
                continue
            cost = 0 if owner == word.i else 2
            if cost and owner >= 0:
                cost = 4 if not _chained(word, owner) else 1
            if rule in {"since", "for", "until"} and dated.head is not None and dated.head.i != word.i:
                own = (
                    owner == word.i and dated.head.lower in self.pack.lexicon["support.rule"]
                )  # "under X's control since May"
                cost += (
                    2 if dated.head.tag.startswith("NN") and not dated.head.date and not own else 0
                )  # "its best since May"
            cost = cost * 100 + abs(dated.i - word.i) + (60 if dated.i > word.i and cost else 0)
            if best is None or cost < best[0]:
                best = (cost, interval)
        if best is not None and best[0] < 400:  # noqa: PLR2004 - a date that another predicate owns is not this one's
            lent = best[0] >= 100 and state  # noqa: PLR2004 - "captured four towns in two months and still held A": held at its end
            return self._clip(Interval(best[1].last, best[1].end) if lent else best[1]), True
        inner = {d.word.i for d in drafts if d.word.dep in {"relcl", "acl"} and d is not draft}
        homes = self._homes(drafts)
        earlier = [i for w, i, _ in self.words if w.i < word.i and _owner(w, homes) not in {*inner, _NOBODY}]
        if earlier:
            return self._clip(earlier[-1]), True
        if self.shown is not None:
            return self._clip(self.shown), True
        if self.base is not None:
            return self._clip(self.base), False
        return Interval(self.published, self.published + _DAY, explicit=False), False

    def parts(self, draft: Draft, drafts: Sequence[Draft], offset: int) -> list[tuple[Draft, Interval, bool]]:
        """Return a draft with its interval, cut into one for each date where its places have dates of their own.

        `offset` is where the sentence begins in the report. Places without a date of their own are in each part.
        """
        own = {
            offset + w.head.start: i for w, i, _ in self.words if w.head is not None and w.head.name and w.dep == "npadvmod"
        }
        days = sorted({(own[p.start].start, own[p.start].end) for p in draft.places if p.start in own})
        when, dated = self.of(draft, drafts)
        if len(days) < 2:  # noqa: PLR2004 - one date is the draft's
            return [(draft, when, dated)]
        out = []
        for start, end in days:
            here = [p for p in draft.places if p.start not in own or (own[p.start].start, own[p.start].end) == (start, end)]
            out.append((replace(draft, places=here), Interval(start, end), True))
        return out

    @staticmethod
    def _homes(drafts: Sequence[Draft]) -> dict[int, int]:
        """Words on which a date belongs to a predicate: itself, its parts, the light verb that carries it."""
        homes: dict[int, int] = {}
        for draft in drafts:
            if draft.slots is not None and draft.slots.governor is not None:
                homes.setdefault(draft.slots.governor.i, draft.word.i)
            for part in draft.found.parts:
                homes.setdefault(part.i, draft.word.i)
        homes.update({d.word.i: d.word.i for d in drafts})
        return homes

    def _clip(self, interval: Interval) -> Interval:
        return interval

    def told(self, when: Interval) -> Interval:
        """Return the interval of what is told as having happened: it neither begins nor ends after publication."""
        after = self.published + _DAY
        if when.end <= after:
            return when
        return Interval(min(when.start, self.published), after, explicit=when.explicit)


def _now(word: Word) -> bool:
    """Whether a state is told of the day of the report: in the present tense."""
    low = {c.lower for c in word.children if c.dep in {"aux", "auxpass"}}
    if low:
        return bool(low & {"is", "are", "has", "have"}) and not low & {"had", "was", "were", "would", "will"}
    return word.tag in {"VBZ", "VBP"}


def _aside(word: Word, pack: LanguagePack) -> bool:
    """Whether a date is that of a remark or an event: "making it the third town taken this month", "since the 2001 coup"."""
    head = word.head
    if word.dep in {"compound", "nmod", "amod"} and word.date is not None and word.date.rule in {"since", "until"}:
        return True
    for _ in range(8):
        if head is None:
            return False
        if (
            head.dep in {"advcl", "acl", "xcomp", "conj"}
            and head.tag == "VBG"
            and head.lower in pack.lexicon["words.remarks"]
        ):
            return True
        head = head.head
    return False


def _counted(word: Word, tree: Tree, pack: LanguagePack) -> bool:
    """Whether a span of time is that in which an ordinal counts: "its ninth provincial capital in six days"."""
    if word.date is None or word.date.rule not in {"within", "past"} or word.i == 0:
        return False
    noun = tree.words[word.i - 1]
    ranks = [c.lower for c in noun.children if c.dep == "amod"]
    return any(r in pack.lexicon["words.ranking"] or re.search(r"[a-z]th$", r) for r in ranks)


def _of_publication(word: Word) -> bool:
    """Whether a date is that of a footage or statement: "a video published on 5 May shows ..."."""
    head = word.head
    while head is not None and head.dep in {"prep", "pobj"}:
        head = head.head
    return (
        head is not None
        and head.dep == "acl"
        and head.lower in {"published", "posted", "released", "dated", "uploaded", "shared"}
    )


_NOBODY = -2  # whose date is that of a relative clause that tells no claim


def _owner(word: Word, homes: dict[int, int]) -> int:
    """Return the predicate that a date belongs to; -1 when it stands for itself."""
    other = word.head
    for _ in range(10):
        if other is None:
            return -1
        if other.i in homes:
            return homes[other.i]
        if other.dep == "relcl" and other.tag.startswith("VB"):
            return _NOBODY
        other = other.head
    return -1


def _chained(word: Word, owner: int) -> bool:
    """Whether a predicate hangs under the date's owner by participles and coordination."""
    other: Word | None = word
    for _ in range(6):
        if other is None:
            return False
        if other.i == owner:
            return True
        if other.dep not in {"advcl", "xcomp", "conj", "pcomp", "prep", "dobj", "acl", "pobj", "nsubj", "ccomp", "relcl"}:
            return False
        other = other.head
    return False


_CONTINUES = re.compile(
    r"^(?:Later|Meanwhile|However|The (?:following|next|same) day|That (?:day|night)|At the same time|Concurrently|Subsequently|Two|Three|Four|Five|A (?:day|week)|On the same|During the same|By (?:this|that) (?:point|time)|Afterwards?|Hours|Days|Soon)\b"  # noqa: E501 - one rule, one line
)


def continues(text: str) -> bool:
    """Return whether a sentence takes up the date of the one before ("The next day", "Meanwhile")."""
    return bool(_CONTINUES.match(text))


def light_date(text: str, published: date, running: Interval | None, pack: LanguagePack) -> Interval | None:
    """Return the last date that a sentence gives, found without a parser; None when it gives none."""
    last = None
    for span in find_dates(text, pack):
        if span.rule in {"day", "weekday", "iso", "word", "next", "later"}:
            last = resolve(span, published, running, pack) or last
    return last
