"""Who says it, and how: speakers with the stretch that they speak for, denials, plans, hedges and negations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.model import Stance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.shallow.clauses import Clause
    from tenure.claims.shallow.packs import Pack

__all__ = ["Speech", "speeches_in", "stance_of"]

_EDGE = re.compile(r"[,;:،؛.—–()]|$|\s-\s")
_CLOSE = re.compile(r"[,;:،؛—–(«»\"“”\n]|\s-\s|\.\s|\sи\s|\sта\s")
_MOST_WORDS = 12
_SIGNED = re.compile(r"[,.»\"!]\s*[—–-]\s+([^,.—–»]{3,60})[.\s]*$")
_WORD = re.compile(r"[\w'/-]+")


@dataclass(frozen=True, slots=True)
class Speech:
    """A speaker's characters (None: nobody is named), the stretch that is theirs, and whether they deny it."""

    speaker: tuple[int, int] | None
    start: int
    end: int
    denies: bool = False
    carried: bool = False
    """Said by who spoke before: "he added"."""


def speeches_in(low: str, pack: Pack) -> list[Speech]:
    """Return the speeches of a folded sentence in order."""
    reader = _turkic if pack.family == "turkic" else _semitic if pack.family == "semitic" else _slavic
    return sorted([*_according(low, pack), *reader(low, pack)], key=lambda s: s.start)


def _according(low: str, pack: Pack) -> list[Speech]:
    out = []
    for hit in pack.words["speech.according"].finditer(low):
        if pack.family == "turkic":
            begin = max((m.end() for m in _CLOSE.finditer(low, 0, hit.start())), default=0)
            noun = re.search(
                r"(?:haberine|açıklamasına|açıklamalarına|verilerine|bilgilere|bilgiye|kaynaklara)\s*$", low[: hit.start()]
            )
            span = _trimmed(low, begin, noun.start() if noun and noun.start() > begin else hit.start(), pack)
        else:
            begin = hit.end()
            if pack.family == "semitic" and re.match(r"\s*ل(?!ل)", low[begin:]):
                begin = low.index("ل", begin) + 1  # "according to", written to the name
            end = _EDGE.search(low, begin + 1)
            that = (
                pack.words["speech.that"].search(low, begin, end.start() if end else len(low))
                if pack.family == "semitic"
                else None
            )
            span = _trimmed(low, begin, that.start() if that else end.start() if end else len(low), pack)
        if span and len(low[slice(*span)].split()) <= _MOST_WORDS:
            out.append(Speech(span, 0, len(low)))
    return out


def _slavic(low: str, pack: Pack) -> list[Speech]:
    verbs = [(h.span(), False) for h in pack.words["speech.verbs"].finditer(low)]
    verbs += [(h.span(), True) for h in pack.words["speech.deny"].finditer(low)]
    out = [Speech(None, hit.end(), len(low), carried=True) for hit in pack.words["speech.carried"].finditer(low)]
    signed = _SIGNED.search(low)
    if signed and not any(signed.start() < s < signed.end() for (s, _), _ in verbs):
        span = _trimmed(low, signed.start(1), signed.end(1), pack)
        out += [Speech(span, 0, len(low))] if span else []
    verbs.sort()
    previous = 0
    for k, ((start, end), denies) in enumerate(verbs):
        if pack.words["speech.according"].search(low, max(0, start - 6), end):
            continue
        marks = [m.end() for m in _CLOSE.finditer(low, previous, start)]
        begin = max([previous, *marks])
        before = _trimmed(low, begin, start, pack)
        after = _after(low, end, pack)
        tail = bool(marks) and low[begin:start].strip() == ""
        span = after if before is None or len(low[slice(*before)].split()) > _MOST_WORDS else before
        if span is None and k:
            span = out[-1].speaker if out else None  # "X denied this and said that"
        stop = verbs[k + 1][0][0] if k + 1 < len(verbs) else len(low)
        scope = (0, len(low)) if tail and not _complement(low, end, pack) else (end, stop)
        if before is None and after is not None and not tail:
            scope = (after[1], stop) if after[1] < len(low) - 3 else (0, start)
        out.append(Speech(span, *scope, denies=denies))
        previous = end
    return out


def _complement(low: str, end: int, pack: Pack) -> bool:
    return pack.words["speech.that"].search(low, end, min(len(low), end + 70)) is not None


def _after(low: str, end: int, pack: Pack) -> tuple[int, int] | None:
    stop = _EDGE.search(low, end + 1) if end < len(low) else None
    limit = stop.start() if stop else len(low)
    that = pack.words["speech.that"].search(low, end, limit)
    return _trimmed(low, end, that.start() if that else limit, pack)


def _semitic(low: str, pack: Pack) -> list[Speech]:
    verbs = [
        (h.start(), h.end(), "say") for h in pack.words["speech.verbs"].finditer(low) if h["pre"] in {"", "و", "ف", None}
    ]
    verbs += [
        (h.start(), h.end(), "deny") for h in pack.words["speech.deny"].finditer(low) if h["pre"] in {"", "و", "ف", None}
    ]
    verbs += [(h.start(), h.end(), "carry") for h in pack.words["speech.carried"].finditer(low)]
    verbs.sort()
    out: list[Speech] = []
    for k, (_, end, kind) in enumerate(verbs):
        stop = verbs[k + 1][0] if k + 1 < len(verbs) else len(low)
        edge = min(
            (
                m.start()
                for m in re.finditer(r"[،:,.«\"]|\s(?:هذا|ذلك|هذه|صحه|مزاعم|انباء|اليوم|امس|يوم|مساء|صباح)\b", low[end:stop])
            ),
            default=stop - end,
        )
        that = pack.words["speech.that"].search(low, end, stop)
        limit = min(end + edge, that.start() if that else stop)
        other = min((h.start() for way in pack.ways for h in way.pattern.finditer(low, end, limit)), default=limit)
        span = None if kind == "carry" else _trimmed(low, end, min(limit, other), pack)
        span = None if span and len(low[slice(*span)].split()) > _MOST_WORDS else span
        if kind != "carry" and span is None and out:
            span = out[-1].speaker
        begin = span[1] if span and span[0] >= end else end
        out.append(Speech(span, begin, stop, denies=kind == "deny", carried=kind == "carry" or span is None))
    return out


