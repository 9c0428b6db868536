"""Personal names, phones and handles taken out of what is published.

Rules. Contacts go by pattern. A name is (1) a string that a recogniser called a person, and its last word alone;
(2) a run of capitalised words after a title or a role; (3) a run of two or more capitalised words next to a verb of saying;
(4) such a run before an age, or before what a person is ("Jane Example, a teacher from ..."); (5) what `persons` tells.
A run that is a known actor, source, place or zone, or that holds a word of a body, stays. Roles stay.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tenure.publish.contacts import is_profile, replace_contacts
from tenure.publish.persons import RUN_LIMIT, TOKEN, Frames, capitalised, joined, run_at

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Redactor", "can_tell_names", "make_redactor", "release_rules"]

_AGED = re.compile(r"\s*(?:,\s*(?:aged\s+)?\d{1,2}\s*[,.;]|\((?:aged\s+)?\d{1,2}\)|,\s*(?:who|whose)\b)")
_APPOSED = re.compile(r"\s*,\s*(an?|the)\s+([^,.;:()]{2,60})")
_ACRONYM_LETTERS = 4
_ABBREVIATION = 5  # letters of a title that a full stop may follow within a sentence
_STEM = 3  # letters of a title that its case leaves as they are
_UNCASED_WORD = (
    "[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1200-\u137f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\ufb1d-\ufdff\ufe70-\ufefc]"
    "[\\w\u064b-\u0652]*"
)
_UNCASED = re.compile(rf"{_UNCASED_WORD}(?:[ \u00a0-]{_UNCASED_WORD})*")
_SURNAME_LETTERS = 4  # shorter last words of a hint ("Ali") are too common to be taken out alone


@cache
def release_rules() -> dict[str, Any]:
    """Return the release rules of ``data/release.toml``."""
    return tomllib.loads(files("tenure.publish").joinpath("data/release.toml").read_text(encoding="utf-8"))


@cache
def _words(key: str) -> frozenset[str]:
    return frozenset(release_rules()["redaction"][key])


def _parts(name: str) -> tuple[str, ...]:
    return tuple(m.group().casefold() for m in TOKEN.finditer(name))


@dataclass(frozen=True)
class Redactor:
    """What is known of a study's names: `known` are runs of words that never count as persons, `persons` those that do."""

    known: frozenset[tuple[str, ...]]
    persons: frozenset[tuple[str, ...]]

    def text(self, text: str) -> str:
        """Return the text without personal names, phones, mail addresses and handles; empty stays empty."""
        rules = release_rules()
        text = self._without_uncased(self._without_contacts(text))
        spans = self._names(text)
        for start, end in reversed(spans):
            text = text[:start] + rules["withheld_name"] + text[end:]
        return text

    def _without_contacts(self, text: str) -> str:
        """Return the text without contacts; an id of the study's lists may look like a handle and stays."""
        return replace_contacts(text, release_rules()["withheld_contact"], is_known=lambda s: _parts(s) in self.known)

    def _without_uncased(self, text: str) -> str:
        """Return the text without runs of words in a script that has no capitals, unless a known name stands in them.

        In a text of another script such a run is mostly the name of somebody or something as it is written at home.
        """

        def replaced(found: re.Match[str]) -> str:
            parts = _parts(found[0])
            known = any(parts[i:j] in self.known for i in range(len(parts)) for j in range(i + 1, len(parts) + 1))
            return found[0] if known else str(release_rules()["withheld_name"])

        return _UNCASED.sub(replaced, text)

    def persons_in(self, text: str) -> frozenset[str]:
        """Return the personal names that a text shows by their titles or verbs: hints for where they stand without."""
        return frozenset(text[start:end] for start, end in self._names(text))

    def speaker(self, name: str | None) -> str | None:
        """Return a speaker by role or body: personal names go, what is left is the role; None stays None."""
        if name is None:
            return None
        rules = release_rules()
        if _parts(name) in self.known:
            return name
        if self.is_person(name) or not can_tell_names(name):
            return str(rules["nameless_speaker"])
        out = self.text(name).replace(rules["withheld_name"], "").replace(rules["withheld_contact"], "")
        out = re.sub(r"\s+(?=,)|\(\s*\)", "", re.sub(r"\s+", " ", out)).strip(" ,;:-")
        return out or str(rules["nameless_speaker"])

    def hinted(self, text: str) -> str:
        """Return the text without contacts and without the persons that are known by name; capitals alone are no sign.

        For names of places and bodies, where a run of capitalised words is what is expected.
        """
        rules = release_rules()
        text = self._without_contacts(text)
        tokens = list(TOKEN.finditer(text))
        low = [t.group().casefold() for t in tokens]
        out, kept, i = [], 0, 0
        while i < len(tokens):
            length = self._hinted(tokens, low, i)
            if length:
                out += [text[kept : tokens[i].start()], rules["withheld_name"]]
                kept = tokens[i + length - 1].end()
            i += length or 1
        return "".join((*out, text[kept:]))

    def names_person(self, code: str) -> bool:
        """Return whether a code or an address holds the whole name of a known person ("talk-with-jane-example")."""
        words = [w for w in re.split(r"[\W\d_]+", code.casefold()) if w]
        runs = (tuple(words[i : i + n]) for n in range(2, RUN_LIMIT + 1) for i in range(len(words) - n + 1))
        return any(run in self._spelt for run in runs)

    @cached_property
    def _spelt(self) -> frozenset[tuple[str, ...]]:
        """Names of persons with their hyphens opened, as codes spell them."""
        return frozenset(
            tuple(w for part in p for w in re.split(r"[\W\d_]+", part) if w) for p in self.persons if len(p) > 1
        )

    def is_contact(self, address: str) -> bool:
        """Return whether an address is a profile, or a message of one, on a network of persons."""
        return is_profile(address)

    def is_person(self, name: str) -> bool:
        """Return whether a whole speaker string looks like a bare personal name: only capitalised words, none of a body."""
        tokens = list(TOKEN.finditer(name))
        caps = [t for t in tokens if _capitalised(t.group())]
        bare = len(caps) == len(tokens) and not any(_is_title(t.group()) for t in tokens)
        return 1 < len(tokens) <= RUN_LIMIT and bare and self._unknown(tokens)

    def _unknown(self, run: list[re.Match[str]]) -> bool:
        parts = tuple(t.group().casefold() for t in run)
        if any(p in _words("bodies") for p in parts) or all(_is_acronym(t.group()) for t in run):
            return False
        return not any(parts[i:j] in self.known for i in range(len(parts)) for j in range(i + 1, len(parts) + 1))

    def _names(self, text: str) -> list[tuple[int, int]]:
        tokens = list(TOKEN.finditer(text))
        low = [t.group().casefold() for t in tokens]
        frames = Frames(text, tokens, self._unknown, _words)
        hits: list[tuple[int, int]] = []
        i = 0
        while i < len(tokens):
            length = (
                self._hinted(tokens, low, i)
                or self._titled(text, tokens, i)
                or self._speaking(text, tokens, i)
                or self._apposed(text, tokens, i)
                or frames.length_at(i)
            )
            if length:
                hits.append((tokens[i].start(), tokens[i + length - 1].end()))
            i += length or 1
        return hits

    def _hinted(self, tokens: list[re.Match[str]], low: list[str], i: int) -> int:
        if tokens[i].group().islower():
            return 0  # a surname may also be a word
        for length in range(min(RUN_LIMIT, len(low) - i), 0, -1):
            if tuple(low[i : i + length]) in self.persons:
                return length
        return 0

    def _titled(self, text: str, tokens: list[re.Match[str]], i: int) -> int:
        """Return how many words from `i` are the name after a title or role."""
        if i and tokens[i - 1].group().casefold() in _words("naming"):
            return self._named(text, tokens, i)
        if i == 0 or not _is_title(tokens[i - 1].group()):
            return 0
        between = text[tokens[i - 1].end() : tokens[i].start()]
        if between.strip(" .,") or ("." in between and len(tokens[i - 1].group()) > _ABBREVIATION):
            return 0  # another sentence
        run = _run(text, tokens, i)
        if not run or any(_is_title(t.group()) for t in run) or self._is_toponym(tokens, i):
            return 0
        whole = tuple(t.group().casefold() for t in tokens[i - 1 : i + len(run)])
        known = any(whole[:n] in self.known for n in range(2, len(whole) + 1))
        return len(run) if self._unknown(run) and not known else 0

    def _named(self, text: str, tokens: list[re.Match[str]], i: int) -> int:
        """Return how many words from `i` are the name of a person who is called so ("a farmer named Adam Muster")."""
        run = _run(text, tokens, i)
        named = i > 1 and _is_title(tokens[i - 2].group()) and bool(run) and self._unknown(run)
        return len(run) if named else 0

    def _is_toponym(self, tokens: list[re.Match[str]], i: int) -> bool:
        """Return whether the title before `i` rather begins the name of a place ("north of Sheikh Such")."""
        title = tokens[i - 1].group()
        if title.casefold() not in _words("place_titles") or not title[:1].isupper():
            return False
        if any(t.group().casefold() in _words("grounds") for t in tokens[i + 1 : i + 2]):
            return True
        if i == 1:
            return False
        return tokens[i - 2].group().casefold() in _words("locatives")

    def _speaking(self, text: str, tokens: list[re.Match[str]], i: int) -> int:
        """Return how many words from `i` are a name beside a verb of saying."""
        run = _run(text, tokens, i)
        if any(_is_title(t.group()) for t in run):
            return 0  # the name behind the title goes, the role stays
        verbs = (k for k, t in enumerate(run) if t.group().isupper() and t.group().casefold() in _words("reporting"))
        run = run[: next(verbs, len(run))]  # all in capitals
        if len(run) <= 1 or (i and joined(text, tokens[i - 1], tokens[i]) and _capitalised(tokens[i - 1].group())):
            return 0
        after = tokens[i + len(run)].group().casefold() if i + len(run) < len(tokens) else ""
        before = tokens[i - 1].group().casefold() if i else ""
        said = (
            after in _words("reporting")
            or before in _words("reporting")
            or (before == "to" and i > 1 and _according(tokens, i))
        )
        return len(run) if said and self._unknown(run) else 0

    def _apposed(self, text: str, tokens: list[re.Match[str]], i: int) -> int:
        """Return how many words from `i` are a name that an age or a role explains."""
        run = _run(text, tokens, i)
        if len(run) <= 1 or any(_is_title(t.group()) for t in run) or not self._unknown(run):
            return 0
        if i and joined(text, tokens[i - 1], tokens[i]) and _capitalised(tokens[i - 1].group()):
            return 0
        end = run[-1].end()
        if _AGED.match(text, end):
            return len(run)
        found = _APPOSED.match(text, end)
        if found is None:
            return 0
        words = [m.group().casefold() for m in TOKEN.finditer(found[2])]
        if any(w in _words("bodies") or w in _words("ground") for w in words):
            return 0
        return len(run) if found[1] != "the" or any(_is_title(w) for w in words) else 0


