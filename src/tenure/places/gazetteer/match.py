"""A name to the places that it may mean, each with how well the name fits: exact keys first, then sounds and skeletons."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

from tenure.places.gazetteer.names import normalise, skeletons_of, sound_of, variants_of
from tenure.places.weights import weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tenure.places.gazetteer.compiled import Gazetteer

__all__ = ["NOTHING", "Matches", "match_exact", "match_fuzzy", "match_joined", "spelling_scores"]

_MOST_KEYS = 400
"""Keys that one fuzzy lookup looks at: more share only a very short skeleton."""
_KEPT_KEYS = 40
CODE = 3
"""Kind of a name that is an abbreviation: it counts only in capitals or with its dot ("IN", "Ind.", never "in")."""
_SHORTEST_JOINED = 5
"""Letters of a name of one word that may be one of two: shorter ones are words."""
_WORST = -8.0
"""Log score below which a spelling is no match at all."""


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Rows that a name may mean, (n,), the log score of the spelling, (n,) at most 0, and the kind of the name, (n,)."""

    rows: NDArray[np.int64]
    log_name: NDArray[np.float64]
    kind: NDArray[np.int64]

    def only(self, chosen: NDArray[np.bool_]) -> Matches:
        """Return the chosen of the matches, (n,) bool."""
        return Matches(self.rows[chosen], self.log_name[chosen], self.kind[chosen])


NOTHING = Matches(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64))


def _deletions(skeleton: str) -> set[str]:
    return {skeleton[:i] + skeleton[i + 1 :] for i in range(len(skeleton))}


def fuzzy_keys(gazetteer: Gazetteer, normal: str) -> list[tuple[int, float]]:
    """Return keys that sound like a normal form, or like a variant of it, with their log scores, best first."""
    best: dict[int, float] = {}
    for form in (normal, *variants_of(normal)):
        for key, log_score in _keys_like(gazetteer, form):
            if log_score > best.get(key, _WORST):
                best[key] = log_score
    return sorted(best.items(), key=lambda pair: (-pair[1], pair[0]))[:_KEPT_KEYS]


def _keys_like(gazetteer: Gazetteer, normal: str) -> list[tuple[int, float]]:
    sound = sound_of(normal)
    fine, coarse = (each[0] for each in skeletons_of([sound]))
    if not fine:
        return []
    same_fine = set(gazetteer.keys_like(f"f:{fine}").tolist())
    same_coarse = set(gazetteer.keys_like(f"c:{coarse}").tolist())
    found = same_coarse | same_fine
    if len(fine) > 2:  # noqa: PLR2004 - a skeleton of two letters and a third one more
        found.update(gazetteer.keys_like(f"d:{fine}").tolist())
    if len(fine) > 3:  # noqa: PLR2004 - as above: without a letter, three remain
        for cut in _deletions(fine):
            found.update(gazetteer.keys_like(f"f:{cut}").tolist(), gazetteer.keys_like(f"d:{cut}").tolist())
    keys = sorted(found)[:_MOST_KEYS]
    others = [gazetteer.key(key) for key in keys]
    agree = np.array([[key in same_fine, key in same_coarse] for key in keys], dtype=bool).reshape(-1, 2)
    scores = spelling_scores((normal, sound), (others, [gazetteer.sound(key) for key in keys]), agree)
    return list(zip(keys, scores.tolist(), strict=True))


