"""What a sentence names: actors, places, the study's own names in all their forms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenure.claims.shallow.folding import fold_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenure.claims.shallow.packs import Pack
    from tenure.model import Actor, Source

__all__ = ["ActorMention", "Names", "Spot"]

_VOWELS = "аяоеиіуюыьйєї"
_GAP = r"\s+"
_ARTICLE = "ال"
_KEY = 3  # letters that a name is looked up by
_WORD = re.compile(r"\w+")
_LEAST = 3  # letters of a stem below which a declined form would be found everywhere


@dataclass(frozen=True, slots=True)
class ActorMention:
    """An actor's characters, and the case that endings or words before it show: subject, agent, genitive, from, with."""

    start: int
    end: int
    case: str = "subject"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place's characters, the role that the words before it give, and whether it is a word for one named before."""

    start: int
    end: int
    role: str = "at"
    anaphor: bool = False
    strong: bool = True


class Names:
    """The study's actors, sources and places as patterns of a family's forms."""

    def __init__(
        self, pack: Pack, *, actors: Sequence[Actor] = (), sources: Sequence[Source] = (), places: Sequence[str] = ()
    ) -> None:
        """Compile the lists; names in another script than the pack's are harmless."""
        self.pack = pack
        self.actor = self._compile((a.actor_id, n) for a in actors for n in (a.name, *a.aliases))
        self.source = self._compile((s.source_id, n) for s in sources for n in s.names)
        self.places: dict[str, list[re.Pattern[str]]] = {}
        for key, pattern in self._compile((n, n) for n in places):
            first = fold_words(key, turkic=pack.family == "turkic").removeprefix(_ARTICLE)
            self.places.setdefault(first[:_KEY], []).append(pattern)

    def actor_id(self, text: str) -> str | None:
        """Return the id of the study's actor whose name is the longest in a surface string, None where there is none."""
        return self._best(text, self.actor)

    def source_id(self, text: str) -> str | None:
        """Return the id of the source that a surface string names, else of the actor."""
        return self._best(text, self.source) or self.actor_id(text)

    def spans(self, low: str, *, what: str) -> list[tuple[int, int]]:
        """Return where the study's ``actor`` or ``places`` names stand in a folded sentence, particles left off."""
        if what == "actor":
            return [(hit.start("name"), hit.end("name")) for _, pattern in self.actor for hit in pattern.finditer(low)]
        out: list[tuple[int, int]] = []
        for word in _WORD.finditer(low) if self.places else ():
            bare = word[0].lstrip("وفبلك") if self.pack.family == "semitic" else word[0]
            for key in {
                word[0][:_KEY],
                bare[:_KEY],
                bare.removeprefix(_ARTICLE)[:_KEY],
                word[0][1:].removeprefix("ل")[:_KEY],
            }:
                hits = (pattern.match(low, word.start()) for pattern in self.places.get(key, ()))
                out.extend((hit.start("name"), hit.end("name")) for hit in hits if hit)
        return sorted(set(out))

    def _best(self, text: str, table: Iterable[tuple[str, re.Pattern[str]]]) -> str | None:
        low = fold_words(text, turkic=self.pack.family == "turkic")
        found = [(hit.end() - hit.start(), key) for key, pattern in table if (hit := pattern.search(low))]
        return max(found, key=lambda f: f[0])[1] if found else None

    def _fits(self, name: str) -> bool:
        low = fold_words(name)
        letter = next((c for c in low if c.isalpha()), "")
        return {"slavic": "\u0400" <= letter <= "\u04ff", "semitic": "\u0600" <= letter <= "\u06ff"}.get(
            self.pack.family, bool(letter) and letter < "\u0250"
        )

    def _compile(self, names: Iterable[tuple[str, str]]) -> list[tuple[str, re.Pattern[str]]]:
        out = []
        for key, name in dict.fromkeys(names):
            words = re.findall(r"[\w'-]+", fold_words(name, turkic=self.pack.family == "turkic"))
            if words and self._fits(name):
                out.append((key, re.compile(self._forms(words))))
        return out

    def _forms(self, words: Sequence[str]) -> str:
        if self.pack.family == "semitic":
            first = words[0].removeprefix("ال")
            inner = _GAP.join([re.escape(first), *map(re.escape, words[1:])])
            return rf"(?<!\w)[وف]?[بلك]?(?P<name>(?:ل|ال)?{inner})(?!\w)"
        if self.pack.family == "turkic":
            return rf"(?<!\w)(?P<name>{_GAP.join(map(re.escape, words))})(?:'\w+|(?<=\w\w\w)\w{{0,6}})?(?!\w)"
        return rf"(?<!\w)(?P<name>{_GAP.join(_declined(w) for w in words)})(?!\w)"


def _declined(word: str) -> str:
    stem = word.rstrip(_VOWELS)
    return rf"{re.escape(stem)}\w{{0,3}}" if len(stem) >= _LEAST else re.escape(word)
