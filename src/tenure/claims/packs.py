"""Language packs: everything that ties the extractor to a language, read from data files and compiled once.

A pack holds the predicate lexicon, names and nouns of actors and places, date words, reporting verbs and the name of the
parsing model. English is the one that ships; a report in a language without a pack is kept and marked, never guessed at.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tenure.errors import InputError

__all__ = ["LanguagePack", "Predicate", "languages", "load_pack"]

_PACKS = {"en": ("en.toml", "en_names.toml", "en_dates.toml")}
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Predicate:
    """One way to say an event.

    The words (first is the head), the frame that maps its slots, and whether it needs a place.
    """

    event: str
    frame: str
    words: tuple[str, ...]
    weak: bool
    order: int


@dataclass(frozen=True, slots=True, eq=False)
class LanguagePack:
    """The compiled data of a language; `digest` identifies it in method names."""

    language: str
    model: str
    digest: str
    verbs: dict[str, tuple[Predicate, ...]]
    """Inflected form of the head verb to its predicates, longest first."""
    nouns: dict[str, tuple[Predicate, ...]]
    lemmas: dict[str, str]
    """Inflected verb form to lemma, for predicates, support, planning and reporting verbs."""
    frames: dict[str, dict[str, tuple[str, ...]]]
    lexicon: dict[str, frozenset[str]]
    """Word sets by dotted name, for example ``place.nouns``."""
    shown: dict[str, str]
    """Words that are shown to the parser as another."""
    dates: dict[str, Any]
    armed: re.Pattern[str]
    """Matches words of armed people, weapons and known armed organisations."""
    trigger: re.Pattern[str]
    """Matches where a sentence may hold a predicate."""

    def has(self, name: str, word: str) -> bool:
        """Return whether a word is in a named set; an unknown set raises KeyError."""
        return word in self.lexicon[name]


def languages() -> tuple[str, ...]:
    """Return the languages that have a pack.

    >>> languages()
    ('en',)
    """
    return tuple(sorted(_PACKS))


def inflect(lemma: str, irregular: dict[str, list[str]]) -> tuple[str, ...]:
    """Return the forms of an English verb, the lemma first.

    >>> inflect("seize", {})
    ('seize', 'seizes', 'seized', 'seizing')
    """
    if lemma in irregular:
        return (lemma, *[f for f in irregular[lemma] if f != lemma])
    if lemma.endswith("e"):
        return (lemma, lemma + "s", lemma + "d", lemma[:-1] + "ing")
    if lemma.endswith("y") and lemma[-2] not in _VOWELS:
        return (lemma, lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing")
    s = "es" if lemma.endswith(("s", "x", "ch", "sh")) else "s"
    return (lemma, lemma + s, lemma + "ed", lemma + "ing")


@cache
def load_pack(language: str) -> LanguagePack:
    """Return the pack of a language (ISO 639-1); one that does not exist raises InputError.

    >>> load_pack("en").lemmas["recaptured"]
    'recapture'
    """
    if language not in _PACKS:
        raise InputError("no language pack", value=language, remedy=f"use one of {', '.join(languages())}")
    texts = [files("tenure.claims").joinpath("data", name).read_bytes() for name in _PACKS[language]]
    return compile_pack(*texts)


def compile_pack(lexicon: bytes, names: bytes, dates: bytes) -> LanguagePack:
    """Return a pack compiled from the bytes of its three TOML files (lexicon, names, dates)."""
    data = tomllib.loads(lexicon.decode("utf-8"))
    name_data = tomllib.loads(names.decode("utf-8"))
    irregular: dict[str, list[str]] = data["irregular"]
    lemmas: dict[str, str] = {}
    verbs: dict[str, list[Predicate]] = {}
    nouns: dict[str, list[Predicate]] = {}
    for order, entry in enumerate(data["predicate"]):
        for phrase in entry.get("verbs", ()):
            words = tuple(phrase.split())
            made = Predicate(entry["event"], entry["frame"], words, bool(entry.get("weak")), order)
            forms = inflect(words[0], irregular)
            for form in forms:
                lemmas[form] = words[0]
            for form in forms[2:] if entry.get("past") else forms:
                verbs.setdefault(form, []).append(made)
        for phrase in entry.get("nouns", ()):
            words = tuple(phrase.split())
            nouns.setdefault(words[-1], []).append(
                Predicate(entry["event"], entry["frame"], words, bool(entry.get("weak")), order)
            )
    sets = _word_sets(data, name_data)
    for name in (
        "support.light",
        "support.occur",
        "support.raising",
        "support.result",
        "support.attempt",
        "support.fail",
        "support.end",
        "support.enter",
        "support.leaving",
        "support.undergo",
        "reporting.refusals",
        "reporting.verbs",
        "reporting.deny",
        "reporting.hedge_verbs",
        "planning.verbs",
        "planning.put_off",
        "planning.averted",
    ):
        for lemma in sorted(sets[name]):
            for form in inflect(lemma.split()[0], irregular):
                lemmas.setdefault(form, lemma.split()[0])
    return LanguagePack(
        language=data["language"],
        model=data["model"],
        digest=hashlib.sha256(b"\0".join((lexicon, names, dates))).hexdigest()[:12],
        verbs={k: tuple(sorted(v, key=lambda p: (-len(p.words), p.order))) for k, v in verbs.items()},
        nouns={k: tuple(sorted(v, key=lambda p: (-len(p.words), p.order))) for k, v in nouns.items()},
        lemmas=lemmas,
        frames={k: {slot: tuple(names) for slot, names in v.items()} for k, v in data["frame"].items()},
        lexicon=sets,
        shown=dict(data["shown"]),
        dates=tomllib.loads(dates.decode("utf-8")),
        armed=_armed(sets),
        trigger=_trigger([*verbs, *nouns]),
    )


def _word_sets(*tables: dict[str, Any]) -> dict[str, frozenset[str]]:
    out = {}
    for table in tables:
        for section, content in table.items():
            if section in {"frame", "irregular", "shown"} or not isinstance(content, dict):
                continue
            for key, values in content.items():
                out[f"{section}.{key}"] = frozenset(values)
    return out


def _armed(sets: dict[str, frozenset[str]]) -> re.Pattern[str]:
    words = (sets["actor.strong"] | sets["relevance.armed"]) - sets["relevance.civil"]
    plain = "|".join(sorted((re.escape(w) for w in words), key=lambda w: (w[0], -len(w), w)))
    known = "|".join(
        sorted(
            (re.escape(w) for w in sets["actor.known"] if w not in sets["relevance.civil_names"]),
            key=lambda w: (w[0], -len(w), w),
        )
    )
    return re.compile(rf"\b(?:(?i:{plain})|{known})\b")


def _trigger(forms: list[str]) -> re.Pattern[str]:
    """One pattern over all forms; alternation of whole words sorted so that the engine can share prefixes."""
    return re.compile(
        r"\b(?:" + "|".join(sorted({re.escape(f) for f in forms}, key=lambda f: (f[0], -len(f), f))) + r")\b", re.IGNORECASE
    )
