"""The settings of the control stage and the priors that it ships as data."""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from tenure.errors import InputError

__all__ = ["ControlSettings", "load_priors", "method_identity"]

_VERSION = 10  # rises when the model changes its results


@dataclass(frozen=True, slots=True)
class ControlSettings:
    """What can be chosen about the model; every default is the one that the gates measure.

    `sweeps` at most so many rounds of evidence -> field -> chains -> parameters; `damping` share of the old field kept;
    `neighbours`, `spacings` size and reach of the neighbourhood (0 neighbours: places are independent), the reach in median
    distances from a place to its nearest other;
    `bin_days` width of the field's bins; `tolerance` smallest change of a posterior that makes a knot;
    `learn` whether reliabilities and rates are learned; `initial_p` prior that a stated initial controller is right
    (None: data);
    `use_areas` whether counts over areas are spread as soft evidence; `use_stories` whether copies are one observation;
    `use_followers` whether what repeats another source's dates within days counts less (`observing.copying`);
    `use_recency` whether neighbours count only as far as they have evidence of their own, near in time; `first_holds`
    whether first news that an actor holds a place tells of a change; `agreement` whether the study's contradictions shift
    the shipped precisions; `doubt` whether places of which nobody speaks grow doubtful with the changes that go untold;
    `overrides` replaces values of data/rates.toml by dotted key.
    """

    sweeps: int = 8
    damping: float = 0.3
    neighbours: int = 10
    spacings: float = 1.0
    bin_days: int = 2
    tolerance: float = 1e-3
    learn: bool = True
    initial_p: float | None = None
    use_areas: bool = True
    use_stories: bool = True
    use_followers: bool = True
    use_recency: bool = True
    first_holds: bool = True
    agreement: bool = True
    doubt: bool = True
    surge_days: int = 4
    absence: float = 0.75
    settle_days: float = 24.0
    filter_blocks: int = 8
    most_bins: int = 400
    overrides: tuple[tuple[str, float], ...] = field(default=())

    def __post_init__(self) -> None:
        """Reject what cannot work, naming it."""
        for name, low, high in (("damping", 0.0, 0.95), ("spacings", 0.01, 1e3), ("tolerance", 0.0, 0.5)):
            if not low <= getattr(self, name) <= high:
                raise InputError(
                    f"control setting {name} out of range", value=getattr(self, name), remedy=f"use {low} to {high}"
                )
        for name, least in (("sweeps", 1), ("neighbours", 0), ("bin_days", 1), ("surge_days", 0)):
            if getattr(self, name) < least:
                raise InputError(
                    f"control setting {name} out of range", value=getattr(self, name), remedy=f"use {least} or more"
                )


@cache
def _shipped() -> str:
    return files("tenure.control").joinpath("data/rates.toml").read_text(encoding="utf-8")


def load_priors(settings: ControlSettings) -> dict[str, Any]:
    """Return the shipped priors with the settings' overrides; an unknown key raises InputError.

    >>> load_priors(ControlSettings(overrides=(("chain.actor_to_actor", 0.01),)))["chain"]["actor_to_actor"]
    0.01
    """
    priors = tomllib.loads(_shipped())
    for key, value in settings.overrides:
        *path, last = key.split(".")
        node = priors
        for part in path:
            node = node.get(part, {})
        if last not in node:
            raise InputError("unknown key of the control priors", value=key, remedy="see control/data/rates.toml")
        node[last] = value
    return priors


def method_identity(settings: ControlSettings, reading: str) -> str:
    """Return name and configuration hash of the method, for example ``jump-chain/1.0a1b2c3d4e``."""
    text = json.dumps([_VERSION, _shipped(), asdict(settings), reading], sort_keys=True)
    return f"jump-chain/{_VERSION}.{hashlib.sha256(text.encode()).hexdigest()[:10]}"
