"""Names of a text as toponyms: looked up whole, then taken apart, then by sound, then by the known name inside."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from tenure.model import FeatureClass, PlaceRole
from tenure.places.gazetteer.compiled import FEATURES
from tenure.places.gazetteer.generic import generic_names
from tenure.places.gazetteer.match import CODE, NOTHING, Matches, match_exact, match_fuzzy, match_joined
from tenure.places.gazetteer.names import leading_articles, normalise
from tenure.places.toponyms.phrases import Phrase, is_broad, parse_phrase, unit_beside
from tenure.places.toponyms.scripts import (
    cost_of_form,
    has_no_case,
    is_at_home,
    is_cyrillic,
    is_foreign,
    nominatives,
    without_proclitic,
    without_suffix,
)
from tenure.places.toponyms.words import HUMP, PAIRED, PIECE, WORD, begins_name, runs_of_names

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from tenure.places.gazetteer.compiled import Gazetteer
    from tenure.places.toponyms.fighting import Mention

__all__ = ["Lookup", "Toponym"]

_LONGEST = 5
_WINDOW = 130
_ENOUGH = 8
"""Different known names of a document that are context enough for each other: no more is looked for then."""
_ABROAD_ENOUGH = -1.8
"""Log name score from which a place outside the theatre is meant by a name that only resembles its own."""
_MEMO = 100_000
_KNOWN = 15_000
"""Population from which a town elsewhere is likelier meant by its own name than a village of the study by a similar one."""
_METROPOLIS = 1_000_000
_FAR_LARGER = 3.0
"""Times that a place must be larger than another, for a letter before its name to be taken for a word."""
_SETTLEMENT = FEATURES.index(FeatureClass.SETTLEMENT)
_SIMILAR_ENOUGH = -2.5
"""Log name score from which a word of the text that only resembles a name of the study counts as context."""
_SHORTEST = 4
_FUZZY_ENOUGH = -3.5
"""Log name score from which a spelling by sound is preferred to a known name inside a longer one."""


@dataclass(frozen=True, slots=True, eq=False)
class Toponym:
    """A place phrase of a text with the places that its name may mean."""

    text: str
    start: int
    end: int
    phrase: Phrase
    matches: Matches
    key: str
    """Normal form of the looked-up name: mentions that share it share their meaning."""
    broad: bool = False
    """The words beside it, or its role in a claim, take the name for an area."""
    partner: Matches = NOTHING
    """Places that the other end of a line may mean ("the road X-Y")."""
    nested: bool = False
    """The known name is only a part of an unknown longer one ("Aleppo University")."""
    claim_id: str | None = None
    role: PlaceRole | None = None
    mention: Mention | None = None
    """What happened there and when, for the front to judge; None outside a claim, and for an area."""

    def in_claim(self, claim_id: str, role: PlaceRole, mention: Mention | None = None) -> Toponym:
        """Return the same toponym as a place of a claim; what happened in an area is not at its seat."""
        broad = self.broad or role is PlaceRole.IN_AREA
        return replace(self, claim_id=claim_id, role=role, broad=broad, mention=None if broad else mention)


@dataclass(slots=True, eq=False)
class Lookup:
    """A gazetteer's names with a memory of what was looked up, so that a name that recurs costs nothing."""

    gazetteer: Gazetteer
    _own: NDArray[np.bool_]
    """(places,) True for rows of the study's own gazetteer or of the theatre's countries."""
    _exact: dict[str, Matches] = field(default_factory=dict)
    _phrase: dict[str, Toponym] = field(default_factory=dict)

    def exact(self, name: str) -> Matches:
        """Return the places that have the name."""
        found = self._exact.get(name)
        if found is None:
            if len(self._exact) > _MEMO:
                self._exact.clear()
            found = self._spelled(name)
            if not name.isascii() or "'" in name:
                found = self._with_forms(name, found)
                if is_foreign(name):  # gazetteers have names in other scripts as alternates only, and no abbreviations
                    found = found.only(found.kind != CODE)
                    found = Matches(found.rows, found.log_name, np.where(found.kind == 1, 0, found.kind))
            self._exact[name] = found
        return found

    def _spelled(self, name: str) -> Matches:
        """Return the places that have a name as it is written, or with the spaces that a hashtag or a habit leaves out."""
        found = match_exact(self.gazetteer, name)
        if "_" in name and not found.rows.size:  # a hashtag of several words is a name, and spelled in a hurry
            similar = match_fuzzy(self.gazetteer, name)
            return similar.only(self._own[similar.rows] & (similar.log_name >= _SIMILAR_ENOUGH))
        joined = " " not in name and (HUMP.search(name) or (name[:1] and has_no_case(name[0])))
        return match_joined(self.gazetteer, name) if joined and not found.rows.size else found

    def _with_forms(self, name: str, whole: Matches) -> Matches:
        """Return the places of a name, and of what it is without its case, its ending or a word glued to its front."""
        if self.glued(name):
            return self._bare(name)
        if is_cyrillic(name):
            return _union([whole, *(match_exact(self.gazetteer, form) for form in nominatives(name))])
        stem = None if whole.rows.size else without_suffix(name)
        return whole if stem is None else self.exact(stem)

    def _bare(self, name: str) -> Matches:
        bare = without_proclitic(name)
        return NOTHING if bare is None else self._spelled(bare[1])

    def glued(self, name: str) -> int:
        """Return the characters at a name's front that are another word ("and", "in"); 0 when it is likelier all name.

        Without them it must be a place of the script's own countries or a large one, and far larger than with them.
        """
        bare = without_proclitic(name)
        if bare is None:
            return 0
        found, whole = self._spelled(bare[1]), self._spelled(name)
        size = max((self._size(bare[1], row) for row in found.rows.tolist()), default=0.0)
        return (
            bare[0] if size > _FAR_LARGER * max((self._size(name, row) for row in whole.rows.tolist()), default=0.0) else 0
        )

    def _size(self, name: str, row: int) -> float:
        """Return the people of a place that a name may mean: 0 for one where its script is not at home, unless large."""
        a = self.gazetteer.arrays
        people = max(float(a["population"][row]), _KNOWN if self._own[row] or a["feature"][row] != _SETTLEMENT else 1.0)
        return people if people >= _METROPOLIS or self.is_at_home(name, row) else 0.0

    def is_at_home(self, name: str, row: int) -> bool:
        """Return whether a place lies where the script of a name is at home, as far as that is known."""
        country = int(self.gazetteer.arrays["country"][row])
        return country < 0 or is_at_home(name, self.gazetteer.countries[country])

    def toponym(
        self, text: str, start: int = -1, end: int = -1, *, unit: FeatureClass | None = None, broad: bool = False
    ) -> Toponym:
        """Return a place phrase as a toponym; `unit` is the class that a word beside it names, `broad` an area's sign."""
        found = self._phrase.get(text)
        if found is None:
            if len(self._phrase) > _MEMO:
                self._phrase.clear()
            found = self._phrase[text] = self._resolve(text)
        phrase = found.phrase
        if unit is not None and phrase.unit is None:
            phrase = replace(phrase, unit=unit)
        broad = broad or (phrase.bearing is not None and phrase.offset_km is None) or phrase.around
        return Toponym(text, start, end, phrase, found.matches, found.key, broad, found.partner, nested=found.nested)

    def spans(self, text: str, spans: Iterable[tuple[int, int]]) -> list[Toponym]:
        """Return the spans of a text as toponyms, each with the class that the words beside it name."""
        return [self.beside(text, a, b) for a, b in sorted(set(spans))]

    def beside(self, text: str, start: int, end: int) -> Toponym:
        """Return a span of a text as a toponym, with what the words beside it say of its class."""
        unit, broad = unit_beside(text, start, end), is_broad(text, start, end)
        return self.toponym(text[start:end], start, end, unit=unit, broad=broad)

    def _resolve(self, text: str) -> Toponym:
        whole = self._matches(text)
        if whole.rows.size:
            return Toponym(text, -1, -1, Phrase(text), whole, normalise(text))
        phrase = parse_phrase(text)
        if not phrase.name:
            return Toponym(text, -1, -1, phrase, NOTHING, "")
        core = self._matches(phrase.name)
        partner = self._matches(phrase.partner) if phrase.partner else NOTHING
        if core.rows.size:
            return Toponym(text, -1, -1, phrase, core, normalise(phrase.name), partner=partner)
        fuzzy = self._similar(phrase.name)
        if fuzzy.rows.size and float(fuzzy.log_name.max()) >= _FUZZY_ENOUGH:
            return Toponym(text, -1, -1, phrase, fuzzy, normalise(phrase.name), partner=partner)
        inner = self._inside(phrase.name)
        if inner is not None:
            rest = " ".join(phrase.name.replace(inner, " ").split())
            return Toponym(text, -1, -1, replace(phrase, facility=rest), self._matches(inner), normalise(inner), nested=True)
        return Toponym(text, -1, -1, phrase, fuzzy, normalise(phrase.name))

    def _similar(self, name: str) -> Matches:
        """Return the places that a name resembles: the theatre's freely, the world's only when hardly a letter differs."""
        found = match_fuzzy(self.gazetteer, name)
        return found.only(self._own[found.rows] | (found.log_name >= _ABROAD_ENOUGH))

    def _matches(self, name: str) -> Matches:
        """Return the places that have a name and, where the name is one of the study's, also those that it resembles."""
        exact = self.exact(name)
        if not exact.rows.size or not self._is_local(exact):
            return exact
        fuzzy = match_fuzzy(self.gazetteer, name)
        more = (fuzzy.log_name >= _FUZZY_ENOUGH) & ~np.isin(fuzzy.rows, exact.rows) & self._own[fuzzy.rows]
        return Matches(
            np.concatenate([exact.rows, fuzzy.rows[more]]),
            np.concatenate([exact.log_name, fuzzy.log_name[more]]),
            np.concatenate([exact.kind, fuzzy.kind[more]]),
        )

    def _is_local(self, exact: Matches) -> bool:
        """Return whether a name is the study's own, or of nothing that the world knows."""
        a = self.gazetteer.arrays
        known = (a["population"][exact.rows] >= _KNOWN) | (a["feature"][exact.rows] != _SETTLEMENT)
        return bool(self._own[exact.rows].any() or not known.any())

    def _inside(self, name: str) -> str | None:
        """Return the longest known name inside a longer one, the last of equals; None when there is none."""
        words = list(WORD.finditer(name))
        for length in range(len(words) - 1, 0, -1):
            for i in range(len(words) - length, -1, -1):
                part = name[words[i].start() : words[i + length - 1].end()]
                if (
                    part[:1].isupper()
                    and len(part) >= _SHORTEST
                    and part.lower() not in generic_names()
                    and self.exact(part).rows.size
                ):
                    return part
        return None

    def scan(self, text: str, *, similar: bool = False) -> list[tuple[int, int]]:
        """Return spans of capitalised words that the gazetteer has, longest first from the left, not overlapping.

        With `similar`, a whole run of capitalised words may also only resemble one of the study's names.
        """
        out: list[tuple[int, int]] = []
        for run in runs_of_names(text, self.gazetteer.joints):
            for part in self._parts(text, run, out):
                whole = (part[0].start(), part[-1].end())
                if (
                    similar
                    and not has_no_case(text[part[0].start()])
                    and self._own.any()
                    and not self._known(text, *whole)
                    and self._resembles(text, whole)
                ):
                    out.append(whole)
                else:
                    self._scan_part(text, part, out)
        return sorted(out)

    def _scan_part(self, text: str, part: Sequence[re.Match[str]], out: list[tuple[int, int]]) -> None:
        found = self._scan_words(text, part)
        paired = [word.span() for word in part if PAIRED.search(word.group())]
        if any(not any(a <= start and end <= b for a, b in found) for start, end in paired):
            pieces = [piece for word in part for piece in PIECE.finditer(text, *word.span())]
            found = max(found, self._scan_words(text, pieces), key=len)
        out += found

    def _scan_words(self, text: str, part: Sequence[re.Match[str]]) -> list[tuple[int, int]]:
        out: list[tuple[int, int]] = []
        i = 0
        while i < len(part):
            step = 1
            for j in range(min(i + _LONGEST, len(part)), i, -1):
                known = self._known(text, part[i].start(), part[j - 1].end())
                if known:
                    out.append((part[i].start(), known))
                    step = j - i
                    break
            i += step
        return out

    def scan_small(self, text: str) -> list[tuple[int, int]]:
        """Return spans that are names of the study or its theatre in a text that is written without capitals."""
        out: list[tuple[int, int]] = []
        words = list(WORD.finditer(text))
        i = 0
        while i < len(words):
            step = 1
            for j in range(min(i + _LONGEST, len(words)), i, -1):
                part = text[words[i].start() : words[j - 1].end()].rstrip(".")
                if len(part) < _SHORTEST or "\n" in part or part in generic_names():
                    continue
                found = self.exact(part)
                if self._own[found.rows[found.kind <= 1]].any():
                    out.append((words[i].start(), words[i].start() + len(part)))
                    step = j - i
                    break
            i += step
        return out

    def _parts(self, text: str, run: list[re.Match[str]], out: list[tuple[int, int]]) -> Iterator[list[re.Match[str]]]:
        """Yield the stretches of a run between its lower-case words; known names over such a word are found first."""
        loose = [not begins_name(word.group()) for word in run]
        part: list[re.Match[str]] = []
        i = 0
        while i < len(run):
            end = self._joined(text, run, loose, i) if any(loose[i:]) else 0
            if end:
                out.append((run[i].start(), self._known(text, run[i].start(), run[end - 1].end())))
            elif not loose[i]:
                part.append(run[i])
            if part and (end or loose[i] or i == len(run) - 1):
                yield part
                part = []
            i = end or i + 1

    def _joined(self, text: str, run: list[re.Match[str]], loose: list[bool], i: int) -> int:
        """Return the end of the longest known name from a word of a run that has a lower-case word in it; 0 for none."""
        if loose[i] and run[i].group() not in leading_articles():
            return 0
        ends = range(min(i + _LONGEST, len(run)), i + 1, -1)
        spans = (j for j in ends if any(loose[i:j]) and not loose[j - 1])
        return next((j for j in spans if self._known(text, run[i].start(), run[j - 1].end())), 0)

    def _resembles(self, text: str, span: tuple[int, int]) -> bool:
        part = text[span[0] : span[1]]
        opens = not text[: span[0]].rstrip(" \"'\u201c\u2018(").endswith(tuple("abcdefghijklmnopqrstuvwxyz,;-"))
        if len(part) < _SHORTEST or len(part.split()) > _LONGEST or (opens and " " not in part):
            return False
        if opens and self._known(text, span[0] + part.index(" ") + 1, span[1]):  # its first word begins the sentence
            return False
        found = self.toponym(part).matches
        return bool(((found.kind <= 1) & (found.log_name >= _SIMILAR_ENOUGH)).any())  # a main or another name

    def _known(self, text: str, start: int, end: int) -> int:
        """Return the end of the known name at a span, without a full stop or a possessive; 0 when it is unknown."""
        part = text[start:end]
        stem = without_suffix(part)
        if self.exact(part).rows.size:
            return end if stem is None or match_exact(self.gazetteer, part).rows.size else start + len(stem)
        for suffix in (".", "'s", "\u2019s", "'s.", "\u2019s."):
            if part.endswith(suffix) and self.exact(part[: -len(suffix)]).rows.size:
                return end - len(suffix)
        return 0

    def around(self, text: str, toponyms: Sequence[Toponym]) -> list[Toponym]:
        """Return the other names in the neighbourhood of toponyms, as context that is not itself placed."""
        taken = sorted((t.start, t.end) for t in toponyms if t.start >= 0)
        if len({t.key for t in toponyms if t.start >= 0 and t.matches.rows.size}) >= _ENOUGH:
            return []
        out: list[Toponym] = []
        for low, high in _windows(taken, len(text)):
            for start, end in self.scan(text[low:high], similar=True):
                a, b = low + start, low + end
                if not any(x < b and a < y for x, y in taken):
                    out.append(self.beside(text, a, b))
        return out


def _union(several: Sequence[Matches]) -> Matches:
    """Return all matches, each row once; those after the first are of another form of the name and fit a little worse."""
    first, *others = several
    rows, log_name, kind = [first.rows], [first.log_name], [first.kind]
    for each in others:
        fresh = ~np.isin(each.rows, np.concatenate(rows))
        rows.append(each.rows[fresh])
        log_name.append(each.log_name[fresh] + cost_of_form())
        kind.append(each.kind[fresh])
    return Matches(np.concatenate(rows), np.concatenate(log_name), np.concatenate(kind))


def _windows(taken: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """Return the neighbourhoods of spans, merged; the whole text when no span is known."""
    if not taken:
        return [(0, length)]
    out: list[tuple[int, int]] = []
    for start, end in taken:
        low, high = max(0, start - _WINDOW), min(length, end + _WINDOW)
        if out and low <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], high))
        else:
            out.append((low, high))
    return out
