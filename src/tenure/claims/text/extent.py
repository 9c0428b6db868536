"""How much of an area a claim speaks of: "the whole of X", "most of X", "villages in X".

Rules, read in the words before the area's name and at the end of the clause
 1. Words for all of it ("all the remaining villages in X", "full control of X", "X in its entirety") are first; of what lies
    in it they must mean ground ("all prisoners in X", "the last base in X" are none).
 2. "eastern X", "the northern X countryside" are a part of X, whatever is said of them: who knows where X lies does not know
    where they end. Then come words for a part ("parts of X", "several villages in X"), and for most of it.
 3. The area named bare is all of it where it is what changed hands ("captured X district", "X was handed over"); where a
    preposition of place brings it in ("hills in X") it only says where.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from tenure.model import Extent

if TYPE_CHECKING:
    from tenure.claims.packs import LanguagePack

__all__ = ["extent_of"]

_LOOK_BACK, _LOOK_AHEAD = 70, 60
"""Characters before and after an area's name in which its extent is told."""


@lru_cache(maxsize=8)
def _patterns(pack: LanguagePack) -> dict[str, re.Pattern[str]]:
    def words(name: str) -> str:
        return "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in sorted(pack.lexicon[name], key=lambda w: (-len(w), w)))

    within = words("extent.within")
    return {
        "whole": re.compile(rf"\b(?:{words('extent.whole')})\b", re.IGNORECASE),
        "most": re.compile(rf"\b(?:{words('extent.most')})\b", re.IGNORECASE),
        "part": re.compile(rf"\b(?:{words('extent.part')})\b", re.IGNORECASE),
        "after": re.compile(rf"^[^.;:]*?\b(?:{words('extent.wholly')})\b", re.IGNORECASE),
        # nothing but plain words between the preposition and the name
        "within": re.compile(rf"\b(?:{within})\s+(?:[a-z][a-z'-]*\s+)*$", re.IGNORECASE),
        "ground": re.compile(rf"\b(?:{words('extent.ground')})\b", re.IGNORECASE),
    }


def extent_of(text: str, name: tuple[int, int], clause: tuple[int, int], pack: LanguagePack) -> Extent:
    """Return how much of the area whose name has these characters is meant by a clause that ends with those.

    `clause` is from where words can belong to the name (another place's name ends there) to the clause's end.

    >>> from tenure.claims import load_pack
    >>> text = "They took all of the remaining villages in Jalta district and parts of Sirin province."
    >>> [extent_of(text, (text.index(n), text.index(n) + len(n)), (0, len(text)), load_pack("en")).value
    ...  for n in ("Jalta district", "Sirin province")]
    ['whole', 'part']
    """
    found = _patterns(pack)
    before = text[max(name[0] - _LOOK_BACK, clause[0], 0) : max(name[0], 0)]
    # a name or a stop ends the phrase: what is before it belongs to something else
    before = re.split(r"[.,;:]|\b(?:and|but|while)\b", before)[-1]
    after = text[name[1] : min(name[1] + _LOOK_AHEAD, clause[1])].partition(",")[0]
    last = {key: max((m.start() for m in found[key].finditer(before)), default=-1) for key in ("whole", "most", "part")}
    inside = found["within"].search(before)
    ground = inside is None or found["ground"].search(before[max(last["whole"], last["most"], 0) : inside.start()])
    directed = any(w in pack.lexicon["place.compass"] for w in text[name[0] : name[1]].lower().split(maxsplit=1)[:1])
    said = [
        (Extent.PART, directed or not ground),
        (Extent.MOST, last["most"] >= 0),
        (Extent.WHOLE, last["whole"] >= 0),
        (Extent.PART, last["part"] >= 0 or inside is not None),
        (Extent.WHOLE, found["after"].search(after) is not None),
    ]
    return next((extent for extent, holds in said if holds), Extent.PLAIN)