def _turkic(low: str, pack: Pack) -> list[Speech]:
    out = []
    for hit in pack.words["speech.stated"].finditer(low):
        begin = max((m.end() for m in _CLOSE.finditer(low, 0, hit.start())), default=0)
        span = _trimmed(low, begin, hit.start(), pack)
        if span and len(low[slice(*span)].split()) <= _MOST_WORDS:
            out.append(Speech(span, span[1], len(low)))
    for name, denies in (("verbs", False), ("deny", True), ("carried", False), ("impersonal", False)):
        for hit in pack.words[f"speech.{name}"].finditer(low):
            if name in {"carried", "impersonal"}:
                out.append(Speech(None, 0, hit.start(), carried=name == "carried"))
                continue
            begin = max((m.end() for m in re.finditer(r";\s", low[: hit.start()])), default=0)
            comma = low.find(",", begin, hit.start())
            end = comma if comma > 0 else _subject_end(low, begin, hit.start())
            if denies and not end:
                object_ = re.compile(r"\s(?:bu\s|iddia|haber|söz konusu|söylenti)").search(low, begin, hit.start())
                end = object_.start() if object_ else 0
            span = _trimmed(low, begin, end, pack) if end else None
            if span and len(low[slice(*span)].split()) > _MOST_WORDS:
                span = None
            out.append(Speech(span, span[1] if span else begin, hit.end(), denies=denies, carried=False))
    return out


_TITLES = (
    r"(?:hükümeti|yönetimi|ordusu|bakanlığı|sözcüsü|başkanlığı|başkan"
    r"ı|bakanı|valiliği|komutanlığı|kaynakları|ajansı|yetkilileri|genelkurmayı|gözlemevi|örgütü)"
)


def _subject_end(low: str, begin: int, stop: int) -> int:
    """Return where a subject without a comma after it ends: after a title."""
    hit = re.compile(rf"(?:[\w'.-]+\s+){{0,5}}{_TITLES}(?!\w)").match(low, begin, stop)
    return hit.end() if hit else 0


def _trimmed(low: str, start: int, end: int, pack: Pack) -> tuple[int, int] | None:
    """Return a stretch without prepositions, days and words that are nobody at its ends; None where nothing is left."""
    words = [m.span() for m in _WORD.finditer(low, start, end)]
    drop = [pack.words[n] for n in ("speech.skip", "speech.in", "speech.that", "dates.today", "dates.yesterday")]
    drop += list(pack.weekdays)
    while words and any(p.fullmatch(low, *words[0]) for p in drop):
        words.pop(0)
    while words and any(p.fullmatch(low, *words[-1]) for p in drop):
        words.pop()
    if not words or all(low[slice(*w)].isdecimal() for w in words):
        return None
    return words[0][0], words[-1][1]


def stance_of(clause: Clause, low: str, pack: Pack) -> Stance:  # noqa: PLR0911 - a table of cases
    """Return how a clause is told by its own words: denied, planned, possible or asserted."""
    head = clause.head
    around = low[max(clause.start, head.start - 60) : head.start]
    if pack.family == "turkic":
        return _turkic_stance(clause, low, pack)
    if head.frame in {"repel", "repelled"}:
        return Stance.DENIED if around.split()[-1:] in (["не"], ["لم"]) else Stance.ASSERTED
    close = " ".join(around.split()[-2:])
    if pack.words["stance.not"].search(close) and not re.search(r"не только", close):
        return Stance.DENIED
    if "س" in head.before or (head.before.lstrip("وف") in {"ل", "لل"} and head.frame in {"act", "oust"}):
        return Stance.PLANNED
    if pack.words["stance.plan"].search(
        low, max(0, head.start - 60 if pack.family == "semitic" else clause.start), head.start
    ):
        return Stance.PLANNED
    if pack.words["stance.hedge"].search(low, clause.start, head.start):
        return Stance.POSSIBLE
    return Stance.ASSERTED


def _turkic_stance(clause: Clause, low: str, pack: Pack) -> Stance:
    head = clause.head
    last = low[head.start : head.end].rsplit(maxsplit=1)[-1]
    if pack.words["stance.negated"].fullmatch(last) or low[head.end : head.end + 10].strip().startswith("değil"):
        return Stance.DENIED
    if pack.words["stance.future"].fullmatch(last):
        return Stance.PLANNED
    if re.match(r"\w+(?:ma|me)(?:yı|yi|k|sını|sini)$", last) and pack.words["stance.plan"].search(low, head.end):
        return Stance.PLANNED
    if head.frame in {"go", "meet"} or not pack.words["stance.hedge"].search(low, head.end):
        return Stance.ASSERTED
    return Stance.POSSIBLE


def at(speeches: Sequence[Speech], position: int) -> Speech | None:
    """Return the speech that a character stands in: the one with the narrowest stretch; None where nobody speaks."""
    holding = [s for s in speeches if s.start <= position <= s.end]
    return min(holding, key=lambda s: (s.speaker is None and not s.carried, s.end - s.start)) if holding else None
