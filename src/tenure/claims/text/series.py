"""Runs of place names as one phrase: lists in every shape, shown to the parser as one name and given back to the tree.

Rules
 1. Names joined by commas, "and", "as well as", semicolons, numbers or bullets are a list, whatever they are called before
    their names ("and the village of B"); "A, B in X, C in Y" and "in X: A, B; in Y: C" say where members lie.
 2. "A, the capital of X," and "A (in X)" are A; a bracket that is no area, date or part of the list is left out.
 3. A date behind a member that is not the last is that member's, and of those before it that have none.
 4. "In A, B and C fled": the name after a preposition that begins the clause is no member. "took A, B, and C fled": the last
    one begins a clause of its own.
 5. Two names joined by "and" are left to the parser, who reads them well.
"""

# ruff: noqa: RUF001 - the patterns mean typographic quotes and dashes

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tenure.claims.text.joints import joints_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenure.claims.packs import LanguagePack
    from tenure.claims.text.dates import DateSpan
    from tenure.claims.text.names import NameSpan

__all__ = ["Member", "Series", "find_series"]

_GAP = 140  # characters between two members of a list, what is told beside them included
_MANY = 3  # names from which on a run is a list by itself


@dataclass(frozen=True, slots=True)
class Member:
    """A name in a list: a place, or (`link` not empty) where those before it lie ("in", "near"); `date` when it has its own.

    `ahead` when an area stands before those that lie in it ("in X: A, B").
    """

    name: NameSpan
    link: str = ""
    date: DateSpan | None = None
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """A list at [start, end) of a sentence; `intro` are the characters of the mark that opens it, none when empty.

    `plain` when the mark follows a verb, which then governs the list; else the noun before the mark includes it.
    """

    start: int
    end: int
    members: tuple[Member, ...]
    intro: tuple[int, int] = (-1, -1)
    plain: bool = False


def find_series(text: str, names: Sequence[NameSpan], dates: Sequence[DateSpan], pack: LanguagePack) -> list[Series]:
    """Return the lists of a sentence in order, not overlapping; the time is linear in the names.

    >>> from tenure.claims.text.names import NameFinder
    >>> from tenure.claims.packs import load_pack
    >>> en, text = load_pack("en"), "They took Karvat, Dolmin and the village of Ustra in Selim District, and Vesk in Oran."
    >>> [text[m.name.start : m.name.end] for s in find_series(text, NameFinder(en).find(text), [], en) for m in s.members]
    ['Karvat', 'Dolmin', 'Ustra', 'Selim District', 'Vesk', 'Oran']
    """
    if not names:
        return []
    scan = _Scan(text, [n for n in names if n.kind in {"place", "unknown"}], list(names), list(dates), pack)
    out: list[Series] = []
    k = 0
    while k < len(scan.places):
        found, k = scan.grow(k)
        if found is not None:
            out.append(found)
    return out


class _Scan:
    """One sentence being scanned: its names that may be places, all its names and its dates, each in order."""

    def __init__(
        self, text: str, places: list[NameSpan], names: list[NameSpan], dates: list[DateSpan], pack: LanguagePack
    ) -> None:
        self.text, self.places, self.pack, self.rules = text, places, pack, joints_of(pack)
        self.date_at = {d.start: d for d in dates}
        self.others = sorted(n.start for n in names if n.kind not in {"place", "unknown"})

    def grow(self, k: int) -> tuple[Series | None, int]:
        """Return the list that begins at a name, None when there is none, and the first name after what was read."""
        run = _Run(self, k)
        if not run.begins():
            return None, k + 1
        while run.step():
            pass
        return run.finish()

    def trigger(self, start: int, end: int) -> bool:
        """Whether an event word of the pack stands in a part of the sentence."""
        return self.pack.trigger.search(self.text, start, end) is not None


