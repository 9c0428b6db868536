"""Which language a text can be in, by its letters: a mark that its letters contradict is not believed."""

from __future__ import annotations

import re

__all__ = ["readable_as"]

_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_ARABIC = re.compile(r"[\u0620-\u06ff\ufb50-\ufdff\ufe70-\ufefc]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_UKRAINIAN = re.compile(r"[іїєґІЇЄҐ]")
_RUSSIAN = re.compile(r"[ыэъёЫЭЪЁ]")
_TURKISH = re.compile(r"[ğışĞİŞ]")
_PERSIAN = re.compile(r"[پچژگ]|\b(?:است|می|که|این|برای|شد|های)\b")  # letters and words that Arabic has not
_KURDISH = re.compile(r"[ڵڕێۆەھ]")
_SAMPLE = 1200
_FEW = 3


def readable_as(language: str, text: str) -> str:
    """Return the language that a text marked as `language` is read in; ``und`` where its letters are of none that is read.

    Persian and Kurdish in Arabic letters are told from Arabic, Ukrainian from Russian. Turkish needs one letter of its own
    or its own mark: a transliteration in Latin letters is no Cyrillic or Arabic report.

    >>> readable_as("ru", "Сили оборони звільнили селище Грушівка."), readable_as("ar", "The army took it.")
    ('uk', 'en')
    """
    sample = text[:_SAMPLE]
    counts = {
        "cyrillic": len(_CYRILLIC.findall(sample)),
        "arabic": len(_ARABIC.findall(sample)),
        "latin": len(_LATIN.findall(sample)),
    }
    script = max(counts, key=lambda name: counts[name])
    if not counts[script]:
        return language
    if script == "cyrillic":
        return _cyrillic(language, sample)
    if script == "arabic":
        return _arabic(language, sample)
    if language in {"ru", "uk", "ar", "und", ""}:
        return "tr" if len(_TURKISH.findall(sample)) >= _FEW else "en"
    return language


def _cyrillic(language: str, sample: str) -> str:
    ukrainian, russian = len(_UKRAINIAN.findall(sample)), len(_RUSSIAN.findall(sample))
    if ukrainian > russian:
        return "uk"
    if russian:
        return "ru" if language in {"ru", "uk", "en", "tr", "ar", "und", ""} else language
    return "und" if language in {"en", "tr", "ar", ""} else language


def _arabic(language: str, sample: str) -> str:
    if len(_KURDISH.findall(sample)) >= _FEW:
        return "ckb"
    if len(_PERSIAN.findall(sample)) >= _FEW:
        return language if language in {"fa", "ur", "ps"} else "fa"
    return "ar" if language in {"ar", "en", "ru", "uk", "tr", "und", ""} else language