def _according(tokens: list[re.Match[str]], i: int) -> bool:
    return tokens[i - 2].group().casefold() == "according"


def _is_acronym(word: str) -> bool:
    """Return whether a word in capitals is too short for a name in capitals."""
    return word.isupper() and len(word) <= _ACRONYM_LETTERS


def _is_title(word: str) -> bool:
    """Return whether a word is a title or role, also behind a hyphen (vice-president) and in a case of Russian."""
    low = word.casefold()
    if low in _words("titles") or low.rsplit("-", maxsplit=1)[-1] in _words("titles"):
        return True
    if not "\u0400" <= low[:1] <= "\u04ff":
        return False
    endings = (e for e in _words("title_endings") if low.endswith(e) and len(low) - len(e) > _STEM)
    return any(low.removesuffix(e) in _stems() for e in endings)


@cache
def _stems() -> frozenset[str]:
    """Return the titles in Cyrillic letters without their endings."""
    return frozenset(
        t.rstrip("\u044c\u0439\u0430\u044f\u044b\u0438\u0456") for t in _words("titles") if "\u0400" <= t[:1] <= "\u04ff"
    )


def _capitalised(word: str) -> bool:
    return capitalised(word, _words("particles"))


def _run(text: str, tokens: list[re.Match[str]], i: int) -> list[re.Match[str]]:
    return run_at(text, tokens, i, _words("particles"))


def can_tell_names(text: str) -> bool:
    """Return whether the script of a text has capitals, without which no rule here sees a name.

    >>> can_tell_names("Jane said so"), can_tell_names("قالت جين"), can_tell_names("12 km")
    (True, False, True)
    """
    letters = [c for c in text if c.isalpha()]
    return 2 * sum(c.islower() or c.isupper() for c in letters) >= len(letters)


def make_redactor(known: Iterable[str], persons: Iterable[str]) -> Redactor:
    """Return a redactor for a study: `known` names of actors, sources, places and zones, `persons` strings called persons.

    >>> make_redactor(["Abu Dali"], ["Jane Example"]).text("Jane Example of Abu Dali, +963 944 123 456, said so.")
    '[name withheld] of Abu Dali, [contact withheld], said so.'
    """
    names = frozenset(p for p in (_parts(n) for n in known) if p)
    people: set[tuple[str, ...]] = set()
    for person in persons:
        parts = _parts(person)
        if not parts or parts in names or any(p in _words("bodies") for p in parts):
            continue
        people.add(parts)
        last = parts[-1:]
        if len(parts) > 1 and len(last[0]) >= _SURNAME_LETTERS and last not in names:
            people.add(last)
    return Redactor(known=names, persons=frozenset(people))
