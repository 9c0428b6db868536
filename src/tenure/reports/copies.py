"""Copies of one story: the earliest report of a story is the witness, the others repeat it.

Rules of this module (theory: docs/theory/reports.md)
 1. Texts are compared as sets of 5-word shingles by c = |A and B| / min(|A|, |B|), the containment of the shorter one.
 2. A report is a copy of an earlier one when c >= 0.7, the shared part is at least a quarter of the longer, and the two were
    published within 10 days. So a wire story inside a longer article is a copy, a weekly round-up of many stories is not.
 3. A follow-up in the same words is no copy: other numbers in the same place (9 villages, 15 villages), or a sentence turned
    round (took, did not take); see edits.py.
 4. Texts of fewer than 12 words can be alike without being related: only the same words in the same order, from another
    outlet or on the same day, are a copy. The same long text is a copy at any distance in time.
 5. Reports are taken in the order of publication, then id, and compared only with originals, never with copies: a chain of
    small changes cannot tie two different stories together.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tenure.reports.edits import is_follow_up
from tenure.reports.shingles import Sketch, Sketcher

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tenure.model import Report

__all__ = ["mark_copies"]

_CONTAINED = 0.7
_SHARE_OF_LONGER = 0.25
_WINDOW_DAYS = 10
_SHORT_WORDS = 12
_LONG_WORDS = 40
_MOST_POSTINGS = 64
"""Originals that one fingerprint leads to, the newest: more have only an outlet's footer or a bulletin's set phrases."""
_MOST_CANDIDATES = 16


class _Originals:
    """The originals so far and where their fingerprints lead; the state is the index that grows with each original.

    The index has two generations of one window each: an original within the window is in one of them, and what is older is
    let go, so memory grows with the reports of a window and not of the whole study.
    """

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.sketches: dict[int, Sketch] = {}
        self._young: dict[int, list[int]] = {}
        self._old: dict[int, list[int]] = {}
        self._since: datetime | None = None
        self._oldest = 0
        self._by_words: dict[bytes, list[int]] = {}

    def add(self, report: Report, sketch: Sketch) -> None:
        self._turn(report.published_at)
        at = len(self.reports)
        self.reports.append(report)
        self.sketches[at] = sketch
        self._by_words.setdefault(sketch.digest, []).append(at)
        for fingerprint in sketch.fingerprints:
            postings = self._young.setdefault(fingerprint, [])
            postings.append(at)
            if len(postings) > _MOST_POSTINGS:
                del postings[0]

    def _turn(self, now: datetime) -> None:
        """Begin a new generation when the young one is a window old."""
        if self._since is not None and now - self._since <= timedelta(days=_WINDOW_DAYS):
            return
        first_young = min((at for postings in self._young.values() for at in postings), default=len(self.reports))
        for at in range(self._oldest, first_young):
            self.sketches.pop(at, None)
        self._oldest, self._old, self._young, self._since = first_young, self._young, {}, now

    def same_words(self, report: Report, sketch: Sketch) -> int | None:
        return next(
            (at for at in self._by_words.get(sketch.digest, ()) if _is_exact_copy(report, self.reports[at], sketch)), None
        )

    def candidates(self, sketch: Sketch) -> list[int]:
        counts: dict[int, int] = {}
        for index in (self._young, self._old):
            for fingerprint in sketch.fingerprints:
                for at in index.get(fingerprint, ()):
                    counts[at] = counts.get(at, 0) + 1
        return sorted(counts, key=lambda at: (-counts[at], -at))[:_MOST_CANDIDATES]


def _is_exact_copy(report: Report, original: Report, sketch: Sketch) -> bool:
    apart = report.published_at - original.published_at
    if sketch.words >= _LONG_WORDS:
        return True
    elsewhere = report.publisher != original.publisher or report.source_id != original.source_id
    same_day = report.published_at.date() == original.published_at.date()
    return apart <= timedelta(days=_WINDOW_DAYS) and (elsewhere or same_day)


def _overlap(sketch: Sketch, original: Sketch) -> float:
    """Return the containment of the shorter in the longer, 0 when they share too little (rule 2)."""
    import numpy as np

    shorter, longer = sorted((sketch.shingles, original.shingles), key=len)
    if not len(shorter):
        return 0.0
    shared = len(np.intersect1d(shorter, longer, assume_unique=True))
    contained = shared / len(shorter)
    if contained < _CONTAINED or shared < _SHARE_OF_LONGER * len(longer):
        return 0.0
    return contained


def _original_of(report: Report, sketch: Sketch, originals: _Originals) -> int | None:
    exact = originals.same_words(report, sketch)
    if exact is not None or sketch.words < _SHORT_WORDS:
        return exact
    since = report.published_at - timedelta(days=_WINDOW_DAYS)
    near = (at for at in originals.candidates(sketch) if originals.reports[at].published_at >= since)
    scored = sorted((-score, at) for at in near if (score := _overlap(sketch, originals.sketches[at])))
    return next((at for _, at in scored if not is_follow_up(report.text, originals.reports[at].text)), None)


def mark_copies(reports: Iterable[Report]) -> tuple[Report, ...]:
    """Return the reports in their order, each with `story_id` (the report_id of its story's original) and `copy_of`.

    The original of a story is its earliest report (ties: smallest id) and has `copy_of` None. The order of the input does
    not matter. No reports give an empty tuple. Cost grows with the words of all reports, not with pairs of reports.
    Theory: Broder (1997), resemblance and containment; Schleimer, Wilkerson and Aiken (2003), winnowing.
    """
    reports = tuple(reports)
    sketcher = Sketcher()
    originals = _Originals()
    found: dict[int, Report] = {}
    order = sorted(
        range(len(reports)), key=lambda at: (reports[at].published_at, reports[at].report_id, reports[at].text_sha256)
    )
    for at in order:
        report = reports[at]
        sketch = sketcher.sketch(report.text)
        original = _original_of(report, sketch, originals)
        if original is None:
            originals.add(report, sketch)
            found[at] = replace(report, story_id=report.report_id, copy_of=None)
        else:
            first = originals.reports[original].report_id
            found[at] = replace(report, story_id=first, copy_of=first)
    return tuple(found[at] for at in range(len(reports)))
