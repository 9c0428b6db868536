"""Names of a text as toponyms: looked up whole, then taken apart, then by sound, then by the known name inside."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from tenure.model import FeatureClass, PlaceRole
from tenure.places.gazetteer import FEATURES
from tenure.places.match import CODE, NOTHING, Matches, match_exact, match_fuzzy
from tenure.places.names import normalise
from tenure.places.phrases import Phrase, generic_names, is_broad, parse_phrase, unit_beside
from tenure.places.scripts import has_no_case, is_foreign, nominatives, without_proclitic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from tenure.places.front import Mention
    from tenure.places.gazetteer import Gazetteer

__all__ = ["Lookup", "Toponym"]

_WORD = re.compile(r"[^\W_]+(?:['\u2019.\-][^\W_]+)*\.?")
_LONGEST = 5
_WINDOW = 130
_ENOUGH = 8
"""Different known names of a document that are context enough for each other: no more is looked for then."""
_ABROAD_ENOUGH = -1.8
"""Log name score from which a place outside the theatre is meant by a name that only resembles its own."""
_MEMO = 100_000
_KNOWN = 15_000
"""Population from which a town elsewhere is likelier meant by its own name than a village of the study by a similar one."""
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
            found = match_exact(self.gazetteer, name)
            if not name.isascii():
                found = found if found.rows.size else self._in_another_form(name)
                if is_foreign(name):  # gazetteers have names in other scripts as alternates only, and no abbreviations
                    found = found.only(found.kind != CODE)
                    found = Matches(found.rows, found.log_name, np.where(found.kind == 1, 0, found.kind))
            self._exact[name] = found
        return found

    def _in_another_form(self, name: str) -> Matches:
        """Return the places that a declined name, or one with a word glued to its front, means."""
        forms = nominatives(name)
        if (bare := without_proclitic(name)) is not None:
            forms = [bare[1], *forms]
        found = (match_exact(self.gazetteer, form) for form in forms)
        return next((matches for matches in found if matches.rows.size), NOTHING)

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
        words = list(_WORD.finditer(name))
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
        for run in _runs(text):
            whole = (run[0].start(), run[-1].end())
            if (
                similar
                and not has_no_case(text[run[0].start()])
                and self._own.any()
                and not self._known(text, *whole)
                and self._resembles(text, whole)
            ):
                out.append(whole)
                continue
            i = 0
            while i < len(run):
                step = 1
                for j in range(min(i + _LONGEST, len(run)), i, -1):
                    known = self._known(text, run[i].start(), run[j - 1].end())
                    if known:
                        out.append((run[i].start(), known))
                        step = j - i
                        break
                i += step
        return out

    def _resembles(self, text: str, span: tuple[int, int]) -> bool:
        part = text[span[0] : span[1]]
        opens = not text[: span[0]].rstrip(" \"'\u201c\u2018(").endswith(tuple("abcdefghijklmnopqrstuvwxyz,;-"))
        if len(part) < _SHORTEST or len(part.split()) > _LONGEST or (opens and " " not in part):
            return False
        found = self.toponym(part).matches
        return bool(((found.kind <= 1) & (found.log_name >= _SIMILAR_ENOUGH)).any())  # a main or another name

    def _known(self, text: str, start: int, end: int) -> int:
        """Return the end of the known name at a span, without a full stop or a possessive; 0 when it is unknown."""
        part = text[start:end]
        if self.exact(part).rows.size:
            return end
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


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Yield runs of capitalised words with nothing but a space or a hyphen between them."""
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        capital = text[word.start()].isupper() or has_no_case(text[word.start()])
        if run and (not capital or text[run[-1].end() : word.start()] not in {" ", "-"}):
            yield run
            run = []
        if capital:
            run.append(word)
    if run:
        yield run


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
