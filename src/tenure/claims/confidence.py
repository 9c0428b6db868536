"""How sure a claim is: a logistic over what can be seen of it, fitted above all on passages that no rule was written on.

p = 1 / (1 + exp(-(w0 + sum of the weights of the features that hold))); weights and their provenance: data/confidence.toml.
To fit them again: gates/claims.py --fit.
"""

from __future__ import annotations

import math
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tenure.model import Event, Stance

if TYPE_CHECKING:
    from tenure.model import Claim

__all__ = ["FEATURES", "confidence", "features_of", "weights_identity"]

FEATURES = (
    "actor_in_quote",
    "actor_elsewhere",
    "places_in_quote",
    "place_elsewhere",
    "gain",
    "hold_or_loss",
    "strike",
    "two_places",
    "many_places",
    "several_actors",
    "not_asserted",
    "speaker",
    "long_quote",
)
_MANY = 3  # places beyond which a phrase is mostly a list or two phrases run together
_LONG = 150  # characters of a clause beyond which a small parser often errs


def features_of(claim: Claim) -> tuple[int, ...]:
    """Return which of FEATURES hold for a claim, 0 or 1 each, in their order."""
    actor = any(a in claim.quote for a in claim.actors)
    inside = bool(claim.places) and all(p.name in claim.quote for p in claim.places)
    return (
        int(actor),
        int(bool(claim.actors) and not actor),
        int(inside),
        int(bool(claim.places) and not inside),
        int(claim.event is Event.GAIN),
        int(claim.event in {Event.HOLD, Event.LOSS}),
        int(claim.event is Event.STRIKE),
        int(len(claim.places) == 2),  # noqa: PLR2004 - two
        int(len(claim.places) > _MANY),
        int(len(claim.actors) > 1),
        int(claim.stance is not Stance.ASSERTED),
        int(claim.speaker is not None),
        int(len(claim.quote) > _LONG),
    )


@cache
def _weights() -> dict[str, Any]:
    return tomllib.loads(files("tenure.claims").joinpath("data/confidence.toml").read_text(encoding="utf-8"))


def weights_identity() -> str:
    """Return what tells one set of weights from another: they are part of an engine's method."""
    return repr(sorted(_weights()["weights"].items())) + repr(_weights()["bias"])


def confidence(claim: Claim) -> float:
    """Return the probability in (0, 1) that event, stance.

    Actor and place of a claim are all as a reader would have them.
    """
    table = _weights()
    total = float(table["bias"]) + sum(
        float(table["weights"].get(name, 0.0)) for name, holds in zip(FEATURES, features_of(claim), strict=True) if holds
    )
    return 1.0 / (1.0 + math.exp(-total))
