"""Frames in which a run of capitalised words is the name of a person, beside titles and verbs of saying.

Rules. A run is a person's name when it (1) has initials; (2) has a father's name or a word of descent ("bin"); (3) begins
with a common given name; (4) is a byname with an origin ("Abu Such al-Suchi"); (5) stands after a word of kin, of what
befalls a person or of whose words are told ("the arrest of", "an interview with"); (6) stands before what only a person does
or what only a person is ("died", "was arrested", "'s wife"). Places carry persons' names: a word of place on either side, or
a run that qualifies a noun ("Such Town farmers"), is none. What the study knows stays.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["RUN_LIMIT", "TOKEN", "Frames", "capitalised", "joined", "run_at"]

TOKEN = re.compile(
    "[^\\W\\d_](?:(?!['\u2019]s\\b)[\\w'\u2019\u02bf\u02be-])*(?<!['\u2019-])"
)  # a possessive is no part of the name
RUN_LIMIT = 5
"""Words in a personal name."""
_INITIALS = re.compile(r"(?:[^\W\d_]\.[ \u00a0]?){1,3}(?=[^\W\d_])")
_INITIALS_BEHIND = re.compile(r"[ \u00a0]([^\W\d_])\.[ \u00a0]?([^\W\d_])\.|, ([^\W\d_])\.(?: ?([^\W\d_])\.)?(?=[ ,;)])")
_SIGN = re.compile(r"(?:\u00a9|\([cC]\))\s?$")
_LABEL = re.compile(r"\s?:\s?['\"\u2018\u201c\u00ab]")
_LEAST = 3  # letters of a surname behind initials
_SON = re.compile(r"\s*,?\s*(?:son|daughter|sons|wife|widow|brother|sister|father|mother)\s+of\s")
_KIN_OF = re.compile(r"['\u2019]s\s+(\w+)")


def capitalised(word: str, particles: frozenset[str]) -> bool:
    """Return whether a word begins as a name does: with a capital, or with a particle of names."""
    return word[:1].isupper() or word.casefold().split("-")[0] in particles


def joined(text: str, left: re.Match[str], right: re.Match[str]) -> bool:
    """Return whether two words may be of one name: a blank or a hyphen between them, or the dot of an initial."""
    between = text[left.end() : right.start()]
    return between in {" ", "-", "\u00a0"} or (len(left.group()) == 1 and between in {". ", "."})


def run_at(text: str, tokens: list[re.Match[str]], i: int, particles: frozenset[str]) -> list[re.Match[str]]:
    """Return the run of capitalised words (with particles) that starts at `i`; it starts and ends with a capital."""
    run: list[re.Match[str]] = []
    for token in tokens[i : i + RUN_LIMIT]:
        if not capitalised(token.group(), particles) or (run and not joined(text, run[-1], token)):
            break
        run.append(token)
    while run and not any(c.isupper() for c in run[-1].group()):
        run.pop()
    return run if run and any(c.isupper() for c in run[0].group()) else []


@dataclass(frozen=True)
class Frames:
    """A text with its words, and what tells whether a run of them may be a person: it is unknown and of no body."""

    text: str
    tokens: list[re.Match[str]]
    is_unknown: Callable[[list[re.Match[str]]], bool]
    words: Callable[[str], frozenset[str]]
    """A list of the release rules by its key."""

    def length_at(self, i: int) -> int:
        """Return how many words from `i` are a person's name by one of the frames, 0 where none says so."""
        led = self._initialled(i)
        if led:
            return led
        run = run_at(self.text, self.tokens, i, self.words("particles"))
        if not run or not self.is_unknown(run):
            return 0
        length, first = len(run), run[0].group().casefold()
        is_place = self._is_place(i, run)
        if length > 1 and not is_place and (self._is_descended(run) or self._is_given(first) or self._is_byname(run, i)):
            return length
        behind = self._initials_behind(run[0].end())
        if behind:
            return 1 + behind
        if self._begins(i) and not self._qualifies(run) and self._is_told(i, length):
            return length
        return length if self._begins(i) and self._acts(run) else 0

    def _word(self, i: int) -> str:
        return self.tokens[i].group().casefold() if 0 <= i < len(self.tokens) else ""

    def _begins(self, i: int) -> bool:
        """Return whether no capitalised word belongs to the run from the left."""
        before = self.tokens[i - 1] if i else None
        if before is None or not joined(self.text, before, self.tokens[i]):
            return True
        return not before.group()[:1].isupper() or before.group().casefold() in self.words("titles")

    def _initialled(self, i: int) -> int:
        found = _INITIALS.match(self.text, self.tokens[i].start())
        if found is None or not self.tokens[i].group().isupper() or len(self.tokens[i].group()) > 1:
            return 0
        letters = [c for c in found[0] if c.isalpha()]
        if "".join(letters).casefold() in self.words("not_initials"):
            return 0
        if not all(c.isupper() for c in letters) or (len(letters) == 1 and letters[0].casefold() in self.words("points")):
            return 0
        run = run_at(self.text, self.tokens, i + len(letters), self.words("particles"))
        if not run or len(run[0].group()) < _LEAST or not self.is_unknown(run):
            return 0
        return len(letters) + len(run)

    def _initials_behind(self, end: int) -> int:
        """Return how many initials stand behind a surname: "Such A. B.", "Such, A."."""
        found = _INITIALS_BEHIND.match(self.text, end)
        letters = [g for g in found.groups() if g] if found else []
        is_name = all(g.isupper() for g in letters) and "".join(letters).casefold() not in self.words("not_initials")
        return len(letters) if is_name else 0

    def _is_place(self, i: int, run: list[re.Match[str]]) -> bool:
        """Return whether a word beside the run, or in it, makes it the name of a place or a body."""
        left = i
        while i - left < RUN_LIMIT and left and joined(self.text, self.tokens[left - 1], self.tokens[left]):
            before = self.tokens[left - 1].group()
            if not before[:1].isupper():
                break
            if before.casefold() in self.words("place_heads") | self.words("bodies") | self.words("grounds"):
                return True
            left -= 1
        if any(t.group().casefold() in self.words("grounds") for t in run) or self._word(left) in self.words("place_heads"):
            return True
        before = self._word(left - 1)
        if before == "of":
            return self._word(left - 2) in self.words("grounds") | self.words("ground") | self.words("bodies")
        if before == "and" and self._follows_person(left - 2):
            return False
        if before in {"from", "to", "and", "between"}:
            return self._word(left - 2) not in self.words("credited") | self.words("reporting") | {"according"}
        return before in self.words("locatives") | self.words("hits") or self._next(run) in self.words(
            "grounds"
        ) | self.words("members")

    def _follows_person(self, last: int) -> bool:
        """Return whether the run that ends at a word begins with a given name."""
        first = last
        while last - first < RUN_LIMIT and first > 0 and self.tokens[first - 1][0][:1].isupper():
            if not joined(self.text, self.tokens[first - 1], self.tokens[first]):
                break
            first -= 1
        return 0 <= first < last and self._is_given(self._word(first))

    def _next(self, run: list[re.Match[str]]) -> str:
        """Return the word right behind the run, empty where something else than a blank stands between."""
        after = TOKEN.match(self.text, run[-1].end() + 1)
        return after.group().casefold() if after and self.text[run[-1].end()] == " " else ""

    def _qualifies(self, run: list[re.Match[str]]) -> bool:
        """Return whether the run qualifies the noun behind it."""
        after = self._next(run)
        small = self.words("after_names") | self.words("reporting") | self.words("does") | self.words("befalls")
        is_verb = after.endswith(("ly", "ed")) or after in small | self.words("befallen")
        return bool(after) and after.isascii() and not is_verb

    def _is_descended(self, run: list[re.Match[str]]) -> bool:
        low = [t.group().casefold() for t in run]
        return any(w in self.words("lineage") for w in low[1:]) or any(
            w.endswith(tuple(self.words("patronymics"))) for w in low
        )

    def _is_given(self, first: str) -> bool:
        return first in self.words("given") or first.split("-", maxsplit=1)[0] in self.words("given")

    def _is_byname(self, run: list[re.Match[str]], i: int) -> bool:
        """Return whether the run ends in where somebody is from: behind a byname, or behind a name that begins here."""
        low = [t.group().casefold() for t in run]
        origin = low[-1].startswith(("al-", "el-", "ash-", "as-", "at-", "an-")) and low[-1].endswith(("i", "y", "ee"))
        if low[0] in self.words("kunya"):
            return origin and len(low) > 2  # noqa: PLR2004 - the byname, its name, the origin
        return (
            origin and self._begins(i) and not low[0].startswith(("al-", "el-")) and low[0] not in self.words("place_heads")
        )

    def _is_told(self, i: int, length: int) -> bool:
        """Return whether the words before make the run a person."""
        one, two = self._word(i - 1), self._word(i - 2)
        if f"{two} {one}" in self.words("naming_pairs") or (one == "of" and two in self.words("kin")):
            return True
        if one == "as" and two == "known":
            return any(self._word(k) in self.words("titles") for k in range(i - 5, i - 2))
        return length > 1 and self._is_introduced(i, one, two)

    def _is_introduced(self, i: int, one: str, two: str) -> bool:
        """Return whether the two words before make a run of several words a person."""
        before = self.text[self.tokens[i - 1].end() if i else 0 : self.tokens[i].start()]
        if _SIGN.search(before) or (before == ": " and one in self.words("credited")):
            return True
        lists = {"of": "fates", "by": "credited", "with": "credited", "to": "credited", "from": "credited"}
        if one in lists:
            return two in self.words(lists[one])
        if one in {"was", "were"}:
            return two in self.words("befalls") | self.words("befallen")
        if one in self.words("naming_alone"):
            return two not in self.words("grounds") | self.words("ground") | self.words("bodies")
        return one in self.words("befalls") or (one == "as" and two == "identified") or self._in_office(i)

    def _in_office(self, i: int) -> bool:
        """Return whether the words before are an office with what it is over: "head of the council", "mayor of a town"."""
        words = [self._word(k) for k in range(max(i - 5, 0), i)]
        ofs = [k for k, w in enumerate(words[:-1]) if w == "of" and k and words[k - 1] in self.words("titles")]
        if not ofs or words[-1] in self.words("grounds") | self.words("members") | self.words("locatives"):
            return False
        return all(self.tokens[i - len(words) + k].group().islower() for k in range(ofs[-1], len(words)))

    def _acts(self, run: list[re.Match[str]]) -> bool:
        """Return whether the words behind make the run a person."""
        end, after = run[-1].end(), self._next(run)
        kin = _KIN_OF.match(self.text, end)
        if kin is not None:
            return kin[1].casefold() in self.words("kin")
        if after in self.words("families"):
            return len(run) > 1 or self.text[max(run[0].start() - 4, 0) : run[0].start()].casefold() == "the "
        if _SON.match(self.text, end):
            return True
        return len(run) > 1 and (_LABEL.match(self.text, end) is not None or self._lives(run, after))

    def _lives(self, run: list[re.Match[str]], after: str) -> bool:
        """Return whether what only a person does or suffers is said of a run of several words."""
        if run[0].group().casefold() in self.words("place_heads"):
            return False
        if after in self.words("does"):
            return True
        if after not in {"was", "were", "is", "been", "had", "has", "был", "была", "був", "була"}:
            return False
        behind = [m.group().casefold() for m in TOKEN.finditer(self.text, run[-1].end(), run[-1].end() + 40)][1:3]
        return any(w in self.words("befalls") | self.words("befallen") | self.words("does") for w in behind)
