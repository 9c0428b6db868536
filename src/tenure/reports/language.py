"""The language of a text (py3langid, after Lui and Baldwin 2012), ``und`` when there is too little to tell."""

from __future__ import annotations

import re
from functools import cache
from typing import Protocol, cast

__all__ = ["identify_language"]

_SAMPLE_CHARS = 800
"""More text does not change the answer, only the time it takes."""
_FEWEST_LETTERS = 20
"""Below this the identifier guesses from names alone: "Abu al-Duhur" is no language."""
_LEAST_PROBABILITY = 0.5
_LETTER = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"https?://\S+|[@#]\w+")


_NO_REPORTS = frozenset({"pcm", "vo", "zxx"})
"""Nigerian Pidgin is taken for English that is full of names, and far rarer; nobody reports in Volapuk or in no language."""


class _Identifier(Protocol):
    def classify(self, instance: str) -> tuple[str, float]: ...


@cache
def _identifier() -> _Identifier:
    """Load the model once (0.2 s); it is never changed, so sharing it shares no state."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in identifier.nb_classes if code not in _NO_REPORTS])
    return cast("_Identifier", identifier)


def identify_language(text: str) -> str:
    """Return the ISO 639-1 code of a text's language; ``und`` below 20 letters or when the identifier is unsure.

    >>> identify_language("Government forces took four villages east of the railway on Friday.")
    'en'
    """
    sample = _ADDRESS.sub(" ", text[:_SAMPLE_CHARS])
    if len(_LETTER.findall(sample)) < _FEWEST_LETTERS:
        return "und"
    language, probability = _identifier().classify(sample)
    return str(language) if probability >= _LEAST_PROBABILITY else "und"