def spelling_scores(
    name: tuple[str, str], others: tuple[Sequence[str], Sequence[str]], agree: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the log scores, (n,) at most 0, of a name and others being spellings of one name.

    `name` and `others` are normal forms and sounds; `agree`, (n, 2): whether fine and coarse skeletons are the same. The
    weights are data/weights.toml's [spelling], fitted to pairs of names that GeoNames gives to one place.

    >>> spelling_scores(("saraqib", "saraqib"), (["saraqib"], ["saraqib"]), np.ones((1, 2), bool)).tolist()
    [0.0]
    """
    if not len(agree):
        return np.zeros(0)
    table, (normal, sound) = weights()["spelling"], name
    changes = cdist([sound], others[1], scorer=Levenshtein.distance, dtype=np.int32)[0].astype(np.float64)
    length = max(len(sound), 1)
    longest = np.maximum(length, [len(other) for other in others[1]])
    consonants = max(0.6 * length, 1.0)  # about the length of the skeleton, which is not stored
    letters = [other.replace(" ", "") for other in others[0]]
    alike = cdist([normal.replace(" ", "")], letters, scorer=Levenshtein.normalized_similarity, dtype=np.float64)[0]
    score = table["sound"] * changes / longest + table["changes"] * changes / sqrt(length) + table["letters"] * (1.0 - alike)
    score += table["coarse"] * ~agree[:, 1] + table["fine"] * ~agree[:, 0] / sqrt(consonants)
    score += (table["short"] + table["short_changed"] * (changes > 0)) / consonants
    return np.where([normal == other for other in others[0]], 0.0, score)


def match_exact(gazetteer: Gazetteer, name: str) -> Matches:
    """Return the places that have a name, by its normal form; an abbreviation counts only in capitals or with its dot."""
    normal = normalise(name)
    key = gazetteer.find_key(normal) if normal else None
    if key is None:
        return NOTHING
    rows, kinds = gazetteer.postings(key)
    if not (name.isupper() or name.endswith(".")):
        rows, kinds = rows[kinds != CODE], kinds[kinds != CODE]
    return Matches(rows.astype(np.int64), np.zeros(rows.size), kinds.astype(np.int64))


def match_joined(gazetteer: Gazetteer, name: str) -> Matches:
    """Return the places whose name is the same letters with spaces between them: "KafrNabl", and Arabic written as one word.

    >>> from tenure.model import FeatureClass, Place
    >>> from tenure.places import build_gazetteer
    >>> place = Place("1", "Kafr Nabl", (), 36.5, 35.6, FeatureClass.SETTLEMENT, country="SY")
    >>> match_joined(build_gazetteer([place], [], world=False), "KafrNabl").rows.tolist()
    [0]
    """
    letters = normalise(name).replace(" ", "")
    if len(letters) < _SHORTEST_JOINED:
        return NOTHING
    fine = skeletons_of([sound_of(letters)])[0][0]
    keys = [k for k in gazetteer.keys_like(f"f:{fine}").tolist() if gazetteer.key(k).replace(" ", "") == letters]
    if not keys:
        return NOTHING
    rows, kinds = (np.concatenate(part) for part in zip(*(gazetteer.postings(key) for key in keys), strict=True))
    whole = kinds != CODE
    return Matches(rows[whole].astype(np.int64), np.zeros(int(whole.sum())), kinds[whole].astype(np.int64))


def match_fuzzy(gazetteer: Gazetteer, name: str) -> Matches:
    """Return the places that sound like a name, the best spelling of each.

    >>> from tenure.model import FeatureClass, Place
    >>> from tenure.places import build_gazetteer
    >>> place = Place("1", "Saraqeb", (), 36.8, 35.86, FeatureClass.SETTLEMENT, country="SY")
    >>> match_fuzzy(build_gazetteer([place], [], world=False), "Sarakib").rows.tolist()
    [0]
    """
    best: dict[int, tuple[float, int]] = {}
    for key, log_score in fuzzy_keys(gazetteer, normalise(name)):
        rows, kinds = gazetteer.postings(key)
        for row, kind in zip(rows.tolist(), kinds.tolist(), strict=True):
            if kind != CODE and row not in best:
                best[row] = (log_score, kind)
    if not best:
        return NOTHING
    return Matches(
        np.fromiter(best, dtype=np.int64),
        np.array([score for score, _ in best.values()]),
        np.array([kind for _, kind in best.values()], dtype=np.int64),
    )
