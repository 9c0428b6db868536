"""Proper names in a sentence, found by capitals, word lists and the study's own lists, before any parser looks at it.

Rules
 1. Known names (study actors, sources, places; widely known organisations) win, the longest first.
 2. Else a run of capitalised words is a name; an Arabic or Romance article joins ("Umm al-Tut"), "of" only in titles.
 3. A title makes the rest of its run a person; a head noun or first word tells actors and places apart; else `unknown`,
    which the slot that it fills decides.
 4. "X airbase", "X district" in lower case and "(ACRONYM)" belong to the name before them.
"""

# ruff: noqa: RUF001 - the patterns and tests mean typographic quotes and dashes

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.claims.text.attributes import Attributes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenure.claims.packs import LanguagePack

__all__ = ["NameFinder", "NameSpan", "shouts"]

_TOKEN = re.compile(r"['’‘ʿ]?[^\W\d_][\w.'’‘ʿ`´]*[\w'’‘`]|\d+(?:st|nd|rd|th)\b|\d+|[^\W_]")
_ARTICLE = re.compile(r"(?:al|el|ul|ad|an|ar|as|ash|at|az|a|ed|en|er|es|esh|et|ez)[-–‑ ](?=['‘’ʿ]?[A-ZÀ-Þ])")
_JOIN = re.compile(
    r"[ ]|[-–‑]|[ -](?:al|el|ul|ad|an|ar|as|ash|at|az|a|de|du|la|le|ibn|bin|bint|abu|umm|ed|en|er|es|et|ez|ul|wa|wal)[- ]",
    re.ASCII,
)
_NUMBERED = re.compile(
    r"(?<![\w-])(?:neighbou?rhoods?|[Hh]ills?|checkpoints?|districts?|sectors?|blocks?|[Pp]oint|[Rr]oute|[Hh]ighway|[Hh]eight) [A-Z]?\d+(?:(?:,| and) \d+)*(?![\w.,]*\d)"  # noqa: E501 - one rule, one line
)
_ORDINAL = re.compile(r"(?<![\w-])\d+(?:st|nd|rd|th) (?=[A-Z])")
_ACRONYM = re.compile(r"[A-Z][A-Z.]{1,7}s?")
_LISTED = re.compile(r"(?: \([^()]{1,60}\))?, [A-ZÀ-Þ][^,;:.]{1,40}(?:,| and | \()")  # "Karvat, Dolmin and Ustra fell"
_SUFFIX_ACRONYM = re.compile(r" \((?:[A-Z][\w-]*\.?){1,3}\)")
_NO_SUFFIX = {
    "part",
    "front",
    "state",
    "border",
    "point",
    "position",
    "half",
    "center",
    "centre",
    "field",
    "market",
    "land",
    "territory",
    "corridor",
    "route",
    "zone",
    "stronghold",
    "capital",
    "plant",
    "sector",
}
_OF_HEADS = {
    "State",
    "Republic",
    "Front",
    "Army",
    "Movement",
    "Party",
    "Kingdom",
    "Ministry",
    "Government",
    "Brotherhood",
    "Council",
    "Union",
    "Forces",
    "Soldiers",
    "Department",
    "Sons",
    "Brigades",
    "Lions",
    "University",
}


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A name at [start, end) of a string.

    `kind` is actor, place, person, media, event, held (an "X-held" attribute) or unknown.
    """

    start: int
    end: int
    kind: str
    known: bool = False
    """From a list rather than from its looks."""
    area: bool = False
    """A plural noun behind its list says that it is an area ("the A, B and C provinces")."""


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int


def _key(text: str) -> str:
    return re.sub(r"[\s‑–-]+", " ", re.sub(r"[’‘ʿ`´]", "'", text)).strip()


def _unowned(name: str) -> str:
    """Return a name without a possessive ending."""
    return name[:-2] if name.endswith(("'s", "’s")) else name


class NameFinder:
    """Finds names with the pack's and the study's lists; holds their index and nothing else."""

    def __init__(
        self, pack: LanguagePack, *, actors: Iterable[str] = (), places: Iterable[str] = (), media: Iterable[str] = ()
    ) -> None:
        """Index the lists; a name in several counts as an actor, then a place, then a medium."""
        self._pack = pack
        self._known: dict[str, str] = {}
        for kind, names in (("media", media), ("place", places), ("actor", actors), ("actor", pack.lexicon["actor.known"])):
            for name in names:
                key = _key(name)
                if len(key) > 1:
                    self._known[key] = kind
        listed = sorted({re.escape(n) for n in actors if len(n) > 1}, key=lambda n: (-len(n), n))
        self.actors = re.compile(r"\b(?:" + "|".join(listed) + r")\b") if listed else None
        known = [name for name, kind in self._known.items() if kind == "actor"]
        self._attributes = Attributes(pack, known)
        self._longest = max((k.count(" ") + 1 for k in self._known), default=1)
        self._first = frozenset(k.split(" ")[0] for k in self._known)

    def find(self, text: str) -> list[NameSpan]:
        """Return the names of a sentence in order, not overlapping."""
        spans = [NameSpan(start, end, "held") for start, end in self._attributes.find(text)]
        spans += [NameSpan(m.start(), m.end(), "place") for m in _NUMBERED.finditer(text)]
        taken = [(s.start, s.end) for s in spans]
        tokens = [_Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]
        tokens = [t for t in tokens if not any(s <= t.start < e for s, e in taken)]
        if shouts(text):
            return sorted(spans, key=lambda s: s.start)
        i = 0
        while i < len(tokens):
            j = self._known_at(text, tokens, i)
            run = self._run_at(text, tokens, i)
            if j > i and j >= run:
                name = _unowned(text[tokens[i].start : tokens[j - 1].end])
                name += "" if _key(name) in self._known else "."  # "U.S." before a small letter
                span = NameSpan(tokens[i].start, tokens[i].start + len(name), self._known[_key(name)], known=True)
                spans.append(self._extend(text, span))
                i = j
            elif run > i:
                found = self._classify_run(text, tokens[i:run], initial=i == 0)
                spans.extend(self._extend(text, s) for s in found)
                i = run
            else:
                i += 1
        return _disjoint(spans)

    def _known_at(self, text: str, tokens: Sequence[_Token], i: int) -> int:
        """Index after the longest known name that begins at token i, else i."""
        first = _key(_unowned(tokens[i].text)).split(" ")[0]
        if first not in self._first and first + "." not in self._first:
            return i
        for j in range(min(len(tokens), i + self._longest), i, -1):
            piece = text[tokens[i].start : tokens[j - 1].end]
            if len(piece) < 90 and _key(_unowned(piece)) in self._known:  # noqa: PLR2004 - no name is longer
                return j
            if j == i + 1 and text[tokens[i].end : tokens[i].end + 1] == "." and _key(piece + ".") in self._known:
                return j
        return i

    def _capital(self, token: _Token, *, initial: bool) -> bool:
        word = token.text.lstrip("'’‘ʿ")
        if not word or not word[0].isupper():
            return False
        low = word.lower().rstrip(".")
        if low in self._pack.lexicon["stop.months_days"]:
            return False
        return not (initial and low in self._pack.lexicon["stop.words"]) and low not in {"i", "he", "it"}

    def _run_at(self, text: str, tokens: Sequence[_Token], i: int) -> int:
        """Index after the run of capitalised words that begins at token i, else i."""
        start = tokens[i]
        if _ORDINAL.match(text, start.start) and i + 1 < len(tokens):
            first = i + 1
        elif (
            _ARTICLE.match(text, start.start)
            and (start.start == 0 or not text[start.start - 1].isalnum())
            and i + 1 < len(tokens)
        ):
            first = i + 1
            if start.text == "a" and text[start.end] == " ":
                return i
            if text[start.end] == " " and start.text in {"at", "as", "an"}:
                return i
        elif self._capital(start, initial=_begins(text, start.start)):
            first = i
        else:
            return i
        j = first + 1
        while j < len(tokens):
            gap = text[tokens[j - 1].end : tokens[j].start]
            if gap in {" ", "-", "–", "‑"} and self._joins(tokens, j, gap):
                j += 1
            elif gap in {" ", "-", "‑"} and j + 1 < len(tokens) and self._article_joins(text, tokens, j):
                j += 2
            else:
                break
        return j

    def _joins(self, tokens: Sequence[_Token], j: int, gap: str) -> bool:
        word = tokens[j].text.lstrip("'’‘ʿ") or tokens[j].text
        if word[0].isupper():
            return word.lower() not in self._pack.lexicon["stop.months_days"]
        return word.isdigit() and gap == "-" and len(word) < 4  # noqa: PLR2004 - "M-5", "T-4"

    def _article_joins(self, text: str, tokens: Sequence[_Token], j: int) -> bool:
        word, then = tokens[j].text, tokens[j + 1].text
        gap = text[tokens[j].end : tokens[j + 1].start]
        if gap not in {" ", "-", "‑"} or not (then[0].isupper() or (then[0] in "'‘’" and then[1:2].isupper())):
            return False
        if word in {
            "al",
            "el",
            "ul",
            "ad",
            "ar",
            "ash",
            "az",
            "as",
            "at",
            "an",
            "de",
            "du",
            "ibn",
            "bin",
            "bint",
            "la",
            "ed",
            "es",
            "er",
            "ez",
            "et",
            "a",
            "i",
            "e",
            "da",
            "das",
            "do",
            "dos",
            "del",
            "della",
            "di",
        }:
            return not (
                word in {"as", "at", "an", "a"}
                and gap == " "
                and text[tokens[j - 1].start : tokens[j - 1].end].lower()
                not in {"zawr", "ras", "dayr", "deir", "tell", "tal", "umm", "kafr"}
            )
        if word == "for" and gap == " ":
            return tokens[j - 1].text in self._pack.lexicon["person.media"]
        return word == "of" and tokens[j - 1].text in _OF_HEADS and gap == " "

    def _classify_run(self, text: str, run: Sequence[_Token], *, initial: bool) -> list[NameSpan]:
        """Return the names in a run: titles are cut off, a sentence's lone first word is left to the parser."""
        pack = self._pack
        titles = [k for k, t in enumerate(run) if t.text in pack.lexicon["person.titles"]]
        out: list[NameSpan] = []
        if titles and titles[-1] + 1 < len(run):
            head = run[: titles[0]]
            if head and head[-1].text not in pack.lexicon["actor.demonyms"]:
                out.extend(self._classify_run(text, head, initial=initial))
            return [*out, NameSpan(run[titles[-1] + 1].start, run[-1].end, "person")]
        if titles:
            return []
        if len(run) == 1 and (
            run[0].text in pack.lexicon["actor.demonyms"] or run[0].text in pack.lexicon["actor.name_heads"]
        ):
            return []
        if len(run) == 1 and initial and not _ACRONYM.fullmatch(run[0].text) and not _LISTED.match(text, run[0].end):
            return []
        if len(run) == 1 and run[0].text.lower() in pack.lexicon["count.vehicles"]:  # "700 Humvees"
            return []
        start, end = run[0].start, run[-1].end
        if text[end - 2 : end] in {"'s", "’s"}:
            end -= 2
        elif text[end - 1] in "'’":
            end -= 1
        kind = self._kind(run, text[start:end])
        before = re.search(r"([a-z]+) $", text[max(0, start - 20) : start])
        if kind == "unknown" and before is not None and before[1] in pack.lexicon["person.roles"]:
            kind = "person"
        return [NameSpan(start, end, kind)]

    def _kind(self, run: Sequence[_Token], name: str) -> str:  # noqa: PLR0911 - a table of cases reads best in one piece
        lexicon = self._pack.lexicon
        last = re.sub(r"['’]s?$", "", run[-1].text)
        first = run[0].text
        if last in lexicon["person.media"] or first in {"Reuters", "Agence"}:
            return "media"
        if first in lexicon["stop.events"]:
            return "event"
        if any(t.text in lexicon["actor.name_starts"] for t in run[:1]):
            return "actor"
        if last in lexicon["place.name_heads"]:
            return "place"
        if last in lexicon["actor.name_heads"]:
            return "actor"
        if first in lexicon["place.name_starts"]:
            return "place"
        if last in lexicon["actor.name_heads"] or any(
            t.text in {"Army", "Forces", "Front", "Brigade", "Division", "Republic", "Militia"} for t in run
        ):
            return "actor"
        if name in lexicon["person.media"]:
            return "media"
        return "unknown"

    def _extend(self, text: str, span: NameSpan) -> NameSpan:
        """Take in "(ACRONYM)" and a lower-case place noun that follow."""
        end, kind = span.end, span.kind
        mark = _SUFFIX_ACRONYM.match(text, end)
        if mark and kind != "place":
            inner = mark.group()[2:-1]
            return NameSpan(
                span.start,
                mark.end(),
                "actor"
                if kind == "unknown" and _ACRONYM.fullmatch(inner) and inner not in self._pack.lexicon["person.media"]
                else kind,
                span.known,
            )
        if kind in {"unknown", "place"}:
            mark = re.compile(r"(?: [a-z]+)? ([a-z-]+)\b").match(text, end)
            words = text[end : mark.end()].split() if mark else []
            nouns = self._pack.lexicon["place.nouns"]
            if (
                words
                and words[0] in nouns
                and words[0] not in _NO_SUFFIX
                and not re.match(r"(?: of\b)", text[end + 1 + len(words[0]) :])
                and (
                    words[0][-1] != "s"
                    or words[0] in {"heights", "mountains", "hills", "plains", "barracks", "crossroads", "headquarters"}
                )
            ):
                stop = end + 1 + len(words[0])
                if len(words) > 1 and words[1] in nouns and words[0] not in {"city", "town", "village"}:
                    stop = mark.end() if mark else stop
                return NameSpan(span.start, stop, "place", span.known)
            if (
                len(words) > 1
                and words[0] in {"military", "air", "border", "army", "suspension", "thermal", "power"}
                and words[1] in nouns
            ):
                return NameSpan(span.start, mark.end() if mark else end, "place", span.known)
        return span


def _begins(text: str, start: int) -> bool:
    """Whether a position begins the sentence or a quotation in it."""
    before = text[:start].rstrip(" ")
    return not before or before[-1] in '"“«(:;*•–—[' or start == 0


def shouts(text: str) -> bool:
    """Return whether a sentence is written in capitals: they then say nothing of names, and the parser nothing of words.

    >>> shouts("TROOPS TOOK THE TOWN"), shouts("The SDF took it")
    (True, False)
    """
    words: list[str] = re.findall(r"[^\W\d_]{2,}", text)
    if len(words) < 4:  # noqa: PLR2004 - too few to tell
        return False
    return sum(w.isupper() for w in words) > 0.7 * len(words)


def _disjoint(spans: list[NameSpan]) -> list[NameSpan]:
    out: list[NameSpan] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not out or span.start >= out[-1].end:
            out.append(span)
    return out