class _Run:
    """A list in the making: `at` is the character reached, `nxt` the next name."""

    def __init__(self, scan: _Scan, k: int) -> None:
        self.scan, self.first, self.nxt = scan, k, k + 1
        self.members: list[Member] = [Member(scan.places[k])]
        self.at = scan.places[k].end
        self.rich = False  # something was told beside a member
        self.joins: list[str] = [""]
        self.before = scan.places[k].start

    def begins(self) -> bool:
        """Whether the first name can be a member; one that names an area ahead ("in X: A, B") is marked as such."""
        scan, start = self.scan, self.scan.places[self.first].start
        lead = scan.text[max(0, start - 60) : start]
        ahead = re.search(r"(?:^|\s)in\s+(?:the\s+)?$", lead, re.IGNORECASE)
        colon = re.match(r"\s*:\s*", scan.text[self.at : self.at + 4])
        if ahead and colon and self._next_at(self.at + colon.end()):
            self.members = [Member(scan.places[self.first], "in", ahead=True)]
            self.before = start - len(lead) + ahead.start()
            self.at += colon.end()
            return self._take(self.at, "")
        return not (scan.rules.fronted.search(lead) and re.match(r"\s*,", scan.text[self.at :]) is not None)

    def _next_at(self, position: int) -> bool:
        return self.nxt < len(self.scan.places) and self.scan.places[self.nxt].start == position

    def _gap(self) -> str | None:
        """Return the text up to the next name, None when it is far or there is none."""
        if self.nxt >= len(self.scan.places):
            return None
        stop = self.scan.places[self.nxt].start
        return self.scan.text[self.at : stop] if self.at <= stop <= self.at + _GAP else None

    def _take(self, position: int, join: str, part: str = "") -> bool:
        name = self.scan.places[self.nxt]
        if name.start != position:
            return False
        self.members.append(Member(replace(name, start=name.start - len(part))))
        self.joins.append(join)
        self.nxt, self.at = self.nxt + 1, name.end
        return True

    def _skip_to(self, position: int) -> None:
        self.at = position
        while self.nxt < len(self.scan.places) and self.scan.places[self.nxt].start < position:
            self.nxt += 1

    def step(self) -> bool:
        """Take in what follows: something told beside the last member, or the next member; whether there was any."""
        self._plural()
        return self._bracket() or self._dated() or self._vague() or self._joined() or self._located() or self._glossed()

    def _bracket(self) -> bool:
        hit = re.compile(r"\s*(?:\(([^()\n]{1,70})\)|\[([^\[\]\n]{1,70})\])").match(self.scan.text, self.at)
        if hit is None:
            return False
        inside = hit[1] or hit[2] or ""
        opened = self.at + hit.group().index(inside)
        date = next((self.scan.date_at[p] for p in range(opened, opened + 4) if p in self.scan.date_at), None)
        if date is not None and date.end >= hit.end() - 1:
            self.members[-1] = replace(self.members[-1], date=date)
        elif self.nxt < len(self.scan.places) and (area := self._area_in(inside, opened)) is not None:
            self.members.append(area)
            self.joins.append("")
        self.rich = True
        self._skip_to(hit.end())
        return True

    def _area_in(self, inside: str, opened: int) -> Member | None:
        """Return the area that a bracket names ("(in X)", "(X Province)"), None for any other words."""
        name = self.scan.places[self.nxt]
        if not opened <= name.start <= name.end <= opened + len(inside):
            return None
        words = self.scan.text[name.start : name.end].lower().split()
        said = re.fullmatch(r"(?:in|inside)\s+(?:the\s+)?", self.scan.text[opened : name.start]) is not None
        kind = self.scan.rules.kind.match(self.scan.text, name.end)
        name = replace(name, end=kind.end()) if kind else name
        whole = name.start == opened and (kind or words[-1] in self.scan.pack.lexicon["words.area"])
        return Member(name, "in") if said or whole else None

    def _dated(self) -> bool:
        space = (
            len(self.scan.text) - len(self.scan.text[self.at :].lstrip(" ,")) if self.at < len(self.scan.text) else self.at
        )
        date = self.scan.date_at.get(space)
        if date is None or self.members[-1].date is not None:
            return False
        mark = self._save()
        self.members[-1] = replace(self.members[-1], date=date)
        self._skip_to(date.end)
        if self._joined() or any(m.date for m in self.members[:-1]):
            self.rich = True
            return True
        self._restore(mark)
        return False

    def _save(self) -> tuple[list[Member], list[str], int, int, bool]:
        return list(self.members), list(self.joins), self.at, self.nxt, self.rich

    def _restore(self, mark: tuple[list[Member], list[str], int, int, bool]) -> None:
        self.members, self.joins, self.at, self.nxt, self.rich = mark

    def _vague(self) -> bool:
        hit = self.scan.rules.vague.match(self.scan.text, self.at)
        if hit is None:
            return False
        self.rich = True
        self.at = hit.end()
        return True

    def _joined(self) -> bool:
        gap = self._gap()
        if gap is None:
            return False
        if self.scan.rules.ahead.fullmatch(gap):
            after = re.compile(r"\s*[:,]\s*").match(self.scan.text, self.scan.places[self.nxt].end)
            following = self.scan.places[self.nxt + 1].start if self.nxt + 1 < len(self.scan.places) else -1
            if after is not None and after.end() == following:
                self.members.append(Member(self.scan.places[self.nxt], "in", ahead=True))
                self.joins.append("")
                self.nxt += 1
                self.rich = True
                return self._take(following, ";")
        hit = self.scan.rules.join.fullmatch(gap)
        owner = self.scan.text[self.scan.places[self.nxt].end :][:2] in {"'s", "’s"}
        return hit is not None and not owner and self._take(self.scan.places[self.nxt].start, gap, hit["part"])

    def _located(self) -> bool:
        gap = self._gap()
        rules = self.scan.rules
        if gap is None or self.members[-1].ahead:
            return False
        near, inside = rules.beside.fullmatch(gap), rules.area.fullmatch(gap)
        if near is None and inside is None:
            return False
        link = "near" if near else "in"
        name = self.scan.places[self.nxt]
        part = inside["part"] if inside and not near else ""
        kind = rules.kind.match(self.scan.text, name.end)  # "in X territory"
        whole = replace(name, start=name.start - len(part), end=kind.end() if kind else name.end)
        self.members.append(Member(whole, link))
        self.joins.append("")
        self.nxt, self.at = self.nxt + 1, whole.end
        both = self._gap()
        if both is not None and re.fullmatch(r"\s+and\s+", both):  # "in X and Y districts"
            other = self.scan.places[self.nxt]
            if rules.plural.match(self.scan.text, other.end):
                self.members.append(Member(other, link))
                self.joins.append("")
                self.nxt, self.at = self.nxt + 1, other.end
        self._plural()
        return True

    def _plural(self) -> None:
        """Read past "districts" behind "in X and Y", "areas" behind "A, B and C"; provinces and districts are areas."""
        plural = self.scan.rules.plural.match(self.scan.text, self.at)
        if plural is None:
            return
        self.at = plural.end()
        if plural.group().strip().lower() not in self.scan.pack.lexicon["series.areas"] or self.members[-1].link:
            return
        for k in range(len(self.members) - 1, -1, -1):
            if self.members[k].link:
                break
            self.members[k] = replace(self.members[k], name=replace(self.members[k].name, area=True))

    def _glossed(self) -> bool:
        hit = self.scan.rules.gloss.match(self.scan.text, self.at)
        if hit is None or any(self.at <= o < hit.end() for o in self.scan.others):
            return False
        if any(self._tells(w) for w in re.findall(r"[\w'’-]+", hit.group().lower())):
            return False
        self.rich = True
        start = self.at
        while self.nxt < len(self.scan.places) and self.scan.places[self.nxt].start < hit.end():
            name = self.scan.places[self.nxt]
            near = self.scan.rules.lies.search(self.scan.text[start : name.start])
            if near is not None:
                self.members.append(Member(name, "in" if near["inside"] else "near"))
                self.joins.append("")
            self.nxt += 1
        self.at = hit.end()
        tail = re.compile(r"\s*,\s+([a-z]+)").match(self.scan.text, self.at)
        if tail is not None and (tail[1] in _FINITE or tail[1] in {"from", "to"} or tail[1] in self.scan.pack.verbs):
            self.at = tail.start(1) - 1
        return True

    def _tells(self, word: str) -> bool:
        """Whether a word is one of a clause: what stands between two commas is then more than a description."""
        pack = self.scan.pack
        if word in pack.verbs and word not in pack.lexicon["place.nouns"]:
            return True
        if word in pack.lexicon["words.relative"] or word in {"where", "when", "as"}:
            return True
        return pack.lemmas.get(word) in pack.lexicon["reporting.verbs"] and word not in pack.lexicon["place.nouns"]

    def finish(self) -> tuple[Series | None, int]:
        """Return the list when what was read is one, and the first name after it."""
        self._own_clause()
        self._trailing_area()
        self._plural()
        lone = [j.strip() for j in self.joins if j] == [","] and not any(m.link for m in self.members)
        if lone and not self.members[-1].date:  # "A, B": B is where A lies
            second = [k for k, m in enumerate(self.members) if not m.link][-1]
            self.members[second] = replace(self.members[second], link="in")
        items = [m for m in self.members if not m.link]
        plain = [j for j in self.joins[1:] if j and not re.fullmatch(r"\s*,?\s*(?:and\s*)?(?:the\s*)?", j)]
        apart = any(m.link for m in self.members[:-1]) and re.match(r"\s*[,;]", self.joins[-1]) is not None
        spread = apart or len(self.members) > len(items) + 1
        many = len(items) >= _MANY or (len(items) > 1 and (self.rich or bool(plain) or spread))
        intro, verb = self._intro()
        if not (many or (items and self.rich) or (intro[0] >= 0 and len(items) > 1)):
            return None, self.first + 1
        return Series(self.before, self.at, tuple(_dates_back(self.members)), intro, verb), max(self.nxt, self.first + 1)

    def _own_clause(self) -> None:
        """Leave the last member out where it begins a clause: "took A, B, and C fled"."""
        last = self.joins[-1]
        if len(self.members) < 2 or self.members[-1].link or not re.search(r"[,;]", last):  # noqa: PLR2004 - a list
            return
        after = re.compile(r"\s+(?:\w+ly\s+)?([a-z]+)").match(self.scan.text, self.at)
        if after is None:
            return
        pack, word = self.scan.pack, after[1]
        finite = word in _FINITE or word in pack.verbs or pack.lemmas.get(word) in pack.lexicon["reporting.verbs"]
        if finite and self.scan.trigger(0, self.members[0].name.start):
            gone = self.members.pop()
            self.joins.pop()
            self.nxt -= 1
            self.at = max(self.members[-1].name.end, self.at - (gone.name.end - gone.name.start) - len(last))

    def _trailing_area(self) -> None:
        """Nothing ends with an area that stands ahead of nothing."""
        while self.members and self.members[-1].ahead:
            self.members.pop()
            self.joins.pop()

    def _intro(self) -> tuple[tuple[int, int], bool]:
        """Return the characters of the mark before the list ("towns: A"), and whether a verb stands before it."""
        text = self.scan.text
        from_char = max(0, self.before - 60)
        hit = self.scan.rules.opens.search(text[from_char : self.before])
        if hit is None or not self.scan.trigger(0, from_char + hit.start()):
            return (-1, -1), False
        word = re.search(r"([\w'’-]+)\s*$", text[: from_char + hit.start()])
        said = word[1].lower() if word else ""
        if self.scan.pack.lemmas.get(said) in self.scan.pack.lexicon["reporting.verbs"] and said not in self.scan.pack.verbs:
            return (-1, -1), False
        return (from_char + hit.start(), self.before), said in self.scan.pack.verbs


_FINITE = {"was", "has", "is", "had", "will", "would"}


def _dates_back(members: Sequence[Member]) -> list[Member]:
    """Return the members with the date of the next one that has one, where they have none."""
    out: list[Member] = []
    date = None
    for one in reversed(members):
        date = one.date or date
        out.append(one if one.link else replace(one, date=date))
    return out[::-1]
